#include "helpers-engine/engine_fixture.h"

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

//! What runs next, and what those that wait say about it.
class TestQueue : public QObject
{
    Q_OBJECT

    static void resize(EngineFixture& fixture, int slots)
    {
        QVERIFY(await(fixture.client.call(u"queue.resize"_s, {{u"slots"_s, slots}})));
    }
    static void hold(EngineFixture& fixture, bool held)
    {
        QVERIFY(await(fixture.client.call(held ? u"queue.hold"_s : u"queue.release"_s, {})));
    }
    //! The order in which tasks began to run.
    static QList<TaskId> started(const EngineFixture& fixture)
    {
        QList<TaskId> ids;
        for (const auto& event : fixture.events) {
            if (event.kind == event_kind::taskStatus && event.data[u"to"].toString() == u"running")
                ids << event.task;
        }
        return ids;
    }
    //! The most tasks that held a slot at once, as the events tell it.
    static int mostAtOnce(const EngineFixture& fixture)
    {
        QSet<TaskId> running;
        qsizetype most = 0;
        for (const auto& event : fixture.events) {
            if (event.kind != event_kind::taskStatus)
                continue;
            const auto to = statusFromName(event.data[u"to"].toString());
            if (to && isActive(*to))
                running.insert(event.task);
            else
                running.remove(event.task);
            most = std::max(most, running.size());
        }
        return int(most);
    }

private Q_SLOTS:
    void runsByPriorityThenInOrder()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        resize(fixture, 1);
        hold(fixture, true);
        const auto low = fixture.create(u"events:1"_s, Priority::Low).id();
        const auto first = fixture.create(u"events:1"_s).id();
        const auto second = fixture.create(u"events:1"_s).id();
        const auto high = fixture.create(u"events:1"_s, Priority::High).id();
        const auto raised = fixture.create(u"events:1"_s, Priority::Low).id();
        QVERIFY(await(fixture.client.prioritise(raised, Priority::High)));
        QCOMPARE(fixture.get(first).reason, u"the queue is held"_s);
        hold(fixture, false);
        QTRY_COMPARE(fixture.status(low), TaskStatus::Completed);
        QTRY_COMPARE(started(fixture), QList<TaskId>({high, raised, first, second, low}));
    }

    void neverRunsMoreThanItMay()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        resize(fixture, 2);
        QList<TaskId> ids;
        for (int i = 0; i < 8; ++i)
            ids << fixture.create(u"wait"_s).id();
        QTRY_COMPARE(fixture.status(ids[1]), TaskStatus::Running); // beside the first, which waits too
        for (const auto& id : ids) {
            QTRY_COMPARE(fixture.status(id), TaskStatus::Running);
            QVERIFY(await(fixture.client.guide(id, u"go on"_s)));
            QTRY_COMPARE(fixture.status(id), TaskStatus::Completed);
        }
        QTRY_COMPARE(started(fixture).size(), 8);
        QCOMPARE(mostAtOnce(fixture), 2);
    }

    void aLargerPoolTakesEffectAtOnce()
    {
        EngineFixture fixture;
        fixture.connect();
        resize(fixture, 1);
        const auto first = fixture.create(u"hang"_s).id();
        const auto second = fixture.create(u"hang"_s).id();
        QTRY_COMPARE(fixture.status(first), TaskStatus::Running);
        QCOMPARE(fixture.status(second), TaskStatus::Queued);
        QTRY_VERIFY(fixture.get(second).reason.contains(u"waits for a free slot"_s));
        resize(fixture, 2);
        QTRY_COMPARE(fixture.status(second), TaskStatus::Running);
        QVERIFY(!await(fixture.client.call(u"queue.resize"_s, {{u"slots"_s, 0}})));
    }

    void refusesInsteadOfQueueingWhenAsked()
    {
        EngineFixture fixture;
        fixture.connect();
        resize(fixture, 1);
        const auto first = fixture.create(u"hang"_s).id();
        QTRY_COMPARE(fixture.status(first), TaskStatus::Running);
        const auto refused = await(fixture.client.call(
            u"task.create"_s, {{u"spec"_s, fixture.spec(u"events:1"_s).toJson()}, {u"on_busy"_s, u"refuse"_s}}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
    }

    void waitsForWhatItComesAfter()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto first = fixture.create(u"wait"_s).id();
        auto spec = fixture.spec(u"events:1"_s);
        spec.after = {first};
        const auto second = await(fixture.client.createTask(spec));
        QVERIFY(second);
        QCOMPARE(second->status, TaskStatus::Pending);
        QVERIFY2(second->reason.contains(first.toString()), qPrintable(second->reason));
        QVERIFY(await(fixture.client.guide(first, u"go"_s)));
        QTRY_COMPARE(fixture.status(second->id()), TaskStatus::Completed);
    }

    void aFailedLinkHoldsTheRestUntilItIsRepeated()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto first = fixture.create(u"wait"_s).id();
        auto spec = fixture.spec(u"events:1"_s);
        spec.after = {first};
        const auto second = await(fixture.client.createTask(spec));
        QVERIFY(second);
        QVERIFY(await(fixture.client.cancelTask(first)));
        QTRY_VERIFY(fixture.get(second->id()).reason.contains(u"cancelled"_s));
        QCOMPARE(fixture.status(second->id()), TaskStatus::Pending);
        QVERIFY(await(fixture.client.retryTask(first)));
        QTRY_COMPARE(fixture.status(first), TaskStatus::Running);
        QVERIFY(await(fixture.client.guide(first, u"go"_s)));
        QTRY_COMPARE(fixture.status(second->id()), TaskStatus::Completed);
    }

    void aHeldQueueStaysHeldOverARestart()
    {
        EngineFixture fixture;
        fixture.connect();
        hold(fixture, true);
        resize(fixture, 5);
        const auto task = fixture.create(u"events:1"_s).id();
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
        fixture.connect();
        const auto status = await(fixture.client.status());
        QVERIFY(status && status->held);
        QCOMPARE(status->slots, 5);
        QCOMPARE(fixture.status(task), TaskStatus::Queued);
        hold(fixture, false);
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
    }

    void limitsTheTasksOfOneProject()
    {
        EngineFixture fixture;
        testing::writeFile(fixture.root.paths.settings(), "[engine]\nleast_free_bytes=0\nslots_per_project=1\n");
        fixture.connect();
        const auto first = fixture.create(u"hang"_s).id();
        const auto second = fixture.create(u"hang"_s).id();
        auto spec = fixture.spec(u"hang"_s);
        spec.project = fixture.root.path(u"elsewhere"_s);
        QVERIFY(QDir().mkpath(spec.project));
        const auto third = await(fixture.client.createTask(spec));
        QVERIFY(third);
        QTRY_COMPARE(fixture.status(first), TaskStatus::Running);
        QTRY_COMPARE(fixture.status(third->id()), TaskStatus::Running);
        QTRY_VERIFY(fixture.get(second).reason.contains(u"project"_s));
        QCOMPARE(fixture.status(second), TaskStatus::Queued);
    }

    void aWrongSettingIsNamed()
    {
        EngineFixture fixture;
        testing::writeFile(fixture.root.paths.settings(), "[engine]\nslots=many\n");
        const auto connected = await(fixture.client.connectToEngine());
        QVERIFY(!connected);
        QVERIFY2(connected.error().message.contains(u"engine/slots"_s), qPrintable(connected.error().message));
    }
};

QTEST_GUILESS_MAIN(TestQueue)
#include "tst_queue.moc"
