#include "child_support.h"
#include "process/attempt_group.h"
#include "process/fork_into.h"

#include <QDir>

#include <sys/wait.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

//! On the machine's own hierarchy where it may be written; the rest says so and is left out.
class TestAttemptGroup : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;
    GroupPool::Place m_place;

    QString makeAttempt(const QString& name)
    {
        const auto path = GroupPool::makeAttempt(m_place, name);
        if (!path)
            qFatal("%s", qPrintable(describe(path.error())));
        return *path;
    }

private Q_SLOTS:
    void initTestCase() { m_place = GroupPool::open(u"test-%1"_s.arg(getpid())); }
    void cleanupTestCase()
    {
        if (!m_place.parent.isEmpty())
            QVERIFY(endGroup(m_place.parent, milliseconds(1000)).isEmpty());
    }

    void withoutAHierarchyItSaysWhy()
    {
        const auto place = GroupPool::open(u"x"_s, m_root.path(u"nowhere"_s));
        QVERIFY(place.parent.isEmpty());
        QCOMPARE(place.hold, Hold::BestEffort);
        QVERIFY(!place.why.isEmpty());
        QCOMPARE(endGroup(m_root.path(u"nowhere"_s), milliseconds(10)), QList<pid_t>());
        QCOMPARE(AttemptGroup::join(m_root.path(u"nowhere"_s), 0, 0, 100).error().code, ErrorCode::NotFound);
    }
    void mountIsFoundInTheTable()
    {
        const auto mounts = m_root.path(u"mountinfo"_s);
        writeFile(mounts, "24 1 0:21 / /proc rw - proc proc rw\n30 1 0:26 / /sys/fs/my\\040group rw,nosuid shared:9 - "
                          "cgroup2 none rw\n");
        QCOMPARE(Cgroup::mountPoint(mounts), u"/sys/fs/my group"_s);
        writeFile(mounts, "24 1 0:21 / /proc rw - proc proc rw\n");
        QCOMPARE(Cgroup::mountPoint(mounts), u"/sys/fs/cgroup"_s);
    }
    void aRunnerThatIsKilledTakesNothingOn_data()
    {
        QTest::addColumn<QStringList>("child");
        QTest::newRow("a tree") << QStringList{u"tree"_s, u"30"_s};
        QTest::newRow("hops from pid to pid") << QStringList{u"hop"_s};
        QTest::newRow("daemon with a clean environment") << QStringList{u"clean-daemon"_s};
    }
    void aRunnerThatIsKilledTakesNothingOn()
    {
        if (m_place.parent.isEmpty())
            QSKIP(qPrintable(m_place.why + u" Runs where a control group can be made."_s));
        QFETCH(QStringList, child);
        const auto path =
            makeAttempt(u"a7f3c1-1-%1"_s.arg(QString::fromLatin1(QTest::currentDataTag()).left(6).trimmed()));
        QProcess runner;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"SWITCHYARD_TEST_GROUP"_s, path);
        runner.setProcessEnvironment(environment);
        runner.start(helper(u"small_runner"_s), QStringList{helper(u"awkward_child"_s)} + child);
        QByteArray output;
        QVERIFY(QTest::qWaitFor([&] { return (output += runner.readAllStandardOutput()).contains("ready"); }, 20'000));
        auto group = Cgroup::open(path).value();
        QVERIFY(group.allMembers().contains(pid_t(runner.processId())));
        QVERIFY(group.allMembers().size() >= 2);
        runner.kill();
        QVERIFY(QTest::qWaitFor([&] { return runner.state() == QProcess::NotRunning; }, 10'000));
        group.release();
        QCOMPARE(endGroup(path, milliseconds(5000)), QList<pid_t>());
        QVERIFY(!QFile::exists(path));
    }
    void aForkIsBornIntoItsGroup()
    {
        if (m_place.parent.isEmpty())
            QSKIP(qPrintable(m_place.why + u" Runs where a control group can be made."_s));
        const auto path = makeAttempt(u"a7f3c1-2"_s);
        int ends[2];
        QVERIFY(pipe(ends) == 0);
        const auto pid = forkInto(QFile::encodeName(path + u"/runner"_s));
        if (pid == 0) {
            // The number that the C library keeps of this thread is right as well.
            const bool good = raise(0) == 0 && pthread_kill(pthread_self(), 0) == 0;
            [[maybe_unused]] const auto written = write(ends[1], good ? "y" : "n", 1);
            pause();
            _exit(0);
        }
        QVERIFY(pid > 0);
        char answer = 0;
        QCOMPARE(read(ends[0], &answer, 1), 1);
        QCOMPARE(answer, 'y');
        auto group = Cgroup::open(path).value();
        const auto members = group.allMembers();
        group.release();
        QVERIFY(endGroup(path, milliseconds(5000)).isEmpty());
        waitpid(pid, nullptr, 0);
        close(ends[0]);
        close(ends[1]);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        QCOMPARE(members, QList<pid_t>{pid});
#endif
    }
    void aPoolThatWasTakenAwayIsMadeAgain()
    {
        if (m_place.parent.isEmpty())
            QSKIP(qPrintable(m_place.why + u" Runs where a control group can be made."_s));
        rmdir(QFile::encodeName(m_place.parent).constData());
        QVERIFY(!QFile::exists(m_place.parent));
        QVERIFY(endGroup(makeAttempt(u"a7f3c1-3"_s), milliseconds(100)).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestAttemptGroup)
#include "tst_attempt_group.moc"
