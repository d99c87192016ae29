#include "store/store.h"

#include "base/ids.h"
#include "store/migrations.h"
#include "store/search.h"
#include "store/statistics.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QTimeZone>

namespace switchyard::store {

namespace {

const auto storeId = u"store_id"_s;

Result<> refuseNewer(const QString& file)
{
    SY_TRY_ASSIGN(const auto look, Connection::open(file, Connection::Mode::Look));
    SY_TRY_ASSIGN(const auto version, versionInFile(look));
    return checkVersion(version, file);
}

Result<> quickCheck(const Connection& connection, const QString& file)
{
    SY_TRY_ASSIGN(auto rows, connection.run(u"PRAGMA quick_check(1)"_s));
    const auto verdict = rows.next() ? rows.value(0).toString() : QString();
    if (verdict == u"ok")
        return {};
    return fail(ErrorCode::Corrupt, u"The database %1 is damaged: %2"_s.arg(file, verdict));
}

//! SQLite takes a last page that is only partly there for whole. It may be so after a power cut, with the rest of it in
//! the write-ahead log; otherwise the file was cut off.
Result<> checkLength(const QString& file)
{
    QFile database(file);
    if (!database.open(QIODevice::ReadOnly) || QFileInfo(file + u"-wal"_s).size() > 0)
        return {};
    const auto header = database.read(18); // https://www.sqlite.org/fileformat.html: the page size is at byte 16
    const auto stored = header.size() == 18 ? uchar(header[16]) << 8 | uchar(header[17]) : 0;
    const auto page = stored == 1 ? 65536 : stored;
    if (page < 512 || database.size() % page == 0)
        return {};
    return fail(ErrorCode::Corrupt, u"The database %1 is damaged: it was cut off in the middle of a page."_s.arg(file));
}

} // namespace

Store::Store(Connection reader, std::unique_ptr<Writer> writer, QString id, bool isNew)
    : m_writer(std::move(writer)), m_reader(std::move(reader)), m_id(std::move(id)), m_new(isNew)
{
}

Result<std::unique_ptr<Store>> Store::open(const QString& file)
{
    const bool isNew = QFileInfo(file).size() == 0;
    if (!isNew) {
        SY_TRY(checkLength(file));
        SY_TRY(refuseNewer(file));
    }
    SY_TRY_ASSIGN(auto connection, Connection::open(file, Connection::Mode::Write));
    if (!isNew)
        SY_TRY(quickCheck(connection, file));
    SY_TRY(migrate(connection));
    SY_TRY(fillStatistics(connection));
    SY_TRY(fillWords(connection));
    QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner);
    SY_TRY_ASSIGN(auto id, findNote(connection, storeId));
    if (id.isEmpty()) {
        id = newUuid();
        RowWriter rows(connection);
        SY_TRY(rows.putNote(storeId, id));
    }
    SY_TRY_ASSIGN(auto reader, Connection::open(file, Connection::Mode::Read));
    // The writer opens its own: a connection stays with its thread.
    auto writer = std::make_unique<Writer>(file);
    writer->start();
    return std::unique_ptr<Store>(new Store(std::move(reader), std::move(writer), id, isNew));
}

Result<QString> Store::keepAside(const QString& file, UtcTime now)
{
    const auto stamp =
        QDateTime::fromMSecsSinceEpoch(toMilliseconds(now), QTimeZone::UTC).toString(u"yyyyMMdd-HHmmss"_s);
    auto aside = u"%1.damaged-%2"_s.arg(file, stamp);
    for (int n = 2; QFileInfo::exists(aside); ++n)
        aside = u"%1.damaged-%2-%3"_s.arg(file, stamp).arg(n);
    for (const auto& suffix : {QString(), u"-wal"_s, u"-shm"_s}) {
        if (QFileInfo::exists(file + suffix) && !QFile::rename(file + suffix, aside + suffix))
            return fail(ErrorCode::Io, u"The damaged database %1 cannot be moved aside."_s.arg(file + suffix));
    }
    return aside;
}

} // namespace switchyard::store
