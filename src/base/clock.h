#pragma once

#include <QString>

#include <chrono>

namespace switchyard {

using std::chrono::milliseconds;
//! A moment in UTC, to the millisecond: what events and rows carry.
using UtcTime = std::chrono::sys_time<milliseconds>;

//! Where time comes from; passed in, so that tests own it.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual UtcTime now() const = 0;            //!< wall clock: may jump; only for stamps and the screen
    virtual milliseconds monotonic() const = 0; //!< since boot, suspend included: for durations and limits
    //! The machine's clocks; lives as long as the program.
    static const Clock& system();
};

inline qint64 toMilliseconds(UtcTime time)
{
    return time.time_since_epoch().count();
}
inline UtcTime fromMilliseconds(qint64 value)
{
    return UtcTime(milliseconds(value));
}

//! "90s", "15m", "2h", "1h30m", "250ms" or a bare number of seconds. Nothing if it is none of these or negative.
std::optional<milliseconds> parseDuration(QStringView text);
//! "04:12", "1:02:03": how long something took, for people.
QString formatDuration(milliseconds duration);

} // namespace switchyard
