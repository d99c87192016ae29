#pragma once

#include "base/clock.h"
#include "base/lock.h"
#include "base/paths.h"
#include "model/task.h"
#include "process/journal.h"
#include "rpc/peer.h"

#include <QLocalServer>

namespace switchyard::testing {

//! A runner whose work is a script: the task's goal, words separated by blanks.
//!   events:N[,MS]  N progress events, one every MS milliseconds (default 1)
//!   wait           goes on when "guide" comes
//!   confirm        asks for the code; refused: goes on all the same
//!   ask            asks a question and waits for the answer
//!   crash          dies at once, as by kill -9
//!   late:MS        takes its lock only after MS (first word)
//!   refuse         says "no such model" on standard error and exits before its lock is taken (first word)
//!   child          starts a process that sleeps on in a session of its own; its pid is in <attempt folder>/child
//!   hang           never ends by itself; cancel ends it
//!   fail           ends as failed
//!   timeout        ends as timed out
//!   failtill:N     fails in every attempt before the Nth
//!   limited:MS     in the first attempt the agent is limited for MS and the task fails
//!   session:ID     tells of an agent's session
//!   branch         makes the task's worktree and branch
//!   write:FILE     writes FILE into the worktree and commits it
//! It ends as completed after the last word. A count of its starts is kept in <attempt folder>/starts.
class FakeRunner : public QObject
{
    Q_OBJECT
public:
    FakeRunner(Paths paths, TaskId task, int attempt);
    Result<> start();

Q_SIGNALS:
    void finished();

private:
    QCoro::Task<> run();
    QCoro::Task<> step(QString word);
    void record(const QString& kind, const QJsonObject& data);
    void status(TaskStatus to, const QString& reason = {});
    void accept();
    void serve(rpc::Peer* peer);
    Result<> makeBranch();
    Result<> write(const QString& name);
    Result<QJsonValue> resolve(const QJsonObject& params);

    const Paths m_paths;
    const TaskId m_task;
    const int m_attempt;
    TaskSpec m_spec;
    std::optional<FileLock> m_lock;
    std::unique_ptr<process::Journal> m_journal;
    QLocalServer m_server;
    QList<QPointer<rpc::Peer>> m_attached;
    TaskStatus m_status = TaskStatus::Queued;
    QString m_open; //!< id of the open confirmation or question
    bool m_goOn = false;
    bool m_cancelled = false;
};

} // namespace switchyard::testing
