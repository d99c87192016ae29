#pragma once

#include "base/result.h"

#include <git2.h>

#include <QByteArray>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

//! libgit2's handles as owners that cannot leak, and its errors as ours. Internal to src/git.
namespace switchyard::git {

template <auto Free>
struct Freeing {
    void operator()(auto* handle) const { Free(handle); }
};
template <typename Handle, auto Free>
using Owner = std::unique_ptr<Handle, Freeing<Free>>; // filled through std::out_ptr

using RepositoryHandle = Owner<git_repository, git_repository_free>;
using Reference = Owner<git_reference, git_reference_free>;
using Object = Owner<git_object, git_object_free>;
using Commit = Owner<git_commit, git_commit_free>;
using Tree = Owner<git_tree, git_tree_free>;
using Index = Owner<git_index, git_index_free>;
using GitDiff = Owner<git_diff, git_diff_free>;
using Patch = Owner<git_patch, git_patch_free>;
using StatusList = Owner<git_status_list, git_status_list_free>;
using Signature = Owner<git_signature, git_signature_free>;
using Worktree = Owner<git_worktree, git_worktree_free>;
using BranchIterator = Owner<git_branch_iterator, git_branch_iterator_free>;

struct StringArray : git_strarray {
    StringArray() : git_strarray{nullptr, 0} {}
    ~StringArray() { git_strarray_dispose(this); }
    Q_DISABLE_COPY_MOVE(StringArray)
};

//! Starts libgit2 once in this process.
void startLibrary();
//! "<what>: <what libgit2 says>" with the code that fits; call it right after the failed call.
[[nodiscard]] std::unexpected<Error> failGit(int status, const QString& what, const QString& hint = {});

QString idText(const git_oid& id);
//! A path or name as libgit2 gives it: bytes that should be UTF-8.
inline QString fromGit(const char* text)
{
    return QString::fromUtf8(text);
}
//! "a, b, c and 4 more": paths in a message.
QString nameSome(const QStringList& paths);

Result<Commit> commitAt(git_repository* repository, const git_oid& id);
//! The commit that a local branch, else any revision, stands for.
Result<Commit> findCommit(git_repository* repository, const QString& branchOrRevision);
Result<Tree> treeOf(const git_commit* commit);
Result<Reference> findBranch(git_repository* repository, const QString& name);
//! The configured identity, else ours.
Result<Signature> identity(git_repository* repository);
//! Paths with any of `flags` (GIT_STATUS_OPT_…) asked for; only `paths` (exact) unless empty.
Result<QStringList> statusPaths(git_repository* repository, unsigned flags, const QList<QByteArray>& paths = {});
//! A path made comparable: links resolved as far as it exists.
QString comparablePath(const QString& path);

} // namespace switchyard::git
