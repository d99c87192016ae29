#include "store/connection.h"

#include <QLoggingCategory>
#include <QSqlError>

#include <atomic>

// QT_LOGGING_RULES=switchyard.sql.debug=true shows every statement.
Q_LOGGING_CATEGORY(lcSql, "switchyard.sql", QtInfoMsg)

namespace switchyard::store {

namespace {

// https://www.sqlite.org/rescode.html
constexpr int sqliteCorrupt = 11, sqliteNotADatabase = 26, sqliteConstraint = 19, sqliteMismatch = 20, sqliteError = 1,
              sqliteTooBig = 18;

std::unexpected<Error> failSql(const QSqlError& error, const QString& what)
{
    const auto native = error.nativeErrorCode().toInt() & 0xff;
    const auto why = u"%1: %2."_s.arg(what, error.databaseText().isEmpty() ? error.driverText() : error.databaseText());
    if (native == sqliteCorrupt || native == sqliteNotADatabase)
        return fail(ErrorCode::Corrupt, why);
    // What no second try can mend.
    if (native == sqliteConstraint || native == sqliteMismatch || native == sqliteError || native == sqliteTooBig)
        return fail(ErrorCode::Internal, why);
    return fail(ErrorCode::Io, why, u"Check the free space and the permissions of the disk."_s);
}

} // namespace

Result<Connection> Connection::open(const QString& file, Mode mode)
{
    static std::atomic<int> counter = 0;
    const auto name = u"switchyard-%1"_s.arg(++counter);
    Connection connection(name);
    auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
    database.setDatabaseName(file);
    database.setConnectOptions(mode == Mode::Look ? u"QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000"_s
                                                  : u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    if (!database.open())
        return failSql(database.lastError(), u"The database %1 cannot be opened"_s.arg(file));
    // 512 KiB: what the lists need. SQLite's own 2 MiB would be kept for each connection, full for good, while the
    // system holds the same pages anyway.
    SY_TRY(connection.run(u"PRAGMA cache_size = -512"_s));
    if (mode == Mode::Write) {
        for (const auto& pragma : {u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = FULL"_s,
                                   u"PRAGMA foreign_keys = ON"_s, u"PRAGMA mmap_size = 0"_s})
            SY_TRY(connection.run(pragma));
    } else if (mode == Mode::Read) {
        SY_TRY(connection.run(u"PRAGMA query_only = ON"_s));
    }
    return connection;
}

Connection::~Connection()
{
    if (m_name.isEmpty())
        return;
    database().close();
    QSqlDatabase::removeDatabase(m_name);
}

Result<QSqlQuery> Connection::prepare(const QString& sql) const
{
    qCDebug(lcSql).noquote() << sql;
    QSqlQuery query(database());
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return failSql(query.lastError(),
                       u"The database %1 refuses “%2”"_s.arg(database().databaseName(), sql.left(80)));
    return query;
}

Result<> Connection::again(QSqlQuery& query, const QVariantList& values)
{
    for (qsizetype i = 0; i < values.size(); ++i)
        query.bindValue(int(i), values.at(i));
    if (!query.exec())
        return failSql(query.lastError(), u"The database refuses “%1”"_s.arg(query.lastQuery().left(80)));
    return {};
}

Result<QSqlQuery> Connection::run(const QString& sql, const QVariantList& values) const
{
    SY_TRY_ASSIGN(auto query, prepare(sql));
    SY_TRY(again(query, values));
    return query;
}

Result<Transaction> Transaction::begin(const Connection& connection)
{
    // The write lock is taken at once: a later upgrade could fail half-way.
    SY_TRY(connection.run(u"BEGIN IMMEDIATE"_s));
    return Transaction(&connection);
}

Transaction::~Transaction()
{
    if (m_connection)
        (void)m_connection->run(u"ROLLBACK"_s); // nothing is left to be done if even this fails
}

Result<> Transaction::commit()
{
    SY_TRY(m_connection->run(u"COMMIT"_s));
    m_connection = nullptr;
    return {};
}

} // namespace switchyard::store
