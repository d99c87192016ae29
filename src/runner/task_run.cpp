#include "runner/task_run.h"

#include "agent/agent_server.h"
#include "llm/prices.h"
#include "runner/agent_job.h"
#include "runner/repository_check.h"
#include "runner/shell_job.h"
#include "runner/test_results.h"
#include "runner/type_check.h"

#include <QCoro/QCoroSignal>
#include <QCoro/QCoroTimer>
#include <QDeadlineTimer>
#include <QLocale>

namespace switchyard::runner {

namespace {
constexpr milliseconds heartbeat = std::chrono::seconds(30);        //!< progress is told at least this often…
constexpr milliseconds longestHeartbeat = std::chrono::minutes(10); //!< …and by a command that only sleeps
constexpr milliseconds roomPoll{500};
constexpr milliseconds longestWaitForRoom = std::chrono::hours(24);
constexpr milliseconds logNoticePause = std::chrono::minutes(1);
//! Where a task has no limit of its own: what keeps a fork bomb from taking the machine down.
constexpr int mostProcesses = 4096;

QString bytes(qint64 count)
{
    return QLocale::c().formattedDataSize(count, 1);
}

//! What the kernel does not enforce is watched.
Meters::Watched watched(const TaskRun::Parts& parts)
{
    const auto& limits = parts.spec.task.limits;
    Meters::Watched result{limits.memoryBytes, TaskRun::processLimit(parts.spec.task), false};
    if (parts.group && parts.group->limitsMemory())
        result.memoryBytes = 0;
    if (parts.group && parts.group->limitsProcesses())
        result.processes = 0;
    result.closely = result.memoryBytes > 0 || (result.processes > 0 && limits.processes > 0);
    return result;
}
} // namespace

TaskRun::TaskRun(Parts parts, Recorder& recorder)
    : m_parts(std::move(parts)),
      m_recorder(recorder),
      m_desk(recorder, m_parts.clock, gate::CodeVault(m_parts.paths.confirmationCode()),
             m_parts.spec.task.limits.confirmationWait),
      m_clock(m_parts.clock, m_parts.spec.task.limits.runTime),
      m_meters(recorder, m_parts.clock, m_parts.group ? &m_parts.group->work() : nullptr, watched(m_parts)),
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
    connect(&m_meters, &Meters::sampled, this, [this](bool idle) {
        const auto quiet = m_parts.clock.monotonic() - m_progressAt;
        // An agent that uses no time waits for its model: people want to hear of it. A sleeping command wakes nobody.
        const bool silent = idle && m_parts.spec.task.kind == TaskKind::Shell;
        if (quiet + Meters::longestInterval + std::chrono::seconds(1) >
            (silent ? longestHeartbeat : heartbeat)) // the next look is too late
            recordProgress();
    });
    watchLimits();
}

int TaskRun::processLimit(const TaskSpec& task)
{
    return task.limits.processes > 0 ? task.limits.processes : mostProcesses;
}

void TaskRun::watchLimits()
{
    connect(&m_meters, &Meters::limitReached, this, [this](const QString& name, const QString& what) {
        end({TaskStatus::TimedOut, u"It met %1; its work so far is kept."_s.arg(what), name});
    });
    connect(m_parts.log.get(), &process::OutputLog::partsRemoved, this, &TaskRun::logShortened);
    connect(m_parts.log.get(), &process::OutputLog::bytesDropped, this, [this] {
        if (!std::exchange(m_outputNoticed, true))
            m_recorder.record(event_kind::notice,
                              {{u"severity"_s, u"error"_s},
                               {u"text"_s, u"The disk is full: output of this task is being lost."_s},
                               {u"hint"_s, u"Free some disk space; the task itself goes on."_s}});
    });
}

void TaskRun::logShortened(qint64 firstKept)
{
    const auto now = m_parts.clock.monotonic();
    if (m_logNoticed && now - *m_logNoticed < logNoticePause)
        return;
    m_logNoticed = now;
    m_recorder.record(
        event_kind::notice,
        {{u"severity"_s, u"warning"_s},
         {u"text"_s, u"The log has met its limit of %1: the oldest part was removed; it begins at byte %2."_s
                         .arg(bytes(m_parts.spec.task.limits.logBytes))
                         .arg(firstKept)}});
}

TaskRun::~TaskRun() = default;

QCoro::Task<> TaskRun::run()
{
    const auto hold = m_parts.group ? m_parts.group->hold() : process::Hold::BestEffort;
    m_recorder.setStatus(TaskStatus::Running, {}, {{u"trees"_s, process::holdName(hold)}});
    m_clock.setTicking(true);
    m_meters.start();
    auto ending = co_await work();
    if (m_ending)
        ending = *m_ending;
    // Nothing may wait any more when the ending is told.
    m_desk.refuseAll(u"The task has ended."_s);
    m_paused = m_asking = false;
    updateStatus();
    if (const auto traces = co_await examineRepository(m_enclosure, m_recorder); !traces.isEmpty()) {
        // Nobody goes near it with git, so its last changes stay uncommitted.
        ending = {
            TaskStatus::Failed,
            u"It left something in the repository that could act outside its sandbox: %1"_s.arg(traces.join(u"; "_s))};
    } else if (const auto committed = co_await m_workspace.commit(); !committed) {
        m_recorder.record(event_kind::notice, {{u"severity"_s, u"error"_s}, {u"text"_s, describe(committed.error())}});
        if (ending.status == TaskStatus::Completed)
            ending = {TaskStatus::Failed,
                      u"The work is done but could not be committed. "_s + describe(committed.error())};
    }
    checkType(ending);
    m_clock.setTicking(false);
    m_meters.finish();
    if (const auto lost = m_parts.log->dropped(); lost > 0)
        m_recorder.record(event_kind::notice,
                          {{u"severity"_s, u"error"_s},
                           {u"text"_s, u"%1 of its output were lost: the disk was full."_s.arg(bytes(lost))}});
    recordProgress();
    m_recorder.setStatus(ending.status, ending.reason,
                         ending.limit.isEmpty() ? QJsonObject() : QJsonObject{{u"limit"_s, ending.limit}});
    // A run whose end is not on disk would be taken for one that died: on a full disk it waits for room.
    for (QDeadlineTimer limit(longestWaitForRoom); !m_recorder.flush() && !limit.hasExpired();)
        co_await QCoro::sleepFor(roomPoll);
}

void TaskRun::checkType(Ending& ending)
{
    if (!m_type || ending.status != TaskStatus::Completed)
        return;
    m_tracker.validating();
    recordProgress();
    const auto check = checkWork(*m_type, {m_workspace.filesChanged(), m_tracker.tests()});
    if (!check.notice.isEmpty())
        m_recorder.record(event_kind::notice, {{u"severity"_s, u"warning"_s}, {u"text"_s, check.notice}});
    if (!check.failure.isEmpty())
        ending = {TaskStatus::Failed, check.failure};
}

namespace {
QStringList ownFolders(const Paths& paths)
{
    return {paths.config, paths.data, paths.state, paths.runtime};
}
} // namespace

QCoro::Task<Ending> TaskRun::work()
{
    const auto failed = [](const Error& error) { return Ending{TaskStatus::Failed, describe(error)}; };
    if (const auto prepared = co_await m_workspace.prepare(); !prepared)
        co_return failed(prepared.error());
    if (const auto enclosed = co_await enclose(); !enclosed)
        co_return failed(enclosed.error());
    const auto& task = m_parts.spec.task;
    m_host = std::make_unique<TerminalHost>(
        m_recorder, m_desk, *m_parts.log, m_parts.gate,
        TerminalHost::Surroundings{task.id, m_parts.spec.attempt, m_workspace.folder(), m_workspace.branch(),
                                   task.shell.isEmpty() ? u"bash"_s : task.shell, m_parts.spec.trusted, m_enclosure,
                                   [this](QString command) { return m_workspace.keepFiles(command); }, task.project,
                                   ownFolders(m_parts.paths), m_parts.paths.grants(),
                                   // In the project's own folder nobody knows who made what.
                                   m_parts.spec.ownFiles && task.isolation == Isolation::Worktree});
    connect(m_host.get(), &TerminalHost::commandStarted, this, [this](const QString& command) {
        // A plain command has no phases of its own, unless it runs tests.
        if (m_parts.spec.task.kind == TaskKind::Agent || PhaseTracker::isTestCommand(command))
            m_tracker.commandStarted(command);
        recordProgress();
    });
    connect(m_host.get(), &TerminalHost::commandFinished, this, &TaskRun::commandFinished);
    connect(m_host.get(), &TerminalHost::commandStarted, &m_meters, &Meters::poke);
    if (const auto limit = task.limits.outputBytes; limit > 0)
        connect(m_host.get(), &TerminalHost::outputWritten, this, [this, limit](qint64 written) {
            if (written > limit)
                end({TaskStatus::TimedOut,
                     u"It met its limit of %1 of output; its work so far is kept."_s.arg(bytes(limit)), u"output"_s});
        });
    auto job = makeJob();
    if (!job)
        co_return failed(job.error());
    m_job = std::move(*job);
    connect(m_job.get(), &Job::progressed, this, [this] {
        if (m_tracker.state() != m_told) // the clock alone is no news: the heartbeat tells it
            recordProgress();
    });
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

QCoro::Task<Result<>> TaskRun::enclose()
{
    SY_CO_TRY_ASSIGN(auto enclosure,
                     co_await Enclosure::prepare({m_parts.paths, m_parts.spec.task, m_parts.spec.attempt,
                                                  m_workspace.folder(), m_workspace.branch()}));
    for (const auto& warning : enclosure.warnings())
        m_recorder.record(event_kind::notice, {{u"severity"_s, u"warning"_s}, {u"text"_s, warning}});
    m_recorder.record(event_kind::taskSandbox, {{u"level"_s, enclosure.levelName()},
                                                {u"network"_s, enclosure.networkName()},
                                                {u"trouble"_s, enclosure.warnings().join(u' ')}});
    m_enclosure = std::make_shared<const Enclosure>(std::move(enclosure));
    co_return {};
}

Result<std::unique_ptr<Job>> TaskRun::makeJob()
{
    const auto& task = m_parts.spec.task;
    if (task.kind == TaskKind::Shell)
        return std::make_unique<ShellJob>(task.goal, m_workspace.folder(), *m_host);
    SY_TRY_ASSIGN(const auto registry, agent::AgentRegistry::load(m_parts.paths.agents()));
    SY_TRY_ASSIGN(auto server, registry.find(task.agent.isEmpty() ? u"builtin"_s : task.agent));
    SY_TRY_ASSIGN(auto type, agent::findAgentType(m_parts.paths.config + u"/agent-types"_s, task.agentType));
    if (!task.agentType.isEmpty())
        m_type = type;
    SY_TRY_ASSIGN(auto prices, llm::PriceTable::load(m_parts.paths.config + u"/prices.json"_s));
    if (server.command.isEmpty()) {
        server.command = m_parts.swyProgram;
        server.arguments = QStringList{u"agent"_s};
        if (!task.model.isEmpty())
            server.arguments << u"--model"_s << task.model;
        // With the task: a later attempt goes on with the conversation, and it goes when the task is deleted.
        const auto sessions = m_parts.paths.task(task.id) + u"/sessions"_s;
        server.arguments << u"--sessions"_s << sessions << u"--prices"_s << m_parts.paths.config + u"/prices.json"_s;
        server.ownFiles << sessions + u'/';
    }
    return std::make_unique<AgentJob>(AgentJob::Request{server, std::move(type), task, m_workspace.folder(),
                                                        m_parts.spec.resumeSession, std::move(prices), m_enclosure,
                                                        std::make_shared<secrets::KeyStore>(m_parts.paths)},
                                      *m_host, m_desk, m_recorder, m_tracker, m_parts.clock);
}

void TaskRun::commandFinished(const QString& command, const process::Exit& exit, const QByteArray& tail)
{
    m_tracker.commandFinished(command, exit.ok());
    if (exit.outOfMemory && m_parts.spec.task.kind == TaskKind::Shell)
        end({TaskStatus::TimedOut,
             u"It met its memory limit of %1; its work so far is kept."_s.arg(
                 bytes(m_parts.spec.task.limits.memoryBytes)),
             u"memory"_s});
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
    m_progressAt = m_parts.clock.monotonic();
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
    m_desk.refuseAll(u"The task was stopped."_s); // whatever waits for a code waits for nothing now
}

void TaskRun::cancel()
{
    end({TaskStatus::Cancelled, u"Cancelled by the user."_s});
}

void TaskRun::endForLimit(const QString& reason, const QString& limit)
{
    end({TaskStatus::Failed, reason, limit});
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
    m_meters.sample();
    auto result = m_meters.toJson();
    const QJsonObject own{{u"seq"_s, m_recorder.lastSeq()},
                          {u"status"_s, statusName(m_recorder.status())},
                          {u"elapsed_ms"_s, qint64(m_clock.elapsed().count())}};
    for (auto entry = own.begin(); entry != own.end(); ++entry)
        result.insert(entry.key(), entry.value());
    return result;
}

} // namespace switchyard::runner
