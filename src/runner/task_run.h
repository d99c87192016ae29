#pragma once

#include "agent/agent_type.h"
#include "base/paths.h"
#include "gate/gate.h"
#include "process/attempt_group.h"
#include "runner/control_server.h"
#include "runner/job.h"
#include "runner/meters.h"
#include "runner/run_clock.h"
#include "runner/runner_spec.h"
#include "runner/terminal_host.h"
#include "runner/workspace.h"

namespace switchyard::runner {

//! One attempt of one task, from workspace to ending. Owns everything of it; run() is called once and ends when nothing
//! of it is left running.
class TaskRun : public QObject, public Controls
{
    Q_OBJECT
public:
    struct Parts {
        Paths paths;
        RunnerSpec spec;
        std::shared_ptr<const gate::Gate> gate;
        std::unique_ptr<process::OutputLog> log;
        std::optional<process::AttemptGroup> group; //!< nothing: its tree is followed as well as can be
        const Clock& clock;
        QString swyProgram; //!< the built-in agent is a child of it
    };
    TaskRun(Parts parts, Recorder& recorder);
    ~TaskRun() override;

    QCoro::Task<> run();

    //! Of its own, or what protects the machine.
    static int processLimit(const TaskSpec& task);

    void cancel() override;
    void endForLimit(const QString& reason, const QString& limit) override;
    Result<> pause() override;
    Result<> resume() override;
    QCoro::Task<Result<>> resolveConfirmation(QString id, bool allow, Secret code, QString by, QString door,
                                              QString why) override;
    Result<> answerQuestion(const QString& id, const QString& text) override;
    Result<> guide(const QString& text) override;
    QJsonObject stat() override;

private:
    QCoro::Task<Ending> work();
    QCoro::Task<Result<>> enclose();
    Result<std::unique_ptr<Job>> makeJob();
    void watchLimits();
    void logShortened(qint64 firstKept);
    void end(Ending ending); //!< asks the run to end so; the first wins
    void updateStatus();
    void recordProgress();
    void commandFinished(const QString& command, const process::Exit& exit, const QByteArray& tail);
    void checkType(Ending& ending);

    Parts m_parts;
    Recorder& m_recorder;
    ConfirmationDesk m_desk;
    RunClock m_clock;
    Meters m_meters;
    Workspace m_workspace;
    std::shared_ptr<const Enclosure> m_enclosure; //!< once the workspace stands
    PhaseTracker m_tracker;
    std::unique_ptr<TerminalHost> m_host;
    std::unique_ptr<Job> m_job;
    std::optional<agent::AgentType> m_type; //!< if the task names one
    std::optional<Ending> m_ending;         //!< asked for from outside: cancelled, time limit
    milliseconds m_progressAt{0};
    PhaseTracker::State m_told;
    int m_step = 0, m_steps = 0;
    std::optional<milliseconds> m_logNoticed; //!< when the loss of log parts was told last
    bool m_outputNoticed = false;
    bool m_waiting = false, m_asking = false, m_paused = false;
};

} // namespace switchyard::runner
