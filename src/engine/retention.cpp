#include "engine/retention.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>

namespace switchyard::engine {

namespace {

constexpr qint64 dayMs = 24LL * 3600 * 1000;

//! Ids and ends of all finished tasks, the oldest first.
Result<QList<std::pair<TaskId, qint64>>> finishedTasks(const store::Connection& connection)
{
    QList<std::pair<TaskId, qint64>> result;
    SY_TRY_ASSIGN(auto rows,
                  connection.run(u"SELECT id, finished FROM task WHERE finished > 0 AND status IN ('completed', "
                                 "'failed', 'cancelled', 'timed_out', 'interrupted') ORDER BY finished, id"_s));
    while (rows.next()) {
        SY_TRY_ASSIGN(auto id, TaskId::parse(rows.value(0).toString()));
        result << std::pair(std::move(id), rows.value(1).toLongLong());
    }
    return result;
}

//! The output files of all attempts: what can be spared without losing the story.
QStringList outputFiles(const Paths& paths, const TaskId& id)
{
    QStringList files;
    QDirIterator each(paths.task(id), {u"output.log*"_s, u"output.idx*"_s, u"output.times"_s}, QDir::Files,
                      QDirIterator::Subdirectories);
    while (each.hasNext())
        files << each.next();
    return files;
}

qint64 sizeOf(const QStringList& files)
{
    qint64 bytes = 0;
    for (const auto& file : files)
        bytes += QFileInfo(file).size();
    return bytes;
}

} // namespace

Result<QList<TaskId>> expiredTasks(const QString& database, const Settings& settings, UtcTime now)
{
    QList<TaskId> expired;
    if (settings.keepDays <= 0 && settings.keepTasks <= 0)
        return expired;
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(database, store::Connection::Mode::Read));
    SY_TRY_ASSIGN(const auto finished, finishedTasks(connection));
    const auto oldest = settings.keepDays > 0 ? toMilliseconds(now) - settings.keepDays * dayMs : 0;
    auto tooMany = settings.keepTasks > 0 ? finished.size() - settings.keepTasks : 0;
    for (const auto& [id, time] : finished) {
        const bool beyond = tooMany-- > 0;
        if (!beyond && time >= oldest)
            break; // the rest is younger, and not too many
        SY_TRY_ASSIGN(const auto row, store::findTask(connection, id));
        if (row && !row->task.isReviewable() && row->task.hasEnded())
            expired << id;
    }
    return expired;
}

Result<qint64> logBytesBeyond(const Paths& paths, qint64 most)
{
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    SY_TRY_ASSIGN(const auto finished, finishedTasks(connection));
    qint64 bytes = 0;
    for (const auto& task : finished)
        bytes += sizeOf(outputFiles(paths, task.first));
    return std::max<qint64>(0, bytes - most);
}

Result<QList<ShedLog>> shedLogs(const Paths& paths, qint64 wanted)
{
    QList<ShedLog> shed;
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    SY_TRY_ASSIGN(const auto finished, finishedTasks(connection));
    for (const auto& task : finished) {
        if (wanted <= 0)
            break;
        const auto files = outputFiles(paths, task.first);
        const auto bytes = sizeOf(files);
        if (bytes == 0)
            continue;
        for (const auto& file : files)
            QFile::remove(file);
        const auto freed = bytes - sizeOf(outputFiles(paths, task.first));
        wanted -= freed;
        if (freed > 0)
            shed << ShedLog{task.first, freed};
    }
    return shed;
}

} // namespace switchyard::engine
