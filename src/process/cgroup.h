#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QList>

#include <optional>

#include <sys/types.h>

namespace switchyard::process {

//! Bounds of a group; nothing: none. They hold for all its members together.
struct CgroupLimits {
    std::optional<qint64> memoryBytes; //!< above it the kernel ends one of the group, nobody else
    std::optional<int> processes;      //!< a fork bomb ends here
    std::optional<int> cpuWeight;      //!< 1 to 10,000; 100 is everybody's
};

//! A folder of cgroup v2 (https://docs.kernel.org/admin-guide/cgroup-v2.html) of our own. No member can leave it unless
//! it may write the hierarchy, so a kill hits all and at once. Always a fresh folder: one that was ever killed kills
//! what is born into it. Not thread-safe; every call is one small write or read.
class Cgroup
{
public:
    //! Where groups of ours may be made, or in words why not.
    struct Ability {
        QString parent;          //!< empty: nowhere
        QStringList controllers; //!< of its children: "memory", "pids", "cpu"
        QString why;
    };
    //! Where cgroup v2 is mounted; where it should be if it is nowhere.
    static QString mountPoint(const QString& mounts = {});
    //! `mount`: of cgroup v2, empty: mountPoint(); `own`: the file that names this process's groups.
    static Ability probe(QString mount = {}, const QString& own = u"/proc/self/cgroup"_s);

    //! A new group below `parent`; an empty name makes `parent` itself. Conflict if it is there already; Unavailable,
    //! naming it, if a limit cannot be set: nothing is left then.
    static Result<Cgroup> create(const QString& parent, const QString& name, const CgroupLimits& limits = {});
    //! One that is there; NotFound if not.
    static Result<Cgroup> open(const QString& path);
    Cgroup(Cgroup&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    Cgroup& operator=(Cgroup&& other) noexcept
    {
        std::swap(m_path, other.m_path);
        return *this;
    }
    ~Cgroup(); //!< removes the folder if it is empty

    const QString& path() const { return m_path; }
    Result<> add(pid_t process) const;
    Result<> kill() const; //!< SIGKILL to all, also those being born and those of groups below
    Result<> setFrozen(bool frozen) const;
    Result<> setLimits(const CgroupLimits& limits) const;
    bool isPopulated() const;
    QList<pid_t> members() const;    //!< of this group itself
    QList<pid_t> allMembers() const; //!< and of those below it
    //! Lets groups below it have these controllers; returns those that they have. Others are refused by the kernel:
    //! not there, not delegated, or the group has members of its own.
    QStringList enable(const QStringList& controllers) const;
    //! An out-of-memory kill ends all of the group together instead of one of it. Not every kernel can.
    void dieTogether() const;

    //! Of all that is in it or below, ended members included.
    struct Usage {
        milliseconds cpu{0};
        qint64 memory = 0;     //!< 0: the controller is not there
        qint64 peakMemory = 0; //!< as above
        int memoryKills = 0;   //!< how often the kernel ended a member for lack of memory
        int processLimit = 0;  //!< how often it refused a new one
    };
    Usage usage() const;
    //! From now on the folder stays when this object goes.
    QString release() { return std::exchange(m_path, {}); }

private:
    explicit Cgroup(QString path) : m_path(std::move(path)) {}
    QString m_path;
};

//! SIGKILL to all of the group at `path` and of those below it, until it is seen empty or `limit` is over; then the
//! folders go. Returns the processes that are left. Waits: for workers.
QList<pid_t> endGroup(const QString& path, milliseconds limit);

} // namespace switchyard::process
