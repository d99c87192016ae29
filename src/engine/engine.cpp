#include "engine/engine.h"

#include "agent/agent_server.h"
#include "engine/changes.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace switchyard::engine {

namespace {

const auto gateNote = u"queue_held"_s; // "0", "1", "drain"
const auto slotsNote = u"queue_slots"_s;

Error endedAlready(const Task& task)
{
    return {ErrorCode::Conflict,
            Engine::tr("Task %1 has ended already: %2.").arg(task.id().toString(), statusName(task.status)),
            {}};
}

//! Worker: everything about a new task that takes looking at the disk.
Result<> checkSpec(const TaskSpec& spec, const Paths& paths, qint64 leastFreeBytes)
{
    SY_TRY(checkProject(spec, paths.state, leastFreeBytes));
    if (spec.kind == TaskKind::Agent) {
        SY_TRY_ASSIGN(const auto agents, agent::AgentRegistry::load(paths.agents()));
        SY_TRY(agents.find(spec.agent));
    }
    return {};
}

void fillDefaults(TaskSpec& spec, const Settings& settings)
{
    QStringList names;
    erase_if(spec.after, [&](const TaskId& id) {
        const bool twice = names.contains(id.toString());
        names << id.toString();
        return twice;
    });
    // Only what works in a folder of its own is repeated unasked: a command run in place may have done its deed.
    const bool repeatable = (spec.kind == TaskKind::Agent && spec.isolation == Isolation::Worktree) ||
                            spec.retry.onFailure || spec.retry.onTimeout;
    if (spec.retry.attempts == 0)
        spec.retry.attempts = repeatable ? settings.attempts : 1;
    if (spec.retry.pause.count() == 0)
        spec.retry.pause = settings.retryPause;
    if (spec.title.trimmed().isEmpty())
        spec.title = titleFromGoal(spec.goal);
    if (spec.kind == TaskKind::Agent && spec.agent.isEmpty())
        spec.agent = u"builtin"_s;
    if (spec.kind == TaskKind::Shell && spec.shell.isEmpty())
        spec.shell = u"bash"_s;
    if (spec.verbosity.isEmpty())
        spec.verbosity = u"normal"_s;
    spec.project = QDir::cleanPath(spec.project);
}

} // namespace

Error Engine::ending()
{
    return {ErrorCode::Cancelled, tr("The engine is ending."), {}};
}

Engine::Busy::Busy(Engine* engine, TaskId id) : m_engine(engine), m_id(std::move(id))
{
    engine->m_busy.insert(m_id);
}

Engine::Busy::~Busy()
{
    if (m_engine)
        m_engine->m_busy.remove(m_id);
}

Engine::Engine(store::Store& store, Paths paths, Settings settings, const Clock& clock, QObject* parent)
    : QObject(parent),
      m_clock(clock),
      m_paths(std::move(paths)),
      m_settings(std::move(settings)),
      m_book(store, m_paths, clock),
      m_supervisor(m_book, m_paths, m_settings),
      m_scheduler(m_book, m_supervisor, m_settings, clock),
      m_grants(m_book, m_paths.grants()),
      m_confirmations(m_book, m_supervisor, m_grants, m_paths, m_settings, clock),
      m_audit(m_book, m_paths.audit(), clock),
      m_logs(m_book, m_paths),
      m_disk(m_paths, m_settings),
      m_heap(m_book)
{
    connect(&m_confirmations, &Confirmations::audited, &m_audit, &AuditLog::add);
    connect(&m_disk, &DiskGuard::roomChanged, &m_scheduler, &Scheduler::setNoRoom);
    connect(&m_logs, &LogIndex::written, &m_heap, &HeapCare::poke);
    connect(&m_disk, &DiskGuard::shed, this, &Engine::noteShed);
    m_gitWorker.setMaxThreadCount(1);
}

Engine::~Engine()
{
    m_gitWorker.waitForDone(); // a merge under way is brought to its end
}

Result<> Engine::start()
{
    SY_TRY(m_book.load());
    SY_TRY(m_audit.load());
    SY_TRY(m_grants.load());
    SY_TRY(m_confirmations.load());
    SY_TRY_ASSIGN(const auto gate, store::findNote(m_book.store().reader(), gateNote));
    SY_TRY_ASSIGN(const auto wanted, store::findNote(m_book.store().reader(), slotsNote));
    if (wanted.toInt() > 0)
        m_scheduler.resize(wanted.toInt());
    SY_TRY(m_scheduler.load());
    m_supervisor.recover();
    m_scheduler.begin(gate == u"1"       ? Scheduler::Gate::Held
                      : gate == u"drain" ? Scheduler::Gate::Draining
                                         : Scheduler::Gate::Open);
    m_logs.start();
    beginCare();
    return {};
}

Result<Engine::Busy> Engine::claim(const TaskId& id)
{
    if (m_busy.contains(id))
        return fail(ErrorCode::Conflict, tr("Task %1 is being changed at this moment.").arg(id.toString()),
                    tr("Try again in a moment."));
    return Busy(this, id);
}

Result<> Engine::refuseConflict(const TaskSpec& spec, const CreateOptions& options)
{
    const auto other = options.refuseInBusyProject ? m_scheduler.conflictIn(spec.project) : std::nullopt;
    if (!other)
        return {};
    SY_TRY_ASSIGN(const auto task, m_book.task(*other));
    return fail(
        ErrorCode::Conflict,
        tr("Task %1 (%2) is %3 in %4.").arg(other->toString(), task.spec.title, statusName(task.status), spec.project),
        tr("Wait for it, cancel it, or let the new task queue."));
}

QCoro::Task<Result<Task>> Engine::create(QPointer<Engine> self, TaskSpec spec, CreateOptions options)
{
    SY_CO_TRY(spec.validate());
    fillDefaults(spec, self->m_settings);
    for (const auto& other : spec.after)
        SY_CO_TRY(self->m_book.task(other));
    SY_CO_TRY(co_await QtConcurrent::run(&checkSpec, spec, self->m_paths, self->m_settings.leastFreeBytes));
    if (!self)
        co_return fail(ending());
    SY_CO_TRY(self->refuseConflict(spec, options));
    if (options.refuseWhenBusy && !self->m_scheduler.hasFreeSlot())
        co_return fail(
            ErrorCode::Conflict,
            tr("All %1 slots are busy, and the task was not to wait.").arg(self->m_scheduler.status().slots));
    do
        spec.id = TaskId::random();
    while (self->m_book.exists(spec.id) || QFileInfo::exists(self->m_paths.task(spec.id)));
    const auto [status, reason] = self->m_scheduler.placeFor(spec);
    auto created = self->m_book.create(spec, status, reason);
    const auto task = self->m_book.task(spec.id);
    // Only now does the id exist: after the sync.
    SY_CO_TRY(co_await created);
    if (!task)
        co_return fail(task.error());
    co_return *task;
}

QCoro::Task<Result<>> Engine::cancel(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (isFinished(task.status))
        co_return fail(endedAlready(task));
    if (!self->m_supervisor.hasRunner(id))
        co_return co_await self->m_book.recordStatus(id, TaskStatus::Cancelled, tr("cancelled before it started"));
    const auto answer = co_await self->m_supervisor.call(id, u"cancel"_s, {});
    if (answer)
        co_return {};
    if (!self || answer.error().code != ErrorCode::Unavailable)
        co_return fail(answer.error());
    // It went without an answer: of itself, or because somebody else was first. Its end tells.
    SY_CO_TRY(co_await runnerEnded(self, id));
    SY_CO_TRY_ASSIGN(const auto now, self->m_book.task(id));
    if (now.status == TaskStatus::Cancelled)
        co_return {};
    co_return fail(isFinished(now.status) ? endedAlready(now) : answer.error());
}

QCoro::Task<Result<>> Engine::retry(QPointer<Engine> self, TaskId id, QString followUp, QJsonObject limits)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(auto task, self->m_book.task(id));
    auto changed = task.spec.limits.toJson();
    for (auto limit = limits.begin(); limit != limits.end(); ++limit)
        changed.insert(limit.key(), *limit);
    SY_CO_TRY_ASSIGN(task.spec.limits, TaskLimits::fromJson(changed));
    if (!isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 has not ended: it is %2.").arg(id.toString(), statusName(task.status)));
    if (!task.mergedInto.isEmpty() || task.discarded)
        co_return fail(ErrorCode::Conflict,
                       tr("The change of task %1 was %2 already.")
                           .arg(id.toString(), task.discarded ? tr("discarded") : tr("merged")),
                       tr("Start a new task with the same goal."));
    SY_CO_TRY(co_await runnerEnded(self, id));
    SY_CO_TRY(co_await QtConcurrent::run(&checkSpec, task.spec, self->m_paths, self->m_settings.leastFreeBytes));
    if (!self)
        co_return fail(ending());
    if (!limits.isEmpty()) {
        SY_CO_TRY(co_await self->m_book.record(id, event_kind::taskLimits, {{u"limits"_s, task.spec.limits.toJson()}}));
        if (!self)
            co_return fail(ending());
    }
    co_return co_await self->m_book.recordStatus(id, TaskStatus::Queued, self->m_scheduler.placeFor(task.spec).second,
                                                 {},
                                                 {{u"by"_s, u"user"_s},
                                                  {u"follow_up"_s, followUp},
                                                  {u"not_before"_s, 0},
                                                  {u"resume"_s, Retries::sessionToResume(task)}});
}

QCoro::Task<Result<>> Engine::erase(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (!isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 has not ended: it is %2.").arg(id.toString(), statusName(task.status)),
                       tr("Cancel it first."));
    SY_CO_TRY(co_await runnerEnded(self, id));
    // A repository that was moved away must not keep the task from being deleted.
    if (QFileInfo::exists(task.spec.project) && QFileInfo::exists(task.worktree))
        SY_CO_TRY(co_await QtConcurrent::run(&self->m_gitWorker, &removeWorktree, task));
    if (!self)
        co_return fail(ending());
    co_await QtConcurrent::run(&self->m_gitWorker, &removeRecoveryPoints, task);
    if (!self)
        co_return fail(ending());
    SY_CO_TRY(co_await self->m_book.erase(id));
    if (!self)
        co_return fail(ending());
    const auto folder = self->m_paths.task(id);
    const bool gone = co_await QtConcurrent::run([folder] { return QDir(folder).removeRecursively(); });
    if (!gone)
        co_return fail(ErrorCode::Io, tr("Some files of task %1 could not be removed: %2.").arg(id.toString(), folder));
    co_return {};
}

QCoro::Task<Result<>> Engine::archive(QPointer<Engine> self, TaskId id, bool archived)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (!isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 has not ended: %2.").arg(id.toString(), statusName(task.status)),
                       tr("Only finished tasks can be archived."));
    if (task.archived == archived)
        co_return {};
    co_return co_await self->m_book.record(id, event_kind::taskArchived, {{u"archived"_s, archived}});
}

QCoro::Task<Result<>> Engine::prioritise(QPointer<Engine> self, TaskId id, Priority priority)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (isFinished(task.status))
        co_return fail(endedAlready(task));
    if (task.spec.priority == priority)
        co_return {};
    co_return co_await self->m_book.record(id, event_kind::taskPriority, {{u"priority"_s, priorityName(priority)}});
}

QCoro::Task<Result<>> Engine::tellRunner(QPointer<Engine> self, TaskId id, QString method, QJsonObject params)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (!self->m_supervisor.hasRunner(id) || isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 is not running: it is %2.").arg(id.toString(), statusName(task.status)));
    SY_CO_TRY(co_await self->m_supervisor.call(id, method, params));
    co_return {};
}

QCoro::Task<Result<>> Engine::setAfter(QPointer<Engine> self, TaskId id, QList<TaskId> after)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if ((task.status != TaskStatus::Pending && task.status != TaskStatus::Queued) || self->m_supervisor.hasRunner(id))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 does not wait any more: it is %2.").arg(id.toString(), statusName(task.status)));
    QJsonArray ids;
    for (const auto& other : after) {
        SY_CO_TRY(self->m_book.task(other));
        ids << other.toString();
    }
    SY_CO_TRY(self->m_scheduler.order().check(id, after));
    co_return co_await self->m_book.record(id, event_kind::taskAfter, {{u"after"_s, ids}});
}

QCoro::Task<Result<>> Engine::setGate(QPointer<Engine> self, Scheduler::Gate gate, bool forNow)
{
    const bool opens = gate == Scheduler::Gate::Open;
    const int order = ++self->m_gateOrders;
    if (forNow || !opens)
        self->m_scheduler.setGate(gate);
    if (forNow)
        co_return {};
    const auto text = gate == Scheduler::Gate::Held ? u"1"_s : gate == Scheduler::Gate::Draining ? u"drain"_s : u"0"_s;
    SY_CO_TRY(co_await self->m_book.write(
        {.events = {}, .tasks = {}, .deleted = {}, .confirmations = {}, .notes = {{gateNote, text}}}));
    // Nothing starts that the next engine, should this one die, would hold back; nor after a newer order.
    if (self && opens && self->m_gateOrders == order)
        self->m_scheduler.setGate(gate);
    co_return {};
}

QCoro::Task<Result<>> Engine::reload(QPointer<Engine> self)
{
    auto loaded = Settings::load(self->m_paths);
    self->m_settingsTrouble = loaded ? QString() : describe(loaded.error());
    SY_CO_TRY(loaded);
    loaded->runnerProgram = self->m_settings.runnerProgram;
    const auto before = std::exchange(self->m_settings, *loaded);
    if (before == *loaded)
        co_return {};
    self->m_scheduler.apply(*loaded);
    self->m_disk.apply(*loaded);
    if (before.slots == loaded->slots)
        co_return {};
    // The newest word counts: what queue.resize said before is forgotten.
    self->m_scheduler.resize(loaded->slots);
    co_return co_await self->m_book.write(
        {.events = {}, .tasks = {}, .deleted = {}, .confirmations = {}, .notes = {{slotsNote, u""_s}}});
}

QCoro::Task<Result<>> Engine::resizeQueue(QPointer<Engine> self, int slots)
{
    constexpr int mostSlots = 64;
    if (slots < 1 || slots > mostSlots)
        co_return fail(ErrorCode::Invalid,
                       tr("%1 slots: a number from 1 to %2 was expected.").arg(slots).arg(mostSlots));
    self->m_scheduler.resize(slots);
    co_return co_await self->m_book.write({.events = {},
                                           .tasks = {},
                                           .deleted = {},
                                           .confirmations = {},
                                           .notes = {{slotsNote, QString::number(slots)}}});
}

} // namespace switchyard::engine
