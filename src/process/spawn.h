#pragma once

#include "process/command.h"
#include "process/descriptor.h"

#include <sys/resource.h>

namespace switchyard::process {

//! A pipe whose ends close at exec; `ours` does not block.
struct Pipe {
    Descriptor ours;
    Descriptor theirs;
};
enum class Flow { ToChild, FromChild };
Result<Pipe> makePipe(Flow flow);

//! A child in a session of its own, with its tree's tag and mark, that dies by SIGKILL when the starting thread ends.
struct Spawned {
    pid_t pid = 0;
    Descriptor handle; //!< pidfd: readable when it has ended
    QByteArray tag;
};
//! Errors name the program or the folder and the way out; nothing is left of a child that could not start.
//! `group`: the control group that it is born into; empty: ours.
Result<Spawned> spawn(const CommandLine& command, int input, int output, int errorOutput, const QString& group = {});

//! The program's absolute path, looked up in the PATH of the environment that it will get.
Result<QString> findProgram(const CommandLine& command, const QProcessEnvironment& environment);

//! Collects an ended child; nothing if it still runs. `how` is filled but for the duration and survivors.
bool collect(pid_t pid, Exit& how);

//! Takes care of a child whose owner is gone: kept from being a zombie, without waiting for it.
void collectLater(pid_t pid, Descriptor handle);

} // namespace switchyard::process
