#pragma once

#include "app/commands/command.h"

namespace switchyard::app {

// The groups of sub-commands; swy_main.cpp joins them into one list.
QList<Command> runCommands();      // run
QList<Command> taskCommands();     // tasks list|show|events
QList<Command> steerCommands();    // tasks cancel|pause|retry|…, answer, tell, stop
QList<Command> watchCommands();    // wait, monitor, logs
QList<Command> confirmCommands();  // confirm, grants, code, audit
QList<Command> reviewCommands();   // diff, merge, discard
QList<Command> recoveryCommands(); // recovery list|restore
QList<Command> demoCommands();     // demo
QList<Command> queueCommands();    // queue …, tasks after
QList<Command> engineCommands();   // engine start|status|reload|stop
QList<Command> careCommands();     // doctor, export
QList<Command> agentCommands();    // agent list
QList<Command> askCommands();      // ask
QList<Command> statsCommands();    // stats
QList<Command> settingsCommands(); // settings list|set
QList<Command> templateCommands(); // templates list|show
QList<Command> keyCommands();      // key set|list|remove
QList<Command> gateCommands();     // gate classify|explain|approve|test
QList<Command> doorCommands();     // mcp, http …
QList<Command> programCommands();  // engine, runner, agent: the programs themselves

} // namespace switchyard::app
