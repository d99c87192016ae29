#pragma once

#include "base/paths.h"
#include "store/store.h"

namespace switchyard::engine {

//! The attempts that a task's folder holds, in order; 0 is the engine's own. Other folders in it are none.
QList<int> attemptsOf(const Paths& paths, const TaskId& id);

//! Brings the journal of an attempt that has ended up to what the database has of it: a power cut may have taken lines
//! that were not synced yet. A damaged or missing journal is left as it is. Blocks: worker threads only.
Result<> completeJournal(const Paths& paths, const TaskId& id, int attempt);

//! Something that does not fit together on disk.
struct Finding {
    QString what; //!< one sentence that names it
    QString mend; //!< what mending does; empty: only a person can decide
    bool mended = false;
    QString trouble; //!< why mending failed
    TaskId adopt;    //!< mending is taking this task back into the database: for the one who writes there
    QJsonObject toJson() const;
};

// Both block: worker threads only. Both open a connection of their own and write nothing into the database.

//! Looks for what crashes, full disks and curious hands leave behind: sockets, links and worktrees of nobody, task
//! folders that the database does not know, journals that are damaged or gone, damaged pages. With `mend` it mends what
//! can be mended without losing anything, all but `adopt`.
Result<QList<Finding>> examine(const Paths& paths, bool mend);
//! The part of it that needs no question, for each start: sockets, links and worktrees of nobody. What is uncommitted
//! in a worktree goes into its branch first; one that is in use or cannot be read stays. Returns what was done.
Result<QStringList> removeLeftovers(const Paths& paths);

} // namespace switchyard::engine
