#include "engine/task_book.h"

#include "process/journal.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcBook, "switchyard.book")

namespace switchyard::engine {

namespace {

//! Runs on the writer's side: the journal is written before the database, so that it can be rebuilt from it. The events
//! follow each other and belong to one attempt.
Result<> appendToJournal(const QString& path, QList<Event> events)
{
    auto opened = process::Journal::open(path, events.first().task, events.first().attempt, Clock::system());
    if (!opened && opened.error().code != ErrorCode::Corrupt)
        return fail(opened.error());
    // A journal that was lost or damaged must not keep the task from going on: from here the database alone tells.
    const auto goesOn = [&](const QString& why) -> Result<> {
        qCWarning(lcBook).noquote() << why << u"Event %1 is in the database alone."_s.arg(events.first().seq);
        return {};
    };
    if (!opened)
        return goesOn(opened.error().message);
    auto& journal = *opened;
    events.removeIf([&](const Event& event) { return event.seq <= journal.lastSeq(); }); // written by an earlier try
    if (events.isEmpty())
        return {};
    if (journal.lastSeq() + 1 != events.first().seq)
        return goesOn(u"The journal %1 ends at %2, the database at %3."_s.arg(path)
                          .arg(journal.lastSeq())
                          .arg(events.first().seq - 1));
    return journal.restore(events);
}

//! Positions are the database's own.
QList<Event> withoutPositions(QList<Event> events)
{
    for (auto& event : events)
        event.position = 0;
    return events;
}

QJsonObject statusChange(TaskStatus from, TaskStatus to, const QString& reason, QJsonObject more = {})
{
    more.insert(u"from"_s, statusName(from));
    more.insert(u"to"_s, statusName(to));
    more.insert(u"reason"_s, reason);
    return more;
}

QList<TaskStatus> unfinishedStatuses()
{
    QList<TaskStatus> result;
    for (const auto status : allStatuses()) {
        if (!isFinished(status))
            result << status;
    }
    return result;
}

} // namespace

QFuture<Result<>> ended(Result<> result)
{
    return QtFuture::makeReadyValueFuture(std::move(result));
}

TaskBook::TaskBook(store::Store& store, Paths paths, const Clock& clock, QObject* parent)
    : QObject(parent), m_store(store), m_paths(std::move(paths)), m_clock(clock)
{
    connect(&m_store.writer(), &store::Writer::committed, this, &TaskBook::publish, Qt::QueuedConnection);
}

Result<> TaskBook::load()
{
    SY_TRY_ASSIGN(m_position, store::newestPosition(m_store.reader()));
    m_published = m_position;
    SY_TRY_ASSIGN(const auto rows, store::tasksWithStatus(m_store.reader(), unfinishedStatuses()));
    for (const auto& row : rows) {
        Entry entry{row, {}, 0};
        SY_TRY_ASSIGN(entry.seqs, store::newestSeqs(m_store.reader(), row.task.id()));
        m_entries.insert_or_assign(row.task.id(), entry);
    }
    for (const auto& row : rows)
        SY_TRY(catchUp(row.task.id()));
    return {};
}

Result<TaskBook::Entry> TaskBook::read(const TaskId& id) const
{
    SY_TRY_ASSIGN(auto row, store::findTask(m_store.reader(), id));
    if (!row)
        return fail(ErrorCode::NotFound, u"There is no task %1."_s.arg(id.toString()), u"See `swy tasks list`."_s);
    Entry entry{std::move(*row), {}, 0};
    SY_TRY_ASSIGN(entry.seqs, store::newestSeqs(m_store.reader(), id));
    return entry;
}

TaskBook::Entry* TaskBook::find(const TaskId& id)
{
    const auto known = m_entries.find(id);
    if (known != m_entries.end())
        return &known->second;
    auto entry = read(id);
    if (!entry)
        return nullptr;
    auto* const kept = &m_entries.insert_or_assign(id, std::move(*entry)).first->second;
    ++kept->writing; // not let go before whoever asked has it
    if (const auto done = catchUp(id); !done)
        qCWarning(lcBook).noquote() << describe(done.error());
    --kept->writing;
    return kept;
}

Result<> TaskBook::catchUp(const TaskId& id)
{
    auto& entry = m_entries.at(id);
    SY_TRY_ASSIGN(const auto journal, process::readJournal(m_paths.journal(id, 0), entry.seqs.value(0)));
    if (!journal.damage.isEmpty())
        qCWarning(lcBook).noquote() << "task" << id.toString() << "journal of the engine:" << journal.damage;
    return journal.events.isEmpty() ? Result<>() : take(journal.events);
}

Result<Task> TaskBook::task(const TaskId& id)
{
    if (const auto known = m_entries.find(id); known != m_entries.end())
        return known->second.row.task;
    SY_TRY_ASSIGN(const auto entry, read(id));
    return entry.row.task;
}

const Task* TaskBook::peek(const TaskId& id) const
{
    const auto known = m_entries.find(id);
    return known == m_entries.end() ? nullptr : &known->second.row.task;
}

bool TaskBook::exists(const TaskId& id)
{
    return m_entries.contains(id) || read(id).has_value();
}

QList<TaskId> TaskBook::unfinished() const
{
    QList<TaskId> ids;
    for (const auto& [id, entry] : m_entries) {
        if (!isFinished(entry.row.task.status))
            ids << id;
    }
    return ids;
}

qint64 TaskBook::queuedSince(const TaskId& id) const
{
    const auto known = m_entries.find(id);
    return known == m_entries.end() ? 0 : known->second.row.queued;
}

qint64 TaskBook::newestSeq(const TaskId& id, int attempt) const
{
    if (const auto known = m_entries.find(id); known != m_entries.end())
        return known->second.seqs.value(attempt);
    const auto entry = read(id);
    return entry ? entry->seqs.value(attempt) : 0;
}

void TaskBook::apply(Entry& entry, Event& event)
{
    event.position = ++m_position;
    entry.seqs[event.attempt] = event.seq;
    auto& task = entry.row.task;
    const auto before = task.status;
    if (const auto done = applyEvent(task, event); !done)
        qCWarning(lcBook).noquote() << "task" << event.task.toString() << "event" << event.attempt << event.seq << ':'
                                    << describe(done.error());
    if (task.status == TaskStatus::Queued && before != TaskStatus::Queued)
        entry.row.queued = event.position;
    m_unpublished.push_back(event);
    Q_EMIT applied(event, before, task.status);
}

QFuture<Result<>> TaskBook::put(const TaskId& id, QList<Event> events, store::Writer::Before before)
{
    auto& entry = m_entries.at(id);
    ++entry.writing;
    const bool patient = !before; // it is in its runner's journal
    auto future =
        m_store.write({.events = std::move(events), .tasks = {entry.row}, .patient = patient}, std::move(before));
    return future.then(this, [this, id](const Result<>& result) {
        written(id, result.has_value());
        return result;
    });
}

void TaskBook::written(const TaskId& id, bool good)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    auto& entry = found->second;
    --entry.writing;
    if (!good) {
        // What was applied did not happen: back to what is on disk.
        if (auto fresh = read(id)) {
            const auto writing = entry.writing;
            entry = std::move(*fresh);
            entry.writing = writing;
        } else {
            m_entries.erase(found);
            return;
        }
    }
    letGo(id);
}

//! A finished task is in the database; nothing of it stays here once that is written.
void TaskBook::letGo(const TaskId& id)
{
    const auto found = m_entries.find(id);
    if (found != m_entries.end() && found->second.writing == 0 && isFinished(found->second.row.task.status))
        m_entries.erase(found);
}

QFuture<Result<>> TaskBook::recordAll(const TaskId& id, QList<News> news)
{
    auto* entry = find(id);
    if (!entry && news.first().kind == event_kind::taskCreated)
        entry = &m_entries[id];
    if (!entry)
        return ended(fail(ErrorCode::NotFound, u"There is no task %1."_s.arg(id.toString())));
    QList<Event> events;
    for (auto& [kind, data] : news) {
        Event event{id, 0, entry->seqs.value(0) + 1, m_clock.now(), kind, std::move(data), 0};
        apply(*entry, event);
        events << std::move(event);
    }
    return put(id, events, [path = m_paths.journal(id, 0), lines = withoutPositions(events)] {
        return appendToJournal(path, lines);
    });
}

QFuture<Result<>> TaskBook::record(const TaskId& id, const QString& kind, QJsonObject data)
{
    return recordAll(id, {{kind, std::move(data)}});
}

QFuture<Result<>> TaskBook::create(const TaskSpec& spec, TaskStatus status, const QString& reason)
{
    QList<News> news{{event_kind::taskCreated, {{u"spec"_s, spec.toJson()}}}};
    if (status != TaskStatus::Pending || !reason.isEmpty())
        news << News{event_kind::taskStatus, statusChange(TaskStatus::Pending, status, reason)};
    return recordAll(spec.id, std::move(news));
}

QFuture<Result<>> TaskBook::recordStatus(const TaskId& id, TaskStatus to, const QString& reason,
                                         const QString& evidence, const QJsonObject& more)
{
    const auto now = task(id);
    if (!now)
        return ended(fail(now.error()));
    if (now->status != to) {
        if (const auto legal = checkTransition(now->status, to); !legal)
            return ended(fail(legal.error()));
    }
    auto data = statusChange(now->status, to, reason, more);
    if (!evidence.isEmpty())
        data.insert(u"evidence"_s, evidence);
    return record(id, event_kind::taskStatus, data);
}

Result<> TaskBook::take(const QList<Event>& events)
{
    if (events.isEmpty())
        return {};
    const auto id = events.first().task;
    auto* const entry = find(id);
    if (!entry)
        return fail(ErrorCode::NotFound, u"There is no task %1."_s.arg(id.toString()));
    QList<Event> fresh;
    Result<> result;
    for (auto event : events) {
        const auto newest = entry->seqs.value(event.attempt);
        if (event.seq <= newest)
            continue;
        if (event.seq != newest + 1 || event.task != id) {
            result = fail(ErrorCode::Corrupt, u"Task %1: after event %2 of attempt %3 came %4."_s.arg(id.toString())
                                                  .arg(newest)
                                                  .arg(event.attempt)
                                                  .arg(event.seq));
            break;
        }
        apply(*entry, event);
        fresh << event;
    }
    if (fresh.isEmpty())
        letGo(id); // it may have been read for nothing
    else
        put(id, fresh, {});
    return result;
}

QFuture<Result<>> TaskBook::adopt(QList<Event> events)
{
    if (events.isEmpty() || events.first().kind != event_kind::taskCreated)
        return ended(fail(ErrorCode::Corrupt, u"Its journals have no readable beginning."_s));
    const auto id = events.first().task;
    if (exists(id))
        return ended(fail(ErrorCode::Conflict, u"Task %1 is known already."_s.arg(id.toString())));
    auto& entry = m_entries[id];
    for (auto& event : events)
        apply(entry, event);
    return put(id, events, {});
}

QFuture<Result<>> TaskBook::erase(const TaskId& id)
{
    auto* const entry = find(id);
    if (!entry)
        return ended(fail(ErrorCode::NotFound, u"There is no task %1."_s.arg(id.toString())));
    Event event{id, 0, entry->seqs.value(0) + 1, m_clock.now(), event_kind::taskDeleted, {}, ++m_position};
    const auto before = entry->row.task.status;
    m_entries.erase(id);
    m_unpublished.push_back(event);
    Q_EMIT applied(event, before, before);
    // Into the journal as well: what is left of it must not bring the task back. Files that are gone are no obstacle.
    return m_store.write({.events = {event}, .tasks = {}, .deleted = {id}, .confirmations = {}, .notes = {}},
                         [path = m_paths.journal(id, 0), event]() -> Result<> {
                             if (const auto written = appendToJournal(path, withoutPositions({event})); !written)
                                 qCWarning(lcBook).noquote() << describe(written.error());
                             return {};
                         });
}

QFuture<Result<>> TaskBook::write(store::Changes changes)
{
    return m_store.write(std::move(changes));
}

void TaskBook::publish(qint64 position, const QList<qint64>& refused)
{
    QList<Event> events;
    m_refused.unite(QSet<qint64>(refused.begin(), refused.end()));
    while (!m_unpublished.empty() && m_unpublished.front().position <= position) {
        if (!m_refused.remove(m_unpublished.front().position))
            events << std::move(m_unpublished.front());
        m_unpublished.pop_front();
    }
    m_published = std::max(m_published, position);
    if (!events.isEmpty())
        Q_EMIT published(events);
}

} // namespace switchyard::engine
