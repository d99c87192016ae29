#include "scratch.h"

using namespace switchyard;
using namespace switchyard::testing;
using git::Repository;

class TestMerging : public QObject
{
    Q_OBJECT

    //! Everything that a refused merge must leave as it was.
    struct State {
        QString main, task;
        QByteArray readme, index;
        QStringList open;
        bool operator==(const State&) const = default;
    };
    static State stateOf(const Scratch& scratch)
    {
        return {scratch.repository->commitOf(u"main"_s).value_or(QString()),
                scratch.repository->commitOf(u"task/t"_s).value_or(QString()), scratch.read(u"README"_s),
                readFile(scratch.internals(u"index"_s)),
                scratch.repository->uncommittedFiles().value_or(QStringList())};
    }
    static QString work(Repository& task, const QString& path, const QByteArray& bytes)
    {
        Scratch::writeIn(task.workdir(), path, bytes);
        return Scratch::commitIn(task, u"work"_s);
    }

private Q_SLOTS:
    void fastForwardUpdatesTheFiles()
    {
        Scratch scratch;
        scratch.write(u"old/gone"_s, "x\n");
        scratch.write(u"shape"_s, "a file\n");
        scratch.write(u"form/inner"_s, "in a folder\n");
        scratch.first = scratch.commit(u"more"_s);
        auto task = scratch.task(u"t"_s);
        QVERIFY(QFile::remove(task.workdir() + u"/old/gone"_s));
        QVERIFY(QFile::remove(task.workdir() + u"/shape"_s));
        Scratch::writeIn(task.workdir(), u"shape/inner"_s, "now in a folder\n");
        QVERIFY(QDir(task.workdir() + u"/form"_s).removeRecursively());
        Scratch::writeIn(task.workdir(), u"form"_s, "now a file\n");
        Scratch::writeIn(task.workdir(), u"README"_s, "changed\n");
        const auto tip = work(task, u"neu/ä"_s, "new\n");
        const auto merged = scratch.repository->merge(u"task/t"_s, u"main"_s, u"unused"_s);
        QVERIFY2(merged, merged ? "" : qPrintable(describe(merged.error())));
        QCOMPARE(merged->commit, tip);
        QVERIFY(merged->fastForward);
        QCOMPARE(scratch.repository->headCommit(), tip);
        QCOMPARE(scratch.read(u"README"_s), QByteArray("changed\n"));
        QCOMPARE(scratch.read(u"neu/ä"_s), QByteArray("new\n"));
        QCOMPARE(scratch.read(u"shape/inner"_s), QByteArray("now in a folder\n"));
        QCOMPARE(scratch.read(u"form"_s), QByteArray("now a file\n"));
        QVERIFY(!QFileInfo::exists(scratch.folder + u"/old"_s));
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
        // Once more: nothing left to do.
        const auto again = scratch.repository->merge(u"task/t"_s, u"main"_s, u"unused"_s);
        QVERIFY(again);
        QCOMPARE(again->commit, tip);
    }

    void joinsWorkOfBothSides_data()
    {
        QTest::addColumn<bool>("fromTheWorktree");
        QTest::newRow("asked in the main work tree") << false;
        QTest::newRow("asked in the task's worktree") << true;
    }
    void joinsWorkOfBothSides()
    {
        QFETCH(bool, fromTheWorktree);
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        const auto theirs = work(task, u"README"_s, "one\ntwo\nthree\nfour\n");
        scratch.write(u"README"_s, "zero\none\ntwo\nthree\n");
        const auto ours = scratch.commit(u"ours"_s);
        auto& asked = fromTheWorktree ? task : *scratch.repository;
        const auto merged = asked.merge(u"task/t"_s, u"main"_s, u"Führe zusammen"_s);
        QVERIFY2(merged, merged ? "" : qPrintable(describe(merged.error())));
        QVERIFY(!merged->fastForward);
        QCOMPARE(scratch.repository->headCommit(), merged->commit);
        QCOMPARE(scratch.repository->commitOf(u"main^1"_s), ours);
        QCOMPARE(scratch.repository->commitOf(u"main^2"_s), theirs);
        QCOMPARE(scratch.read(u"README"_s), QByteArray("zero\none\ntwo\nthree\nfour\n"));
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
        QCOMPARE(task.headCommit(), theirs);
        QCOMPARE(task.uncommittedFiles(), QStringList());
    }

    void aBranchThatIsNotCheckedOutMovesAlone()
    {
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        const auto tip = work(task, u"x"_s, "x\n");
        writeFile(scratch.internals(u"refs/heads/release"_s), scratch.first.toUtf8() + '\n');
        const auto merged = scratch.repository->merge(u"task/t"_s, u"release"_s, u"m"_s);
        QVERIFY(merged && merged->fastForward);
        QCOMPARE(scratch.repository->commitOf(u"release"_s), tip);
        QCOMPARE(scratch.repository->headCommit(), scratch.first);
        QVERIFY(!QFileInfo::exists(scratch.folder + u"/x"_s));
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
    }

    void aBranchCheckedOutElsewhereIsUpdatedThere()
    {
        Scratch scratch;
        auto other = scratch.task(u"other"_s);
        auto task = scratch.task(u"t"_s);
        work(task, u"x"_s, "x\n");
        QVERIFY(scratch.repository->merge(u"task/t"_s, u"task/other"_s, u"m"_s));
        QCOMPARE(readFile(other.workdir() + u"/x"_s), QByteArray("x\n"));
        QCOMPARE(other.uncommittedFiles(), QStringList());
        QVERIFY(!QFileInfo::exists(scratch.folder + u"/x"_s));
    }

    void conflictsAreNamedAndNothingChanges()
    {
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        Scratch::writeIn(task.workdir(), u"fine"_s, "x\n");
        work(task, u"README"_s, "one\nTHEIRS\nthree\n");
        scratch.write(u"README"_s, "one\nOURS\nthree\n");
        scratch.commit(u"ours"_s);
        const auto before = stateOf(scratch);
        const auto rehearsed = scratch.repository->rehearseMerge(u"task/t"_s, u"main"_s);
        const auto merged = scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s);
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, ErrorCode::Conflict);
        QVERIFY(!rehearsed);
        QCOMPARE(rehearsed.error().message, merged.error().message);
        QVERIFY(merged.error().message.contains(u"README"_s));
        QVERIFY(!merged.error().message.contains(u"fine"_s));
        QVERIFY(!merged.error().hint.isEmpty());
        const auto after = stateOf(scratch);
        QCOMPARE(after.open, before.open);
        QCOMPARE(after.index, before.index);
        QCOMPARE(after, before);
        QVERIFY(!QFileInfo::exists(scratch.folder + u"/fine"_s));
    }

    void aRehearsalChangesNothing()
    {
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        work(task, u"README"_s, "one\nTHEIRS\nthree\n");
        scratch.write(u"other"_s, "x\n");
        scratch.commit(u"ours"_s);
        const auto before = stateOf(scratch);
        QVERIFY(scratch.repository->rehearseMerge(u"task/t"_s, u"main"_s));
        QCOMPARE(stateOf(scratch), before);
        QVERIFY(!scratch.repository->rehearseMerge(u"task/nothing"_s, u"main"_s));
    }

    void whatIsNotCommittedIsKept_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("inTarget"); // null: deleted there
        QTest::addColumn<QString>("inTask");
        QTest::addColumn<QString>("named");
        QTest::newRow("changed") << u"README"_s << QByteArray("mine\n") << u"README"_s << u"README"_s;
        QTest::newRow("deleted") << u"README"_s << QByteArray() << u"README"_s << u"README"_s;
        QTest::newRow("untracked") << u"new"_s << QByteArray("mine\n") << u"new"_s << u"new"_s;
        QTest::newRow("untracked, the same bytes") << u"new"_s << QByteArray("theirs\n") << u"new"_s << u"new"_s;
        QTest::newRow("ignored") << u"new.o"_s << QByteArray("mine\n") << u"new.o"_s << u"new.o"_s;
        QTest::newRow("a file where a folder comes") << u"a"_s << QByteArray("mine\n") << u"a/b"_s << u"a"_s;
        QTest::newRow("a folder where a file comes") << u"a/b"_s << QByteArray("mine\n") << u"a"_s << u"a/b"_s;
        QTest::newRow("pattern characters") << u"[ab]*"_s << QByteArray("mine\n") << u"[ab]*"_s << u"[ab]*"_s;
    }
    void whatIsNotCommittedIsKept()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, inTarget);
        QFETCH(QString, inTask);
        QFETCH(QString, named);
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        Scratch::writeIn(task.workdir(), u"another"_s, "x\n");
        work(task, inTask, "theirs\n");
        if (path.endsWith(u".o"_s))
            writeFile(scratch.internals(u"info/exclude"_s), "*.o\n");
        if (inTarget.isNull())
            QVERIFY(QFile::remove(scratch.folder + u'/' + path));
        else
            scratch.write(path, inTarget);
        const auto before = stateOf(scratch);
        const auto merged = scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s);
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, ErrorCode::Conflict);
        QVERIFY2(merged.error().message.endsWith(u": %1."_s.arg(named)), qPrintable(merged.error().message));
        QVERIFY2(!merged.error().message.contains(u"another"_s), qPrintable(merged.error().message));
        const auto after = stateOf(scratch);
        QCOMPARE(after.open, before.open);
        QCOMPARE(after.index, before.index);
        QCOMPARE(after, before);
        QVERIFY(!QFileInfo::exists(scratch.folder + u"/another"_s));
        if (!inTarget.isNull())
            QCOMPARE(scratch.read(path), inTarget);
    }

    void neverWritesThroughALink()
    {
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        work(task, u"a/b"_s, "theirs\n");
        QVERIFY(QDir().mkpath(scratch.root.path(u"outside"_s)));
        QVERIFY(QFile::link(scratch.root.path(u"outside"_s), scratch.folder + u"/a"_s));
        const auto merged = scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s);
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, ErrorCode::Conflict);
        QVERIFY(QFileInfo(scratch.folder + u"/a"_s).isSymLink());
        QVERIFY(!QFileInfo::exists(scratch.root.path(u"outside/b"_s)));
    }

    void changesElsewhereDoNotHinder()
    {
        Scratch scratch;
        scratch.write(u"notes"_s, "old\n");
        scratch.commit(u"notes"_s);
        auto task = scratch.task(u"t"_s);
        work(task, u"README"_s, "theirs\n");
        scratch.write(u"notes"_s, "mine\n");
        scratch.write(u"untracked"_s, "mine\n");
        QVERIFY(scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s));
        QCOMPARE(scratch.read(u"README"_s), QByteArray("theirs\n"));
        QCOMPARE(scratch.read(u"notes"_s), QByteArray("mine\n"));
        auto open = scratch.repository->uncommittedFiles();
        QVERIFY(open);
        open->sort();
        QCOMPARE(*open, QStringList({u"notes"_s, u"untracked"_s}));
    }

    void aMergeInProgressIsNotDisturbed()
    {
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        const auto tip = work(task, u"x"_s, "x\n");
        writeFile(scratch.internals(u"MERGE_HEAD"_s), tip.toUtf8() + '\n');
        const auto merged = scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s);
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, ErrorCode::Conflict);
        QVERIFY(merged.error().message.contains(scratch.folder));
    }

    void aLockIsRespectedAndNothingIsHalfDone_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::newRow("index") << u"index.lock"_s;
        QTest::newRow("branch") << u"refs/heads/main.lock"_s;
    }
    void aLockIsRespectedAndNothingIsHalfDone()
    {
        QFETCH(QString, lock);
        Scratch scratch;
        auto task = scratch.task(u"t"_s);
        Scratch::writeIn(task.workdir(), u"new"_s, "x\n");
        work(task, u"README"_s, "theirs\n");
        writeFile(scratch.internals(lock), "");
        QVERIFY(!scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s));
        QFile::remove(scratch.internals(lock));
        QCOMPARE(scratch.repository->headCommit(), scratch.first);
        QCOMPARE(scratch.read(u"README"_s), QByteArray("one\ntwo\nthree\n"));
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
        QVERIFY(scratch.repository->merge(u"task/t"_s, u"main"_s, u"m"_s));
        QCOMPARE(scratch.read(u"README"_s), QByteArray("theirs\n"));
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
    }

    void unknownBranchesAreNamed()
    {
        Scratch scratch;
        const auto source = scratch.repository->merge(u"task/gone"_s, u"main"_s, u"m"_s);
        QVERIFY(!source && source.error().code == ErrorCode::NotFound);
        QVERIFY(source.error().message.contains(u"task/gone"_s));
        const auto target = scratch.repository->merge(u"main"_s, u"elsewhere"_s, u"m"_s);
        QVERIFY(!target && target.error().code == ErrorCode::NotFound);
        QVERIFY(target.error().message.contains(u"elsewhere"_s));
    }
};

QTEST_GUILESS_MAIN(TestMerging)
#include "tst_merging.moc"
