// switchyard_shots FOLDER [LANGUAGE]: a picture of every page and dialog in both themes, against an engine in memory.
// With QT_SCALE_FACTOR=2 the names end in @2x; -reverse lays everything out from right to left.
// Without a folder it stays open, for trying things by hand.

#include "scene.h"
#include "support/test_support.h"
#include "ui/shell/actions.h"
#include "ui/shell/main_window.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabWidget>
#include <QTranslator>
#include <QTreeWidget>

using namespace switchyard;

namespace {

void settle(int milliseconds = 150)
{
    QTest::qWait(milliseconds);
}

QWidget* waitForDialog(const char* name)
{
    for (int tries = 0; tries < 100; ++tries) {
        for (auto* const widget : QApplication::topLevelWidgets()) {
            if (widget->objectName() == QLatin1StringView(name) && widget->isVisible())
                return widget;
        }
        settle(20);
    }
    qFatal("no dialog %s", name);
}

struct Shots {
    QString folder, suffix;
    void take(QWidget* widget, const QString& name) const
    {
        settle();
        const auto scale = widget->devicePixelRatio() > 1 ? u"@2x"_s : QString();
        widget->grab().save(folder + u'/' + name + suffix + scale + u".png"_s);
    }
};

//! Waits for the table; also takes the dialog.
void takeKeys(const QWidget& settings, const Shots& shots)
{
    auto* const set = settings.findChild<QPushButton*>(u"setKeyButton"_s);
    QTRY_VERIFY(set->isEnabled());
    set->click();
    auto* const dialog = waitForDialog("keyDialog");
    dialog->findChild<QLineEdit*>(u"keyField"_s)->setText(u"sk-ant-example"_s);
    shots.take(dialog, u"keyDialog"_s);
    static_cast<QDialog*>(dialog)->reject();
}

//! Waits for the list; also takes the dialog, and leaves the project's rules in sight.
void takeRules(const QWidget& settings, const Shots& shots)
{
    auto* const list = settings.findChild<QTreeWidget*>(u"ruleList"_s);
    QTRY_VERIFY(list->topLevelItemCount() > 1);
    settings.findChild<QPushButton*>(u"editRuleButton"_s)->click();
    auto* const dialog = waitForDialog("ruleDialog");
    shots.take(dialog, u"ruleDialog"_s);
    static_cast<QDialog*>(dialog)->reject();
    list->setCurrentItem(list->topLevelItem(1));
}

//! Waits for what the engine and swy tell of them.
void takeProjects(const QWidget& settings)
{
    auto* const list = settings.findChild<QTreeWidget*>(u"projectList"_s);
    QTRY_VERIFY(list->topLevelItemCount() > 1);
    for (const int column : {1, 3})
        QTRY_VERIFY(list->topLevelItem(0)->text(column) != u"…");
    QTRY_VERIFY(!settings.findChild<QLabel*>(u"projectLimit"_s)->text().isEmpty());
}

//! A program in the place of swy that knows some keys and rules.
QString makeKeyProgram(const testing::TestRoot& root)
{
    const auto path = root.path(u"swy"_s);
    testing::writeFile(path, R"(#!/bin/sh
[ "$1" != key ] || echo '{"keys":[{"name":"anthropic","place":"keyring"},{"name":"openrouter","place":"file"}]}'
others=
for path; do
  case $path in
  */calc) others="$others,{\"project\":\"$path\",\"state\":\"approved\",\"files\":[{}]}" ;;
  /*) others="$others,{\"project\":\"$path\",\"state\":\"none\"}" ;;
  esac
done
[ "$1" != gate ] || echo '{"rules":[
  {"file":"/home/ada/.config/switchyard/rules.d/own.json","rule":{"id":"own.terraform","program":["terraform","tofu"],
   "sub":["apply"],"verdict":"confirm","reason":"changes what we pay for"}},
  {"file":"/home/ada/.config/switchyard/rules.d/own.json","rule":{"id":"own.k","program":["kubectl"],"any_flag":["--context=prod"],
   "verdict":"deny","reason":"production is not for agents"}}],
 "projects":[{"project":"/home/ada/calculator","state":"changed","fingerprint":"0",
  "files":[{"name":"deploy.json","text":"{\"rules\": [\n  {\"id\": \"deploy\", \"program\": [\"make\"], \"sub\": [\"deploy\", \"release\"],\n   \"reason\": \"goes to the customers\"}\n]}\n",
   "approved":"{\"rules\": [\n  {\"id\": \"deploy\", \"program\": [\"make\"], \"sub\": [\"deploy\"],\n   \"reason\": \"goes to the customers\"}\n]}\n"}]}'"$others"']}'
)");
    QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

void takeAll(ui::MainWindow& window, const testing::Scene& scene, const Shots& shots)
{
    auto* const tabs = window.findChild<QTabWidget*>(u"tabs"_s);
    auto* const confirm = waitForDialog("confirmDialog");
    settle(600);
    shots.take(confirm, u"confirm"_s);
    confirm->setVisible(false);
    window.openTask(scene.calculator);
    tabs->setCurrentIndex(0);
    shots.take(&window, u"activity"_s);
    tabs->setCurrentIndex(1);
    settle(400);
    shots.take(&window, u"output"_s);
    auto* const search = tabs->findChild<QLineEdit*>(u"searchField"_s);
    for (auto* const action : tabs->currentWidget()->actions()) {
        if (action->objectName() == u"log.find")
            action->trigger();
    }
    search->setText(u"failed"_s);
    settle(400);
    shots.take(&window, u"search"_s);
    search->clear();
    tabs->setCurrentIndex(2);
    settle(400);
    shots.take(&window, u"changes"_s);
    tabs->setCurrentIndex(3);
    shots.take(&window, u"plan"_s);
    tabs->setCurrentIndex(4);
    shots.take(&window, u"attempts"_s);
    tabs->setCurrentIndex(0);
    for (const auto& [action, dialog] : {std::pair{"go.palette", "palette"},
                                         {"window.help", "helpDialog"},
                                         {"window.settings", "settingsDialog"},
                                         {"task.new", "startForm"},
                                         {"window.code", "chooseCodeDialog"}}) {
        window.actions()[action]->trigger();
        auto* const shown = waitForDialog(dialog);
        shots.take(shown, QString::fromLatin1(dialog));
        if (auto* const pages = shown->findChild<QListWidget*>(u"settingsPages"_s)) {
            for (int row = 1; row < pages->count(); ++row) {
                pages->setCurrentRow(row);
                const auto page = pages->item(row)->data(Qt::UserRole).toString();
                if (page == u"keys")
                    takeKeys(*shown, shots);
                else if (page == u"projects")
                    takeProjects(*shown);
                else if (page == u"rules")
                    takeRules(*shown, shots);
                shots.take(shown, u"settings-"_s + page);
            }
        }
        if (auto* const pages = shown->findChild<QTabWidget*>(u"startTabs"_s)) {
            for (int page = 1; page < pages->count(); ++page) {
                pages->setCurrentIndex(page);
                shots.take(shown, u"startForm-%1"_s.arg(page + 1));
            }
            pages->setCurrentIndex(0);
            auto* const templates = shown->findChild<QComboBox*>(u"templateBox"_s);
            QTRY_VERIFY(templates->count() > 1); // they are read in a thread
            templates->setCurrentIndex(1);
            shots.take(shown, u"startForm-template"_s);
        }
        static_cast<QDialog*>(shown)->reject();
        settle(30);
    }
    window.openTask(scene.review);
    settle(100);
    tabs->setCurrentIndex(2);
    settle(300);
    auto* const lines = window.findChild<QWidget*>(u"diffLines"_s);
    for (const auto key : {Qt::Key_J, Qt::Key_C})
        QTest::keyClick(lines, key);
    QTest::keyClicks(window.findChild<QLineEdit*>(u"commentField"_s), u"Name the operation in the error, please"_s);
    QTest::keyClick(window.findChild<QLineEdit*>(u"commentField"_s), Qt::Key_Return);
    shots.take(&window, u"review"_s);
    window.actions()["task.merge"]->trigger();
    auto* const merge = waitForDialog("mergeDialog");
    shots.take(merge, u"merge"_s);
    static_cast<QDialog*>(merge)->reject();
    tabs->setCurrentIndex(0);
    window.actions()["go.dashboard"]->trigger();
    settle(300);
    shots.take(&window, u"dashboard"_s);
    auto* const charts = window.findChild<QScrollArea*>(u"dashboardScroll"_s);
    charts->verticalScrollBar()->setValue(charts->verticalScrollBar()->maximum());
    shots.take(&window, u"dashboard-below"_s);
    charts->verticalScrollBar()->setValue(0);
    window.actions()["go.dashboard"]->trigger();
}

} // namespace

int main(int argc, char** argv)
{
    testing::TestRoot root;
    QApplication application(argc, argv);
    const auto arguments = QApplication::arguments();
    QTranslator english, other;
    if (english.load(u":/i18n/switchyard_en.qm"_s))
        QApplication::installTranslator(&english);
    const auto language = arguments.value(2, u"en"_s);
    if (language != u"en" && other.load(u":/i18n/switchyard_%1.qm"_s.arg(language))) {
        QLocale::setDefault(QLocale(language));
        QApplication::installTranslator(&other);
    }
    testing::FakeEngine engine(root.paths);
    if (!engine.listen())
        return 1;
    engine.statistics = testing::sampleStatistics(QDate::currentDate());
    client::EngineClient client(root.paths,
                                {.startEngine = false, .engineProgram = makeKeyProgram(root), .name = u"shots"_s});
    client::TaskFeed feed(client);
    ui::Theme theme(application);
    ui::MainWindow window(client, feed, theme, root.paths);
    window.resize(1280, 800);
    window.show();
    const auto folder = arguments.value(1);
    client.keepConnected();
    const Shots light{folder, u"-light"_s}, dark{folder, u"-dark"_s};
    if (!folder.isEmpty()) {
        QDir().mkpath(folder);
        theme.setMode(ui::Theme::Mode::Light);
        settle(400);
        light.take(&window, u"welcome"_s);
        theme.setMode(ui::Theme::Mode::Dark);
        dark.take(&window, u"welcome"_s);
        theme.setMode(ui::Theme::Mode::Light);
    }
    const testing::Scene scene(engine, root.path());
    if (folder.isEmpty())
        return QApplication::exec();
    settle(300);
    takeAll(window, scene, light);
    theme.setMode(ui::Theme::Mode::Dark);
    QMetaObject::invokeMethod(window.findChild<QDialog*>(u"confirmDialog"_s), "open");
    takeAll(window, scene, dark);
    return 0;
}
