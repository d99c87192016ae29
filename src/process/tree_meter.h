#pragma once

#include "process/cgroup.h"

#include <QHash>

namespace switchyard::process {

//! What a tree uses. CPU and I/O count from its beginning, ended members included; the rest is now.
struct TreeUsage {
    milliseconds cpu{0};
    qint64 memory = 0; //!< bytes: of the control group where it counts them, else the sum of what each has for itself
    int processes = 0;
    qint64 readBytes = 0;    //!< from disks
    qint64 writtenBytes = 0; //!< to disks
    bool operator==(const TreeUsage&) const = default;
};

//! Measures everything that this process has started and will start. With a control group: a few small reads and one
//! per member; without: one walk through /proc (about 10 µs a process of the machine), as a subreaper misses none.
//! Not thread-safe.
class TreeMeter
{
public:
    //! `group`: that all children are born below; it must outlive the meter. Null: the walk.
    explicit TreeMeter(const Cgroup* group = nullptr) : m_group(group) {}

    TreeUsage sample();
    //! Memory without counting twice what members share: exact but slow, to be sure before a limit is said to be met.
    qint64 exactMemory() const;
    //! As the control group counts them, at the last sample; 0 without one that does.
    qint64 peakMemory() const { return m_counted.peakMemory; }
    int refusedProcesses() const { return m_counted.processLimit; }

private:
    struct Transfer {
        qint64 read = 0, written = 0;
    };
    QList<pid_t> members() const;
    static Transfer transferOf(pid_t pid);

    const Cgroup* m_group;
    Cgroup::Usage m_counted;
    QHash<std::pair<pid_t, quint64>, Transfer> m_living; //!< by pid and start time
    Transfer m_ended;
};

} // namespace switchyard::process
