#include "runner/phase_tracker.h"

#include <QJsonObject>
#include <QTest>

using namespace switchyard;
using runner::PhaseTracker;

class TestPhaseTracker : public QObject
{
    Q_OBJECT

    static QJsonArray plan(int done, int all)
    {
        QJsonArray entries;
        for (int i = 0; i < all; ++i)
            entries << QJsonObject{{u"content"_s, u"step"_s}, {u"status"_s, i < done ? u"completed"_s : u"pending"_s}};
        return entries;
    }

private Q_SLOTS:
    void usualWay()
    {
        PhaseTracker tracker;
        QCOMPARE(tracker.state().phase, TaskPhase::Init);
        tracker.planned(plan(0, 4));
        QCOMPARE(tracker.state().phase, TaskPhase::Planning);
        tracker.edited();
        QCOMPARE(tracker.state().phase, TaskPhase::Coding);
        tracker.commandStarted(u"pytest -q"_s);
        QCOMPARE(tracker.state().phase, TaskPhase::Testing);
        tracker.commandFinished(u"pytest -q"_s, false);
        QCOMPARE(tracker.state().phase, TaskPhase::Fixing);
        tracker.edited();
        QCOMPARE(tracker.state().phase, TaskPhase::Fixing);
        tracker.commandStarted(u"pytest -q"_s);
        tracker.commandFinished(u"pytest -q"_s, true);
        QCOMPARE(tracker.state().phase, TaskPhase::Testing);
        tracker.edited();
        QCOMPARE(tracker.state().phase, TaskPhase::Coding);
    }
    void percentNeverGoesBackAndLeavesTheEndToTheEnd()
    {
        PhaseTracker tracker;
        int last = 0;
        const auto rises = [&] {
            const bool ok = tracker.state().percent >= last && tracker.state().percent < 100;
            last = tracker.state().percent;
            return ok;
        };
        for (int done = 0; done <= 4; ++done) {
            tracker.planned(plan(done, 4));
            QVERIFY(rises());
            tracker.commandStarted(u"make test"_s);
            QVERIFY(rises());
            tracker.commandFinished(u"make test"_s, done > 2);
            QVERIFY(rises());
        }
        tracker.planned(plan(0, 40)); // the agent made a longer plan
        QVERIFY(rises());
        QVERIFY(last >= 85);
    }
    void testCommands_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<bool>("isTest");
        for (const auto* command :
             {"pytest", "python3 -m unittest -v", "cd app && npm test", "npm run test:unit", "cargo test --all",
              "go test ./...", "ctest --output-on-failure", "make check", "mvn -q test", "npx vitest run",
              "./gradlew test", "python -m pytest tests/x.py::y"})
            QTest::newRow(command) << QString::fromLatin1(command) << true;
        for (const auto* command :
             {"ls tests", "git status", "python3 contest.py", "npm install", "cat test.txt", "make"})
            QTest::newRow(command) << QString::fromLatin1(command) << false;
    }
    void testCommands()
    {
        QFETCH(QString, command);
        QFETCH(bool, isTest);
        QCOMPARE(PhaseTracker::isTestCommand(command), isTest);
    }
};

QTEST_GUILESS_MAIN(TestPhaseTracker)
#include "tst_phase_tracker.moc"
