#include "engine/housekeeping.h"

#include "base/lock.h"
#include "process/journal.h"

#include <QDir>
#include <QFileInfo>

namespace switchyard::engine {

namespace {

Result<QString> databaseVerdict(const store::Connection& connection)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"PRAGMA quick_check(1)"_s));
    return rows.next() ? rows.value(0).toString() : QString();
}

void examineSockets(const Paths& paths, bool mend, QList<Finding>& findings)
{
    QDir folder(paths.runners());
    for (const auto& name : folder.entryList({u"*.sock"_s}, QDir::System | QDir::Files)) {
        const auto id = TaskId::parse(name.section(u'-', 0, 0));
        const int attempt = name.section(u'-', 1).section(u'.', 0, 0).toInt();
        if (id && FileLock::isHeld(paths.runnerLock(*id, attempt)))
            continue;
        findings << Finding{u"The socket %1 belongs to no living runner."_s.arg(folder.filePath(name)), u"remove it"_s,
                            mend && folder.remove(name)};
    }
}

Result<> examineJournals(const Paths& paths, const store::Connection& connection, const TaskId& id,
                         QList<Finding>& findings)
{
    SY_TRY_ASSIGN(const auto known, store::newestSeqs(connection, id));
    for (const auto& name : QDir(paths.task(id)).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto contents = process::readJournal(paths.journal(id, name.toInt()));
        const auto damage = contents ? contents->damage : contents.error().message;
        if (!damage.isEmpty())
            findings << Finding{
                u"The journal of task %1, attempt %2, is damaged: %3."_s.arg(id.toString(), name, damage), {}};
        const auto last = contents && !contents->events.isEmpty() ? contents->events.last().seq : 0;
        if (damage.isEmpty() && last < known.value(name.toInt()))
            findings << Finding{
                u"The journal of task %1, attempt %2, ends at event %3; the database has %4."_s.arg(id.toString(), name)
                    .arg(last)
                    .arg(known.value(name.toInt())),
                {}};
    }
    return {};
}

Result<> examineTasks(const Paths& paths, const store::Connection& connection, QList<Finding>& findings)
{
    QSet<TaskId> onDisk;
    for (const auto& name : QDir(paths.state + u"/tasks"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto id = TaskId::parse(name);
        if (!id)
            continue;
        onDisk.insert(*id);
        SY_TRY_ASSIGN(const auto row, store::findTask(connection, *id));
        if (!row)
            findings << Finding{
                u"The folder %1 belongs to a task that the database does not know."_s.arg(paths.task(*id)), {}};
        SY_TRY(examineJournals(paths, connection, *id, findings));
    }
    for (const auto status : allStatuses()) {
        if (isFinished(status))
            continue;
        SY_TRY_ASSIGN(const auto rows, store::tasksWithStatus(connection, {status}));
        for (const auto& row : rows) {
            if (!onDisk.contains(row.task.id()))
                findings << Finding{
                    u"Task %1 is %2, but its files are gone."_s.arg(row.task.id().toString(), statusName(status)), {}};
        }
    }
    return {};
}

Result<> examineWorktrees(const Paths& paths, const store::Connection& connection, QList<Finding>& findings)
{
    const QDir top(paths.state + u"/worktrees"_s);
    for (const auto& project : top.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        for (const auto& name : QDir(top.filePath(project)).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const auto id = TaskId::parse(name);
            if (!id)
                continue;
            SY_TRY_ASSIGN(const auto row, store::findTask(connection, *id));
            if (!row || !row->task.mergedInto.isEmpty() || row->task.discarded)
                findings << Finding{
                    u"The worktree %1 is of no use any more."_s.arg(top.filePath(project + u'/' + name)), {}};
        }
    }
    return {};
}

} // namespace

QJsonObject Finding::toJson() const
{
    return {{u"what"_s, what}, {u"mend"_s, mend}, {u"mended"_s, mended}};
}

Result<QList<TaskId>> expiredTasks(const QString& database, const Settings& settings, UtcTime now)
{
    QList<TaskId> expired;
    if (settings.keepDays <= 0 && settings.keepTasks <= 0)
        return expired;
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(database, store::Connection::Mode::Read));
    SY_TRY_ASSIGN(auto rows,
                  connection.run(u"SELECT id, finished FROM task WHERE finished > 0 AND status IN ('completed', "
                                 "'failed', 'cancelled', 'timed_out', 'interrupted') ORDER BY finished, id"_s));
    QList<std::pair<QString, qint64>> finished;
    while (rows.next())
        finished << std::pair(rows.value(0).toString(), rows.value(1).toLongLong());
    const auto oldest = settings.keepDays > 0 ? toMilliseconds(now) - qint64(settings.keepDays) * 24 * 3600 * 1000 : 0;
    auto tooMany = settings.keepTasks > 0 ? finished.size() - settings.keepTasks : 0;
    for (const auto& [text, time] : finished) {
        const bool beyond = tooMany-- > 0;
        if (!beyond && time >= oldest)
            continue;
        SY_TRY_ASSIGN(const auto id, TaskId::parse(text));
        SY_TRY_ASSIGN(const auto row, store::findTask(connection, id));
        if (row && !row->task.isReviewable())
            expired << id;
    }
    return expired;
}

Result<QList<Finding>> examine(const Paths& paths, bool mend)
{
    QList<Finding> findings;
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    SY_TRY_ASSIGN(const auto verdict, databaseVerdict(connection));
    if (verdict != u"ok")
        findings << Finding{u"The database is damaged: %1. The next start of the engine rebuilds it."_s.arg(verdict),
                            {}};
    examineSockets(paths, mend, findings);
    SY_TRY(examineTasks(paths, connection, findings));
    SY_TRY(examineWorktrees(paths, connection, findings));
    return findings;
}

} // namespace switchyard::engine
