#include "engine/changes.h"

#include "git/repository.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QStorageInfo>

namespace switchyard::engine {

namespace {

bool hasWorktree(const Task& task)
{
    return !task.worktree.isEmpty() && task.spec.isolation == Isolation::Worktree && QFileInfo::exists(task.worktree);
}

//! What somebody left uncommitted in the worktree goes into the branch before the folder goes.
Result<> commitLeftovers(const Task& task)
{
    if (!hasWorktree(task))
        return {};
    SY_TRY_ASSIGN(auto worktree, git::Repository::open(task.worktree));
    SY_TRY(worktree.commitAll(u"%1\n\nTask %2"_s.arg(task.spec.title, task.id().toString())));
    return {};
}

} // namespace

Result<Diff> readDiff(const Task& task)
{
    if (task.baseCommit.isEmpty())
        return fail(ErrorCode::Conflict, u"Task %1 has no change that could be compared."_s.arg(task.id().toString()),
                    u"It has not started, or works in a folder that is no git repository."_s);
    if (hasWorktree(task)) {
        SY_TRY_ASSIGN(const auto worktree, git::Repository::open(task.worktree));
        return worktree.diffToWorkdir(task.baseCommit);
    }
    SY_TRY_ASSIGN(const auto project, git::Repository::open(task.spec.project));
    if (task.spec.isolation == Isolation::InPlace || task.branch.isEmpty())
        return project.diffToWorkdir(task.baseCommit);
    if (const auto tip = project.commitOf(task.branch))
        return project.diffCommits(task.baseCommit, *tip);
    if (!task.mergedInto.isEmpty())
        return project.diffCommits(task.baseCommit, task.mergedInto);
    return fail(ErrorCode::NotFound, u"The branch %1 of task %2 is gone."_s.arg(task.branch, task.id().toString()));
}

Result<QString> rehearseMerge(const Task& task)
{
    SY_TRY_ASSIGN(auto project, git::Repository::open(task.spec.project));
    auto into = task.baseBranch;
    if (into.isEmpty()) {
        SY_TRY_ASSIGN(into, project.headBranch());
    }
    SY_TRY(project.rehearseMerge(task.branch, into));
    return into;
}

Result<Merged> mergeChange(const Task& task, bool deleteBranch)
{
    SY_TRY(commitLeftovers(task));
    SY_TRY_ASSIGN(auto project, git::Repository::open(task.spec.project));
    Merged merged;
    merged.into = task.baseBranch;
    if (merged.into.isEmpty()) {
        SY_TRY_ASSIGN(merged.into, project.headBranch());
    }
    SY_TRY_ASSIGN(const auto outcome, project.merge(task.branch, merged.into,
                                                    u"Merge task %1: %2"_s.arg(task.id().toString(), task.spec.title)));
    merged.commit = outcome.commit;
    std::ignore = project.removeRecoveryPoints(task.id().toString()); // unused they cost little
    if (const auto gone = removeWorktree(task); !gone)
        merged.leftover = describe(gone.error());
    if (deleteBranch && merged.leftover.isEmpty()) {
        if (const auto gone = project.deleteBranch(task.branch))
            merged.branchDeleted = true;
        else
            merged.leftover = describe(gone.error());
    }
    return merged;
}

Result<> discardChange(const Task& task)
{
    SY_TRY_ASSIGN(auto project, git::Repository::open(task.spec.project));
    SY_TRY(project.removeRecoveryPoints(task.id().toString()));
    if (!task.worktree.isEmpty())
        SY_TRY(project.removeWorktree(task.worktree));
    if (!project.commitOf(task.branch)) // gone already
        return {};
    return project.deleteBranch(task.branch);
}

Result<> removeWorktree(const Task& task)
{
    if (task.worktree.isEmpty() || task.spec.isolation != Isolation::Worktree)
        return {};
    SY_TRY(commitLeftovers(task));
    SY_TRY_ASSIGN(auto project, git::Repository::open(task.spec.project));
    return project.removeWorktree(task.worktree);
}

void removeRecoveryPoints(const Task& task)
{
    if (!QFileInfo::exists(task.spec.project) || !git::Repository::isRepository(task.spec.project))
        return;
    if (auto project = git::Repository::open(task.spec.project))
        std::ignore = project->removeRecoveryPoints(task.id().toString());
}

Result<> checkProject(const TaskSpec& spec, const QString& stateFolder, qint64 leastFreeBytes)
{
    const QFileInfo folder(spec.project);
    if (!folder.exists())
        return fail(ErrorCode::NotFound, u"The project folder %1 does not exist."_s.arg(spec.project));
    if (!folder.isDir())
        return fail(ErrorCode::Invalid, u"%1 is not a folder."_s.arg(spec.project));
    for (const auto& path : {stateFolder, spec.project}) {
        const auto room = QStorageInfo(path).bytesAvailable();
        if (room >= 0 && room < leastFreeBytes)
            return fail(ErrorCode::Limit,
                        u"Only %1 MiB are free on the disk of %2; new tasks need %3 MiB."_s.arg(room >> 20)
                            .arg(path)
                            .arg(leastFreeBytes >> 20),
                        u"Free some space, or lower engine/least_free_bytes in the settings."_s);
    }
    if (spec.isolation == Isolation::InPlace)
        return {};
    const auto wayOut = u"Run in place, or make it a git repository with git init and a first commit."_s;
    const auto repository = git::Repository::open(spec.project);
    if (!repository)
        return fail(ErrorCode::Conflict,
                    u"%1 is not a git repository, so the task cannot have a worktree of its own."_s.arg(spec.project),
                    wayOut);
    if (!repository->headCommit())
        return fail(ErrorCode::Conflict, u"The repository %1 has no commit yet."_s.arg(spec.project), wayOut);
    if (!spec.baseBranch.isEmpty() && !repository->commitOf(spec.baseBranch))
        return fail(ErrorCode::NotFound,
                    u"The repository %1 has no branch “%2”."_s.arg(spec.project, spec.baseBranch.left(200)));
    return {};
}

QJsonObject describeProject(const QString& path)
{
    const QFileInfo folder(path);
    QJsonObject json{{u"exists"_s, folder.isDir()},
                     {u"writable"_s, folder.isDir() && folder.isWritable()},
                     {u"repository"_s, false},
                     {u"branch"_s, QString()},
                     {u"uncommitted"_s, QJsonArray()}};
    if (!folder.isDir() || !QDir::isAbsolutePath(path))
        return json;
    const auto repository = git::Repository::open(path);
    if (!repository)
        return json;
    json.insert(u"repository"_s, repository->headCommit().has_value());
    json.insert(u"branch"_s, repository->headBranch().value_or(QString()));
    constexpr qsizetype mostNamed = 200;
    json.insert(u"uncommitted"_s,
                QJsonArray::fromStringList(repository->uncommittedFiles().value_or(QStringList()).mid(0, mostNamed)));
    return json;
}

Result<QString> makeDemoProject(const QString& folder, const QString& source)
{
    if (!QFileInfo(source).isDir())
        return fail(ErrorCode::NotFound, u"This build holds no demo project."_s);
    auto path = folder;
    for (int n = 2; QFileInfo::exists(path); ++n)
        path = u"%1-%2"_s.arg(folder).arg(n);
    if (!QDir().mkpath(path))
        return fail(ErrorCode::Io, u"The folder %1 cannot be created."_s.arg(path));
    QDirIterator files(source, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const auto from = files.next();
        const auto to = path + from.sliced(source.size());
        if (!QDir().mkpath(QFileInfo(to).path()) || !QFile::copy(from, to))
            return fail(ErrorCode::Io, u"The demo's file %1 cannot be written."_s.arg(to));
        QFile::setPermissions(to, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
    }
    SY_TRY_ASSIGN(auto repository, git::Repository::init(path));
    SY_TRY(repository.commitAll(u"An old calculator"_s));
    return path;
}

} // namespace switchyard::engine
