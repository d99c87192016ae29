#include "process/tree_meter.h"

#include "process/proc_files.h"

#include <QSet>

#include <cstdio>

#include <sys/resource.h>
#include <unistd.h>

namespace switchyard::process {

namespace {

constexpr qsizetype smallFile = 4096;

//! The number behind "name:" in a file such as /proc/pid/io.
qint64 numberAfter(const QByteArray& text, QByteArrayView name)
{
    const auto at = text.indexOf(name);
    return at < 0 ? 0 : std::strtoll(text.constData() + at + name.size(), nullptr, 10);
}

//! Resident memory that is not shared with files or others by name, in bytes.
qint64 ownMemory(pid_t pid)
{
    static const auto pageBytes = qint64(sysconf(_SC_PAGESIZE));
    long long size = 0, resident = 0, shared = 0;
    const auto text = readProcFile(pid, "statm", smallFile);
    if (std::sscanf(text.constData(), "%lld %lld %lld", &size, &resident, &shared) != 3)
        return 0;
    return std::max(0ll, resident - shared) * pageBytes;
}

milliseconds cpuOfCollected()
{
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto time = [](const timeval& value) {
        return std::chrono::seconds(value.tv_sec) + std::chrono::microseconds(value.tv_usec);
    };
    return std::chrono::duration_cast<milliseconds>(time(usage.ru_utime) + time(usage.ru_stime));
}

} // namespace

QList<pid_t> TreeMeter::members() const
{
    if (m_group)
        return m_group->allMembers();
    QList<std::pair<pid_t, pid_t>> all; // process, parent
    for (const auto& stat : readAllStats()) {
        if (!stat.isZombie())
            all << std::pair(stat.pid, stat.parent);
    }
    QSet<pid_t> tree{getpid()};
    QList<pid_t> result;
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto& [pid, parent] : all) {
            if (tree.contains(parent) && !tree.contains(pid)) {
                tree << pid;
                result << pid;
                grown = true;
            }
        }
    }
    return result;
}

TreeMeter::Transfer TreeMeter::transferOf(pid_t pid)
{
    const auto text = readProcFile(pid, "io", smallFile);
    return {numberAfter(text, "\nread_bytes:"), numberAfter(text, "\nwrite_bytes:")};
}

TreeUsage TreeMeter::sample()
{
    static const auto ticksPerSecond = quint64(sysconf(_SC_CLK_TCK));
    TreeUsage usage;
    QHash<std::pair<pid_t, quint64>, Transfer> living;
    quint64 ticks = 0;
    for (const auto pid : members()) {
        const auto stat = readStat(pid);
        if (!stat || stat->isZombie())
            continue;
        ++usage.processes;
        ticks += stat->cpuTicks;
        usage.memory += ownMemory(pid);
        living.insert({pid, stat->startTime}, transferOf(pid));
    }
    for (const auto& [key, transfer] : m_living.asKeyValueRange()) {
        if (!living.contains(key)) {
            m_ended.read += transfer.read;
            m_ended.written += transfer.written;
        }
    }
    m_living = std::move(living);
    usage.readBytes = m_ended.read;
    usage.writtenBytes = m_ended.written;
    for (const auto& transfer : std::as_const(m_living)) {
        usage.readBytes += transfer.read;
        usage.writtenBytes += transfer.written;
    }
    usage.cpu = cpuOfCollected() + milliseconds(ticks * 1000 / ticksPerSecond);
    if (m_group) {
        m_counted = m_group->usage();
        usage.cpu = m_counted.cpu;
        if (m_counted.memory > 0)
            usage.memory = m_counted.memory;
    }
    return usage;
}

qint64 TreeMeter::exactMemory() const
{
    if (m_group) {
        if (const auto counted = m_group->usage().memory; counted > 0)
            return counted;
    }
    constexpr qint64 kibi = 1024;
    qint64 sum = 0;
    for (const auto pid : members()) {
        const auto text = readProcFile(pid, "smaps_rollup", smallFile);
        sum += text.isEmpty() ? ownMemory(pid)
                              : (numberAfter(text, "\nPss_Anon:") + numberAfter(text, "\nPss_Shmem:")) * kibi;
    }
    return sum;
}

} // namespace switchyard::process
