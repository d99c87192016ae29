#include "git/repository.h"

#include "git/handle.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>

namespace switchyard::git {

namespace {

constexpr unsigned everythingNotIgnored = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS;

Result<> requireWorkTree(git_repository* repository, const QString& path)
{
    if (git_repository_is_bare(repository))
        return fail(ErrorCode::Invalid, u"The repository %1 is bare: it has no files to work on."_s.arg(path),
                    u"Clone it, and use the clone."_s);
    return {};
}

//! The commits a merge left open is about to join, so that committing concludes it.
int collectMergeHead(const git_oid* id, void* payload)
{
    static_cast<std::vector<git_oid>*>(payload)->push_back(*id);
    return 0;
}

Result<std::vector<Commit>> parentsOfNextCommit(git_repository* repository)
{
    std::vector<git_oid> ids(1);
    if (const auto status = git_reference_name_to_id(ids.data(), repository, "HEAD"); status == GIT_ENOTFOUND)
        ids.clear();
    else if (status != 0)
        return failGit(status, u"The current commit cannot be read"_s);
    if (git_repository_state(repository) == GIT_REPOSITORY_STATE_MERGE)
        if (const auto status = git_repository_mergehead_foreach(repository, collectMergeHead, &ids))
            return failGit(status, u"The merge that was begun cannot be read"_s);
    std::vector<Commit> parents;
    for (const auto& id : ids) {
        SY_TRY_ASSIGN(auto commit, commitAt(repository, id));
        parents.push_back(std::move(commit));
    }
    return parents;
}

//! Leaves out repositories that lie inside this one without being its submodules: only a link to a commit that nobody
//! else has could be kept of them.
int skipNestedRepository(const char* path, const char*, void*)
{
    return QByteArrayView(path).endsWith('/') ? 1 : 0;
}

} // namespace

void Repository::Deleter::operator()(git_repository* repository) const
{
    git_repository_free(repository);
}

Result<Repository> Repository::open(const QString& path)
{
    startLibrary();
    if (!QFileInfo::exists(path))
        return fail(ErrorCode::NotFound, u"The folder %1 does not exist."_s.arg(path));
    git_repository* opened = nullptr;
    const auto status = git_repository_open_ext(&opened, QFile::encodeName(path).constData(), 0, nullptr);
    if (status == GIT_ENOTFOUND)
        return fail(ErrorCode::NotFound, u"%1 is not in a git repository."_s.arg(path),
                    u"Make it one with “git init”, or let the task work in the folder itself."_s);
    if (status == GIT_EOWNER)
        return fail(ErrorCode::Forbidden,
                    u"The repository at %1 belongs to another user, so git does not trust it."_s.arg(path),
                    u"If you do: git config --global --add safe.directory '%1'"_s.arg(path));
    if (status != 0)
        return failGit(status, u"The repository at %1 cannot be opened"_s.arg(path));
    Repository repository(opened);
    SY_TRY(requireWorkTree(opened, path));
    return repository;
}

bool Repository::isRepository(const QString& path)
{
    startLibrary();
    git_buf found = GIT_BUF_INIT;
    const auto status = git_repository_discover(&found, QFile::encodeName(path).constData(), 0, nullptr);
    git_buf_dispose(&found);
    return status == 0;
}

Result<Repository> Repository::init(const QString& path, const QString& branch)
{
    startLibrary();
    const auto name = branch.toUtf8();
    int valid = 0;
    if (git_branch_name_is_valid(&valid, name.constData()) != 0 || !valid)
        return fail(ErrorCode::Invalid, u"“%1” cannot be the name of a branch."_s.arg(branch));
    git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
    options.flags = GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
    options.initial_head = name.constData();
    git_repository* made = nullptr;
    const auto status = git_repository_init_ext(&made, QFile::encodeName(path).constData(), &options);
    if (status == GIT_EEXISTS)
        return fail(ErrorCode::Conflict, u"%1 is a git repository already."_s.arg(path));
    if (status != 0)
        return failGit(status, u"No repository can be made at %1"_s.arg(path));
    return Repository(made);
}

QString Repository::workdir() const
{
    return QDir::cleanPath(QFile::decodeName(git_repository_workdir(m_repository.get())));
}

QString Repository::commonFolder() const
{
    return QDir::cleanPath(QFile::decodeName(git_repository_commondir(m_repository.get())));
}

Result<QString> Repository::headBranch() const
{
    Reference head;
    const auto status = git_reference_lookup(std::out_ptr(head), m_repository.get(), "HEAD");
    if (status != 0)
        return failGit(status, u"The current branch of %1 cannot be read"_s.arg(workdir()));
    if (git_reference_type(head.get()) != GIT_REFERENCE_SYMBOLIC)
        return fail(ErrorCode::Conflict, u"%1 is on no branch (detached HEAD)."_s.arg(workdir()),
                    u"Switch to a branch there first."_s);
    auto name = fromGit(git_reference_symbolic_target(head.get()));
    name.remove(0, name.startsWith("refs/heads/"_L1) ? 11 : 0);
    if (git_repository_head_unborn(m_repository.get()) == 1)
        return fail(ErrorCode::Conflict, u"The branch “%1” of %2 has no commit yet."_s.arg(name, workdir()),
                    u"Make a first commit there."_s);
    return name;
}

Result<QString> Repository::headCommit() const
{
    git_oid id;
    const auto status = git_reference_name_to_id(&id, m_repository.get(), "HEAD");
    if (status == GIT_ENOTFOUND)
        return fail(ErrorCode::Conflict, u"%1 has no commit yet."_s.arg(workdir()), u"Make a first commit there."_s);
    if (status != 0)
        return failGit(status, u"The current commit of %1 cannot be read"_s.arg(workdir()));
    return idText(id);
}

Result<QString> Repository::commitOf(const QString& branchOrRevision) const
{
    SY_TRY_ASSIGN(const auto commit, findCommit(m_repository.get(), branchOrRevision));
    return idText(*git_commit_id(commit.get()));
}

Result<QString> Repository::mergeBase(const QString& one, const QString& other) const
{
    SY_TRY_ASSIGN(const auto first, findCommit(m_repository.get(), one));
    SY_TRY_ASSIGN(const auto second, findCommit(m_repository.get(), other));
    git_oid common;
    const auto status =
        git_merge_base(&common, m_repository.get(), git_commit_id(first.get()), git_commit_id(second.get()));
    if (status == GIT_ENOTFOUND)
        return fail(ErrorCode::Conflict, u"“%1” and “%2” have no commit in common."_s.arg(one, other));
    if (status != 0)
        return failGit(status, u"The common commit of “%1” and “%2” cannot be found"_s.arg(one, other));
    return idText(common);
}

Result<QStringList> Repository::branches() const
{
    BranchIterator iterator;
    auto status = git_branch_iterator_new(std::out_ptr(iterator), m_repository.get(), GIT_BRANCH_LOCAL);
    QStringList names;
    while (status == 0) {
        Reference branch;
        git_branch_t type{};
        status = git_branch_next(std::out_ptr(branch), &type, iterator.get());
        const char* name = nullptr;
        if (status == 0 && (status = git_branch_name(&name, branch.get())) == 0)
            names << fromGit(name);
    }
    if (status != GIT_ITEROVER)
        return failGit(status, u"The branches of %1 cannot be listed"_s.arg(workdir()));
    names.sort();
    return names;
}

Result<QStringList> Repository::uncommittedFiles() const
{
    return statusPaths(m_repository.get(), everythingNotIgnored);
}

Result<> Repository::deleteBranch(const QString& branch)
{
    SY_TRY_ASSIGN(const auto reference, findBranch(m_repository.get(), branch));
    if (git_branch_is_checked_out(reference.get()) == 1)
        return fail(ErrorCode::Conflict, u"The branch “%1” is checked out and cannot be deleted."_s.arg(branch),
                    u"Remove its worktree or switch to another branch first."_s);
    if (const auto status = git_branch_delete(reference.get()))
        return failGit(status, u"The branch “%1” cannot be deleted"_s.arg(branch));
    return {};
}

Result<QString> Repository::commitAll(const QString& message)
{
    auto* const repository = m_repository.get();
    const auto what = u"The changes in %1 cannot be committed"_s.arg(workdir());
    Index index;
    auto status = git_repository_index(std::out_ptr(index), repository);
    if (status == 0)
        status = git_index_read(index.get(), false);
    if (status == 0)
        status = git_index_add_all(index.get(), nullptr, GIT_INDEX_ADD_DEFAULT, skipNestedRepository, nullptr);
    if (status == 0)
        status = git_index_write(index.get());
    git_oid treeId;
    if (status == 0)
        status = git_index_write_tree(&treeId, index.get());
    if (status != 0)
        return failGit(status, what);

    SY_TRY_ASSIGN(const auto parents, parentsOfNextCommit(repository));
    if (parents.empty() && git_index_entrycount(index.get()) == 0)
        return QString();
    if (parents.size() == 1 && git_oid_equal(git_commit_tree_id(parents.front().get()), &treeId))
        return QString();

    Tree tree;
    if ((status = git_tree_lookup(std::out_ptr(tree), repository, &treeId)) != 0)
        return failGit(status, what);
    SY_TRY_ASSIGN(const auto author, identity(repository));
    std::vector<const git_commit*> pointers;
    for (const auto& parent : parents)
        pointers.push_back(parent.get());
    git_oid id;
    status = git_commit_create(&id, repository, "HEAD", author.get(), author.get(), nullptr,
                               message.toUtf8().constData(), tree.get(), pointers.size(), pointers.data());
    if (status != 0)
        return failGit(status, what);
    if (parents.size() > 1)
        git_repository_state_cleanup(repository);
    return idText(id);
}

} // namespace switchyard::git
