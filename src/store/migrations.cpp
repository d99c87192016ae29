#include "store/migrations.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

// A static library's resources are not linked in by themselves.
static void initialiseResources()
{
    Q_INIT_RESOURCE(migrations);
}

namespace switchyard::store {

namespace {

QStringList statementsOf(const QString& sql)
{
    static const QRegularExpression comment(u"^--.*$"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression end(u";\\s*\\n"_s);
    QStringList statements;
    for (const auto& part : (QString(sql).remove(comment) + u'\n').split(end)) {
        if (!part.trimmed().isEmpty())
            statements << part.trimmed();
    }
    return statements;
}

Result<> apply(const Connection& connection, const Migration& step)
{
    SY_TRY_ASSIGN(auto transaction, Transaction::begin(connection));
    for (const auto& statement : step.statements)
        SY_TRY(connection.run(statement));
    SY_TRY(connection.run(u"INSERT INTO schema_version (version) VALUES (?)"_s, {step.version}));
    return transaction.commit();
}

} // namespace

QList<Migration> migrations()
{
    initialiseResources();
    QList<Migration> steps;
    const QDir folder(u":/switchyard/migrations"_s);
    for (const auto& name : folder.entryList({u"*.sql"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            steps << Migration{name.left(4).toInt(), name, statementsOf(QString::fromUtf8(file.readAll()))};
    }
    return steps;
}

int newestVersion()
{
    const auto steps = migrations();
    return steps.isEmpty() ? 0 : steps.last().version;
}

Result<int> versionOf(const Connection& connection)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT max(version) FROM schema_version"_s));
    return rows.next() ? rows.value(0).toInt() : 0;
}

Result<int> versionInFile(const Connection& look)
{
    SY_TRY_ASSIGN(auto table,
                  look.run(u"SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"_s));
    return table.next() ? versionOf(look) : 0;
}

Result<> checkVersion(int version, const QString& file)
{
    if (version <= newestVersion())
        return {};
    return fail(ErrorCode::Conflict,
                u"The database %1 is from a newer Switchyard (format %2; this program knows up to %3)."_s.arg(file)
                    .arg(version)
                    .arg(newestVersion()),
                u"Upgrade Switchyard; the database was left as it is."_s);
}

Result<> migrate(const Connection& connection)
{
    SY_TRY(connection.run(u"CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)"_s));
    SY_TRY_ASSIGN(const auto current, versionOf(connection));
    for (const auto& step : migrations()) {
        if (step.version > current)
            SY_TRY(apply(connection, step));
    }
    return {};
}

} // namespace switchyard::store
