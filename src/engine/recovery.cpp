// Recovery points of a task: looked at and brought back. The runner makes them.
#include "engine/changes.h"
#include "engine/engine.h"

#include "git/repository.h"

#include <QCoro/QCoroFuture>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace switchyard::engine {

namespace {

//! Where the task works, if it works in a repository.
Result<git::Repository> repositoryOf(const Task& task)
{
    const bool own = task.spec.isolation == Isolation::Worktree;
    const auto& folder = own ? task.worktree : task.spec.project;
    if (folder.isEmpty() || !QFileInfo::exists(folder) || !git::Repository::isRepository(folder))
        return fail(ErrorCode::Conflict, u"Task %1 has no folder under git any more."_s.arg(task.id().toString()),
                    u"Its change was merged or discarded, or the folder was removed."_s);
    return git::Repository::open(folder);
}

Result<QList<git::RecoveryPoint>> pointsOf(const Task& task)
{
    const auto repository = repositoryOf(task);
    return repository ? repository->recoveryPoints(task.id().toString()) : Result<QList<git::RecoveryPoint>>();
}

Result<Engine::Restored> restore(const Task& task, int number)
{
    SY_TRY_ASSIGN(auto repository, repositoryOf(task));
    const auto owner = task.id().toString();
    SY_TRY_ASSIGN(const auto points, repository.recoveryPoints(owner));
    if (points.isEmpty())
        return fail(ErrorCode::NotFound, u"Task %1 has no recovery point."_s.arg(owner));
    Engine::Restored done{number > 0 ? number : points.last().number, 0, {}};
    const bool known = std::ranges::any_of(points, [&](const auto& point) { return point.number == done.number; });
    if (!known)
        return fail(ErrorCode::NotFound, u"Task %1 has no recovery point %2."_s.arg(owner).arg(number),
                    u"See `swy recovery list %1`."_s.arg(owner));
    SY_TRY_ASSIGN(const auto before,
                  repository.addRecoveryPoint(owner, u"Before recovery point %1 was brought back"_s.arg(done.number)));
    done.before = before.number;
    SY_TRY(repository.restoreRecoveryPoint(owner, done.number));
    if (task.spec.isolation == Isolation::Worktree) { // what is merged later is the branch
        SY_TRY_ASSIGN(done.commit, repository.commitAll(
                                       u"Bring back recovery point %1\n\nTask: %2\n"_s.arg(done.number).arg(owner)));
    }
    return done;
}

} // namespace

QCoro::Task<Result<QJsonArray>> Engine::recoveryPoints(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    SY_CO_TRY_ASSIGN(const auto points, co_await QtConcurrent::run(&pointsOf, task));
    QJsonArray result;
    for (const auto& point : points)
        result << QJsonObject{{u"number"_s, point.number},
                              {u"commit"_s, point.commit},
                              {u"time"_s, toMilliseconds(point.time)},
                              {u"message"_s, point.message}};
    co_return result;
}

QCoro::Task<Result<Engine::Restored>> Engine::restoreRecovery(QPointer<Engine> self, TaskId id, int number)
{
    SY_CO_TRY_ASSIGN(const auto busy, self->claim(id));
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id));
    if (!isFinished(task.status))
        co_return fail(ErrorCode::Conflict,
                       tr("Task %1 has not ended: it is %2.").arg(id.toString(), statusName(task.status)),
                       tr("Wait for its end, or cancel it."));
    SY_CO_TRY(co_await runnerEnded(self, id));
    if (!self)
        co_return fail(ending());
    SY_CO_TRY_ASSIGN(const auto done, co_await QtConcurrent::run(&self->m_gitWorker, &restore, task, number));
    if (!self)
        co_return fail(ending());
    SY_CO_TRY(co_await self->m_book.record(
        id, event_kind::recoveryRestored,
        {{u"number"_s, done.number}, {u"before"_s, done.before}, {u"commit"_s, done.commit}}));
    co_return done;
}

} // namespace switchyard::engine
