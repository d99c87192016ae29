#include "runner/runner_program.h"

#include "base/json.h"
#include "gate/project_rules.h"
#include "process/output_log.h"
#include "process/process_tree.h"
#include "runner/nursery.h"

#include <QCoreApplication>
#include <QDebug>
#include <QFile>

#include <limits>

namespace switchyard::runner {

namespace {

//! The newest part and the closed ones together stay below the limit.
process::OutputLogLimits logLimits(qint64 bytes)
{
    constexpr qint64 smallestPart = 1 << 20;
    process::OutputLogLimits limits;
    if (bytes <= 0)
        return {limits.partBytes, std::numeric_limits<int>::max()};
    constexpr int fewestParts = 4; // closed ones: what is lost at once is a quarter
    limits.partBytes = std::clamp(bytes / (fewestParts + 1), smallestPart, limits.partBytes);
    limits.parts = int(std::clamp<qint64>(bytes / limits.partBytes - 1, 1, std::numeric_limits<int>::max()));
    return limits;
}

//! A group that cannot be had is no reason not to work: the tree is then followed through /proc.
std::optional<process::AttemptGroup> joinGroup(const RunnerSpec& spec)
{
    if (spec.group.isEmpty())
        return std::nullopt;
    constexpr int weights[] = {200, 100, 50}; // of the CPU, by priority
    auto group = process::AttemptGroup::join(spec.group, spec.task.limits.memoryBytes, TaskRun::processLimit(spec.task),
                                             weights[int(spec.task.priority)]);
    if (group)
        return std::move(*group);
    qWarning().noquote() << describe(group.error());
    return std::nullopt;
}

} // namespace

RunnerProgram::RunnerProgram(Paths paths, TaskId task, int attempt, const Clock& clock, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_task(std::move(task)), m_attempt(attempt), m_clock(clock)
{
}

RunnerProgram::~RunnerProgram() = default;

Result<> RunnerProgram::start(const QString& swyProgram)
{
    SY_TRY(m_paths.ensure());
    // First the lock: whoever finds it taken knows that this attempt lives.
    SY_TRY_ASSIGN(auto lock, FileLock::tryAcquire(m_paths.runnerLock(m_task, m_attempt),
                                                  QByteArray::number(QCoreApplication::applicationPid())));
    m_lock.emplace(std::move(lock));
    SY_TRY_ASSIGN(const auto json, readJsonFile(m_paths.runnerSpec(m_task, m_attempt)));
    SY_TRY_ASSIGN(const auto spec, RunnerSpec::fromJson(json));
    if (spec.task.id != m_task || spec.attempt != m_attempt)
        return fail(ErrorCode::Invalid, u"spec.json belongs to another task or attempt."_s);
    SY_TRY_ASSIGN(auto journal, process::Journal::open(m_paths.journal(m_task, m_attempt), m_task, m_attempt, m_clock));
    if (journal.lastSeq() > 0)
        return fail(ErrorCode::Conflict, u"This attempt has run already; its journal is not empty."_s);
    SY_TRY_ASSIGN(auto log,
                  process::OutputLog::open(m_paths.outputLog(m_task, m_attempt), logLimits(spec.task.limits.logBytes)));
    if (const auto subreaper = process::becomeSubreaper(); !subreaper)
        qWarning().noquote() << describe(subreaper.error());
    const auto ofProject = gate::readProjectRules(spec.task.project);
    const bool approved = ofProject && gate::areApproved(*ofProject, m_paths.approvedRules());
    auto gate = loadGate(m_paths.config + u"/rules.d"_s, approved ? ofProject->files : QList<gate::RuleFile>());

    auto group = joinGroup(spec);

    m_recorder = std::make_unique<Recorder>(std::move(journal));
    m_run = std::make_unique<TaskRun>(TaskRun::Parts{m_paths, spec,
                                                     gate ? *gate : gate::Gate::failClosed(describe(gate.error())),
                                                     std::move(log), std::move(group), m_clock, swyProgram},
                                      *m_recorder);
    m_server = std::make_unique<ControlServer>(*m_run, m_paths.journal(m_task, m_attempt));
    connect(m_recorder.get(), &Recorder::recorded, m_server.get(), &ControlServer::publish);
    SY_TRY(m_server->listen(m_paths.runnerSocket(m_task, m_attempt)));
    if (!gate)
        m_recorder->record(
            event_kind::notice,
            {{u"severity"_s, u"error"_s}, {u"text"_s, u"Every command needs your code: "_s + describe(gate.error())}});
    if (!ofProject || (!approved && !ofProject->files.isEmpty()))
        m_recorder->record(
            event_kind::notice,
            {{u"severity"_s, u"warning"_s},
             {u"text"_s, ofProject
                             ? u"The project brings rules for the gate that you have not approved; they do not "
                               "count. `swy gate approve` in its folder shows and approves them."_s
                             : u"The project's rules for the gate do not count: "_s + describe(ofProject.error())}});
    QMetaObject::invokeMethod(this, [this] { runToEnd(); }, Qt::QueuedConnection);
    return {};
}

QCoro::Task<> RunnerProgram::runToEnd()
{
    co_await m_run->run();
    m_server->flush();
    QFile::remove(m_paths.runnerSocket(m_task, m_attempt));
    Q_EMIT finished();
}

void RunnerProgram::terminate()
{
    if (m_run)
        m_run->cancel();
}

} // namespace switchyard::runner
