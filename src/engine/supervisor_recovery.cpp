// What an engine that starts finds of the one before it: runners that go on, and what dead ones left.
#include "base/lock.h"
#include "engine/housekeeping.h"
#include "engine/supervisor.h"
#include "process/cgroup.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QThread>
#include <QThreadPool>

namespace switchyard::engine {

namespace {
constexpr milliseconds groupLimit{5000};   // to see what a dead runner left empty
constexpr milliseconds lastBreath{15'000}; // of a runner that has told its end
constexpr milliseconds lookPause{10};
} // namespace

void Supervisor::removeDeadSockets()
{
    QDir folder(m_paths.runners());
    for (const auto& name : folder.entryList({u"*.sock"_s}, QDir::System | QDir::Files)) {
        const auto id = TaskId::parse(name.section(u'-', 0, 0));
        const int attempt = name.section(u'-', 1).section(u'.', 0, 0).toInt();
        if (!id || !FileLock::isHeld(m_paths.runnerLock(*id, attempt)))
            folder.remove(name);
    }
}

//! What an engine that died left of attempts that have ended, and of those whose runner died with it.
void Supervisor::removeDeadGroups()
{
    if (m_place.parent.isEmpty())
        return;
    // Listed now: groups that are made from here on belong to runners that are about to start.
    QList<std::pair<QString, QString>> groups; // each with the lock of its runner
    for (const auto& name : QDir(m_place.parent).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto id = TaskId::parse(name.section(u'-', 0, 0));
        const auto attempt = name.section(u'-', 1, 1).toInt();
        const auto* const link = id ? m_links.value(*id) : nullptr;
        if (link && link->attempt() == attempt)
            continue; // ended with its runner
        groups << std::pair(m_place.parent + u'/' + name, id ? m_paths.runnerLock(*id, attempt) : QString());
    }
    // On a worker: the event loop does not wait for what dies.
    QThreadPool::globalInstance()->start([groups] {
        QDeadlineTimer patience(lastBreath);
        for (const auto& [group, lock] : groups) {
            while (!lock.isEmpty() && FileLock::isHeld(lock) && !patience.hasExpired()) // its end is told, it goes
                QThread::sleep(lookPause);
            if (lock.isEmpty() || !FileLock::isHeld(lock))
                process::endGroup(group, groupLimit);
        }
    });
}

void Supervisor::recover()
{
    removeDeadSockets();
    for (const auto& id : m_book.unfinished())
        recoverTask(id);
    removeDeadGroups();
}

bool Supervisor::abandonUnstarted(const TaskId& id, int attempt)
{
    // With its lock in our hand no runner can begin; without a spec none will afterwards.
    const auto lock = FileLock::tryAcquire(m_paths.runnerLock(id, attempt));
    if (!lock || QFileInfo(m_paths.journal(id, attempt)).size() > 0)
        return false;
    QFile::remove(m_paths.runnerSpec(id, attempt));
    return true;
}

void Supervisor::recoverTask(const TaskId& id)
{
    const auto task = m_book.task(id);
    if (!task)
        return;
    if (isActive(task->status)) {
        follow(id, task->attempt, 0);
        return;
    }
    // Queued: the engine may have died between starting a runner and hearing of it.
    int newest = task->attempt;
    for (const int attempt : attemptsOf(m_paths, id)) {
        if (QFileInfo::exists(m_paths.runnerSpec(id, attempt)))
            newest = std::max(newest, attempt);
    }
    if (newest == task->attempt || abandonUnstarted(id, newest))
        return;
    const bool told = m_book.newestSeq(id, newest) > 0;
    if (!told || FileLock::isHeld(m_paths.runnerLock(id, newest)))
        follow(id, newest, 0);
}

} // namespace switchyard::engine
