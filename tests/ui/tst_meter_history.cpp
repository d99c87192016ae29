#include "support/test_support.h"
#include "ui/models/meter_history.h"

using namespace switchyard;
using switchyard::ui::MeterHistory;

class TestMeterHistory : public QObject
{
    Q_OBJECT

    static Event at(qint64 ms, qint64 cpu, qint64 memory, int attempt = 1, bool final = false)
    {
        Event event;
        event.attempt = attempt;
        event.time = fromMilliseconds(ms);
        event.kind = event_kind::meters;
        event.data = {{u"cpu_ms"_s, cpu}, {u"memory"_s, memory}, {u"peak_memory"_s, memory}, {u"processes"_s, 2}};
        if (final)
            event.data.insert(u"final"_s, true);
        return event;
    }

private Q_SLOTS:
    void countsProcessorsInUse()
    {
        MeterHistory meters;
        QVERIFY(meters.apply(at(1000, 0, 100)));
        QVERIFY(meters.apply(at(2000, 500, 300)));
        QVERIFY(meters.apply(at(4000, 4500, 200)));
        QCOMPARE(meters.points().size(), 3);
        QCOMPARE(meters.points()[1].cpu, 0.5);
        QCOMPARE(meters.points()[2].cpu, 2.0); // two processors for two seconds
        QCOMPARE(meters.peakMemory(), 300);
        QCOMPARE(meters.cpuTime(), milliseconds(4500));
        QVERIFY(!meters.isFinal());
        QVERIFY(meters.apply(at(5000, 4600, 0, 1, true)));
        QVERIFY(meters.isFinal());
        Event other;
        other.kind = event_kind::notice;
        QVERIFY(!meters.apply(other));
    }
    void aNewAttemptBeginsAnew()
    {
        MeterHistory meters;
        meters.apply(at(1000, 9000, 900));
        meters.apply(at(2000, 10, 100, 2));
        QCOMPARE(meters.points().size(), 1);
        QCOMPARE(meters.peakMemory(), 100);
    }
    void aClockSetBackMakesNoNonsense()
    {
        MeterHistory meters;
        meters.apply(at(5000, 0, 100));
        meters.apply(at(6000, 1000, 100));
        meters.apply(at(2000, 2000, 100));
        QCOMPARE(meters.points().last().cpu, 1.0);
    }
    void aLongRunIsHeldInFewPoints()
    {
        MeterHistory meters;
        for (int second = 0; second < 100'000; ++second)
            meters.apply(at(second * 1000, second * 250, second == 50 ? 5000 : 1000));
        QVERIFY(meters.points().size() <= MeterHistory::mostPoints);
        QVERIFY(meters.points().size() >= MeterHistory::mostPoints / 2);
        for (qsizetype i = 1; i < meters.points().size(); ++i)
            QVERIFY(meters.points()[i - 1].time < meters.points()[i].time);
        QCOMPARE(meters.points().last().cpu, 0.25);
        QCOMPARE(meters.peakMemory(), 5000);
    }
};

QTEST_GUILESS_MAIN(TestMeterHistory)
#include "tst_meter_history.moc"
