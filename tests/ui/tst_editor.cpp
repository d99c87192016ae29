#include "support/test_support.h"
#include "ui/shell/editor.h"

#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;

class TestEditor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        qunsetenv("VISUAL");
        qunsetenv("EDITOR");
    }

    void command_data()
    {
        QTest::addColumn<QString>("chosen");
        QTest::addColumn<QString>("there");
        QTest::addColumn<QString>("visual");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QStringList>("command");
        const auto row = [](const char* name, const QString& chosen, const QString& there, const QString& visual,
                            const QString& file, const QStringList& command) {
            QTest::newRow(name) << chosen << there << visual << file << command;
        };
        row("chosen", u"my-editor -n --at %l %f"_s, u"my-editor kate"_s, {}, u"/a.py"_s,
            {u"my-editor"_s, u"-n"_s, u"--at"_s, u"7"_s, u"/a.py"_s});
        row("chosen, without a place for the file", u"my-editor -n"_s, u"my-editor"_s, {}, u"/a.py"_s,
            {u"my-editor"_s, u"-n"_s, u"/a.py"_s});
        row("chosen, in quotes", u"\"my editor\" \"%f:%l\""_s, u"my editor"_s, {}, u"/a.py"_s,
            {u"my editor"_s, u"/a.py:7"_s});
        row("chosen, a known one's name", u"kate"_s, u"kate"_s, {}, u"/a.py"_s,
            {u"kate"_s, u"--line"_s, u"7"_s, u"/a.py"_s});
        row("chosen, not there", u"my-editor %f"_s, u"kate"_s, {}, u"/a.py"_s, {});
        row("chosen, nothing but blanks", u"  "_s, u"kate"_s, {}, u"/a.py"_s,
            {u"kate"_s, u"--line"_s, u"7"_s, u"/a.py"_s});
        row("blanks and percent signs in the name", u"e %f %% %l"_s, u"e"_s, {}, u"/100 %l; rm -rf ~/%f.py"_s,
            {u"e"_s, u"/100 %l; rm -rf ~/%f.py"_s, u"%"_s, u"7"_s});
        row("the first known one", {}, u"gedit kate"_s, {}, u"/a.py"_s, {u"kate"_s, u"--line"_s, u"7"_s, u"/a.py"_s});
        row("VISUAL before it", {}, u"gedit kate"_s, u"gedit"_s, u"/a.py"_s, {u"gedit"_s, u"+7"_s, u"/a.py"_s});
        row("VISUAL needs a terminal", {}, u"vim kate"_s, u"vim -p"_s, u"/a.py"_s,
            {u"kate"_s, u"--line"_s, u"7"_s, u"/a.py"_s});
        row("none", {}, u"vim nano"_s, u"vim"_s, u"/a.py"_s, {});
    }
    void command()
    {
        QFETCH(QString, chosen);
        QFETCH(QString, there);
        QFETCH(QString, visual);
        QFETCH(QString, file);
        QFETCH(QStringList, command);
        if (!visual.isEmpty())
            qputenv("VISUAL", visual.toUtf8());
        const auto names = there == u"my editor"_s ? QStringList(there) : there.split(u' ');
        const auto found = editorCommand(chosen, file, 7, [&](const QString& name) {
            return names.contains(name) ? u"/usr/bin/"_s + name : QString();
        });
        QCOMPARE(found.has_value(), !command.isEmpty());
        if (found)
            QCOMPARE(*found, command);
        else
            QVERIFY(!found.error().hint.isEmpty());
    }

    void onlyFilesThatAreThere()
    {
        const auto missing = openInEditor(u"true"_s, u"/no/such/file"_s, 1);
        QVERIFY(!missing);
        QVERIFY(missing.error().message.contains(u"/no/such/file"_s));
        QVERIFY(!openInEditor(u"true"_s, u"/"_s, 1));
        QVERIFY(!openInEditor(u"no-such-editor"_s, u"/etc/passwd"_s, 1));
    }
};

QTEST_GUILESS_MAIN(TestEditor)
#include "tst_editor.moc"
