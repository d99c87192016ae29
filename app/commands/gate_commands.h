#pragma once

#include "command.h"

#include <QList>

namespace switchyard::app {

//! swy gate classify, swy gate explain, swy gate test.
QList<Command> gateCommands();

} // namespace switchyard::app
