#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QCoreApplication>
#include <QJsonObject>

namespace switchyard::engine {

//! Against guessing the code, over all requests and doors: after so many wrong ones in a row none is taken for a while,
//! twice as long with each further lock-out, at most an hour. A right code ends it. A value; its owner keeps it on
//! disk.
class GuessGuard
{
    Q_DECLARE_TR_FUNCTIONS(switchyard::engine::GuessGuard)
public:
    //! Limit, with the seconds that are left, while it is locked. A clock that was set back does not lock for longer
    //! than an hour.
    Result<> check(UtcTime now);
    //! Counted before the code is looked at: a hundred guesses at once are a hundred guesses.
    void count(UtcTime now, int wrongBeforeLock, milliseconds firstLock);

    QJsonObject toJson() const;
    static GuessGuard fromJson(const QJsonObject& json);

private:
    int m_wrong = 0; //!< in a row
    int m_locks = 0;
    UtcTime m_lockedUntil{};
};

} // namespace switchyard::engine
