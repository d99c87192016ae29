#include "scratch.h"

using namespace switchyard;
using namespace switchyard::testing;
using git::Repository;
using Change = DiffFile::Change;

class TestDiffing : public QObject
{
    Q_OBJECT

    static const DiffFile* find(const Result<Diff>& diff, const QString& path)
    {
        for (const auto& file : diff->files)
            if (file.path == path)
                return &file;
        return nullptr;
    }
    static QStringList texts(const DiffFile& file)
    {
        QStringList lines;
        for (const auto& hunk : file.hunks)
            for (const auto& line : hunk.lines)
                lines << QString(QStringView(u" +-").at(int(line.kind))) + line.text;
        return lines;
    }

private Q_SLOTS:
    void nothingChanged()
    {
        Scratch scratch;
        const auto diff = scratch.repository->diffToWorkdir(scratch.first);
        QVERIFY(diff);
        QCOMPARE(diff->base, scratch.first);
        QVERIFY(diff->files.isEmpty());
        QCOMPARE(scratch.repository->summaryToWorkdir(u"main"_s), (git::ChangeSummary{}));
    }

    void workdirAgainstCommit_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QStringList>("lines");
        QTest::newRow("changed") << QByteArray("a\nb\nc\n") << QByteArray("a\nB\nc\n")
                                 << QStringList{u" a"_s, u"-b"_s, u"+B"_s, u" c"_s};
        QTest::newRow("CRLF") << QByteArray("a\r\nb\r\n") << QByteArray("a\r\nc\r\n")
                              << QStringList{u" a"_s, u"-b"_s, u"+c"_s};
        QTest::newRow("not UTF-8") << QByteArray("a\n") << QByteArray("a\nM\xfcller\n")
                                   << QStringList{u" a"_s, u"+M\ufffdller"_s};
        QTest::newRow("no last line end") << QByteArray("a\n") << QByteArray("a") << QStringList{u"-a"_s, u"+a"_s};
        QTest::newRow("emptied") << QByteArray("a\n") << QByteArray() << QStringList{u"-a"_s};
        QTest::newRow("filled") << QByteArray() << QByteArray("a\n") << QStringList{u"+a"_s};
    }
    void workdirAgainstCommit()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(QStringList, lines);
        Scratch scratch;
        scratch.write(u"straße 1.txt"_s, before);
        const auto base = scratch.commit(u"base"_s);
        scratch.write(u"straße 1.txt"_s, after);
        const auto diff = scratch.repository->diffToWorkdir(base);
        QVERIFY(diff);
        QCOMPARE(diff->files.size(), 1);
        const auto& file = diff->files.first();
        QCOMPARE(file.path, u"straße 1.txt"_s);
        QCOMPARE(file.change, Change::Modified);
        QVERIFY(!file.binary && !file.truncated);
        QCOMPARE(texts(file), lines);
        QCOMPARE(file.added, lines.filter(QRegularExpression(u"^\\+"_s)).size());
        QCOMPARE(file.removed, lines.filter(QRegularExpression(u"^-"_s)).size());
        QCOMPARE(scratch.repository->summaryToWorkdir(base), (git::ChangeSummary{1, file.added, file.removed}));
    }

    void numbersLines()
    {
        Scratch scratch;
        scratch.write(u"README"_s, "one\n1.5\ntwo\nthree\n");
        const auto diff = scratch.repository->diffToWorkdir(scratch.first);
        QVERIFY(diff && diff->files.size() == 1 && diff->files.first().hunks.size() == 1);
        const auto& hunk = diff->files.first().hunks.first();
        QCOMPARE(hunk.header, u"@@ -1,3 +1,4 @@"_s);
        QCOMPARE(hunk.lines.at(1), (DiffLine{DiffLine::Kind::Added, 0, 2, u"1.5"_s}));
        QCOMPARE(hunk.lines.at(2), (DiffLine{DiffLine::Kind::Context, 2, 3, u"two"_s}));
    }

    void everyKindOfChange()
    {
        Scratch scratch;
        scratch.write(u"old name"_s, "a long enough text\nwith some lines\nthat stay the same\nwhen it moves\n");
        scratch.write(u"gone"_s, "bye\n");
        scratch.write(u"picture"_s, QByteArray("\x89PNG\0\0\1", 7));
        scratch.write(u".gitignore"_s, "*.o\n");
        const auto base = scratch.commit(u"base"_s);
        QVERIFY(QFile::rename(scratch.folder + u"/old name"_s, scratch.folder + u"/neuer Name ß"_s));
        QVERIFY(QFile::remove(scratch.folder + u"/gone"_s));
        scratch.write(u"picture"_s, QByteArray("\x89PNG\0\0\2", 7));
        scratch.write(u"new picture"_s, QByteArray("\0\1\2", 3));
        scratch.write(u"deep/er/untracked"_s, "x\ny\n");
        scratch.write(u"empty"_s, "");
        scratch.write(u"ignored.o"_s, "x");
        QVERIFY(QFile::link(u"README"_s, scratch.folder + u"/link"_s));

        const auto diff = scratch.repository->diffToWorkdir(base);
        QVERIFY(diff);
        QCOMPARE(diff->files.size(), 7);
        const auto* renamed = find(diff, u"neuer Name ß"_s);
        QVERIFY(renamed);
        QCOMPARE(renamed->change, Change::Renamed);
        QCOMPARE(renamed->oldPath, u"old name"_s);
        QVERIFY(renamed->hunks.isEmpty());
        const auto* deleted = find(diff, u"gone"_s);
        QVERIFY(deleted);
        QCOMPARE(deleted->change, Change::Deleted);
        QCOMPARE(texts(*deleted), QStringList{u"-bye"_s});
        const auto* picture = find(diff, u"picture"_s);
        QVERIFY(picture && picture->binary && picture->change == Change::Modified && picture->hunks.isEmpty());
        const auto* newPicture = find(diff, u"new picture"_s);
        QVERIFY(newPicture && newPicture->binary && newPicture->change == Change::Added);
        const auto* untracked = find(diff, u"deep/er/untracked"_s);
        QVERIFY(untracked);
        QCOMPARE(untracked->change, Change::Added);
        QCOMPARE(untracked->added, 2);
        QCOMPARE(texts(*untracked), (QStringList{u"+x"_s, u"+y"_s}));
        const auto* empty = find(diff, u"empty"_s);
        QVERIFY(empty && empty->change == Change::Added && !empty->binary && empty->hunks.isEmpty());
        const auto* link = find(diff, u"link"_s);
        QVERIFY(link);
        QCOMPARE(texts(*link), QStringList{u"+README"_s});

        // What was looked at before the commit is what the commit holds.
        const auto tip = scratch.commit(u"tip"_s);
        const auto committed = scratch.repository->diffCommits(base, tip);
        QVERIFY(committed);
        QCOMPARE(committed->files, diff->files);
        QCOMPARE(committed->toPatch(), diff->toPatch());
        QCOMPARE(Diff::fromJson(diff->toJson()), *diff);
    }

    void stagedAndCommittedWorkCounts()
    {
        Scratch scratch;
        auto task = scratch.task(u"a7f3c1"_s);
        Scratch::writeIn(task.workdir(), u"committed"_s, "1\n");
        Scratch::commitIn(task, u"part"_s);
        Scratch::writeIn(task.workdir(), u"open"_s, "2\n");
        const auto diff = task.diffToWorkdir(scratch.first);
        QVERIFY(diff);
        QVERIFY(find(diff, u"committed"_s) && find(diff, u"open"_s));
        QCOMPARE(task.summaryToWorkdir(scratch.first), (git::ChangeSummary{2, 2, 0}));
    }

    void lookingWritesNothing()
    {
        Scratch scratch;
        scratch.write(u"x"_s, "x");
        const auto index = readFile(scratch.internals(u"index"_s));
        const auto objects = QDir(scratch.internals(u"objects"_s)).entryList();
        QVERIFY(scratch.repository->diffToWorkdir(scratch.first));
        QCOMPARE(readFile(scratch.internals(u"index"_s)), index);
        QCOMPARE(QDir(scratch.internals(u"objects"_s)).entryList(), objects);
    }

    void largeFilesAreCutButCounted()
    {
        Scratch scratch;
        QByteArray many;
        for (int i = 0; i < 30'000; ++i)
            many += QByteArray::number(i) + '\n';
        scratch.write(u"many"_s, many);
        scratch.write(u"wide"_s, QByteArray(100'000, 'x') + "\nshort\n");
        scratch.write(u"heavy"_s, QByteArray(QByteArray(999, 'y') + '\n').repeated(4000));
        scratch.write(u"small"_s, "s\n");
        const auto diff = scratch.repository->diffToWorkdir(scratch.first);
        QVERIFY(diff);
        const auto* file = find(diff, u"many"_s);
        QVERIFY(file && file->truncated);
        QCOMPARE(file->added, 30'000);
        QCOMPARE(texts(*file).size(), 20'000);
        file = find(diff, u"wide"_s);
        QVERIFY(file && file->truncated);
        QCOMPARE(file->added, 2);
        QVERIFY(texts(*file).first().size() < 20'000);
        file = find(diff, u"heavy"_s);
        QVERIFY(file && file->truncated);
        QCOMPARE(file->added, 4000);
        QVERIFY(texts(*file).size() < 2200);
        file = find(diff, u"small"_s);
        QVERIFY(file && !file->truncated);
    }

    void allFilesTogetherAreBounded()
    {
        Scratch scratch;
        const auto block = QByteArray(QByteArray(99, 'z') + '\n').repeated(19'000);
        for (int i = 0; i < 20; ++i)
            scratch.write(u"f%1"_s.arg(i), block + QByteArray::number(i));
        const auto diff = scratch.repository->diffToWorkdir(scratch.first);
        QVERIFY(diff);
        QCOMPARE(diff->files.size(), 20);
        qsizetype text = 0;
        for (const auto& file : diff->files) {
            QCOMPARE(file.added, 19'001);
            for (const auto& line : texts(file))
                text += line.size();
        }
        QVERIFY(text <= 17 << 20);
        QVERIFY(diff->files.last().truncated);
    }

    void commitsAreComparedFromWhereTheyParted()
    {
        Scratch scratch;
        auto task = scratch.task(u"a7f3c1"_s);
        Scratch::writeIn(task.workdir(), u"task"_s, "1\n");
        Scratch::commitIn(task, u"work"_s);
        scratch.write(u"meanwhile"_s, "2\n");
        scratch.commit(u"meanwhile"_s);
        const auto diff = scratch.repository->diffCommits(u"main"_s, u"task/a7f3c1"_s);
        QVERIFY(diff);
        QCOMPARE(diff->base, scratch.first);
        QCOMPARE(diff->files.size(), 1);
        QCOMPARE(diff->files.first().path, u"task"_s);
        QCOMPARE(scratch.repository->summaryCommits(u"main"_s, u"task/a7f3c1"_s), (git::ChangeSummary{1, 1, 0}));
        QCOMPARE(scratch.repository->diffCommits(u"main"_s, u"gone"_s).error().code, ErrorCode::NotFound);
        QCOMPARE(scratch.repository->diffToWorkdir(u"gone"_s).error().code, ErrorCode::NotFound);
    }

    void aNestedRepositoryIsShownAsOneEntry()
    {
        Scratch scratch;
        QVERIFY(Repository::init(scratch.folder + u"/nested"_s));
        scratch.write(u"nested/inner"_s, "x");
        scratch.write(u"plain"_s, "x\n");
        const auto diff = scratch.repository->diffToWorkdir(scratch.first);
        QVERIFY2(diff, diff ? "" : qPrintable(describe(diff.error())));
        QVERIFY(find(diff, u"plain"_s));
        QVERIFY(diff->files.size() <= 2);
    }
};

QTEST_GUILESS_MAIN(TestDiffing)
#include "tst_diffing.moc"
