#include "sample_diff.h"
#include "support/test_support.h"
#include "ui/review/diff_canvas.h"
#include "ui/review/diff_view.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace switchyard;
using namespace switchyard::ui;
using testing::fileOf;
using testing::hunkOf;

namespace {

QStringList manyLines(int count, QChar mark = u'+')
{
    QStringList lines;
    for (int i = 0; i < count; ++i)
        lines << mark + u"value_%1 = compute(%1)"_s.arg(i);
    return lines;
}

Diff sample()
{
    return {u"base"_s,
            {fileOf(u"src/calc/add.py"_s, {hunkOf({u" def add(a, b):"_s, u"-    return a"_s, u"+    return a + b"_s}),
                                           hunkOf(manyLines(40), 100, 100)}),
             fileOf(u"src/calc/sub.py"_s, {hunkOf(manyLines(60))}, DiffFile::Change::Added),
             fileOf(u"readme.md"_s, {hunkOf({u"-old"_s, u"+new"_s})})}};
}

struct Fixture {
    DiffView view;
    DiffCanvas* lines = view.findChild<DiffCanvas*>(u"diffLines"_s);
    QTreeView* files = view.findChild<QTreeView*>(u"diffFiles"_s);
    QLabel* progress = view.findChild<QLabel*>(u"diffProgress"_s);

    explicit Fixture(const Diff& diff)
    {
        view.resize(900, 400);
        view.setDiff(diff);
        view.show();
        QVERIFY(QTest::qWaitForWindowActive(&view, 60'000));
        lines->setFocus();
    }
    void key(int key) const { QTest::keyClick(lines, Qt::Key(key)); }
    QString file() const { return lines->diff().files[lines->currentFile()].path; }
    QString firstShown() const { return lines->visibleText().section(u'\n', 0, 0); }
};

} // namespace

class TestDiffView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsFilesAndLines()
    {
        const Fixture f(sample());
        QVERIFY(f.lines->visibleText().startsWith(
            u"src/calc/add.py\n@@ -1 +1 @@\n def add(a, b):\n-    return a\n+    return a + b"_s));
        auto* const model = f.files->model();
        const QAbstractItemModelTester tester(f.files->model());
        QCOMPARE(model->index(0, 0).data().toString(), u"src/calc"_s); // a chain of folders is one
        QCOMPARE(model->rowCount(model->index(0, 0)), 2);
        const auto add = model->index(0, 0, model->index(0, 0));
        QCOMPARE(add.data().toString(), u"add.py"_s);
        QCOMPARE(add.data(DiffFilesModel::AddedRole).toInt(), 41);
        QCOMPARE(f.view.findChild<QLabel*>(u"diffSummary"_s)->text(), u"3 files changed   +102  −2"_s);
    }

    void movesByKeys()
    {
        const Fixture f(sample());
        const auto row = [&] { return f.lines->rows()[size_t(f.lines->currentRow())]; };
        f.key(Qt::Key_J);
        QCOMPARE(row().hunk, 0);
        f.key(Qt::Key_J);
        QCOMPARE(row().hunk, 1);
        f.key(Qt::Key_J);
        QCOMPARE(f.file(), u"src/calc/sub.py"_s);
        f.key(Qt::Key_K);
        QCOMPARE(f.file(), u"src/calc/add.py"_s);
        f.key(Qt::Key_L);
        QCOMPARE(f.file(), u"src/calc/sub.py"_s);
        QCOMPARE(f.files->currentIndex().data().toString(), u"sub.py"_s); // the tree goes along
        f.key(Qt::Key_L);
        QCOMPARE(f.file(), u"readme.md"_s);
        f.key(Qt::Key_L);
        QCOMPARE(f.file(), u"readme.md"_s);
        f.key(Qt::Key_H);
        f.key(Qt::Key_H);
        QCOMPARE(f.file(), u"src/calc/add.py"_s);
        f.key(Qt::Key_End);
        QCOMPARE(f.lines->verticalScrollBar()->value(), f.lines->verticalScrollBar()->maximum());
    }

    void goesToTheFileChosenInTheTree()
    {
        const Fixture f(sample());
        f.files->setFocus();
        QTest::keyClick(f.files, Qt::Key_End);
        QCOMPARE(f.file(), u"readme.md"_s);
        QTest::keyClick(f.files, Qt::Key_Return);
        QVERIFY(f.lines->hasFocus());
    }

    void collectsCommentsOnLines()
    {
        Fixture fixture(sample());
        auto* const bar = fixture.view.findChild<QWidget*>(u"reviewComments"_s);
        auto* const field = fixture.view.findChild<QLineEdit*>(u"commentField"_s);
        QVERIFY(!bar->isVisible());
        QSignalSpy ready(&fixture.view, &DiffView::commentsReady);
        fixture.key(Qt::Key_J);
        fixture.key(Qt::Key_C);
        QVERIFY(field->isVisible());
        QTest::keyClicks(field, u"Why not sum()?"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(fixture.view.comments().size(), 1);
        const auto first = fixture.view.comments().first();
        QCOMPARE(first.path, u"src/calc/add.py"_s);
        QVERIFY(first.line > 0);
        fixture.key(Qt::Key_L);
        fixture.key(Qt::Key_C);
        QTest::keyClicks(field, u"Half a thought"_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(fixture.view.comments().size(), 1);
        QVERIFY(bar->isVisible());
        fixture.view.setTaskRuns(true);
        auto* const send = fixture.view.findChild<QPushButton*>(u"sendCommentsButton"_s);
        QVERIFY(send->text().contains(u"1"_s));
        send->click();
        QCOMPARE(ready.count(), 1);
        const auto message = ready.first().first().toString();
        QVERIFY(message.contains(u"src/calc/add.py:%1"_s.arg(first.line)));
        QVERIFY(message.contains(u"> "_s + first.code.trimmed()));
        QVERIFY(message.contains(u"Why not sum()?"_s));
        fixture.view.setComments({});
        QVERIFY(!bar->isVisible());
    }
    void aCommentOnTheSameLineReplacesTheOld()
    {
        Fixture fixture(sample());
        auto* const field = fixture.view.findChild<QLineEdit*>(u"commentField"_s);
        for (const auto& text : {u"One"_s, u"Two"_s}) {
            fixture.key(Qt::Key_C);
            field->setText(text);
            QTest::keyClick(field, Qt::Key_Return);
        }
        QCOMPARE(fixture.view.comments().size(), 1);
        QCOMPARE(fixture.view.comments().first().text, u"Two"_s);
        auto* const list = fixture.view.findChild<QListWidget*>(u"commentList"_s);
        list->setCurrentRow(0);
        QTest::keyClick(list, Qt::Key_Delete);
        QVERIFY(fixture.view.comments().isEmpty());
    }
    void marksFilesViewed()
    {
        const Fixture f(sample());
        f.key(Qt::Key_J);
        f.key(Qt::Key_V);
        QCOMPARE(f.view.viewed(), QSet{u"src/calc/add.py"_s});
        QCOMPARE(f.progress->text(), u"1 of 3 viewed"_s);
        QVERIFY(!f.lines->visibleText().contains(u"return a"_s)); // folded away
        // another file's change leaves the mark, its own takes it back
        auto diff = sample();
        diff.files[2].hunks[0].lines[1].text = u"newer"_s;
        const_cast<DiffView&>(f.view).setDiff(diff);
        QCOMPARE(f.view.viewed().size(), 1);
        diff.files[0].hunks[0].lines[1].text = u"    return a - b"_s;
        const_cast<DiffView&>(f.view).setDiff(diff);
        QCOMPARE(f.view.viewed().size(), 0);
        QVERIFY(f.lines->visibleText().contains(u"return a"_s));
    }

    void keepsItsPlaceWhenTheDiffGrows()
    {
        Fixture f(sample());
        auto* const bar = f.lines->verticalScrollBar();
        bar->setValue(500);
        const auto before = f.firstShown();
        QVERIFY(before.contains(u"value_"_s));
        auto diff = sample();
        diff.files.prepend(fileOf(u"a_new_file.py"_s, {hunkOf(manyLines(30))}, DiffFile::Change::Added));
        diff.files[1].hunks[0] =
            hunkOf({u" def add(a, b):"_s, u"+    # adds"_s, u"-    return a"_s, u"+    return a + b"_s});
        f.view.setDiff(diff);
        QCOMPARE(f.firstShown(), before);
        QVERIFY(bar->value() > 500);
    }

    void keepsTheSelectionWhenTheDiffGrows()
    {
        Fixture f(sample());
        auto* const area = f.lines->viewport();
        const int row = QFontMetrics(f.lines->font()).height() + 3;
        const int head = row + 14 + row + 6;
        QTest::mousePress(area, Qt::LeftButton, {}, {40, head + row / 2});
        QTest::mouseMove(area, {600, head + 2 * row + row / 2});
        QTest::mouseRelease(area, Qt::LeftButton, {}, {600, head + 2 * row + row / 2});
        const auto text = u"def add(a, b):\n    return a\n    return a + b"_s;
        QCOMPARE(f.lines->selectedText(), text);
        auto diff = sample();
        diff.files.prepend(fileOf(u"a_new_file.py"_s, {hunkOf(manyLines(30))}));
        f.view.setDiff(diff);
        QCOMPARE(f.lines->selectedText(), text);
        QTest::keyClick(f.lines, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), text);
    }

    void showsSideBySide()
    {
        Fixture f(sample());
        QSignalSpy changed(&f.view, &DiffView::sideBySideChanged);
        f.view.findChild<QToolButton*>(u"diffSideBySide"_s)->click();
        QVERIFY(f.view.isSideBySide());
        QCOMPARE(changed.size(), 1);
        QVERIFY(!f.lines->grab().isNull());
        f.view.setSideBySide(false);
        QVERIFY(!f.lines->options().sideBySide);
    }

    void saysWhatIsGoingOn()
    {
        Fixture f({});
        QVERIFY(!f.files->isVisible());
        f.view.setLoading(true);
        f.view.showError(u"The worktree is gone."_s);
        QVERIFY(!f.view.findChild<QLabel*>(u"diffError"_s)->isVisible()); // the whole page says it
        f.view.setDiff(sample());
        f.view.showError(u"The worktree is gone."_s);
        QVERIFY(f.view.findChild<QLabel*>(u"diffError"_s)->isVisible()); // above what was there
        QVERIFY(f.lines->visibleText().contains(u"return a"_s));
        f.view.clear();
        QVERIFY(f.lines->visibleText().isEmpty());
    }

    void highlightsHugeHunksInPortions()
    {
        const Fixture f({{}, {fileOf(u"big.py"_s, {hunkOf(manyLines(10'000))})}});
        f.key(Qt::Key_End);
        QVERIFY(f.lines->visibleText().contains(u"value_9999"_s)); // at once, coloured or not
        QVERIFY(!f.lines->grab().isNull());
    }

    void paintsOddText()
    {
        const Fixture f({{},
                         {fileOf(u"odd.py"_s, {hunkOf({u"+\t\ttabs"_s, u"+"_s + QString(100'000, u'x'),
                                                       u"+\u202eevil\u2028line\u0007"_s, u"+"_s, u"-🎉 日本語"_s})})}});
        QVERIFY(!f.lines->grab().isNull());
        f.key(Qt::Key_Right);
    }

    void canBeRead()
    {
        const Fixture f(sample());
        auto* const accessible = QAccessible::queryAccessibleInterface(f.lines);
        QVERIFY(accessible->textInterface()->characterCount() > 100);
        QCOMPARE(accessible->text(QAccessible::Name), u"Changed lines"_s);
        const auto add = f.files->model()->index(0, 0, f.files->model()->index(0, 0));
        QCOMPARE(add.data(Qt::AccessibleTextRole).toString(), u"src/calc/add.py, 41 added, 1 removed"_s);
    }
};

QTEST_MAIN(TestDiffView)
#include "tst_diff_view.moc"
