#pragma once

#include "base/paths.h"
#include "engine/settings.h"
#include "store/store.h"

namespace switchyard::engine {

//! Finished tasks beyond what the settings keep, by age and count, the oldest first. Never one whose change waits to be
//! merged or discarded. Blocks: worker threads only (it opens a connection of its own).
Result<QList<TaskId>> expiredTasks(const QString& database, const Settings& settings, UtcTime now);

//! Brings the journal of an attempt that has ended up to what the database has of it: a power cut may have taken lines
//! that were not synced yet. A damaged or missing journal is left as it is. Blocks: worker threads only.
Result<> completeJournal(const Paths& paths, const TaskId& id, int attempt);

//! Something that does not fit together on disk.
struct Finding {
    QString what; //!< one sentence that names it
    QString mend; //!< what mending does; empty: only a person can decide
    bool mended = false;
    QJsonObject toJson() const;
};
//! Looks for what crashes, full disks and curious hands leave behind: sockets and worktrees of nobody, task folders
//! that the database does not know, unfinished tasks without files, damaged journals and pages. With `mend` it mends
//! what can be mended without losing anything. Blocks: worker threads only.
Result<QList<Finding>> examine(const Paths& paths, bool mend);

} // namespace switchyard::engine
