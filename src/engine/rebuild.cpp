#include "engine/rebuild.h"

#include "engine/housekeeping.h"
#include "process/journal.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>

#include <algorithm>

Q_LOGGING_CATEGORY(lcRebuild, "switchyard.rebuild")

namespace switchyard::engine {

// Within an attempt the numbers tell the order; between attempts the times do.
QList<Event> journalsOf(const Paths& paths, const TaskId& id)
{
    struct FromFile {
        Event event;
        qsizetype file;
    };
    QList<QList<Event>> files;
    QList<FromFile> byTime;
    for (const int attempt : attemptsOf(paths, id)) {
        const auto contents = process::readJournal(paths.journal(id, attempt));
        if (!contents) {
            qCWarning(lcRebuild).noquote() << describe(contents.error());
            continue;
        }
        if (!contents->damage.isEmpty())
            qCWarning(lcRebuild).noquote() << "task" << id.toString() << "attempt" << attempt << contents->damage;
        for (const auto& event : contents->events)
            byTime << FromFile{event, files.size()};
        files << contents->events;
    }
    std::ranges::stable_sort(byTime, {}, [](const FromFile& one) { return one.event.time; });
    // A clock that was set back must not turn a journal's order round: each keeps its own.
    QList<Event> all;
    QList<qsizetype> next(files.size(), 0);
    for (const auto& [event, file] : byTime)
        all << files.at(file).at(next[file]++);
    return all;
}

namespace {

constexpr qsizetype eventsPerWrite = 1000;
constexpr qint64 slack = 5; // seconds between two files' times

//! Brings what the journals have and the database lacks into it, task by task.
class CatchUp
{
public:
    CatchUp(const Paths& paths, store::Store& store) : m_paths(paths), m_store(store) {}

    Result<> run()
    {
        SY_TRY_ASSIGN(m_position, store::newestPosition(m_store.reader()));
        // A commit later than the file itself may have been lost with the write-ahead log: what was written to since is
        // compared event by event. All of it once a day would be as right, and slow.
        const auto since = QFileInfo(m_paths.database()).lastModified().addSecs(-slack);
        const QDir tasks(m_paths.state + u"/tasks"_s);
        for (const auto& name : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            if (const auto id = TaskId::parse(name))
                SY_TRY(look(*id, since));
        }
        for (auto& write : m_writes) {
            write.waitForFinished(); // nobody is served yet: openOrRebuild()
            SY_TRY(write.result());
        }
        if (m_restored > 0)
            qCWarning(lcRebuild) << "the database was rebuilt from the journals of" << m_restored << "tasks";
        return {};
    }

private:
    Result<> look(const TaskId& id, const QDateTime& since)
    {
        SY_TRY_ASSIGN(auto row, store::findTask(m_store.reader(), id));
        if (row && !wasWrittenTo(id, since))
            return {};
        SY_TRY_ASSIGN(const auto seqs, store::newestSeqs(m_store.reader(), id));
        auto events = journalsOf(m_paths, id);
        const auto isDeletion = [](const Event& event) { return event.kind == event_kind::taskDeleted; };
        if ((!row && !seqs.isEmpty()) || std::ranges::any_of(events, isDeletion)) {
            QDir(m_paths.task(id)).removeRecursively(); // a crash kept its deletion from being finished
            return {};
        }
        if (!row && (events.isEmpty() || events.first().kind != event_kind::taskCreated)) {
            qCWarning(lcRebuild).noquote()
                << "task" << id.toString() << "has no readable beginning; its files are left as they are";
            return {};
        }
        events.removeIf([&](const Event& event) { return event.seq <= seqs.value(event.attempt); });
        if (!events.isEmpty())
            put(row.value_or(store::TaskRow{}), std::move(events));
        return {};
    }

    bool wasWrittenTo(const TaskId& id, const QDateTime& since) const
    {
        return std::ranges::any_of(attemptsOf(m_paths, id), [&](int attempt) {
            return QFileInfo(m_paths.journal(id, attempt)).lastModified() >= since;
        });
    }

    void put(store::TaskRow row, QList<Event> events)
    {
        for (auto& event : events) {
            event.position = ++m_position;
            const auto before = row.task.status;
            (void)applyEvent(row.task, event); // as it was when it happened: refused changes stay refused
            if (row.task.status == TaskStatus::Queued && before != TaskStatus::Queued)
                row.queued = m_position;
        }
        for (qsizetype i = 0; i < events.size(); i += eventsPerWrite)
            m_writes << m_store.write({.events = events.mid(i, eventsPerWrite),
                                       .tasks = {row},
                                       .deleted = {},
                                       .confirmations = {},
                                       .notes = {}});
        ++m_restored;
    }

    const Paths& m_paths;
    store::Store& m_store;
    qint64 m_position = 0;
    QList<QFuture<Result<>>> m_writes;
    int m_restored = 0;
};

//! What a database that was lost had beside what the journals tell.
Result<> restoreKept(const Paths& paths, store::Store& store)
{
    auto kept = store::KeptFile::read(paths.database());
    if (kept.notes.isEmpty() && kept.runs.isEmpty())
        return {};
    store::Changes changes;
    changes.notes = std::move(kept.notes);
    changes.runs = std::move(kept.runs);
    auto written = store.write(std::move(changes));
    written.waitForFinished(); // as above: the engine has not begun
    return written.result();
}

} // namespace

Result<std::unique_ptr<store::Store>> openOrRebuild(const Paths& paths, const Clock& clock)
{
    auto opened = store::Store::open(paths.database());
    if (!opened && opened.error().code == ErrorCode::Corrupt)
        return rebuildAnew(paths, clock, opened.error());
    if (!opened)
        return fail(opened.error());
    SY_TRY(CatchUp(paths, **opened).run());
    if ((*opened)->isNew()) // its file may have been deleted
        SY_TRY(restoreKept(paths, **opened));
    return std::move(*opened);
}

Result<std::unique_ptr<store::Store>> rebuildAnew(const Paths& paths, const Clock& clock, const Error& why)
{
    SY_TRY_ASSIGN(const auto aside, store::Store::keepAside(paths.database(), clock.now()));
    qCWarning(lcRebuild).noquote() << describe(why) << "It was kept as" << aside;
    SY_TRY_ASSIGN(auto store, store::Store::open(paths.database()));
    SY_TRY(CatchUp(paths, *store).run());
    SY_TRY(restoreKept(paths, *store));
    return store;
}

} // namespace switchyard::engine
