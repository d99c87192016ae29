#include "model/lifecycle.h"

#include <algorithm>
#include <array>

namespace switchyard {

namespace {

using enum TaskStatus;

constexpr std::array statuses{Pending,   Queued, Running,   Waiting,  Paused,
                              Completed, Failed, Cancelled, TimedOut, Interrupted};
constexpr std::array statusNames{"pending"_L1,   "queued"_L1, "running"_L1,   "waiting"_L1,   "paused"_L1,
                                 "completed"_L1, "failed"_L1, "cancelled"_L1, "timed_out"_L1, "interrupted"_L1};

constexpr std::array phases{TaskPhase::Init,       TaskPhase::Planning, TaskPhase::Coding,
                            TaskPhase::Testing,    TaskPhase::Fixing,   TaskPhase::Validating,
                            TaskPhase::Publishing, TaskPhase::Complete, TaskPhase::Error};
constexpr std::array phaseNames{"init"_L1,       "planning"_L1,   "coding"_L1,   "testing"_L1, "fixing"_L1,
                                "validating"_L1, "publishing"_L1, "complete"_L1, "error"_L1};

struct Transition {
    TaskStatus from;
    std::initializer_list<TaskStatus> to;
};

bool allowed(TaskStatus from, TaskStatus to)
{
    static const Transition table[] = {
        {Pending, {Queued, Cancelled, Failed}},
        {Queued, {Pending, Running, Cancelled, Failed, Interrupted}},
        {Running, {Waiting, Paused, Completed, Failed, Cancelled, TimedOut, Interrupted}},
        {Waiting, {Running, Paused, Failed, Cancelled, TimedOut, Interrupted}},
        {Paused, {Running, Waiting, Failed, Cancelled, TimedOut, Interrupted}},
        // A finished task starts again only as a new attempt, through the queue.
        {Completed, {Queued}},
        {Failed, {Queued}},
        {Cancelled, {Queued}},
        {TimedOut, {Queued}},
        {Interrupted, {Queued, Cancelled, Failed}},
    };
    const auto row = std::ranges::find(table, from, &Transition::from);
    return row != std::end(table) && std::ranges::find(row->to, to) != row->to.end();
}

} // namespace

QString statusName(TaskStatus status)
{
    return statusNames.at(size_t(status));
}

Result<TaskStatus> statusFromName(QStringView name)
{
    const auto found = std::find(statusNames.begin(), statusNames.end(), name);
    if (found == statusNames.end())
        return fail(ErrorCode::Invalid, u"“%1” is not a task status."_s.arg(name.left(40)));
    return statuses.at(size_t(found - statusNames.begin()));
}

QString phaseName(TaskPhase phase)
{
    return phaseNames.at(size_t(phase));
}

Result<TaskPhase> phaseFromName(QStringView name)
{
    const auto found = std::find(phaseNames.begin(), phaseNames.end(), name);
    if (found == phaseNames.end())
        return fail(ErrorCode::Invalid, u"“%1” is not a task phase."_s.arg(name.left(40)));
    return phases.at(size_t(found - phaseNames.begin()));
}

Result<> checkTransition(TaskStatus from, TaskStatus to)
{
    if (allowed(from, to))
        return {};
    return fail(ErrorCode::Conflict, u"A task cannot go from %1 to %2."_s.arg(statusName(from), statusName(to)));
}

std::span<const TaskStatus> allStatuses()
{
    return statuses;
}

std::span<const TaskPhase> allPhases()
{
    return phases;
}

bool isFinished(TaskStatus status)
{
    return status >= Completed;
}

bool isActive(TaskStatus status)
{
    return status == Running || status == Waiting || status == Paused;
}

bool holdsSlot(TaskStatus status)
{
    return isActive(status);
}

} // namespace switchyard
