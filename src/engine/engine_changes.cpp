// What the engine does with the change of a task: look, merge, discard, pack. The demo project, too.
#include "engine/archive.h"
#include "engine/changes.h"
#include "engine/engine.h"

#include <QCoro/QCoroFuture>
#include <QCoro/QCoroTimer>
#include <QDeadlineTimer>
#include <QtConcurrentRun>

namespace switchyard::engine {

namespace {
constexpr milliseconds runnerEnd{15'000}; // from a task's last event to the end of its runner
constexpr milliseconds endPoll{10};
} // namespace

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
        co_return fail(ending());
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
    const auto& name = id.toString();
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
        co_return fail(ending());
    if (!merged.leftover.isEmpty())
        self->m_book.record(id, event_kind::notice, {{u"severity"_s, u"warning"_s}, {u"text"_s, merged.leftover}});
    SY_CO_TRY(co_await self->m_book.record(
        id, event_kind::gitMerged,
        {{u"into"_s, merged.into}, {u"commit"_s, merged.commit}, {u"branch_deleted"_s, merged.branchDeleted}}));
    co_return MergeResult{merged.into, merged.commit};
}

QCoro::Task<Result<QString>> Engine::rehearseMerge(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto task, self->reviewable(id));
    SY_CO_TRY_ASSIGN(const auto into, co_await QtConcurrent::run(&self->m_gitWorker, &engine::rehearseMerge, task));
    co_return QString(into);
}

QCoro::Task<Result<>> Engine::discard(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(const auto task, self->reviewable(id));
    SY_CO_TRY(co_await runnerEnded(self, id));
    SY_CO_TRY(co_await QtConcurrent::run(&self->m_gitWorker, &discardChange, task));
    if (!self)
        co_return fail(ending());
    co_return co_await self->m_book.record(id, event_kind::gitDiscarded, {{u"branch"_s, task.branch}});
}

QCoro::Task<Result<>> Engine::exportTo(QPointer<Engine> self, TaskId id, QString file)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    co_return co_await QtConcurrent::run(&exportTask, task, self->m_paths.task(id), file);
}

QCoro::Task<Result<Task>> Engine::startDemo(QPointer<Engine> self)
{
    SY_CO_TRY_ASSIGN(const auto folder,
                     co_await QtConcurrent::run(&makeDemoProject, self->m_paths.data + u"/demo/calculator"_s,
                                                u":/switchyard/demo/project"_s));
    if (!self)
        co_return fail(ending());
    TaskSpec spec;
    spec.goal = u"Build a calculator with tests"_s;
    spec.agent = u"builtin"_s;
    spec.model = u"script:demo"_s;
    spec.project = folder;
    co_return co_await create(self, spec, {});
}

} // namespace switchyard::engine
