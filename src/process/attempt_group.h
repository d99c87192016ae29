#pragma once

#include "process/cgroup.h"

namespace switchyard::process {

//! How surely the trees of tasks are held together on this machine.
enum class Hold {
    BestEffort, //!< found through /proc by kinship, session, mark and tag; a daemon that sheds them all escapes
    Group,      //!< in control groups: none escapes; limits of memory and processes are watched, not enforced
    Limits      //!< in control groups with limits that the kernel enforces
};
QString holdName(Hold hold); //!< "best effort", "group", "limits"

//! Where an engine makes the control groups of attempts: a folder of its own, next to itself.
class GroupPool
{
public:
    struct Place {
        QString parent; //!< empty: nowhere
        Hold hold = Hold::BestEffort;
        QString why; //!< why it is not better, in words with the way out; empty: it could not be
    };
    //! Probes and makes the pool's folder. If this process is alone in a delegated group it moves aside into a group
    //! "engine", for only an empty group can share out controllers. `name` tells apart several engines.
    static Place open(const QString& name, QString mount = {}, const QString& own = u"/proc/self/cgroup"_s);

    //! The group of one attempt: `parent`/`name`, with "runner" for its runner and "work" for everything that it
    //! starts, each of these again in a group of its own. Nothing is left if it fails.
    static Result<QString> makeAttempt(const Place& place, const QString& name);
};

//! A runner's own hand on its attempt's group.
class AttemptGroup
{
public:
    //! Moves this process into `path`/runner unless it was born there; from now on children are born below
    //! `path`/work (setChildrenGroup). `weight`: of the CPU, 1 to 10,000. Limits that the kernel does not take are
    //! left out: limitsMemory() and limitsProcesses() tell.
    static Result<AttemptGroup> join(const QString& path, qint64 memoryBytes, int processes, int weight);

    const QString& path() const { return m_path; }
    Hold hold() const { return m_hold; }
    bool limitsMemory() const { return m_limitsMemory; }
    bool limitsProcesses() const { return m_limitsProcesses; }
    const Cgroup& work() const { return m_work; }

private:
    AttemptGroup(QString path, Cgroup work) : m_path(std::move(path)), m_work(std::move(work)) {}
    QString m_path;
    Cgroup m_work;
    Hold m_hold = Hold::Group;
    bool m_limitsMemory = false;
    bool m_limitsProcesses = false;
};

} // namespace switchyard::process
