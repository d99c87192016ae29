#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QList>

#include <sys/types.h>

namespace switchyard::process {

//! Makes this process the one that orphans of its descendants are handed to, so that none escapes its sight.
//! The runner calls it once at start.
Result<> becomeSubreaper();

//! Everything that descends from one child: by parent, by session and by the tag put in its environment, so that
//! members that forked twice, changed session or cleared their environment are found as far as Linux lets us.
//! Source: proc(5). Errors: a vanished process is no error.
class ProcessTree
{
public:
    static constexpr QLatin1StringView tagVariable{"SWITCHYARD_TREE"};
    ProcessTree() = default;
    ProcessTree(pid_t root, QByteArray tag) : m_root(root), m_tag(std::move(tag)) {}

    struct Member {
        pid_t pid;
        quint64 startTime; //!< field 22 of /proc/pid/stat: with the pid, names one process for ever
        QString name;
    };
    QList<Member> members() const;
    void signal(int number) const; //!< to all members, repeated until a walk finds no new one
    //! CPU time, resident memory and count of the members, now.
    struct Usage {
        milliseconds cpu{0};
        qint64 memory = 0;
        int processes = 0;
    };
    Usage usage() const;

private:
    pid_t m_root = 0;
    QByteArray m_tag;
};

} // namespace switchyard::process
