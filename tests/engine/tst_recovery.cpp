#include "helpers-engine/engine_fixture.h"

#include <QElapsedTimer>
#include <QLocalSocket>

using namespace switchyard;
using switchyard::client::EngineClient;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

//! The engine dies at any moment; nothing is lost, nothing runs twice, nobody is told wrong.
class TestRecovery : public QObject
{
    Q_OBJECT

    static void kill(EngineFixture& fixture)
    {
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), EngineClient::State::Disconnected);
    }

private Q_SLOTS:
    void aTaskThatEndedMeanwhileIsReadFromItsJournal_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<TaskStatus>("end");
        QTest::newRow("completed") << u"events:2 wait events:50"_s << TaskStatus::Completed;
        QTest::newRow("failed") << u"events:2 wait fail"_s << TaskStatus::Failed;
        QTest::newRow("its runner died") << u"events:2 wait crash"_s << TaskStatus::Interrupted;
    }
    void aTaskThatEndedMeanwhileIsReadFromItsJournal()
    {
        QFETCH(QString, script);
        QFETCH(TaskStatus, end);
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        const auto task = fixture.create(script).id();
        QTRY_COMPARE(fixture.get(task).step, 2);
        kill(fixture);
        {
            QLocalSocket socket;
            socket.connectToServer(fixture.root.paths.runnerSocket(task, 1));
            rpc::Peer peer(&socket);
            (void)await(peer.call(u"guide"_s, {{u"text"_s, u"go"_s}}));
        }
        QTRY_VERIFY(!FileLock::isHeld(fixture.root.paths.runnerLock(task, 1)));
        fixture.connect();
        QTRY_COMPARE(fixture.status(task), end);
        QTRY_VERIFY(!fixture.events.isEmpty() && fixture.events.last().kind == event_kind::taskStatus);
        QVERIFY(fixture.gapless(task) > 0);
        QCOMPARE(fixture.starts(task), 1);
    }

    void aRunnerCaughtBeforeItsLockIsStartedOnce_data()
    {
        QTest::addColumn<QString>("script");
        QTest::newRow("slow to take its lock") << u"late:300 events:3"_s;
        QTest::newRow("quick") << u"events:3"_s;
    }
    void aRunnerCaughtBeforeItsLockIsStartedOnce()
    {
        QFETCH(QString, script);
        EngineFixture fixture;
        fixture.connect();
        const auto task = fixture.create(script).id();
        QTRY_VERIFY(QFile::exists(fixture.root.paths.runnerSpec(task, 1)));
        kill(fixture);
        fixture.connect();
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
        QTRY_VERIFY(fixture.runnerPids().isEmpty());
        QCOMPARE(fixture.starts(task), 1);
    }

    void aSilentRunnerMakesItUncertainNotFailed()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = fixture.create(u"events:1 wait"_s).id();
        QTRY_COMPARE(fixture.get(task).step, 1);
        const auto evidence = [&] {
            const auto answer = await(fixture.client.call(u"task.evidence"_s, {{u"id"_s, task.toString()}}));
            return answer ? answer->toObject() : QJsonObject();
        };
        QTRY_COMPARE(evidence()[u"verdict"].toString(), u"running"_s);
        const auto runners = fixture.runnerPids();
        QCOMPARE(runners.size(), 1);
        QCOMPARE(::kill(pid_t(runners.first()), SIGSTOP), 0);
        QCOMPARE(evidence()[u"verdict"].toString(), u"cannot_tell"_s);
        QVERIFY(evidence()[u"process_alive"].toBool());
        QVERIFY2(evidence()[u"text"].toString().contains(u"does not answer"_s),
                 qPrintable(evidence()[u"text"].toString()));
        QCOMPARE(fixture.status(task), TaskStatus::Running);
        // An engine that comes up meanwhile sees it the same way.
        kill(fixture);
        fixture.connect();
        QCOMPARE(evidence()[u"verdict"].toString(), u"cannot_tell"_s);
        QCOMPARE(fixture.status(task), TaskStatus::Running);
        QCOMPARE(::kill(pid_t(runners.first()), SIGCONT), 0);
        QTRY_COMPARE(evidence()[u"verdict"].toString(), u"running"_s);
        QVERIFY(await(fixture.client.guide(task, u"go"_s)));
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
        QTRY_VERIFY(!evidence()[u"process_alive"].toBool());
        QCOMPARE(evidence()[u"verdict"].toString(), u"ended"_s);
    }

    void whatADeadRunnerLeftIsEnded()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = fixture.create(u"child wait crash"_s).id();
        const auto file = fixture.root.paths.attempt(task, 1) + u"/child"_s;
        QTRY_VERIFY(!testing::readFile(file).isEmpty());
        const auto pid = pid_t(testing::readFile(file).toLongLong());
        QCOMPARE(::kill(pid, 0), 0);
        (void)await(fixture.client.guide(task, u"go"_s)); // it may die before it answers
        QTRY_COMPARE(fixture.status(task), TaskStatus::Interrupted);
        QVERIFY2(fixture.get(task).reason.contains(u"1 processes"_s), qPrintable(fixture.get(task).reason));
        QTRY_VERIFY(!testing::readFile(u"/proc/%1/cmdline"_s.arg(pid)).contains("sleep"));
        QTRY_VERIFY(!QFile::exists(fixture.root.paths.runnerSocket(task, 1)));
    }

    void aConfirmationStaysOpenOverARestart()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(Secret("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        QTRY_COMPARE(fixture.status(task), TaskStatus::Waiting);
        kill(fixture);
        fixture.connect();
        const auto request = fixture.get(task).waitingFor.value(0).id;
        QVERIFY(await(fixture.client.answerConfirmation(request, true, Secret("4711"))));
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
    }

    void aQueueSurvivesTenKills()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        fixture.client.keepConnected();
        QList<TaskId> ids;
        for (int i = 0; i < 40; ++i)
            ids << fixture.create(u"events:5"_s).id();
        for (int i = 0; i < 10; ++i) {
            kill(fixture);
            QTRY_COMPARE(fixture.client.state(), EngineClient::State::Connected);
            QVERIFY(fixture.runnerPids().size() <= 4); // three, and one on its last step
        }
        for (const auto& id : ids) {
            QTRY_COMPARE_WITH_TIMEOUT(fixture.status(id), TaskStatus::Completed, 60'000);
            QCOMPARE(fixture.get(id).attempt, 1);
            QCOMPARE(fixture.starts(id), 1);
        }
        for (const auto& id : ids)
            QTRY_VERIFY(fixture.gapless(id) >= 2 + 7);
    }

    void fiftyRunningTasksAreFoundAgain()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.call(u"queue.resize"_s, {{u"slots"_s, 50}})));
        QList<TaskId> ids;
        for (int i = 0; i < 50; ++i)
            ids << fixture.create(u"events:1 wait"_s).id();
        for (const auto& id : ids)
            QTRY_COMPARE_WITH_TIMEOUT(fixture.status(id), TaskStatus::Running, 60'000);
        kill(fixture);
        QElapsedTimer timer;
        timer.start();
        fixture.connect();
        for (const auto& id : ids)
            QVERIFY(await(fixture.client.guide(id, u"go"_s)));
        qInfo("50 runners answered %lld ms after the engine's start", timer.elapsed());
        for (const auto& id : ids)
            QTRY_COMPARE_WITH_TIMEOUT(fixture.status(id), TaskStatus::Completed, 60'000);
    }
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
