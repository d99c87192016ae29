#include "base/lock.h"
#include "git/handle.h"
#include "git/repository.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <chrono>
#include <filesystem>

namespace switchyard::git {

namespace {

using namespace std::chrono_literals;

QString recordsFolder(git_repository* repository)
{
    return QDir::cleanPath(QFile::decodeName(git_repository_commondir(repository))) + u"/worktrees"_s;
}

//! Git keeps each worktree under a name of its own: the folder's, or that with a number if it is taken.
QString freeRecordName(git_repository* repository, const QString& path)
{
    const auto base = QFileInfo(path).fileName();
    auto name = base;
    for (int i = 2; QFileInfo::exists(recordsFolder(repository) + u'/' + name); ++i)
        name = u"%1-%2"_s.arg(base).arg(i);
    return name;
}

//! Git's record of the worktree at `path`; null if it has none.
Result<Worktree> findRecord(git_repository* repository, const QString& path)
{
    StringArray names;
    if (const auto status = git_worktree_list(&names, repository))
        return failGit(status, u"The worktrees cannot be listed"_s);
    const auto wanted = comparablePath(path);
    for (size_t i = 0; i < names.count; ++i) {
        Worktree worktree;
        if (git_worktree_lookup(std::out_ptr(worktree), repository, names.strings[i]) != 0)
            continue; // a damaged record is nobody's
        if (comparablePath(QFile::decodeName(git_worktree_path(worktree.get()))) == wanted)
            return worktree;
    }
    return Worktree();
}

//! True if the folder says of itself that it is a worktree of this repository, whether or not git still knows it.
bool claimsToBelong(git_repository* repository, const QString& path)
{
    QFile link(path + u"/.git"_s);
    if (QFileInfo(link).isDir() || !link.open(QIODevice::ReadOnly))
        return false;
    const auto text = QFile::decodeName(link.read(8192).trimmed());
    if (!text.startsWith("gitdir:"_L1))
        return false;
    const auto record = QDir(path).absoluteFilePath(text.sliced(7).trimmed());
    return comparablePath(QFileInfo(QDir::cleanPath(record)).path()) == comparablePath(recordsFolder(repository));
}

//! Removes a folder with all in it, whatever bytes the names are made of; links are removed, not followed.
Result<> removeTree(const QString& path)
{
    namespace fs = std::filesystem;
    const fs::path root(QFile::encodeName(path).toStdString());
    std::error_code error;
    fs::remove_all(root, error);
    if (error == std::errc::permission_denied) {
        // Package caches like to make folders read-only; they are ours all the same.
        std::error_code ignored;
        const auto open = [&](const fs::path& folder) {
            fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, ignored);
        };
        open(root);
        for (fs::recursive_directory_iterator it(root, ignored), end; !ignored && it != end; it.increment(ignored))
            if (it->symlink_status(ignored).type() == fs::file_type::directory)
                open(it->path());
        fs::remove_all(root, error);
    }
    if (error)
        return fail(ErrorCode::Io,
                    u"The folder %1 cannot be removed: %2."_s.arg(path, QString::fromStdString(error.message())),
                    u"Close what uses it, or remove it by hand."_s);
    return {};
}

Result<> forgetRecord(git_worktree* worktree, const QString& path)
{
    git_worktree_prune_options options = GIT_WORKTREE_PRUNE_OPTIONS_INIT;
    options.flags = GIT_WORKTREE_PRUNE_VALID | GIT_WORKTREE_PRUNE_LOCKED;
    if (const auto status = git_worktree_prune(worktree, &options))
        return failGit(status, u"Git's record of the worktree %1 cannot be removed"_s.arg(path));
    return {};
}

} // namespace

Result<> Repository::addWorktree(const QString& path, const QString& branch, const QString& commit)
{
    auto* const repository = m_repository.get();
    const QFileInfo info(path);
    if (info.exists() || info.isSymLink())
        return fail(ErrorCode::Conflict, u"%1 exists already."_s.arg(path), u"Remove it, or choose another place."_s);
    SY_TRY_ASSIGN(const auto start, findCommit(repository, commit));
    Reference reference;
    auto status =
        git_branch_create(std::out_ptr(reference), repository, branch.toUtf8().constData(), start.get(), false);
    if (status == GIT_EEXISTS)
        return fail(ErrorCode::Conflict, u"The branch “%1” exists already."_s.arg(branch),
                    u"Merge or delete it first."_s);
    if (status != 0)
        return failGit(status, u"The branch “%1” cannot be made"_s.arg(branch));

    const auto what = u"The worktree %1 cannot be made"_s.arg(path);
    const auto undo = [&](std::unexpected<Error> error) {
        if (QFileInfo::exists(path))
            std::ignore = removeTree(path);
        if (const auto record = findRecord(repository, path); record && *record)
            std::ignore = forgetRecord(record->get(), path);
        git_branch_delete(reference.get());
        return error;
    };
    if (!QDir().mkpath(info.absolutePath()))
        return undo(fail(ErrorCode::Io, u"The folder %1 cannot be created."_s.arg(info.absolutePath()),
                         u"Check its permissions and the free space on that disk."_s));
    // libgit2 makes it for the first worktree, and fails if another process does so at the same moment.
    if (const auto records = QFile::decodeName(git_repository_commondir(repository)) + u"worktrees"_s;
        !QDir().mkpath(records))
        return undo(fail(ErrorCode::Io, u"The folder %1 cannot be created."_s.arg(records),
                         u"Check its permissions and the free space on that disk."_s));
    // libgit2 looks into all worktrees, and takes one that another process has half made for a user of this branch.
    const auto lock = FileLock::acquire(recordsFolder(repository) + u".lock"_s, 30s);
    if (!lock)
        return undo(std::unexpected(lock.error()));
    git_worktree_add_options options = GIT_WORKTREE_ADD_OPTIONS_INIT;
    options.ref = reference.get();
    options.checkout_options.checkout_strategy = GIT_CHECKOUT_FORCE; // into a folder that did not exist
    Worktree worktree;
    status = git_worktree_add(std::out_ptr(worktree), repository, freeRecordName(repository, path).toUtf8().constData(),
                              QFile::encodeName(path).constData(), &options);
    if (status != 0)
        return undo(failGit(status, what));
    return {};
}

Result<> Repository::removeWorktree(const QString& path)
{
    auto* const repository = m_repository.get();
    const QFileInfo info(path);
    SY_TRY_ASSIGN(const auto record, findRecord(repository, path));
    if (info.exists() || info.isSymLink()) {
        if (info.isSymLink() || (!record && !claimsToBelong(repository, path)))
            return fail(ErrorCode::Invalid, u"%1 is no worktree of %2, so it is left alone."_s.arg(path, workdir()));
        SY_TRY(removeTree(path));
    }
    return record ? forgetRecord(record.get(), path) : Result<>();
}

} // namespace switchyard::git
