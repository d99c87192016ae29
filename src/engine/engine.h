#pragma once

#include "engine/audit_log.h"
#include "engine/confirmations.h"
#include "engine/disk_guard.h"
#include "engine/grants.h"
#include "engine/heap_care.h"
#include "engine/housekeeping.h"
#include "engine/log_index.h"
#include "engine/scheduler.h"
#include "model/diff.h"

#include <QCoro/QCoroTask>
#include <QFileSystemWatcher>
#include <QThreadPool>

namespace switchyard::engine {

//! The whole engine behind its doors: the use-cases, each once. It owns the account of tasks, the queue, the runners'
//! supervisor and the confirmations. Not thread-safe; never waits: git, checks and hashes run on workers.
class Engine : public QObject
{
    Q_OBJECT
public:
    //! `store` is open and current; it must outlive the engine.
    Engine(store::Store& store, Paths paths, Settings settings, const Clock& clock = Clock::system(),
           QObject* parent = nullptr);
    ~Engine() override;
    //! Attaches to what runs and begins to work off the queue.
    Result<> start();

    // Use-cases. All are coroutines that outlive the engine harmlessly (Cancelled).
    struct CreateOptions {
        bool refuseWhenBusy = false;      //!< Conflict instead of waiting for a slot
        bool refuseInBusyProject = false; //!< Conflict, naming the task that is at work in the same project
    };
    static QCoro::Task<Result<Task>> create(QPointer<Engine> self, TaskSpec spec, CreateOptions options);
    static QCoro::Task<Result<>> cancel(QPointer<Engine> self, TaskId id);
    //! Another attempt; `followUp`: what it is to do beyond the goal; `limits`: those that change.
    static QCoro::Task<Result<>> retry(QPointer<Engine> self, TaskId id, QString followUp = {},
                                       QJsonObject limits = {});
    static QCoro::Task<Result<>> erase(QPointer<Engine> self, TaskId id);
    //! Only of finished tasks: puts them out of the way, or back. Nothing is removed.
    static QCoro::Task<Result<>> archive(QPointer<Engine> self, TaskId id, bool archived);
    static QCoro::Task<Result<>> prioritise(QPointer<Engine> self, TaskId id, Priority priority);
    //! pause, resume, guide, question.answer: what its runner does.
    static QCoro::Task<Result<>> tellRunner(QPointer<Engine> self, TaskId id, QString method, QJsonObject params);
    //! What speaks for a task's status, looked at now, within about a second. A runner that does not answer in time
    //! makes it "cannot tell"; it changes nothing about the task.
    struct Evidence {
        enum class Verdict { Waiting, Running, Ended, CannotTell };
        Verdict verdict = Verdict::CannotTell;
        QString text; //!< "last event 12 s ago, its process is alive and answers"
        milliseconds sinceLastEvent{0};
        bool processAlive = false, answers = false;
        QJsonObject toJson() const;
    };
    static QCoro::Task<Result<Evidence>> evidence(QPointer<Engine> self, TaskId id);
    static QCoro::Task<Result<Diff>> diff(QPointer<Engine> self, TaskId id);
    struct MergeResult {
        QString into, commit;
    };
    static QCoro::Task<Result<MergeResult>> merge(QPointer<Engine> self, TaskId id, bool deleteBranch);
    //! The branch that merge() would go into; the error that it would give. Changes nothing.
    static QCoro::Task<Result<QString>> rehearseMerge(QPointer<Engine> self, TaskId id);
    static QCoro::Task<Result<>> discard(QPointer<Engine> self, TaskId id);
    //! [{number, commit, time, message}], the oldest first; none where there is no repository any more.
    static QCoro::Task<Result<QJsonArray>> recoveryPoints(QPointer<Engine> self, TaskId id);
    struct Restored {
        int number, before; //!< brought back; how it was until then
        QString commit;     //!< of the task's branch; empty: in place, or nothing differed
    };
    //! Brings the files of an ended task back to a recovery point; 0: the newest.
    static QCoro::Task<Result<Restored>> restoreRecovery(QPointer<Engine> self, TaskId id, int number);
    static QCoro::Task<Result<Task>> startDemo(QPointer<Engine> self);
    //! What a waiting task comes after from now on. Conflict if it would come after itself.
    static QCoro::Task<Result<>> setAfter(QPointer<Engine> self, TaskId id, QList<TaskId> after);
    //! `forNow`: the next engine does not remember it.
    static QCoro::Task<Result<>> setGate(QPointer<Engine> self, Scheduler::Gate gate, bool forNow = false);
    //! Reads the settings anew; also by itself when the file changes. On an error the old ones stay.
    static QCoro::Task<Result<>> reload(QPointer<Engine> self);
    static QCoro::Task<Result<>> resizeQueue(QPointer<Engine> self, int slots);

    //! Packs a task into a tar file that must not exist yet; an absolute path.
    static QCoro::Task<Result<>> exportTo(QPointer<Engine> self, TaskId id, QString file);
    //! Looks for what does not fit together on disk; with `mend` mends what can be mended without losing anything.
    static QCoro::Task<Result<QList<Finding>>> examineDisk(QPointer<Engine> self, bool mend);
    //! Finished tasks beyond what the settings keep go, with their files. Also by itself, at the start and each hour.
    static QCoro::Task<Result<>> tidy(QPointer<Engine> self);

    TaskBook& book() { return m_book; }
    Scheduler& scheduler() { return m_scheduler; }
    Supervisor& supervisor() { return m_supervisor; }
    Confirmations& confirmations() { return m_confirmations; }
    Grants& grants() { return m_grants; }
    AuditLog& audit() { return m_audit; }
    const Paths& paths() const { return m_paths; }
    const Settings& settings() const { return m_settings; }
    //! How much is kept of tasks at the moment, by kind. Nothing of those that ended a while ago: they are in the
    //! database.
    QJsonObject inMemory() const;
    QString settingsTrouble() const { return m_settingsTrouble; } //!< why the newest ones are not used; empty: they are

private:
    //! One change of a task's worktree at a time; released when it goes.
    class Busy
    {
    public:
        Busy(Engine* engine, TaskId id);
        Busy(Busy&& other) noexcept : m_engine(std::exchange(other.m_engine, nullptr)), m_id(other.m_id) {}
        Busy& operator=(Busy&&) = delete;
        ~Busy();

    private:
        QPointer<Engine> m_engine;
        TaskId m_id;
    };
    static Error ending(); //!< for those who still wait when the engine goes
    Result<Busy> claim(const TaskId& id);
    Result<Task> reviewable(const TaskId& id);
    Result<> refuseConflict(const TaskSpec& spec, const CreateOptions& options);
    void beginCare();
    void watchSettings();
    void noteShed(const QList<ShedLog>& logs);
    //! A task that has ended may have a runner for some moments more; its worktree is left alone until then.
    static QCoro::Task<Result<>> runnerEnded(QPointer<Engine> self, TaskId id);

    const Clock& m_clock;
    const Paths m_paths;
    Settings m_settings;
    TaskBook m_book;
    Supervisor m_supervisor;
    Scheduler m_scheduler;
    Grants m_grants;
    Confirmations m_confirmations;
    AuditLog m_audit;
    LogIndex m_logs;
    DiskGuard m_disk;
    HeapCare m_heap;
    QThreadPool m_gitWorker; //!< one thread: two merges never meet in a repository
    QSet<TaskId> m_busy;
    QTimer m_tidy;
    QFileSystemWatcher m_settingsFiles;
    QTimer m_settingsTimer;
    QString m_settingsTrouble;
    int m_gateOrders = 0; //!< to hold, drain or release the queue; the newest counts
};

} // namespace switchyard::engine
