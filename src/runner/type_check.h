#pragma once

#include "agent/agent_type.h"
#include "runner/phase_tracker.h"

#include <optional>

namespace switchyard::runner {

//! What became of a task's work, as far as its type of agent asks for it.
struct WorkSeen {
    std::optional<int> filesChanged; //!< nothing: not known (work in the project's own folder)
    PhaseTracker::Tests tests = PhaseTracker::Tests::None;
};

struct TypeCheck {
    QString failure; //!< the task has not done what its type asks for; empty: it has
    QString notice;  //!< worth knowing, without deciding
};

//! `type` is one that the task names; a plain agent is asked for nothing.
TypeCheck checkWork(const agent::AgentType& type, const WorkSeen& seen);

} // namespace switchyard::runner
