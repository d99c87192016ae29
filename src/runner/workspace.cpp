#include "runner/workspace.h"

#include "base/log.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace switchyard::runner {

namespace {

struct Committed {
    QString commit;
    git::ChangeSummary sum;
};

Result<Committed> commitEverything(const QString& folder, const QString& base, const QString& message)
{
    SY_TRY_ASSIGN(auto repository, git::Repository::open(folder));
    Committed result;
    SY_TRY_ASSIGN(result.commit, repository.commitAll(message));
    SY_TRY_ASSIGN(result.sum, repository.summaryToWorkdir(base));
    return result;
}

Result<git::ChangeSummary> sumOf(const QString& folder, const QString& base)
{
    SY_TRY_ASSIGN(const auto repository, git::Repository::open(folder));
    return repository.summaryToWorkdir(base);
}

} // namespace

Workspace::Workspace(Paths paths, TaskSpec spec, Recorder& recorder)
    : m_paths(std::move(paths)), m_spec(std::move(spec)), m_recorder(recorder), m_folder(m_spec.project)
{
}

Result<Workspace::Made> Workspace::make(const TaskSpec& spec, const QString& worktree)
{
    SY_TRY_ASSIGN(auto repository, git::Repository::open(spec.project));
    Made made{u"task/"_s + spec.id.toString(), spec.baseBranch, {}, worktree, false};
    if (made.baseBranch.isEmpty()) {
        SY_TRY_ASSIGN(made.baseBranch, repository.headBranch());
    }
    if (QFileInfo::exists(worktree) && git::Repository::isRepository(worktree)) {
        // A later attempt goes on in what the earlier one left, and still compares with where the task began, also when
        // the base branch has moved on.
        SY_TRY_ASSIGN(made.baseCommit, repository.mergeBase(made.baseBranch, made.branch));
        made.reused = true;
        return made;
    }
    SY_TRY_ASSIGN(made.baseCommit, repository.commitOf(made.baseBranch));
    if (!QDir().mkpath(QFileInfo(worktree).path()))
        return fail(ErrorCode::Io, u"The folder for worktrees %1 cannot be created."_s.arg(QFileInfo(worktree).path()));
    SY_TRY(repository.addWorktree(worktree, made.branch, made.baseCommit));
    return made;
}

QCoro::Task<Result<>> Workspace::prepare()
{
    if (!QFileInfo(m_spec.project).isDir())
        co_return fail(ErrorCode::NotFound, u"The project folder %1 does not exist."_s.arg(m_spec.project),
                       u"Was it moved? Start the task again with the right folder."_s);
    if (m_spec.isolation == Isolation::InPlace)
        co_return {};
    SY_CO_TRY_ASSIGN(const auto made,
                     co_await QtConcurrent::run(&Workspace::make, m_spec, m_paths.worktree(m_spec.project, m_spec.id)));
    m_folder = made.folder;
    m_branch = made.branch;
    m_baseCommit = made.baseCommit;
    m_recorder.record(event_kind::gitBranch, {{u"branch"_s, made.branch},
                                              {u"base_branch"_s, made.baseBranch},
                                              {u"base_commit"_s, made.baseCommit},
                                              {u"worktree"_s, made.folder},
                                              {u"reused"_s, made.reused}});
    co_return {};
}

QString Workspace::commitMessage() const
{
    const auto title = m_spec.title.isEmpty() ? titleFromGoal(m_spec.goal) : m_spec.title;
    return u"%1\n\nTask: %2\nAgent: %3\n"_s.arg(title, m_spec.id.toString(),
                                                m_spec.kind == TaskKind::Shell ? u"shell"_s : m_spec.agent);
}

QCoro::Task<Result<>> Workspace::commit()
{
    if (m_branch.isEmpty())
        co_return {};
    const auto message = commitMessage();
    SY_CO_TRY_ASSIGN(const auto done, co_await QtConcurrent::run(commitEverything, m_folder, m_baseCommit, message));
    if (!done.commit.isEmpty())
        m_recorder.record(event_kind::gitCommit, {{u"commit"_s, done.commit}, {u"message"_s, message}});
    recordSum(done.sum);
    co_return {};
}

QCoro::Task<> Workspace::keepFiles(QString command)
{
    const auto keep = [](const QString& folder, const QString& owner,
                         const QString& message) -> Result<git::RecoveryPoint> {
        SY_TRY_ASSIGN(auto repository, git::Repository::open(folder));
        return repository.addRecoveryPoint(owner, message);
    };
    if (!git::Repository::isRepository(m_folder))
        co_return;
    constexpr qsizetype longestNamed = 500;
    const auto message = u"Before: "_s + redact(command.left(longestNamed));
    const auto point = co_await QtConcurrent::run(keep, m_folder, m_spec.id.toString(), message);
    if (point)
        m_recorder.record(event_kind::recoveryPoint,
                          {{u"number"_s, point->number}, {u"commit"_s, point->commit}, {u"command"_s, command}});
    else
        m_recorder.record(event_kind::notice,
                          {{u"severity"_s, u"warning"_s},
                           {u"text"_s, u"The files could not be kept before “%1”. "_s.arg(command.left(longestNamed)) +
                                           describe(point.error())}});
}

QCoro::Task<> Workspace::measure()
{
    if (m_branch.isEmpty() || m_measuring)
        co_return;
    m_measuring = true;
    const auto sum = co_await QtConcurrent::run(sumOf, m_folder, m_baseCommit);
    m_measuring = false;
    if (sum)
        recordSum(*sum);
}

void Workspace::recordSum(const git::ChangeSummary& sum)
{
    if (sum == m_sum)
        return;
    m_sum = sum;
    m_recorder.record(event_kind::gitChanges,
                      {{u"files"_s, sum.files}, {u"added"_s, sum.added}, {u"removed"_s, sum.removed}});
}

} // namespace switchyard::runner
