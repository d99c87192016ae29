#include "process/log_parts.h"
#include "process/output_log.h"
#include "support/test_support.h"

#include <QRandomGenerator>

#include <atomic>
#include <csignal>
#include <thread>

#include <sys/resource.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

namespace {

QByteArray numberedLines(int from, int count)
{
    QByteArray text;
    for (int line = from; line < from + count; ++line)
        text += QByteArray::number(line) + " the quick brown fox\n";
    return text;
}

} // namespace

class TestOutputLog : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;
    int m_number = 0;
    QString m_path;

    std::unique_ptr<OutputLog> open(OutputLogLimits limits = {})
    {
        auto log = OutputLog::open(m_path, limits);
        if (!log)
            qFatal("%s", qPrintable(log.error().message));
        return std::move(*log);
    }
    QByteArray readAll(qint64 offset = 0, qint64 limit = 64 << 20)
    {
        const auto slice = readOutput(m_path, offset, limit);
        return slice ? slice->bytes : QByteArray("failed: ") + slice.error().message.toUtf8();
    }
    void waitUntilCompressed(int parts)
    {
        QTRY_VERIFY_WITH_TIMEOUT(
            QFile::exists(compressedPart(m_path, parts)) && !QFile::exists(plainPart(m_path, parts)), 20'000);
    }

private Q_SLOTS:
    void init() { m_path = m_root.path(u"%1/output.log"_s.arg(++m_number)); }

    void appendsAndReads()
    {
        auto log = open();
        QCOMPARE(log->append("hello "), 0);
        QCOMPARE(log->append(QByteArray("\0\xff world\n", 9)), 6);
        QCOMPARE(log->append({}), 15);
        QCOMPARE(log->size(), 15);
        QCOMPARE(readAll(), QByteArray("hello \0\xff world\n", 15));
        QVERIFY(log->sync());
        QCOMPARE(QFile(m_path).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void slices_data()
    {
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<qint64>("limit");
        QTest::addColumn<qint64>("from");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("all") << 0LL << 100LL << 0LL << QByteArray("0123456789");
        QTest::newRow("middle") << 3LL << 4LL << 3LL << QByteArray("3456");
        QTest::newRow("end") << 8LL << 100LL << 8LL << QByteArray("89");
        QTest::newRow("at the end") << 10LL << 100LL << 10LL << QByteArray();
        QTest::newRow("beyond") << 99LL << 100LL << 10LL << QByteArray();
        QTest::newRow("before the first") << -5LL << 2LL << 0LL << QByteArray("01");
        QTest::newRow("nothing wanted") << 2LL << 0LL << 2LL << QByteArray();
        QTest::newRow("negative") << 2LL << -3LL << 2LL << QByteArray();
    }
    void slices()
    {
        QFETCH(qint64, offset);
        QFETCH(qint64, limit);
        open()->append("0123456789");
        const auto slice = readOutput(m_path, offset, limit);
        QVERIFY(slice);
        QTEST(slice->offset, "from");
        QTEST(slice->bytes, "bytes");
        QCOMPARE(slice->size, 10);
    }

    void noLogYet()
    {
        const auto slice = readOutput(m_path, 5, 10);
        QVERIFY(slice);
        QCOMPARE(slice->size, 0);
        QCOMPARE(slice->bytes, QByteArray());
    }

    void rotatesAndReadsOverParts()
    {
        const auto text = numberedLines(0, 200'000); // about 5 MB
        auto log = open({1 << 20, 10});
        for (qsizetype at = 0; at < text.size(); at += 10'007)
            log->append(text.sliced(at, std::min<qsizetype>(10'007, text.size() - at)));
        QCOMPARE(log->size(), text.size());
        QCOMPARE(readAll(), text); // while some are being compressed
        waitUntilCompressed(5);
        QCOMPARE(partNumbers(m_path), (QList<int>{1, 2, 3, 4, 5}));
        for (const qint64 offset :
             {0ll, 1ll, (1ll << 20) - 1, 1ll << 20, (1ll << 20) + 1, 3'000'000ll, text.size() - 5ll}) {
            const auto slice = readOutput(m_path, offset, 100'000);
            QVERIFY(slice);
            QCOMPARE(slice->offset, offset);
            QCOMPARE(slice->size, text.size());
            QCOMPARE(slice->bytes, text.sliced(offset, std::min<qint64>(100'000, text.size() - offset)));
        }
        QCOMPARE(log->append("next"), text.size());
    }

    void compressedPartsAreOrdinaryZstd()
    {
        const auto text = numberedLines(0, 100'000);
        open({1 << 20, 10})->append(text);
        QProcess zstd;
        zstd.start(u"zstd"_s, {u"-dc"_s, compressedPart(m_path, 1), compressedPart(m_path, 2)});
        QVERIFY(zstd.waitForFinished());
        QCOMPARE(zstd.exitCode(), 0);
        QCOMPARE(zstd.readAllStandardOutput(), text.first(2 << 20));
        QVERIFY(QFile(compressedPart(m_path, 1)).size() < 300'000);
    }

    void oldPartsGo()
    {
        const auto text = numberedLines(0, 400'000); // about 10 MB
        auto log = open({1 << 20, 3});
        log->append(text);
        QCOMPARE(log->size(), text.size());
        const int newest = int(text.size() >> 20);
        waitUntilCompressed(newest);
        QTRY_COMPARE(partNumbers(m_path), (QList<int>{newest - 2, newest - 1, newest}));
        const auto slice = readOutput(m_path, 17, 64 << 20);
        QVERIFY(slice);
        const qint64 first = (newest - 3ll) << 20;
        QCOMPARE(slice->offset, first); // the first byte kept
        QCOMPARE(slice->bytes, text.sliced(first));
    }

    void goesOnAfterReopening()
    {
        const auto text = numberedLines(0, 100'000);
        open({1 << 20, 10})->append(text.first(1'500'000));
        auto log = open({1 << 20, 10});
        QCOMPARE(log->size(), 1'500'000);
        QCOMPARE(log->append(text.sliced(1'500'000)), 1'500'000);
        QCOMPARE(readAll(), text);
        QCOMPARE(partNumbers(m_path), (QList<int>{1, 2}));
    }

    void aCrashAnywhereInARotationLosesNothing_data()
    {
        QTest::addColumn<QString>("crash");
        QTest::newRow("not compressed yet") << u"plain"_s;
        QTest::newRow("half compressed") << u"half"_s;
        QTest::newRow("compressed, plain one not removed") << u"both"_s;
        QTest::newRow("index lost") << u"index"_s;
        QTest::newRow("index torn") << u"torn"_s;
        QTest::newRow("index ahead of the log") << u"ahead"_s;
    }
    void aCrashAnywhereInARotationLosesNothing()
    {
        QFETCH(QString, crash);
        const auto text = numberedLines(0, 100'000);
        open({1 << 20, 10})->append(text);
        waitUntilCompressed(2);
        const auto plain = text.sliced(1 << 20, 1 << 20);
        if (crash == u"plain") {
            QFile::remove(compressedPart(m_path, 2));
            writeFile(plainPart(m_path, 2), plain);
        } else if (crash == u"half") {
            QFile::remove(compressedPart(m_path, 2));
            writeFile(plainPart(m_path, 2), plain);
            writeFile(compressedPart(m_path, 2) + u".tmp"_s, "half");
        } else if (crash == u"both") {
            writeFile(plainPart(m_path, 2), plain);
        } else if (crash == u"index") {
            QFile::remove(indexPath(m_path));
        } else if (crash == u"torn") {
            writeFile(indexPath(m_path), readFile(indexPath(m_path)) + "seven b");
        } else if (crash == u"ahead") {
            writeFile(indexPath(m_path), readFile(indexPath(m_path)) + toBytes({99'999'999, 99'999'999'999}));
        }
        if (crash != u"index")
            QCOMPARE(readAll(), text);
        const auto before = readIndex(m_path);
        {
            auto log = open({1 << 20, 10});
            QCOMPARE(log->size(), text.size());
            QCOMPARE(log->append("more\n"), text.size());
        }
        QCOMPARE(readAll(), text + "more\n");
        QVERIFY(!QFile::exists(plainPart(m_path, 2)) && QFile::exists(compressedPart(m_path, 2)));
        QVERIFY(!QFile::exists(compressedPart(m_path, 2) + u".tmp"_s));
    }

    void indexPointsAtLines()
    {
        const auto text = numberedLines(0, 100'000);
        auto log = open({1 << 20, 10});
        for (qsizetype at = 0; at < text.size(); at += 33'333)
            log->append(text.sliced(at, std::min<qsizetype>(33'333, text.size() - at)));
        const auto all = text + numberedLines(100'000, 5000);
        const auto check = [&] {
            const auto records = readIndex(m_path);
            QVERIFY(records.size() > 1);
            QCOMPARE(qint64(records.first().offset), 2 << 20); // the newest part
            QCOMPARE(qint64(records.first().line), text.first(2 << 20).count('\n'));
            for (const auto& record : records.sliced(1)) {
                QCOMPARE(record.line % 4096, 0u);
                QVERIFY(all.sliced(qsizetype(record.offset)).startsWith(QByteArray::number(record.line) + ' '));
            }
        };
        check();
        log.reset();
        log = open({1 << 20, 10}); // counts on where it was
        log->append(numberedLines(100'000, 5000));
        const auto last = readIndex(m_path).last();
        QVERIFY(last.line >= 100'000);
        QVERIFY(all.sliced(qsizetype(last.offset)).startsWith(QByteArray::number(last.line) + ' '));
        check();
    }

    void readersDuringRotationSeeWholeOutput()
    {
        const auto text = numberedLines(0, 20'000);
        std::atomic<bool> ended = false;
        std::atomic<int> wrong = 0;
        std::atomic<int> reads = 0;
        auto log = open({64 << 10, 1000});
        std::jthread reader([&] {
            while (!ended) {
                const auto offset = QRandomGenerator::global()->bounded(qint64(text.size()));
                const auto slice = readOutput(m_path, offset, 4096);
                if (!slice || (slice->offset != offset && slice->offset != slice->size) ||
                    slice->bytes != text.sliced(slice->offset, slice->bytes.size()))
                    ++wrong;
                ++reads;
            }
        });
        for (qsizetype at = 0; at < text.size(); at += 1000)
            log->append(text.sliced(at, std::min<qsizetype>(1000, text.size() - at)));
        QTRY_VERIFY(reads > 50);
        ended = true;
        reader.join();
        QCOMPARE(wrong.load(), 0);
    }

    void aFullDiskDropsAndCounts()
    {
        // A file size limit refuses as a full disk does, without needing one.
        signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        auto log = open();
        log->append(QByteArray(1000, 'a'));
        const rlimit tight{1500, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &tight);
        const auto start = log->append(QByteArray(1000, 'b'));
        const auto again = log->append(QByteArray(10, 'c'));
        setrlimit(RLIMIT_FSIZE, &before);
        QCOMPARE(start, 1000);
        QCOMPARE(again, 1500);
        QCOMPARE(log->dropped(), 510);
        QCOMPARE(log->append("d"), 1500); // there is room again
        QCOMPARE(readAll(), QByteArray(1000, 'a') + QByteArray(500, 'b') + 'd');
    }

    void aDamagedPartIsSaidToBeDamaged()
    {
        const auto text = numberedLines(0, 100'000);
        open({1 << 20, 10})->append(text);
        const auto part = compressedPart(m_path, 1);
        auto bytes = readFile(part);
        for (qsizetype at = 100; at < 200; ++at)
            bytes[at] = char(~bytes[at]);
        writeFile(part, bytes);
        const auto slice = readOutput(m_path, 0, 1000);
        QVERIFY(!slice);
        QCOMPARE(slice.error().code, ErrorCode::Corrupt);
        QCOMPARE(readAll(2 << 20), text.sliced(2 << 20)); // the others are not touched by it
        writeFile(part, bytes.first(bytes.size() - 3));   // no table: its place is not known
        const auto later = readOutput(m_path, 0, 1000);
        QVERIFY(later);
        QCOMPARE(later->offset, 1 << 20);
    }

    void cannotBeOpened()
    {
        QVERIFY(QDir().mkpath(m_path));
        const auto log = OutputLog::open(m_path);
        QVERIFY(!log);
        QCOMPARE(log.error().code, ErrorCode::Io);
        QVERIFY(log.error().message.contains(m_path));
    }
};

QTEST_GUILESS_MAIN(TestOutputLog)
#include "tst_output_log.moc"
