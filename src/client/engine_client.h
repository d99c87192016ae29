#pragma once

#include "base/paths.h"
#include "base/secret.h"
#include "model/diff.h"
#include "model/statistics.h"
#include "model/task.h"
#include "rpc/peer.h"

#include <QObject>

namespace switchyard::client {

struct TaskQuery {
    QList<TaskStatus> statuses; //!< empty: all
    QString text;               //!< in title or goal
    int limit = 1000;
    int offset = 0;
};
struct TaskPage {
    QList<Task> tasks; //!< newest first
    int total = 0;
    qint64 position = 0; //!< events up to here are in the tasks
};
struct EventPage {
    QList<Event> events; //!< in order
    bool more = false;
};
//! How a task's files were before a command that the user confirmed.
struct RecoveryPoint {
    int number = 0;
    QString commit;
    UtcTime time{};
    QString message;
};
struct LogInfo {
    QString path; //!< the output log on this machine
    qint64 size = 0;
};
struct EngineStatus {
    QString version;
    qint64 pid = 0;
    int slots = 0, running = 0, queued = 0;
    bool codeIsSet = false;
    bool held = false;
    QJsonObject raw;
};

//! The typed client of the engine: one per program. Connects over the local socket, starts the engine if there is none
//! (`swy engine`, detached), reconnects by itself and re-subscribes where it left off, so that no event is missed and
//! none comes twice. Every call has one ending, at the latest after its limit; with the engine gone it is Unavailable.
//! Not thread-safe; never blocks.
class EngineClient : public QObject
{
    Q_OBJECT
public:
    struct Options {
        bool startEngine = true;                          //!< false: only use one that is there
        QString engineProgram;                            //!< path of swy; empty: beside this program
        QString name;                                     //!< "switchyard", "swy", for the engine's log and the audit
        milliseconds patience = std::chrono::seconds(10); //!< for the engine to come up
    };
    enum class State { Disconnected, Connecting, Connected };

    EngineClient(Paths paths, Options options, QObject* parent = nullptr);
    ~EngineClient() override;

    QString engineProgram() const; //!< path of the swy that is, or would be, started
    State state() const;
    //! Connects (starting the engine if need be). May be called again.
    QCoro::Task<Result<>> connectToEngine();
    //! From then on keeps the connection: reconnects with growing pauses until the object goes. An engine that was
    //! asked to end is not started again by this, only by connectToEngine().
    void keepConnected();

    //! Any method of the engine; for what has no typed call below.
    rpc::Reply call(QString method, QJsonObject params, milliseconds limit = std::chrono::seconds(30));

    //! `refuse`: Conflict instead of a place in the queue when the project has a task at work or no slot is free.
    QCoro::Task<Result<Task>> createTask(TaskSpec spec, bool refuse = false);
    QCoro::Task<Result<TaskPage>> listTasks(TaskQuery query);
    QCoro::Task<Result<Task>> getTask(TaskId id);
    QCoro::Task<Result<>> cancelTask(TaskId id);
    QCoro::Task<Result<>> pauseTask(TaskId id);
    QCoro::Task<Result<>> resumeTask(TaskId id);
    //! Another attempt; `followUp`: what it is to do beyond the goal.
    QCoro::Task<Result<>> retryTask(TaskId id, QString followUp = {});
    QCoro::Task<Result<>> deleteTask(TaskId id);
    QCoro::Task<Result<>> archiveTask(TaskId id, bool archived);
    QCoro::Task<Result<>> prioritise(TaskId id, Priority priority);
    QCoro::Task<Result<>> guide(TaskId id, QString text);
    QCoro::Task<Result<>> answerQuestion(TaskId id, QString questionId, QString text);
    //! All events of a task with position > after, at most `limit`.
    QCoro::Task<Result<EventPage>> events(TaskId id, qint64 after, int limit = 5000);
    QCoro::Task<Result<LogInfo>> logInfo(TaskId id, int attempt = 0); //!< 0: the newest
    QCoro::Task<Result<Diff>> diff(TaskId id);
    //! The branch it would go into; Conflict, naming the files, if it could not be merged at this moment.
    QCoro::Task<Result<QString>> checkMerge(TaskId id);
    //! Returns the branch it went into.
    QCoro::Task<Result<QString>> merge(TaskId id, bool deleteBranch);
    QCoro::Task<Result<>> discard(TaskId id);
    //! The newest entries of the audit, oldest first (docs/gate.md).
    QCoro::Task<Result<QList<QJsonObject>>> audit(int limit);
    struct AuditCheck {
        qint64 entries = 0;
        QString problem; //!< empty: it is whole
        qint64 line = 0;
    };
    QCoro::Task<Result<AuditCheck>> verifyAudit();
    QCoro::Task<Result<QList<RecoveryPoint>>> recoveryPoints(TaskId id); //!< the oldest first
    //! Brings the files of an ended task back; 0: to the newest point. {number, before, commit}: `before` is the point
    //! that keeps how they were until now.
    QCoro::Task<Result<QJsonObject>> restoreRecovery(TaskId id, int number);
    //! Forbidden with the tries left in the hint if the code is wrong; Conflict if it was answered already.
    //! `scope`: "once", or that of one of the request's offers, to allow more with the same code.
    QCoro::Task<Result<>> answerConfirmation(QString confirmationId, bool allow, Secret code,
                                             QString scope = QStringLiteral("once"));
    QCoro::Task<Result<QList<Grant>>> grants(); //!< oldest first
    QCoro::Task<Result<>> revokeGrant(QString id);
    QCoro::Task<Result<>> setCode(Secret newCode, Secret oldCode);
    QCoro::Task<Result<EngineStatus>> status();
    QCoro::Task<Result<Statistics>> statistics(StatisticsQuery query);
    //! Makes the demo repository and starts the demo task in it.
    QCoro::Task<Result<Task>> startDemo();
    QCoro::Task<Result<>> shutdownEngine();

    //! Live events with position > after, of one task or (null id) of all. Notified by eventReceived() until the object
    //! goes. Survives reconnects; called again for the same tasks it changes nothing.
    QCoro::Task<Result<>> subscribe(qint64 after, TaskId only = {});

Q_SIGNALS:
    void stateChanged(switchyard::client::EngineClient::State state);
    void eventReceived(const switchyard::Event& event);
    void connectionProblem(const switchyard::Error& why); //!< while keepConnected() tries
    //! The engine has rebuilt its database and numbers its events anew: what was read before must be read again.
    void storeReplaced();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace switchyard::client
