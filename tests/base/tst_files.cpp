#include "base/json.h"
#include "base/lock.h"
#include "support/test_support.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::testing;

class TestFiles : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

    static int mode(const QString& path)
    {
        struct stat info{};
        return stat(QFile::encodeName(path).constData(), &info) == 0 ? int(info.st_mode & 07777) : -1;
    }

private Q_SLOTS:
    void aLockIsHeldOnce()
    {
        const auto path = m_root.path(u"lock"_s);
        QVERIFY(!FileLock::isHeld(path));
        {
            const auto lock = FileLock::tryAcquire(path, "pid 42\n");
            QVERIFY(lock);
            QVERIFY(FileLock::isHeld(path));
            const auto second = FileLock::tryAcquire(path, "pid 43\n");
            QVERIFY(!second);
            QCOMPARE(second.error().code, ErrorCode::Conflict);
            QVERIFY2(second.error().message.contains(u"pid 42"_s), qPrintable(second.error().message));
            QVERIFY(FileLock::isHeld(path)); // a look does not take it away
        }
        QVERIFY(!FileLock::isHeld(path));
        QVERIFY(FileLock::tryAcquire(path));
        QCOMPARE(readFile(path), ""); // an old note does not name the wrong one
        QCOMPARE(mode(path), 0600);
    }

    void movedLocksStayHeld()
    {
        const auto path = m_root.path(u"moved"_s);
        auto lock = FileLock::tryAcquire(path).value();
        auto other = std::move(lock);
        QVERIFY(FileLock::isHeld(path));
        auto third = FileLock::tryAcquire(m_root.path(u"third"_s)).value();
        third = std::move(other);
        QVERIFY(FileLock::isHeld(path));
    }

    void theKernelGivesItBackWhenTheHolderIsKilled()
    {
        const auto path = m_root.path(u"held"_s);
        int ready[2];
        QCOMPARE(pipe(ready), 0);
        const auto child = fork();
        if (child == 0) {
            const auto lock = FileLock::tryAcquire(path);
            [[maybe_unused]] const auto written = write(ready[1], lock ? "y" : "n", 1);
            for (;;)
                pause();
        }
        char answer = 0;
        QCOMPARE(read(ready[0], &answer, 1), 1);
        QCOMPARE(answer, 'y');
        QVERIFY(FileLock::isHeld(path));
        ::kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        QVERIFY(!FileLock::isHeld(path));
        ::close(ready[0]);
        ::close(ready[1]);
    }

    void aLockCannotBeMadeWhereThereIsNoFolder()
    {
        const auto lock = FileLock::tryAcquire(m_root.path(u"no/such/lock"_s));
        QVERIFY(!lock);
        QCOMPARE(lock.error().code, ErrorCode::Io);
    }

    void aLockIsNotInheritedByPrograms()
    {
        const auto path = m_root.path(u"not-inherited"_s);
        QProcess child;
        {
            const auto lock = FileLock::tryAcquire(path);
            child.start(u"sleep"_s, {u"60"_s});
            QVERIFY(child.waitForStarted());
        }
        QVERIFY(!FileLock::isHeld(path));
        child.kill();
        child.waitForFinished();
    }

    void atomicWrites()
    {
        const auto path = m_root.path(u"file.json"_s);
        QVERIFY(writeFileAtomically(path, "{\"a\":1}"));
        QCOMPARE(mode(path), 0600);
        QCOMPARE(readJsonFile(path).value().value(u"a"), QJsonValue(1));
        QVERIFY(writeFileAtomically(path, "{}"));
        QCOMPARE(readFile(path), "{}");
        const auto failed = writeFileAtomically(m_root.path(u"no/such/file"_s), "x");
        QVERIFY(!failed);
        QVERIFY(failed.error().message.contains(u"no/such/file"_s));
        QCOMPARE(QDir(m_root.path()).entryList({u"file.json*"_s}, QDir::Files).size(), 1); // no temporary left
    }

    void jsonFiles()
    {
        QCOMPARE(readJsonFile(m_root.path(u"none.json"_s)).error().code, ErrorCode::NotFound);
        const auto path = m_root.path(u"bad.json"_s);
        writeFile(path, "{oops");
        const auto bad = readJsonFile(path);
        QCOMPARE(bad.error().code, ErrorCode::Invalid);
        QVERIFY(bad.error().message.contains(path));
        QFile huge(m_root.path(u"huge.json"_s));
        QVERIFY(huge.open(QIODevice::WriteOnly) && huge.resize(65ll << 20));
        QCOMPARE(readJsonFile(huge.fileName()).error().code, ErrorCode::Limit);
    }

    void foldersArePrivate()
    {
        const auto paths = Paths::below(m_root.path(u"private"_s));
        QVERIFY(paths.ensure());
        for (const auto& folder : {paths.config, paths.data, paths.state, paths.runtime, paths.runners(), paths.logs()})
            QCOMPARE(mode(folder), 0700);
        QVERIFY(chmod(QFile::encodeName(paths.runtime).constData(), 0755) == 0);
        QVERIFY(paths.ensure());
        QCOMPARE(mode(paths.runtime), 0700);
    }

    void aRuntimeFolderThatIsALinkIsRefused()
    {
        const auto root = m_root.path(u"linked"_s);
        QVERIFY(QDir().mkpath(root + u"/elsewhere"_s));
        QVERIFY(QFile::link(root + u"/elsewhere"_s, root + u"/run"_s));
        const auto result = Paths::below(root).ensure();
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Forbidden);
    }

    void places()
    {
        const auto paths = Paths::below(u"/r"_s);
        const auto id = TaskId::parse(u"a7f3c1").value();
        QCOMPARE(paths.journal(id, 2), u"/r/state/tasks/a7f3c1/2/journal.ndjson"_s);
        QCOMPARE(paths.outputLog(id, 0), u"/r/state/tasks/a7f3c1/0/output.log"_s);
        QCOMPARE(paths.runnerSocket(id, 3), u"/r/run/runners/a7f3c1-3.sock"_s);
        QCOMPARE(paths.engineSocket(), u"/r/run/engine.sock"_s);
    }

    void worktreeNames_data()
    {
        QTest::addColumn<QString>("project");
        QTest::addColumn<QString>("name");
        QTest::newRow("plain") << u"/home/a/project"_s << u"project"_s;
        QTest::newRow("slash at the end") << u"/home/a/project/"_s << u"project"_s;
        QTest::newRow("blanks and accents") << u"/home/a/my pröject"_s << u"my-pr-ject"_s;
        QTest::newRow("dots only") << u"/home/a/.."_s << u"project.."_s;
        QTest::newRow("hidden") << u"/home/a/.config"_s << u"project.config"_s;
        QTest::newRow("root") << u"/"_s << u"project"_s;
    }
    void worktreeNames()
    {
        QFETCH(QString, project);
        QFETCH(QString, name);
        const auto id = TaskId::parse(u"a7f3c1").value();
        QCOMPARE(Paths::below(u"/r"_s).worktree(project, id), u"/r/state/worktrees/%1/a7f3c1"_s.arg(name));
    }

    void socketsFitTheirAddress()
    {
        const auto deep = u"/tmp/"_s + QString(150, u'd');
        const auto paths = Paths::below(deep);
        const auto id = TaskId::parse(u"a7f3c1").value();
        QVERIFY(paths.runnerSocket(id, 1000).toUtf8().size() <= 107);
        QCOMPARE(paths.runtime, Paths::below(deep).runtime); // the same again, or nobody finds the engine
        QVERIFY(paths.runtime != Paths::below(deep + u'e').runtime);
        QVERIFY(Paths::below(u"/tmp/short"_s).runtime == u"/tmp/short/run"_s);
    }

    void xdgFolders()
    {
        const auto root = qgetenv("SWITCHYARD_ROOT");
        qunsetenv("SWITCHYARD_ROOT");
        qputenv("XDG_CONFIG_HOME", "/c");
        qputenv("XDG_DATA_HOME", "relative/is/ignored");
        qputenv("XDG_STATE_HOME", "/s");
        qputenv("XDG_RUNTIME_DIR", "/run/user/1");
        const auto paths = Paths::fromEnvironment();
        qputenv("SWITCHYARD_ROOT", root);
        QCOMPARE(paths.config, u"/c/switchyard"_s);
        QCOMPARE(paths.data, QDir::homePath() + u"/.local/share/switchyard"_s);
        QCOMPARE(paths.state, u"/s/switchyard"_s);
        QCOMPARE(paths.runtime, u"/run/user/1/switchyard"_s);
        QCOMPARE(Paths::fromEnvironment().state, m_root.path(u"state"_s));
    }
};

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_files.moc"
