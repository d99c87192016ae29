#include "helpers-engine/engine_fixture.h"

#include <QJsonDocument>

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

    void startsNotBeforeItsTime()
    {
        EngineFixture fixture;
        fixture.connect();
        auto spec = fixture.spec(u"events:1"_s);
        spec.notBefore = Clock::system().now() + milliseconds(1500);
        const auto later = await(fixture.client.createTask(spec));
        QVERIFY(later);
        QCOMPARE(later->status, TaskStatus::Queued);
        QVERIFY2(later->reason.startsWith(u"not before "_s), qPrintable(later->reason));
        const auto other = fixture.create(u"events:1"_s).id();
        QTRY_COMPARE(fixture.status(other), TaskStatus::Completed);
        QTRY_COMPARE(fixture.status(later->id()), TaskStatus::Completed);
        QVERIFY(fixture.get(later->id()).started >= spec.notBefore);
    }

    void triesAgainByItsPolicy_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<RetryPolicy>("policy");
        QTest::addColumn<TaskStatus>("end");
        QTest::addColumn<int>("attempts");
        QTest::addColumn<QString>("says");
        const RetryPolicy no, three{3, false, false, {}}, all{3, true, true, {}};
        QTest::newRow("failed, not asked for") << u"fail"_s << three << TaskStatus::Failed << 1 << QString();
        QTest::newRow("failed twice, then done") << u"failtill:3"_s << all << TaskStatus::Completed << 3 << QString();
        QTest::newRow("failed each time") << u"fail"_s << all << TaskStatus::Failed << 3 << u"given up after 3"_s;
        QTest::newRow("timed out each time")
            << u"timeout"_s << all << TaskStatus::TimedOut << 3 << u"given up after 3"_s;
        QTest::newRow("poison") << u"crash"_s << three << TaskStatus::Interrupted << 3 << u"given up after 3"_s;
        QTest::newRow("a command in place, not asked for")
            << u"crash"_s << no << TaskStatus::Interrupted << 1 << QString();
        QTest::newRow("does not come to run") << u"refuse"_s << all << TaskStatus::Failed << 0 << u"given up after 3"_s;
    }
    void triesAgainByItsPolicy()
    {
        QFETCH(QString, script);
        QFETCH(RetryPolicy, policy);
        QFETCH(TaskStatus, end);
        QFETCH(QString, says);
        EngineFixture fixture;
        fixture.connect();
        fixture.follow();
        auto spec = fixture.spec(script);
        spec.retry = policy;
        const auto task = await(fixture.client.createTask(spec));
        QVERIFY(task);
        const auto settled = [&] {
            const auto now = fixture.get(task->id());
            return now.status == end && !now.willBeRetried() && now.reason.contains(says);
        };
        QTRY_VERIFY2(settled(), qPrintable(fixture.get(task->id()).reason));
        QTEST(fixture.get(task->id()).attempt, "attempts");
        const auto behind = fixture.create(u"events:1"_s).id();
        QTRY_COMPARE(fixture.status(behind), TaskStatus::Completed);
        QCOMPARE(fixture.status(task->id()), end); // it stays so
        QTRY_VERIFY(fixture.gapless(task->id()) > 0);
    }

    void whatADeadEngineLeftUndecidedIsTriedAgain()
    {
        EngineFixture fixture;
        fixture.connect();
        auto spec = fixture.spec(u"events:1 wait failtill:2"_s);
        spec.retry = {2, true, false, {}};
        const auto task = await(fixture.client.createTask(spec));
        QVERIFY(task);
        QTRY_COMPARE(fixture.get(task->id()).step, 1);
        // It fails while the engine sleeps; the engine is killed as soon as it has heard of it.
        QVERIFY(await(fixture.client.guide(task->id(), u"go"_s)));
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
        fixture.connect();
        QTRY_COMPARE(fixture.get(task->id()).attempt, 2);
        QVERIFY(await(fixture.client.guide(task->id(), u"go"_s)));
        QTRY_COMPARE(fixture.status(task->id()), TaskStatus::Completed);
    }

    void anotherAttemptGoesOnWithTheSession()
    {
        EngineFixture fixture;
        fixture.connect();
        auto spec = fixture.spec(u"session:s-17 crash"_s);
        spec.kind = TaskKind::Agent;
        spec.agent = u"builtin"_s;
        spec.retry.attempts = 2;
        const auto task = await(fixture.client.createTask(spec));
        QVERIFY(task);
        QTRY_COMPARE(fixture.get(task->id()).attempt, 2);
        const auto first = testing::readFile(fixture.root.paths.runnerSpec(task->id(), 1));
        const auto second = testing::readFile(fixture.root.paths.runnerSpec(task->id(), 2));
        QVERIFY2(first.contains("\"resume_session\":\"\""), first.constData());
        QVERIFY2(second.contains("\"resume_session\":\"s-17\""), second.constData());
    }

    void aLimitedAgentHoldsOnlyItsOwnTasks()
    {
        EngineFixture fixture;
        fixture.connect();
        auto spec = fixture.spec(u"session:s-9 limited:1500"_s);
        spec.kind = TaskKind::Agent;
        spec.agent = u"builtin"_s;
        const auto limited = await(fixture.client.createTask(spec));
        QVERIFY(limited);
        QTRY_VERIFY(fixture.get(limited->id()).reason.contains(u"agent builtin is limited until"_s));
        spec.goal = u"events:1"_s;
        const auto same = await(fixture.client.createTask(spec));
        QVERIFY(same);
        QVERIFY2(same->reason.contains(u"agent builtin is limited until"_s), qPrintable(same->reason));
        const auto other = fixture.create(u"events:1"_s).id();
        QTRY_COMPARE(fixture.status(other), TaskStatus::Completed);
        QCOMPARE(fixture.status(same->id()), TaskStatus::Queued);
        QTRY_COMPARE(fixture.status(limited->id()), TaskStatus::Completed);
        QTRY_COMPARE(fixture.status(same->id()), TaskStatus::Completed);
        const auto again = fixture.get(limited->id());
        QCOMPARE(again.attempt, 2);
        QCOMPARE(again.tries, 1); // the limited one does not count
        QVERIFY(testing::readFile(fixture.root.paths.runnerSpec(limited->id(), 2)).contains("s-9"));
    }

    void anAgentsLimitCanBeLifted()
    {
        EngineFixture fixture;
        fixture.connect();
        auto spec = fixture.spec(u"limited:3600000"_s);
        spec.kind = TaskKind::Agent;
        spec.agent = u"builtin"_s;
        const auto limited = await(fixture.client.createTask(spec));
        QVERIFY(limited);
        QTRY_VERIFY(fixture.get(limited->id()).reason.contains(u"is limited until"_s));
        fixture.killEngine(); // it is remembered
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
        fixture.connect();
        const auto shown = await(fixture.client.call(u"queue.show"_s, {}));
        QVERIFY(shown);
        QVERIFY((*shown)[u"agent_limits"].toObject().contains(u"builtin"_s));
        QCOMPARE((*shown)[u"waiting"].toArray().size(), 1);
        QVERIFY(!await(fixture.client.call(u"queue.lift"_s, {{u"agent"_s, u"nobody"_s}})));
        QVERIFY(await(fixture.client.call(u"queue.lift"_s, {{u"agent"_s, u"builtin"_s}})));
        QTRY_COMPARE(fixture.status(limited->id()), TaskStatus::Completed);
    }

    void refusesASecondTaskInAProjectWhenAsked()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto first = fixture.create(u"hang"_s).id();
        QTRY_COMPARE(fixture.status(first), TaskStatus::Running);
        auto spec = fixture.spec(u"events:1"_s);
        const auto create = [&](const QString& conflict) {
            return await(
                fixture.client.call(u"task.create"_s, {{u"spec"_s, spec.toJson()}, {u"conflict"_s, conflict}}));
        };
        const auto refused = create(u"refuse"_s);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY2(refused.error().message.contains(first.toString()), qPrintable(refused.error().message));
        QVERIFY(create(u"queue"_s));
        QCOMPARE(create(u"perhaps"_s).error().code, ErrorCode::Invalid);
        spec.project = fixture.root.path(u"elsewhere"_s);
        QVERIFY(QDir().mkpath(spec.project));
        QVERIFY(create(u"refuse"_s));
    }

    void anOrderThatGoesInACircleIsRefusedByName()
    {
        EngineFixture fixture;
        fixture.connect();
        hold(fixture, true);
        const auto a = fixture.create(u"events:1"_s).id();
        const auto b = fixture.create(u"events:1"_s).id();
        const auto c = fixture.create(u"events:1"_s).id();
        const auto order = [&](const TaskId& id, const TaskId& after) {
            return await(fixture.client.call(u"task.after"_s,
                                             {{u"id"_s, id.toString()}, {u"after"_s, QJsonArray{after.toString()}}}));
        };
        QVERIFY(order(b, a));
        QVERIFY(order(c, b));
        QTRY_COMPARE(fixture.status(c), TaskStatus::Pending);
        const auto refused = order(a, c);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        const auto way = u"%1 after %2 after %3 after %1"_s.arg(a.toString(), c.toString(), b.toString());
        QVERIFY2(refused.error().message.contains(way.section(u" after "_s, 1)), qPrintable(refused.error().message));
        QVERIFY(!order(a, a));
        hold(fixture, false);
        QTRY_COMPARE(fixture.status(c), TaskStatus::Completed);
        QVERIFY(!order(a, b)); // too late
    }

    void settingsTakeEffectWithoutARestart_data()
    {
        QTest::addColumn<bool>("told");
        QTest::newRow("told to") << true;
        QTest::newRow("by itself") << false;
    }
    void settingsTakeEffectWithoutARestart()
    {
        QFETCH(bool, told);
        EngineFixture fixture;
        const auto settings = [&](const QByteArray& lines) {
            testing::writeFile(fixture.root.paths.settings(), "[engine]\nleast_free_bytes=0\n" + lines);
            if (told)
                (void)await(fixture.client.call(u"engine.reload"_s, {}));
        };
        settings("least_free_memory_bytes=1000000000000000\n");
        fixture.connect();
        const auto task = fixture.create(u"hang"_s).id();
        QTRY_VERIFY2(fixture.get(task).reason.contains(u"waits for memory"_s), qPrintable(fixture.get(task).reason));
        settings("slots=1\n");
        QTRY_COMPARE(fixture.status(task), TaskStatus::Running);
        const auto second = fixture.create(u"hang"_s).id();
        QTRY_VERIFY(fixture.get(second).reason.contains(u"slot"_s));
        settings("slots=nonsense\n");
        const auto trouble = [&] {
            const auto status = await(fixture.client.status());
            return status ? status->raw[u"settings_trouble"].toString() : QString();
        };
        QTRY_VERIFY(trouble().contains(u"engine/slots"_s));
        QCOMPARE(fixture.status(second), TaskStatus::Queued);
        settings("slots=2\n");
        QTRY_COMPARE(fixture.status(second), TaskStatus::Running);
        QTRY_VERIFY(trouble().isEmpty());
        settings("slots=9\n[slots_per_agent]\nbuiltin=1\n");
        auto spec = fixture.spec(u"hang"_s);
        spec.kind = TaskKind::Agent;
        spec.agent = u"builtin"_s;
        const auto third = await(fixture.client.createTask(spec));
        const auto fourth = await(fixture.client.createTask(spec));
        QVERIFY(third && fourth);
        QTRY_COMPARE(fixture.status(third->id()), TaskStatus::Running);
        QTRY_VERIFY(fixture.get(fourth->id()).reason.contains(u"waits for agent builtin (at most 1"_s));
    }

    void aDrainedQueueEndsWhatRunsAndStartsNothing()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto running = fixture.create(u"events:1 wait"_s).id();
        QTRY_COMPARE(fixture.get(running).step, 1);
        QVERIFY(await(fixture.client.call(u"queue.drain"_s, {})));
        const auto waiting = fixture.create(u"events:1"_s).id();
        QVERIFY2(fixture.get(waiting).reason.contains(u"drained"_s), qPrintable(fixture.get(waiting).reason));
        QVERIFY(await(fixture.client.guide(running, u"go"_s)));
        QTRY_COMPARE(fixture.status(running), TaskStatus::Completed);
        const auto status = await(fixture.client.status());
        QVERIFY(status && status->held && status->running == 0 && status->raw[u"draining"].toBool());
        QCOMPARE(fixture.status(waiting), TaskStatus::Queued);
        hold(fixture, false);
        QTRY_COMPARE(fixture.status(waiting), TaskStatus::Completed);
    }

    void theLineIsShownInItsOrder()
    {
        EngineFixture fixture;
        fixture.connect();
        resize(fixture, 1);
        const auto running = fixture.create(u"hang"_s).id();
        QTRY_COMPARE(fixture.status(running), TaskStatus::Running);
        const auto low = fixture.create(u"hang"_s, Priority::Low).id();
        const auto normal = fixture.create(u"hang"_s).id();
        auto spec = fixture.spec(u"hang"_s);
        spec.after = {normal};
        const auto behind = await(fixture.client.createTask(spec));
        QVERIFY(behind);
        const auto shown = await(fixture.client.call(u"queue.show"_s, {}));
        QVERIFY(shown);
        const auto line = (*shown)[u"waiting"].toArray();
        QStringList text;
        for (const auto& entry : line)
            text << u"%1 %2"_s.arg(entry[u"id"].toString()).arg(entry[u"place"].toInt());
        QCOMPARE(text, QStringList(
                           {normal.toString() + u" 1"_s, low.toString() + u" 2"_s, behind->id().toString() + u" 0"_s}));
        QVERIFY(line[0][u"why"].toString().contains(u"slot"_s));
        QVERIFY(line[2][u"why"].toString().contains(normal.toString()));
    }

    void nothingOfEndedTasksStaysInMemory()
    {
        EngineFixture fixture;
        fixture.connect();
        resize(fixture, 3);
        QList<TaskId> ids;
        const auto add = [&](const TaskSpec& spec) { ids << await(fixture.client.createTask(spec)).value().id(); };
        const auto ended = [&] {
            return std::ranges::all_of(ids, [&](const TaskId& id) { return isFinished(fixture.status(id)); });
        };
        hold(fixture, true);
        add(fixture.spec(u"events:1"_s)); // cancelled before it starts
        QVERIFY(await(fixture.client.cancelTask(ids.first())));
        hold(fixture, false);
        for (int round = 0; round < 6; ++round) {
            auto again = fixture.spec(u"failtill:3"_s);
            again.retry = {.attempts = 3, .onFailure = true, .pause = milliseconds(10)};
            add(again);
            auto later = fixture.spec(u"events:2"_s);
            later.after = {ids.last()};
            add(later);
            add(fixture.spec(u"events:3"_s));
            add(fixture.spec(u"crash"_s));
        }
        QTRY_VERIFY_WITH_TIMEOUT(ended(), 120'000);
        // What is done to them afterwards brings them back for a moment only.
        QVERIFY(await(fixture.client.archiveTask(ids.at(1), true)));
        QVERIFY(await(fixture.client.deleteTask(ids.at(2))));
        QVERIFY(await(fixture.client.getTask(ids.at(3))));
        const auto kept = [&] {
            const auto json = await(fixture.client.call(u"engine.status"_s, {})).value_or(QJsonValue());
            return json[u"in_memory"].toObject();
        };
        QVERIFY(kept().contains(u"tasks"));
        const auto nothing = [&] {
            const auto now = kept();
            return std::ranges::all_of(now, [](const QJsonValue& count) { return count.toInt(-1) == 0; });
        };
        QTRY_VERIFY2_WITH_TIMEOUT(nothing(), QJsonDocument(kept()).toJson().constData(), 120'000);
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
