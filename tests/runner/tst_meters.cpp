#include "process/command.h"
#include "process/process_tree.h"
#include "runner/meters.h"
#include "support/test_support.h"

#include <QSignalSpy>

using namespace switchyard;
using runner::Meters;
using runner::Recorder;

class TestMeters : public QObject
{
    Q_OBJECT

    testing::TestRoot m_root;
    const TaskId m_task = TaskId::parse(u"a7f3c1").value();
    int m_attempt = 0;

    std::unique_ptr<Recorder> recorder()
    {
        ++m_attempt;
        return std::make_unique<Recorder>(
            process::Journal::open(m_root.paths.journal(m_task, m_attempt), m_task, m_attempt, Clock::system())
                .value());
    }
    static process::CommandLine shell(const QString& script)
    {
        process::CommandLine line;
        line.program = u"/bin/sh"_s;
        line.arguments = {u"-c"_s, script};
        line.cwd = u"/"_s;
        line.stopGrace = milliseconds(100);
        return line;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(process::becomeSubreaper()); }

    void watchedLimitsAreNamed_data()
    {
        QTest::addColumn<qint64>("memory");
        QTest::addColumn<int>("processes");
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("words");
        QTest::newRow("memory") << qint64(20 << 20) << 0
                                << u"x=$(head -c 62914560 /dev/zero | tr '\\0' x); sleep 60; echo $x"_s
                                << u"its memory limit of 20.0 MiB (it used "_s;
        QTest::newRow("processes") << qint64(0) << 5 << u"for i in 1 2 3 4 5 6 7 8; do sleep 60 & done; wait"_s
                                   << u"its limit of 5 processes (there were "_s;
    }
    void watchedLimitsAreNamed()
    {
        QFETCH(qint64, memory);
        QFETCH(int, processes);
        QFETCH(QString, script);
        QFETCH(QString, words);
        const auto record = recorder();
        Meters meters(*record, Clock::system(), nullptr, {memory, processes});
        QSignalSpy met(&meters, &Meters::limitReached);
        meters.start();
        process::Command command;
        QSignalSpy ended(&command, &process::Command::finished);
        command.start(shell(script));
        QTRY_COMPARE_WITH_TIMEOUT(met.size(), 1, 20'000);
        QCOMPARE(met[0][0].toString(), QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY2(met[0][1].toString().startsWith(words), qPrintable(met[0][1].toString()));
        command.stop();
        QTRY_COMPARE(ended.size(), 1);
        meters.finish();
        QCOMPARE(met.size(), 1);
    }
    void whatIsBelowItsLimitGoesOn()
    {
        const auto record = recorder();
        Meters meters(*record, Clock::system(), nullptr, {qint64(1) << 30, 50});
        QSignalSpy met(&meters, &Meters::limitReached);
        process::Command command;
        QSignalSpy ended(&command, &process::Command::finished);
        meters.start();
        command.start(shell(u"for i in 1 2 3 4 5 6 7 8; do sleep 2 & done; wait"_s));
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20'000);
        QCOMPARE(met.size(), 0);
    }
    void tellsWhatWasUsed()
    {
        const auto record = recorder();
        QList<Event> seen;
        connect(record.get(), &Recorder::recorded, this, [&](const Event& event) { seen << event; });
        Meters meters(*record, Clock::system(), nullptr, {});
        process::Command command;
        QSignalSpy ended(&command, &process::Command::finished);
        meters.start();
        command.start(shell(u"i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 2"_s));
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 30'000);
        meters.finish();
        QVERIFY(seen.size() >= 2); // one of them while it ran
        for (const auto& event : seen)
            QCOMPARE(event.kind, QString(event_kind::meters));
        QVERIFY(seen[0].data[u"processes"].toInt() >= 1);
        const auto& last = seen.last().data;
        QVERIFY(last[u"final"].toBool());
        QVERIFY(last[u"cpu_ms"].toInteger() > 20);
        QVERIFY(last[u"peak_memory"].toInteger() > 0);
        QCOMPARE(last[u"processes"].toInt(), 0);
    }
};

QTEST_GUILESS_MAIN(TestMeters)
#include "tst_meters.moc"
