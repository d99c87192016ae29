#include "process/fork_into.h"

#include "process/descriptor.h"

#include <csignal>

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace switchyard::process {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool mayBypassLibrary = false; // their run-time libraries want to see every fork
#else
constexpr bool mayBypassLibrary = true;
#endif

} // namespace

pid_t forkInto(const QByteArray& group)
{
    // Where the C library keeps this thread's number: its own fork() has the kernel write the child's there, too.
    int* threadNumber = nullptr;
    if (!mayBypassLibrary || group.isEmpty() || prctl(PR_GET_TID_ADDRESS, &threadNumber, 0, 0, 0) != 0)
        return fork();
    const Descriptor folder(open(group.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder)
        return fork();
    clone_args request{};
    request.flags = CLONE_INTO_CGROUP | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
    request.child_tid = reinterpret_cast<quint64>(threadNumber);
    request.exit_signal = SIGCHLD;
    request.cgroup = quint64(folder.get());
    const auto pid = syscall(SYS_clone3, &request, sizeof request);
    return pid < 0 ? fork() : pid_t(pid);
}

} // namespace switchyard::process
