#pragma once

#include "base/lock.h"
#include "base/paths.h"
#include "runner/task_run.h"

namespace switchyard::runner {

//! `swy runner`: one attempt of one task as a process of its own. Holds the attempt's lock for as long as it lives,
//! records into its journal, listens on its socket, and ends when the task has ended. Needs no engine.
class RunnerProgram : public QObject
{
    Q_OBJECT
public:
    RunnerProgram(Paths paths, TaskId task, int attempt, const Clock& clock, QObject* parent = nullptr);
    ~RunnerProgram() override;

    //! Conflict if another runner works on this attempt.
    Result<> start(const QString& swyProgram);
    //! SIGTERM and the like: ends the task as cancelled.
    void terminate();

Q_SIGNALS:
    void finished(); //!< once, after a successful start(); the journal is complete

private:
    QCoro::Task<> runToEnd();

    const Paths m_paths;
    const TaskId m_task;
    const int m_attempt;
    const Clock& m_clock;
    std::optional<FileLock> m_lock;
    std::unique_ptr<Recorder> m_recorder;
    std::unique_ptr<TaskRun> m_run;
    std::unique_ptr<ControlServer> m_server;
};

} // namespace switchyard::runner
