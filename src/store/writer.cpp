#include "store/writer.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QStorageInfo>

#include <algorithm>
#include <iterator>

#include <fcntl.h>

Q_LOGGING_CATEGORY(lcWriter, "switchyard.writer")

namespace switchyard::store {

namespace {
constexpr size_t largestBatch = 500;
constexpr int mostAtOnce = 8; // syncs under way
constexpr std::chrono::milliseconds patience{10};
constexpr unsigned long retryPauseMs = 500;
constexpr qint64 ballastBytes = 8 << 20;
constexpr qint64 roomForBallast = 4 * ballastBytes;
} // namespace

Writer::Writer(const QString& file) : m_file(file), m_kept(file)
{
    m_syncing.setMaxThreadCount(mostAtOnce);
}

Writer::~Writer()
{
    {
        const QMutexLocker guard(&m_mutex);
        m_ending = true;
    }
    m_wake.wakeAll();
    wait();
}

QFuture<Result<>> Writer::write(Changes changes, Before before)
{
    auto item = std::make_unique<Item>();
    item->promise.start();
    for (const auto& event : changes.events)
        item->last = std::max(item->last, event.position);
    item->changes = std::move(changes);
    item->before = std::move(before);
    auto future = item->promise.future();
    const QMutexLocker guard(&m_mutex);
    m_queue.push_back(std::move(item));
    m_wake.wakeOne();
    return future;
}

QString Writer::trouble() const
{
    const QMutexLocker guard(&m_mutex);
    return m_trouble;
}

void Writer::run()
{
    for (;;) {
        Items items;
        {
            const QMutexLocker guard(&m_mutex);
            while (m_queue.empty() && !m_ending)
                m_wake.wait(&m_mutex);
            if (m_queue.empty())
                break;
            // What may wait is kept a moment for company.
            const auto isPatient = [](const auto& item) { return item->changes.patient; };
            for (QDeadlineTimer limit(patience); !m_ending && !limit.hasExpired() && m_queue.size() < largestBatch &&
                                                 std::ranges::all_of(m_queue, isPatient);)
                m_wake.wait(&m_mutex, limit);
            const auto end = m_queue.begin() + qsizetype(std::min(m_queue.size(), largestBatch));
            std::move(m_queue.begin(), end, std::back_inserter(items));
            m_queue.erase(m_queue.begin(), end);
        }
        commit(std::move(items));
    }
    m_rows.reset();
    m_connection.reset();
    m_kept.close();
}

void Writer::refuse(Item& item, const Error& why, QList<qint64>& refused)
{
    for (const auto& event : item.changes.events)
        refused << event.position;
    item.promise.addResult(fail(why));
    item.promise.finish();
}

//! A copy that cannot be written is no reason to write nothing.
void Writer::keepCopy(const Items& items)
{
    QMap<QString, QString> notes;
    QList<TaskId> deleted;
    for (const auto& item : items) {
        notes.insert(item->changes.notes);
        deleted << item->changes.deleted;
    }
    if (const auto kept = m_kept.keep(*m_connection, notes, deleted); !kept)
        qCWarning(lcWriter).noquote() << describe(kept.error());
}

void Writer::prepare(const Items& items)
{
    QHash<TaskId, QList<Item*>> byTask;
    for (const auto& item : items) {
        if (item->before && !item->changes.events.isEmpty())
            byTask[item->changes.events.first().task] << item.get();
    }
    if (byTask.size() < 2)
        return;
    for (const auto& ofTask : std::as_const(byTask))
        m_syncing.start([ofTask] {
            for (auto* const item : ofTask) {
                item->prepared = item->before();
                if (!*item->prepared) // what follows it is for commit() to decide
                    return;
            }
        });
    m_syncing.waitForDone();
}

Result<> Writer::apply(const Items& items)
{
    if (!m_connection) {
        SY_TRY_ASSIGN(m_connection, Connection::open(m_file, Connection::Mode::Write));
        m_rows = std::make_unique<RowWriter>(*m_connection);
    }
    keepCopy(items);
    SY_TRY_ASSIGN(auto transaction, Transaction::begin(*m_connection));
    QHash<TaskId, const TaskRow*> newest; // a row that changes ten times is written once
    for (const auto& item : items) {
        const auto& changes = item->changes;
        for (const auto& id : changes.deleted) { // first: the word of the deletion itself stays
            newest.remove(id);
            SY_TRY(m_rows->erase(id));
        }
        for (const auto& event : changes.events)
            SY_TRY(m_rows->insert(event));
        for (const auto& row : changes.tasks)
            newest.insert(row.task.id(), &row);
        for (const auto& row : changes.confirmations)
            SY_TRY(m_rows->put(row));
        for (auto note = changes.notes.cbegin(); note != changes.notes.cend(); ++note)
            SY_TRY(m_rows->putNote(note.key(), note.value()));
        for (const auto& run : changes.runs)
            SY_TRY(m_rows->putRun(run));
    }
    for (const auto* row : std::as_const(newest))
        SY_TRY(m_rows->put(*row));
    return transaction.commit();
}

void Writer::keepBallast()
{
    QFile ballast(m_file + u".ballast"_s);
    if (m_hasBallast || QStorageInfo(QFileInfo(m_file).path()).bytesAvailable() < roomForBallast)
        return;
    m_hasBallast = ballast.open(QIODevice::WriteOnly) && posix_fallocate(ballast.handle(), 0, ballastBytes) == 0;
}

bool Writer::dropBallast()
{
    return std::exchange(m_hasBallast, false) && QFile::remove(m_file + u".ballast"_s);
}

bool Writer::waitBeforeRetry(const QString& why)
{
    QMutexLocker guard(&m_mutex);
    m_trouble = why;
    if (!m_ending)
        m_wake.wait(&m_mutex, retryPauseMs);
    return !m_ending;
}

void Writer::commit(Items items)
{
    QList<qint64> refused;
    qint64 last = 0;
    Items good;
    prepare(items);
    for (auto& item : items) {
        last = std::max(last, item->last);
        auto& done = item->prepared;
        if (!done)
            done = item->before ? item->before() : Result<>();
        if (!*done && done->error().code == ErrorCode::Io && dropBallast())
            done = item->before();
        if (*done)
            good.push_back(std::move(item));
        else
            refuse(*item, done->error(), refused);
    }
    auto done = apply(good);
    if (!done && good.size() > 1) {
        // One of them may be at fault: each alone, so that it does not take the others along. What is refused already
        // is told first: positions after it follow at once.
        if (!refused.isEmpty())
            Q_EMIT committed(0, refused);
        for (auto& item : good) {
            Items one;
            one.push_back(std::move(item));
            commit(std::move(one));
        }
        return;
    }
    while (!done && done.error().code == ErrorCode::Io && (dropBallast() || waitBeforeRetry(done.error().message)))
        done = apply(good);
    if (done && !m_hasBallast)
        keepBallast();
    for (auto& item : good) {
        if (!done) {
            refuse(*item, done.error(), refused);
            continue;
        }
        item->promise.addResult(Result<>());
        item->promise.finish();
    }
    {
        const QMutexLocker guard(&m_mutex);
        m_trouble.clear();
    }
    Q_EMIT committed(last, refused);
}

} // namespace switchyard::store
