#include "fakes/fake_engine.h"
#include "support/test_support.h"
#include "support/widget_support.h"
#include "ui/shell/actions.h"
#include "ui/shell/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTreeWidget>

using namespace switchyard;
using namespace switchyard::testing;

//! The settings window against an engine in memory.
class TestSettings : public QObject
{
    Q_OBJECT

    struct Stage {
        TestRoot root;
        FakeEngine engine{root.paths};
        client::EngineClient client{root.paths, {.startEngine = false, .engineProgram = {}, .name = u"test"_s}};
        client::TaskFeed feed{client};
        QWidget window;
        ui::Actions actions{&window};
        ui::Settings settings;
        ui::SettingsDialog* dialog = nullptr;

        Stage()
        {
            if (!engine.listen() || !await(client.connectToEngine()))
                qFatal("no engine");
        }
        void open(const QString& page)
        {
            dialog = new ui::SettingsDialog(settings, actions, client, feed, root.paths, &window);
            QObject::connect(dialog, &ui::SettingsDialog::changed, &window, [this](const ui::Settings& now) {
                settings = now;
                actions.setShortcuts(now.shortcuts);
            });
            dialog->showPage(page);
            dialog->show();
        }
        template <typename T>
        T* find(const char* name) const
        {
            return testing::findWidget<T>(*dialog, name);
        }
    };

private Q_SLOTS:
    void theEnginesOwnAreSentAsTheyChange()
    {
        Stage stage;
        stage.open(u"limits"_s);
        auto* const many = stage.find<QSpinBox>("slotsField");
        QTRY_VERIFY(many->isEnabled());
        QCOMPARE(many->value(), 3);
        QCOMPARE(stage.find<QSpinBox>("keep_bytesField")->value(), 20);
        QCOMPARE(stage.engine.count(u"settings.set"_s), 0); // showing is not changing
        many->setValue(5);
        stage.find<QComboBox>("networkField")->setCurrentIndex(1);
        QTRY_COMPARE(stage.engine.count(u"settings.set"_s), 1);
        const auto sent = stage.engine.last(u"settings.set"_s)->params[u"settings"].toObject();
        QCOMPARE(sent, (QJsonObject{{u"slots"_s, 5}, {u"network"_s, u"loopback"_s}}));
        stage.find<QSpinBox>("keep_bytesField")->setValue(2);
        QTRY_COMPARE(stage.engine.count(u"settings.set"_s), 2);
        QCOMPARE(stage.engine.settings[u"keep_bytes"].toInteger(), qint64(2) << 30);
    }
    void whatTheEngineRefusesIsSaidAndPutBack()
    {
        Stage stage;
        stage.open(u"limits"_s);
        auto* const many = stage.find<QSpinBox>("slotsField");
        QTRY_VERIFY(many->isEnabled());
        stage.engine.failing.insert(u"settings.set"_s, {ErrorCode::Invalid, u"Too many for this machine."_s, {}});
        many->setValue(60);
        QTRY_COMPARE(many->value(), 3);
        QVERIFY(stage.find<QLabel>("limitsNote")->text().contains(u"Too many for this machine."_s));
    }
    void aProbeTellsWhatAnAgentCan()
    {
        Stage stage;
        stage.engine.agents = {QJsonObject{{u"name"_s, u"codex"_s}, {u"title"_s, u"Codex"_s}, {u"available"_s, true}}};
        stage.engine.probe = {{u"works"_s, true},
                              {u"version"_s, u"1.2.3"_s},
                              {u"login"_s, u"ready"_s},
                              {u"account"_s, u"ada@example.org"_s},
                              {u"models"_s, QJsonArray{u"big"_s, u"small"_s}},
                              {u"start_ms"_s, 1500}};
        stage.open(u"agents"_s);
        auto* const list = stage.find<QTreeWidget>("agentList");
        QTRY_COMPARE(list->topLevelItemCount(), 1);
        QVERIFY(list->topLevelItem(0)->text(1).contains(u"not probed"_s));
        QTest::mouseClick(stage.find<QPushButton>("probeAgentButton"), Qt::LeftButton);
        QVERIFY(!stage.find<QPushButton>("probeAgentButton")->isEnabled()); // one probe at a time
        QTRY_COMPARE(list->topLevelItem(0)->text(1), u"ready"_s);
        QCOMPARE(list->topLevelItem(0)->text(2), u"1.2.3"_s);
        QCOMPARE(stage.engine.last(u"agent.probe"_s)->params[u"fresh"].toBool(), true);
        QStringList facts;
        for (const auto* const label : stage.find<QWidget>("agentDetails")->findChildren<QLabel*>())
            facts << label->text();
        QVERIFY(facts.contains(u"ada@example.org"_s));
        QVERIFY(facts.contains(u"big, small"_s));
        stage.engine.probe = {{u"works"_s, false}, {u"login"_s, u"needed"_s}};
        QTest::mouseClick(stage.find<QPushButton>("probeAgentButton"), Qt::LeftButton);
        QTRY_COMPARE(list->topLevelItem(0)->text(1), u"sign-in needed"_s);
    }
    void aShortcutThatIsTakenCannotBeSet()
    {
        Stage stage;
        stage.open(u"shortcuts"_s);
        auto* const list = stage.find<QTreeWidget>("shortcutTable");
        auto* const keys = stage.find<QKeySequenceEdit>("shortcutField");
        auto* const set = stage.find<QPushButton>("setShortcutButton");
        QCOMPARE(list->currentItem()->data(0, Qt::UserRole).toString(), u"task.new"_s);
        keys->setKeySequence(QKeySequence(u"Ctrl+K"_s));
        QVERIFY(stage.find<QLabel>("shortcutNote")->text().contains(u"Palette"_s));
        QVERIFY(!set->isEnabled());
        keys->setKeySequence(QKeySequence(u"Ctrl+Alt+N"_s));
        QVERIFY(stage.find<QLabel>("shortcutNote")->text().isEmpty());
        QTest::mouseClick(set, Qt::LeftButton);
        QCOMPARE(stage.settings.shortcuts.value(u"task.new"_s), u"Ctrl+Alt+N"_s);
        QCOMPARE(stage.actions["task.new"]->shortcut(), QKeySequence(u"Ctrl+Alt+N"_s));
        QTest::mouseClick(stage.find<QPushButton>("resetShortcutButton"), Qt::LeftButton);
        QCOMPARE(stage.actions["task.new"]->shortcut(), QKeySequence(u"Ctrl+N"_s));
        stage.find<QLineEdit>("shortcutFilter")->setText(u"palette"_s);
        int shown = 0;
        for (int row = 0; row < list->topLevelItemCount(); ++row)
            shown += list->topLevelItem(row)->isHidden() ? 0 : 1;
        QCOMPARE(shown, 1);
    }
    void whatIsSwitchedCountsAtOnce()
    {
        Stage stage;
        stage.open(u"notifications"_s);
        stage.find<QCheckBox>("notifyEndsBox")->click();
        QVERIFY(!stage.settings.notifyEnds);
        QSignalSpy tried(stage.dialog, &ui::SettingsDialog::noticeWanted);
        QTest::mouseClick(stage.find<QPushButton>("testNoticeButton"), Qt::LeftButton);
        QCOMPARE(tried.count(), 1);
        auto* const language = stage.find<QComboBox>("languageBox");
        const int german = language->findData(u"de"_s);
        QVERIFY(german > 0);
        language->setCurrentIndex(german);
        Q_EMIT language->activated(german);
        QCOMPARE(stage.settings.language, u"de"_s);
        stage.dialog->setCodeIsSet(false);
        QVERIFY(stage.find<QLabel>("codeState")->text().contains(u"refused"_s));
    }
    void templatesAreListed()
    {
        Stage stage;
        stage.open(u"templates"_s);
        QTRY_VERIFY(stage.find<QTreeWidget>("templateList")->topLevelItemCount() >= 5);
    }
};

QTEST_MAIN(TestSettings)
#include "tst_settings.moc"
