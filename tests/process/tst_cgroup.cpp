#include "child_support.h"
#include "process/cgroup.h"
#include "process/process_tree.h"

#include <QDir>

#include <sched.h>
#include <sys/mount.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

class TestCgroup : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;
    QString m_mount; //!< a real hierarchy, in a mount name space of this test; empty where that is not allowed

    QString fake(const QString& name, const QHash<QString, QByteArray>& files)
    {
        const auto folder = m_root.path(name);
        QDir().mkpath(folder);
        for (const auto& [file, bytes] : files.asKeyValueRange())
            writeFile(folder + u'/' + file, bytes);
        return folder;
    }
    bool mountHierarchy()
    {
        const auto folder = m_root.path(u"mount"_s);
        QDir().mkpath(folder);
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("none", QFile::encodeName(folder).constData(), "cgroup2", 0, nullptr) != 0)
            return false;
        m_mount = folder;
        return true;
    }

private Q_SLOTS:
    void cleanupTestCase()
    {
        if (!m_mount.isEmpty())
            umount2(QFile::encodeName(m_mount).constData(), MNT_DETACH);
    }
    void probeSaysWhyNot()
    {
        const auto none = Cgroup::probe(m_root.path(u"nowhere"_s));
        QVERIFY(none.parent.isEmpty());
        QVERIFY2(none.why.contains(m_root.path(u"nowhere"_s)), qPrintable(none.why));
        const auto mount = fake(u"fs"_s, {{u"cgroup.controllers"_s, "cpu memory pids\n"}});
        const auto own = m_root.path(u"own"_s);
        writeFile(own, "1:name=systemd:/x\n0::/user.slice/me\n");
        const auto elsewhere = Cgroup::probe(mount, own);
        QVERIFY(elsewhere.parent.isEmpty());
        QVERIFY2(elsewhere.why.contains(u"Delegate=yes"_s), qPrintable(elsewhere.why));
        fake(u"fs/user.slice/me"_s, {{u"cgroup.procs"_s, ""}, {u"cgroup.subtree_control"_s, "memory pids\n"}});
        const auto good = Cgroup::probe(mount, own);
        QCOMPARE(good.parent, mount + u"/user.slice/me"_s);
        QCOMPARE(good.controllers, (QStringList{u"memory"_s, u"pids"_s}));
        QVERIFY(good.why.isEmpty());
    }

    void readsWhatTheKernelCounts()
    {
        const auto parent = fake(u"counted"_s, {});
        auto group = Cgroup::create(parent, u"g"_s);
        QVERIFY(group);
        fake(u"counted/g"_s, {{u"cgroup.procs"_s, "12\n34\n"},
                              {u"cgroup.events"_s, "populated 1\nfrozen 0\n"},
                              {u"cpu.stat"_s, "usage_usec 1234567\nuser_usec 1\n"},
                              {u"memory.current"_s, "4096\n"},
                              {u"memory.peak"_s, "8192\n"},
                              {u"memory.events"_s, "low 0\noom 3\noom_kill 2\n"},
                              {u"cgroup.kill"_s, ""}});
        QCOMPARE(group->members(), (QList<pid_t>{12, 34}));
        QVERIFY(group->isPopulated());
        const auto usage = group->usage();
        QCOMPARE(usage.cpu, milliseconds(1234));
        QCOMPARE(usage.memory, 4096);
        QCOMPARE(usage.peakMemory, 8192);
        QCOMPARE(usage.memoryKills, 2);
        QVERIFY(group->kill());
        QCOMPARE(readFile(group->path() + u"/cgroup.kill"_s), "1");
        const auto missing = group->setFrozen(true);
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::Unavailable);
        QVERIFY(missing.error().message.contains(u"cgroup.freeze"_s));
    }

    void aLimitThatCannotBeSetLeavesNothing()
    {
        const auto parent = fake(u"limits"_s, {});
        const auto group = Cgroup::create(parent, u"g"_s, {.memoryBytes = 1 << 20, .processes = 10, .cpuWeight = {}});
        QVERIFY(!group);
        QVERIFY(group.error().message.contains(u"memory.max"_s));
        QVERIFY(!QFile::exists(parent + u"/g"_s));
        const auto first = Cgroup::create(parent, u"g"_s);
        QCOMPARE(Cgroup::create(parent, u"g"_s).error().code, ErrorCode::Conflict);
        QCOMPARE(Cgroup::create(parent + u"/none"_s, u"g"_s).error().code, ErrorCode::Io);
    }

    void aMissingGroupIsAClearError()
    {
        auto line = awkward({u"wait"_s});
        line.cgroup = m_root.path(u"no/such/group"_s);
        Run run(line);
        QVERIFY(run.waitForEnd());
        QCOMPARE(run.exit.how, Exit::How::FailedToStart);
        QVERIFY2(run.exit.error.contains(line.cgroup), qPrintable(run.exit.error));
    }

    void killsAndFreezesForReal()
    {
        if (!mountHierarchy())
            QSKIP("no control group hierarchy can be mounted here; runs as root where mount(2) is allowed");
        const auto name = u"switchyard-test-%1"_s.arg(getpid());
        auto attempt = Cgroup::create(m_mount, name);
        QVERIFY(attempt);
        {
            auto line = awkward({u"hop"_s}); // what /proc alone has trouble with
            line.cgroup = attempt->path();
            Run run(line);
            QVERIFY(run.waitForOutput("ready"));
            const auto groups = QDir(attempt->path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
            QCOMPARE(groups.size(), 1);
            QVERIFY(readFile(attempt->path() + u'/' + groups[0] + u"/cgroup.procs"_s)
                        .contains(QByteArray::number(run.command.pid())));
            QVERIFY(attempt->isPopulated());
            run.command.setFrozen(true);
            QTRY_VERIFY(readFile(attempt->path() + u'/' + groups[0] + u"/cgroup.events"_s).contains("frozen 1"));
            run.command.stop(); // thaws by itself
            QVERIFY(run.waitForEnd(8000));
            QCOMPARE(run.exit.survivors, QStringList());
            QVERIFY(!attempt->isPopulated());
        }
        QCOMPARE(QDir(attempt->path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(),
                 0); // nothing is left behind
        {
            auto line = awkward({u"tree"_s, u"30"_s});
            line.cgroup = attempt->path();
            auto run = std::make_unique<Run>(line);
            QVERIFY(run->waitForOutput("ready"));
            run.reset();
            QTRY_VERIFY(!attempt->isPopulated());
        }
        const auto path = attempt->path();
        for (const auto& leaf : QDir(path).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            rmdir(QFile::encodeName(path + u'/' + leaf).constData());
        {
            const auto gone = std::move(*attempt);
        }
        QVERIFY(!QFile::exists(path));
    }
};

QTEST_GUILESS_MAIN(TestCgroup)
#include "tst_cgroup.moc"
