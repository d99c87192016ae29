#include "base/clock.h"

#include <QRegularExpression>

#include <ctime>

namespace switchyard {

using namespace Qt::StringLiterals;

namespace {
class SystemClock final : public Clock
{
public:
    UtcTime now() const override { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }
    milliseconds monotonic() const override
    {
        timespec time{};
        clock_gettime(CLOCK_BOOTTIME, &time);
        return std::chrono::duration_cast<milliseconds>(std::chrono::seconds(time.tv_sec) +
                                                        std::chrono::nanoseconds(time.tv_nsec));
    }
};
} // namespace

const Clock& Clock::system()
{
    static const SystemClock clock;
    return clock;
}

std::optional<milliseconds> parseDuration(QStringView text)
{
    static const QRegularExpression pattern(
        u"^(?:(\\d{1,6})h)?(?:(\\d{1,7})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?$|^(\\d{1,9})$"_s);
    const auto match = pattern.matchView(text.trimmed());
    if (!match.hasMatch() || text.trimmed().isEmpty())
        return std::nullopt;
    const auto part = [&](int group) { return match.capturedView(group).toLongLong(); };
    return milliseconds(((part(1) * 60 + part(2)) * 60 + part(3) + part(5)) * 1000 + part(4));
}

QString formatDuration(milliseconds duration)
{
    const auto seconds = std::max<qint64>(0, duration.count() / 1000);
    const auto clock =
        u"%1:%2"_s.arg(seconds / 60 % 60, 2, 10, QLatin1Char('0')).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    return seconds < 3600 ? clock : QString::number(seconds / 3600) + u":"_s + clock;
}

} // namespace switchyard
