#include "engine/guess_guard.h"

namespace switchyard::engine {

namespace {

constexpr milliseconds longestLock = std::chrono::hours(1);

} // namespace

Result<> GuessGuard::check(UtcTime now)
{
    m_lockedUntil = std::min(m_lockedUntil, now + longestLock);
    if (m_lockedUntil <= now)
        return {};
    const auto wait = std::chrono::ceil<std::chrono::seconds>(m_lockedUntil - now);
    return fail(ErrorCode::Limit, tr("Too many wrong codes; no code is taken for another %1 s.").arg(wait.count()),
                tr("Wait, or refuse the command: that needs no code."));
}

void GuessGuard::count(UtcTime now, int wrongBeforeLock, milliseconds firstLock)
{
    if (++m_wrong % wrongBeforeLock != 0)
        return;
    m_lockedUntil = now + std::min(firstLock * (1 << std::min(m_locks, 12)), longestLock);
    ++m_locks;
}

QJsonObject GuessGuard::toJson() const
{
    return {{u"wrong"_s, m_wrong}, {u"locks"_s, m_locks}, {u"locked_until"_s, toMilliseconds(m_lockedUntil)}};
}

GuessGuard GuessGuard::fromJson(const QJsonObject& json)
{
    GuessGuard guard;
    guard.m_wrong = std::max(0, json[u"wrong"].toInt());
    guard.m_locks = std::max(0, json[u"locks"].toInt());
    guard.m_lockedUntil = fromMilliseconds(json[u"locked_until"].toInteger());
    return guard;
}

} // namespace switchyard::engine
