#pragma once

#include "base/paths.h"
#include "model/task.h"
#include "store/store.h"

#include <QObject>

#include <deque>

namespace switchyard::engine {

//! The engine's one account of all tasks: every event passes through here, is projected by applyEvent(), written, and
//! told to the others only when it is on disk. Unfinished tasks are in memory, finished ones are read when asked for.
//! Not thread-safe; never waits.
class TaskBook : public QObject
{
    Q_OBJECT
public:
    TaskBook(store::Store& store, Paths paths, const Clock& clock, QObject* parent = nullptr);

    //! Reads the unfinished tasks and makes good what a crash left between their journals (attempt 0) and the database.
    Result<> load();

    //! As it is now, what is not yet on disk included. NotFound names the id.
    Result<Task> task(const TaskId& id);
    //! The same without a copy, and only if it is in memory, as all unfinished ones are; nullptr otherwise. Good until
    //! control is back in the event loop.
    const Task* peek(const TaskId& id) const;
    bool exists(const TaskId& id);
    QList<TaskId> unfinished() const;
    //! How many are in memory: the unfinished ones, and those that are being written.
    qsizetype inMemory() const { return qsizetype(m_entries.size()); }
    qsizetype unpublished() const { return qsizetype(m_unpublished.size()); } //!< events that are being written
    //! Only for unfinished tasks; 0 for others.
    qint64 queuedSince(const TaskId& id) const;
    qint64 newestSeq(const TaskId& id, int attempt) const;
    qint64 publishedPosition() const { return m_published; }

    //! A new task: its creation and its place are written together. The future as record()'s.
    QFuture<Result<>> create(const TaskSpec& spec, TaskStatus status, const QString& reason);
    //! Something the engine itself did: written to attempt 0's journal, then to the database. The future ends when it
    //! is durable; the task changes at once. Conflict if it would be an illegal change of status.
    QFuture<Result<>> record(const TaskId& id, const QString& kind, QJsonObject data);
    QFuture<Result<>> recordStatus(const TaskId& id, TaskStatus to, const QString& reason, const QString& evidence = {},
                                   const QJsonObject& more = {});
    //! What a runner told, in order. Those already known are dropped; the first one missing ends it with Corrupt.
    Result<> take(const QList<Event>& events);
    //! Takes back a task that is not known, out of its journals: all its events in order, the first its creation.
    QFuture<Result<>> adopt(QList<Event> events);
    //! The task, its events and rows go; the word of it stays for those who were away.
    QFuture<Result<>> erase(const TaskId& id);
    //! Other rows (confirmations, notes), in step with the events.
    QFuture<Result<>> write(store::Changes changes);

    store::Store& store() { return m_store; }

Q_SIGNALS:
    //! At once, before it is durable: for the queue and the confirmations. Who hears it may look and note, but must not
    //! record anything before control is back in the event loop.
    void applied(const switchyard::Event& event, switchyard::TaskStatus before, switchyard::TaskStatus after);
    //! Durable and in order of position: for everybody else.
    void published(const QList<switchyard::Event>& events);

private:
    struct Entry {
        store::TaskRow row;
        QMap<int, qint64> seqs; //!< newest seq by attempt
        int writing = 0;
    };
    struct News {
        QString kind;
        QJsonObject data;
    };
    QFuture<Result<>> recordAll(const TaskId& id, QList<News> news);
    Entry* find(const TaskId& id);
    Result<Entry> read(const TaskId& id) const;
    Result<> catchUp(const TaskId& id);
    void apply(Entry& entry, Event& event);
    QFuture<Result<>> put(const TaskId& id, QList<Event> events, store::Writer::Before before);
    void publish(qint64 position, const QList<qint64>& refused);
    void written(const TaskId& id, bool good);
    void letGo(const TaskId& id);

    store::Store& m_store;
    const Paths m_paths;
    const Clock& m_clock;
    std::map<TaskId, Entry> m_entries;
    std::deque<Event> m_unpublished;
    QSet<qint64> m_refused; //!< positions that never reached the disk
    qint64 m_position = 0;  //!< given out last
    qint64 m_published = 0;
};

//! A future that has ended already.
QFuture<Result<>> ended(Result<> result);

} // namespace switchyard::engine
