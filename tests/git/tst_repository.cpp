#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::testing;
using git::Repository;

class TestRepository : public QObject
{
    Q_OBJECT

    static void appendTo(const QString& path, const QByteArray& bytes) { writeFile(path, readFile(path) + bytes); }

private Q_SLOTS:
    void opensFromASubfolder()
    {
        Scratch scratch;
        scratch.write(u"a/b/c"_s, "x");
        const auto opened = Repository::open(scratch.folder + u"/a/b"_s);
        QVERIFY(opened);
        QCOMPARE(opened->workdir(), scratch.folder);
        QVERIFY(Repository::isRepository(scratch.folder + u"/a"_s));
    }

    void refusesAFolderThatIsNotThere()
    {
        TestRoot root;
        const auto opened = Repository::open(root.path(u"nowhere"_s));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::NotFound);
        QVERIFY(opened.error().message.contains(root.path(u"nowhere"_s)));
    }

    void saysHowAPlainFolderBecomesARepository()
    {
        TestRoot root;
        const auto opened = Repository::open(root.path());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::NotFound);
        QVERIFY(opened.error().message.contains(root.path()));
        QVERIFY(opened.error().hint.contains(u"git init"_s));
        QVERIFY(!Repository::isRepository(root.path()));
    }

    void refusesABareRepository()
    {
        Scratch scratch;
        auto config = readFile(scratch.internals(u"config"_s));
        writeFile(scratch.internals(u"config"_s), config.replace("bare = false", "bare = true"));
        const auto opened = Repository::open(scratch.internals({}));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Invalid);
        QVERIFY(opened.error().message.contains(u"bare"_s));
        QVERIFY(!opened.error().hint.isEmpty());
    }

    void refusesSomebodyElsesRepository()
    {
        if (geteuid() != 0)
            QSKIP("only root can give a folder away; runs as root");
        Scratch scratch;
        for (const auto& path : {scratch.folder, scratch.internals({})})
            QCOMPARE(chown(QFile::encodeName(path).constData(), 4711, 4711), 0);
        const auto opened = Repository::open(scratch.folder);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Forbidden);
        QVERIFY(opened.error().message.contains(scratch.folder));
        QVERIFY(opened.error().hint.contains(u"safe.directory"_s));
    }

    void refusesADamagedRepository()
    {
        Scratch scratch;
        appendTo(scratch.internals(u"config"_s), "[core\n");
        const auto opened = Repository::open(scratch.folder);
        QVERIFY(!opened);
        QVERIFY(opened.error().message.contains(scratch.folder));
    }

    void initMakesAnEmptyBranch()
    {
        TestRoot root;
        const auto made = Repository::init(root.path(u"a/new one"_s), u"trunk"_s);
        QVERIFY(made);
        const auto branch = made->headBranch();
        QVERIFY(!branch);
        QCOMPARE(branch.error().code, ErrorCode::Conflict);
        QVERIFY(branch.error().message.contains(u"trunk"_s));
        QVERIFY(branch.error().message.contains(u"no commit yet"_s));
        QCOMPARE(made->headCommit().error().code, ErrorCode::Conflict);
        QCOMPARE(Repository::init(root.path(u"a/new one"_s)).error().code, ErrorCode::Conflict);
        QCOMPARE(Repository::init(root.path(u"b"_s), u"no..good"_s).error().code, ErrorCode::Invalid);
        QVERIFY(!QFileInfo::exists(root.path(u"b"_s)));
    }

    void tellsBranchAndCommit()
    {
        Scratch scratch;
        QCOMPARE(scratch.repository->headBranch(), u"main"_s);
        QCOMPARE(scratch.repository->headCommit(), scratch.first);
        QCOMPARE(scratch.repository->commitOf(u"main"_s), scratch.first);
        QCOMPARE(scratch.repository->commitOf(scratch.first.left(8)), scratch.first);
        QCOMPARE(scratch.repository->branches(), QStringList{u"main"_s});
        QCOMPARE(scratch.repository->commitOf(u"gone"_s).error().code, ErrorCode::NotFound);
        QVERIFY(scratch.repository->commitOf(u"gone"_s).error().message.contains(u"gone"_s));
        QCOMPARE(scratch.repository->commitOf({}).error().code, ErrorCode::Invalid);
        QVERIFY(!scratch.repository->commitOf(u"main:README"_s));
    }

    void aBranchWinsOverACommitOfThatName()
    {
        Scratch scratch;
        scratch.write(u"more"_s, "more\n");
        const auto second = scratch.commit(u"second"_s);
        const auto name = scratch.first.left(7);
        writeFile(scratch.internals(u"refs/heads/"_s + name), second.toUtf8() + '\n');
        QCOMPARE(scratch.repository->commitOf(name), second);
    }

    void saysThatHeadIsDetached()
    {
        Scratch scratch;
        writeFile(scratch.internals(u"HEAD"_s), scratch.first.toUtf8() + '\n');
        const auto branch = scratch.repository->headBranch();
        QVERIFY(!branch);
        QCOMPARE(branch.error().code, ErrorCode::Conflict);
        QVERIFY(branch.error().message.contains(u"detached"_s));
        QCOMPARE(scratch.repository->headCommit(), scratch.first);
    }

    void listsWhatIsNotCommitted()
    {
        Scratch scratch;
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
        scratch.write(u".gitignore"_s, "*.o\n");
        scratch.write(u"neu/ä ö"_s, "x");
        scratch.write(u"a.o"_s, "x");
        scratch.write(u"README"_s, "changed\n");
        auto files = scratch.repository->uncommittedFiles();
        QVERIFY(files);
        files->sort();
        QCOMPARE(*files, QStringList({u".gitignore"_s, u"README"_s, u"neu/ä ö"_s}));
    }

    void commitsEverything()
    {
        Scratch scratch;
        scratch.write(u"gone"_s, "x\n");
        scratch.commit(u"second"_s);
        QFile::remove(scratch.folder + u"/gone"_s);
        scratch.write(u"README"_s, "other\n");
        scratch.write(u"new/file"_s, "x\n");
        scratch.write(u"empty"_s, "");
        const auto id = scratch.repository->commitAll(u"third"_s);
        QVERIFY(id);
        QCOMPARE(scratch.repository->headCommit(), *id);
        QCOMPARE(scratch.repository->uncommittedFiles(), QStringList());
        const auto summary = scratch.repository->summaryCommits(scratch.first, *id);
        QVERIFY(summary);
        QCOMPARE(*summary, (git::ChangeSummary{3, 2, 3}));
        QCOMPARE(scratch.repository->commitAll(u"nothing"_s), QString());
        QCOMPARE(scratch.repository->headCommit(), *id);
    }

    void commitsOntoNothing()
    {
        TestRoot root;
        auto made = Repository::init(root.path(u"p"_s));
        QVERIFY(made);
        QCOMPARE(made->commitAll(u"empty"_s), QString());
        writeFile(root.path(u"p/x"_s), "x");
        QVERIFY(!Scratch::commitIn(*made, u"first"_s).isEmpty());
        QCOMPARE(made->headBranch(), u"main"_s);
    }

    void authorIsTheConfiguredOneElseOurs_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QByteArray>("author");
        QTest::newRow("none") << QByteArray() << QByteArray("Switchyard <switchyard@localhost>");
        QTest::newRow("configured") << QByteArray("[user]\n name = Zoë Ärger\n email = zoe@example.org\n")
                                    << QByteArray("Zoë Ärger <zoe@example.org>");
        QTest::newRow("name only") << QByteArray("[user]\n name = Zoë\n")
                                   << QByteArray("Switchyard <switchyard@localhost>");
    }
    void authorIsTheConfiguredOneElseOurs()
    {
        QFETCH(QByteArray, config);
        QFETCH(QByteArray, author);
        Scratch scratch;
        appendTo(scratch.internals(u"config"_s), config);
        auto fresh = Repository::open(scratch.folder);
        QVERIFY(fresh);
        scratch.write(u"x"_s, "x");
        const auto id = Scratch::commitIn(*fresh, u"Größe ändern"_s);
        // The reflog's last line names the committer.
        const auto log = readFile(scratch.internals(u"logs/HEAD"_s)).trimmed().split('\n').constLast();
        QVERIFY2(log.contains(id.toUtf8()), log.constData());
        QVERIFY2(log.contains(author), log.constData());
        QVERIFY2(log.contains("Größe ändern"), log.constData());
    }

    void hooksNeverRun()
    {
        Scratch scratch;
        const auto mark = scratch.root.path(u"a hook ran"_s);
        for (const auto& hook :
             {u"pre-commit"_s, u"commit-msg"_s, u"post-commit"_s, u"post-checkout"_s, u"post-merge"_s,
              u"pre-merge-commit"_s, u"reference-transaction"_s, u"prepare-commit-msg"_s}) {
            const auto path = scratch.internals(u"hooks/"_s + hook);
            QDir().mkpath(QFileInfo(path).path());
            writeFile(path, "#!/bin/sh\ntouch '" + mark.toUtf8() + "'\nexit 1\n");
            QFile::setPermissions(path, QFile::permissions(path) | QFile::ExeUser);
        }
        auto task = scratch.task(u"a7f3c1"_s);
        Scratch::writeIn(task.workdir(), u"x"_s, "x\n");
        Scratch::commitIn(task, u"work"_s);
        QVERIFY(scratch.repository->merge(u"task/a7f3c1"_s, u"main"_s, u"merged"_s));
        QVERIFY(scratch.repository->removeWorktree(task.workdir()));
        QVERIFY(!QFileInfo::exists(mark));
    }

    void committingConcludesAMerge()
    {
        Scratch scratch;
        auto task = scratch.task(u"a7f3c1"_s);
        Scratch::writeIn(task.workdir(), u"theirs"_s, "x\n");
        const auto theirs = Scratch::commitIn(task, u"theirs"_s);
        writeFile(scratch.internals(u"MERGE_HEAD"_s), theirs.toUtf8() + '\n');
        scratch.write(u"theirs"_s, "x\n");
        const auto id = scratch.commit(u"joined"_s);
        QCOMPARE(scratch.repository->commitOf(id + u"^2"_s), theirs);
        QVERIFY(!QFileInfo::exists(scratch.internals(u"MERGE_HEAD"_s)));
    }

    void aLockedIndexIsToldApart()
    {
        Scratch scratch;
        scratch.write(u"x"_s, "x");
        writeFile(scratch.internals(u"index.lock"_s), "");
        const auto id = scratch.repository->commitAll(u"m"_s);
        QVERIFY(!id);
        QCOMPARE(id.error().code, ErrorCode::Unavailable);
        QVERIFY(!id.error().hint.isEmpty());
        QFile::remove(scratch.internals(u"index.lock"_s));
        QVERIFY(!scratch.commit(u"m"_s).isEmpty());
    }

    void oddFilesDoNotStopACommit()
    {
        Scratch scratch;
        scratch.write(u"good"_s, "x");
        QCOMPARE(mkfifo(QFile::encodeName(scratch.folder + u"/pipe"_s).constData(), 0600), 0);
        QVERIFY(QFile::link(u"nowhere/at/all"_s, scratch.folder + u"/dangling"_s));
        const QByteArray badName = QFile::encodeName(scratch.folder) + "/b\xff\xfe";
        auto* const file = fopen(badName.constData(), "w");
        QVERIFY(file);
        fclose(file);
        auto nested = Repository::init(scratch.folder + u"/nested"_s);
        QVERIFY(nested);
        scratch.write(u"nested/inner"_s, "x");
        auto another = Repository::init(scratch.folder + u"/with commit"_s);
        QVERIFY(another);
        scratch.write(u"with commit/inner"_s, "x");
        Scratch::commitIn(*another, u"inner"_s);
        const auto id = scratch.repository->commitAll(u"odd"_s);
        QVERIFY2(id, id ? "" : qPrintable(describe(id.error())));
        QCOMPARE(scratch.repository->commitOf(u"main"_s).value_or(QString()), *id);
        const auto summary = scratch.repository->summaryCommits(scratch.first, *id);
        QVERIFY(summary);
        QCOMPARE(summary->files, 3); // good, dangling, and the one with a name that is no text
        QCOMPARE(scratch.repository->uncommittedFiles(), (QStringList{u"nested/"_s, u"with commit/"_s}));
    }
};

QTEST_GUILESS_MAIN(TestRepository)
#include "tst_repository.moc"
