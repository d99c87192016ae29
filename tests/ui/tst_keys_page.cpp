#include "fakes/fake_engine.h"
#include "support/test_support.h"
#include "support/widget_support.h"
#include "ui/settings/keys_page.h"
#include "ui/shell/actions.h"
#include "ui/shell/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeWidget>

using namespace switchyard;
using namespace switchyard::testing;
using ui::KeyProgram;

namespace {

//! Notes its words and what it reads, then answers with what lies beside it.
constexpr auto script = R"(#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$2" in
list) while [ -e "$here/hang" ]; do sleep 0.1; done ;;
set) cat > "$here/input" ;;
esac
if [ -e "$here/refusal-of-$2" ]; then cat "$here/refusal-of-$2" >&2; exit 1; fi
[ "$2" != list ] || cat "$here/keys"
)";
const QByteArray noKeys = R"({"keys":[]})";

} // namespace

//! The page "Keys" with a swy that is a script.
class TestKeysPage : public QObject
{
    Q_OBJECT

    struct Stage {
        TestRoot root;
        std::unique_ptr<ui::KeysPage> page;

        explicit Stage(const QByteArray& keys = noKeys)
        {
            qunsetenv("ANTHROPIC_API_KEY");
            qunsetenv("OPENAI_API_KEY");
            answer(keys);
            writeFile(program(), script);
            QFile::setPermissions(program(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        }
        QString program() const { return root.path(u"swy"_s); }
        void answer(const QByteArray& keys) const { writeFile(root.path(u"keys"_s), keys); }
        QStringList calls() const
        {
            return QString::fromUtf8(readFile(root.path(u"calls"_s))).split(u'\n', Qt::SkipEmptyParts);
        }
        void open(const KeyProgram::Limits& limits = {}, const QString& other = {})
        {
            page = std::make_unique<ui::KeysPage>(KeyProgram(other.isEmpty() ? program() : other, limits));
            page->resize(600, 400);
            page->show();
        }
        template <typename T>
        T* find(const char* name) const
        {
            return testing::findWidget<T>(*page, name);
        }
        QTreeWidget* table() const { return find<QTreeWidget>("keyTable"); }
        QString note() const { return find<QLabel>("keysNote")->text(); }
        bool isReady() const { return find<QPushButton>("setKeyButton")->isEnabled(); }
        void press(const char* button) const { testing::press(*page, button); }
        QList<QStringList> rows() const
        {
            QList<QStringList> result;
            for (int row = 0; row < table()->topLevelItemCount(); ++row)
                result << QStringList{table()->topLevelItem(row)->text(0), table()->topLevelItem(row)->text(2)};
            return result;
        }
        //! Opens the dialog for the current row and types a key.
        QDialog* typeKey(const QString& key) const
        {
            press("setKeyButton");
            QTest::keyClicks(find<QLineEdit>("keyField"), key);
            return find<QDialog>("keyDialog");
        }
    };

private Q_SLOTS:
    void whatIsStoredIsListed_data()
    {
        QTest::addColumn<QByteArray>("keys");
        QTest::addColumn<QByteArray>("variable");
        QTest::addColumn<QList<QStringList>>("rows");
        QTest::addColumn<QString>("note");
        const auto missing = u"not set"_s, file = u"in a file only you can read"_s, keyring = u"in the keyring"_s;
        QTest::newRow("none") << noKeys << QByteArray()
                              << QList<QStringList>{{u"anthropic"_s, missing}, {u"openai"_s, missing}}
                              << u"No key is stored"_s;
        QTest::newRow("both places")
            << QByteArray(
                   R"({"keys":[{"name":"zed","place":"file"},{"name":"anthropic","place":"keyring"},{"name":"mine","place":"keyring"}]})")
            << QByteArray()
            << QList<QStringList>{{u"anthropic"_s, keyring},
                                  {u"openai"_s, missing},
                                  {u"mine"_s, keyring},
                                  {u"zed"_s, file}}
            << QString();
        QTest::newRow("a variable") << noKeys << QByteArray("sk-of-the-environment")
                                    << QList<QStringList>{{u"anthropic"_s, missing},
                                                          {u"openai"_s, u"given by OPENAI_API_KEY"_s}}
                                    << QString();
        QTest::newRow("stored goes before the variable")
            << QByteArray(R"({"keys":[{"name":"openai","place":"keyring"}]})") << QByteArray("sk-of-the-environment")
            << QList<QStringList>{{u"anthropic"_s, missing}, {u"openai"_s, keyring}} << QString();
    }
    void whatIsStoredIsListed()
    {
        QFETCH(QByteArray, keys);
        QFETCH(QByteArray, variable);
        QFETCH(QList<QStringList>, rows);
        QFETCH(QString, note);
        Stage stage(keys);
        if (!variable.isEmpty())
            qputenv("OPENAI_API_KEY", variable);
        stage.open();
        QVERIFY(!stage.isReady()); // it looks
        QTRY_VERIFY(stage.isReady());
        QCOMPARE(stage.rows(), rows);
        QCOMPARE(stage.note().isEmpty(), note.isEmpty());
        QVERIFY2(stage.note().contains(note), qPrintable(stage.note()));
        QCOMPARE(stage.calls(), QStringList{u"key list --json"_s});
        QCOMPARE(stage.find<QPushButton>("removeKeyButton")->isEnabled(), stage.rows().first().last() != u"not set"_s);
    }
    void aKeyGoesThroughStandardInput_data()
    {
        QTest::addColumn<QString>("name"); // empty: that of the row
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("place");
        QTest::addColumn<QString>("call");
        QTest::addColumn<QByteArray>("input");
        QTest::newRow("into the keyring")
            << QString() << u"sk-test-1"_s << 0 << u"key set -- anthropic"_s << QByteArray("sk-test-1\n");
        QTest::newRow("into the file") << QString() << u"sk-test-2"_s << 1 << u"key set --in-file -- anthropic"_s
                                       << QByteArray("sk-test-2\n");
        QTest::newRow("another name, pasted with blanks")
            << u"mine"_s << u"  ключ 3 \t"_s << 0 << u"key set -- mine"_s << QByteArray("ключ 3\n");
        QTest::newRow("as long as a page")
            << QString() << QString(4000, u'x') << 0 << u"key set -- anthropic"_s << QByteArray(4000, 'x') + '\n';
    }
    void aKeyGoesThroughStandardInput()
    {
        QFETCH(QString, name);
        QFETCH(QString, key);
        QFETCH(int, place);
        QFETCH(QString, call);
        QFETCH(QByteArray, input);
        Stage stage;
        stage.open();
        QTRY_VERIFY(stage.isReady());
        const QPointer dialog = stage.typeKey({});
        auto* const store = stage.find<QPushButton>("storeKeyButton");
        QVERIFY(!store->isEnabled());
        if (!name.isEmpty())
            stage.find<QLineEdit>("keyNameField")->setText(name);
        stage.find<QLineEdit>("keyField")->setText(key);
        stage.find<QComboBox>("keyPlaceBox")->setCurrentIndex(place);
        stage.answer(R"({"keys":[{"name":"stored","place":"file"}]})");
        QTest::mouseClick(store, Qt::LeftButton);
        QVERIFY(!store->isEnabled()); // once is enough
        QTRY_VERIFY(!dialog);
        QTRY_VERIFY(stage.isReady());
        QCOMPARE(stage.calls(), QStringList({u"key list --json"_s, call, u"key list --json"_s}));
        QCOMPARE(readFile(stage.root.path(u"input"_s)), input);
        QVERIFY2(stage.note().contains(u"is stored"_s), qPrintable(stage.note()));
        QCOMPARE(stage.rows().last().first(), u"stored"_s);
    }
    void anotherKeyHasNoNameYet()
    {
        Stage stage(R"({"keys":[{"name":"anthropic","place":"file"}]})");
        stage.open();
        QTRY_VERIFY(stage.isReady());
        stage.press("setKeyButton"); // replaces it where it is
        QCOMPARE(stage.find<QLineEdit>("keyNameField")->text(), u"anthropic"_s);
        QCOMPARE(stage.find<QComboBox>("keyPlaceBox")->currentIndex(), 1);
        stage.press("cancelKeyButton");
        QTRY_VERIFY(!stage.page->findChild<QDialog*>());
        stage.press("otherKeyButton");
        QCOMPARE(stage.find<QLineEdit>("keyNameField")->text(), QString());
        QCOMPARE(stage.find<QComboBox>("keyPlaceBox")->currentIndex(), 0);
        QCOMPARE(stage.calls().size(), 1);
    }
    void aKeyIsShownOnlyOnDemand()
    {
        Stage stage;
        stage.open();
        QTRY_VERIFY(stage.isReady());
        stage.typeKey(u"sk-test"_s);
        auto* const field = stage.find<QLineEdit>("keyField");
        QCOMPARE(field->echoMode(), QLineEdit::Password);
        stage.find<QCheckBox>("showKeyBox")->click();
        QCOMPARE(field->echoMode(), QLineEdit::Normal);
        auto* const name = stage.find<QLineEdit>("keyNameField");
        name->setText(u"--in-file"_s);
        QVERIFY(!stage.find<QPushButton>("storeKeyButton")->isEnabled());
        QVERIFY(stage.find<QLabel>("keyMessage")->text().contains(u"lower-case"_s));
    }
    void aRefusalIsShownAndTheKeyStays()
    {
        Stage stage;
        writeFile(stage.root.path(u"refusal-of-set"_s),
                  "There is no keyring to use: none.\n  Try: swy key set --in-file\n  or another place, which takes "
                  "more than one line to say in a dialog of this width\n");
        stage.open();
        QTRY_VERIFY(stage.isReady());
        stage.find<QPushButton>("setKeyButton")->setFocus();
        const QPointer dialog = stage.typeKey(u"sk-test"_s);
        const int height = stage.find<QLineEdit>("keyField")->height();
        QTest::keyClick(stage.find<QLineEdit>("keyField"), Qt::Key_Return);
        QTRY_VERIFY(stage.isReady());
        QVERIFY(
            stage.note().startsWith(u"There is no keyring to use: none.\nTry: swy key set --in-file\nor another"_s));
        QVERIFY(dialog && dialog->isVisible());
        QCOMPARE(stage.find<QLabel>("keyMessage")->text(), stage.note());
        QCOMPARE(stage.find<QLineEdit>("keyField")->text(), u"sk-test"_s);
        QCOMPARE(stage.find<QLineEdit>("keyField")->height(), height); // the words make room for themselves
        QCOMPARE(stage.page->focusWidget(), stage.table());
        QFile::remove(stage.root.path(u"refusal-of-set"_s)); // the other place takes it
        stage.find<QComboBox>("keyPlaceBox")->setCurrentIndex(1);
        stage.press("storeKeyButton");
        QTRY_VERIFY(!dialog);
        QTRY_COMPARE(stage.calls().size(), 4);
        QCOMPARE(stage.calls().at(2), u"key set --in-file -- anthropic"_s);
        QTRY_VERIFY(stage.note().contains(u"is stored in a file"_s));
    }
    void whatGoesWrongWithTheProgramIsSaid_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("words");
        QTest::newRow("it is missing") << QByteArray("missing") << u"cannot be started"_s;
        QTest::newRow("it hangs") << QByteArray("hang") << u"did not answer within"_s;
        QTest::newRow("it refuses") << QByteArray("refuse") << u"keys.json is damaged"_s;
        QTest::newRow("it refuses without a word") << QByteArray("mute") << u"did not say why"_s;
        QTest::newRow("it says something else") << QByteArray("[1, 2") << u"not understood"_s;
        QTest::newRow("it says far too much") << QByteArray(3 << 20, 'x') << u"more than it should"_s;
    }
    void whatGoesWrongWithTheProgramIsSaid()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, words);
        Stage stage(answer);
        const auto refusal = stage.root.path(u"refusal-of-list"_s), hang = stage.root.path(u"hang"_s);
        if (answer == "refuse" || answer == "mute")
            writeFile(refusal, answer == "mute" ? "" : "keys.json is damaged.\n");
        KeyProgram::Limits limits;
        if (answer == "hang") {
            writeFile(hang, {});
            limits.look = std::chrono::milliseconds(100);
        }
        if (answer == "missing")
            limits.look = 2 * patience; // it is known at once
        stage.open(limits, answer == "missing" ? stage.root.path(u"no/swy"_s) : QString());
        QTRY_VERIFY(stage.isReady());
        QVERIFY2(stage.note().contains(words), qPrintable(stage.note()));
        QCOMPARE(stage.table()->topLevelItemCount(), 2); // the usual ones can be set all the same
        if (answer == "missing")
            return;
        QFile::remove(refusal);
        QFile::remove(hang);
        stage.answer(noKeys);
        if (answer == "hang")
            stage.open(); // with a limit that a busy machine keeps
        else
            stage.press("reloadKeysButton");
        QTRY_VERIFY(stage.isReady());
        QVERIFY2(stage.note().contains(u"No key is stored"_s), qPrintable(stage.note()));
    }
    void aKeyIsRemovedAfterAQuestion()
    {
        Stage stage(R"({"keys":[{"name":"mine","place":"file"}]})");
        stage.open();
        QTRY_VERIFY(stage.isReady());
        QVERIFY(!stage.find<QPushButton>("removeKeyButton")->isEnabled()); // anthropic is not stored
        stage.table()->setCurrentItem(stage.table()->topLevelItem(2));
        stage.press("removeKeyButton");
        stage.press("removeKeyNo");
        QCOMPARE(stage.calls().size(), 1);
        QTRY_VERIFY(!stage.page->findChild<QMessageBox*>());
        writeFile(stage.root.path(u"refusal-of-remove"_s), "The keyring was not opened.\n");
        stage.press("removeKeyButton");
        stage.press("removeKeyYes");
        QTRY_COMPARE(stage.note(), u"The keyring was not opened."_s);
        QTRY_VERIFY(!stage.page->findChild<QMessageBox*>());
        QFile::remove(stage.root.path(u"refusal-of-remove"_s));
        stage.answer(noKeys);
        stage.press("removeKeyButton");
        stage.press("removeKeyYes");
        QTRY_COMPARE(stage.table()->topLevelItemCount(), 2);
        QCOMPARE(stage.calls().last(), u"key list --json"_s);
        QCOMPARE(stage.calls().at(2), u"key remove -- mine"_s);
        QVERIFY(stage.note().contains(u"is removed"_s));
    }
    void theWindowGoesWhileItWaits()
    {
        Stage stage;
        writeFile(stage.root.path(u"hang"_s), {});
        stage.open();
        QTRY_COMPARE(stage.calls().size(), 1);
        stage.page.reset();
        QVERIFY(stage.calls().size() == 1);
    }
    void theSettingsHaveThePage()
    {
        Stage stage;
        FakeEngine engine{stage.root.paths};
        client::EngineClient client{stage.root.paths,
                                    {.startEngine = false, .engineProgram = stage.program(), .name = u"test"_s}};
        QVERIFY(engine.listen() && await(client.connectToEngine()));
        QWidget window;
        ui::Actions actions{&window};
        const client::TaskFeed feed(client);
        ui::SettingsDialog dialog(ui::Settings{}, actions, client, feed, stage.root.paths, &window);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QVERIFY(stage.calls().isEmpty()); // nothing runs for a page that nobody looks at
        dialog.showPage(u"keys"_s);
        QTRY_COMPARE(dialog.findChild<QTreeWidget*>(u"keyTable"_s)->topLevelItemCount(), 2);
    }
};

QTEST_MAIN(TestKeysPage)
#include "tst_keys_page.moc"
