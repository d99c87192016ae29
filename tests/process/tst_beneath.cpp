#include "process/beneath.h"

#include "support/test_support.h"

#include <QDir>

#include <atomic>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

class TestBeneath : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;
    QString m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        m_folder = m_root.path(u"work"_s);
        QVERIFY(QDir().mkpath(m_folder) && QDir().mkpath(m_root.path(u"outside"_s)));
        writeFile(m_root.path(u"outside/secret"_s), "secret\n");
        QVERIFY(QFile::link(m_root.path(u"outside"_s), m_folder + u"/away"_s));
        QVERIFY(QFile::link(u"../outside/secret"_s, m_folder + u"/away-file"_s));
        QVERIFY(mkfifo(QFile::encodeName(m_folder + u"/pipe"_s).constData(), 0600) == 0);
    }

    void writesAndReads()
    {
        QVERIFY(writeBeneath(m_folder, u"new/deep/file"_s, "text\n"));
        QCOMPARE(*readBeneath(m_folder, u"new/deep/file"_s, 100), "text\n");
        QVERIFY(chmod(QFile::encodeName(m_folder + u"/new/deep/file"_s).constData(), 0755) == 0);
        QVERIFY(writeBeneath(m_folder, u"new/deep/file"_s, "other\n"));
        QVERIFY(QFileInfo(m_folder + u"/new/deep/file"_s).isExecutable());
        QCOMPARE(QDir(m_folder + u"/new/deep"_s).entryList(QDir::Files | QDir::Hidden), QStringList(u"file"_s));
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<ErrorCode>("reading");
        QTest::newRow("a link out") << u"away/secret"_s << ErrorCode::Forbidden;
        QTest::newRow("a file's link out") << u"away-file"_s << ErrorCode::Forbidden;
        QTest::newRow("climbing") << u"../outside/secret"_s << ErrorCode::Forbidden;
        QTest::newRow("absolute") << u"/etc/hostname"_s << ErrorCode::Forbidden;
        QTest::newRow("a pipe") << u"pipe"_s << ErrorCode::Invalid;
        QTest::newRow("the folder itself") << u"."_s << ErrorCode::Invalid;
    }
    void refusals()
    {
        QFETCH(QString, path);
        const auto text = readBeneath(m_folder, path, 100);
        QVERIFY(!text);
        QTEST(text.error().code, "reading");
        QVERIFY(!writeBeneath(m_folder, path, "x"));
        QCOMPARE(readFile(m_root.path(u"outside/secret"_s)), "secret\n");
        QCOMPARE(QDir(m_root.path(u"outside"_s)).entryList(QDir::Files | QDir::Hidden), QStringList(u"secret"_s));
    }

    void theLimit()
    {
        writeFile(m_folder + u"/large"_s, QByteArray(2 << 20, 'x'));
        QCOMPARE(readBeneath(m_folder, u"large"_s, 1 << 20).error().code, ErrorCode::Limit);
        QCOMPARE(readBeneath(m_folder, u"missing"_s, 100).error().code, ErrorCode::NotFound);
    }

    //! A folder on the way that becomes a link and a folder again all the time, as a program inside could make it.
    void aRaceIsLost()
    {
        QVERIFY(QDir().mkpath(m_folder + u"/turning"_s));
        const auto turning = QFile::encodeName(m_folder + u"/turning"_s), aside = turning + ".aside";
        const auto outside = QFile::encodeName(m_root.path(u"outside"_s));
        std::atomic<bool> done = false;
        std::thread turner([&] {
            while (!done) {
                rename(turning.constData(), aside.constData());
                if (symlink(outside.constData(), turning.constData()) == 0)
                    unlink(turning.constData());
                rename(aside.constData(), turning.constData());
            }
        });
        int written = 0;
        for (int i = 0; i < 3000; ++i) {
            written += writeBeneath(m_folder, u"turning/escaped"_s, "x").has_value();
            const auto text = readBeneath(m_folder, u"turning/secret"_s, 100);
            if (text)
                done = true;
            QVERIFY2(!text || (turner.join(), false), "it was read through the link");
        }
        done = true;
        turner.join();
        QVERIFY(written > 0);
        QCOMPARE(QDir(m_root.path(u"outside"_s)).entryList(QDir::Files | QDir::Hidden), QStringList(u"secret"_s));
    }
};

QTEST_GUILESS_MAIN(TestBeneath)
#include "tst_beneath.moc"
