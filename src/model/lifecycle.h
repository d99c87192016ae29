#pragma once

#include "base/result.h"

#include <span>

namespace switchyard {

enum class TaskStatus {
    Pending,     //!< created, not yet queued (waits for what it depends on)
    Queued,      //!< waits for a slot
    Running,     //!< a runner works on it
    Waiting,     //!< waits for the user: a confirmation or an answer
    Paused,      //!< frozen by the user
    Completed,   //!< done
    Failed,      //!< ended with an error
    Cancelled,   //!< ended by the user
    TimedOut,    //!< met a limit
    Interrupted, //!< its runner died; may be queued again
};

//! What the task is busy with; apart from its status.
enum class TaskPhase { Init, Planning, Coding, Testing, Fixing, Validating, Publishing, Complete, Error };

QString statusName(TaskStatus status); //!< "timed_out": on the wire and in the database
Result<TaskStatus> statusFromName(QStringView name);
QString phaseName(TaskPhase phase);
Result<TaskPhase> phaseFromName(QStringView name);

//! The one table of legal transitions. An illegal one is a Conflict that names both ends.
Result<> checkTransition(TaskStatus from, TaskStatus to);
std::span<const TaskStatus> allStatuses();
std::span<const TaskPhase> allPhases();

bool isFinished(TaskStatus status); //!< completed, failed, cancelled, timed out, interrupted: no runner any more
bool isActive(TaskStatus status);   //!< running, waiting, paused: a runner should be alive
bool holdsSlot(TaskStatus status);  //!< counts against the pool: as isActive

} // namespace switchyard
