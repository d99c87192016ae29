#include "store/statistics.h"

#include "model/task_spec.h"
#include "store/rows.h"

namespace switchyard::store {

namespace {

constexpr qsizetype longestLine = 300; // of a command or an error that is kept

QString oneLine(const QString& text)
{
    return text.trimmed().section(u'\n', 0, 0).simplified().left(longestLine);
}

//! Agents name files as they like: below the task's worktree they are told relative to it.
QString withoutWorktree(const QString& path, const TaskId& task)
{
    const auto folder = u'/' + task.toString() + u'/';
    const auto at = path.startsWith(u'/') ? path.indexOf(folder) : -1;
    return at < 0 ? path : path.mid(at + folder.size());
}

const auto counted = {event_kind::taskCreated,  event_kind::taskStatus,      event_kind::agentUsage,
                      event_kind::toolFinished, event_kind::commandFinished, event_kind::fileChanged};

} // namespace

Result<> StatisticsWriter::run(const QString& sql, QVariantList values)
{
    for (auto& value : values) {
        if (value.metaType() == QMetaType::fromType<QString>() && value.toString().isNull())
            value = u""_s; // a null text would be NULL
    }
    auto found = m_prepared.find(sql);
    if (found == m_prepared.end()) {
        SY_TRY_ASSIGN(auto prepared, m_connection.prepare(sql));
        found = m_prepared.emplace(sql, std::move(prepared));
    }
    const auto done = Connection::again(*found, values);
    found->finish();
    return done;
}

Result<> StatisticsWriter::add(const Event& event)
{
    const auto& data = event.data;
    const auto task = event.task.toString();
    const auto time = toMilliseconds(event.time);
    if (event.kind == event_kind::taskStatus)
        return addStatus(event);
    if (event.kind == event_kind::taskCreated) {
        const auto spec = data[u"spec"].toObject();
        const bool shell = spec[u"kind"].toString() == kindName(TaskKind::Shell);
        return run(u"INSERT INTO run (task, attempt, project, agent, agent_type, started, ended, status, cost, "
                   "input_tokens, output_tokens) VALUES (?, 0, ?, ?, ?, ?, 0, 'created', 0, 0, 0) "
                   "ON CONFLICT (task, attempt) DO NOTHING"_s,
                   {task, spec[u"project"].toString(u""_s), shell ? u"shell"_s : spec[u"agent"].toString(u"builtin"_s),
                    spec[u"agent_type"].toString(u""_s), time});
    }
    if (event.kind == event_kind::agentUsage) {
        return run(
            u"UPDATE run SET cost = ?, input_tokens = ?, output_tokens = ? WHERE task = ? AND attempt = ?"_s,
            {data[u"cost"].toDouble(), data[u"input"].toInteger(), data[u"output"].toInteger(), task, event.attempt});
    }
    if (event.kind == event_kind::toolFinished) {
        const bool ok = data[u"ok"].toBool(true);
        const auto tool = data[u"kind"].toString(u"other"_s);
        const auto error = data[u"error"].toString();
        auto category = data[u"error_category"].toString(u""_s);
        if (!ok && category.isEmpty())
            category = errorCategory(error, tool);
        return run(u"INSERT INTO tool_use (task, attempt, seq, time, tool, ok, duration, error_category, error) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task, attempt, seq) DO NOTHING"_s,
                   {task, event.attempt, event.seq, time, tool.isEmpty() ? u"other"_s : tool, ok ? 1 : 0,
                    std::max<qint64>(0, data[u"duration_ms"].toInteger()), ok ? u""_s : category,
                    ok ? u""_s : (error.isEmpty() ? u""_s : oneLine(error))});
    }
    if (event.kind == event_kind::commandFinished) {
        const bool ok = data[u"ok"].toBool(data[u"exit_code"].toInt(-1) == 0);
        return run(u"INSERT INTO command_use (task, attempt, seq, time, command, ok, duration) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (task, attempt, seq) DO NOTHING"_s,
                   {task, event.attempt, event.seq, time, oneLine(data[u"command"].toString(u""_s)), ok ? 1 : 0,
                    std::max<qint64>(0, data[u"duration_ms"].toInteger())});
    }
    if (event.kind == event_kind::fileChanged) {
        const auto path = withoutWorktree(data[u"path"].toString(u""_s), event.task);
        return run(
            u"INSERT INTO file_use (task, attempt, path, time, changes, added, removed) "
            "VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT (task, attempt, path) DO UPDATE SET "
            "time = excluded.time, changes = file_use.changes + 1, added = file_use.added + excluded.added, "
            "removed = file_use.removed + excluded.removed"_s,
            {task, event.attempt, path.left(1000), time, data[u"added"].toInteger(), data[u"removed"].toInteger()});
    }
    return {};
}

Result<> StatisticsWriter::addStatus(const Event& event)
{
    const auto status = statusFromName(event.data[u"to"].toString());
    if (!status)
        return {}; // from a newer program
    const auto task = event.task.toString(), name = statusName(*status);
    const auto time = toMilliseconds(event.time);
    if (isActive(*status) && event.attempt > 0) {
        return run(u"INSERT INTO run (task, attempt, project, agent, agent_type, started, ended, status, cost, "
                   "input_tokens, output_tokens) SELECT task, CAST(? AS BIGINT), project, agent, agent_type, CAST(? AS "
                   "BIGINT), 0, ?, 0, 0, 0 "
                   "FROM run WHERE task = ? AND attempt = 0 ON CONFLICT (task, attempt) DO UPDATE SET "
                   "status = excluded.status"_s,
                   {event.attempt, time, name, task});
    }
    // The engine tells of a run's end when its runner could not, and of tasks that never had one.
    const auto end = isFinished(*status) ? name : statusName(TaskStatus::Interrupted);
    return run(u"UPDATE run SET status = ?, ended = ? WHERE task = ? AND attempt = (SELECT max(attempt) FROM run "
               "WHERE task = ?) AND attempt > 0 AND status IN ('running', 'waiting', 'paused')"_s,
               {end, time, task, task});
}

Result<> StatisticsWriter::erase(const TaskId& id)
{
    for (const auto* const table : {"tool_use", "command_use", "file_use"})
        SY_TRY(run(u"DELETE FROM %1 WHERE task = ?"_s.arg(QLatin1StringView(table)), {id.toString()}));
    return {};
}

Result<> fillStatistics(const Connection& connection)
{
    const auto name = u"statistics"_s;
    SY_TRY_ASSIGN(const auto done, findNote(connection, name));
    if (!done.isEmpty())
        return {};
    SY_TRY_ASSIGN(auto transaction, Transaction::begin(connection));
    StatisticsWriter writer(connection);
    QStringList kinds;
    for (const auto kind : counted)
        kinds << u'\'' + kind + u'\'';
    qint64 position = 0;
    for (bool more = true; more;) { // in pieces: the events of years do not have to fit into memory
        SY_TRY_ASSIGN(const auto events, eventsOfKinds(connection, kinds, position, 10'000));
        for (const auto& event : events)
            SY_TRY(writer.add(event));
        more = !events.isEmpty();
        if (more)
            position = events.last().position;
    }
    RowWriter rows(connection);
    SY_TRY(rows.putNote(name, u"1"_s));
    return transaction.commit();
}

} // namespace switchyard::store
