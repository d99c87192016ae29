#include "support/test_support.h"
#include "support/widget_support.h"
#include "ui/settings/line_change.h"
#include "ui/settings/rules_page.h"

#include <QComboBox>
#include <QDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTreeWidget>

using namespace switchyard;
using namespace switchyard::testing;

namespace {

//! Notes its words and what it reads, then answers with what lies beside it.
constexpr auto script = R"(#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
[ "$2 $3" != "rule set" ] || cat > "$here/input"
if [ -e "$here/refusal" ] && [ "$2" != rules ]; then cat "$here/refusal" >&2; exit 1; fi
[ "$2" != rules ] || cat "$here/rules"
)";

} // namespace

//! The page "Rules" with a swy that is a script.
class TestRulesPage : public QObject
{
    Q_OBJECT

    struct Stage {
        TestRoot root;
        std::unique_ptr<ui::RulesPage> page;

        explicit Stage(const QJsonArray& rules, const QJsonArray& projects = {})
        {
            answer(rules, projects);
            writeFile(root.path(u"swy"_s), script);
            QFile::setPermissions(root.path(u"swy"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            page = std::make_unique<ui::RulesPage>(root.path(u"swy"_s), QStringList{u"/home/me/calc"_s},
                                                   ui::RulesPage::Limits{});
            page->resize(640, 480);
            page->show();
        }
        void answer(const QJsonArray& rules, const QJsonArray& projects) const
        {
            writeFile(root.path(u"rules"_s),
                      QJsonDocument(QJsonObject{{u"rules"_s, rules}, {u"projects"_s, projects}}).toJson());
        }
        QStringList calls() const
        {
            return QString::fromUtf8(readFile(root.path(u"calls"_s))).split(u'\n', Qt::SkipEmptyParts);
        }
        template <typename T>
        T* find(const char* name) const
        {
            return testing::findWidget<T>(*page, name);
        }
        QTreeWidget* list() const { return find<QTreeWidget>("ruleList"); }
        QString note() const { return find<QLabel>("rulesNote")->text(); }
        QString details() const { return find<QPlainTextEdit>("ruleDetails")->toPlainText(); }
        void press(const char* button) const { testing::press(*page, button); }
        bool isReady() const
        {
            return list()->topLevelItemCount() > 0 && find<QPushButton>("addRuleButton")->isEnabled();
        }
    };

    static QJsonObject ruleRow(const QString& program)
    {
        return {{u"file"_s, u"/c/rules.d/own.json"_s},
                {u"rule"_s, QJsonObject{{u"id"_s, u"own.a"_s},
                                        {u"program"_s, QJsonArray{program}},
                                        {u"verdict"_s, u"deny"_s},
                                        {u"min_args"_s, 1},
                                        {u"reason"_s, u"it costs money"_s}}}};
    }
    static QJsonObject project(const QString& state)
    {
        return {{u"project"_s, u"/home/me/calc"_s},
                {u"state"_s, state},
                {u"fingerprint"_s, u"abc"_s},
                {u"files"_s,
                 QJsonArray{QJsonObject{
                     {u"name"_s, u"a.json"_s}, {u"text"_s, u"one\nnew\n"_s}, {u"approved"_s, u"one\nold\n"_s}}}}};
    }

private Q_SLOTS:
    void theRulesAreListedWithWhereTheyComeFrom()
    {
        Stage stage({ruleRow(u"terraform"_s)});
        QTRY_VERIFY(stage.isReady());
        QCOMPARE(stage.calls(), QStringList{u"gate rules --json -- /home/me/calc"_s});
        const auto* const item = stage.list()->topLevelItem(0)->child(0);
        QCOMPARE(item->text(0), u"terraform: it costs money"_s);
        QCOMPARE(item->text(1), u"refused"_s);
        QCOMPARE(item->text(2), u"own.json"_s);
        QVERIFY(stage.details().contains(u"min_args"_s));
    }

    void aRuleIsChangedWithoutLosingWhatTheFormDoesNotShow()
    {
        Stage stage({ruleRow(u"terraform"_s)});
        QTRY_VERIFY(stage.isReady());
        stage.press("editRuleButton");
        auto* const programs = stage.find<QLineEdit>("rulePrograms");
        QCOMPARE(programs->text(), u"terraform"_s);
        programs->setText(u"terraform tofu"_s);
        stage.find<QLineEdit>("ruleSub")->setText(u"apply, state rm"_s);
        stage.press("keepRuleButton");
        QTRY_VERIFY(stage.note().contains(u"next task"_s));
        QVERIFY(stage.calls().contains(u"gate rule set"_s));
        const auto sent = QJsonDocument::fromJson(readFile(stage.root.path(u"input"_s))).object();
        auto expected = ruleRow(u"terraform"_s)[u"rule"].toObject();
        expected[u"program"] = QJsonArray{u"terraform"_s, u"tofu"_s};
        expected[u"sub"] = QJsonArray{u"apply"_s, u"state rm"_s};
        expected[u"category"] = u"own"_s;
        QCOMPARE(sent, expected);
    }

    void aRefusedRuleStaysInTheDialog()
    {
        Stage stage({});
        QTRY_VERIFY(stage.isReady());
        writeFile(stage.root.path(u"refusal"_s), "swy: rule x: \"bash\" cannot be allowed as a whole.\n");
        stage.press("addRuleButton");
        auto* const keep = stage.find<QPushButton>("keepRuleButton");
        QVERIFY(!keep->isEnabled());
        stage.find<QLineEdit>("rulePrograms")->setText(u"bash"_s);
        QVERIFY(!keep->isEnabled()); // it must say why it asks
        stage.find<QComboBox>("ruleVerdict")->setCurrentIndex(2);
        stage.press("keepRuleButton");
        QTRY_VERIFY(stage.find<QLabel>("ruleMessage")->text().contains(u"cannot be allowed"_s));
        QVERIFY(stage.find<QDialog>("ruleDialog")->isVisible());
        QVERIFY(keep->isEnabled());
    }

    void aRuleIsRemovedOnceThatIsConfirmed()
    {
        Stage stage({ruleRow(u"terraform"_s)});
        QTRY_VERIFY(stage.isReady());
        stage.press("removeRuleButton");
        QCOMPARE(stage.calls().size(), 1);
        stage.answer({}, {});
        stage.press("removeRuleYes");
        QTRY_VERIFY(stage.calls().contains(u"gate rule remove -- own.a"_s));
        QTRY_COMPARE(stage.note(), u"The rule is removed."_s);
    }

    void aProjectsRulesAreShownAsAChangeAndApprovedAsShown()
    {
        Stage stage({}, {project(u"changed"_s)});
        QTRY_VERIFY(stage.isReady());
        stage.list()->setCurrentItem(stage.list()->topLevelItem(1));
        QCOMPARE(stage.details(), u"  a.json\n  one\n- old\n+ new"_s);
        stage.answer({}, {project(u"approved"_s)});
        stage.press("approveRulesButton");
        QTRY_VERIFY(stage.calls().contains(u"gate approve --only abc -- /home/me/calc"_s));
        QTRY_COMPARE(stage.list()->topLevelItem(1)->text(1), u"approved"_s);
        QVERIFY(stage.find<QPushButton>("approveRulesButton")->isHidden());
        stage.answer({}, {});
        stage.press("revokeRulesButton");
        QTRY_VERIFY(stage.calls().contains(u"gate revoke -- /home/me/calc"_s));
    }

    void changes_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QStringList>("lines");
        QTest::newRow("nothing") << QString() << QString() << QStringList{};
        QTest::newRow("all new") << QString() << u"a\nb"_s << QStringList{u"+ a"_s, u"+ b"_s};
        QTest::newRow("all gone") << u"a\n"_s << QString() << QStringList{u"- a"_s};
        QTest::newRow("in between") << u"a\nb\nc"_s << u"a\nx\nc\nd"_s
                                    << QStringList{u"  a"_s, u"- b"_s, u"+ x"_s, u"  c"_s, u"+ d"_s};
    }
    void changes()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QTEST(ui::changedLines(before, after), "lines");
    }
};

QTEST_MAIN(TestRulesPage)
#include "tst_rules_page.moc"
