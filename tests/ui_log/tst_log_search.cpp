#include "support/test_support.h"
#include "ui/log/ansi.h"
#include "ui/log/log_search.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;

Q_DECLARE_METATYPE(SearchPattern)

namespace {

QByteArray randomLog(quint32 seed, qsizetype size, bool redrawn = false)
{
    QList<QByteArray> words{"error",
                            "Error",
                            "ok",
                            "müll",
                            "MÜLL",
                            "warning:",
                            "foo.bar(1)",
                            "\x1b[31mred\x1b[0m",
                            "er\x1b[1mror\x1b[0m",

                            "\xff\xfe",
                            " ",
                            "  ",
                            "aaa",
                            "x=42"};
    if (redrawn)
        words << "10%\r20%";
    QRandomGenerator random(seed);
    QByteArray log;
    while (log.size() < size) {
        for (auto count = random.bounded(12); count > 0; --count)
            log += words[random.bounded(int(words.size()))] + ' ';
        log += random.bounded(10) ? "\n" : "\r\n";
    }
    return log;
}

//! Line by line, the slow and certain way.
qint64 naiveCount(const QByteArray& log, const SearchPattern& pattern)
{
    QRegularExpression expression(pattern.regex ? pattern.text : QRegularExpression::escape(pattern.text),
                                  pattern.caseSensitive ? QRegularExpression::NoPatternOption
                                                        : QRegularExpression::CaseInsensitiveOption);
    qint64 count = 0;
    for (const auto& line : log.split('\n')) {
        auto matches = expression.globalMatch(QString::fromUtf8(visibleBytes(line)));
        while (matches.hasNext())
            count += matches.next().capturedLength() > 0;
    }
    return count;
}

} // namespace

class TestLogSearch : public QObject
{
    Q_OBJECT
    testing::TestRoot m_root;
    std::shared_ptr<const LogFile> logFile(const QByteArray& log)
    {
        const auto path = m_root.path(u"search.log"_s);
        QFile::remove(path);
        testing::writeFile(path, log);
        return LogFile::open(path).value();
    }
    static std::shared_ptr<const Matcher> matcher(const SearchPattern& pattern)
    {
        return Matcher::compile(pattern).value();
    }

private Q_SLOTS:
    void matches_data()
    {
        QTest::addColumn<SearchPattern>("pattern");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QList<int>>("starts");
        const auto row = [](const char* name, const SearchPattern& pattern, const QByteArray& text,
                            const QList<int>& starts) { QTest::newRow(name) << pattern << text << starts; };
        row("literal", {u"ab"_s}, "ab xab AB", {0, 4, 7});
        row("case", {u"ab"_s, false, true}, "ab xab AB", {0, 4});
        row("one byte", {u"x"_s}, "xxyX", {0, 1, 3});
        row("not overlapping", {u"aa"_s}, "aaaa", {0, 2});
        row("far", {u"needle"_s}, QByteArray(1000, ' ') + "needle" + QByteArray(100, 'e') + "Needle", {1000, 1106});
        row("at the end", {u"end"_s}, QByteArray(33, 'e') + "end", {33});
        row("special characters", {u"a.b("_s}, "a.b( axb(", {0});
        row("not ASCII, any case", {u"müll"_s}, "MÜLL müll", {0, 6});
        row("not ASCII, case", {u"müll"_s, false, true}, "MÜLL müll", {6});
        row("regex", {u"e[a-z]+r"_s, true}, "error xr Eer", {0, 9});
        row("anchors", {u"^a.*$"_s, true}, "ab\nba\r\nac\r\nxa", {0, 7});
        row("not over lines", {u"a\\s+b"_s, true}, "a\nb a b", {4});
        row("not over lines, then in it", {u"[^x]+"_s, true}, "xab\ncdx", {1, 4});
        row("never empty", {u"y*"_s, true}, "xxyyx", {2});
        row("not UTF-8", {u"b.d"_s, true},
            "\xff"
            "bcd\xfe",
            {1});
        row("none", {u"zebra"_s}, "horse", {});
        row("longer than the text", {u"horses"_s}, "horse", {});
    }
    void matches()
    {
        QFETCH(SearchPattern, pattern);
        QFETCH(QByteArray, text);
        QFETCH(QList<int>, starts);
        Scanner scanner(matcher(pattern));
        QList<int> found;
        qsizetype from = 0;
        while (const auto match = scanner.find(text, from)) {
            QVERIFY(match->length > 0 && match->end() <= text.size());
            found << int(match->start);
            from = match->end();
        }
        QCOMPARE(found, starts);
    }

    void wrongPatterns()
    {
        QCOMPARE(Matcher::compile({}).error().code, ErrorCode::Invalid);
        const auto wrong = Matcher::compile({u"a(b"_s, true, false});
        QVERIFY(!wrong);
        QVERIFY2(wrong.error().message.contains(u"at character 4"_s), qPrintable(wrong.error().message));
    }

    void runawayExpressionsAreGivenUp()
    {
        Scanner scanner(matcher({u"(a|aa)+$"_s, true, true}));
        const auto text = QByteArray(60, 'a') + "!\nxx aaa\n";
        const auto match = scanner.find(text);
        QVERIFY(match);
        QCOMPARE(match->start, 65);
    }

    void counts_data()
    {
        QTest::addColumn<SearchPattern>("pattern");
        QTest::newRow("literal") << SearchPattern{u"error"_s};
        QTest::newRow("literal, case") << SearchPattern{u"Error"_s, false, true};
        QTest::newRow("in colours") << SearchPattern{u"red"_s};
        QTest::newRow("not ASCII") << SearchPattern{u"müll"_s};
        QTest::newRow("regex") << SearchPattern{u"e\\w+r|\\d+"_s, true};
        QTest::newRow("whole lines") << SearchPattern{u"^ok (?:ok|error) |aaa *$"_s, true};
        QTest::newRow("escapes are not seen") << SearchPattern{u"[31m"_s};
        QTest::newRow("none") << SearchPattern{u"nothing like it"_s};
    }
    void counts()
    {
        QFETCH(SearchPattern, pattern);
        const auto log = randomLog(3, 1'200'000, true);
        const auto expected = naiveCount(log, pattern);
        LogSearch search;
        QSignalSpy counted(&search, &LogSearch::counted), found(&search, &LogSearch::found);
        QSignalSpy nothing(&search, &LogSearch::nothingFound);
        search.start(logFile(log), matcher(pattern), 0);
        QTRY_VERIFY(!counted.isEmpty() && counted.back()[1].toBool());
        QCOMPARE(counted.back()[0].toLongLong(), expected);
        QTRY_COMPARE(found.size() + nothing.size(), 1);
        QCOMPARE(found.isEmpty(), expected == 0);
    }

    void walksThroughAllMatchesBothWays()
    {
        const auto log = randomLog(5, 700'000);
        const auto file = logFile(log);
        const std::atomic<bool> stop = false;
        PieceScanner scanner(file, matcher({u"warning:"_s}));
        QList<qint64> expected;
        for (qsizetype at = 0; (at = log.indexOf("warning:", at)) >= 0; ++at)
            expected << at;
        QVERIFY(expected.size() > 100);
        // a sample of places, the borders of pieces among them, and going round at both ends
        for (qsizetype i = 0; i < expected.size(); i += expected.size() / 15 + 1) {
            const auto next = findHit(scanner, log.size(), expected[i], true, stop);
            QVERIFY(next);
            QCOMPARE(next->offset, expected[(i + 1) % expected.size()]);
            const auto lineStart = log.lastIndexOf('\n', next->offset) + 1;
            QCOMPARE(next->line, lineStart);
            QCOMPARE(next->indexInLine, log.sliced(lineStart, next->offset - lineStart).count("warning:"));
            const auto previous = findHit(scanner, log.size(), expected[i], false, stop);
            QCOMPARE(previous->offset, expected[(i + expected.size() - 1) % expected.size()]);
        }
        QCOMPARE(findHit(scanner, log.size(), expected.back(), true, stop)->offset, expected.front());
        QCOMPARE(findHit(scanner, log.size(), expected.front(), false, stop)->offset, expected.back());
    }

    void numbersMatches()
    {
        const auto log = randomLog(6, 900'000);
        LogSearch search;
        QSignalSpy numbered(&search, &LogSearch::numbered), counted(&search, &LogSearch::counted);
        search.start(logFile(log), matcher({u"foo.bar(1)"_s}), log.size() / 2);
        QTRY_COMPARE(numbered.size(), 1);
        const auto before = log.first(log.indexOf("foo.bar(1)", log.size() / 2)).count("foo.bar(1)");
        QCOMPARE(numbered.front()[1].toLongLong(), before + 1);
    }

    void countsOnAsTheFileGrows()
    {
        auto log = randomLog(8, 300'000);
        const auto file = logFile(log);
        LogSearch search;
        QSignalSpy counted(&search, &LogSearch::counted);
        search.start(file, matcher({u"aaa"_s}), 0);
        for (quint32 i = 0; i < 10; ++i) {
            QTRY_VERIFY(!counted.isEmpty() && counted.back()[1].toBool());
            QCOMPARE(counted.back()[0].toLongLong(), log.count("aaa"));
            counted.clear();
            const auto more = randomLog(100 + i, 90'000);
            QFile out(m_root.path(u"search.log"_s));
            QVERIFY(out.open(QIODevice::Append));
            out.write(more);
            out.close();
            log += more;
            search.grow();
        }
    }

    void countsInAGiantLine()
    {
        QByteArray log(3 << 20, '.');
        for (qsizetype at = 5000; at + 6 < log.size(); at += 100'000)
            log.replace(at, 6, "needle");
        LogSearch search;
        QSignalSpy counted(&search, &LogSearch::counted);
        search.start(logFile(log), matcher({u"needle"_s}), 0);
        QTRY_VERIFY(!counted.isEmpty() && counted.back()[1].toBool());
        QCOMPARE(counted.back()[0].toLongLong(), log.count("needle"));
    }

    void filters()
    {
        auto log = randomLog(9, 800'000);
        const auto file = logFile(log);
        const auto expect = [&] {
            std::vector<qint64> lines;
            for (qsizetype at = 0; at < log.size();) {
                const auto end = log.indexOf('\n', at);
                if (log.sliced(at, end - at).contains("x=42"))
                    lines.push_back(at);
                at = end + 1;
            }
            return lines;
        };
        LogFilter filter;
        std::vector<qint64> lines;
        bool complete = false;
        connect(&filter, &LogFilter::matched, this, [&](const std::vector<qint64>& more, bool done) {
            lines.insert(lines.end(), more.begin(), more.end());
            complete = done;
        });
        filter.start(file, matcher({u"x=42"_s}));
        QTRY_VERIFY(complete);
        QCOMPARE(lines, expect());
        const auto more = randomLog(10, 400'000);
        QFile out(m_root.path(u"search.log"_s));
        QVERIFY(out.open(QIODevice::Append));
        out.write(more);
        out.close();
        log += more;
        complete = false;
        filter.grow();
        QTRY_VERIFY(complete && lines == expect());
    }

    void cancels()
    {
        LogSearch search;
        QSignalSpy counted(&search, &LogSearch::counted);
        search.start(logFile(randomLog(1, 2'000'000)), matcher({u"(x|y|z)+4"_s, true}), 0);
        search.cancel();
        QVERIFY(!search.isActive());
        QTest::qWait(60); // longer than one report
        QVERIFY(counted.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestLogSearch)
#include "tst_log_search.moc"
