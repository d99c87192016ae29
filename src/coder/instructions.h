#pragma once

#include "coder/workspace.h"

namespace switchyard::coder {

//! What the model is told before everything else: its part, its manners, and the project's own instructions from
//! AGENTS.md and CLAUDE.md (at most 32 KiB of each).
QString systemPrompt(const Workspace& workspace);

//! Whether the project seems to have tests of its own: a look at names, nothing more.
bool seemsToHaveTests(const Workspace& workspace);

} // namespace switchyard::coder
