#pragma once

#include "base/clock.h"
#include "base/ids.h"

#include <QJsonArray>
#include <QJsonObject>

namespace switchyard {

//! Reads typed fields out of a JSON object that somebody else wrote. The first wrong field is remembered and
//! named ("limits.run_time_ms: a whole number was expected"); read all fields, then ask finish() once.
class JsonReader
{
public:
    //! `where` is the path put before field names in errors.
    explicit JsonReader(QJsonObject object, QString where = {});

    bool has(QLatin1StringView key) const { return m_object.contains(key); }
    // Required: missing, null or of another type is an error. With a fallback: missing or null gives the fallback.
    QString text(QLatin1StringView key);
    QString text(QLatin1StringView key, const QString& fallback);
    qint64 integer(QLatin1StringView key);
    qint64 integer(QLatin1StringView key, qint64 fallback);
    double number(QLatin1StringView key, double fallback);
    bool boolean(QLatin1StringView key, bool fallback);
    milliseconds duration(QLatin1StringView key, milliseconds fallback); //!< whole milliseconds, not negative
    QJsonObject object(QLatin1StringView key);                           //!< missing: empty
    QJsonArray array(QLatin1StringView key);                             //!< missing: empty
    QStringList texts(QLatin1StringView key);                            //!< missing: empty
    TaskId taskId(QLatin1StringView key);

    //! Notes an error of the caller's own about a field.
    void reject(QLatin1StringView key, const QString& why);
    //! The first error met, or nothing.
    Result<> finish() const;

private:
    const QJsonObject m_object;
    const QString m_where;
    std::optional<Error> m_error;
};

//! One JSON object out of bytes; errors are Invalid and name `what` and the position.
Result<QJsonObject> parseObject(const QByteArray& bytes, const QString& what);
//! The same from a file of at most 64 MiB.
Result<QJsonObject> readJsonFile(const QString& path);
//! Writes it whole or not at all: temporary file, sync, rename. Mode 0600.
Result<> writeFileAtomically(const QString& path, const QByteArray& bytes);
QByteArray compactJson(const QJsonObject& object);

} // namespace switchyard
