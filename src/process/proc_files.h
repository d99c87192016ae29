#pragma once

#include <QByteArray>
#include <QList>

#include <functional>
#include <optional>

#include <sys/types.h>

namespace switchyard::process {

//! What /proc/pid/stat says (proc(5)), as far as we use it.
struct ProcStat {
    pid_t pid = 0;
    QByteArray name; //!< at most 15 bytes, as the kernel keeps it
    char state = '?';
    pid_t parent = 0;
    pid_t session = 0;
    bool isKernels = false; //!< a thread of the kernel
    quint64 cpuTicks = 0;   //!< user + system, of it and of the children it waited for
    int threads = 0;
    quint64 startTime = 0; //!< ticks since boot
    qint64 residentPages = 0;

    //! Dead but not yet collected by its parent. A leader that ended before its threads is not.
    bool isZombie() const { return (state == 'Z' || state == 'X') && threads <= 1; }
};

//! Nothing if the process is gone.
std::optional<ProcStat> readStat(pid_t pid);
//! Each process that this one can see once, kernel threads left out, right when it was read: `visit` says false if it
//! has vanished while being looked at. What such a one, or a dead one, forked is not missed: the folder is read again
//! until it holds nothing new of the kind.
void visitProcesses(const std::function<bool(const ProcStat&)>& visit);
QList<ProcStat> readAllStats();
//! The children of this process, those that have ended and were not collected among them. Asked of the kernel where it
//! tells (CONFIG_PROC_CHILDREN), which is complete as long as nobody collects one meanwhile; otherwise a walk.
QList<ProcStat> readChildren();
//! A file of /proc/pid, at most `limit` bytes; empty if it is gone or may not be read.
QByteArray readProcFile(pid_t pid, const char* name, qsizetype limit);

} // namespace switchyard::process
