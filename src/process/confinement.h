#pragma once

#include "process/descriptor.h"

#include <memory>

namespace switchyard::process {

// What the kernel adds to the mounts and name spaces of a sandbox.

//! A Landlock rule (kernel 6.12 or later) for a child to take on just before it becomes its program: it and its tree
//! reach only those abstract sockets that were made within, not those of the session (X, old session buses), which no
//! mount can hide. Empty where the kernel cannot.
Descriptor abstractSocketRule();

enum class Calls {
    Standard, //!< no kernel keys (they belong to the session, not to a folder), kernel modules, BPF, files by handle
    Strict,   //!< no mounts and no other name spaces either
};
//! Those system calls as bubblewrap's --seccomp wants them: a file to read once, of memory. They answer EPERM; programs
//! for another processor than ours get ENOSYS for everything, but for 32-bit ones on x86-64. Null where the file cannot
//! be made.
std::shared_ptr<const Descriptor> callFilter(Calls calls);

} // namespace switchyard::process
