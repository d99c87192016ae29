#pragma once

#include "model/diff.h"
#include "model/task.h"

namespace switchyard::engine {

// What the engine does with a task's change in git. These read and write the disk and may take long: worker threads
// only.

//! The task's change: live in its worktree while there is one, else between its base and its branch.
Result<Diff> readDiff(const Task& task);

struct Merged {
    QString into, commit;
    bool branchDeleted = false;
    QString leftover; //!< what could not be cleaned up, for people; empty: all is clean
};
//! Merges the task's branch into the branch it came from and removes its worktree. Conflict changes nothing.
Result<Merged> mergeChange(const Task& task, bool deleteBranch);
//! Conflict, naming the files, if mergeChange() would fail at this moment. Returns the branch it would go into.
Result<QString> rehearseMerge(const Task& task);
//! Removes worktree and branch.
Result<> discardChange(const Task& task);
//! Removes the worktree, keeping the branch and, in it, what was uncommitted.
Result<> removeWorktree(const Task& task);

//! As far as its repository is still there.
void removeRecoveryPoints(const Task& task);

//! Whether a task can work there: the folder exists, is a repository with a commit if it must be, has room on its disk.
Result<> checkProject(const TaskSpec& spec, const QString& stateFolder, qint64 leastFreeBytes);
//! {exists, repository, branch, uncommitted[], writable} for people who choose a folder.
QJsonObject describeProject(const QString& path);

//! Makes `folder` (or folder-2, …) a repository with the files of `source` and one commit; returns its path.
Result<QString> makeDemoProject(const QString& folder, const QString& source);

} // namespace switchyard::engine
