#include "runner/type_check.h"

#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::runner;
using agent::AgentType;
using Tests = PhaseTracker::Tests;
using Run = AgentType::Run;
using Changes = AgentType::Changes;

//! What a type of agent asks of the work in the end.
class TestTypeCheck : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void decides_data();
    void decides();
    void testsAreReadOutOfCommands();
};

void TestTypeCheck::decides_data()
{
    QTest::addColumn<Run>("run");
    QTest::addColumn<Changes>("changes");
    QTest::addColumn<int>("files"); // -1: not known
    QTest::addColumn<Tests>("tests");
    QTest::addColumn<QString>("failure");
    QTest::addColumn<QString>("notice");
    const auto row = [](const char* name, Run run, Changes changes, int files, Tests tests, const QString& failure,
                        const QString& notice) {
        QTest::newRow(name) << run << changes << files << tests << failure << notice;
    };
    const QString none;
    row("all is well", Run::Required, Changes::Required, 2, Tests::Passed, none, none);
    row("nothing changed", Run::Required, Changes::Required, 0, Tests::Passed, u"changed nothing"_s, none);
    row("nothing changed, which is fine", Run::Required, Changes::Optional, 0, Tests::None, none, none);
    row("changed what it must not", Run::Off, Changes::Forbidden, 1, Tests::None, u"changes none"_s, none);
    row("changed nothing, as it should", Run::Off, Changes::Forbidden, 0, Tests::None, none, none);
    row("tests failed", Run::Required, Changes::Required, 1, Tests::Failed, u"test run failed"_s, none);
    row("tests failed, which does not decide", Run::Advisory, Changes::Required, 1, Tests::Failed, none, u"failed"_s);
    row("tests failed, which does not matter", Run::Off, Changes::Optional, 1, Tests::Failed, none, none);
    row("no tests", Run::Required, Changes::Required, 1, Tests::None, none, u"No tests"_s);
    row("no tests, advisory", Run::Advisory, Changes::Required, 1, Tests::None, none, u"No tests"_s);
    row("changes not known", Run::Required, Changes::Required, -1, Tests::Passed, none, none);
}

void TestTypeCheck::decides()
{
    QFETCH(Run, run);
    QFETCH(Changes, changes);
    QFETCH(int, files);
    QFETCH(Tests, tests);
    QFETCH(QString, failure);
    QFETCH(QString, notice);
    AgentType type;
    type.title = u"Fixer"_s;
    type.validation = run;
    type.changes = changes;
    const auto check = checkWork(type, {files < 0 ? std::nullopt : std::optional(files), tests});
    QCOMPARE(check.failure.isEmpty(), failure.isEmpty());
    QVERIFY2(check.failure.contains(failure), qPrintable(check.failure));
    QCOMPARE(check.notice.isEmpty(), notice.isEmpty());
    QVERIFY2(check.notice.contains(notice), qPrintable(check.notice));
}

void TestTypeCheck::testsAreReadOutOfCommands()
{
    PhaseTracker tracker;
    QCOMPARE(tracker.tests(), Tests::None);
    tracker.commandFinished(u"ls"_s, true);
    QCOMPARE(tracker.tests(), Tests::None);
    tracker.commandFinished(u"pytest -q"_s, false);
    QCOMPARE(tracker.tests(), Tests::Failed);
    tracker.commandFinished(u"make"_s, false);
    tracker.commandFinished(u"npm test"_s, true);
    QCOMPARE(tracker.tests(), Tests::Passed);
}

QTEST_GUILESS_MAIN(TestTypeCheck)
#include "tst_type_check.moc"
