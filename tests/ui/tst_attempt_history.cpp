#include "support/test_support.h"
#include "ui/models/attempt_history.h"

using namespace switchyard;
using switchyard::ui::AttemptHistory;

class TestAttemptHistory : public QObject
{
    Q_OBJECT

    static Event status(int attempt, qint64 ms, const QString& to, const QString& reason = {})
    {
        Event event;
        event.attempt = attempt;
        event.time = fromMilliseconds(ms);
        event.kind = event_kind::taskStatus;
        event.data = {{u"to"_s, to}, {u"reason"_s, reason}};
        return event;
    }
    static Event usage(int attempt, double cost)
    {
        Event event;
        event.attempt = attempt;
        event.kind = event_kind::agentUsage;
        event.data = {{u"cost"_s, cost}};
        return event;
    }

private Q_SLOTS:
    void tellsEachAttempt()
    {
        AttemptHistory history;
        QVERIFY(!history.apply(status(0, 1, u"queued"_s)));
        QVERIFY(history.apply(status(1, 1000, u"running"_s)));
        QVERIFY(history.apply(usage(1, 0.1)));
        QVERIFY(history.apply(usage(1, 0.25))); // a sum, not a share
        QVERIFY(history.apply(status(1, 4000, u"failed"_s, u"the tests fail"_s)));
        QVERIFY(!history.apply(status(0, 4100, u"queued"_s)));
        QVERIFY(history.apply(status(2, 5000, u"running"_s)));
        const auto& all = history.attempts();
        QCOMPARE(all.size(), 2);
        QCOMPARE(all[0].status, TaskStatus::Failed);
        QCOMPARE(all[0].cost, 0.25);
        QCOMPARE(all[0].ended - all[0].started, milliseconds(3000));
        QCOMPARE(all[0].reason, u"the tests fail"_s);
        QCOMPARE(all[1].status, TaskStatus::Running);
        QVERIFY(all[1].ended == UtcTime{});
        QVERIFY(!history.apply(usage(1, 9))); // late news of an attempt that is over
    }
    //! The engine tells of an attempt whose runner is gone; it writes as attempt 0.
    void anInterruptionEndsTheNewest()
    {
        AttemptHistory history;
        history.apply(status(1, 1000, u"running"_s));
        QVERIFY(history.apply(status(0, 2000, u"interrupted"_s, u"its runner is gone"_s)));
        QCOMPARE(history.attempts().last().status, TaskStatus::Interrupted);
        QCOMPARE(history.attempts().last().ended, fromMilliseconds(2000));
    }
    void cancelledBeforeItBeganIsNoAttempt()
    {
        AttemptHistory history;
        QVERIFY(!history.apply(status(0, 1, u"cancelled"_s)));
        QVERIFY(history.attempts().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestAttemptHistory)
#include "tst_attempt_history.moc"
