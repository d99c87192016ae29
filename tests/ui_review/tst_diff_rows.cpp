#include "sample_diff.h"
#include "ui/review/diff_rows.h"
#include "ui/review/intraline.h"

#include <QRandomGenerator>
#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;
using testing::fileOf;
using testing::hunkOf;

namespace {

//! A row in a few characters: "F", "H", "N", "_" (gap), "2|3" (before|after, "." for none), "~" when only blanks
//! differ.
QString describe(const std::vector<DiffRow>& rows)
{
    QStringList words;
    const auto side = [](int index) { return index < 0 ? u"."_s : QString::number(index); };
    for (const auto& row : rows) {
        switch (row.kind) {
        case DiffRow::Kind::File:
            words << u"F"_s;
            break;
        case DiffRow::Kind::Hunk:
            words << u"H"_s;
            break;
        case DiffRow::Kind::Note:
            words << u"N"_s;
            break;
        case DiffRow::Kind::Gap:
            words << u"_"_s;
            break;
        case DiffRow::Kind::Line:
            words << side(row.before) + u'|' + side(row.after) + (row.unchanged ? u"~"_s : QString());
            break;
        }
    }
    return words.join(u' ');
}

//! The marked parts in brackets.
QString marked(const QString& text, const QList<TextSpan>& spans)
{
    QString result = text;
    for (auto span = spans.rbegin(); span != spans.rend(); ++span)
        result.insert(span->start + span->length, u']').insert(span->start, u'[');
    return result;
}

} // namespace

class TestDiffRows : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rows_data()
    {
        QTest::addColumn<QStringList>("lines");
        QTest::addColumn<QString>("unified");
        QTest::addColumn<QString>("sideBySide");
        const auto row = [](const char* name, const QStringList& lines, const QString& unified, const QString& beside) {
            QTest::newRow(name) << lines << unified << beside;
        };
        row("one changed", {u" a"_s, u"-b = 1"_s, u"+b = 2"_s, u" c"_s}, u"F H 0|0 1|. .|2 3|3 _"_s,
            u"F H 0|0 1|2 3|3 _"_s);
        row("added", {u" a"_s, u"+b"_s, u"+c"_s}, u"F H 0|0 .|1 .|2 _"_s, u"F H 0|0 .|1 .|2 _"_s);
        row("removed", {u"-a"_s, u"-b"_s, u" c"_s}, u"F H 0|. 1|. 2|2 _"_s, u"F H 0|. 1|. 2|2 _"_s);
        row("two for two", {u"-a1"_s, u"-b1"_s, u"+a2"_s, u"+b2"_s}, u"F H 0|. 1|. .|2 .|3 _"_s, u"F H 0|2 1|3 _"_s);
        // the line that went on is found among the new ones
        row("one became three",
            {u"-    return a / b"_s, u"+    if b == 0:"_s, u"+        raise ValueError"_s, u"+    return a / b"_s},
            u"F H 0|. .|1 .|2 .|3 _"_s, u"F H .|1 .|2 0|3 _"_s);
        row("two changes", {u"-a"_s, u"+b"_s, u" c"_s, u"-d"_s, u"+e"_s}, u"F H 0|. .|1 2|2 3|. .|4 _"_s,
            u"F H 0|1 2|2 3|4 _"_s);
    }
    void rows()
    {
        QFETCH(QStringList, lines);
        const Diff diff{{}, {fileOf(u"x.py"_s, {hunkOf(lines)})}};
        QTEST(describe(layOutRows(diff, {})), "unified");
        QTEST(describe(layOutRows(diff, {true, false, {}})), "sideBySide");
    }

    void ignoresBlanks()
    {
        const Diff diff{{},
                        {fileOf(u"x.py"_s, {hunkOf({u"-a=1"_s, u"-b"_s, u"+a = 1"_s, u"+c"_s}),
                                            hunkOf({u" x"_s, u"-\ty"_s, u"+    y"_s}, 50, 50)}),
                         fileOf(u"y.py"_s, {hunkOf({u"-a  b"_s, u"+a b"_s})})}};
        // the pair that differs only in blanks is one quiet line, a hunk of only such pairs is gone, and a file of only
        // such hunks says so
        QCOMPARE(describe(layOutRows(diff, {false, true, {}})), u"F H 0|2~ 1|. .|3 _ F N _"_s);
        QCOMPARE(describe(layOutRows(diff, {true, true, {}})), u"F H 0|2~ 1|3 _ F N _"_s);
        QCOMPARE(layOutRows(diff, {true, true, {}})[6].note, DiffRow::Note::OnlyBlanks);
    }

    void saysWhatIsNotShown()
    {
        Diff diff{{},
                  {fileOf(u"a.png"_s, {}), fileOf(u"b.txt"_s, {}), fileOf(u"c.txt"_s, {}),
                   fileOf(u"d.txt"_s, {hunkOf({u"+x"_s})})}};
        diff.files[0].binary = true;
        diff.files[1].change = DiffFile::Change::Renamed;
        diff.files[3].truncated = true;
        QList<DiffRow::Note> notes;
        const auto rows = layOutRows(diff, {});
        for (const auto& row : rows) {
            if (row.kind == DiffRow::Kind::Note)
                notes << row.note;
        }
        using enum DiffRow::Note;
        QCOMPARE(notes, (QList{Binary, RenamedOnly, Empty, Truncated}));
    }

    void folds()
    {
        const Diff diff{{}, {fileOf(u"a"_s, {hunkOf({u"+x"_s})}), fileOf(u"b"_s, {hunkOf({u"+x"_s})})}};
        QCOMPARE(describe(layOutRows(diff, {false, false, {u"a"_s}})), u"F _ F H .|0 _"_s);
    }

    void everyLineIsShownOnce_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 1; seed <= 20; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    void everyLineIsShownOnce()
    {
        QFETCH(quint32, seed);
        QRandomGenerator random(seed);
        QStringList lines;
        for (int i = 0; i < 300; ++i)
            lines << QString(u" +-"[random.bounded(3)]) +
                         QString(random.bounded(8), QChar('a' + int(random.bounded(3))));
        const Diff diff{{}, {fileOf(u"x"_s, {hunkOf(lines)})}};
        for (const bool beside : {false, true}) {
            for (const bool blanks : {false, true}) {
                QList<int> before, after;
                for (const auto& row : layOutRows(diff, {beside, blanks, {}})) {
                    if (row.before >= 0)
                        before << row.before;
                    if (row.after >= 0)
                        after << row.after;
                }
                QList<int> expectedBefore, expectedAfter;
                for (int i = 0; i < lines.size(); ++i) {
                    if (lines[i].front() != u'+')
                        expectedBefore << i;
                    if (lines[i].front() != u'-')
                        expectedAfter << i;
                }
                QCOMPARE(before, expectedBefore); // each once, and in order
                QCOMPARE(after, expectedAfter);
            }
        }
    }

    void marksWhatDiffers_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("markedBefore");
        QTest::addColumn<QString>("markedAfter");
        const auto row = [](const char* name, const QString& a, const QString& b, const QString& ma,
                            const QString& mb) { QTest::newRow(name) << a << b << ma << mb; };
        row("a word", u"return old_name + 1"_s, u"return new_name + 1"_s, u"return [old_name] + 1"_s,
            u"return [new_name] + 1"_s);
        row("an argument more", u"call(a)"_s, u"call(a, b)"_s, u"call(a)"_s, u"call(a[, b])"_s);
        row("two places", u"x = f(1, 2)"_s, u"y = f(1, 3)"_s, u"[x] = f(1, [2])"_s, u"[y] = f(1, [3])"_s);
        row("indentation", u"  total"_s, u"    total"_s, u"[  ]total"_s, u"[    ]total"_s);
        row("equal", u"same"_s, u"same"_s, u"same"_s, u"same"_s);
        row("nothing in common", u"alpha"_s, u"beta + gamma"_s, u"alpha"_s, u"beta + gamma"_s);
        row("empty", u""_s, u"text"_s, u""_s, u"text"_s);
    }
    void marksWhatDiffers()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        const auto marks = markDifferences(before, after);
        QTEST(marked(before, marks.before), "markedBefore");
        QTEST(marked(after, marks.after), "markedAfter");
    }

    void marksAreBounded()
    {
        QVERIFY(markDifferences(QString(100'000, u'a'), QString(100'000, u'b')) == LineMarks{});
        QString many, other;
        for (int i = 0; i < 900; ++i) {
            many += u"a+"_s;
            other += u"-b"_s;
        }
        QVERIFY(markDifferences(many, other) == LineMarks{});
    }

    void blanks()
    {
        QVERIFY(sameButBlanks(u"a = 1", u"\ta=1  "));
        QVERIFY(sameButBlanks(u"", u"  "));
        QVERIFY(!sameButBlanks(u"a b", u"a c"));
        QVERIFY(!sameButBlanks(u"ab", u"abc"));
    }

    void findsARowAgain()
    {
        const Diff old{
            {}, {fileOf(u"a"_s, {hunkOf({u" 1"_s, u"+two"_s, u" 3"_s}, 10, 10)}), fileOf(u"b"_s, {hunkOf({u"+x"_s})})}};
        Diff now = old;
        now.files.prepend(fileOf(u"0"_s, {hunkOf({u"+new"_s})}));
        now.files[1].hunks = {hunkOf({u"+zero"_s, u" 1"_s, u"+two"_s, u" 3"_s}, 10, 10)}; // one line farther down
        const auto rows = layOutRows(old, {}), newRows = layOutRows(now, {});
        const int at = findAnchor(now, newRows, anchorOf(old, rows[3]));
        QVERIFY(at >= 0);
        QCOMPARE(anchorOf(now, newRows[size_t(at)]).text, u"two"_s);
        QCOMPARE(findAnchor(now, newRows, {u"gone"_s, DiffRow::Kind::Line, 1, 1, {}}), -1);
    }
};

QTEST_GUILESS_MAIN(TestDiffRows)
#include "tst_diff_rows.moc"
