#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QList>

#include <sys/types.h>

namespace switchyard::process {

//! Makes this process the one that orphans of its descendants are handed to, so that none escapes its sight, and
//! collects those that end. The runner calls it once at start, in its main thread, with an application object alive.
//! From then on children in sessions of their own must be started through Command or Child only: others would be taken
//! for orphans and collected.
Result<> becomeSubreaper();

//! Everything that descends from one child: by parent, by session, by the tag put in its environment and by a mark
//! among its resource limits, so that members that forked twice, changed session or cleared their environment are
//! found. Tags are paths: a child of a process tagged "a" is tagged "a/b", and the tree of "a" holds both. Each walk
//! reads /proc once (about 10 µs a process). Source: proc(5). Errors: a vanished process is no error. Thread: any.
class ProcessTree
{
public:
    static constexpr QLatin1StringView tagVariable{"SWITCHYARD_TREE"};
    ProcessTree() = default;
    //! `root` 0: known by its tag alone, as after a restart. Otherwise the root must not have been waited for yet.
    ProcessTree(pid_t root, QByteArray tag);

    struct Member {
        pid_t pid;
        quint64 startTime; //!< field 22 of /proc/pid/stat: with the pid, names one process for ever
        QString name;
        bool operator==(const Member&) const = default;
    };
    //! The living ones; never this process.
    QList<Member> members() const;
    //! To all members, repeated until a walk finds no new one. Uses pidfds: a reused pid is never hit. False: nobody is
    //! there, not even the one to be spared.
    bool signal(int number) const;
    bool signalAllBut(pid_t spared, int number) const;
    //! CPU time (with that of ended members their parents waited for), resident memory and count of the members, now.
    struct Usage {
        milliseconds cpu{0};
        qint64 memory = 0;
        int processes = 0;
    };
    Usage usage() const;

private:
    pid_t m_root = 0;
    quint64 m_rootStart = 0;
    QByteArray m_tag;
};

//! "1234 node", as survivors are named.
QString describe(const ProcessTree::Member& member);

//! The mark that a child with this tag gets: a hard limit on real-time CPU time (RLIMIT_RTTIME) so high that it limits
//! nothing. It is inherited by every fork and exec, cannot be raised again and can be read from outside: what a process
//! that leaves its session and clears its environment cannot shake off.
quint64 treeMark(const QByteArray& tag);

} // namespace switchyard::process
