#include "child_support.h"
#include "process/environment.h"
#include "process/process_tree.h"

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

namespace {

struct Conversation {
    explicit Conversation(const CommandLine& line)
    {
        QObject::connect(&child, &Child::errorLine, &child, [this](const QByteArray& text) { errors << text; });
        QObject::connect(&child, &Child::finished, &child, [this](const Exit& how) {
            exit = how;
            openAtEnd = child.device() && child.device()->isOpen();
            ++endings;
        });
        child.start(line);
        if (child.device()) {
            QObject::connect(child.device(), &QIODevice::readyRead, &child, [this] {
                if (reading)
                    output += child.device()->readAll();
            });
        }
    }
    bool waitForEnd(int limit = 20'000)
    {
        return QTest::qWaitFor([this] { return endings > 0; }, limit);
    }

    Child child;
    QByteArray output;
    QList<QByteArray> errors;
    Exit exit;
    bool reading = true;
    bool openAtEnd = true;
    int endings = 0;
};

} // namespace

class TestChild : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

private Q_SLOTS:
    void talks()
    {
        Conversation talk(awkward({u"echo"_s}));
        QVERIFY(talk.child.device());
        talk.child.device()->write("hello\n");
        QTRY_COMPARE(talk.output, "hello\n");
        talk.child.device()->write("again\n");
        QTRY_COMPARE(talk.output, "hello\nagain\n");
        talk.child.stop(); // leaves at the end of its input, no signal needed
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.output, "hello\nagain\nend of input\n");
        QCOMPARE(talk.exit.how, Exit::How::Exited);
        QVERIFY(talk.exit.ok());
        QVERIFY(!talk.openAtEnd);
        QCOMPARE(talk.endings, 1);
    }

    void whatWasWrittenBeforeStopIsDelivered()
    {
        Conversation talk(awkward({u"echo"_s}, milliseconds(10'000)));
        const QByteArray text(3 << 20, 'x'); // more than a pipe holds
        talk.child.device()->write(text);
        QVERIFY(talk.child.device()->bytesToWrite() > 0);
        talk.child.stop();
        talk.child.device()->write("too late");
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.output.size(), text.size() + 13);
        QVERIFY(talk.output.endsWith("xend of input\n"));
    }

    void errorsComeAsLines()
    {
        Conversation talk(awkward({u"errors"_s}));
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.errors.size(), 4);
        QCOMPARE(talk.errors[0], "first");
        QCOMPARE(talk.errors[1], "second");
        QCOMPARE(talk.errors[2], QByteArray(4096, 'e'));
        QCOMPARE(talk.errors[3], "last without an end");
    }

    void stopOrder_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<int>("signal");
        QTest::newRow("deaf to its input: SIGTERM") << u"deaf"_s << SIGTERM;
        QTest::newRow("deaf to SIGTERM: SIGKILL") << u"ignore-term"_s << SIGKILL;
        QTest::newRow("stopped") << u"stop-itself"_s << SIGTERM;
    }
    void stopOrder()
    {
        QFETCH(QString, how);
        Conversation talk(awkward({how}));
        QTRY_COMPARE(talk.output, "ready\n");
        talk.child.stop();
        talk.child.stop();
        QVERIFY(talk.waitForEnd(5000));
        QCOMPARE(talk.exit.how, Exit::How::Signalled);
        QTEST(talk.exit.code, "signal");
        QCOMPARE(talk.endings, 1);
    }

    void whatItLeavesBehindIsEnded()
    {
        qputenv("SWITCHYARD_TREE", "left-behind");
        Conversation talk(awkward({u"daemon"_s, u"1"_s}));
        qunsetenv("SWITCHYARD_TREE");
        QTRY_COMPARE(talk.output, "ready\n");
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.exit.code, 0);
        QCOMPARE(ProcessTree(0, "left-behind").members().size(), 0);
    }

    void aCrashIsToldAsOne()
    {
        Conversation talk(awkward({u"signal"_s, u"11"_s}));
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.exit.toString(), u"killed by SIGSEGV"_s);
    }

    void writingToADeadChildIsHarmless()
    {
        Conversation talk(awkward({u"exit"_s, u"3"_s}));
        QTRY_VERIFY(!isAlive(pid_t(talk.child.pid())));
        talk.child.device()->write(QByteArray(1 << 20, 'x'));
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.exit.code, 3);
    }

    void anUnreadChildIsBounded()
    {
        Conversation talk(awkward({u"print"_s, u"50000000"_s}));
        talk.reading = false;
        QTRY_VERIFY(talk.child.device()->bytesAvailable() >= 1 << 20);
        QTest::qWait(100);
        QVERIFY(talk.child.device()->bytesAvailable() <= (1 << 20) + (64 << 10));
        talk.output = talk.child.device()->readAll();
        talk.reading = true; // goes on once there is room
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.output.size(), 50'000'000);
    }

    void anUnreadChildCanBeStopped()
    {
        Conversation talk(awkward({u"print"_s, u"50000000"_s}));
        talk.reading = false;
        QTRY_VERIFY(talk.child.device()->bytesAvailable() >= 1 << 20);
        talk.child.stop();
        QVERIFY(talk.waitForEnd(5000));
    }

    void cannotStart()
    {
        CommandLine line;
        line.program = u"no-such-agent"_s;
        Conversation talk(line);
        QVERIFY(talk.waitForEnd());
        QCOMPARE(talk.exit.how, Exit::How::FailedToStart);
        QVERIFY(talk.exit.error.contains(u"no-such-agent"_s));
        QVERIFY(!talk.child.device());
        talk.child.stop();
        QCOMPARE(talk.endings, 1);
    }

    void environmentIsAnAllowList()
    {
        QProcessEnvironment ours;
        for (const auto* const name : {"PATH",
                                       "HOME",
                                       "LC_ALL",
                                       "https_proxy",
                                       "XDG_CONFIG_HOME",
                                       "CARGO_HOME",
                                       "BASH_ENV",
                                       "ENV",
                                       "IFS",
                                       "LD_PRELOAD",
                                       "LD_LIBRARY_PATH",
                                       "DBUS_SESSION_BUS_ADDRESS",
                                       "XDG_RUNTIME_DIR",
                                       "SWITCHYARD_ROOT",
                                       "BASH_FUNC_ls%%",
                                       "GITHUB_TOKEN",
                                       "CARGO_REGISTRY_TOKEN",
                                       "SSH_AUTH_SOCK",
                                       "PYTHONSTARTUP",
                                       "NODE_OPTIONS",
                                       "GIT_SSH_COMMAND",
                                       "DISPLAY"})
            ours.insert(QLatin1StringView(name), u"x"_s);
        ours.insert(u"LC_TIME"_s, u"() { :; }; echo shellshock"_s);
        auto names = childEnvironment(ours).keys();
        names.sort();
        QCOMPARE(names, (QStringList{u"CARGO_HOME"_s, u"GIT_TERMINAL_PROMPT"_s, u"HOME"_s, u"LC_ALL"_s, u"PATH"_s,
                                     u"PYTHONUNBUFFERED"_s, u"XDG_CONFIG_HOME"_s, u"https_proxy"_s}));
        QVERIFY(!childEnvironment(QProcessEnvironment()).value(u"PATH"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestChild)
#include "tst_child.moc"
