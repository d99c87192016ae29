#include "process/process_tree.h"

#include "process/pidfd.h"
#include "process/proc_files.h"

#include <QCryptographicHash>
#include <QSet>

#include <cstring>
#include <functional>

namespace switchyard::process {

namespace {

constexpr int longestHunt = 200; // walks; only a fork bomb needs more than a few
constexpr qsizetype environmentBytes = 1 << 20;
constexpr quint64 markBase = 1ull << 61; // µs: 73,000 years
constexpr int markHalf = 30;

quint64 shortDigest(const QByteArray& text)
{
    const auto digest = QCryptographicHash::hash(text, QCryptographicHash::Sha256);
    quint64 number = 0;
    std::memcpy(&number, digest.constData(), sizeof number);
    return number & ((1ull << markHalf) - 1);
}

enum class Marked { No, Yes, Vanished };

Marked carriesMark(pid_t pid, const QByteArray& tag)
{
    static const QByteArray field = "Max realtime timeout";
    const auto limits = readProcFile(pid, "limits", 8192);
    const auto start = limits.indexOf(field);
    if (start < 0)
        return Marked::Vanished;
    const auto line = limits.sliced(start + field.size(), limits.indexOf('\n', start) - start - field.size());
    const auto words = line.simplified().split(' ');
    const auto hard = words.size() > 1 ? words[1].toULongLong() : 0;
    // A tag without a path names all trees below it: only the upper half of the mark is its own.
    const bool same = tag.contains('/') ? hard == treeMark(tag) : hard >> markHalf == treeMark(tag) >> markHalf;
    return same ? Marked::Yes : Marked::No;
}

bool carriesTag(pid_t pid, const QByteArray& tag)
{
    const auto variable = '\0' + QByteArray(ProcessTree::tagVariable.data()) + '=' + tag;
    const auto environment = '\0' + readProcFile(pid, "environ", environmentBytes) + '\0';
    return environment.contains(variable + '\0') || environment.contains(variable + '/');
}

//! Members by kinship, session, mark and tag. `found` is called as soon as one is: the pid of a member that forks and
//! ends all the time is good for an instant only.
class Walk
{
public:
    using Found = std::function<void(const ProcStat&)>;
    Walk(pid_t root, quint64 rootStart, const QByteArray& tag, Found found = {}) : m_found(std::move(found))
    {
        visitProcesses([&](const ProcStat& stat) {
            m_all << stat;
            m_taken << false;
            const auto index = m_all.size() - 1;
            const bool isRoot = stat.pid == root && stat.startTime == rootStart;
            if (isRoot || (root > 0 && stat.session == root && stat.startTime >= rootStart) || isKin(stat)) {
                take(index);
            } else if (!tag.isEmpty() && stat.startTime >= rootStart && stat.pid != getpid() && !stat.isZombie()) {
                const auto marked = carriesMark(stat.pid, tag);
                if (marked == Marked::Yes || (marked == Marked::No && carriesTag(stat.pid, tag))) {
                    take(index);
                } else if (marked == Marked::Vanished) {
                    m_all.removeLast();
                    m_taken.removeLast();
                    return false;
                }
            }
            return true;
        });
        for (bool grown = !m_pids.isEmpty(); grown;) {
            grown = false;
            for (qsizetype i = 0; i < m_all.size(); ++i) {
                if (!m_taken[i] && isKin(m_all[i])) {
                    take(i);
                    grown = true;
                }
            }
        }
    }

    QList<ProcStat> living() const
    {
        QList<ProcStat> result;
        for (qsizetype i = 0; i < m_all.size(); ++i) {
            if (m_taken[i] && isLiving(m_all[i]))
                result << m_all[i];
        }
        return result;
    }

private:
    void take(qsizetype index)
    {
        const auto& stat = m_all[index];
        m_taken[index] = true;
        m_pids.insert(stat.pid);
        if (stat.session == stat.pid)
            m_sessions.insert(stat.session);
        if (m_found && isLiving(stat))
            m_found(stat);
    }
    bool isKin(const ProcStat& stat) const
    {
        return stat.pid != getpid() && (m_pids.contains(stat.parent) || m_sessions.contains(stat.session));
    }
    static bool isLiving(const ProcStat& stat) { return !stat.isZombie() && stat.pid != getpid(); }

    const Found m_found;
    QList<ProcStat> m_all;
    QList<bool> m_taken;
    QSet<pid_t> m_pids;
    QSet<pid_t> m_sessions; // only those whose leader is a member: never the session a tagged stranger sits in
};

void signalExactly(const ProcStat& target, int number)
{
    const auto handle = openPidfd(target.pid);
    if (!handle)
        return;
    // The handle names whoever has the pid now; the start time tells whether that is still the one found.
    if (const auto now = readStat(target.pid); now && now->startTime == target.startTime)
        sendSignal(handle, number);
}

} // namespace

quint64 treeMark(const QByteArray& tag)
{
    const auto top = tag.first(tag.indexOf('/') < 0 ? tag.size() : tag.indexOf('/'));
    return markBase | shortDigest(top) << markHalf | shortDigest(tag);
}

ProcessTree::ProcessTree(pid_t root, QByteArray tag) : m_root(root), m_tag(std::move(tag))
{
    if (const auto stat = root > 0 ? readStat(root) : std::nullopt)
        m_rootStart = stat->startTime;
}

QList<ProcessTree::Member> ProcessTree::members() const
{
    QList<Member> result;
    if (m_root <= 0 && m_tag.isEmpty())
        return result;
    for (const auto& stat : Walk(m_root, m_rootStart, m_tag).living())
        result << Member{stat.pid, stat.startTime, QString::fromUtf8(stat.name)};
    return result;
}

bool ProcessTree::signal(int number) const
{
    return signalAllBut(0, number);
}

bool ProcessTree::signalAllBut(pid_t spared, int number) const
{
    if (m_root <= 0 && m_tag.isEmpty())
        return false;
    bool isAnybodyThere = false;
    QSet<std::pair<pid_t, quint64>> done;
    for (int round = 0; round < longestHunt; ++round) {
        const auto before = done.size();
        const Walk walk(m_root, m_rootStart, m_tag, [&](const ProcStat& stat) {
            const std::pair key(stat.pid, stat.startTime);
            isAnybodyThere = true;
            if (stat.pid == spared || done.contains(key))
                return;
            done.insert(key);
            signalExactly(stat, number);
        });
        if (done.size() == before)
            break;
    }
    return isAnybodyThere;
}

ProcessTree::Usage ProcessTree::usage() const
{
    static const auto ticksPerSecond = quint64(sysconf(_SC_CLK_TCK));
    static const auto pageBytes = qint64(sysconf(_SC_PAGESIZE));
    Usage usage;
    if (m_root <= 0 && m_tag.isEmpty())
        return usage;
    for (const auto& stat : Walk(m_root, m_rootStart, m_tag).living()) {
        usage.cpu += milliseconds(stat.cpuTicks * 1000 / ticksPerSecond);
        usage.memory += stat.residentPages * pageBytes;
        ++usage.processes;
    }
    return usage;
}

QString describe(const ProcessTree::Member& member)
{
    return u"%1 %2"_s.arg(member.pid).arg(member.name);
}

} // namespace switchyard::process
