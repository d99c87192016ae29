#include "runner/rate_limit.h"

#include "base/result.h"

#include <QDateTime>
#include <QRegularExpression>

namespace switchyard::runner {

namespace {

constexpr milliseconds longestWait = std::chrono::hours(24 * 8); // weekly limits exist

std::optional<UtcTime> toldEpoch(const QString& words)
{
    static const QRegularExpression epoch(u"\\|\\s*(1[6-9]\\d{8}|[2-9]\\d{9})(\\d{3})?\\b"_s);
    const auto match = epoch.match(words);
    if (!match.hasMatch())
        return {};
    return fromMilliseconds(match.captured(1).toLongLong() * 1000);
}

std::optional<UtcTime> toldWait(const QString& words, UtcTime now)
{
    static const QRegularExpression wait(
        u"(?:try again|retry(?:ing)?|wait|resets?|available)(?: again)?(?: after| in|:| for)?\\s+(?:about )?"
        "(\\d+(?:\\.\\d+)?)\\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\\b"_s,
        QRegularExpression::CaseInsensitiveOption);
    const auto match = wait.match(words);
    if (!match.hasMatch())
        return {};
    const auto unit = match.captured(2).toLower();
    const double factor = unit.startsWith(u"ms") || unit.startsWith(u"milli") ? 1
                          : unit.startsWith(u's')                             ? 1e3
                          : unit.startsWith(u'm')                             ? 60e3
                          : unit.startsWith(u'h')                             ? 3600e3
                                                                              : 86'400e3;
    return now + milliseconds(qint64(match.captured(1).toDouble() * factor));
}

std::optional<UtcTime> toldTimeOfDay(const QString& words, UtcTime now)
{
    static const QRegularExpression time(u"resets?(?: at)?\\s+(\\d{1,2})(?::(\\d{2}))?\\s*(am|pm)?\\b"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = time.match(words);
    const auto half = match.captured(3).toLower();
    if (!match.hasMatch() || (half.isEmpty() && match.captured(2).isEmpty()))
        return {};
    int hour = match.captured(1).toInt();
    if (!half.isEmpty())
        hour = hour % 12 + (half == u"pm" ? 12 : 0);
    const QTime wanted(hour, match.captured(2).toInt());
    if (!wanted.isValid())
        return {};
    const auto here = QDateTime::fromMSecsSinceEpoch(toMilliseconds(now));
    QDateTime at(here.date(), wanted);
    if (at <= here)
        at = at.addDays(1);
    return fromMilliseconds(at.toMSecsSinceEpoch());
}

} // namespace

std::optional<RateLimit> rateLimitIn(const QString& words, UtcTime now)
{
    static const QRegularExpression limited(
        u"rate.?limit|too many requests|\\b429\\b|\\b529\\b|overloaded|usage limit|limit reached|hit your (?:\\w+ "
        u")?limit"
        "|quota (?:was |is |has been )?exceeded|exceeded your (?:current )?quota|RESOURCE_EXHAUSTED|insufficient_quota"_s,
        QRegularExpression::CaseInsensitiveOption);
    if (!limited.match(words).hasMatch())
        return {};
    auto until = toldEpoch(words);
    if (!until)
        until = toldWait(words, now);
    if (!until)
        until = toldTimeOfDay(words, now);
    if (!until || *until < now || *until > now + longestWait)
        return RateLimit{};
    return RateLimit{*until};
}

} // namespace switchyard::runner
