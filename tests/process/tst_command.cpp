#include "child_support.h"
#include "process/process_tree.h"

#include <QElapsedTimer>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

class TestCommand : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

    //! A child that does nothing but print sleeps when the pipe is full, or has printed everything.
    static bool printsNoMore(const Command& command)
    {
        const auto stat = readStat(pid_t(command.pid()));
        return !stat || stat->isZombie() || stat->state == 'S';
    }

private Q_SLOTS:
    void endings_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<Exit::How>("how");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        using enum Exit::How;
        QTest::newRow("success") << QStringList{u"exit"_s, u"0"_s} << Exited << 0 << u"exit code 0"_s;
        QTest::newRow("failure") << QStringList{u"exit"_s, u"1"_s} << Exited << 1 << u"exit code 1"_s;
        QTest::newRow("127") << QStringList{u"exit"_s, u"127"_s} << Exited << 127 << u"exit code 127"_s;
        QTest::newRow("255") << QStringList{u"exit"_s, u"255"_s} << Exited << 255 << u"exit code 255"_s;
        QTest::newRow("crash") << QStringList{u"signal"_s, u"11"_s} << Signalled << SIGSEGV << u"killed by SIGSEGV"_s;
        QTest::newRow("killed") << QStringList{u"signal"_s, u"9"_s} << Signalled << SIGKILL << u"killed by SIGKILL"_s;
        QTest::newRow("real-time") << QStringList{u"signal"_s, u"40"_s} << Signalled << 40 << u"killed by signal 40"_s;
    }
    void endings()
    {
        QFETCH(QStringList, arguments);
        Run run(awkward(arguments));
        QVERIFY(run.waitForEnd());
        QTEST(run.exit.how, "how");
        QTEST(run.exit.code, "code");
        QTEST(run.exit.toString(), "words");
        QVERIFY(run.exit.survivors.isEmpty());
        QVERIFY(!run.command.isRunning());
        QTest::qWait(0);
        QCOMPARE(run.endings, 1);
    }

    void signalsInOrder()
    {
        Command command;
        QStringList order;
        connect(&command, &Command::started, this,
                [&](qint64 pid) { order << (pid > 0 ? u"started"_s : u"no pid"_s); });
        connect(&command, &Command::output, this, [&] { order << u"output"_s; });
        connect(&command, &Command::finished, this, [&] { order << u"finished"_s; });
        command.start(shell(u"echo out; echo err >&2"_s));
        QVERIFY(order.isEmpty()); // nothing from within start()
        QTRY_COMPARE(order.isEmpty() ? QString() : order.last(), u"finished"_s);
        order.removeAll(u"output"_s);
        QCOMPARE(order, (QStringList{u"started"_s, u"finished"_s}));
    }

    void outputOfBothChannelsInOrder()
    {
        Run run(shell(u"for n in 1 2 3; do echo out $n; echo err $n >&2; done; cat"_s)); // cat: the input is at its end
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.output, "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
    }

    void cannotStart_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("cwd");
        QTest::addColumn<QString>("mentions");
        QTest::addColumn<QString>("hint");
        const auto plain = m_root.path(u"plain.txt"_s);
        writeFile(plain, "not a program\n");
        const auto executable = m_root.path(u"no-interpreter"_s);
        writeFile(executable, "#!/no/such/interpreter\n");
        QFile::setPermissions(executable, QFile::ReadOwner | QFile::ExeOwner);
        const auto shapeless = m_root.path(u"shapeless"_s);
        writeFile(shapeless, "echo\n");
        QFile::setPermissions(shapeless, QFile::ReadOwner | QFile::ExeOwner);
        QTest::newRow("not in PATH") << u"no-such-program"_s << u"/"_s << u"no-such-program"_s << u"PATH"_s;
        QTest::newRow("no such file") << u"/no/such/program"_s << u"/"_s << u"/no/such/program"_s << u"installed"_s;
        QTest::newRow("not executable") << plain << u"/"_s << plain << u"executable"_s;
        QTest::newRow("interpreter missing") << executable << u"/"_s << executable << u"installed"_s;
        QTest::newRow("not a program") << shapeless << u"/"_s << shapeless << u"#!/bin/sh"_s;
        QTest::newRow("folder missing") << u"true"_s << u"/no/such/folder"_s << u"/no/such/folder"_s << u"exists"_s;
        QTest::newRow("folder is a file") << u"true"_s << plain << plain << u"exists"_s;
        QTest::newRow("nothing") << QString() << u"/"_s << u"no program"_s << QString();
    }
    void cannotStart()
    {
        QFETCH(QString, mentions);
        QFETCH(QString, hint);
        QFETCH(QString, program);
        QFETCH(QString, cwd);
        CommandLine line;
        line.program = program;
        line.cwd = cwd;
        Run run(line);
        QVERIFY(!run.ended);
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.exit.how, Exit::How::FailedToStart);
        QVERIFY2(run.exit.error.contains(mentions) && run.exit.error.contains(hint), qPrintable(run.exit.error));
        QCOMPARE(run.exit.toString(), run.exit.error);
        QCOMPARE(run.command.pid(), 0);
        run.command.stop();
        QCOMPARE(run.endings, 1);
    }

    void programIsFoundInTheCommandsOwnPath()
    {
        const auto folder = m_root.path(u"bin"_s);
        QVERIFY(QDir().mkpath(folder));
        writeFile(folder + u"/only-here"_s, "#!/bin/sh\necho found \"$0\" \"$1\"\n");
        QFile::setPermissions(folder + u"/only-here"_s, QFile::ReadOwner | QFile::ExeOwner);
        CommandLine line{u"only-here"_s, {u"ä b"_s}, u"/"_s, {}};
        line.environment.insert(u"PATH"_s, folder);
        Run run(line);
        QVERIFY(run.waitForEnd());
        QVERIFY2(run.output.startsWith("found ") && run.output.endsWith("ä b\n"), run.output.constData());
        CommandLine relative{u"./only-here"_s, {}, folder, {}};
        Run second(relative);
        QVERIFY(second.waitForEnd());
        QVERIFY(second.exit.ok());
    }

    void environmentAndFolder()
    {
        auto line = shell(u"echo $FOO; pwd; env | grep -c SWITCHYARD_TREE"_s);
        line.cwd = m_root.path();
        line.environment.insert(u"FOO"_s, u"ü=1"_s);
        line.environment.insert(u"PATH"_s, u"/usr/bin:/bin"_s);
        Run run(line);
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.output, "ü=1\n" + m_root.path().toUtf8() + "\n1\n");
    }

    void noDescriptorOfOursReachesTheChild()
    {
        QFile leak(m_root.path(u"leak"_s));
        QVERIFY(leak.open(QIODevice::ReadWrite));
        const int plain = dup(leak.handle()); // without close-on-exec
        Run run(shell(u"ls /proc/self/fd | wc -l"_s));
        QVERIFY(run.waitForEnd());
        ::close(plain);
        QCOMPARE(run.output.trimmed(), "4"); // three, and the folder that ls reads
    }

    void anEndlessLineStaysBounded()
    {
        constexpr qint64 size = 1ll << 30;
        Command command;
        qint64 total = 0;
        qsizetype largest = 0;
        bool ended = false;
        const auto before = readStat(getpid())->residentPages;
        connect(&command, &Command::output, this, [&](const QByteArray& piece) {
            total += piece.size();
            largest = std::max(largest, piece.size());
        });
        connect(&command, &Command::finished, this, [&] { ended = true; });
        command.start(awkward({u"print"_s, QString::number(size), u"one-line"_s}));
        QTRY_VERIFY_WITH_TIMEOUT(ended, 60'000);
        QCOMPARE(total, size);
        QVERIFY(largest <= 256 << 10);
        QVERIFY((readStat(getpid())->residentPages - before) * 4096 < 8 << 20);
    }

    void bytesAreKeptRaw()
    {
        Run run(awkward({u"bytes"_s}));
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.output.size(), 262);
        for (int value = 0; value < 256; ++value)
            QCOMPARE(uchar(run.output[value]), value);
        QVERIFY(run.output.endsWith("\xff\xfe\xed\xa0\x80\n"));
    }

    void everythingIsReadBeforeTheEnd()
    {
        for (int turn = 0; turn < 20; ++turn) {
            Run run(awkward({u"print"_s, u"200000"_s, u"lines"_s}));
            QVERIFY(run.waitForEnd());
            QCOMPARE(run.output.size(), 200'000);
            QVERIFY(!run.afterEnd);
        }
    }

    void dropsAreReadInOrderAlsoWhenPaused()
    {
        constexpr int lines = 20'000;
        Run run(shell(u"i=0; while [ $i -lt %1 ]; do echo $i; i=$((i+1)); done"_s.arg(lines)));
        for (const auto* const mark : {"\n5\n", "\n2000\n"}) {
            QVERIFY(run.waitForOutput(mark));
            run.command.setReading(false);
            const auto before = run.output.size();
            QTRY_VERIFY(printsNoMore(run.command));
            QTest::qWait(0); // a turn of the loop in which there is something to read
            QCOMPARE(run.output.size(), before);
            run.command.setReading(true);
        }
        QVERIFY(run.waitForEnd(60'000));
        QByteArray expected;
        for (int line = 0; line < lines; ++line)
            expected += QByteArray::number(line) + '\n';
        QVERIFY(run.output == expected);
        QVERIFY(!run.afterEnd);
    }

    void aBackgroundProcessDoesNotHoldTheEnd_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("silent") << u"background"_s;
        QTest::newRow("never silent") << u"chatty-background"_s;
    }
    void aBackgroundProcessDoesNotHoldTheEnd()
    {
        QFETCH(QString, how);
        auto run = std::make_unique<Run>(awkward({how}));
        const ProcessTree tree(pid_t(run->command.pid()), {});
        QVERIFY(run->waitForEnd(10'000));
        QCOMPARE(run->exit.code, 0);
        QVERIFY(run->output.startsWith("ready\n"));
        const auto left = tree.members();
        QCOMPARE(left.size(), 1); // not stopped: it may go on
        QTest::qWait(100);
        QVERIFY(isAlive(left[0].pid));
        run.reset();
        QTRY_VERIFY(!isAlive(left[0].pid)); // but not without its owner
    }

    void pausedReadingHoldsTheChild()
    {
        Command command;
        qint64 total = 0;
        bool ended = false;
        connect(&command, &Command::output, this, [&](const QByteArray& piece) { total += piece.size(); });
        connect(&command, &Command::finished, this, [&] { ended = true; });
        command.setReading(false);
        command.start(awkward({u"print"_s, u"3000000"_s}));
        QTRY_VERIFY(printsNoMore(command));
        QTest::qWait(0);
        QCOMPARE(total, 0);
        QVERIFY(!ended && isAlive(pid_t(command.pid())));
        command.setReading(true);
        QTRY_VERIFY(ended);
        QCOMPARE(total, 3'000'000);
    }

    void pausedReadingDoesNotHoldAStop()
    {
        Run run(awkward({u"print"_s, u"3000000"_s}));
        run.command.setReading(false);
        QTRY_VERIFY(printsNoMore(run.command));
        run.command.stop();
        QVERIFY(run.waitForEnd(5000));
        QCOMPARE(run.exit.how, Exit::How::Signalled);
    }

    void stops_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("signal");
        QTest::newRow("polite") << QStringList{u"wait"_s} << SIGTERM;
        QTest::newRow("ignores SIGTERM") << QStringList{u"ignore-term"_s} << SIGKILL;
        QTest::newRow("stopped") << QStringList{u"stop-itself"_s} << SIGTERM;
        QTest::newRow("child in another session") << QStringList{u"setsid"_s} << SIGTERM;
        QTest::newRow("double fork") << QStringList{u"daemon"_s} << SIGTERM;
        QTest::newRow("daemon with a clean environment") << QStringList{u"clean-daemon"_s} << SIGTERM;
        QTest::newRow("fifty children") << QStringList{u"tree"_s, u"50"_s} << SIGTERM;
    }
    void stops()
    {
        QFETCH(QStringList, arguments);
        Run run(awkward(arguments));
        QVERIFY(run.waitForOutput("ready"));
        const auto members = ProcessTree(pid_t(run.command.pid()), treeTag(run.command.pid())).members();
        QVERIFY(!members.isEmpty());
        run.command.stop();
        run.command.stop();
        QVERIFY(run.waitForEnd(8000));
        QCOMPARE(run.exit.how, Exit::How::Signalled);
        QTEST(run.exit.code, "signal");
        QCOMPARE(run.exit.survivors, QStringList());
        for (const auto& member : members)
            QVERIFY2(!isAlive(member.pid), qPrintable(describe(member)));
        QCOMPARE(run.endings, 1);
    }

    void aHoppingProcessIsCaught()
    {
        Run run(awkward({u"hop"_s}));
        QVERIFY(run.waitForOutput("ready"));
        const ProcessTree tree(pid_t(run.command.pid()), treeTag(run.command.pid()));
        run.command.stop();
        QVERIFY(run.waitForEnd(8000));
        QCOMPARE(run.exit.survivors, QStringList());
        QCOMPARE(tree.members().size(), 0);
    }

    void stopBeforeTheFirstTurnOfTheLoop()
    {
        Run run(awkward({u"wait"_s}));
        run.command.stop();
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.exit.code, SIGTERM);
    }

    void stopAfterTheEndEndsWhatWasLeft()
    {
        Run run(awkward({u"daemon"_s, u"1"_s}));
        const ProcessTree tree(pid_t(run.command.pid()), treeTag(run.command.pid()));
        QVERIFY(run.waitForEnd());
        QCOMPARE(tree.members().size(), 1);
        run.command.stop();
        QTRY_COMPARE(tree.members().size(), 0);
        QCOMPARE(run.endings, 1);
    }

    void destructionEndsTheTree()
    {
        auto run = std::make_unique<Run>(awkward({u"daemon"_s}));
        QVERIFY(run->waitForOutput("ready"));
        const auto pid = pid_t(run->command.pid());
        const auto members = ProcessTree(pid, treeTag(pid)).members();
        QCOMPARE(members.size(), 2);
        run.reset();
        for (const auto& member : members)
            QTRY_VERIFY(!isAlive(member.pid));
        QTRY_VERIFY(!readStat(pid)); // nor is there a zombie
    }

    void deletionInTheMiddleOfItsOutput()
    {
        auto* const command = new Command;
        int pieces = 0;
        connect(command, &Command::output, this, [&] {
            if (++pieces == 2)
                delete command;
        });
        command->start(awkward({u"print"_s, u"100000000"_s}));
        const auto pid = pid_t(command->pid());
        QTRY_COMPARE(pieces, 2);
        QTRY_VERIFY(!isAlive(pid));
        QCOMPARE(pieces, 2);
    }

    void frozenMeansFrozen()
    {
        Run run(awkward({u"count"_s}));
        QVERIFY(run.waitForOutput("\n5\n"));
        run.command.setFrozen(true);
        QTRY_COMPARE(readStat(pid_t(run.command.pid()))->state, 'T');
        QTest::qWait(50); // what was in the pipe
        const auto size = run.output.size();
        QTest::qWait(150);
        QCOMPARE(run.output.size(), size);
        run.command.setFrozen(false);
        QTRY_VERIFY(run.output.size() > size);
        run.command.setFrozen(true);
        run.command.stop(); // a frozen tree can be stopped
        QVERIFY(run.waitForEnd(5000));
        QCOMPARE(run.exit.code, SIGTERM);
    }

    void meters()
    {
        Run memory(awkward({u"allocate"_s, QString::number(200 << 20)}));
        QVERIFY(memory.waitForEnd());
        QVERIFY2(memory.exit.peakMemory >= 200 << 20 && memory.exit.peakMemory < 300 << 20,
                 qPrintable(QString::number(memory.exit.peakMemory)));
        Run spin(awkward({u"spin"_s}));
        QVERIFY(spin.waitForOutput("ready"));
        const ProcessTree tree(pid_t(spin.command.pid()), {});
        QTRY_VERIFY(tree.usage().cpu >= milliseconds(100));
        QCOMPARE(tree.usage().processes, 1);
        QVERIFY(tree.usage().memory > 0);
        spin.command.stop();
        QVERIFY(spin.waitForEnd());
        QVERIFY(spin.exit.cpu >= milliseconds(100));
        QVERIFY(spin.exit.duration >= spin.exit.cpu / 2);
        QCOMPARE(tree.usage().processes, 0);
    }
};

QTEST_GUILESS_MAIN(TestCommand)
#include "tst_command.moc"
