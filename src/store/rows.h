#pragma once

#include "model/task.h"
#include "store/connection.h"
#include "store/statistics.h"

namespace switchyard::store {

//! A task as it is kept: the whole of it, and when it joined the queue (a position; the order within a priority).
struct TaskRow {
    Task task;
    qint64 queued = 0;
    bool operator==(const TaskRow&) const = default;
};

//! What becomes of a confirmation. Open until answered; wrong tries survive restarts.
struct ConfirmationRow {
    Confirmation confirmation;
    QString state; //!< "open", "allowed", "denied", "expired"
    int wrongTries = 0;
};

struct TaskQuery {
    QList<TaskStatus> statuses; //!< empty: all
    QString text;               //!< title and goal hold words that begin with each of these, whatever their case
    QString project;            //!< empty: all
    int limit = 1000;
    int offset = 0;
};
struct TaskList {
    QList<QJsonObject> tasks; //!< Task::toJson(), newest first
    int total = 0;            //!< of all that match; with a text, at least so many
    qint64 position = 0;      //!< events up to here are in them
};

//! What one write holds: applied together or not at all.
struct Changes {
    QList<Event> events;
    QList<TaskRow> tasks;
    QList<TaskId> deleted; //!< their events and confirmations too
    QList<ConfirmationRow> confirmations;
    QMap<QString, QString> notes; //!< small facts of the engine's own, by name
    QList<QVariantList> runs;     //!< of deleted tasks, when a database is made anew (store/kept.h)
    //! Nobody waits for the answer: it may be held for some milliseconds, so that what follows shares its sync.
    bool patient = false;
};

// Reading; any connection.
Result<TaskList> listTasks(const Connection& connection, const TaskQuery& query);
Result<std::optional<TaskRow>> findTask(const Connection& connection, const TaskId& id);
Result<QList<TaskRow>> tasksWithStatus(const Connection& connection, const QList<TaskStatus>& statuses);
//! Those whose end calls for another attempt that nobody has queued yet (Task::willBeRetried()).
Result<QList<TaskRow>> tasksToRetry(const Connection& connection);
//! Events with position > after, in order; of one task unless `task` is null.
Result<QList<Event>> eventsAfter(const Connection& connection, const TaskId& task, qint64 after, int limit);
//! The same over all tasks, of these kinds only; the kinds in quotes, as SQL has them.
Result<QList<Event>> eventsOfKinds(const Connection& connection, const QStringList& kinds, qint64 after, int limit);
//! The newest seq kept, by attempt.
Result<QMap<int, qint64>> newestSeqs(const Connection& connection, const TaskId& task);
Result<qint64> newestPosition(const Connection& connection);
Result<std::optional<ConfirmationRow>> findConfirmation(const Connection& connection, const QString& id);
Result<QList<ConfirmationRow>> openConfirmations(const Connection& connection);
Result<QString> findNote(const Connection& connection, const QString& name); //!< empty if there is none

//! Writing, with its statements prepared once; the writer's thread only.
class RowWriter
{
public:
    explicit RowWriter(const Connection& connection) : m_connection(connection), m_statistics(connection) {}
    Result<> insert(const Event& event);
    Result<> put(const TaskRow& row);
    Result<> put(const ConfirmationRow& row);
    Result<> putWords(const Task& task); //!< what it is found by
    Result<> putNote(const QString& name, const QString& value);
    Result<> putRun(const QVariantList& values); //!< unless it is there
    Result<> erase(const TaskId& id);

private:
    Result<> account(const TaskRow& row);
    Result<> count(const QString& project, const QString& status, int change);
    Result<> run(std::optional<QSqlQuery>& query, const QString& sql, const QVariantList& values, bool finish = true);
    const Connection& m_connection;
    std::optional<QSqlQuery> m_event, m_task, m_confirmation, m_note, m_count, m_word, m_before;
    StatisticsWriter m_statistics;
};

} // namespace switchyard::store
