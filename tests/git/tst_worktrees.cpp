#include "scratch.h"

#include <array>
#include <barrier>
#include <thread>
#include <vector>

#include <sys/stat.h>

using namespace switchyard;
using namespace switchyard::testing;
using git::Repository;

class TestWorktrees : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void startsFromTheCommit()
    {
        Scratch scratch;
        auto task = scratch.task(u"a7f3c1"_s);
        QCOMPARE(task.workdir(), scratch.taskFolder(u"a7f3c1"_s));
        QCOMPARE(task.headBranch(), u"task/a7f3c1"_s);
        QCOMPARE(task.headCommit(), scratch.first);
        QCOMPARE(task.uncommittedFiles(), QStringList());
        QCOMPARE(readFile(task.workdir() + u"/README"_s), QByteArray("one\ntwo\nthree\n"));
        QCOMPARE(scratch.repository->headBranch(), u"main"_s);
        QCOMPARE(scratch.repository->branches(), QStringList({u"main"_s, u"task/a7f3c1"_s}));
    }

    void severalAreMadeAtTheSameMoment()
    {
        constexpr int repositories = 10, worktrees = 6;
        for (int round = 0; round < repositories; ++round) {
            const Scratch scratch;
            std::barrier start(worktrees);
            std::array<QString, worktrees> faults;
            {
                std::vector<std::jthread> threads;
                for (int n = 0; n < worktrees; ++n)
                    threads.emplace_back([&, n] {
                        auto repository = Repository::open(scratch.repository->workdir());
                        start.arrive_and_wait();
                        const auto name = u"task%1"_s.arg(n);
                        const auto added =
                            repository->addWorktree(scratch.taskFolder(name), u"task/"_s + name, u"main"_s);
                        faults.at(size_t(n)) = added ? QString() : describe(added.error());
                    });
            }
            for (const auto& fault : faults)
                QCOMPARE(fault, QString());
        }
    }

    void aWorktreeCanMakeAnother()
    {
        Scratch scratch;
        auto task = scratch.task(u"a7f3c1"_s);
        QVERIFY(task.addWorktree(scratch.taskFolder(u"b20e44"_s), u"task/b20e44"_s, u"task/a7f3c1"_s));
        QVERIFY(scratch.repository->removeWorktree(scratch.taskFolder(u"b20e44"_s)));
    }

    void refusesAPlaceOrBranchThatExists()
    {
        Scratch scratch;
        scratch.task(u"a7f3c1"_s);
        const auto place = scratch.repository->addWorktree(scratch.taskFolder(u"a7f3c1"_s), u"other"_s, u"main"_s);
        QVERIFY(!place);
        QCOMPARE(place.error().code, ErrorCode::Conflict);
        QVERIFY(place.error().message.contains(scratch.taskFolder(u"a7f3c1"_s)));
        const auto branch = scratch.repository->addWorktree(scratch.taskFolder(u"new"_s), u"task/a7f3c1"_s, u"main"_s);
        QVERIFY(!branch);
        QCOMPARE(branch.error().code, ErrorCode::Conflict);
        QVERIFY(branch.error().message.contains(u"task/a7f3c1"_s));
        QVERIFY(!QFileInfo::exists(scratch.taskFolder(u"new"_s)));
        QCOMPARE(scratch.repository->branches(), QStringList({u"main"_s, u"task/a7f3c1"_s}));
        QVERIFY(!scratch.repository->addWorktree(scratch.taskFolder(u"new"_s), u"bad..name"_s, u"main"_s));
        QVERIFY(!scratch.repository->addWorktree(scratch.taskFolder(u"new"_s), u"fine"_s, u"no such"_s));
    }

    void aFailureLeavesNothingBehind()
    {
        Scratch scratch;
        writeFile(scratch.root.path(u"file"_s), "in the way");
        const auto added = scratch.repository->addWorktree(scratch.root.path(u"file/x"_s), u"task/x"_s, u"main"_s);
        QVERIFY(!added);
        QCOMPARE(added.error().code, ErrorCode::Io);
        QCOMPARE(scratch.repository->branches(), QStringList{u"main"_s});
    }

    void twoFoldersOfOneName()
    {
        Scratch scratch;
        QVERIFY(scratch.repository->addWorktree(scratch.root.path(u"one/x"_s), u"a"_s, u"main"_s));
        QVERIFY(scratch.repository->addWorktree(scratch.root.path(u"two/x"_s), u"b"_s, u"main"_s));
        QVERIFY(scratch.repository->removeWorktree(scratch.root.path(u"one/x"_s)));
        const auto other = Repository::open(scratch.root.path(u"two/x"_s));
        QVERIFY(other);
        QCOMPARE(other->headBranch(), u"b"_s);
    }

    void removes_data()
    {
        QTest::addColumn<bool>("folderGone");
        QTest::addColumn<bool>("recordGone");
        QTest::newRow("both there") << false << false;
        QTest::newRow("folder gone") << true << false;
        QTest::newRow("record gone") << false << true;
        QTest::newRow("both gone") << true << true;
    }
    void removes()
    {
        QFETCH(bool, folderGone);
        QFETCH(bool, recordGone);
        Scratch scratch;
        scratch.task(u"a7f3c1"_s);
        const auto folder = scratch.taskFolder(u"a7f3c1"_s);
        const auto record = scratch.internals(u"worktrees/a7f3c1"_s);
        QVERIFY(QFileInfo::exists(record));
        if (folderGone)
            QVERIFY(QDir(folder).removeRecursively());
        if (recordGone)
            QVERIFY(QDir(record).removeRecursively());
        const auto removed = scratch.repository->removeWorktree(folder);
        QVERIFY2(removed, removed ? "" : qPrintable(describe(removed.error())));
        QVERIFY(!QFileInfo::exists(folder));
        QVERIFY(!QFileInfo::exists(record));
        QCOMPARE(scratch.repository->branches(), QStringList({u"main"_s, u"task/a7f3c1"_s}));
        QVERIFY(scratch.repository->deleteBranch(u"task/a7f3c1"_s));
        QCOMPARE(scratch.repository->branches(), QStringList{u"main"_s});
    }

    void removesWhatIsHardToRemove()
    {
        Scratch scratch;
        scratch.task(u"a7f3c1"_s);
        const auto folder = scratch.taskFolder(u"a7f3c1"_s);
        writeFile(scratch.root.path(u"precious"_s), "keep");
        QVERIFY(QDir().mkpath(scratch.root.path(u"outside"_s)));
        writeFile(scratch.root.path(u"outside/precious"_s), "keep");
        QVERIFY(QFile::link(scratch.root.path(u"outside"_s), folder + u"/link"_s));
        Scratch::writeIn(folder, u"cache/deep/file"_s, "x");
        QCOMPARE(chmod(QFile::encodeName(folder + u"/cache/deep"_s).constData(), 0500), 0);
        const QByteArray badName = QFile::encodeName(folder) + "/\xff\xfe";
        QCOMPARE(mkdir(badName.constData(), 0700), 0);
        QVERIFY(scratch.repository->removeWorktree(folder));
        QVERIFY(!QFileInfo::exists(folder));
        QCOMPARE(readFile(scratch.root.path(u"outside/precious"_s)), QByteArray("keep"));
    }

    void leavesOtherFoldersAlone()
    {
        Scratch scratch;
        QVERIFY(QDir().mkpath(scratch.root.path(u"mine"_s)));
        writeFile(scratch.root.path(u"mine/file"_s), "keep");
        const auto link = scratch.root.path(u"link"_s);
        QVERIFY(QFile::link(scratch.root.path(u"mine"_s), link));
        for (const auto& path : {scratch.root.path(u"mine"_s), scratch.folder, link}) {
            const auto removed = scratch.repository->removeWorktree(path);
            QVERIFY2(!removed, qPrintable(path));
            QCOMPARE(removed.error().code, ErrorCode::Invalid);
            QVERIFY(removed.error().message.contains(path));
        }
        QCOMPARE(readFile(scratch.root.path(u"mine/file"_s)), QByteArray("keep"));
        QVERIFY(QFileInfo::exists(scratch.folder + u"/README"_s));
    }

    void aBranchInUseIsKept()
    {
        Scratch scratch;
        scratch.task(u"a7f3c1"_s);
        QCOMPARE(scratch.repository->deleteBranch(u"task/a7f3c1"_s).error().code, ErrorCode::Conflict);
        QCOMPARE(scratch.repository->deleteBranch(u"main"_s).error().code, ErrorCode::Conflict);
        QCOMPARE(scratch.repository->deleteBranch(u"gone"_s).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestWorktrees)
#include "tst_worktrees.moc"
