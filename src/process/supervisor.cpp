#include "process/supervisor.h"

#include "base/ids.h"
#include "process/spawn.h"

#include <csignal>

namespace switchyard::process {

namespace {
constexpr milliseconds killLimit{2000};
constexpr milliseconds firstLook{5};
constexpr milliseconds longestLook{100};
} // namespace

Supervisor::Supervisor()
{
    m_grace.setSingleShot(true);
    m_look.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, &Supervisor::nextStep);
    connect(&m_look, &QTimer::timeout, this, &Supervisor::look);
}

Supervisor::~Supervisor()
{
    if (m_pid <= 0)
        return;
    if (!m_treeEnded)
        killTree();
    m_notifier.reset();
    if (!m_childEnded)
        collectLater(pid_t(m_pid), std::move(m_handle));
}

Result<> Supervisor::start(const CommandLine& command, int input, int output, int errorOutput)
{
    m_graceTime = command.stopGrace;
    m_isWrapped = command.isWrapped;
    m_startedAt = Clock::system().monotonic();
    if (const auto& parent = command.cgroup.isEmpty() ? childrenGroup() : command.cgroup; !parent.isEmpty()) {
        SY_TRY_ASSIGN(m_group, Cgroup::create(parent, newUuid()));
        m_group->dieTogether();
    }
    SY_TRY_ASSIGN(auto child, spawn(command, input, output, errorOutput, m_group ? m_group->path() : QString()));
    rusage own{};
    getrusage(RUSAGE_SELF, &own);
    m_ownPeak = qint64(own.ru_maxrss) * 1024;
    m_pid = child.pid;
    m_handle = std::move(child.handle);
    m_tree = ProcessTree(child.pid, child.tag);
    return {};
}

void Supervisor::watch()
{
    m_notifier = std::make_unique<QSocketNotifier>(m_handle.get(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &Supervisor::collectChild);
}

void Supervisor::collectChild()
{
    if (m_childEnded || !collect(pid_t(m_pid), m_exit))
        return;
    m_childEnded = true;
    m_notifier->setEnabled(false);
    m_exit.duration = Clock::system().monotonic() - m_startedAt;
    // Until it execs, a child wears our own memory: a peak below ours says nothing about it.
    if (m_exit.peakMemory <= m_ownPeak)
        m_exit.peakMemory = 0;
    if (m_group) {
        const auto usage = m_group->usage();
        m_exit.outOfMemory = usage.memoryKills > 0;
        m_exit.peakMemory = std::max(m_exit.peakMemory, usage.peakMemory);
    }
    if (m_step != Step::None)
        m_look.start(0);
    Q_EMIT progress();
}

void Supervisor::endTree(bool inputFirst)
{
    if (m_pid <= 0 || m_step != Step::None || m_treeEnded)
        return;
    if (inputFirst && !m_childEnded) {
        m_step = Step::Input;
        if (m_frozen)
            setFrozen(false); // a stopped child cannot read
        m_grace.start(m_graceTime);
        return;
    }
    m_step = Step::Input;
    nextStep();
}

void Supervisor::nextStep()
{
    if (m_treeEnded)
        return;
    if (m_step == Step::Input) {
        m_step = Step::Terminate;
        const bool isAnybodyThere = m_tree.signalAllBut(m_isWrapped ? pid_t(m_pid) : 0, SIGTERM);
        if (m_group && std::exchange(m_frozen, false))
            (void)m_group->setFrozen(false);
        m_frozen = false;
        m_grace.start(m_graceTime);
        if (!isAnybodyThere) { // as after most commands: without a pause, and not again where the group confirms it
            m_seenEmpty = m_group.has_value();
            return m_look.start(0);
        }
        m_tree.signal(SIGCONT); // a stopped member takes the signal only when it goes on
    } else if (m_step == Step::Terminate) {
        m_step = Step::Kill;
        killTree();
        m_grace.start(killLimit);
    } else {
        return finishTree(m_tree.members());
    }
    m_look.start(firstLook);
}

void Supervisor::killTree()
{
    if (m_group)
        (void)m_group->kill(); // all at once; where the kernel cannot, the walk does
    m_tree.signal(SIGKILL);
}

void Supervisor::look()
{
    if (m_treeEnded)
        return;
    if (m_step == Step::Input)
        return m_childEnded ? nextStep() : void(); // it left at the end of its input: now for what it left behind
    const auto left = std::exchange(m_seenEmpty, false) ? QList<ProcessTree::Member>() : m_tree.members();
    if (left.isEmpty() && m_childEnded && !(m_group && m_group->isPopulated()))
        return finishTree({});
    if (m_step == Step::Kill && !left.isEmpty())
        killTree(); // those that were born since
    m_look.start(std::min(longestLook, std::max(firstLook, m_look.intervalAsDuration() * 2)));
}

void Supervisor::finishTree(const QList<ProcessTree::Member>& survivors)
{
    m_treeEnded = true;
    m_grace.stop();
    m_look.stop();
    for (const auto& member : survivors)
        m_exit.survivors << describe(member);
    if (!m_childEnded) { // in the kernel's hands: it will end as this when they let go
        m_exit.how = Exit::How::Signalled;
        m_exit.code = SIGKILL;
        m_exit.duration = Clock::system().monotonic() - m_startedAt;
    }
    Q_EMIT progress();
}

void Supervisor::setFrozen(bool frozen)
{
    if (m_pid <= 0 || m_treeEnded || frozen == m_frozen || (frozen && m_step != Step::None))
        return;
    m_frozen = frozen;
    if (!m_group || !m_group->setFrozen(frozen))
        m_tree.signal(frozen ? SIGSTOP : SIGCONT);
}

} // namespace switchyard::process
