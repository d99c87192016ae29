#include "child_support.h"
#include "process/process_tree.h"

#include <sys/resource.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

namespace {

int zombiesOfOurs()
{
    int count = 0;
    for (const auto& stat : readAllStats())
        count += stat.parent == getpid() && stat.isZombie();
    return count;
}

} // namespace

class TestProcessTree : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(becomeSubreaper());
        QVERIFY(becomeSubreaper()); // twice is once
    }

    void orphansAreHandedToUsAndCollected()
    {
        Run run(shell(u"(sh -c 'sleep 0.2; exit 3' &); (setsid sh -c 'sleep 0.2' &); echo ready"_s));
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.exit.code, 0);
        QTRY_COMPARE(ProcessTree(pid_t(run.command.pid()), {}).members().size(), 0);
        QTRY_COMPARE(zombiesOfOurs(), 0);
    }

    void childrenOfOthersAreLeftToThem()
    {
        QProcess process; // in our own session: not an orphan
        process.start(u"/bin/sh"_s, {u"-c"_s, u"exit 7"_s});
        QVERIFY(process.waitForStarted());
        QTRY_COMPARE(process.state(), QProcess::NotRunning);
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 7);
    }

    void exitCodesAreNeverLost()
    {
        // Many short ones at once, while orphans are being collected.
        std::vector<std::unique_ptr<Run>> runs;
        for (int number = 0; number < 60; ++number)
            runs.push_back(std::make_unique<Run>(shell(u"(true &); exit %1"_s.arg(number))));
        for (int number = 0; number < 60; ++number) {
            QVERIFY(runs[size_t(number)]->waitForEnd());
            QCOMPARE(runs[size_t(number)]->exit.code, number);
        }
        QTRY_COMPARE(zombiesOfOurs(), 0);
    }

    void tagsAreNestedAndFoundAgain()
    {
        qputenv("SWITCHYARD_TREE", "a7f3c1-1");
        Run first(awkward({u"clean-daemon"_s}));
        qputenv("SWITCHYARD_TREE", "a7f3c1-10");
        Run other(awkward({u"clean-daemon"_s}));
        qunsetenv("SWITCHYARD_TREE");
        QVERIFY(first.waitForOutput("ready") && other.waitForOutput("ready"));
        const ProcessTree tree(0, "a7f3c1-1"); // all that a restarted engine knows
        QCOMPARE(tree.members().size(), 2);
        QVERIFY(ProcessTree(0, "a7f3c1").members().isEmpty());
        QVERIFY(ProcessTree(0, "").members().isEmpty());
        QVERIFY(ProcessTree().members().isEmpty());
        tree.signal(SIGKILL);
        QTRY_COMPARE(tree.members().size(), 0);
        QVERIFY(first.waitForEnd());
        QCOMPARE(first.exit.code, SIGKILL);
        QVERIFY(other.command.isRunning() && isAlive(pid_t(other.command.pid())));
        QCOMPARE(ProcessTree(0, "a7f3c1-10").members().size(), 2);
    }

    void aTaggedStrangerDoesNotDragItsSessionIn()
    {
        // As when somebody exports the variable in a terminal and starts one program with it.
        QProcess tagged;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(ProcessTree::tagVariable, u"stranger"_s);
        tagged.setProcessEnvironment(environment);
        tagged.start(u"sleep"_s, {u"60"_s});
        QProcess neighbour; // the same session
        neighbour.start(u"sleep"_s, {u"60"_s});
        QVERIFY(tagged.waitForStarted() && neighbour.waitForStarted());
        QTRY_COMPARE(ProcessTree(0, "stranger").members().size(), 1);
        ProcessTree(0, "stranger").signal(SIGKILL);
        QVERIFY(tagged.waitForFinished());
        QCOMPARE(neighbour.state(), QProcess::Running);
        neighbour.kill();
        neighbour.waitForFinished();
    }

    void anEndedRootIsNotMistakenForItsSuccessor()
    {
        Run run(awkward({u"wait"_s}));
        const auto pid = pid_t(run.command.pid());
        const ProcessTree tree(pid, {});
        QVERIFY(run.waitForOutput("ready"));
        QCOMPARE(tree.members().size(), 1);
        const auto member = tree.members().first();
        QCOMPARE(member.pid, pid);
        QCOMPARE(member.startTime, readStat(pid)->startTime);
        QCOMPARE(member.name, u"awkward_child"_s);
        QCOMPARE(describe(member), u"%1 awkward_child"_s.arg(pid));
    }

    void theMarkIsInheritedAndHarmless()
    {
        Run run(shell(u"env -i /bin/sh -c 'ulimit -a >/dev/null; grep realtime.timeout /proc/self/limits'"_s));
        QVERIFY(run.waitForEnd());
        const auto words = run.output.simplified().split(' ');
        QCOMPARE(words.value(3), words.value(4));
        QVERIFY(words.value(4).toULongLong() > 1ull << 60);
    }

    void marksDifferByTagAndShareTheirTop()
    {
        QVERIFY(treeMark("a/1") != treeMark("a/2"));
        QCOMPARE(treeMark("a/1") >> 30, treeMark("a/2") >> 30);
        QVERIFY(treeMark("a/1") >> 30 != treeMark("b/1") >> 30);
        QVERIFY(treeMark("a") < 1ull << 62);
    }

    void aKilledRunnerLeavesNothing()
    {
        QProcess runner;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(ProcessTree::tagVariable, u"b20e44-3"_s);
        runner.setProcessEnvironment(environment);
        runner.start(helper(u"small_runner"_s), {helper(u"awkward_child"_s), u"clean-daemon"_s});
        QVERIFY(runner.waitForReadyRead());
        const ProcessTree tree(0, "b20e44-3");
        QCOMPARE(tree.members().size(), 3);
        const auto all = readAllStats();
        const auto direct =
            std::ranges::find_if(all, [&](const auto& stat) { return stat.parent == runner.processId(); });
        QVERIFY(direct != all.end());
        ::kill(pid_t(runner.processId()), SIGKILL);
        QVERIFY(runner.waitForFinished());
        QTRY_COMPARE(tree.members().size(), 1); // the direct child goes by itself
        tree.signal(SIGKILL);                   // the daemon is found by the engine
        QTRY_COMPARE(tree.members().size(), 0);
        QTRY_COMPARE(zombiesOfOurs(), 0);
    }

    void freezingHoldsEveryMember()
    {
        Run run(awkward({u"tree"_s, u"20"_s}));
        QVERIFY(run.waitForOutput("ready"));
        const ProcessTree tree(pid_t(run.command.pid()), {});
        QTRY_COMPARE(tree.members().size(), 21);
        const auto states = [&](char wanted) {
            int count = 0;
            for (const auto& member : tree.members())
                count += readStat(member.pid)->state == wanted;
            return count;
        };
        run.command.setFrozen(true);
        QTRY_COMPARE(states('T'), 21);
        run.command.setFrozen(false);
        QTRY_COMPARE(states('T'), 0);
    }

    void usageSeesTheWholeTree()
    {
        Run run(shell(u"%1 allocate 50000000 1 & %1 allocate 50000000 1 & wait"_s.arg(helper(u"awkward_child"_s))));
        QTRY_COMPARE(run.output, "ready\nready\n");
        const auto usage = ProcessTree(pid_t(run.command.pid()), {}).usage();
        QCOMPARE(usage.processes, 3);
        QVERIFY(usage.memory >= 100'000'000);
    }

    void namesWithBracketsAndBlanks()
    {
        const auto odd = m_root.path(u"x) R 1 (y"_s);
        QVERIFY(QFile::copy(helper(u"awkward_child"_s), odd));
        CommandLine line{odd, {u"wait"_s}, u"/"_s, {}};
        Run run(line);
        QVERIFY(run.waitForOutput("ready"));
        const auto stat = readStat(pid_t(run.command.pid()));
        QCOMPARE(stat->name, "x) R 1 (y");
        QCOMPARE(stat->parent, getpid());
        QCOMPARE(stat->session, pid_t(run.command.pid()));
    }
};

QTEST_GUILESS_MAIN(TestProcessTree)
#include "tst_process_tree.moc"
