#include "scene.h"
#include "support/test_support.h"
#include "support/widget_support.h"
#include "ui/confirm/confirm_dialog.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMainWindow>
#include <QPushButton>
#include <QTextEdit>

using namespace switchyard;
using namespace switchyard::testing;
using ui::ConfirmDialog;

//! The dialog over a window with one field, fed by an engine in memory.
struct Stage {
    TestRoot root;
    FakeEngine engine{root.paths};
    client::EngineClient client{root.paths, {.startEngine = false, .engineProgram = {}, .name = u"test"_s}};
    client::TaskFeed feed{client};
    QMainWindow window;
    QLineEdit* elsewhere = new QLineEdit(&window);
    ConfirmDialog dialog{client, feed, &window};
    QList<TaskId> stopped;

    Stage()
    {
        window.setCentralWidget(elsewhere);
        window.show();
        if (!QTest::qWaitForWindowActive(&window, 60'000) || !engine.listen())
            qFatal("the stage does not stand");
        QObject::connect(&feed, &client::TaskFeed::taskChanged, &dialog, [this] { dialog.refresh(); });
        QObject::connect(&dialog, &ConfirmDialog::stopWanted, &window, [this](const TaskId& id) { stopped << id; });
        if (!await(client.connectToEngine()) || !await(feed.start()))
            qFatal("no connection");
    }
    TaskId task(const QString& goal = u"Build a calculator"_s)
    {
        TaskSpec spec;
        spec.goal = goal;
        spec.agent = u"builtin"_s;
        spec.project = root.path();
        const auto id = engine.add(spec);
        engine.setStatus(id, TaskStatus::Running);
        return id;
    }
    template <typename T>
    T* find(const char* name)
    {
        return testing::findWidget<T>(dialog, name);
    }
    QString message() { return find<QLabel>("confirmMessage")->text(); }
    //! Past the half second in which keys are ignored.
    bool comesUp()
    {
        return testing::waitFor([this] { return dialog.isVisible(); }) &&
               (QTest::qWait(int(ConfirmDialog::guard.count()) + 60), true);
    }
    bool answered(const TaskId& id)
    {
        return testing::waitFor([&] { return engine.task(id).waitingFor.isEmpty() && !dialog.isVisible(); });
    }
};

class TestConfirmDialog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void allowsMoreThanOnceOnlyByChoice()
    {
        Stage stage;
        auto* const choice = stage.find<QComboBox>("scopeChoice");
        const auto plain = stage.task();
        stage.engine.ask(plain, u"sudo ls"_s, {u"runs as root"_s}, {});
        QVERIFY(stage.comesUp());
        QVERIFY(!choice->isVisible());
        stage.engine.offers = {{u"task"_s, u"again"_s, {}}, {u"folder"_s, u"inside"_s, u"build/out"_s}};
        const auto offered = stage.task();
        stage.engine.ask(offered, u"rm -rf build/out"_s, {u"deletes files"_s}, {});
        QTest::keyClicks(stage.find<QLineEdit>("codeField"), stage.engine.code);
        QTest::mouseClick(stage.find<QPushButton>("allowButton"), Qt::LeftButton);
        QTRY_VERIFY(choice->isVisible());
        QCOMPARE(choice->count(), 3);
        QCOMPARE(choice->currentIndex(), 0);
        QVERIFY(choice->itemText(2).contains(u"build/out/"_s));
        QVERIFY(stage.comesUp());
        choice->setCurrentIndex(2);
        QTest::keyClicks(stage.find<QLineEdit>("codeField"), stage.engine.code);
        QTest::mouseClick(stage.find<QPushButton>("allowButton"), Qt::LeftButton);
        QVERIFY(stage.answered(offered));
        QStringList scopes;
        for (const auto& call : std::as_const(stage.engine.calls))
            if (call.method == u"confirmation.answer")
                scopes << call.params[u"scope"].toString();
        QCOMPARE(scopes, (QStringList{u"once"_s, u"folder"_s}));
    }

    void showsWhatItIsAbout()
    {
        Stage stage;
        const auto id = stage.task();
        stage.engine.ask(id, u"sudo rm -rf build"_s, {u"deletes files"_s, u"runs as root"_s},
                         {u"deletes 214 files in build/"_s, u"3 of them untracked"_s});
        QVERIFY(stage.comesUp());
        QCOMPARE(stage.find<QTextEdit>("confirmCommand")->toPlainText(), u"sudo rm -rf build"_s);
        QVERIFY(stage.find<QLabel>("confirmReasons")->text().contains(u"deletes files"_s));
        QVERIFY(stage.find<QLabel>("confirmReasons")->text().contains(u"runs as root"_s));
        QCOMPARE(stage.find<QListWidget>("confirmImpact")->item(0)->text(), u"deletes 214 files in build/"_s);
        QVERIFY(stage.find<QLabel>("confirmFacts")->text().contains(id.toString()));
        QVERIFY(
            QRegularExpression(u"^(5:00|4:5\\d) left$"_s).match(stage.find<QLabel>("countdown")->text()).hasMatch());
        QVERIFY(stage.dialog.isModal());
        for (const auto* const name : {"allowButton", "denyButton", "denyAndStopButton"}) {
            QVERIFY(!stage.find<QPushButton>(name)->isDefault());
            QVERIFY(!stage.find<QPushButton>(name)->autoDefault());
        }
        QCOMPARE(stage.find<QLineEdit>("codeField")->echoMode(), QLineEdit::Password);
    }
    void wrongThenRightCode()
    {
        Stage stage;
        const auto id = stage.task();
        stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s});
        QVERIFY(stage.comesUp());
        auto* const field = stage.find<QLineEdit>("codeField");
        QVERIFY(!stage.find<QPushButton>("allowButton")->isEnabled());
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(stage.engine.count(u"confirmation.answer"_s), 0); // Enter alone never answers
        QTest::keyClicks(field, u"1111"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(stage.message().contains(u"wrong"_s));
        QVERIFY(stage.message().contains(u'4'));
        QVERIFY(field->text().isEmpty());
        QVERIFY(stage.dialog.isVisible());
        QTest::keyClicks(field, u"2468"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(stage.answered(id));
        QCOMPARE(stage.engine.last(u"confirmation.answer"_s)->params[u"allow"].toBool(), true);
        QCOMPARE(stage.engine.task(id).status, TaskStatus::Running);
    }
    void refusing_data()
    {
        QTest::addColumn<QString>("button"); // empty: Esc
        QTest::addColumn<bool>("stops");
        QTest::newRow("Esc") << QString() << false;
        QTest::newRow("Deny") << u"denyButton"_s << false;
        QTest::newRow("Deny and stop") << u"denyAndStopButton"_s << true;
    }
    void refusing()
    {
        QFETCH(QString, button);
        QFETCH(bool, stops);
        Stage stage;
        const auto id = stage.task();
        stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s});
        QVERIFY(stage.comesUp());
        if (button.isEmpty())
            QTest::keyClick(&stage.dialog, Qt::Key_Escape);
        else
            QTest::mouseClick(stage.find<QPushButton>(button.toLatin1().constData()), Qt::LeftButton);
        QVERIFY(stage.answered(id));
        QCOMPARE(stage.engine.last(u"confirmation.answer"_s)->params[u"allow"].toBool(), false);
        QTRY_COMPARE(stage.stopped, stops ? QList{id} : QList<TaskId>{});
    }
    void keysOfTheFirstHalfSecondAreIgnored()
    {
        Stage stage;
        const auto id = stage.task();
        stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s});
        QVERIFY(testing::waitFor([&] { return stage.dialog.isVisible(); }));
        QTest::keyClicks(stage.find<QLineEdit>("codeField"), u"2468"_s);
        QTest::keyClick(stage.find<QLineEdit>("codeField"), Qt::Key_Return);
        QTest::keyClick(&stage.dialog, Qt::Key_Escape);
        QTest::mouseClick(stage.find<QPushButton>("denyButton"), Qt::LeftButton);
        QVERIFY(stage.find<QLineEdit>("codeField")->text().isEmpty());
        QCOMPARE(stage.engine.count(u"confirmation.answer"_s), 0);
        QVERIFY(stage.dialog.isVisible());
        QVERIFY(!stage.engine.task(id).waitingFor.isEmpty());
    }
    void waitsWhileTheUserTypes()
    {
        Stage stage;
        const auto id = stage.task();
        stage.elsewhere->setFocus();
        QTest::keyClicks(stage.elsewhere, u"Fix the"_s);
        stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s});
        QTRY_VERIFY(stage.feed.find(id) && !stage.feed.find(id)->waitingFor.isEmpty());
        QTest::keyClicks(stage.elsewhere, u" parser"_s);
        QVERIFY(!stage.dialog.isVisible());
        QCOMPARE(stage.elsewhere->text(), u"Fix the parser"_s);
        QVERIFY(QTest::qWaitFor([&] { return stage.dialog.isVisible(); }, 5000)); // once the typing has paused
    }
    void severalQueueUp()
    {
        Stage stage;
        const auto first = stage.task(u"First"_s), second = stage.task(u"Second"_s);
        stage.engine.ask(first, u"rm one"_s, {u"deletes a file"_s});
        QVERIFY(stage.comesUp());
        stage.engine.ask(second, u"rm two"_s, {u"deletes a file"_s}, {}, std::chrono::minutes(1));
        QTRY_COMPARE(stage.dialog.waiting(), 2);
        QCOMPARE(stage.find<QLabel>("confirmPlace")->text(), u"1 of 2"_s);
        QCOMPARE(stage.find<QTextEdit>("confirmCommand")->toPlainText(),
                 u"rm one"_s); // what is being read stays in front
        QTest::mouseClick(stage.find<QPushButton>("denyButton"), Qt::LeftButton);
        QTRY_COMPARE(stage.find<QTextEdit>("confirmCommand")->toPlainText(), u"rm two"_s);
        QVERIFY(stage.find<QLabel>("confirmPlace")->text().isEmpty());
        QTest::mouseClick(stage.find<QPushButton>("denyButton"), Qt::LeftButton); // too early for the second one
        QCOMPARE(stage.engine.count(u"confirmation.answer"_s), 1);
        QVERIFY(stage.dialog.isVisible());
    }
    void answeredElsewhere()
    {
        Stage stage;
        const auto id = stage.task();
        const auto confirmation = stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s});
        QVERIFY(stage.comesUp());
        stage.engine.emitEvent(id, event_kind::confirmationAnswered,
                               {{u"id"_s, confirmation.id}, {u"allowed"_s, true}, {u"door"_s, u"terminal"_s}});
        QTRY_VERIFY(!stage.dialog.isVisible());
        QCOMPARE(stage.engine.count(u"confirmation.answer"_s), 0);
    }
    void otherErrorsAreSaid()
    {
        Stage stage;
        const auto id = stage.task();
        stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s});
        stage.engine.failing.insert(u"confirmation.answer"_s,
                                    {ErrorCode::Limit, u"Too many wrong codes."_s, u"Try again in 30 s."_s});
        QVERIFY(stage.comesUp());
        QTest::keyClicks(stage.find<QLineEdit>("codeField"), u"1"_s);
        QTest::mouseClick(stage.find<QPushButton>("allowButton"), Qt::LeftButton);
        QTRY_COMPARE(stage.message(), u"Too many wrong codes. Try again in 30 s."_s);
    }
    void timeRunsOut()
    {
        Stage stage;
        const auto id = stage.task();
        stage.engine.ask(id, u"rm a"_s, {u"deletes a file"_s}, {}, std::chrono::milliseconds(900));
        QVERIFY(testing::waitFor([&] { return stage.dialog.isVisible(); }));
        QTRY_COMPARE(stage.find<QLabel>("countdown")->text(), u"time is up"_s);
        QVERIFY(!stage.message().isEmpty());
    }
};

QTEST_MAIN(TestConfirmDialog)
#include "tst_confirm_dialog.moc"
