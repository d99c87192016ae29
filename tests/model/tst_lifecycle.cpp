#include "model/lifecycle.h"

#include <QTest>

using namespace switchyard;

class TestLifecycle : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void transitions_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<bool>("legal");
        QTest::newRow("the usual way: queued") << "pending" << "queued" << true;
        QTest::newRow("the usual way: running") << "queued" << "running" << true;
        QTest::newRow("the usual way: completed") << "running" << "completed" << true;
        QTest::newRow("waits for the user") << "running" << "waiting" << true;
        QTest::newRow("goes on") << "waiting" << "running" << true;
        QTest::newRow("paused while it waits") << "waiting" << "paused" << true;
        QTest::newRow("crash") << "running" << "interrupted" << true;
        QTest::newRow("queued again after a crash") << "interrupted" << "queued" << true;
        QTest::newRow("retry") << "failed" << "queued" << true;
        QTest::newRow("never ran") << "pending" << "running" << false;
        QTest::newRow("a finished task does not run on") << "completed" << "running" << false;
        QTest::newRow("nor waits") << "cancelled" << "waiting" << false;
        QTest::newRow("the queue cannot complete") << "queued" << "completed" << false;
        QTest::newRow("a waiting task cannot complete") << "waiting" << "completed" << false;
    }
    void transitions()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(bool, legal);
        const auto result = checkTransition(statusFromName(from).value(), statusFromName(to).value());
        QCOMPARE(result.has_value(), legal);
        if (!legal) {
            QCOMPARE(result.error().code, ErrorCode::Conflict);
            QVERIFY(result.error().message.contains(from) && result.error().message.contains(to));
        }
    }
    void namesRoundTrip()
    {
        for (const auto status : allStatuses())
            QCOMPARE(statusFromName(statusName(status)).value(), status);
        for (const auto phase : allPhases())
            QCOMPARE(phaseFromName(phaseName(phase)).value(), phase);
        QCOMPARE(statusFromName(u"done").error().code, ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestLifecycle)
#include "tst_lifecycle.moc"
