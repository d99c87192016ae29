#include "coder/session_store.h"

#include "base/json.h"

#include <QDir>
#include <QUuid>

namespace switchyard::coder {

namespace {
constexpr qsizetype mostSessions = 200;

QFileInfoList files(const QString& folder)
{
    return QDir(folder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Time);
}
} // namespace

Result<QString> SessionStore::path(const QString& id) const
{
    if (!isUsable() || QUuid::fromString(id).isNull()) // an id is a file name here
        return fail(ErrorCode::NotFound, u"There is no session “%1”."_s.arg(id.left(80)));
    return m_folder + u'/' + id + u".json"_s;
}

Result<> SessionStore::save(const QString& id, const QJsonObject& json) const
{
    SY_TRY_ASSIGN(const auto file, path(id));
    const bool isNew = !QFile::exists(file);
    if (isNew && !QDir().mkpath(m_folder))
        return fail(ErrorCode::Io, u"The folder %1 cannot be made."_s.arg(m_folder));
    SY_TRY(writeFileAtomically(file, compactJson(json)));
    if (isNew)
        forgetOldest();
    return {};
}

Result<QJsonObject> SessionStore::load(const QString& id) const
{
    SY_TRY_ASSIGN(const auto file, path(id));
    if (!QFile::exists(file))
        return fail(ErrorCode::NotFound, u"There is no session “%1”."_s.arg(id));
    return readJsonFile(file);
}

Result<> SessionStore::remove(const QString& id) const
{
    SY_TRY_ASSIGN(const auto file, path(id));
    if (!QFile::remove(file))
        return fail(ErrorCode::NotFound, u"There is no session “%1”."_s.arg(id));
    return {};
}

QJsonArray SessionStore::list(const QString& cwd) const
{
    QJsonArray sessions;
    if (!isUsable())
        return sessions;
    for (const auto& info : files(m_folder)) {
        const auto json = readJsonFile(info.filePath());
        if (!json || (!cwd.isEmpty() && (*json)[u"cwd"].toString() != QDir(cwd).canonicalPath()))
            continue;
        sessions.append(QJsonObject{{u"sessionId"_s, info.completeBaseName()},
                                    {u"cwd"_s, (*json)[u"cwd"]},
                                    {u"title"_s, (*json)[u"title"]},
                                    {u"updatedAt"_s, info.lastModified().toUTC().toString(Qt::ISODate)}});
    }
    return sessions;
}

void SessionStore::forgetOldest() const
{
    const auto all = files(m_folder);
    for (auto i = mostSessions; i < all.size(); ++i)
        QFile::remove(all[i].filePath());
}

} // namespace switchyard::coder
