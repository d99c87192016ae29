#include "scratch.h"

#include <sys/stat.h>

using namespace switchyard;
using namespace switchyard::testing;
using git::Repository;

class TestRecoveryPoints : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bringsEverythingBack()
    {
        Scratch scratch;
        scratch.write(u".gitignore"_s, "*.tmp\n");
        scratch.write(u"tool.sh"_s, "#!/bin/sh\n");
        QVERIFY(chmod(QFile::encodeName(scratch.folder + u"/tool.sh"_s).constData(), 0755) == 0);
        scratch.commit(u"second"_s);
        auto task = scratch.task(u"a7f3c1"_s);
        const auto folder = scratch.taskFolder(u"a7f3c1"_s);
        const auto in = [&](const QString& path) { return QString(folder + u'/' + path); };
        writeFile(in(u"README"_s), "changed, not committed\n");
        Scratch::writeIn(folder, u"new/file"_s, "untracked\n");
        QVERIFY(QFile::remove(in(u"tool.sh"_s)));
        writeFile(in(u"build.tmp"_s), "ignored\n");
        QVERIFY(QFile::link(u"README"_s, in(u"link"_s)));
        const auto before = task.uncommittedFiles();

        const auto point = task.addRecoveryPoint(u"a7f3c1"_s, u"Before: rm"_s);
        QVERIFY2(point, qPrintable(describe(point ? Error{} : point.error())));
        QCOMPARE(point->number, 1);
        QCOMPARE(*task.uncommittedFiles(), *before); // neither index nor branch was touched
        QCOMPARE(*task.headCommit(), *scratch.repository->headCommit());

        QVERIFY(QFile::remove(in(u"README"_s)));
        QVERIFY(QDir(in(u"new"_s)).removeRecursively());
        QVERIFY(QFile::remove(in(u"link"_s)));
        writeFile(in(u"later"_s), "came after\n");
        writeFile(in(u"build.tmp"_s), "ignored, newer\n");
        QVERIFY(task.commitAll(u"the damage"_s));
        QVERIFY(task.restoreRecoveryPoint(u"a7f3c1"_s, 1));
        QCOMPARE(readFile(in(u"README"_s)), "changed, not committed\n");
        QCOMPARE(readFile(in(u"new/file"_s)), "untracked\n");
        QVERIFY(QFileInfo(in(u"link"_s)).isSymLink());
        QVERIFY(!QFileInfo::exists(in(u"tool.sh"_s)));
        QVERIFY(!QFileInfo::exists(in(u"later"_s)));
        QCOMPARE(readFile(in(u"build.tmp"_s)), "ignored, newer\n");
        QCOMPARE(scratch.read(u"README"_s), "one\ntwo\nthree\n"); // the project's own files are none of this
    }

    void oneForEachChange()
    {
        Scratch scratch;
        auto& repository = *scratch.repository;
        QCOMPARE(repository.addRecoveryPoint(u"one"_s, u"first"_s)->number, 1);
        QCOMPARE(repository.addRecoveryPoint(u"one"_s, u"again"_s)->number, 1);
        scratch.write(u"README"_s, "changed\n");
        QCOMPARE(repository.addRecoveryPoint(u"one"_s, u"second"_s)->number, 2);
        for (int i = 3; i <= 11; ++i) { // in the order of numbers, not of the alphabet
            scratch.write(u"README"_s, QByteArray::number(i));
            QCOMPARE(repository.addRecoveryPoint(u"one"_s, u"more"_s)->number, i);
        }
        QCOMPARE(repository.addRecoveryPoint(u"other"_s, u"its own"_s)->number, 1);
        const auto points = repository.recoveryPoints(u"one"_s);
        QCOMPARE(points->size(), 11);
        QCOMPARE(points->last().number, 11);
        QCOMPARE(points->first().message, u"first"_s);
        QVERIFY(repository.removeRecoveryPoints(u"one"_s));
        QCOMPARE(repository.recoveryPoints(u"one"_s)->size(), 0);
        QCOMPARE(repository.recoveryPoints(u"other"_s)->size(), 1);
        QCOMPARE(repository.branches(), QStringList(u"main"_s)); // hidden: no branch of anybody's
    }

    void leavesOutWhatIsTooLarge()
    {
        Scratch scratch;
        QFile large(scratch.folder + u"/large"_s);
        QVERIFY(large.open(QIODevice::WriteOnly) && large.resize((64 << 20) + 1));
        const auto point = scratch.repository->addRecoveryPoint(u"one"_s, u"Before: rm"_s);
        QVERIFY(point->message.contains(u"larger than 64 MiB: large"_s));
    }

    void anUnknownOneIsAnError()
    {
        Scratch scratch;
        QCOMPARE(scratch.repository->restoreRecoveryPoint(u"one"_s, 1).error().code, ErrorCode::NotFound);
        QCOMPARE(scratch.repository->recoveryPoints(u"one"_s)->size(), 0);
    }

    void aRepositoryWithoutACommit()
    {
        TestRoot root;
        auto repository = Repository::init(root.path(u"empty"_s));
        Scratch::writeIn(repository->workdir(), u"file"_s, "text\n");
        QCOMPARE(repository->addRecoveryPoint(u"one"_s, u"first"_s)->number, 1);
    }
};

QTEST_GUILESS_MAIN(TestRecoveryPoints)
#include "tst_recovery_points.moc"
