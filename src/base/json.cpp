#include "base/json.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

#include <fcntl.h>
#include <unistd.h>

namespace switchyard {

namespace {
constexpr qint64 largestJsonFile = 64 << 20;

bool isWhole(const QJsonValue& value)
{
    // With a fraction, or too large for 64 bits, toInteger() gives back whatever it is told to.
    return value.isDouble() && value.toInteger(0) == value.toInteger(1);
}
} // namespace

JsonReader::JsonReader(QJsonObject object, QString where) : m_object(std::move(object)), m_where(std::move(where)) {}

void JsonReader::reject(QLatin1StringView key, const QString& why)
{
    if (!m_error)
        m_error = Error{ErrorCode::Invalid, (m_where.isEmpty() ? QString() : m_where + u'.') + key + u": "_s + why, {}};
}

Result<> JsonReader::finish() const
{
    if (m_error)
        return fail(*m_error);
    return {};
}

QString JsonReader::text(QLatin1StringView key)
{
    if (m_object.value(key).isUndefined() || m_object.value(key).isNull())
        reject(key, u"this field is missing"_s);
    return text(key, QString());
}

QString JsonReader::text(QLatin1StringView key, const QString& fallback)
{
    const auto value = m_object.value(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isString())
        reject(key, u"a text was expected"_s);
    return value.toString(fallback);
}

qint64 JsonReader::integer(QLatin1StringView key)
{
    if (m_object.value(key).isUndefined() || m_object.value(key).isNull())
        reject(key, u"this field is missing"_s);
    return integer(key, 0);
}

qint64 JsonReader::integer(QLatin1StringView key, qint64 fallback)
{
    const auto value = m_object.value(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!isWhole(value))
        reject(key, u"a whole number was expected"_s);
    return value.toInteger(fallback);
}

double JsonReader::number(QLatin1StringView key, double fallback)
{
    const auto value = m_object.value(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isDouble())
        reject(key, u"a number was expected"_s);
    return value.toDouble(fallback);
}

bool JsonReader::boolean(QLatin1StringView key, bool fallback)
{
    const auto value = m_object.value(key);
    if (value.isUndefined() || value.isNull())
        return fallback;
    if (!value.isBool())
        reject(key, u"true or false was expected"_s);
    return value.toBool(fallback);
}

milliseconds JsonReader::duration(QLatin1StringView key, milliseconds fallback)
{
    const auto value = integer(key, fallback.count());
    if (value < 0)
        reject(key, u"a duration cannot be negative"_s);
    return milliseconds(value);
}

QJsonObject JsonReader::object(QLatin1StringView key)
{
    const auto value = m_object.value(key);
    if (!value.isUndefined() && !value.isNull() && !value.isObject())
        reject(key, u"an object was expected"_s);
    return value.toObject();
}

QJsonArray JsonReader::array(QLatin1StringView key)
{
    const auto value = m_object.value(key);
    if (!value.isUndefined() && !value.isNull() && !value.isArray())
        reject(key, u"a list was expected"_s);
    return value.toArray();
}

QStringList JsonReader::texts(QLatin1StringView key)
{
    QStringList result;
    for (const auto& value : array(key)) {
        if (!value.isString())
            reject(key, u"a list of texts was expected"_s);
        result << value.toString();
    }
    return result;
}

TaskId JsonReader::taskId(QLatin1StringView key)
{
    const auto id = TaskId::parse(text(key));
    if (!id)
        reject(key, id.error().message);
    return id.value_or(TaskId());
}

Result<QJsonObject> parseObject(const QByteArray& bytes, const QString& what)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(bytes, &error);
    if (document.isNull())
        return fail(ErrorCode::Invalid,
                    u"%1 is not JSON: %2 at byte %3."_s.arg(what, error.errorString()).arg(error.offset));
    if (!document.isObject())
        return fail(ErrorCode::Invalid, u"%1 is not a JSON object."_s.arg(what));
    return document.object();
}

Result<QJsonObject> readJsonFile(const QString& path)
{
    QFile file(path);
    if (!file.exists())
        return fail(ErrorCode::NotFound, u"%1 does not exist."_s.arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    if (file.size() > largestJsonFile)
        return fail(ErrorCode::Limit, u"%1 is larger than 64 MiB."_s.arg(path));
    return parseObject(file.readAll(), path);
}

Result<> writeFileAtomically(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.flush() ||
        fsync(file.handle()) != 0 || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || !file.commit())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file.errorString()));
    // Until its folder is on disk as well a power cut brings the old file back, or none.
    const int folder =
        open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder); // some file systems cannot: the file itself is safe
        close(folder);
    }
    return {};
}

QByteArray compactJson(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace switchyard
