#include "agent/probe_cache.h"

#include "base/json.h"

#include <QCryptographicHash>
#include <QDir>

namespace switchyard::agent {

namespace {

QString fingerprint(const AgentServer& server)
{
    return QString::fromLatin1(
        QCryptographicHash::hash(compactJson(server.toJson()), QCryptographicHash::Sha256).toHex());
}

} // namespace

std::optional<ProbeReport> ProbeCache::find(const AgentServer& server) const
{
    const auto path = file(server.name); // a registered name: letters, digits, dots, dashes
    if (!QFile::exists(path))
        return {};
    const auto json = readJsonFile(path);
    if (!json || (*json)[u"settings"].toString() != fingerprint(server))
        return {};
    auto report = ProbeReport::fromJson((*json)[u"report"].toObject());
    return report ? std::optional(std::move(*report)) : std::nullopt;
}

Result<> ProbeCache::keep(const AgentServer& server, const ProbeReport& report) const
{
    if (!QDir().mkpath(m_folder))
        return fail(ErrorCode::Io, u"The folder %1 cannot be created."_s.arg(m_folder));
    return writeFileAtomically(file(server.name),
                               compactJson({{u"settings"_s, fingerprint(server)}, {u"report"_s, report.toJson()}}));
}

void ProbeCache::forget(const QString& name) const
{
    QFile::remove(file(name));
}

} // namespace switchyard::agent
