#include "process/spawn.h"

#include "base/ids.h"
#include "process/confinement.h"
#include "process/environment.h"
#include "process/pidfd.h"
#include "process/process_tree.h"
#include "process/reaper.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSocketNotifier>
#include <QStandardPaths>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace switchyard::process {

namespace {

constexpr int lastDitchExitCode = 127;

enum class Stage : int { Session, Descriptors, Folder, Confinement, Program };
struct Failure {
    Stage stage;
    int error;
};

//! All that the child needs, made before the fork: between fork and exec only async-signal-safe calls are allowed.
struct Plan {
    QByteArray program;
    QByteArray folder;
    int group = -1; //!< the folder of its control group, open; -1: ours
    std::vector<QByteArray> texts;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    std::array<int, 3> descriptors{};
    int kept = -1;       //!< one more of ours that it gets; -1: none
    int socketRule = -1; //!< see abstractSocketRule(); -1: none
    int failures = -1;   //!< the child's end of a pipe that closes at exec
    pid_t parent = 0;
    bool dieWithParent = false;
    rlimit mark{};
};

std::vector<char*> pointers(std::vector<QByteArray>& texts)
{
    std::vector<char*> result;
    for (auto& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

void resetSignals()
{
    struct sigaction standard{};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) {
        if (number != SIGKILL && number != SIGSTOP)
            sigaction(number, &standard, nullptr);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

//! The kernel ends the child rather than us when memory runs out.
void offerToMemoryKiller()
{
    const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    [[maybe_unused]] const auto written = write(file, "300", 3);
    close(file);
}

[[noreturn]] void failInChild(const Plan& plan, Stage stage)
{
    const Failure failure{stage, errno};
    [[maybe_unused]] const auto written = write(plan.failures, &failure, sizeof failure);
    _exit(lastDitchExitCode);
}

[[noreturn]] void runChild(const Plan& plan)
{
    if (plan.dieWithParent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != plan.parent)
            _exit(lastDitchExitCode);
    }
    if (setsid() < 0)
        failInChild(plan, Stage::Session);
    setrlimit(RLIMIT_RTTIME, &plan.mark); // refused below another mark: the tag is left
    offerToMemoryKiller();
    resetSignals();
    for (int target = 0; target < 3; ++target) {
        if (dup2(plan.descriptors[size_t(target)], target) < 0)
            failInChild(plan, Stage::Descriptors);
    }
    if (!plan.folder.isEmpty() && chdir(plan.folder.constData()) != 0)
        failInChild(plan, Stage::Folder);
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC); // of libraries that do not know O_CLOEXEC
    if (plan.kept >= 0 && fcntl(plan.kept, F_SETFD, 0) != 0)
        failInChild(plan, Stage::Descriptors);
    if (plan.socketRule >= 0 &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, plan.socketRule, 0) != 0))
        failInChild(plan, Stage::Confinement);
    execve(plan.program.constData(), plan.arguments.data(), plan.environment.data());
    failInChild(plan, Stage::Program);
}

//! vfork() of a child that is born into a control group: clone3(2), which glibc does not offer. Inlined, because the
//! child must not return from a frame that the parent still needs. Elsewhere a plain fork, which costs a copy of our
//! page tables.
[[gnu::always_inline]] inline pid_t vforkInto(int group)
{
    clone_args request{};
    request.flags = CLONE_INTO_CGROUP;
    request.exit_signal = SIGCHLD;
    request.cgroup = quint64(group);
#if defined(__x86_64__)
    request.flags |= CLONE_VM | CLONE_VFORK;
    long result = SYS_clone3;
    asm volatile("syscall" : "+a"(result) : "D"(&request), "S"(sizeof request) : "rcx", "r11", "memory");
    if (result < 0)
        errno = int(-result);
    return result < 0 ? -1 : pid_t(result);
#else
    return pid_t(syscall(SYS_clone3, &request, sizeof request));
#endif
}

//! A function of its own: after vfork() the child borrows this frame until it execs.
[[gnu::noinline]] pid_t forkAndRun(const Plan& plan)
{
    // No handler of ours may run in the child while it borrows our memory.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    // Into a group by birth: a move would take milliseconds, for the kernel stops all forks meanwhile.
    const pid_t pid = plan.group < 0 ? vfork() : vforkInto(plan.group);
    if (pid == 0)
        runChild(plan);
    const auto saved = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = saved;
    return pid;
}

Error describeFailure(const CommandLine& command, const QString& program, const Failure& failure)
{
    const auto why = QString::fromLocal8Bit(std::strerror(failure.error));
    switch (failure.stage) {
    case Stage::Folder:
        return {ErrorCode::NotFound,
                u"“%1” cannot start in the folder %2: %3."_s.arg(command.program, command.cwd, why),
                u"Check that the folder exists and may be entered."_s};
    case Stage::Program:
        if (failure.error == ENOEXEC)
            return {ErrorCode::Invalid, u"“%1” is not a program: %2."_s.arg(program, why),
                    u"A script needs a first line such as #!/bin/sh."_s};
        return {ErrorCode::Io, u"“%1” cannot be run: %2."_s.arg(program, why),
                u"Check that it is installed whole and executable."_s};
    default:
        return {ErrorCode::Io, u"“%1” cannot be started: %2."_s.arg(command.program, why), {}};
    }
}

//! Below the tag that we carry ourselves, so that whoever started us finds our trees too.
QByteArray newTag()
{
    const auto own = qgetenv(ProcessTree::tagVariable.data());
    const auto name = newUuid().toLatin1();
    return own.isEmpty() ? name : own + '/' + name;
}

} // namespace

Result<QString> findProgram(const CommandLine& command, const QProcessEnvironment& environment)
{
    if (command.program.isEmpty())
        return fail(ErrorCode::Invalid, u"There is no program to run."_s);
    if (command.program.contains(u'/'))
        return QDir(command.cwd).absoluteFilePath(command.program);
    const auto path = environment.value(u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s);
    const auto found = QStandardPaths::findExecutable(command.program, path.split(u':', Qt::SkipEmptyParts));
    if (found.isEmpty())
        return fail(ErrorCode::NotFound, u"The program “%1” was not found."_s.arg(command.program),
                    u"Install it, or add its folder to PATH (now: %1)."_s.arg(path));
    return found;
}

Result<Pipe> makePipe(Flow flow)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return failErrno(u"A pipe to the child cannot be made"_s, errno);
    Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    if (flow == Flow::ToChild)
        std::swap(pipe.ours, pipe.theirs);
    fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK | fcntl(pipe.ours.get(), F_GETFL));
    return pipe;
}

Result<Spawned> spawn(const CommandLine& command, int input, int output, int errorOutput, const QString& group)
{
    auto environment = command.environment;
    if (environment.isEmpty() || environment.inheritsFromParent())
        environment = childEnvironment();
    SY_TRY_ASSIGN(const auto program, findProgram(command, environment));
    Spawned child;
    child.tag = newTag();
    environment.insert(ProcessTree::tagVariable, QString::fromLatin1(child.tag));

    Plan plan;
    plan.program = QFile::encodeName(program);
    Descriptor groupFolder;
    if (!group.isEmpty()) {
        groupFolder = Descriptor(open(QFile::encodeName(group).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!groupFolder)
            return failErrno(u"“%1” cannot be put into its control group %2"_s.arg(command.program, group), errno);
        plan.group = groupFolder.get();
    }
    const auto socketRule = command.keepFromAbstractSockets ? abstractSocketRule() : Descriptor();
    plan.socketRule = socketRule.get();
    plan.kept = command.descriptor ? command.descriptor->get() : -1;
    plan.folder = QFile::encodeName(command.cwd);
    std::vector<QByteArray> arguments{QFile::encodeName(command.program)};
    for (const auto& argument : command.arguments)
        arguments.push_back(QFile::encodeName(argument));
    std::vector<QByteArray> variables;
    for (const auto& variable : environment.toStringList())
        variables.push_back(QFile::encodeName(variable));
    plan.arguments = pointers(arguments);
    plan.environment = pointers(variables);
    plan.descriptors = {input, output, errorOutput};
    plan.parent = getpid();
    // The death signal comes when the starting *thread* ends; only the main one lives as long as the process.
    plan.dieWithParent = gettid() == getpid();
    plan.mark = {rlim_t(treeMark(child.tag)), rlim_t(treeMark(child.tag))};
    SY_TRY_ASSIGN(auto failures, makePipe(Flow::FromChild));
    plan.failures = failures.theirs.get();

    const QMutexLocker guard(&childrenLock());
    child.pid = forkAndRun(plan);
    if (child.pid < 0)
        return failErrno(u"“%1” cannot be started: no new process"_s.arg(command.program), errno);
    failures.theirs.reset();
    fcntl(failures.ours.get(), F_SETFL, 0); // closes at exec or at the child's end: at once
    Failure failure{};
    if (read(failures.ours.get(), &failure, sizeof failure) == sizeof failure) {
        waitpid(child.pid, nullptr, 0);
        return fail(describeFailure(command, program, failure));
    }
    child.handle = openPidfd(child.pid);
    if (!child.handle) {
        const auto problem = errno;
        kill(child.pid, SIGKILL);
        waitpid(child.pid, nullptr, 0);
        return failErrno(u"“%1” cannot be watched"_s.arg(command.program), problem);
    }
    keepChild(child.pid);
    return child;
}

bool collect(pid_t pid, Exit& how)
{
    const QMutexLocker guard(&childrenLock());
    int status = 0;
    rusage usage{};
    const auto result = wait4(pid, &status, WNOHANG, &usage);
    if (result == 0 || (result < 0 && errno == EINTR))
        return false;
    forgetChild(pid);
    if (result < 0) { // somebody else took it: only its end is known
        how.how = Exit::How::Exited;
        how.code = lastDitchExitCode;
        how.error = u"The exit code was lost."_s;
        return true;
    }
    how.how = WIFSIGNALED(status) ? Exit::How::Signalled : Exit::How::Exited;
    how.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    const auto time = [](const timeval& value) {
        return std::chrono::seconds(value.tv_sec) + std::chrono::microseconds(value.tv_usec);
    };
    how.cpu = std::chrono::duration_cast<milliseconds>(time(usage.ru_utime) + time(usage.ru_stime));
    how.peakMemory = qint64(usage.ru_maxrss) * 1024;
    return true;
}

void collectLater(pid_t pid, Descriptor handle)
{
    Exit ignored;
    if (collect(pid, ignored))
        return;
    if (!QCoreApplication::instance()) {
        waitpid(pid, nullptr, 0); // it was killed: this is its last breath
        return;
    }
    auto* const notifier = new QSocketNotifier(handle.get(), QSocketNotifier::Read, QCoreApplication::instance());
    QObject::connect(notifier, &QSocketNotifier::activated, notifier,
                     [pid, notifier, kept = std::make_shared<Descriptor>(std::move(handle))] {
                         Exit how;
                         if (!collect(pid, how))
                             return;
                         notifier->setEnabled(false);
                         notifier->deleteLater();
                     });
}

} // namespace switchyard::process
