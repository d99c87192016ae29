#include "store/rows.h"
#include "store/store.h"
#include "support/test_support.h"

#include <QDateTime>

using namespace switchyard;
using namespace switchyard::store;
using switchyard::testing::TestRoot;

class TestStatistics : public QObject
{
    Q_OBJECT

    static constexpr qint64 hour = 3'600'000, day = 24 * hour;
    //! Noon of an ordinary day in the middle of a month, where the tests' time zone changes nothing.
    const qint64 now = QDateTime(QDate(2026, 6, 10), QTime(12, 0)).toMSecsSinceEpoch();

    struct World {
        TestRoot root;
        std::unique_ptr<Store> store;
        qint64 position = 0;
        QHash<QString, qint64> seqs;
        QList<Event> events;

        World() { reopen(); }
        void reopen()
        {
            store.reset();
            auto opened = Store::open(root.paths.database());
            if (!opened)
                qFatal("%s", qPrintable(describe(opened.error())));
            store = std::move(*opened);
        }
        void tell(const QString& task, int attempt, qint64 time, QLatin1StringView kind, const QJsonObject& data)
        {
            const auto seq = ++seqs[task + QString::number(attempt)];
            const Event event{*TaskId::parse(task), attempt, seq, fromMilliseconds(time), kind, data, ++position};
            events << event;
            auto future = store->write({.events = {event}});
            future.waitForFinished();
            if (!future.result())
                qFatal("%s", qPrintable(describe(future.result().error())));
        }
        void create(const QString& task, const QString& project, const QString& agent, qint64 time)
        {
            TaskSpec spec;
            spec.id = *TaskId::parse(task);
            spec.kind = agent == u"shell" ? TaskKind::Shell : TaskKind::Agent;
            spec.goal = u"goal"_s;
            spec.agent = agent == u"shell" ? QString() : agent;
            spec.agentType = agent == u"claude" ? u"reviewer"_s : QString();
            spec.project = project;
            tell(task, 0, time, event_kind::taskCreated, {{u"spec"_s, spec.toJson()}});
        }
        void status(const QString& task, int attempt, qint64 time, const QString& to)
        {
            tell(task, attempt, time, event_kind::taskStatus, {{u"from"_s, u""_s}, {u"to"_s, to}});
        }
        void run(const QString& task, int attempt, qint64 time, const QString& end, double cost)
        {
            status(task, attempt, time, u"running"_s);
            tell(task, attempt, time + 1, event_kind::agentUsage,
                 {{u"input"_s, 1000}, {u"output"_s, 200}, {u"cost"_s, cost / 2}});
            tell(task, attempt, time + 2, event_kind::agentUsage,
                 {{u"input"_s, 2000}, {u"output"_s, 400}, {u"cost"_s, cost}});
            if (!end.isEmpty())
                status(task, attempt, time + 60'000, end);
        }
        void tool(const QString& task, qint64 time, const QString& kind, bool ok, int duration,
                  const QString& error = {})
        {
            tell(task, 1, time, event_kind::toolFinished,
                 {{u"id"_s, u"t"_s},
                  {u"kind"_s, kind},
                  {u"ok"_s, ok},
                  {u"duration_ms"_s, duration},
                  {u"error"_s, error}});
        }
        Statistics count(qint64 at, const StatisticsQuery& query = {}) const
        {
            auto counted = countStatistics(store->reader(), query, fromMilliseconds(at));
            if (!counted)
                qFatal("%s", qPrintable(describe(counted.error())));
            return *counted;
        }
    };

    void tellAfternoon(World& world) const
    {
        world.create(u"aaaaaa"_s, u"/p/one"_s, u"builtin"_s, now - 2 * day);
        world.run(u"aaaaaa"_s, 1, now - 2 * day, u"failed"_s, 7.0);
        world.run(u"aaaaaa"_s, 2, now - 2 * hour, u"completed"_s, 0.5);
        world.create(u"bbbbbb"_s, u"/p/two"_s, u"claude"_s, now - hour);
        world.run(u"bbbbbb"_s, 1, now - hour, {}, 0.25);
        world.create(u"cccccc"_s, u"/p/two"_s, u"shell"_s, now - hour);
        world.run(u"cccccc"_s, 1, now - hour, u"cancelled"_s, 0);
        world.tool(u"bbbbbb"_s, now - hour, u"read"_s, true, 10);
        world.tool(u"bbbbbb"_s, now - hour, u"read"_s, false, 30, u"cat: x.py: No such file or directory\nmore"_s);
        world.tool(u"bbbbbb"_s, now - hour, u"execute"_s, false, 900, u"exit code 1"_s);
        const auto command = [&](const QString& task, const QString& line, int code, int duration) {
            world.tell(task, 1, now - hour, event_kind::commandFinished,
                       {{u"command"_s, line}, {u"exit_code"_s, code}, {u"duration_ms"_s, duration}});
        };
        command(u"bbbbbb"_s, u"make test"_s, 1, 900);
        command(u"bbbbbb"_s, u"make test"_s, 0, 1900);
        command(u"cccccc"_s, u"npm run dev"_s, 1, 500);
        for (int i = 0; i < 3; ++i)
            world.tell(u"bbbbbb"_s, 1, now - hour, event_kind::fileChanged,
                       {{u"path"_s, u"/state/worktrees/two/bbbbbb/src/a.cpp"_s}, {u"added"_s, 5}, {u"removed"_s, 1}});
        world.tell(u"bbbbbb"_s, 1, now - hour, event_kind::fileChanged, {{u"path"_s, u"b.cpp"_s}, {u"added"_s, 1}});
    }

private Q_SLOTS:
    void countsRunsAndCosts()
    {
        World world;
        tellAfternoon(world);
        const auto stats = world.count(now);
        QCOMPARE(stats.runs, (RunCounts{.running = 1, .completed = 1, .failed = 1, .cancelled = 1}));
        QCOMPARE(stats.runs.successRate(), 0.5);
        QCOMPARE(stats.cost, 7.75);
        QCOMPARE(stats.costToday, 0.75);
        QCOMPARE(stats.costThisMonth, 7.75);
        // The last seven days cost one dollar each: twenty days are left, and today is a quarter short of one.
        QCOMPARE(stats.monthProjection, 7.75 + 0.25 + 20);
        QCOMPARE(stats.inputTokens, 8000);
        QCOMPARE(stats.days.size(), 3);
        QCOMPARE(stats.days.first().cost, 7.0);
        QCOMPARE(stats.days.at(1).cost, 0.0);
        QCOMPARE(stats.days.last().runs.ended(), 2);
        QCOMPARE(stats.agents.first().name, u"builtin"_s);
        QCOMPARE(stats.agents.first().runs.ended(), 2);
        QCOMPARE(stats.agents.first().time, milliseconds(120'000));
        QCOMPARE(stats.agentTypes.size(), 1);
        QCOMPARE(stats.agentTypes.first().name, u"reviewer"_s);
        QCOMPARE(stats.allProjects, (QStringList{u"/p/one"_s, u"/p/two"_s}));
        QCOMPARE(Statistics::fromJson(stats.toJson()).value(), stats);
    }

    void countsToolsErrorsCommandsAndFiles()
    {
        World world;
        tellAfternoon(world);
        const auto stats = world.count(now);
        QCOMPARE(stats.tools, (QList<Statistics::Tool>{{u"read"_s, 2, 1, milliseconds(40), milliseconds(30)},
                                                       {u"execute"_s, 1, 1, milliseconds(900), milliseconds(900)}}));
        QCOMPARE(stats.errors.size(), 2);
        QCOMPARE(stats.errors.first().category, u"command_failed"_s);
        QCOMPARE(stats.errors.first().count, 2); // one of an agent, one of a plain command
        QCOMPARE(stats.errors.last(), (Statistics::ErrorKind{u"file_not_found"_s, 1,
                                                             u"cat: x.py: No such file or directory"_s, u"bbbbbb"_s}));
        QCOMPARE(stats.commands.first(),
                 (Statistics::Command{u"make test"_s, 2, 1, milliseconds(2800), milliseconds(1900), u"bbbbbb"_s}));
        QCOMPARE(stats.files.first(), (Statistics::File{u"/p/two"_s, u"src/a.cpp"_s, 3, 1, 15, 3}));
        QCOMPARE(stats.files.size(), 2);
    }

    void aQueryNarrows_data()
    {
        QTest::addColumn<StatisticsQuery>("query");
        QTest::addColumn<int>("runs");
        QTest::addColumn<double>("cost");
        QTest::addColumn<int>("tools");
        QTest::newRow("today") << StatisticsQuery{.from = fromMilliseconds(now - 12 * hour)} << 3 << 0.75 << 2;
        QTest::newRow("until yesterday") << StatisticsQuery{.to = fromMilliseconds(now - day)} << 1 << 7.0 << 0;
        QTest::newRow("project") << StatisticsQuery{.project = u"/p/one"_s} << 2 << 7.5 << 0;
        QTest::newRow("agent") << StatisticsQuery{.agent = u"claude"_s} << 1 << 0.25 << 2;
        QTest::newRow("both, nothing") << StatisticsQuery{.project = u"/p/one"_s, .agent = u"claude"_s} << 0 << 0.0
                                       << 0;
    }
    void aQueryNarrows()
    {
        QFETCH(const StatisticsQuery, query);
        World world;
        tellAfternoon(world);
        const auto stats = world.count(now, query);
        QTEST(stats.runs.running + stats.runs.ended(), "runs");
        QTEST(stats.cost, "cost");
        QTEST(int(stats.tools.size()), "tools");
        QCOMPARE(StatisticsQuery::fromJson(query.toJson()).value(), query);
    }

    void theEngineEndsARunWhoseRunnerDied()
    {
        World world;
        world.create(u"aaaaaa"_s, u"/p"_s, u"builtin"_s, now - hour);
        world.run(u"aaaaaa"_s, 1, now - hour, {}, 1);
        world.status(u"aaaaaa"_s, 0, now, u"queued"_s);
        QCOMPARE(world.count(now).runs, (RunCounts{.interrupted = 1}));
        world.run(u"aaaaaa"_s, 2, now, u"completed"_s, 1);
        QCOMPARE(world.count(now).runs, (RunCounts{.completed = 1, .interrupted = 1}));
        QCOMPARE(world.count(now).cost, 2.0);
    }

    void costsOutliveTheTask()
    {
        World world;
        tellAfternoon(world);
        world.store->write({.deleted = {*TaskId::parse(u"bbbbbb"_s)}}).waitForFinished();
        const auto stats = world.count(now);
        QCOMPARE(stats.cost, 7.75);
        QVERIFY(stats.tools.isEmpty());
        QVERIFY(stats.files.isEmpty());
    }

    void anOlderDatabaseIsCountedOnce()
    {
        World world;
        tellAfternoon(world);
        const auto before = world.count(now);
        world.store.reset();
        {
            const auto connection = Connection::open(world.root.paths.database(), Connection::Mode::Write);
            QVERIFY(connection);
            for (const auto* const table : {"run", "tool_use", "command_use", "file_use"})
                QVERIFY(connection->run(u"DELETE FROM %1"_s.arg(QLatin1StringView(table))));
            QVERIFY(connection->run(u"DELETE FROM note WHERE name = 'statistics'"_s));
        }
        world.reopen();
        QCOMPARE(world.count(now).toJson(), before.toJson());
        world.reopen();
        QCOMPARE(world.count(now).toJson(), before.toJson());
    }

    void nothingIsCountedInAnEmptyDatabase()
    {
        World world;
        const auto stats = world.count(now);
        QCOMPARE(stats.runs, RunCounts{});
        QCOMPARE(stats.runs.successRate(), -1.0);
        QCOMPARE(stats.days.size(), 1); // today
    }

    void errorsHaveCategories_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("tool");
        QTest::addColumn<QString>("category");
        const auto row = [](const char* text, const char* tool, const char* category) {
            QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(tool)
                                      << QString::fromUtf8(category);
        };
        row("There is no file a.py: No such file or directory", "read", "file_not_found");
        row("ENOENT: open 'x'", "read", "file_not_found");
        row("bash: ./x: Permission denied", "execute", "permission_denied");
        row("The command timed out after 120 s", "execute", "timeout");
        row("  File \"a.py\", line 3\nSyntaxError: invalid syntax", "execute", "syntax_error");
        row("curl: (6) Could not resolve host: example.org", "execute", "network");
        row("The command was refused. Wrong code.", "execute", "refused");
        row("exit code 2", "execute", "command_failed");
        row("something else", "edit", "other");
    }
    void errorsHaveCategories()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, tool);
        QTEST(errorCategory(text, tool), "category");
    }
};

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
