#include "store/kept.h"

#include <QFile>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcKept, "switchyard.kept")

namespace switchyard::store {

namespace {

constexpr int runColumnCount = 11;

QString fileOf(const QString& database)
{
    return database + u".kept"_s;
}

void removeFiles(const QString& file)
{
    for (const auto& suffix : {QString(), u"-wal"_s, u"-shm"_s})
        QFile::remove(file + suffix);
}

//! Those of the engine. The store's own are about the very file that they are in.
bool isKept(const QString& note)
{
    return note != u"store_id" && note != u"statistics" && note != u"words_filled";
}

Result<QMap<QString, QString>> notesIn(const Connection& connection)
{
    QMap<QString, QString> notes;
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT name, value FROM note"_s));
    while (rows.next()) {
        if (const auto name = rows.value(0).toString(); isKept(name))
            notes.insert(name, rows.value(1).toString());
    }
    return notes;
}

Result<QList<QVariantList>> runsIn(const Connection& connection, const QString& condition, const QVariantList& values)
{
    QList<QVariantList> runs;
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT %1 FROM run WHERE %2"_s.arg(runColumns(), condition), values));
    while (rows.next()) {
        QVariantList run;
        for (int column = 0; column < runColumnCount; ++column)
            run << rows.value(column);
        runs << run;
    }
    return runs;
}

Result<> put(const Connection& connection, const Kept& kept)
{
    SY_TRY_ASSIGN(auto transaction, Transaction::begin(connection));
    SY_TRY_ASSIGN(auto note, connection.prepare(u"INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO "
                                                "UPDATE SET value = excluded.value"_s));
    for (auto each = kept.notes.cbegin(); each != kept.notes.cend(); ++each)
        SY_TRY(Connection::again(note, {each.key(), each.value()}));
    SY_TRY_ASSIGN(auto run,
                  connection.prepare(u"INSERT INTO run (%1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT "
                                     "DO NOTHING"_s.arg(runColumns())));
    for (const auto& values : kept.runs)
        SY_TRY(Connection::again(run, values));
    note.finish();
    run.finish();
    return transaction.commit();
}

} // namespace

QString runColumns()
{
    return u"task, attempt, project, agent, agent_type, started, ended, status, cost, input_tokens, output_tokens"_s;
}

Result<> KeptFile::create()
{
    const auto file = fileOf(m_database);
    SY_TRY_ASSIGN(m_connection, Connection::open(file, Connection::Mode::Write));
    QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner);
    SY_TRY(
        m_connection->run(u"CREATE TABLE IF NOT EXISTS note (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"_s));
    SY_TRY(m_connection->run(
        u"CREATE TABLE IF NOT EXISTS run (task TEXT NOT NULL, attempt BIGINT NOT NULL, project TEXT NOT NULL, agent "
        "TEXT NOT NULL, agent_type TEXT NOT NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, status TEXT NOT "
        "NULL, cost DOUBLE PRECISION NOT NULL, input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, PRIMARY "
        "KEY (task, attempt))"_s));
    return {};
}

Result<> KeptFile::open(const Connection& connection)
{
    auto isNew = !QFile::exists(fileOf(m_database));
    auto made = create();
    if (!made && made.error().code == ErrorCode::Corrupt) {
        qCWarning(lcKept).noquote() << describe(made.error()) << "It is made anew from the database.";
        m_connection.reset();
        removeFiles(fileOf(m_database));
        isNew = true;
        made = create();
    }
    if (made && isNew) {
        Kept all;
        SY_TRY_ASSIGN(all.notes, notesIn(connection));
        SY_TRY_ASSIGN(all.runs, runsIn(connection, u"NOT EXISTS (SELECT 1 FROM task WHERE task.id = run.task)"_s, {}));
        made = put(*m_connection, all);
    }
    if (!made)
        m_connection.reset();
    return made;
}

Result<> KeptFile::keep(const Connection& connection, const QMap<QString, QString>& notes, const QList<TaskId>& deleted)
{
    if (notes.isEmpty() && deleted.isEmpty())
        return {};
    if (!m_connection)
        SY_TRY(open(connection));
    Kept kept{notes, {}};
    for (const auto& id : deleted) {
        SY_TRY_ASSIGN(const auto runs, runsIn(connection, u"task = ?"_s, {id.toString()}));
        kept.runs += runs;
    }
    const auto done = put(*m_connection, kept);
    if (!done)
        m_connection.reset(); // the next time from the start
    return done;
}

Kept KeptFile::read(const QString& database)
{
    const auto file = fileOf(database);
    if (!QFile::exists(file))
        return {};
    const auto found = [&]() -> Result<Kept> {
        Kept kept;
        SY_TRY_ASSIGN(const auto connection, Connection::open(file, Connection::Mode::Read));
        SY_TRY_ASSIGN(kept.notes, notesIn(connection));
        SY_TRY_ASSIGN(kept.runs, runsIn(connection, u"1 = 1"_s, {}));
        return kept;
    }();
    if (!found)
        qCWarning(lcKept).noquote() << describe(found.error());
    return found.value_or(Kept());
}

} // namespace switchyard::store
