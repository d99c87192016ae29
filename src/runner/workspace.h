#pragma once

#include "base/paths.h"
#include "git/repository.h"
#include "runner/recorder.h"

namespace switchyard::runner {

//! Where a run works: a worktree of its own on branch task/<id>, or the project folder itself. Git work happens on a
//! worker thread; each call has one ending.
class Workspace
{
public:
    Workspace(Paths paths, TaskSpec spec, Recorder& recorder);

    //! Makes the worktree, or takes up that of an earlier attempt. Conflict and NotFound name the way out.
    QCoro::Task<Result<>> prepare();
    //! Commits what the task left uncommitted (worktrees only) and records the sum of its changes.
    QCoro::Task<Result<>> commit();
    //! A recovery point before `command`, where the folder is under git; told when it cannot be made.
    QCoro::Task<> keepFiles(QString command);
    //! Records the sum of the changes so far, if it has changed.
    QCoro::Task<> measure();

    //! What the task has changed, as last recorded; nothing in place.
    std::optional<int> filesChanged() const { return m_branch.isEmpty() ? std::nullopt : std::optional(m_sum.files); }
    const QString& folder() const { return m_folder; }
    const QString& branch() const { return m_branch; } //!< empty: in place

private:
    struct Made {
        QString branch, baseBranch, baseCommit, folder;
        bool reused = false;
    };
    static Result<Made> make(const TaskSpec& spec, const QString& worktree);
    QString commitMessage() const;
    void recordSum(const git::ChangeSummary& sum);

    const Paths m_paths;
    const TaskSpec m_spec;
    Recorder& m_recorder;
    QString m_folder;
    QString m_branch;
    QString m_baseCommit;
    git::ChangeSummary m_sum;
    bool m_measuring = false;
};

} // namespace switchyard::runner
