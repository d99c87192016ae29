#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "model/diff.h"

#include <memory>

struct git_repository;

namespace switchyard::git {

struct ChangeSummary {
    int files = 0, added = 0, removed = 0;
    bool operator==(const ChangeSummary&) const = default;
};

struct MergeOutcome {
    QString commit; //!< what the target branch is on now
    bool fastForward = false;
};

//! The files of a work tree as they were: a commit on refs/switchyard/recovery/OWNER/NUMBER.
struct RecoveryPoint {
    int number = 0; //!< from 1
    QString commit;
    UtcTime time{};
    QString message; //!< what it was made before; also what was left out
};

//! A git repository (or a worktree of one) through libgit2; never runs git. One object per thread; every call reads the
//! disk and may take long on a large repository: not for the GUI or engine thread. Hooks of the repository never run.
class Repository
{
public:
    //! The repository that `path` lies in. NotFound (hint: init, or run in place) if there is none.
    static Result<Repository> open(const QString& path);
    static bool isRepository(const QString& path);
    static Result<Repository> init(const QString& path, const QString& branch = u"main"_s);

    QString workdir() const;            //!< absolute, without a final slash
    QString commonFolder() const;       //!< the .git folder that all worktrees share; absolute, no final slash
    Result<QString> headBranch() const; //!< "main"; Conflict if HEAD is detached or unborn (says which)
    Result<QString> headCommit() const; //!< 40 hex digits; Conflict if there is no commit yet
    Result<QString> commitOf(const QString& branchOrRevision) const;
    //! The newest commit that both come from. Conflict if they share none.
    Result<QString> mergeBase(const QString& one, const QString& other) const;
    Result<QStringList> branches() const; //!< local
    //! Changed, staged and untracked (not ignored) paths.
    Result<QStringList> uncommittedFiles() const;

    //! A new worktree at `path` on the new branch `branch` starting at `commit`. Conflict if either exists.
    Result<> addWorktree(const QString& path, const QString& branch, const QString& commit);
    //! Removes the folder and git's record of it, also when one of the two is gone already. The branch stays.
    Result<> removeWorktree(const QString& path);
    Result<> deleteBranch(const QString& branch);

    //! Commits everything uncommitted (not ignored); empty text if there was nothing. The author is the user's
    //! configured identity, else "Switchyard <switchyard@localhost>". Concludes a merge that was begun. Repositories
    //! nested in this one without being submodules are left out (and stay in uncommittedFiles()).
    Result<QString> commitAll(const QString& message);
    //! Keeps the files as they are, tracked and untracked, not those that are ignored or larger than 64 MiB. Neither
    //! the branch nor the index changes. Nothing has changed since the newest one: that one.
    Result<RecoveryPoint> addRecoveryPoint(const QString& owner, const QString& message);
    Result<QList<RecoveryPoint>> recoveryPoints(const QString& owner) const; //!< the oldest first
    //! Makes the files what they were; those that came since go (not the ignored ones). The branch stays where it is.
    Result<> restoreRecoveryPoint(const QString& owner, int number);
    Result<> removeRecoveryPoints(const QString& owner);

    //! Difference between a commit and the work tree, untracked files included. Of a file at most 2 MiB or 20,000
    //! changed lines are kept, of all together 16 MiB: what is cut or cannot be read is marked truncated. Line ends
    //! (LF or CRLF) are not part of the text; what is not UTF-8 shows as U+FFFD.
    Result<Diff> diffToWorkdir(const QString& base) const;
    //! Difference between the merge base of two commits and the second one.
    Result<Diff> diffCommits(const QString& base, const QString& tip) const;
    Result<ChangeSummary> summaryToWorkdir(const QString& base) const;
    Result<ChangeSummary> summaryCommits(const QString& base, const QString& tip) const;

    //! Merges `branch` into the local branch `into`: fast-forward where possible, else a merge commit. If `into` is
    //! checked out (here or in another worktree), its files are updated too. Changes nothing and fails with Conflict,
    //! naming the files, if the merge has conflicts or would overwrite uncommitted changes.
    Result<MergeOutcome> merge(const QString& branch, const QString& into, const QString& message);
    //! Looks whether merge() would succeed at this moment, and changes nothing; the errors are the same.
    Result<> rehearseMerge(const QString& branch, const QString& into);

private:
    Result<MergeOutcome> join(const QString& branch, const QString& into, const QString& message, bool rehearse);
    struct Deleter {
        void operator()(git_repository* repository) const;
    };
    explicit Repository(git_repository* repository) : m_repository(repository) {}
    std::unique_ptr<git_repository, Deleter> m_repository;
};

} // namespace switchyard::git
