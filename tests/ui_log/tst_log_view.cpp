#include "support/test_support.h"
#include "ui/log/log_canvas.h"
#include "ui/log/log_view.h"
#include "ui/log/pill_button.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace switchyard;
using namespace switchyard::ui;

namespace {

QByteArray numberedLines(int first, int count)
{
    QByteArray log;
    for (int i = first; i < first + count; ++i)
        log += "line " + QByteArray::number(i) + (i % 100 == 37 ? " error: it broke" : "") + '\n';
    return log;
}

//! A log view on the screen, with its parts by their object names.
struct Fixture {
    testing::TestRoot root;
    QString path = root.path(u"output.log"_s);
    LogView view;
    LogCanvas* canvas = view.findChild<LogCanvas*>(u"logLines"_s);
    QLineEdit* field = view.findChild<QLineEdit*>(u"searchField"_s);
    QLabel* count = view.findChild<QLabel*>(u"searchCount"_s);
    PillButton* follow = view.findChild<PillButton*>(u"followButton"_s);

    explicit Fixture(const QByteArray& log = {}, bool following = true)
    {
        if (!log.isNull())
            testing::writeFile(path, log);
        view.resize(800, 400);
        view.setFollowing(following);
        view.setLog(path);
        view.show();
        QVERIFY(QTest::qWaitForWindowActive(&view, 60'000));
        canvas->setFocus();
    }
    void append(const QByteArray& bytes) const
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        file.write(bytes);
    }
    void key(int key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : canvas, Qt::Key(key), modifiers);
    }
    QStringList shown() const
    {
        canvas->viewport()->repaint();
        return canvas->visibleText().split(u'\n');
    }
    QString caretLine() const
    {
        const auto caret = canvas->caret();
        if (!caret.isValid())
            return {};
        return QString::fromUtf8(testing::readFile(path).sliced(caret.line).split('\n').front());
    }
};

} // namespace

class TestLogView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsTheLastPageWhenFollowing()
    {
        const Fixture f(numberedLines(1, 1000));
        QVERIFY(f.shown().contains(u"line 1000"_s));
        QVERIFY(!f.shown().contains(u"line 900"_s));
        QVERIFY(!f.follow->isVisible());
    }

    void showsTheFirstPageOtherwise()
    {
        Fixture f(numberedLines(1, 1000), false);
        QCOMPARE(f.shown().first(), u"line 1"_s);
        QVERIFY(f.follow->isVisible());
        f.view.resize(820, 420);
        QTRY_COMPARE(f.follow->text(), u"↓ Follow"_s); // none of them is new
        f.append(numberedLines(1001, 3));
        QTRY_COMPARE(f.follow->text(), u"↓ 3 new lines"_s);
    }

    void followsWhatArrives()
    {
        const Fixture f(numberedLines(1, 200));
        f.append(numberedLines(201, 50));
        QTRY_VERIFY(f.shown().contains(u"line 250"_s));
        f.append("no end yet");
        QTRY_VERIFY(f.shown().contains(u"no end yet"_s));
        f.append(", now\n");
        QTRY_VERIFY(f.shown().contains(u"no end yet, now"_s));
    }

    void scrollingUpStopsFollowing()
    {
        Fixture f(numberedLines(1, 500));
        QSignalSpy changed(&f.view, &LogView::followingChanged);
        f.key(Qt::Key_PageUp);
        QVERIFY(!f.view.isFollowing());
        QCOMPARE(changed.size(), 1);
        const auto before = f.shown();
        f.append(numberedLines(501, 128));
        QTRY_COMPARE(f.follow->text(), u"↓ 128 new lines"_s);
        QCOMPARE(f.shown(), before); // what is being read stays
        QTest::mouseClick(f.follow, Qt::LeftButton);
        QVERIFY(f.view.isFollowing());
        QVERIFY(f.shown().contains(u"line 628"_s));
        QVERIFY(!f.follow->isVisible());
        f.key(Qt::Key_Home, Qt::ControlModifier);
        QVERIFY(!f.view.isFollowing());
        QCOMPARE(f.shown().first(), u"line 1"_s);
        f.key(Qt::Key_End);
        QVERIFY(f.view.isFollowing());
        QVERIFY(f.shown().contains(u"line 628"_s));
    }

    void waitsForTheFile()
    {
        const Fixture f{QByteArray()};
        QVERIFY(f.canvas->visibleText().isEmpty());
        testing::writeFile(f.path, "here it is\n");
        QTRY_COMPARE(f.shown(), QStringList{u"here it is"_s});
    }

    void startsAgainWhenReplaced()
    {
        const Fixture f(numberedLines(1, 300));
        QVERIFY(QFile::rename(f.path, f.path + u".old"_s));
        testing::writeFile(f.path, "a new log\n");
        QTRY_COMPARE(f.shown(), QStringList{u"a new log"_s});
    }

    void scrollsByBarAndKeys()
    {
        const Fixture f(numberedLines(1, 1000), false);
        auto* const bar = f.canvas->verticalScrollBar();
        bar->setValue(bar->maximum() / 2);
        const auto middle = f.shown().first().section(u' ', 1).toInt();
        QVERIFY2(middle > 400 && middle < 600, qPrintable(f.shown().first()));
        bar->setValue(bar->maximum());
        QVERIFY(f.shown().contains(u"line 1000"_s));
        QVERIFY(f.view.isFollowing()); // who goes to the end wants to see what comes
        bar->setValue(0);
        QCOMPARE(f.shown().first(), u"line 1"_s);
        f.key(Qt::Key_Down);
        f.key(Qt::Key_Down);
        f.key(Qt::Key_Down);
        QCOMPARE(f.caretLine(), u"line 3"_s);
        for (int i = 0; i < 40; ++i)
            f.key(Qt::Key_Down);
        QCOMPARE(f.caretLine(), u"line 43"_s);
        QVERIFY(f.shown().contains(u"line 43"_s));
    }

    void selectsAndCopies()
    {
        const Fixture f("one \x1b[32mgreen\x1b[0m\ntwo\nthree\n", false);
        f.key(Qt::Key_Down);
        f.key(Qt::Key_Right);
        f.key(Qt::Key_Right);
        f.key(Qt::Key_Right);
        f.key(Qt::Key_Right);
        f.key(Qt::Key_Down, Qt::ShiftModifier);
        f.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"green\ntwo"_s);
        f.key(Qt::Key_A, Qt::ControlModifier);
        f.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"one green\ntwo\nthree"_s);
    }

    void copiesMoreThanItShows()
    {
        const Fixture f(numberedLines(1, 200'000), false);
        f.key(Qt::Key_A, Qt::ControlModifier);
        QSignalSpy copied(f.canvas, &LogCanvas::copied);
        f.key(Qt::Key_C, Qt::ControlModifier);
        QTRY_COMPARE(copied.size(), 1);
        QVERIFY(QGuiApplication::clipboard()->text() == QString::fromUtf8(numberedLines(1, 200'000).chopped(1)));
    }

    void selectsWithTheMouse()
    {
        const Fixture f("alpha beta gamma\nsecond\n", false);
        QVERIFY(!f.shown().isEmpty());
        const auto row = f.canvas->rectOfLine(0);
        const int width = QFontMetrics(f.canvas->font()).horizontalAdvance(u'0');
        const int left = row.right() - (row.width() - 18 - 4 * width - 12) + 8;
        QTest::mouseDClick(f.canvas->viewport(), Qt::LeftButton, {}, {left + 7 * width, row.center().y()});
        f.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"beta"_s);
    }

    void findsAndCounts()
    {
        Fixture f(numberedLines(1, 2000), false);
        f.key(Qt::Key_F, Qt::ControlModifier);
        QVERIFY(f.field->hasFocus());
        QTest::keyClicks(f.field, u"IT BROKE"_s);
        QTRY_COMPARE(f.count->text(), u"1 of 20"_s);
        QCOMPARE(f.caretLine(), u"line 37 error: it broke"_s);
        QTest::keyClick(f.field, Qt::Key_F3);
        QTRY_COMPARE(f.count->text(), u"2 of 20"_s);
        QTest::keyClick(f.field, Qt::Key_F3, Qt::ShiftModifier);
        QTRY_COMPARE(f.count->text(), u"1 of 20"_s);
        QTest::keyClick(f.field, Qt::Key_F3, Qt::ShiftModifier); // going round
        QTRY_COMPARE(f.count->text(), u"20 of 20"_s);
        QCOMPARE(f.caretLine(), u"line 1937 error: it broke"_s);
        QVERIFY(f.shown().contains(u"line 1937 error: it broke"_s));
        f.view.findChild<QToolButton*>(u"searchCase"_s)->click();
        QTRY_COMPARE(f.count->text(), u"No matches"_s);
        f.view.findChild<QToolButton*>(u"searchCase"_s)->click();
        f.view.findChild<QToolButton*>(u"searchRegex"_s)->click();
        f.field->setText(u"line 1?999? "_s);
        QTRY_VERIFY(f.count->text() == u"No matches"_s);
        f.field->setText(u"^line 1?999$"_s);
        QTRY_COMPARE(f.count->text(), u"2 of 2"_s); // looked for from where one was
        QCOMPARE(f.caretLine(), u"line 1999"_s);
        f.field->setText(u"("_s);
        QTRY_VERIFY(f.count->text().contains(u"at character"_s));
        QTest::keyClick(f.field, Qt::Key_Escape);
        QVERIFY(!f.field->isVisible());
        QVERIFY(f.canvas->hasFocus());
    }

    void filtersToMatchingLines()
    {
        Fixture f(numberedLines(1, 2000), false);
        f.key(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClicks(f.field, u"error"_s);
        auto* const filtered = f.view.findChild<LogCanvas*>(u"filterLines"_s);
        QVERIFY(filtered->isVisible());
        const auto shown = [&] {
            filtered->viewport()->repaint();
            return filtered->visibleText().split(u'\n');
        };
        QTRY_COMPARE(shown().value(1), u"line 137 error: it broke"_s);
        filtered->setFocus();
        QTest::keyClick(filtered, Qt::Key_Down);
        QTest::keyClick(filtered, Qt::Key_Down);
        QTest::keyClick(filtered, Qt::Key_Down);
        QCOMPARE(f.caretLine(), u"line 237 error: it broke"_s); // the whole log beside it follows
        QTest::keyClick(filtered, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(filtered, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 19);
        f.append("one more error\n");
        QTRY_VERIFY(shown().size() > 1 && filtered->verticalScrollBar()->maximum() > 0);
    }

    void goesFromErrorToError()
    {
        const Fixture f(numberedLines(1, 1000), false);
        f.key(Qt::Key_F8);
        QTRY_COMPARE(f.caretLine(), u"line 37 error: it broke"_s);
        f.key(Qt::Key_F8);
        QTRY_COMPARE(f.caretLine(), u"line 137 error: it broke"_s);
        f.key(Qt::Key_F8, Qt::ShiftModifier);
        QTRY_COMPARE(f.caretLine(), u"line 37 error: it broke"_s);
        f.key(Qt::Key_F8, Qt::ShiftModifier);
        QTRY_COMPARE(f.caretLine(), u"line 937 error: it broke"_s);
    }

    void keepsBookmarks()
    {
        const Fixture f(numberedLines(1, 500), false);
        f.key(Qt::Key_Down);
        f.key(Qt::Key_Down); // on line 2
        f.key(Qt::Key_B, Qt::ControlModifier);
        for (int i = 0; i < 100; ++i)
            f.key(Qt::Key_Down);
        f.key(Qt::Key_B, Qt::ControlModifier);
        f.key(Qt::Key_Home, Qt::ControlModifier);
        f.key(Qt::Key_PageDown, Qt::AltModifier);
        QCOMPARE(f.caretLine(), u"line 2"_s);
        f.key(Qt::Key_PageDown, Qt::AltModifier);
        QCOMPARE(f.caretLine(), u"line 102"_s);
        f.key(Qt::Key_PageDown, Qt::AltModifier);
        QCOMPARE(f.caretLine(), u"line 2"_s);
        f.key(Qt::Key_PageUp, Qt::AltModifier);
        QCOMPARE(f.caretLine(), u"line 102"_s);
    }

    void opensLocations()
    {
        Fixture f("see src/calc.py:12: here\n", false);
        QSignalSpy opened(&f.view, &LogView::openLocation);
        f.key(Qt::Key_Down);
        f.key(Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].toString(), u"src/calc.py"_s);
        QCOMPARE(opened[0][1].toInt(), 12);
    }

    void wrapsLongLines()
    {
        Fixture f(QByteArray(1000, 'w') + "\nlast\n", false);
        auto* const across = f.canvas->horizontalScrollBar();
        QVERIFY(across->maximum() > 0);
        QVERIFY(!f.shown().isEmpty());
        const int single = f.canvas->rectOfLine(0).height();
        f.view.findChild<QAction*>(u"log.wrap"_s)->trigger();
        QVERIFY(!f.shown().isEmpty());
        QCOMPARE(across->maximum(), 0);
        QVERIFY(f.canvas->rectOfLine(0).height() >= 5 * single);
    }

    void saysHowMuchOfAHugeLineIsHidden()
    {
        const Fixture f(QByteArray(12'000'000, 'x') + "\nlast\n", false);
        QVERIFY(f.shown().first().size() <= 4096);
        const auto image = f.canvas->grab();
        QVERIFY(!image.isNull());
    }

    void canBeRead()
    {
        const Fixture f("▶ make\nall is built\n", false);
        QVERIFY(!f.shown().isEmpty());
        auto* const accessible = QAccessible::queryAccessibleInterface(f.canvas);
        QVERIFY(accessible && accessible->textInterface());
        QCOMPARE(accessible->text(QAccessible::Name), u"Output"_s);
        QVERIFY(accessible->state().readOnly);
        auto* const text = accessible->textInterface();
        QCOMPARE(text->text(0, text->characterCount()), u"▶ make\nall is built"_s);
        for (auto* const button : f.view.findChildren<QAbstractButton*>()) {
            if (qobject_cast<QLineEdit*>(button->parent()))
                continue; // Qt's own
            QVERIFY2(!QAccessible::queryAccessibleInterface(button)->text(QAccessible::Name).isEmpty(),
                     qPrintable(button->objectName()));
        }
    }

    void survivesAnything()
    {
        Fixture f(QByteArray("\xff\xfe\x00\x1b[", 5) + QByteArray(5000, '\x1b') + "\n\r\r\r\n" + QByteArray(3000, '\b'),
                  false);
        QVERIFY(!f.shown().isEmpty());
        for (const int key : {Qt::Key_Down, Qt::Key_Up, Qt::Key_Right, Qt::Key_Left, Qt::Key_PageDown, Qt::Key_PageUp,
                              Qt::Key_End, Qt::Key_Home, Qt::Key_F3, Qt::Key_Escape, Qt::Key_F8})
            f.key(key);
        f.view.clear();
        QCOMPARE(f.canvas->visibleText(), QString());
        f.key(Qt::Key_Down);
        f.key(Qt::Key_End);
        f.view.setLog(f.root.path(u"nowhere/at/all.log"_s));
        f.key(Qt::Key_F8);
        f.key(Qt::Key_A, Qt::ControlModifier);
        f.key(Qt::Key_C, Qt::ControlModifier);
    }
};

QTEST_MAIN(TestLogView)
#include "tst_log_view.moc"
