#include "process/log_parts.h"
#include "process/log_times.h"
#include "process/output_log.h"
#include "support/test_support.h"
#include "ui/log/line_index.h"
#include "ui/log/log_document.h"
#include "ui/log/log_lines.h"
#include "ui/log/log_text.h"

#include <QDateTime>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;

namespace {

//! Lines of all lengths: empty, short, and some longer than a block of the index.
QByteArray randomLog(quint32 seed, qsizetype size)
{
    QRandomGenerator random(seed);
    QByteArray log;
    while (log.size() < size) {
        const auto kind = random.bounded(100);
        const auto length = kind < 20 ? 0 : kind < 97 ? random.bounded(200) : random.bounded(600'000);
        log += QByteArray(int(length), char('a' + random.bounded(26)));
        log += '\n';
    }
    if (seed % 2)
        log += "a last line without an end";
    return log;
}

std::vector<qint64> lineStarts(const QByteArray& log)
{
    std::vector<qint64> starts;
    for (qint64 at = 0; at < log.size(); ++at) {
        if (at == 0 || log[at - 1] == '\n')
            starts.push_back(at);
    }
    return starts;
}

void append(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class TestLineIndex : public QObject
{
    Q_OBJECT
    testing::TestRoot m_root;

private Q_SLOTS:
    void countsNewlines()
    {
        QRandomGenerator random(1);
        for (int length = 0; length < 9000; length += length < 100 ? 1 : 997) {
            QByteArray bytes(length, 'x');
            for (auto& c : bytes)
                c = random.bounded(3) ? 'x' : '\n';
            QCOMPARE(countNewlines(bytes.constData(), length), bytes.count('\n'));
        }
    }

    void findsEveryLine_data()
    {
        QTest::addColumn<QByteArray>("log");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("one line") << QByteArray("one");
        QTest::newRow("one whole line") << QByteArray("one\n");
        QTest::newRow("empty lines") << QByteArray(300'000, '\n');
        QTest::newRow("a block exactly") << QByteArray(LineIndex::blockBytes - 1, 'x') + "\n";
        QTest::newRow("an end in the next block") << QByteArray(LineIndex::blockBytes, 'x') + "\nnext";
        for (quint32 seed = 1; seed <= 6; ++seed)
            QTest::addRow("random %u", seed) << randomLog(seed, 1'500'000);
    }
    void findsEveryLine()
    {
        QFETCH(QByteArray, log);
        const auto path = m_root.path(u"index.log"_s);
        testing::writeFile(path, log);
        const auto file = LogFile::open(path).value();
        LineIndex index;
        while (!index.extend(*file, 100'003)) { // an odd budget: blocks in several steps
        }
        QCOMPARE(index.covered(), log.size());
        QCOMPARE(index.newlines(), log.count('\n'));
        LogLines lines(file, index);
        const auto starts = lineStarts(log);
        QRandomGenerator random(7);
        for (size_t i = 0; i < starts.size();
             i += 1 + (starts.size() > 400 ? random.bounded(quint32(starts.size() / 200)) : 0)) {
            const auto number = qint64(i);
            QCOMPARE(index.lineAt(*file, starts[i]), std::optional(number));
            QCOMPARE(index.offsetOf(*file, number), std::optional(starts[i]));
            QCOMPARE(lines.next(starts[i]), i + 1 < starts.size() ? starts[i + 1] : -1);
            QCOMPARE(lines.previous(starts[i]), i > 0 ? starts[i - 1] : -1);
            const qint64 end = i + 1 < starts.size() ? starts[i + 1] - 1 : log.size() - (log.endsWith('\n') ? 1 : 0);
            QCOMPARE(lines.lineStart((starts[i] + end) / 2), starts[i]);
            const auto raw = lines.read(starts[i]);
            QCOMPARE(raw.end, end);
            QCOMPARE(raw.bytes, log.sliced(starts[i], std::min(end - starts[i], maxRawLineBytes)));
            QCOMPARE(raw.hidden, end - starts[i] - raw.bytes.size());
        }
        QCOMPARE(index.offsetOf(*file, log.count('\n') + 1), std::optional<qint64>());
        QCOMPARE(index.lineAt(*file, log.size() + 1), std::optional<qint64>());
        QCOMPARE(lines.lineStart(0), log.isEmpty() ? -1 : 0);
    }

    void growsWithTheFile()
    {
        const auto path = m_root.path(u"growing.log"_s);
        testing::writeFile(path, {});
        const auto file = LogFile::open(path).value();
        LineIndex index;
        LogLines lines(file, index);
        QByteArray whole;
        QRandomGenerator random(11);
        for (int i = 0; i < 40; ++i) {
            const auto more = randomLog(random.generate(), random.bounded(60'000));
            append(path, more);
            whole += more;
            index.extend(*file);
            lines.setEnd(file->size());
            QCOMPARE(index.newlines(), whole.count('\n'));
            const auto last = lines.lineStart(whole.size() - 1);
            QCOMPARE(last, lineStarts(whole).back());
            QCOMPARE(index.lineAt(*file, last), std::optional<qint64>(qint64(lineStarts(whole).size()) - 1));
        }
    }

    void crossesGiantLines()
    {
        // longer than is ever scanned at once: only the index knows the way across
        const QByteArray giant(12 << 20, 'g');
        const auto log = "before\n" + giant + "\nafter\n";
        const auto path = m_root.path(u"giant.log"_s);
        testing::writeFile(path, log);
        const auto file = LogFile::open(path).value();
        LineIndex index;
        {
            LogLines lines(file, index);
            QCOMPARE(lines.next(7), qint64(-1)); // not known yet: taken for the last line
            QCOMPARE(lines.read(7).bytes.size(), maxRawLineBytes);
        }
        index.extend(*file);
        LogLines lines(file, index);
        const qint64 after = 7 + giant.size() + 1;
        QCOMPARE(lines.next(7), after);
        QCOMPARE(lines.previous(after), qint64(7));
        QCOMPARE(lines.read(7).hidden, giant.size() - maxRawLineBytes);
        QCOMPARE(lines.lineStart(after - 100), qint64(7));
    }

    void showsTheLastStateOfALongProgressLine()
    {
        QByteArray log;
        for (int i = 0; i <= 20'000; ++i)
            log += "\rdone " + QByteArray::number(i);
        const auto path = m_root.path(u"progress.log"_s);
        testing::writeFile(path, log + "\n");
        const auto file = LogFile::open(path).value();
        LineIndex index;
        LogLines lines(file, index);
        QVERIFY(lines.read(0).bytes.endsWith("done 20000"));
        QCOMPARE(lines.read(0).hidden, qint64(0));
    }

    void copiesAcrossAnyLength()
    {
        const auto path = m_root.path(u"copy.log"_s);
        const QByteArray giant(3 << 20, 'g');
        testing::writeFile(path, "one\x1b[31m red\x1b[0m\r\ntwo\n" + giant + "\nlast");
        const auto file = LogFile::open(path).value();
        const std::atomic<bool> stop = false;
        const qint64 two = 18, big = two + 4, last = big + giant.size() + 1;
        const auto copy = [&](LogPosition from, LogPosition to) { return textBetween(*file, from, to, stop); };
        QCOMPARE(copy({0, 0}, {0, 7}), u"one red"_s);
        QCOMPARE(copy({0, 4}, {two, 2}), u"red\ntw"_s);
        QCOMPARE(copy({two, 2}, {0, 4}), u"red\ntw"_s);
        QCOMPARE(copy({two, 0}, {big, 3}), u"two\nggg"_s);
        QCOMPARE(copy({two, 0}, {last, 4}), u"two\n"_s + QString(giant.size(), u'g') + u"\nlast"_s);
        QCOMPARE(copy({last, 1}, {last, 3}), u"as"_s);
        const std::atomic<bool> stopped = true;
        QCOMPARE(textBetween(*file, {0, 0}, {last, 4}, stopped), QString());
    }

    void tellsWhenLinesWereWritten()
    {
        const auto path = m_root.path(u"times/output.log"_s);
        const auto at = [](int tenths) { return std::chrono::milliseconds(1'800'000'000'000 + tenths * 100); };
        {
            auto log = process::OutputLog::open(path, {.partBytes = 10, .parts = 1}).value();
            log->append("removed\nremoved\n"); // two parts are gone by the end
            log->append("kept\nkept\n");
            log->append("newest\nlast\n");
        }
        const auto written = process::readTimes(path);
        QVERIFY(!written.isEmpty());
        QCOMPARE(written.first().offset, 0);
        QVERIFY(std::abs(written.first().time.count() - QDateTime::currentMSecsSinceEpoch()) < 600'000);
        // Records that can be foretold; the view's offsets begin with the first byte that was kept.
        QByteArray records;
        for (const auto& [offset, tenths] : {std::pair{0, 0}, {16, 5}, {26, 9}}) {
            const quint64 words[] = {quint64(offset), quint64(at(tenths).count())};
            records += QByteArray(reinterpret_cast<const char*>(words), sizeof words);
        }
        testing::writeFile(process::timesPath(path), records + "half");
        LogDocument document;
        document.setPath(path);
        const auto origin = document.file()->origin();
        QVERIFY2(origin > 0 && origin < 26, qPrintable(QString::number(origin)));
        QCOMPARE(document.timeOf(16 - origin).value(), at(5));
        QCOMPARE(document.timeOf(25 - origin).value(), at(5));
        QCOMPARE(document.timeOf(26 - origin).value(), at(9));
        QCOMPARE(document.timeOf(document.end()).value(), at(9));
        const std::atomic<bool> stop = false;
        QCOMPARE(textBetween(*document.file(), {26 - origin, 2}, {33 - origin, 2}, stop, document.times()),
                 timeText(at(9)) + u"  west\n"_s + timeText(at(9)) + u"  la"_s);
        // Without records nothing is told; what did not survive a crash is dropped.
        QVERIFY(!timeIn({}, 5));
        QVERIFY(!timeIn({{10, at(0)}}, 5));
        const quint64 beyond[] = {1'000'000, quint64(at(20).count())};
        testing::writeFile(process::timesPath(path),
                           records + QByteArray(reinterpret_cast<const char*>(beyond), sizeof beyond));
        QVERIFY(process::OutputLog::open(path));
        QCOMPARE(process::readTimes(path).size(), 3);
    }

    void documentFollowsTheFilesFate()
    {
        const auto path = m_root.path(u"fate/output.log"_s);
        LogDocument document;
        QSignalSpy reset(&document, &LogDocument::reset), grew(&document, &LogDocument::grew);
        document.setPath(path);
        QVERIFY(!document.file());
        QCOMPARE(document.error().code, ErrorCode::NotFound);

        QDir().mkpath(m_root.path(u"fate"_s));
        testing::writeFile(path, "one\n");
        QTRY_VERIFY(document.file());
        QTRY_COMPARE(document.end(), qint64(4));

        append(path, "two\nthree\n");
        QTRY_COMPARE(document.end(), qint64(14));
        QCOMPARE(document.linesSeen(), qint64(3));
        QCOMPARE(document.offsetOf(2), std::optional<qint64>(8));
        QVERIFY(!grew.isEmpty());

        reset.clear(); // cut short
        testing::writeFile(path, "new\n");
        QTRY_VERIFY(!reset.isEmpty());
        QTRY_COMPARE(document.end(), qint64(4));
        QCOMPARE(document.linesSeen(), qint64(1));

        reset.clear(); // replaced: another file takes its place
        QVERIFY(QFile::rename(path, path + u".old"_s));
        testing::writeFile(path, "a\nb\n");
        QTRY_VERIFY(document.file() && document.linesSeen() == 2);

        document.setPath(m_root.path());
        QVERIFY(!document.file());
        QCOMPARE(document.error().code, ErrorCode::Invalid);
        document.setPath({});
        QCOMPARE(document.end(), qint64(0));
    }

    void bigFilesAreIndexedAside()
    {
        const auto path = m_root.path(u"big.log"_s);
        const auto log = randomLog(2, 20 << 20);
        testing::writeFile(path, log);
        LogDocument document;
        document.setPath(path);
        QCOMPARE(document.end(), log.size()); // at once
        QTRY_VERIFY(document.isIndexed());
        QCOMPARE(document.linesSeen(), log.count('\n'));
    }

    void rotatedPartsAreOneLog()
    {
        const auto path = m_root.path(u"rotated/output.log"_s);
        QVERIFY(QDir().mkpath(m_root.path(u"rotated"_s)));
        QByteArray whole;
        const auto grow = [&](process::OutputLog& log, quint32 seed, qsizetype size) {
            const auto more = randomLog(seed, size);
            for (qsizetype at = 0; at < more.size(); at += 50'000)
                log.append(more.sliced(at, std::min<qsizetype>(50'000, more.size() - at)));
            whole += more;
        };
        auto log = process::OutputLog::open(path, {.partBytes = 1'300'000, .parts = 20}).value();
        grow(*log, 2, 4'000'000);
        QVERIFY(process::partNumbers(path).size() >= 3);

        LogDocument document;
        QSignalSpy reset(&document, &LogDocument::reset);
        document.setPath(path);
        reset.clear();
        QCOMPARE(document.end(), whole.size());
        const auto open = document.file();
        QVERIFY(open->read(0, whole.size()) == whole);
        QVERIFY(open->read(1'299'000, 5000) == whole.sliced(1'299'000, 5000));

        // It goes on through further rotations, with every offset as it was.
        grow(*log, 4, 3'000'000);
        QTRY_COMPARE(document.end(), whole.size());
        QVERIFY(reset.isEmpty());
        QVERIFY(open->read(0, whole.size()) == whole);
        QTRY_VERIFY(document.isIndexed() && document.linesSeen() == whole.count('\n'));

        // All of them compressed, as after the task's end.
        log.reset();
        const auto later = LogFile::open(path).value();
        for (const int number : process::partNumbers(path))
            QVERIFY(QFile::exists(process::compressedPart(path, number)));
        QVERIFY(later->read(0, whole.size()) == whole);
        QVERIFY(open->read(0, whole.size()) == whole);

        // A log that begins again in the same place is another one.
        QVERIFY(QDir(m_root.path(u"rotated"_s)).removeRecursively());
        QVERIFY(QDir().mkpath(m_root.path(u"rotated"_s)));
        testing::writeFile(path, "new\n");
        QTRY_COMPARE(document.end(), qint64(4));
        QVERIFY(!reset.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestLineIndex)
#include "tst_line_index.moc"
