#pragma once

#include "app/commands/support.h"

namespace switchyard::app {

//! What `swy run` is told, as a task; a template may make its goal. Errors name the option.
Result<TaskSpec> specFromOptions(const Options& options, const Paths& paths);
//! --budget, --budget-tokens and --steps, over what `limits` holds.
Result<> readLimits(const Options& options, TaskLimits& limits);

} // namespace switchyard::app
