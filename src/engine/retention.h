#pragma once

#include "base/paths.h"
#include "engine/settings.h"
#include "store/store.h"

namespace switchyard::engine {

// All block: worker threads only. They open connections of their own and write nothing into the database.

//! Finished tasks beyond what the settings keep, by age and count, the oldest first. Never one whose change waits to be
//! merged or discarded, nor one that will be tried again.
Result<QList<TaskId>> expiredTasks(const QString& database, const Settings& settings, UtcTime now);

//! Output of a finished task that was removed to make room.
struct ShedLog {
    TaskId id;
    qint64 bytes = 0;
};
//! Removes the output (not the journals) of finished tasks, the oldest first, until `wanted` bytes are free of it.
Result<QList<ShedLog>> shedLogs(const Paths& paths, qint64 wanted);
//! Bytes that the output of finished tasks takes beyond `most`; 0: none.
Result<qint64> logBytesBeyond(const Paths& paths, qint64 most);

} // namespace switchyard::engine
