#include "scene.h"
#include "support/test_support.h"
#include "ui/shell/actions.h"
#include "ui/shell/main_window.h"
#include "ui/shell/message_bar.h"
#include "ui/tasks/activity_view.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QToolButton>
#include <QToolTip>

using namespace switchyard;
using namespace switchyard::testing;

struct Stage {
    TestRoot root;
    FakeEngine engine{root.paths};
    client::EngineClient client{root.paths, {.startEngine = false, .engineProgram = {}, .name = u"test"_s}};
    client::TaskFeed feed{client};
    ui::Theme theme{*qApp};
    std::unique_ptr<ui::MainWindow> window;

    explicit Stage(bool running = true)
    {
        if (running && !engine.listen())
            qFatal("no engine");
        window = std::make_unique<ui::MainWindow>(client, feed, theme, root.paths);
        window->show();
        client.keepConnected();
        if (!QTest::qWaitForWindowActive(window.get(), 60'000))
            qFatal("no window");
    }
    template <typename T>
    T* find(const char* name) const
    {
        const auto found = window->findChildren<T*>(QString::fromLatin1(name));
        if (found.size() != 1)
            qFatal("there are %d widgets called %s", int(found.size()), name);
        return found.first();
    }
    bool shows(const char* name) const
    {
        return testing::waitFor([&] {
            const auto* const found = window->findChild<QWidget*>(QString::fromLatin1(name));
            return found && found->isVisible();
        });
    }
    bool calls(const QString& method) const
    {
        return testing::waitFor([&] { return engine.count(method) > 0; });
    }
    TaskId task(const QString& goal, const QString& id = {})
    {
        TaskSpec spec;
        spec.goal = goal;
        spec.agent = u"builtin"_s;
        spec.project = root.path();
        if (!id.isEmpty())
            spec.id = TaskId::parse(id).value();
        return engine.add(spec);
    }
};

class TestMainWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ofManyTasksTheNewestAreShownWhileTheOthersAreRead()
    {
        constexpr int many = 150;
        TestRoot root;
        FakeEngine engine(root.paths);
        for (int number = 0; number < many; ++number) {
            TaskSpec spec;
            spec.goal = u"Task %1"_s.arg(number);
            spec.agent = u"builtin"_s;
            spec.project = root.path();
            engine.add(spec);
        }
        QVERIFY(engine.listen());
        client::EngineClient client(root.paths, {.startEngine = false, .engineProgram = {}, .name = u"test"_s});
        client::TaskFeed feed(client);
        ui::Theme theme(*qApp);
        client.keepConnected();
        ui::MainWindow window(client, feed, theme, root.paths);
        QSignalSpy painted(&window, &ui::MainWindow::firstPainted), complete(&feed, &client::TaskFeed::reset);
        qsizetype first = 0;
        bool shown = false;
        connect(&feed, &client::TaskFeed::begun, &window, [&] {
            first = feed.all().size();
            shown = window.isVisible();
        });
        window.showWhenReady();
        QTRY_COMPARE(complete.size(), 1);
        QVERIFY2(first > 0 && first < many, qPrintable(QString::number(first)));
        QVERIFY(shown);
        QCOMPARE(feed.all().size(), many);
        QTRY_COMPARE(painted.size(), 1);
        const auto* const list = window.findChild<QAbstractItemView*>(u"taskList"_s);
        QCOMPARE(list->model()->rowCount(), many + 1); // and the group's heading
    }

    void firstStartToDemo()
    {
        Stage stage;
        stage.engine.code.clear();
        QVERIFY(stage.shows("demoButton"));
        QTest::mouseClick(stage.find<QPushButton>("demoButton"), Qt::LeftButton);
        QVERIFY(stage.shows("chooseCodeDialog")); // no code yet: nothing starts
        QCOMPARE(stage.engine.count(u"demo.start"_s), 0);
        QTest::keyClicks(stage.find<QLineEdit>("newCodeField"), u"2468"_s);
        QTest::keyClicks(stage.find<QLineEdit>("repeatCodeField"), u"2469"_s);
        QTest::mouseClick(stage.find<QPushButton>("saveCodeButton"), Qt::LeftButton);
        QVERIFY(!stage.find<QLabel>("chooseCodeMessage")->text().isEmpty());
        QCOMPARE(stage.engine.count(u"code.set"_s), 0);
        stage.find<QLineEdit>("repeatCodeField")->clear();
        QTest::keyClicks(stage.find<QLineEdit>("repeatCodeField"), u"2468"_s);
        QTest::keyClick(stage.find<QLineEdit>("repeatCodeField"), Qt::Key_Return);
        QVERIFY(stage.calls(u"demo.start"_s));
        QCOMPARE(stage.engine.code, u"2468"_s);
        QVERIFY(stage.shows("taskPage"));
        QTRY_COMPARE(stage.find<QLabel>("taskTitle")->text(), u"Build a calculator with tests"_s);
    }
    void startsFromTheCommandField()
    {
        Stage stage;
        QVERIFY(stage.calls(u"task.list"_s));
        ui::Settings settings;
        auto* const field = stage.find<QLineEdit>("commandField");
        QTest::keyClicks(field, u"Fix the parser"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(stage.shows("messageBar")); // no folder yet: says so, starts nothing
        QCOMPARE(stage.engine.count(u"task.create"_s), 0);
        auto* const project = stage.find<QComboBox>("projectBox");
        project->insertItem(0, u"here"_s, stage.root.path());
        project->setCurrentIndex(0);
        stage.find<QComboBox>("priorityBox")->setCurrentIndex(0);
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(stage.calls(u"task.create"_s));
        const auto spec = TaskSpec::fromJson(stage.engine.last(u"task.create"_s)->params[u"spec"].toObject());
        QVERIFY(spec);
        QCOMPARE(spec->goal, u"Fix the parser"_s);
        QCOMPARE(spec->project, stage.root.path());
        QCOMPARE(spec->priority, Priority::High);
        QCOMPARE(spec->isolation, Isolation::Worktree);
        QTRY_VERIFY(field->text().isEmpty());
        QTRY_COMPARE(stage.find<QLabel>("taskTitle")->text(), u"Fix the parser"_s);
    }
    void severalTasksAtOnce()
    {
        Stage stage;
        QList<TaskId> ids;
        for (const auto* const goal : {"One", "Two", "Three"}) {
            ids << stage.task(QString::fromLatin1(goal));
            stage.engine.setStatus(ids.last(), TaskStatus::Cancelled);
        }
        auto* const list = stage.find<QListView>("taskList");
        QTRY_COMPARE(list->model()->rowCount(), 4);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_A, Qt::ControlModifier);
        const auto& actions = stage.window->actions();
        QTRY_COMPARE(actions["task.retry"]->text(), u"Retry 3 task(s)"_s); // no translation is loaded here
        QVERIFY(!actions["task.cancel"]->isEnabled());                     // none of them is under way
        actions["task.archive"]->trigger();
        QTRY_COMPARE(stage.engine.count(u"task.archive"_s), 3);
        // The archive is folded: only its heading is left.
        QTRY_COMPARE(list->model()->rowCount(), 1);
        stage.window->openTask(ids.first());
        QTRY_COMPARE(actions["task.archive"]->text(), u"Back from the archive"_s);
        actions["task.archive"]->trigger();
        QTRY_COMPARE(stage.engine.count(u"task.archive"_s), 4);
        QVERIFY(!stage.engine.last(u"task.archive"_s)->params[u"archived"].toBool());
    }
    void listByKeyboard()
    {
        Stage stage;
        for (const auto* const goal : {"One", "Two"})
            stage.engine.setStatus(stage.task(QString::fromLatin1(goal)), TaskStatus::Cancelled);
        auto* const list = stage.find<QListView>("taskList");
        QTRY_COMPARE(list->model()->rowCount(), 3);
        list->setFocus();
        list->setCurrentIndex(list->model()->index(1, 0));
        const auto name = [&] { return list->currentIndex().data().toString(); };
        const auto first = name();
        QTest::keyClick(list, Qt::Key_Space);
        QVERIFY(QToolTip::isVisible());
        QVERIFY2(QToolTip::text().contains(first), qPrintable(QToolTip::text()));
        QTest::keyClick(list, Qt::Key_Down);
        QVERIFY2(name() != first && QToolTip::text().contains(name()), qPrintable(QToolTip::text()));
        QTest::keyClick(list, Qt::Key_Escape);
        QTRY_VERIFY(!QToolTip::isVisible());
        // A folded group is within reach of the keys.
        QTest::keyClick(list, Qt::Key_Left);
        QCOMPARE(list->model()->rowCount(), 1);
        QTest::keyClick(list, Qt::Key_Up);
        QCOMPARE(list->currentIndex().row(), 0);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(list->model()->rowCount(), 3);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(name(), first);
    }
    void plainWordsInTheCommandField()
    {
        Stage stage;
        const auto id = stage.task(u"Fix the parser"_s);
        stage.engine.setStatus(id, TaskStatus::Running);
        auto* const field = stage.find<QLineEdit>("commandField");
        const auto say = [&](const QString& words) {
            field->setText(words);
            QTest::keyClick(field, Qt::Key_Return);
        };
        QTRY_COMPARE(stage.find<QListView>("taskList")->model()->rowCount(), 2);
        say(u"How's the coding going?"_s);
        QVERIFY(stage.shows("messageBar"));
        QVERIFY(stage.find<ui::MessageBar>("messageBar")->text().contains(u"Fix the parser"_s));
        say(u"tell %1 to use pytest"_s.arg(id.toString()));
        QVERIFY(stage.calls(u"task.guide"_s));
        QCOMPARE(stage.engine.last(u"task.guide"_s)->params[u"text"].toString(), u"use pytest"_s);
        say(u"pause it"_s);
        QVERIFY(stage.calls(u"task.pause"_s));
        say(u"cancel task ffffff"_s);
        QVERIFY(stage.find<ui::MessageBar>("messageBar")->text().contains(u"ffffff"_s));
        QCOMPARE(stage.engine.count(u"task.cancel"_s), 0);
        QCOMPARE(stage.engine.count(u"task.create"_s), 0);
    }
    void reviewCommentsGoToTheAgent()
    {
        Stage stage;
        const Scene scene(stage.engine, stage.root.path());
        QTRY_VERIFY(stage.feed.find(scene.review));
        if (auto* const confirm = stage.window->findChild<QDialog*>(u"confirmDialog"_s))
            confirm->hide();
        stage.window->openTask(scene.review);
        stage.window->actions()["go.changes"]->trigger();
        QVERIFY(stage.calls(u"task.mergeCheck"_s));
        QTRY_VERIFY(stage.find<QLabel>("reviewVerdict")->text().contains(u"main"_s));
        auto* const lines = stage.find<QWidget>("diffLines");
        QTest::keyClick(lines, Qt::Key_C);
        auto* const field = stage.find<QLineEdit>("commentField");
        field->setText(u"Say why"_s);
        QTest::keyClick(field, Qt::Key_Return);
        // What was not sent yet waits while another task is looked at.
        stage.window->openTask(scene.server);
        QTRY_VERIFY(!stage.find<QWidget>("reviewComments")->isVisibleTo(stage.find<QWidget>("changesView")));
        stage.window->openTask(scene.review);
        stage.find<QPushButton>("sendCommentsButton")->click();
        QVERIFY(stage.calls(u"task.retry"_s));
        QVERIFY(stage.engine.last(u"task.retry"_s)->params[u"message"].toString().contains(u"Say why"_s));
        QTRY_VERIFY(stage.find<QListWidget>("commentList")->count() == 0);
    }
    void templatesAreInTheCommandBar()
    {
        Stage stage;
        QTest::keyClick(stage.find<QToolButton>("templatesButton"), Qt::Key_Space);
        QVERIFY(stage.shows("templatesMenu"));
        const auto actions = stage.find<QMenu>("templatesMenu")->actions();
        QVERIFY(actions.size() > 3);
        QTest::keyClick(stage.find<QMenu>("templatesMenu"), Qt::Key_Down);
        QTest::keyClick(stage.find<QMenu>("templatesMenu"), Qt::Key_Return);
        QVERIFY(stage.shows("startForm"));
        QTRY_COMPARE(stage.find<QComboBox>("templateBox")->currentIndex(), 1); // 0: none
        QTRY_VERIFY(stage.window->findChildren<QMenu*>(u"templatesMenu"_s).isEmpty());
    }
    void theFormStartsFromATemplate()
    {
        Stage stage;
        QVERIFY(stage.calls(u"task.list"_s));
        auto* const field = stage.find<QLineEdit>("commandField");
        field->setText(u"fixtest"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(stage.shows("startForm"));
        auto* const templates = stage.find<QComboBox>("templateBox");
        QTRY_COMPARE(templates->currentData().toString(), u"fix-failing-test"_s);
        stage.find<QComboBox>("formProjectBox")->setCurrentText(stage.root.path());
        auto* const start = stage.find<QPushButton>("formStartButton");
        start->click();
        QVERIFY(stage.find<QLabel>("startFormMessage")->text().contains(u"test"_s)); // its parameter is missing
        QCOMPARE(stage.engine.count(u"task.create"_s), 0);
        stage.find<QLineEdit>("parameter-test")->setText(u"test_divide"_s);
        QVERIFY(stage.find<QPlainTextEdit>("templatePreview")->toPlainText().contains(u"The test test_divide fails"_s));
        stage.find<QDoubleSpinBox>("budgetBox")->setValue(2.5);
        stage.find<QComboBox>("networkBox")->setCurrentIndex(3);
        stage.find<QPlainTextEdit>("extraFoldersField")->setPlainText(u"/tmp\n\n/var/tmp\n"_s);
        start->click();
        QVERIFY(stage.calls(u"task.create"_s));
        const auto spec = TaskSpec::fromJson(stage.engine.last(u"task.create"_s)->params[u"spec"].toObject());
        QVERIFY(spec);
        QVERIFY(spec->goal.startsWith(u"The test test_divide fails"_s));
        QCOMPARE(spec->agentType, u"fixer"_s);
        QCOMPARE(spec->limits.budgetUsd, 2.5);
        QCOMPARE(spec->network, NetworkAccess::Off);
        QCOMPARE(spec->extraFolders, (QStringList{u"/tmp"_s, u"/var/tmp"_s}));
    }
    void panesComeAndGo()
    {
        Stage stage;
        stage.task(u"Fix the parser"_s);
        QVERIFY(stage.shows("listPane"));
        QVERIFY(stage.shows("detailsPane"));
        const auto& actions = stage.window->actions();
        actions["window.details"]->trigger();
        QTRY_VERIFY(!stage.find<QWidget>("detailsPane")->isVisible());
        actions["window.outputPane"]->trigger();
        QVERIFY(stage.shows("outputPane"));
        QVERIFY(stage.find<QWidget>("outputPane")->isAncestorOf(stage.find<QWidget>("outputView")));
        actions["go.dashboard"]->trigger();
        QVERIFY(stage.shows("dashboardPage"));
        QTRY_VERIFY(!stage.find<QWidget>("outputPane")->isVisible());
        actions["go.dashboard"]->trigger();
        actions["window.resetLayout"]->trigger();
        QVERIFY(stage.shows("detailsPane"));
        QVERIFY(stage.find<QWidget>("tabs")->isAncestorOf(stage.find<QWidget>("outputView")));
    }
    void folderThatIsNoRepository_data()
    {
        QTest::addColumn<QString>("button");
        QTest::addColumn<QString>("isolation");
        QTest::newRow("in place") << u"runInPlaceButton"_s << isolationName(Isolation::InPlace);
        QTest::newRow("make one") << u"makeRepositoryButton"_s << isolationName(Isolation::Worktree);
    }
    void folderThatIsNoRepository()
    {
        QFETCH(QString, button);
        QFETCH(QString, isolation);
        Stage stage;
        stage.engine.repository = false;
        QVERIFY(stage.calls(u"engine.status"_s));
        QVERIFY(stage.calls(u"task.list"_s));
        auto* const project = stage.find<QComboBox>("projectBox");
        project->insertItem(0, u"here"_s, stage.root.path());
        project->setCurrentIndex(0);
        QTest::keyClicks(stage.find<QLineEdit>("commandField"), u"Fix it"_s);
        QTest::keyClick(stage.find<QLineEdit>("commandField"), Qt::Key_Return);
        QVERIFY(stage.shows("notRepositoryDialog"));
        QTest::mouseClick(stage.find<QPushButton>(button.toLatin1().constData()), Qt::LeftButton);
        QVERIFY(stage.calls(u"task.create"_s));
        QCOMPARE(stage.engine.last(u"task.create"_s)->params[u"spec"][u"isolation"].toString(), isolation);
        QCOMPARE(stage.engine.repository, button == u"makeRepositoryButton");
    }
    void pageFollowsTheTask()
    {
        Stage stage;
        const auto id = stage.task(u"Build it"_s);
        stage.engine.setStatus(id, TaskStatus::Running);
        QVERIFY(stage.shows("taskPage"));
        stage.engine.emitEvent(id, event_kind::agentMessage, {{u"text"_s, u"Hello"_s}});
        stage.engine.emitEvent(id, event_kind::taskProgress, {{u"percent"_s, 40}});
        auto* const view = stage.find<ui::ActivityView>("activityView");
        QTRY_COMPARE(view->model()->rowCount(), 1);
        QTRY_VERIFY(stage.find<QWidget>("phaseBar")->accessibleName().contains(u"40"_s));
        stage.engine.emitEvent(id, event_kind::gitChanges, {{u"files"_s, 2}, {u"added"_s, 120}, {u"removed"_s, 14}});
        QTRY_COMPARE(stage.find<QTabWidget>("tabs")->tabText(2), u"Changes +120 −14"_s);
    }
    void longWordsDoNotWidenTheWindow()
    {
        Stage stage;
        const auto id = stage.task(u"Build "_s + QString(400, u'x'));
        QVERIFY(stage.shows("taskPage"));
        const auto size = stage.window->size();
        const auto why = u"No model is configured. "_s.repeated(30);
        stage.engine.emitEvent(id, event_kind::taskStatus,
                               {{u"from"_s, u"running"_s}, {u"to"_s, u"failed"_s}, {u"reason"_s, why}});
        QTRY_VERIFY(stage.find<QLabel>("taskState")->text().contains(u"No model"));
        QVERIFY(stage.window->minimumSizeHint().width() <= size.width());
        QCOMPARE(stage.window->size(), size);
        // The whole reason stands where the task ended.
        auto* const model = static_cast<ui::ActivityModel*>(stage.find<ui::ActivityView>("activityView")->model());
        QTRY_VERIFY(model->rowCount() > 0);
        QCOMPARE(model->item(model->rowCount() - 1).body, why.trimmed());
    }
    void theSandboxIsChosen()
    {
        Stage stage;
        stage.engine.sandbox.insert(u"missing"_s, QJsonArray{u"bubblewrap is not installed."_s});
        QVERIFY(stage.calls(u"engine.status"_s));
        QVERIFY(stage.calls(u"task.list"_s));
        auto* const project = stage.find<QComboBox>("projectBox");
        project->insertItem(0, u"here"_s, stage.root.path());
        project->setCurrentIndex(0);
        QTest::keyClicks(stage.find<QLineEdit>("commandField"), u"Fix it"_s);
        stage.window->actions()["task.new"]->trigger();
        QVERIFY(stage.shows("startForm"));
        QVERIFY(stage.shows("sandboxNote"));
        QCOMPARE(stage.find<QLabel>("sandboxNote")->text(), u"bubblewrap is not installed."_s);
        auto* const sandbox = stage.find<QComboBox>("sandboxBox");
        auto* const agent = stage.find<QComboBox>("formAgentBox");
        QVERIFY(sandbox->itemText(0).startsWith(u"Standard"));
        agent->setCurrentIndex(agent->count() - 1); // a shell command has another setting
        QVERIFY(sandbox->itemText(0).startsWith(u"Off"));
        agent->setCurrentIndex(0);
        sandbox->setCurrentIndex(sandbox->findData(int(SandboxLevel::Strict)));
        auto* const network = stage.find<QComboBox>("networkBox");
        network->setCurrentIndex(network->findData(int(NetworkAccess::Loopback)));
        QTest::mouseClick(stage.find<QPushButton>("formStartButton"), Qt::LeftButton);
        QVERIFY(stage.calls(u"task.create"_s));
        const auto spec = stage.engine.last(u"task.create"_s)->params[u"spec"].toObject();
        QCOMPARE(spec[u"sandbox"].toString(), u"strict"_s);
        QCOMPARE(spec[u"network"].toString(), u"loopback"_s);
    }
    void theSandboxOfATaskIsShown()
    {
        Stage stage;
        const auto id = stage.task(u"Build it"_s);
        stage.engine.setStatus(id, TaskStatus::Running);
        QVERIFY(stage.shows("taskPage"));
        stage.engine.emitEvent(id, event_kind::taskSandbox,
                               {{u"level"_s, u"strict"_s}, {u"network"_s, u"off"_s}, {u"trouble"_s, QString()}});
        QTRY_COMPARE(stage.find<QLabel>("taskSandbox")->text(), u"Strict sandbox, no network"_s);
        stage.engine.emitEvent(
            id, event_kind::taskSandbox,
            {{u"level"_s, u"off"_s}, {u"network"_s, u"on"_s}, {u"trouble"_s, u"bubblewrap is not installed."_s}});
        QTRY_COMPARE(stage.find<QLabel>("taskSandbox")->text(), u"No sandbox"_s);
        QVERIFY(stage.find<QLabel>("taskSandbox")->toolTip().contains(u"bubblewrap is not installed"));
    }
    void filesAreBroughtBack()
    {
        Stage stage;
        const auto id = stage.task(u"Build it"_s);
        stage.window->openTask(id);
        stage.engine.setStatus(id, TaskStatus::Running);
        auto* const recover = stage.window->actions()["task.recover"];
        QVERIFY(stage.shows("taskPage"));
        QVERIFY(!recover->isEnabled()); // it runs
        stage.engine.setStatus(id, TaskStatus::Completed);
        QTRY_VERIFY(recover->isEnabled());
        recover->trigger();
        QVERIFY(stage.shows("recoveryDialog"));
        QTRY_VERIFY(stage.find<QLabel>("recoveryAbout")->text().startsWith(u"Nothing"));
        QTest::mouseClick(stage.find<QPushButton>("recoveryCancelButton"), Qt::LeftButton);
        QTRY_VERIFY(!stage.window->findChild<QDialog*>(u"recoveryDialog"_s));
        stage.engine.recoveryPoints = {QJsonObject{{u"number"_s, 1}, {u"message"_s, u"Before: rm one"_s}},
                                       QJsonObject{{u"number"_s, 2}, {u"message"_s, u"Before: rm two"_s}}};
        recover->trigger();
        QVERIFY(stage.shows("recoveryList"));
        auto* const list = stage.find<QListWidget>("recoveryList");
        QCOMPARE(list->count(), 2);
        QVERIFY(list->item(0)->text().contains(u"rm two")); // the newest first
        list->setCurrentRow(1);
        QTest::mouseClick(stage.find<QPushButton>("recoveryRestoreButton"), Qt::LeftButton);
        QVERIFY(stage.calls(u"task.recovery.restore"_s));
        QCOMPARE(stage.engine.last(u"task.recovery.restore"_s)->params[u"number"].toInt(), 1);
        QVERIFY(stage.shows("messageBar"));
    }
    //! Nothing missing and nothing twice, with the engine gone in between.
    void engineLostAndBack()
    {
        Stage stage;
        const auto id = stage.task(u"Build it"_s);
        stage.engine.setStatus(id, TaskStatus::Running);
        QVERIFY(stage.shows("taskPage"));
        stage.engine.emitEvent(id, event_kind::notice, {{u"text"_s, u"one"_s}});
        auto* const model = stage.find<ui::ActivityView>("activityView")->model();
        QTRY_COMPARE(model->rowCount(), 1);
        stage.engine.vanish();
        QVERIFY(stage.shows("engineBanner"));
        stage.engine.emitEvent(id, event_kind::notice, {{u"text"_s, u"two"_s}});
        QVERIFY(stage.engine.listen());
        QTRY_VERIFY_WITH_TIMEOUT(!stage.find<QWidget>("engineBanner")->isVisible(), 15'000);
        stage.engine.emitEvent(id, event_kind::notice, {{u"text"_s, u"three"_s}});
        QTRY_COMPARE(model->rowCount(), 3);
        QCOMPARE(model->index(1, 0).data().toString(), u"two"_s);
    }
    void withoutAnEngineItSaysSo()
    {
        Stage stage(false);
        QVERIFY(stage.shows("engineBanner"));
        QVERIFY(!stage.find<QPushButton>("demoButton")->isVisible());
        QVERIFY(stage.engine.listen());
        QTRY_VERIFY_WITH_TIMEOUT(stage.find<QPushButton>("demoButton")->isVisible(), 15'000);
    }
    void mergeAsksAboutTheBranch()
    {
        Stage stage;
        const Scene scene(stage.engine, stage.root.path());
        QVERIFY(stage.shows("taskPage"));
        if (stage.shows("confirmDialog"))
            stage.find<QDialog>("confirmDialog")->hide();
        stage.window->openTask(scene.review);
        QTRY_VERIFY(stage.find<QPushButton>("mergeButton")->isVisible());
        stage.window->actions()["task.merge"]->trigger();
        QVERIFY(stage.shows("mergeDialog"));
        stage.find<QCheckBox>("deleteBranchBox")->setChecked(false);
        QTest::mouseClick(stage.find<QPushButton>("mergeConfirmButton"), Qt::LeftButton);
        QVERIFY(stage.calls(u"task.merge"_s));
        QCOMPARE(stage.engine.last(u"task.merge"_s)->params[u"id"].toString(), scene.review.toString());
        QCOMPARE(stage.engine.last(u"task.merge"_s)->params[u"delete_branch"].toBool(), false);
        // The button carries the state: what is left of it says where the change went.
        QTRY_VERIFY(!stage.find<QPushButton>("mergeButton")->isEnabled());
        QVERIFY(stage.find<QPushButton>("mergeButton")->text().contains(u"✓"));
    }
    void cancelAsks()
    {
        Stage stage;
        const auto id = stage.task(u"Build it"_s);
        stage.engine.setStatus(id, TaskStatus::Running);
        QVERIFY(stage.shows("taskPage"));
        QTRY_VERIFY(stage.window->actions()["task.cancel"]->isEnabled());
        stage.window->actions()["task.cancel"]->trigger();
        QVERIFY(stage.shows("cancelDialog"));
        QTest::keyClick(stage.find<QDialog>("cancelDialog"), Qt::Key_Escape);
        QCOMPARE(stage.engine.count(u"task.cancel"_s), 0);
        QTRY_VERIFY(!stage.window->findChild<QDialog*>(u"cancelDialog"_s));
        stage.window->actions()["task.cancel"]->trigger();
        QVERIFY(stage.shows("cancelDialog"));
        QTest::mouseClick(stage.find<QPushButton>("cancelDialogYes"), Qt::LeftButton);
        QVERIFY(stage.calls(u"task.cancel"_s));
        QTRY_VERIFY(stage.window->actions()["task.retry"]->isEnabled());
    }
    void errorsOfTheEngineAreShown()
    {
        Stage stage;
        const auto id = stage.task(u"Build it"_s);
        stage.engine.setStatus(id, TaskStatus::Running);
        stage.engine.failing.insert(u"task.pause"_s,
                                    {ErrorCode::Conflict, u"It cannot be paused now."_s, u"Wait a moment."_s});
        QVERIFY(stage.shows("taskPage"));
        QTRY_VERIFY(stage.window->actions()["task.pause"]->isEnabled());
        stage.window->actions()["task.pause"]->trigger();
        QVERIFY(stage.shows("messageBar"));
        QVERIFY(stage.find<QLabel>("messageBarText")->text().contains(u"It cannot be paused now."_s));
    }
    void paletteFindsTasksAndActions()
    {
        Stage stage;
        stage.task(u"Other"_s, u"000001"_s);
        const auto id = stage.task(u"Translate the checkout"_s, u"000002"_s);
        QVERIFY(stage.shows("taskList"));
        stage.window->openTask(TaskId::parse(u"000001").value());
        stage.window->actions()["go.palette"]->trigger();
        QVERIFY(stage.shows("palette"));
        QTest::keyClicks(stage.find<QLineEdit>("paletteField"), u"trans che"_s);
        QTest::keyClick(stage.find<QLineEdit>("paletteField"), Qt::Key_Return);
        QTRY_COMPARE(stage.find<QLabel>("taskId")->text(), id.toString());
    }
    //! Whatever can be focused says what it is; no name is given twice in a page.
    void everythingHasAName()
    {
        Stage stage;
        const Scene scene(stage.engine, stage.root.path());
        QVERIFY(stage.shows("taskPage"));
        for (const auto* const id : {"task.new", "window.settings", "window.help", "go.palette"})
            stage.window->actions()[id]->trigger();
        QVERIFY(stage.shows("palette"));
        QStringList nameless;
        for (auto* const widget : stage.window->findChildren<QWidget*>()) {
            const bool inner = widget->objectName().startsWith(u"qt_") || widget->inherits("QLineEditIconButton") ||
                               qobject_cast<QLineEdit*>(widget->parentWidget()) ||
                               qobject_cast<QComboBox*>(widget->parentWidget()) ||
                               widget->inherits("QAbstractItemView") == false;
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus ||
                (inner && !widget->inherits("QAbstractButton") && !widget->inherits("QLineEdit") &&
                 !widget->inherits("QComboBox")))
                continue;
            if (widget->objectName().startsWith(u"qt_") || widget->inherits("QComboBoxListView") ||
                qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) ||
                qobject_cast<QComboBox*>(widget->parentWidget()))
                continue;
            const auto* const face = QAccessible::queryAccessibleInterface(widget);
            if (!face || (face->text(QAccessible::Name).isEmpty() && face->text(QAccessible::Description).isEmpty()))
                nameless << QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName() +
                                u" in "_s + widget->parentWidget()->objectName();
        }
        QVERIFY2(nameless.isEmpty(), qUtf8Printable(nameless.join(u"\n"_s)));
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
