#pragma once

#include "app/commands/support.h"

namespace switchyard::app {

//! What `swy run` is told, as a task. Errors name the option.
Result<TaskSpec> specFromOptions(const Options& options);
//! --budget, --budget-tokens and --steps, over what `limits` holds.
Result<> readLimits(const Options& options, TaskLimits& limits);

} // namespace switchyard::app
