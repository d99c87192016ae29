#include "git/loose_objects.h"

#include "scratch.h"

#include <QDirIterator>
#include <QProcess>

using namespace switchyard;
using namespace switchyard::git;
using namespace switchyard::testing;

class TestLooseObjects : public QObject
{
    Q_OBJECT
private:
    static QString pathOf(const Scratch& scratch, const QString& id)
    {
        return scratch.internals(u"objects/"_s + id.first(2) + u'/' + id.sliced(2));
    }
    static void runGit(const Scratch& scratch, const QStringList& arguments)
    {
        QProcess process;
        process.setWorkingDirectory(scratch.folder);
        process.start(u"git"_s, arguments);
        QVERIFY(process.waitForFinished() && process.exitCode() == 0);
    }

private Q_SLOTS:
    void nothingIsWrong()
    {
        Scratch scratch;
        auto& repository = *scratch.repository;
        const auto before = LooseObjects::in(repository.commonFolder());
        scratch.write(u"README"_s, "more\n");
        Scratch::commitIn(repository, u"second"_s);
        QCOMPARE(*before.damaged(), QStringList());
        // Git renews the date of what it would write a second time.
        QFile touched(pathOf(scratch, scratch.first));
        touched.setPermissions(touched.permissions() | QFile::WriteOwner);
        QVERIFY(touched.open(QIODevice::ReadWrite) &&
                touched.setFileTime(QDateTime::currentDateTime(), QFileDevice::FileModificationTime));
        QCOMPARE(*before.damaged(), QStringList());
        runGit(scratch, {u"gc"_s, u"-q"_s});
        QVERIFY(!QFileInfo::exists(touched.fileName()));
        QCOMPARE(*before.damaged(), QStringList());
    }

    void damage_data()
    {
        QTest::addColumn<QByteArray>("content"); // null: removed
        QTest::newRow("gone") << QByteArray();
        QTest::newRow("emptied") << QByteArray("");
        QTest::newRow("rubbish") << QByteArray("rubbish");
        // `blob 3\0abc`, packed by zlib without compression: a good object of another name.
        QTest::newRow("another's content") << QByteArray::fromHex("7801010a00f5ff626c6f6220330061626311d90319");
    }
    void damage()
    {
        QFETCH(QByteArray, content);
        const Scratch scratch;
        const auto before = LooseObjects::in(scratch.repository->commonFolder());
        const auto path = pathOf(scratch, scratch.first);
        QVERIFY(QFile::remove(path));
        if (!content.isNull())
            writeFile(path, content);
        QCOMPARE(*before.damaged(), QStringList(scratch.first));
    }

    void noRepository()
    {
        QCOMPARE(*LooseObjects().damaged(), QStringList());
        QCOMPARE(*LooseObjects::in(u"/no/such"_s).damaged(), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestLooseObjects)
#include "tst_loose_objects.moc"
