#pragma once

#include "process/descriptor.h"

#include <sys/syscall.h>

namespace switchyard::process {

// pidfd_open(2) and its kin, by number: the C library's header has no C++ linkage before glibc 2.42.

//! Names the process that has this pid now, for ever; empty (errno) if there is none.
inline Descriptor openPidfd(pid_t pid)
{
    return Descriptor(int(syscall(SYS_pidfd_open, pid, 0)));
}

inline bool sendSignal(const Descriptor& pidfd, int number)
{
    return syscall(SYS_pidfd_send_signal, pidfd.get(), number, nullptr, 0) == 0;
}

} // namespace switchyard::process
