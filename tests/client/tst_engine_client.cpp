#include "client/task_feed.h"
#include "helpers-engine/engine_fixture.h"

#include <QSignalSpy>

using namespace switchyard;
using namespace switchyard::client;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

class TestEngineClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void startsTheEngineAndRunsATask()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        const auto task = fixture.create(u"events:20"_s);
        QCOMPARE(task.status, TaskStatus::Queued);
        QCOMPARE(task.spec.title, u"events:20"_s);
        QTRY_COMPARE(fixture.status(task.id()), TaskStatus::Completed);
        // created, queued; running, 20 of progress, completed
        QTRY_COMPARE(fixture.gapless(task.id()), 2 + 22);
        const auto log = await(fixture.client.logInfo(task.id()));
        QVERIFY(log);
        QVERIFY(log->size > 0);
        const auto page = await(fixture.client.events(task.id(), 0, 10));
        QVERIFY(page);
        QCOMPARE(page->events.size(), 10);
        QVERIFY(page->more);
        const auto status = await(fixture.client.status());
        QVERIFY(status);
        QCOMPARE(status->running, 0);
        QCOMPARE(status->slots, 3);
    }

    void callsFailAtOnceWithoutAnEngine()
    {
        EngineFixture fixture;
        EngineClient other(fixture.root.paths, EngineFixture::options(false));
        const auto connected = await(other.connectToEngine());
        QVERIFY(!connected);
        QCOMPARE(connected.error().code, ErrorCode::Unavailable);
        const auto status = await(other.status());
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Unavailable);
    }

    void saysWhatKeepsTheEngineFromStarting_data()
    {
        QTest::addColumn<QString>("program");
        QTest::newRow("no such program") << u"/nowhere/swy"_s;
        QTest::newRow("a program that ends at once") << u"/bin/false"_s;
    }
    void saysWhatKeepsTheEngineFromStarting()
    {
        QFETCH(QString, program);
        EngineFixture fixture;
        auto options = EngineFixture::options();
        options.engineProgram = program;
        EngineClient other(fixture.root.paths, options);
        const auto connected = await(other.connectToEngine());
        QVERIFY(!connected);
        QCOMPARE(connected.error().code, ErrorCode::Unavailable);
        QVERIFY(!connected.error().message.isEmpty());
    }

    void noEventIsMissedOrDoubledWhenTheEngineIsKilled()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        fixture.client.keepConnected();
        const auto task = fixture.create(u"events:300,2"_s);
        for (int kill = 1; kill <= 3; ++kill) {
            QTRY_VERIFY(fixture.events.size() > kill * 50);
            fixture.killEngine();
            QTRY_COMPARE(fixture.client.state(), EngineClient::State::Disconnected);
            QTRY_COMPARE(fixture.client.state(), EngineClient::State::Connected);
        }
        QTRY_COMPARE_WITH_TIMEOUT(fixture.status(task.id()), TaskStatus::Completed, 20'000);
        QTRY_COMPARE(fixture.gapless(task.id()), 2 + 302);
        QCOMPARE(fixture.starts(task.id()), 1);
    }

    void anEngineThatWasStoppedIsNotBroughtBack()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.client.keepConnected();
        QVERIFY(await(fixture.client.shutdownEngine()));
        QSignalSpy problems(&fixture.client, &EngineClient::connectionProblem);
        QTRY_COMPARE(fixture.client.state(), EngineClient::State::Disconnected);
        QTRY_VERIFY(problems.size() >= 2);
        QCOMPARE(fixture.enginePid(), 0);
        QVERIFY(await(fixture.client.connectToEngine()));
        QVERIFY(fixture.enginePid() > 0);
    }

    void theFeedFollowsTasksOverAReconnect()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto before = fixture.create(u"wait"_s);
        TaskFeed feed(fixture.client);
        QSignalSpy removed(&feed, &TaskFeed::taskRemoved);
        QVERIFY(await(feed.start()));
        fixture.client.keepConnected();
        QVERIFY(feed.find(before.id()));
        QTRY_COMPARE(feed.find(before.id())->status, TaskStatus::Running);
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), EngineClient::State::Disconnected);
        QTRY_COMPARE(fixture.client.state(), EngineClient::State::Connected);
        const auto after = fixture.create(u"events:3"_s);
        QTRY_VERIFY(feed.find(after.id()) && feed.find(after.id())->status == TaskStatus::Completed);
        QVERIFY(await(fixture.client.guide(before.id(), u"go on"_s)));
        QTRY_COMPARE(feed.find(before.id())->status, TaskStatus::Completed);
        QCOMPARE(feed.tasks().size(), 2);
        QCOMPARE(*feed.find(before.id()), fixture.get(before.id()));
        QVERIFY(await(fixture.client.deleteTask(before.id())));
        QTRY_COMPARE(removed.size(), 1);
        QVERIFY(!feed.find(before.id()));
        QVERIFY(!QFile::exists(fixture.root.paths.task(before.id())));
    }
};

QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
