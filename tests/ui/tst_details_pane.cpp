#include "support/test_support.h"
#include "ui/tasks/details_pane.h"

#include <QLabel>

using namespace switchyard;

class TestDetailsPane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysOnlyWhatWasMeasured_data()
    {
        QTest::addColumn<qint64>("memory");
        QTest::addColumn<bool>("memoryShown");
        QTest::newRow("ended before the first look") << qint64(0) << false;
        QTest::newRow("looked at") << qint64(3 << 20) << true;
    }
    void saysOnlyWhatWasMeasured()
    {
        QFETCH(qint64, memory);
        ui::MeterHistory meters;
        Event event;
        event.attempt = 1;
        event.time = fromMilliseconds(1000);
        event.kind = event_kind::meters;
        event.data = {
            {u"cpu_ms"_s, 820}, {u"memory"_s, 0}, {u"peak_memory"_s, memory}, {u"processes"_s, 0}, {u"final"_s, true}};
        QVERIFY(meters.apply(event));
        ui::DetailsPane pane;
        pane.setMeters(meters);
        const auto* const cpu = pane.findChild<QLabel*>(u"cpuFigure"_s);
        const auto* const shown = pane.findChild<QLabel*>(u"memoryFigure"_s);
        QVERIFY(cpu && shown);
        QVERIFY(cpu->isVisibleTo(&pane));
        QCOMPARE(cpu->text(), u"0.8 s"_s);
        QTEST(shown->isVisibleTo(&pane), "memoryShown");
        QVERIFY2(!cpu->toolTip().contains(u"process"), qPrintable(cpu->toolTip())); // nothing runs any more
    }
};

QTEST_MAIN(TestDetailsPane)
#include "tst_details_pane.moc"
