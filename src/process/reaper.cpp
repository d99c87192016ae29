#include "process/reaper.h"

#include "process/descriptor.h"
#include "process/proc_files.h"
#include "process/process_tree.h"

#include <QCoreApplication>
#include <QSet>
#include <QSocketNotifier>

#include <cerrno>
#include <csignal>

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace switchyard::process {

namespace {

QSet<pid_t>& keptChildren()
{
    static QSet<pid_t> children;
    return children;
}

int wakeUp = -1; // an eventfd, for the signal handler
struct sigaction previousHandler;

void childEnded(int number, siginfo_t* info, void* context)
{
    const auto saved = errno;
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wakeUp, &one, sizeof one);
    if ((previousHandler.sa_flags & SA_SIGINFO) != 0 && previousHandler.sa_sigaction)
        previousHandler.sa_sigaction(number, info, context);
    else if (previousHandler.sa_handler != SIG_DFL && previousHandler.sa_handler != SIG_IGN)
        previousHandler.sa_handler(number);
    errno = saved;
}

//! Orphans of our trees are children of ours in another session that nobody here started.
void collectOrphans()
{
    const QMutexLocker guard(&childrenLock());
    const auto session = getsid(0);
    for (const auto& stat : readChildren()) {
        if (stat.isZombie() && stat.session != session && !keptChildren().contains(stat.pid))
            waitpid(stat.pid, nullptr, WNOHANG);
    }
}

} // namespace

QMutex& childrenLock()
{
    static QMutex mutex;
    return mutex;
}

void keepChild(pid_t pid)
{
    keptChildren().insert(pid);
}

void forgetChild(pid_t pid)
{
    keptChildren().remove(pid);
}

Result<> becomeSubreaper()
{
    if (wakeUp >= 0)
        return {};
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return failErrno(u"This process cannot become the reaper of its tree"_s, errno);
    wakeUp = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wakeUp < 0)
        return failErrno(u"The ends of orphans cannot be watched"_s, errno);
    auto* const notifier = new QSocketNotifier(wakeUp, QSocketNotifier::Read, QCoreApplication::instance());
    QObject::connect(notifier, &QSocketNotifier::activated, notifier, [] {
        uint64_t count = 0;
        [[maybe_unused]] const auto size = read(wakeUp, &count, sizeof count);
        collectOrphans();
    });
    struct sigaction action{};
    action.sa_sigaction = childEnded;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGCHLD, &action, &previousHandler) != 0)
        return failErrno(u"The ends of orphans cannot be watched"_s, errno);
    return {};
}

} // namespace switchyard::process
