#include "engine/guess_guard.h"
#include "support/test_support.h"

using namespace switchyard;
using engine::GuessGuard;
using std::chrono::hours;
using std::chrono::seconds;

class TestGuessGuard : public QObject
{
    Q_OBJECT

    static constexpr int most = 5;
    const milliseconds m_first = seconds(30);
    UtcTime m_now = fromMilliseconds(1'800'000'000'000);

    void guess(GuessGuard& guard, int times) const
    {
        for (int i = 0; i < times; ++i)
            guard.count(m_now, most, m_first);
    }
    //! How long no code is taken from now on.
    milliseconds lockOf(GuessGuard guard) const
    {
        milliseconds wait{0};
        while (!guard.check(m_now + wait))
            wait += seconds(1);
        return wait;
    }

private Q_SLOTS:
    void doublesUpToAnHour()
    {
        GuessGuard guard;
        guess(guard, most - 1);
        QVERIFY(guard.check(m_now));
        guess(guard, 1);
        QList<qint64> locks;
        for (int i = 0; i < 10; ++i) {
            locks << std::chrono::duration_cast<seconds>(lockOf(guard)).count();
            m_now += hours(2); // waiting does not make it forget
            QVERIFY(guard.check(m_now));
            guess(guard, most);
        }
        QCOMPARE(locks, (QList<qint64>{30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600}));
    }
    void saysHowLong()
    {
        GuessGuard guard;
        guess(guard, most);
        m_now += seconds(9);
        const auto locked = guard.check(m_now);
        QVERIFY(!locked);
        QCOMPARE(locked.error().code, ErrorCode::Limit);
        QVERIFY2(locked.error().message.contains(u"21 s"), qPrintable(locked.error().message));
        QVERIFY(!locked.error().hint.isEmpty());
    }
    void outlivesTheEngine()
    {
        GuessGuard guard;
        guess(guard, 2 * most + 3);
        auto again = GuessGuard::fromJson(guard.toJson());
        QCOMPARE(again.toJson(), guard.toJson());
        QCOMPARE(lockOf(again), milliseconds(seconds(60)));
        guess(again, 2); // the count goes on where it was
        QCOMPARE(lockOf(again), milliseconds(seconds(120)));
    }
    void aClockSetBackDoesNotLockForEver()
    {
        GuessGuard guard;
        guess(guard, most);
        m_now -= hours(24 * 365);
        QVERIFY(!guard.check(m_now));
        QCOMPARE(lockOf(guard), milliseconds(hours(1)));
    }
    void rubbishOnDiskIsNoWayRound()
    {
        auto guard = GuessGuard::fromJson({{u"wrong"_s, -1000}, {u"locks"_s, -5}, {u"locked_until"_s, u"soon"_s}});
        guess(guard, most);
        QCOMPARE(lockOf(guard), m_first);
    }
};

QTEST_GUILESS_MAIN(TestGuessGuard)
#include "tst_guess_guard.moc"
