#include "runner/task_run.h"

#include "agent/agent_server.h"
#include "llm/prices.h"
#include "runner/agent_job.h"
#include "runner/shell_job.h"
#include "runner/test_results.h"

#include <QCoro/QCoroSignal>

namespace switchyard::runner {

namespace {
constexpr milliseconds heartbeat = std::chrono::seconds(30); //!< progress is told at least this often
}

TaskRun::TaskRun(Parts parts, Recorder& recorder)
    : m_parts(std::move(parts)),
      m_recorder(recorder),
      m_desk(recorder, m_parts.clock, gate::CodeVault(m_parts.paths.confirmationCode()),
             m_parts.spec.task.limits.confirmationWait),
      m_clock(m_parts.clock, m_parts.spec.task.limits.runTime),
      m_workspace(m_parts.paths, m_parts.spec.task, recorder)
{
    connect(&m_desk, &ConfirmationDesk::waitingChanged, this, [this](bool waiting) {
        m_waiting = waiting;
        updateStatus();
    });
    connect(&m_clock, &RunClock::limitReached, this, [this] {
        end({TaskStatus::TimedOut,
             u"Its time limit of %1 was met; its work so far is kept."_s.arg(
                 formatDuration(m_parts.spec.task.limits.runTime)),
             u"time"_s});
    });
    connect(&m_heartbeat, &QTimer::timeout, this, &TaskRun::recordProgress);
}

TaskRun::~TaskRun() = default;

QCoro::Task<> TaskRun::run()
{
    m_recorder.setStatus(TaskStatus::Running);
    m_clock.setTicking(true);
    m_heartbeat.start(heartbeat);
    auto ending = co_await work();
    if (m_ending)
        ending = *m_ending;
    m_heartbeat.stop();
    // Nothing may wait any more when the ending is told.
    m_desk.refuseAll(u"The task has ended."_s);
    m_paused = m_asking = false;
    updateStatus();
    if (const auto committed = co_await m_workspace.commit(commitMessage()); !committed) {
        m_recorder.record(event_kind::notice, {{u"severity"_s, u"error"_s}, {u"text"_s, describe(committed.error())}});
        if (ending.status == TaskStatus::Completed)
            ending = {TaskStatus::Failed,
                      u"The work is done but could not be committed. "_s + describe(committed.error())};
    }
    m_clock.setTicking(false);
    recordProgress();
    m_recorder.setStatus(ending.status, ending.reason, ending.limit);
    m_recorder.flush();
}

QCoro::Task<Ending> TaskRun::work()
{
    const auto failed = [](const Error& error) { return Ending{TaskStatus::Failed, describe(error)}; };
    if (const auto prepared = co_await m_workspace.prepare(); !prepared)
        co_return failed(prepared.error());
    const auto& task = m_parts.spec.task;
    m_host = std::make_unique<TerminalHost>(m_recorder, m_desk, *m_parts.log, m_parts.gate,
                                            TerminalHost::Surroundings{task.id, m_parts.spec.attempt,
                                                                       m_workspace.folder(), m_workspace.branch(),
                                                                       task.shell.isEmpty() ? u"bash"_s : task.shell});
    connect(m_host.get(), &TerminalHost::commandStarted, this, [this](const QString& command) {
        // A plain command has no phases of its own, unless it runs tests.
        if (m_parts.spec.task.kind == TaskKind::Agent || PhaseTracker::isTestCommand(command))
            m_tracker.commandStarted(command);
        recordProgress();
    });
    connect(m_host.get(), &TerminalHost::commandFinished, this, &TaskRun::commandFinished);
    auto job = makeJob();
    if (!job)
        co_return failed(job.error());
    m_job = std::move(*job);
    connect(m_job.get(), &Job::progressed, this, &TaskRun::recordProgress);
    connect(m_job.get(), &Job::stepped, this, [this](int step, int steps) {
        m_step = step;
        m_steps = steps;
        recordProgress();
        m_workspace.measure();
    });
    connect(m_job.get(), &Job::questionChanged, this, [this](bool open) {
        m_asking = open;
        updateStatus();
    });
    if (m_ending)                    // cancelled while the workspace was made
        co_return Ending(*m_ending); // a copy: an lvalue would be moved from
    auto ending = co_await m_job->run();
    m_host->stopAll();
    if (m_host->isBusy())
        co_await qCoro(m_host.get(), &TerminalHost::idle);
    co_return ending;
}

Result<std::unique_ptr<Job>> TaskRun::makeJob()
{
    const auto& task = m_parts.spec.task;
    if (task.kind == TaskKind::Shell)
        return std::make_unique<ShellJob>(task.goal, m_workspace.folder(), *m_host);
    SY_TRY_ASSIGN(const auto registry, agent::AgentRegistry::load(m_parts.paths.agents()));
    SY_TRY_ASSIGN(auto server, registry.find(task.agent.isEmpty() ? u"builtin"_s : task.agent));
    SY_TRY_ASSIGN(auto type, agent::findAgentType(m_parts.paths.config + u"/agent-types"_s, task.agentType));
    SY_TRY_ASSIGN(auto prices, llm::PriceTable::load(m_parts.paths.config + u"/prices.json"_s));
    if (server.command.isEmpty()) {
        server.command = m_parts.swyProgram;
        server.arguments = QStringList{u"agent"_s};
        if (!task.model.isEmpty())
            server.arguments << u"--model"_s << task.model;
        // With the task: a later attempt goes on with the conversation, and it goes when the task is deleted.
        server.arguments << u"--sessions"_s << m_parts.paths.task(task.id) + u"/sessions"_s;
    }
    return std::make_unique<AgentJob>(AgentJob::Request{server, std::move(type), task, m_workspace.folder(),
                                                        m_parts.spec.resumeSession, std::move(prices)},
                                      *m_host, m_desk, m_recorder, m_tracker, m_parts.clock);
}

void TaskRun::commandFinished(const QString& command, const process::Exit& exit, const QByteArray& tail)
{
    m_tracker.commandFinished(command, exit.ok());
    if (PhaseTracker::isTestCommand(command)) {
        if (const auto result = parseTestResult(tail)) {
            m_tracker.tested(result->passed, result->failed);
            m_recorder.record(event_kind::testResult, {{u"runner"_s, result->runner},
                                                       {u"passed"_s, result->passed},
                                                       {u"failed"_s, result->failed},
                                                       {u"skipped"_s, result->skipped},
                                                       {u"ok"_s, exit.ok()}});
        }
    } else if (PhaseTracker::isBuildCommand(command)) {
        m_recorder.record("build.status"_L1, {{u"command"_s, command}, {u"ok"_s, exit.ok()}});
    }
    recordProgress();
    m_workspace.measure();
}

void TaskRun::recordProgress()
{
    const auto& state = m_tracker.state();
    if (state.phase != m_told.phase)
        m_recorder.record(event_kind::taskPhase, {{u"phase"_s, phaseName(state.phase)}, {u"message"_s, state.message}});
    m_told = state;
    m_recorder.record(event_kind::taskProgress, {{u"percent"_s, state.percent},
                                                 {u"message"_s, state.message},
                                                 {u"step"_s, m_step},
                                                 {u"steps"_s, m_steps},
                                                 {u"elapsed_ms"_s, qint64(m_clock.elapsed().count())}});
}

void TaskRun::updateStatus()
{
    const auto status = m_paused                ? TaskStatus::Paused
                        : m_waiting || m_asking ? TaskStatus::Waiting
                                                : TaskStatus::Running;
    m_clock.setTicking(status == TaskStatus::Running);
    if (status != m_recorder.status()) {
        recordProgress(); // the clock as it stood when it stopped
        m_recorder.setStatus(status, m_waiting  ? u"waits for your code"_s
                                     : m_asking ? u"waits for your answer"_s
                                                : QString());
    }
}

void TaskRun::end(Ending ending)
{
    if (m_ending)
        return;
    m_ending = std::move(ending);
    if (m_paused && m_job)
        m_job->setFrozen(false); // a frozen process cannot end
    if (m_job)
        m_job->abort();
    else
        m_desk.refuseAll(u"The task was stopped."_s);
}

void TaskRun::cancel()
{
    end({TaskStatus::Cancelled, u"Cancelled by the user."_s});
}

Result<> TaskRun::pause()
{
    if (!m_job || m_ending)
        return fail(ErrorCode::Conflict, u"The task cannot be paused now: it is starting or ending."_s);
    m_job->setFrozen(true);
    m_paused = true;
    updateStatus();
    return {};
}

Result<> TaskRun::resume()
{
    if (!m_paused)
        return fail(ErrorCode::Conflict, u"The task is not paused."_s);
    m_paused = false;
    m_job->setFrozen(false);
    updateStatus();
    return {};
}

QCoro::Task<Result<>> TaskRun::resolveConfirmation(QString id, bool allow, Secret code, QString by, QString door,
                                                   QString why)
{
    return m_desk.resolve(id, allow, code, by, door, why);
}

Result<> TaskRun::answerQuestion(const QString& id, const QString& text)
{
    if (!m_job)
        return fail(ErrorCode::Conflict, u"No question is open."_s);
    return m_job->answerQuestion(id, text);
}

Result<> TaskRun::guide(const QString& text)
{
    if (!m_job || m_ending)
        return fail(ErrorCode::Conflict, u"The task cannot take a message now: it is starting or ending."_s);
    return m_job->guide(text);
}

QJsonObject TaskRun::stat()
{
    return {{u"seq"_s, m_recorder.lastSeq()},
            {u"status"_s, statusName(m_recorder.status())},
            {u"elapsed_ms"_s, qint64(m_clock.elapsed().count())}};
}

QString TaskRun::commitMessage() const
{
    const auto& task = m_parts.spec.task;
    const auto title = task.title.isEmpty() ? titleFromGoal(task.goal) : task.title;
    return u"%1\n\nTask: %2\nAgent: %3\n"_s.arg(title, task.id.toString(),
                                                task.kind == TaskKind::Shell ? u"shell"_s : task.agent);
}

} // namespace switchyard::runner
