#pragma once

#include "gate/rules.h"
#include "gate/shell_reader.h"

namespace switchyard::gate {

//! A gate of given parts: what Gate::load() makes, and what tests make of a broken parser.
std::shared_ptr<const Gate> makeGate(std::shared_ptr<const RuleBook> rules, ShellReader reader);

} // namespace switchyard::gate
