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
    void kindsOfCommands_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("kind");
        const auto row = [](const char* command, const char* kind) {
            QTest::newRow(command) << QString::fromLatin1(command) << QString::fromLatin1(kind);
        };
        for (const auto* command : {"eslint .", "npm run lint", "ruff check src", "cargo clippy --all", "go vet ./...",
                                    "npx tsc --noEmit", "mypy app", "clang-tidy a.cpp", "make lint"})
            row(command, "lint");
        for (const auto* command :
             {"make", "make -j4 all", "cmake --build build", "cargo build --release", "npm run build", "tsc",
              "cd x && ninja", "go build ./...", "g++ a.cpp -o a", "./gradlew assemble"})
            row(command, "build");
        for (const auto* command : {"npm ci", "pip install -r requirements.txt", "cargo add serde", "go mod tidy"})
            row(command, "install");
        for (const auto* command : {"pytest", "npm test", "make check", "cargo nextest run", "python manage.py test"})
            row(command, "test");
        for (const auto* command : {"ls", "git log", "cat Makefile", "echo make", "grep -rn ninja src", "rm -rf build"})
            row(command, "");
    }
    void kindsOfCommands()
    {
        QFETCH(QString, command);
        const auto* const rule = runner::PhaseRules::builtIn().ruleFor(command);
        QTEST(rule ? rule->kind : QString(), "kind");
    }
    void failuresMeanFixing_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("tests") << u"pytest -q"_s;
        QTest::newRow("build") << u"make"_s;
        QTest::newRow("checks") << u"eslint ."_s;
    }
    void failuresMeanFixing()
    {
        QFETCH(QString, command);
        PhaseTracker tracker;
        tracker.edited(u"a.py"_s);
        tracker.commandStarted(command);
        tracker.commandFinished(command, false);
        QCOMPARE(tracker.state().phase, TaskPhase::Fixing);
        tracker.used(u"read"_s, u"Read a.py"_s);
        tracker.edited(u"a.py"_s);
        QCOMPARE(tracker.state().phase, TaskPhase::Fixing);
        tracker.commandStarted(command);
        tracker.commandFinished(command, true);
        tracker.edited(u"a.py"_s);
        QCOMPARE(tracker.state().phase, TaskPhase::Coding);
    }
    void saysWhatItDoes()
    {
        PhaseTracker tracker;
        tracker.used(u"read"_s, u"Read README.md\nmore"_s);
        QCOMPARE(tracker.state().message, u"Read README.md"_s);
        QCOMPARE(tracker.state().phase, TaskPhase::Planning);
        tracker.planned({QJsonObject{{u"content"_s, u"Look"_s}, {u"status"_s, u"completed"_s}},
                         QJsonObject{{u"content"_s, u"Write it"_s}, {u"status"_s, u"in_progress"_s}}});
        QCOMPARE(tracker.state().message, u"Step 2 of 2: Write it"_s);
        tracker.commandStarted(u"pytest -q"_s);
        QCOMPARE(tracker.state().message, u"Running the tests: pytest -q"_s);
        tracker.commandFinished(u"pytest -q"_s, false);
        tracker.tested(10, 2);
        QCOMPARE(tracker.state().message, u"2 of 12 tests failed"_s);
        tracker.commandStarted(u"echo "_s + QString(500, u'x'));
        QVERIFY(tracker.state().message.size() <= 160);
        tracker.silent(u"Claude Code"_s, std::chrono::seconds(90));
        QCOMPARE(tracker.state().message, u"No word from Claude Code for 01:30"_s);
        tracker.validating();
        QVERIFY(!tracker.state().message.isEmpty());
    }
    void wrongRules_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("pattern") << QByteArray(R"({"commands":[{"is":"a","says":"b","pattern":"*"}]})");
        QTest::newRow("phase") << QByteArray(R"({"commands":[{"is":"a","says":"b","pattern":"x","phase":"dancing"}]})");
        QTest::newRow("tool") << QByteArray(R"({"tools":{"read":{"phase":"?"}}})");
        QTest::newRow("plan") << QByteArray(R"({"plan":{"from":90,"to":10}})");
        QTest::newRow("no JSON") << QByteArray("hello");
    }
    void wrongRules()
    {
        QFETCH(QByteArray, json);
        QVERIFY(!runner::PhaseRules::parse(json));
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
