#pragma once

#include "engine/nursery.h"
#include "engine/runner_link.h"
#include "engine/settings.h"
#include "engine/task_book.h"
#include "process/attempt_group.h"

#include <QFileSystemWatcher>

namespace switchyard::engine {

//! Starts runners, attaches to those that live, and says what became of each. It is not their parent: an engine that
//! comes later finds them just the same. Not thread-safe; never waits.
class Supervisor : public QObject
{
    Q_OBJECT
public:
    Supervisor(TaskBook& book, const Paths& paths, const Settings& settings, QObject* parent = nullptr);
    ~Supervisor() override;

    //! Attaches to whatever runs, reads what the dead have left, for all unfinished tasks. Once, at the start.
    void recover();
    //! The same for one unfinished task.
    void recoverTask(const TaskId& id);
    //! Starts attempt `attempt` of a queued task. The rest comes as events.
    Result<> start(const TaskId& id, int attempt, const QString& resumeSession = {});
    //! A runner is starting, living, or being read to its end.
    bool hasRunner(const TaskId& id) const { return m_links.contains(id); }
    int runners() const { return int(m_links.size()); }
    QList<TaskId> withRunner() const { return m_links.keys(); }
    //! Asks the task's runner, also one that is just starting. Conflict if there is none, Unavailable if it cannot be
    //! reached in time (`limit`; zero: the engine's setting).
    rpc::Reply call(const TaskId& id, const QString& method, const QJsonObject& params, milliseconds limit = {});
    //! How surely the trees of tasks are held on this machine, and why not better.
    const process::GroupPool::Place& place() const { return m_place; }
    //! The next attempt's number, counted by what is on disk.
    int nextAttempt(const TaskId& id, int newest) const;

Q_SIGNALS:
    void runnerGone(const switchyard::TaskId& id); //!< its last status is recorded; its place is free

private:
    RunnerLink* follow(const TaskId& id, int attempt, qint64 pid);
    Result<qint64> startProgram(const Task& task, int attempt) const;
    void startInNursery(const Task& task, int attempt, const QString& group);
    void ended(RunnerLink* link, const QString& words, const QString& damage);
    void forget(const TaskId& id);
    struct Remains {
        qsizetype ended = 0;     //!< processes that the runner had left
        QStringList survivors;   //!< that could not be ended
        QList<Event> lastEvents; //!< told after its journal was read to what seemed to be its end
    };
    void recordDeath(const TaskId& id, int attempt, const QString& words, const QString& damage,
                     const Remains& remains);
    static Remains endRemains(const QString& group, const QByteArray& tag);
    void removeDeadSockets();
    void removeDeadGroups();
    static QCoro::Task<Result<QJsonValue>> callWhenAttached(QPointer<RunnerLink> link, QString method,
                                                            QJsonObject params, milliseconds limit);
    bool abandonUnstarted(const TaskId& id, int attempt);

    TaskBook& m_book;
    const Paths m_paths;
    const Settings m_settings;
    const process::GroupPool::Place m_place;
    Nursery m_nursery;
    QHash<TaskId, RunnerLink*> m_links;
    QFileSystemWatcher m_sockets;
};

} // namespace switchyard::engine
