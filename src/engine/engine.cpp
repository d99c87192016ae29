#include "engine/engine.h"

#include "agent/agent_server.h"
#include "engine/archive.h"
#include "engine/changes.h"
#include "engine/housekeeping.h"

#include <QCoro/QCoroFuture>
#include <QCoro/QCoroTimer>
#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace switchyard::engine {

namespace {

const auto heldNote = u"queue_held"_s;
const auto slotsNote = u"queue_slots"_s;
constexpr milliseconds runnerEnd{5000}; // from a task's last event to the end of its runner
constexpr milliseconds endPoll{10};
constexpr milliseconds tidyPause = std::chrono::hours(1);
const Error ending{ErrorCode::Cancelled, Engine::tr("The engine is ending."), {}};

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

void fillDefaults(TaskSpec& spec)
{
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

class Engine::Busy
{
public:
    Busy(Engine* engine, TaskId id) : m_engine(engine), m_id(std::move(id)) { engine->m_busy.insert(m_id); }
    Busy(Busy&& other) noexcept : m_engine(std::exchange(other.m_engine, nullptr)), m_id(other.m_id) {}
    Busy& operator=(Busy&&) = delete;
    ~Busy()
    {
        if (m_engine)
            m_engine->m_busy.remove(m_id);
    }

private:
    QPointer<Engine> m_engine;
    TaskId m_id;
};

Engine::Engine(store::Store& store, Paths paths, Settings settings, const Clock& clock, QObject* parent)
    : QObject(parent),
      m_paths(std::move(paths)),
      m_settings(std::move(settings)),
      m_book(store, m_paths, clock),
      m_supervisor(m_book, m_paths, m_settings),
      m_scheduler(m_book, m_supervisor, m_settings, clock),
      m_confirmations(m_book, m_supervisor, m_paths, m_settings, clock),
      m_logs(m_book, m_paths)
{
    m_gitWorker.setMaxThreadCount(1);
}

Engine::~Engine()
{
    m_gitWorker.waitForDone(); // a merge under way is brought to its end
}

Result<> Engine::start()
{
    SY_TRY(m_book.load());
    SY_TRY(m_confirmations.load());
    SY_TRY_ASSIGN(const auto held, store::findNote(m_book.store().reader(), heldNote));
    SY_TRY_ASSIGN(const auto wanted, store::findNote(m_book.store().reader(), slotsNote));
    if (wanted.toInt() > 0)
        m_scheduler.resize(wanted.toInt());
    m_supervisor.recover();
    m_scheduler.begin(held == u"1");
    if (m_settings.keepDays > 0 || m_settings.keepTasks > 0) {
        connect(&m_tidy, &QTimer::timeout, this, [this] { tidy(this); });
        m_tidy.start(tidyPause);
        tidy(this);
    }
    return {};
}

Result<Engine::Busy> Engine::claim(const TaskId& id)
{
    if (m_busy.contains(id))
        return fail(ErrorCode::Conflict, tr("Task %1 is being changed at this moment.").arg(id.toString()),
                    tr("Try again in a moment."));
    return Busy(this, id);
}

QCoro::Task<Result<>> Engine::runnerEnded(QPointer<Engine> self, TaskId id)
{
    QDeadlineTimer deadline(runnerEnd);
    while (self && self->m_supervisor.hasRunner(id)) {
        if (deadline.hasExpired())
            co_return fail(ErrorCode::Conflict, tr("The runner of task %1 has not ended yet.").arg(id.toString()),
                           tr("Try again in a moment."));
        co_await QCoro::sleepFor(endPoll);
    }
    if (!self)
        co_return fail(ending);
    co_return {};
}

QCoro::Task<Result<Task>> Engine::create(QPointer<Engine> self, TaskSpec spec, bool refuseWhenBusy)
{
    SY_CO_TRY(spec.validate());
    fillDefaults(spec);
    for (const auto& other : spec.after)
        SY_CO_TRY(self->m_book.task(other));
    SY_CO_TRY(co_await QtConcurrent::run(&checkSpec, spec, self->m_paths, self->m_settings.leastFreeBytes));
    if (!self)
        co_return fail(ending);
    if (refuseWhenBusy && !self->m_scheduler.hasFreeSlot())
        co_return fail(
            ErrorCode::Conflict,
            tr("All %1 slots are busy, and the task was not to wait.").arg(self->m_scheduler.status().slots));
    do
        spec.id = TaskId::random();
    while (self->m_book.exists(spec.id) || QFileInfo::exists(self->m_paths.task(spec.id)));
    const auto [status, reason] = self->m_scheduler.placeFor(spec);
    auto created = self->m_book.record(spec.id, event_kind::taskCreated, {{u"spec"_s, spec.toJson()}});
    auto queued = status == TaskStatus::Pending && reason.isEmpty()
                      ? created
                      : self->m_book.recordStatus(spec.id, status, reason);
    const auto task = self->m_book.task(spec.id);
    // Only now does the id exist: after the sync.
    SY_CO_TRY(co_await created);
    SY_CO_TRY(co_await queued);
    if (!task)
        co_return fail(task.error());
    co_return *task;
}

QCoro::Task<Result<>> Engine::cancel(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 has ended already: %2.").arg(id.toString(), statusName(task.status)));
    if (!self->m_supervisor.hasRunner(id))
        co_return co_await self->m_book.recordStatus(id, TaskStatus::Cancelled, tr("cancelled before it started"));
    SY_CO_TRY(co_await self->m_supervisor.call(id, u"cancel"_s, {}));
    co_return {};
}

QCoro::Task<Result<>> Engine::retry(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
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
        co_return fail(ending);
    co_return co_await self->m_book.recordStatus(id, TaskStatus::Queued, self->m_scheduler.placeFor(task.spec).second);
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
        co_return fail(ending);
    SY_CO_TRY(co_await self->m_book.erase(id));
    if (!self)
        co_return fail(ending);
    const auto folder = self->m_paths.task(id);
    const bool gone = co_await QtConcurrent::run([folder] { return QDir(folder).removeRecursively(); });
    if (!gone)
        co_return fail(ErrorCode::Io, tr("Some files of task %1 could not be removed: %2.").arg(id.toString(), folder));
    co_return {};
}

QCoro::Task<Result<>> Engine::prioritise(QPointer<Engine> self, TaskId id, Priority priority)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 has ended already: %2.").arg(id.toString(), statusName(task.status)));
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

QCoro::Task<Result<Diff>> Engine::diff(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    co_return co_await QtConcurrent::run(&readDiff, task);
}

Result<Task> Engine::reviewable(const TaskId& id)
{
    SY_TRY_ASSIGN(auto task, m_book.task(id));
    const auto name = id.toString();
    if (!isFinished(task.status))
        return fail(ErrorCode::Conflict, tr("Task %1 has not ended: it is %2.").arg(name, statusName(task.status)),
                    tr("Wait for its end, or cancel it."));
    if (!task.mergedInto.isEmpty())
        return fail(ErrorCode::Conflict, tr("Task %1 was merged into %2 already.").arg(name, task.mergedInto));
    if (task.discarded)
        return fail(ErrorCode::Conflict, tr("The change of task %1 was discarded.").arg(name));
    if (task.branch.isEmpty() || task.spec.isolation != Isolation::Worktree)
        return fail(ErrorCode::Conflict, tr("Task %1 has no branch of its own.").arg(name),
                    tr("It worked in the project folder itself; its changes are there."));
    return task;
}

QCoro::Task<Result<Engine::MergeResult>> Engine::merge(QPointer<Engine> self, TaskId id, bool deleteBranch)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(const auto task, self->reviewable(id));
    if (!task.isReviewable())
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 changed no file; there is nothing to merge.").arg(id.toString()));
    SY_CO_TRY(co_await runnerEnded(self, id));
    SY_CO_TRY_ASSIGN(const auto merged,
                     co_await QtConcurrent::run(&self->m_gitWorker, &mergeChange, task, deleteBranch));
    if (!self)
        co_return fail(ending);
    if (!merged.leftover.isEmpty())
        self->m_book.record(id, event_kind::notice, {{u"severity"_s, u"warning"_s}, {u"text"_s, merged.leftover}});
    SY_CO_TRY(co_await self->m_book.record(
        id, event_kind::gitMerged,
        {{u"into"_s, merged.into}, {u"commit"_s, merged.commit}, {u"branch_deleted"_s, merged.branchDeleted}}));
    co_return MergeResult{merged.into, merged.commit};
}

QCoro::Task<Result<>> Engine::discard(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(const auto task, self->reviewable(id));
    SY_CO_TRY(co_await runnerEnded(self, id));
    SY_CO_TRY(co_await QtConcurrent::run(&self->m_gitWorker, &discardChange, task));
    if (!self)
        co_return fail(ending);
    co_return co_await self->m_book.record(id, event_kind::gitDiscarded, {{u"branch"_s, task.branch}});
}

QCoro::Task<Result<>> Engine::exportTo(QPointer<Engine> self, TaskId id, QString file)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    co_return co_await QtConcurrent::run(&exportTask, task, self->m_paths.task(id), file);
}

QCoro::Task<Result<>> Engine::tidy(QPointer<Engine> self)
{
    SY_CO_TRY_ASSIGN(const auto expired, co_await QtConcurrent::run(&expiredTasks, self->m_paths.database(),
                                                                    self->m_settings, Clock::system().now()));
    for (const auto& id : expired) {
        if (!self)
            co_return fail(ending);
        SY_CO_TRY(co_await erase(self, id));
    }
    co_return {};
}

QCoro::Task<Result<Task>> Engine::startDemo(QPointer<Engine> self)
{
    SY_CO_TRY_ASSIGN(const auto folder,
                     co_await QtConcurrent::run(&makeDemoProject, self->m_paths.data + u"/demo/calculator"_s,
                                                u":/switchyard/demo/project"_s));
    if (!self)
        co_return fail(ending);
    TaskSpec spec;
    spec.goal = u"Build a calculator with tests"_s;
    spec.agent = u"builtin"_s;
    spec.model = u"script:demo"_s;
    spec.project = folder;
    co_return co_await create(self, spec, false);
}

QCoro::Task<Result<>> Engine::holdQueue(QPointer<Engine> self, bool held)
{
    self->m_scheduler.hold(held);
    co_return co_await self->m_book.write(
        {.events = {}, .tasks = {}, .deleted = {}, .confirmations = {}, .notes = {{heldNote, held ? u"1"_s : u"0"_s}}});
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
