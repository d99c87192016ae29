#include "ui/log/ansi.h"
#include "ui/log/view_colors.h"

#include <QTest>

using namespace switchyard::ui;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(TextStyle)

namespace {

AnsiColor indexed(int index)
{
    return {AnsiColor::Kind::Indexed, quint8(index), 0, 0};
}
TextStyle styled(const std::function<void(TextStyle&)>& change)
{
    TextStyle made;
    change(made);
    return made;
}

} // namespace

class TestAnsi : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void text_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const QByteArray& bytes, const QString& text) {
            QTest::newRow(name) << bytes << text;
        };
        row("empty", "", u""_s);
        row("plain", "make: done", u"make: done"_s);
        row("line end", "done\r\n", u"done"_s);
        row("UTF-8", "grün 日本 🎉", u"grün 日本 🎉"_s);
        row("not UTF-8", "a\xff\xfe b", u"a\ufffd\ufffd b"_s);
        row("cut UTF-8", "a\xe2\x82", u"a\ufffd\ufffd"_s);
        row("overlong", "\xc0\xaf", u"\ufffd\ufffd"_s);
        row("surrogate", "\xed\xa0\x80", u"\ufffd\ufffd\ufffd"_s);
        row("beyond Unicode", "\xf4\x90\x80\x80", u"\ufffd\ufffd\ufffd\ufffd"_s);
        row("controls", QByteArray("a\0b\x07\x7f", 5), u"a^@b^G^?"_s);
        row("tab", "a\tb", u"a\tb"_s);
        row("direction override",
            "a\xe2\x80\xae"
            "b",
            u"a\ufffdb"_s);
        row("line separator",
            "a\xe2\x80\xa8"
            "b",
            u"a\ufffdb"_s);
        row("colour", "\x1b[31mred\x1b[0m!", u"red!"_s);
        row("progress", "10 %\r50 %\r100 %", u"100 %"_s);
        row("progress, shorter last", "working...\rdone", u"doneing..."_s);
        row("progress, cleared", "working...\r\x1b[Kdone", u"done"_s);
        row("progress, line cleared", "working...\x1b[2K\rdone", u"done"_s);
        row("cleared up to here", "abcdef\x1b[3G\x1b[1Kx", u"  xdef"_s);
        row("CR at the end", "working\r", u"working"_s);
        row("backspace", "abc\b\bX", u"aXc"_s);
        row("backspace at the start", "\b\bX", u"X"_s);
        row("column", "abc\x1b[2GX", u"aXc"_s);
        row("forward", "a\x1b[3Cb", u"a   b"_s);
        row("back", "abc\x1b[2DX", u"aXc"_s);
        row("cursor up is dropped", "a\x1b[2Ab", u"ab"_s);
        row("title", "\x1b]0;title\x07text", u"text"_s);
        row("link", "\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", u"text"_s);
        row("device string", "\x1bP1;2|data\x1b\\text", u"text"_s);
        row("title without end hides nothing", "\x1b]0;title", u"0;title"_s);
        row("sequence without end hides nothing", "\x1b[31", u"31"_s);
        row("escape at the end", "a\x1b", u"a"_s);
        row("charset", "\x1b(Ba", u"a"_s);
        row("keypad", "\x1b=a", u"a"_s);
        row("modes", "\x1b[?25la\x1b[?25h", u"a"_s);
        row("not colours", "\x1b[>4;1ma", u"a"_s);
    }
    void text()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, text);
        QCOMPARE(parseLine(bytes).text, text);
    }

    void style_data()
    {
        QTest::addColumn<QByteArray>("sequence");
        QTest::addColumn<TextStyle>("expected");
        const auto row = [](const char* name, const QByteArray& sequence,
                            const std::function<void(TextStyle&)>& change) {
            QTest::newRow(name) << sequence << styled(change);
        };
        row("red", "\x1b[31m", [](auto& s) { s.foreground = indexed(1); });
        row("bright", "\x1b[95m", [](auto& s) { s.foreground = indexed(13); });
        row("background", "\x1b[42m", [](auto& s) { s.background = indexed(2); });
        row("bright background", "\x1b[107m", [](auto& s) { s.background = indexed(15); });
        row("256", "\x1b[38;5;208m", [](auto& s) { s.foreground = indexed(208); });
        row("256 background", "\x1b[48;5;17m", [](auto& s) { s.background = indexed(17); });
        row("true colour", "\x1b[38;2;1;2;3m", [](auto& s) { s.foreground = {AnsiColor::Kind::Rgb, 1, 2, 3}; });
        row("true colour, colons", "\x1b[38:2::1:2:3m",
            [](auto& s) { s.foreground = {AnsiColor::Kind::Rgb, 1, 2, 3}; });
        row("out of range", "\x1b[38;2;999;2;3m", [](auto& s) { s.foreground = {AnsiColor::Kind::Rgb, 255, 2, 3}; });
        row("bold and underlined", "\x1b[1;4m", [](auto& s) { s.bold = s.underline = true; });
        row("several", "\x1b[2;3;7;9m", [](auto& s) { s.faint = s.italic = s.inverse = s.struckOut = true; });
        row("off again", "\x1b[1;3;4;7;9m\x1b[22;23;24;27m", [](auto& s) { s.struckOut = true; });
        row("default colours", "\x1b[31;42m\x1b[39m", [](auto& s) { s.background = indexed(2); });
        row("after 256", "\x1b[38;5;9;1m", [](auto& s) {
            s.foreground = indexed(9);
            s.bold = true;
        });
        row("unknown numbers", "\x1b[1;73m", [](auto& s) { s.bold = true; });
    }
    void style()
    {
        QFETCH(QByteArray, sequence);
        QFETCH(TextStyle, expected);
        const auto line = parseLine("a" + sequence + "bc\x1b[0md");
        QCOMPARE(line.text, u"abcd"_s);
        QCOMPARE(line.runs.size(), 1);
        QCOMPARE(line.runs[0].start, 1);
        QCOMPARE(line.runs[0].length, 2);
        QVERIFY(line.runs[0].style == expected);
        QVERIFY(line.after == TextStyle{});
        QVERIFY(parseLine("a" + sequence + "b").after == expected);
        QVERIFY(styleAfter("a" + sequence + "b", {}) == expected);
        QVERIFY(parseLine("x", expected).runs.first().style == expected);
    }

    void longLinesAreCut()
    {
        const auto line = parseLine(QByteArray(maxDisplayCells + 10, 'x'));
        QCOMPARE(line.text.size(), maxDisplayCells);
        QVERIFY(line.cut);
        QVERIFY(parseLine("\x1b[99999999999C.").cut);
    }

    void visibleBytes_data() { text_data(); }
    void visibleBytes()
    {
        QFETCH(QByteArray, bytes);
        std::vector<qsizetype> sources;
        const auto seen = switchyard::ui::visibleBytes(bytes, &sources);
        QCOMPARE(size_t(seen.size()), sources.size());
        for (size_t i = 0; i < sources.size(); ++i) {
            QVERIFY(sources[i] >= 0 && sources[i] < bytes.size());
            QVERIFY(seen[qsizetype(i)] == bytes[sources[i]] || seen[qsizetype(i)] == ' ');
        }
        // what is searched is what is shown
        QCOMPARE(parseLine(seen).text, parseLine(bytes).text);
    }

    void coloursCanBeRead_data()
    {
        QTest::addColumn<QColor>("base");
        QTest::newRow("white") << QColor(Qt::white);
        QTest::newRow("paper") << QColor(0xfb, 0xf7, 0xee);
        QTest::newRow("dark") << QColor(0x1b, 0x1d, 0x20);
        QTest::newRow("black") << QColor(Qt::black);
        QTest::newRow("slate") << QColor(0x2e, 0x34, 0x40);
    }
    void coloursCanBeRead()
    {
        QFETCH(QColor, base);
        QPalette palette;
        palette.setColor(QPalette::Base, base);
        palette.setColor(QPalette::Text, base.lightness() > 128 ? QColor(0x20, 0x20, 0x20) : QColor(0xd0, 0xd0, 0xd0));
        const auto colors = ViewColors::from(palette);
        for (const auto& [text, on] :
             {std::pair(colors.text, colors.background), std::pair(colors.dim, colors.gutter),
              std::pair(colors.dim, colors.heading), std::pair(colors.link, colors.background),
              std::pair(colors.error, colors.background), std::pair(colors.warning, colors.background),
              std::pair(colors.success, colors.background), std::pair(colors.addedText, colors.added),
              std::pair(colors.removedText, colors.removed), std::pair(colors.hitText, colors.currentHit),
              std::pair(colors.selectionText, colors.selection), std::pair(colors.text, colors.added),
              std::pair(colors.text, colors.removed), std::pair(colors.text, colors.hunk)})
            QVERIFY2(contrast(text, on) >= 4.5, qPrintable(text.name() + u" on "_s + on.name()));
        for (int i = 0; i < 256; ++i)
            QVERIFY(contrast(colors.ansiText(indexed(i), colors.background), colors.background) >= 4.5);
    }
};

QTEST_GUILESS_MAIN(TestAnsi)
#include "tst_ansi.moc"
