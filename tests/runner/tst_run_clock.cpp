#include "runner/run_clock.h"
#include "support/test_support.h"

#include <QSignalSpy>
#include <QTest>

using namespace switchyard;
using runner::RunClock;

class TestRunClock : public QObject
{
    Q_OBJECT

    class HandClock final : public Clock
    {
    public:
        UtcTime now() const override { return UtcTime(wall); }
        milliseconds monotonic() const override { return time; }
        milliseconds time{1000};
        milliseconds wall{0};
    };

private Q_SLOTS:
    void pausesDoNotCount()
    {
        HandClock hands;
        RunClock clock(hands, milliseconds(0));
        hands.time += milliseconds(50);
        QCOMPARE(clock.elapsed(), milliseconds(0)); // starts stopped
        clock.setTicking(true);
        hands.time += milliseconds(100);
        clock.setTicking(false);
        hands.time += std::chrono::hours(1);
        QCOMPARE(clock.elapsed(), milliseconds(100));
        clock.setTicking(true);
        hands.time += milliseconds(20);
        QCOMPARE(clock.elapsed(), milliseconds(120));
    }
    void aJumpOfTheWallClockChangesNothing()
    {
        HandClock hands;
        RunClock clock(hands, milliseconds(0));
        clock.setTicking(true);
        hands.wall -= std::chrono::hours(24);
        hands.time += milliseconds(5);
        QCOMPARE(clock.elapsed(), milliseconds(5));
    }
    void theLimitComesOnceAndNotEarly()
    {
        const milliseconds granted(150); // a coarse timer may be early by a twentieth of it
        RunClock clock(Clock::system(), granted);
        milliseconds elapsed{};
        connect(&clock, &RunClock::limitReached, this, [&] { elapsed = clock.elapsed(); });
        QSignalSpy limit(&clock, &RunClock::limitReached);
        clock.setTicking(true);
        QTRY_COMPARE(limit.size(), 1);
        QCOMPARE_GE(elapsed, granted);
    }
};

QTEST_GUILESS_MAIN(TestRunClock)
#include "tst_run_clock.moc"
