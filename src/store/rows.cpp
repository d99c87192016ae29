#include "store/rows.h"

#include "base/json.h"
#include "store/kept.h"
#include "store/search.h"

namespace switchyard::store {

namespace {

QString jsonText(const QJsonObject& object)
{
    return QString::fromUtf8(compactJson(object));
}

Result<QJsonObject> jsonOf(const QVariant& value, const QString& what)
{
    auto object = parseObject(value.toString().toUtf8(), what);
    if (!object)
        return fail(ErrorCode::Corrupt, object.error().message);
    return object;
}

Result<TaskRow> readTask(const QSqlQuery& rows)
{
    SY_TRY_ASSIGN(const auto json, jsonOf(rows.value(0), u"A task in the database"_s));
    SY_TRY_ASSIGN(auto task, Task::fromJson(json));
    return TaskRow{std::move(task), rows.value(1).toLongLong()};
}

Result<Event> readEvent(const QSqlQuery& rows)
{
    Event event;
    event.position = rows.value(0).toLongLong();
    SY_TRY_ASSIGN(event.task, TaskId::parse(rows.value(1).toString()));
    event.attempt = rows.value(2).toInt();
    event.seq = rows.value(3).toLongLong();
    event.time = fromMilliseconds(rows.value(4).toLongLong());
    event.kind = rows.value(5).toString();
    SY_TRY_ASSIGN(event.data, jsonOf(rows.value(6), u"Event %1 in the database"_s.arg(event.position)));
    return event;
}

Result<ConfirmationRow> readConfirmation(const QSqlQuery& rows)
{
    SY_TRY_ASSIGN(const auto json, jsonOf(rows.value(0), u"A confirmation in the database"_s));
    SY_TRY_ASSIGN(auto confirmation, Confirmation::fromJson(json));
    return ConfirmationRow{std::move(confirmation), rows.value(1).toString(), rows.value(2).toInt()};
}

} // namespace

Result<std::optional<TaskRow>> findTask(const Connection& connection, const TaskId& id)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT data, queued FROM task WHERE id = ?"_s, {id.toString()}));
    if (!rows.next())
        return std::nullopt;
    SY_TRY_ASSIGN(auto row, readTask(rows));
    return row;
}

Result<QList<TaskRow>> tasksWithStatus(const Connection& connection, const QList<TaskStatus>& statuses)
{
    QList<TaskRow> result;
    for (const auto status : statuses) {
        SY_TRY_ASSIGN(auto rows,
                      connection.run(u"SELECT data, queued FROM task WHERE status = ? ORDER BY created, id"_s,
                                     {statusName(status)}));
        while (rows.next()) {
            SY_TRY_ASSIGN(auto row, readTask(rows));
            result << std::move(row);
        }
    }
    return result;
}

Result<QList<TaskRow>> tasksToRetry(const Connection& connection)
{
    SY_TRY_ASSIGN(auto rows,
                  connection.run(u"SELECT data, queued FROM task WHERE retry_due = 1 ORDER BY created, id"_s));
    QList<TaskRow> result;
    while (rows.next()) {
        SY_TRY_ASSIGN(auto row, readTask(rows));
        result << std::move(row);
    }
    return result;
}

Result<QList<Event>> eventsAfter(const Connection& connection, const TaskId& task, qint64 after, int limit)
{
    const auto columns = u"SELECT position, task, attempt, seq, time, kind, data FROM event WHERE "_s;
    const auto order = u"position > ? ORDER BY position LIMIT ?"_s;
    SY_TRY_ASSIGN(auto rows, task.isNull() ? connection.run(columns + order, {after, limit})
                                           : connection.run(columns + u"task = ? AND "_s + order,
                                                            {task.toString(), after, limit}));
    QList<Event> events;
    while (rows.next()) {
        SY_TRY_ASSIGN(auto event, readEvent(rows));
        events << std::move(event);
    }
    return events;
}

Result<QMap<int, qint64>> newestSeqs(const Connection& connection, const TaskId& task)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT attempt, max(seq) FROM event WHERE task = ? GROUP BY attempt"_s,
                                            {task.toString()}));
    QMap<int, qint64> seqs;
    while (rows.next())
        seqs.insert(rows.value(0).toInt(), rows.value(1).toLongLong());
    return seqs;
}

Result<qint64> newestPosition(const Connection& connection)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT max(position) FROM event"_s));
    return rows.next() ? rows.value(0).toLongLong() : 0;
}

Result<std::optional<ConfirmationRow>> findConfirmation(const Connection& connection, const QString& id)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT data, state, wrong_tries FROM confirmation WHERE id = ?"_s, {id}));
    if (!rows.next())
        return std::nullopt;
    SY_TRY_ASSIGN(auto row, readConfirmation(rows));
    return row;
}

Result<QList<ConfirmationRow>> openConfirmations(const Connection& connection)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT data, state, wrong_tries FROM confirmation WHERE state = 'open' "
                                            "ORDER BY requested, id"_s));
    QList<ConfirmationRow> result;
    while (rows.next()) {
        SY_TRY_ASSIGN(auto row, readConfirmation(rows));
        result << std::move(row);
    }
    return result;
}

Result<QList<Event>> eventsOfKinds(const Connection& connection, const QStringList& kinds, qint64 after, int limit)
{
    SY_TRY_ASSIGN(auto rows,
                  connection.run(u"SELECT position, task, attempt, seq, time, kind, data FROM event WHERE position > ? "
                                 "AND kind IN (%1) ORDER BY position LIMIT ?"_s.arg(kinds.join(u',')),
                                 {after, limit}));
    QList<Event> events;
    while (rows.next()) {
        SY_TRY_ASSIGN(const auto event, readEvent(rows));
        events << event;
    }
    return events;
}

Result<QString> findNote(const Connection& connection, const QString& name)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT value FROM note WHERE name = ?"_s, {name}));
    return rows.next() ? rows.value(0).toString() : QString();
}

Result<> RowWriter::run(std::optional<QSqlQuery>& query, const QString& sql, const QVariantList& values, bool finish)
{
    if (!query) {
        SY_TRY_ASSIGN(query, m_connection.prepare(sql));
    }
    const auto done = Connection::again(*query, values);
    if (finish || !done)
        query->finish();
    return done;
}

Result<> RowWriter::insert(const Event& event)
{
    SY_TRY(m_statistics.add(event));
    return run(m_event,
               u"INSERT INTO event (position, task, attempt, seq, time, kind, data) VALUES (?, ?, ?, ?, ?, ?, ?)"_s,
               {event.position, event.task.toString(), event.attempt, event.seq, toMilliseconds(event.time), event.kind,
                jsonText(event.data)});
}

Result<> RowWriter::count(const QString& project, const QString& status, int change)
{
    return run(m_count,
               u"INSERT INTO task_count (project, status, number) VALUES (?, ?, ?) "
               "ON CONFLICT (project, status) DO UPDATE SET number = task_count.number + excluded.number"_s,
               {project, status, change});
}

Result<> RowWriter::putWords(const Task& task)
{
    for (const auto& word : wordsOf(task.spec))
        SY_TRY(run(m_word, u"INSERT INTO task_word (word, created, task) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"_s,
                   {word, toMilliseconds(task.created), task.id().toString()}));
    return {};
}

Result<> RowWriter::account(const TaskRow& row)
{
    const auto& project = row.task.spec.project;
    const auto status = statusName(row.task.status);
    SY_TRY(run(m_before, u"SELECT project, status FROM task WHERE id = ?"_s, {row.task.id().toString()}, false));
    const bool known = m_before->next();
    const auto oldProject = known ? m_before->value(0).toString() : QString();
    const auto oldStatus = known ? m_before->value(1).toString() : QString();
    m_before->finish();
    if (known && oldProject == project && oldStatus == status)
        return {};
    if (known)
        SY_TRY(count(oldProject, oldStatus, -1));
    else
        SY_TRY(putWords(row.task));
    return count(project, status, 1);
}

Result<> RowWriter::put(const TaskRow& row)
{
    SY_TRY(account(row));
    const auto& task = row.task;
    const auto words = wordText(wordsOf(task.spec));
    return run(m_task,
               u"INSERT INTO task (id, status, priority, created, queued, finished, project, title, words, position, "
               "retry_due, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = "
               "excluded.status, "
               "priority = excluded.priority, created = excluded.created, queued = excluded.queued, "
               "finished = excluded.finished, project = excluded.project, title = excluded.title, "
               "words = excluded.words, position = excluded.position, "
               "retry_due = excluded.retry_due, data = excluded.data"_s,
               {task.id().toString(), statusName(task.status), int(task.spec.priority), toMilliseconds(task.created),
                row.queued, toMilliseconds(task.finished), task.spec.project, task.spec.title, words, task.position,
                task.willBeRetried() ? 1 : 0, jsonText(task.toJson())});
}

Result<> RowWriter::put(const ConfirmationRow& row)
{
    const auto& confirmation = row.confirmation;
    return run(m_confirmation,
               u"INSERT INTO confirmation (id, task, attempt, state, wrong_tries, requested, data) "
               "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
               "wrong_tries = excluded.wrong_tries, data = excluded.data"_s,
               {confirmation.id, confirmation.task.toString(), confirmation.attempt, row.state, row.wrongTries,
                toMilliseconds(confirmation.requested), jsonText(confirmation.toJson())});
}

Result<> RowWriter::putNote(const QString& name, const QString& value)
{
    return run(
        m_note,
        u"INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"_s,
        {name, value});
}

Result<> RowWriter::putRun(const QVariantList& values)
{
    SY_TRY(m_connection.run(
        u"INSERT INTO run (%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"_s.arg(runColumns()),
        values));
    return {};
}

Result<> RowWriter::erase(const TaskId& id)
{
    SY_TRY_ASSIGN(const auto row, findTask(m_connection, id));
    if (row) {
        SY_TRY(count(row->task.spec.project, statusName(row->task.status), -1));
        for (const auto& word : wordsOf(row->task.spec))
            SY_TRY(m_connection.run(u"DELETE FROM task_word WHERE word = ? AND created = ? AND task = ?"_s,
                                    {word, toMilliseconds(row->task.created), id.toString()}));
    }
    SY_TRY(m_connection.run(u"DELETE FROM confirmation WHERE task = ?"_s, {id.toString()}));
    SY_TRY(m_connection.run(u"DELETE FROM event WHERE task = ?"_s, {id.toString()}));
    SY_TRY(m_statistics.erase(id));
    SY_TRY(m_connection.run(u"DELETE FROM task WHERE id = ?"_s, {id.toString()}));
    return {};
}

} // namespace switchyard::store
