#include "process/attempt_group.h"

#include "process/command.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <unistd.h>

namespace switchyard::process {

namespace {

const QStringList wantedControllers{u"memory"_s, u"pids"_s, u"cpu"_s, u"io"_s};
const auto poolPrefix = u"switchyard-"_s;
const auto engineGroup = u"engine"_s; // also DelegateSubgroup= of our systemd unit
const auto runnerGroup = u"/runner"_s;
const auto workGroup = u"/work"_s;

bool canLimit(const QStringList& controllers)
{
    return controllers.contains(u"memory"_s) && controllers.contains(u"pids"_s);
}

bool mayWrite(const QString& group)
{
    return access(QFile::encodeName(group).constData(), W_OK) == 0 &&
           access(QFile::encodeName(group + u"/cgroup.procs"_s).constData(), W_OK) == 0;
}

//! The group that shares out controllers: that of this process, or the one above if it has stepped aside already.
QString sharingGroup(const QString& own)
{
    const QFileInfo info(own);
    return info.fileName() == engineGroup && mayWrite(info.path()) ? info.path() : own;
}

//! Controllers that groups below `path` have; moves this process aside if it alone stands in the way.
QStringList shareControllers(const QString& path)
{
    auto group = Cgroup::open(path);
    if (!group)
        return {};
    auto shared = group->enable(wantedControllers);
    if (!canLimit(shared) && group->members() == QList<pid_t>{getpid()}) {
        auto aside = Cgroup::create(path, engineGroup);
        if (!aside && aside.error().code == ErrorCode::Conflict)
            aside = Cgroup::open(path + u'/' + engineGroup);
        if (aside && aside->add(getpid()))
            shared = group->enable(wantedControllers);
        if (aside)
            aside->release();
    }
    group->release();
    return shared;
}

} // namespace

QString holdName(Hold hold)
{
    switch (hold) {
    case Hold::BestEffort:
        return u"best effort"_s;
    case Hold::Group:
        return u"group"_s;
    case Hold::Limits:
        return u"limits"_s;
    }
    return {};
}

GroupPool::Place GroupPool::open(const QString& name, QString mount, const QString& own)
{
    const auto ability = Cgroup::probe(std::move(mount), own);
    if (ability.parent.isEmpty())
        return {{}, Hold::BestEffort, ability.why};
    const auto above = sharingGroup(ability.parent);
    shareControllers(above);
    for (const auto& other : QDir(above).entryList({poolPrefix + u'*'}, QDir::Dirs))
        rmdir(QFile::encodeName(above + u'/' + other).constData()); // of engines that were killed: only if it is empty
    auto pool = Cgroup::create(above, poolPrefix + name);
    if (!pool && pool.error().code == ErrorCode::Conflict)
        pool = Cgroup::open(above + u'/' + poolPrefix + name);
    if (!pool)
        return {{}, Hold::BestEffort, describe(pool.error())};
    const auto controllers = pool->enable(wantedControllers);
    Place place{pool->release(), canLimit(controllers) ? Hold::Limits : Hold::Group, {}};
    if (place.hold == Hold::Group)
        place.why =
            u"The kernel does not enforce limits of memory and processes in %1 (it offers: %2). They are watched "
            "each second instead."_s.arg(above, controllers.isEmpty() ? u"none"_s : controllers.join(u", "_s));
    return place;
}

Result<QString> GroupPool::makeAttempt(const Place& place, const QString& name)
{
    if (auto pool = Cgroup::create(place.parent, {})) { // somebody took it for a dead engine's
        pool->enable(wantedControllers);
        pool->release();
    }
    SY_TRY_ASSIGN(auto attempt, Cgroup::create(place.parent, name));
    attempt.enable(wantedControllers);
    SY_TRY_ASSIGN(auto runner, Cgroup::create(attempt.path(), runnerGroup.sliced(1)));
    SY_TRY_ASSIGN(auto work, Cgroup::create(attempt.path(), workGroup.sliced(1)));
    work.enable(wantedControllers);
    runner.release();
    work.release();
    return attempt.release();
}

Result<AttemptGroup> AttemptGroup::join(const QString& path, qint64 memoryBytes, int processes, int weight)
{
    SY_TRY_ASSIGN(auto work, Cgroup::open(path + workGroup));
    AttemptGroup result(path, std::move(work));
    SY_TRY_ASSIGN(auto runner, Cgroup::open(path + runnerGroup));
    const auto moved = runner.members().contains(getpid()) ? Result<>() : runner.add(getpid());
    runner.release(); // the engine removes the folders when nobody is in them any more
    if (!moved) {
        result.m_work.release();
        return fail(moved.error());
    }
    const auto has = [&](const QString& file) { return QFile::exists(path + workGroup + file); };
    const auto set = [&](const CgroupLimits& limits) { return result.m_work.setLimits(limits).has_value(); };
    if (has(u"/memory.max"_s) && has(u"/pids.max"_s))
        result.m_hold = Hold::Limits;
    if (memoryBytes > 0)
        result.m_limitsMemory = set({.memoryBytes = memoryBytes, .processes = {}, .cpuWeight = {}});
    if (processes > 0)
        result.m_limitsProcesses = set({.memoryBytes = {}, .processes = processes, .cpuWeight = {}});
    if (auto attempt = Cgroup::open(path)) { // beside the other attempts; not every hierarchy shares out the CPU
        (void)attempt->setLimits({.memoryBytes = {}, .processes = {}, .cpuWeight = weight});
        attempt->release();
    }
    setChildrenGroup(result.m_work.path());
    return result;
}

} // namespace switchyard::process
