#include "support/test_support.h"
#include "ui/shell/actions.h"
#include "ui/shell/palette_dialog.h"
#include "ui/shell/quiet_cursor.h"
#include "ui/shell/settings.h"
#include "ui/theme/colors.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QDirIterator>
#include <QLineEdit>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace switchyard;
using namespace switchyard::ui;

class TestLook : public QObject
{
    Q_OBJECT

    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void contrast_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void contrast()
    {
        QFETCH(bool, dark);
        const auto palette = ourPalette(dark);
        const auto c = colorsFor(palette);
        QCOMPARE(c.dark, dark);
        QStringList poor;
        const auto check = [&](const char* what, const QColor& text, const QColor& ground, double least = 4.5) {
            if (const auto found = contrastOf(text, ground); found < least)
                poor << u"%1: %2"_s.arg(QLatin1StringView(what)).arg(found, 0, 'f', 2);
        };
        for (const auto& ground : {c.base, c.window, c.raised, c.hover, c.selection}) {
            check("text", c.text, ground);
            check("muted", c.muted, ground);
        }
        for (const auto tone : {Tone::Accent, Tone::NeedsYou, Tone::Failed, Tone::Done}) {
            const auto name = QByteArray("tone ") + QByteArray::number(int(tone));
            for (const auto& ground : {c.base, c.window, c.hover, c.selection, c.fillOf(tone)})
                check(name.constData(), c.of(tone), ground);
        }
        check("text on what needs you", c.text, c.needsYouFill);
        check("muted on what needs you", c.muted, c.needsYouFill);
        check("button", c.onAccent, c.accent);
        check("selection", palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight));
        check("placeholder", palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base));
        check("tool tip", palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase));
        check("focus ring", c.accent, c.window, 3);
        QVERIFY2(poor.isEmpty(), qUtf8Printable(poor.join(u", "_s)));
    }
    void actionsAreSound()
    {
        QWidget window;
        const Actions actions(&window);
        QHash<QKeySequence, QString> taken;
        for (const auto& info : Actions::table()) {
            const auto id = QString::fromLatin1(info.id);
            QVERIFY2(!Actions::textOf(info).isEmpty(), info.id);
            if (*info.icon != '\0')
                QVERIFY2(!icon(QString::fromLatin1(info.icon)).isNull(), info.icon);
            for (const auto& key : Actions::defaultKeys(info)) {
                QVERIFY2(!key.isEmpty(), info.id);
                QVERIFY2(!taken.contains(key), qUtf8Printable(id + u" and "_s + taken.value(key)));
                taken.insert(key, id);
            }
        }
        QCOMPARE(actions.conflict(u"task.new"_s, QKeySequence(u"Ctrl+K"_s)), actions["go.palette"]->text());
        QVERIFY(actions.conflict(u"go.palette"_s, QKeySequence(u"Ctrl+K"_s)).isEmpty());
    }
    void cursorStandsStillAfterAWhile()
    {
        QApplication::setCursorFlashTime(1000);
        QLineEdit field;
        {
            const QuietCursor quiet(nullptr, std::chrono::milliseconds(1));
            QTRY_COMPARE(QApplication::cursorFlashTime(), 0);
            QTest::keyClick(&field, Qt::Key_A);
            QCOMPARE(QApplication::cursorFlashTime(), 1000);
            QTRY_COMPARE(QApplication::cursorFlashTime(), 0);
        }
        QCOMPARE(QApplication::cursorFlashTime(), 1000);
    }

    void shortcutsCanBeChanged()
    {
        QWidget window;
        Actions actions(&window);
        actions.setShortcuts({{u"task.new"_s, u"Ctrl+Alt+N"_s}, {u"task.retry"_s, QString()}});
        QCOMPARE(actions["task.new"]->shortcut(), QKeySequence(u"Ctrl+Alt+N"_s));
        QVERIFY(actions["task.retry"]->shortcut().isEmpty());
        actions.setShortcuts({});
        QCOMPARE(actions["task.new"]->shortcut(), QKeySequence(u"Ctrl+N"_s));
    }
    void iconsDraw()
    {
        for (const auto* const name : {"merge", "warning", "switchyard", "agent"}) {
            const auto picture = iconPixmap(QString::fromLatin1(name), 16, Qt::red, 2).toImage();
            QCOMPARE(picture.size(), QSize(32, 32));
            bool drawn = false;
            for (int y = 0; y < 32; ++y)
                for (int x = 0; x < 32; ++x)
                    drawn = drawn || (picture.pixelColor(x, y).alpha() > 200 && picture.pixelColor(x, y).red() > 200);
            QVERIFY2(drawn, name);
        }
    }
    void settingsComeBack()
    {
        const QTemporaryDir folder;
        const auto path = folder.filePath(u"switchyard.conf"_s);
        QCOMPARE(Settings::load(path), Settings{});
        Settings settings;
        settings.theme = Theme::Mode::Dark;
        settings.rememberProject(u"/a"_s);
        settings.rememberProject(u"/b"_s);
        settings.rememberProject(u"/a"_s);
        settings.notifyEnds = false;
        settings.shortcuts.insert(u"task.new"_s, u"Ctrl+Alt+N"_s);
        settings.geometry = "g";
        settings.save(path);
        QCOMPARE(Settings::load(path), settings);
        QCOMPARE(settings.projects, (QStringList{u"/a"_s, u"/b"_s}));
    }
    void paletteScores()
    {
        QVERIFY(PaletteDialog::score(u"mrg"_s, u"Merge"_s) > 0);
        QCOMPARE(PaletteDialog::score(u"xyz"_s, u"Merge"_s), 0);
        QVERIFY(PaletteDialog::score(u"nt"_s, u"New task"_s) >
                    PaletteDialog::score(u"nt"_s, u"Next that needs you"_s) ||
                PaletteDialog::score(u"nt"_s, u"New task"_s) > PaletteDialog::score(u"nt"_s, u"Confirmation code"_s));
        QVERIFY(PaletteDialog::score(u"out"_s, u"Output"_s) > PaletteDialog::score(u"out"_s, u"Look without"_s));
    }
    //! The German file knows every text of the sources, and each has a translation; so with the English plural forms.
    void translationsAreComplete_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("atLeast");
        QTest::newRow("German") << u"switchyard_de"_s << QStringList{u"-target-language"_s, u"de"_s} << 400;
        QTest::newRow("English plurals") << u"switchyard_en"_s
                                         << QStringList{u"-target-language"_s, u"en"_s, u"-pluralonly"_s} << 15;
    }
    void translationsAreComplete()
    {
        QFETCH(QString, file);
        QFETCH(QStringList, options);
        QFETCH(int, atLeast);
        const QTemporaryDir folder;
        const auto ts = folder.filePath(file + u".ts"_s);
        QVERIFY(QFile::copy(QStringLiteral(SOURCE_DIR "/translations/") + file + u".ts"_s, ts));
        QVERIFY(QFile(ts).setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        QProcess lupdate;
        lupdate.setWorkingDirectory(QStringLiteral(SOURCE_DIR));
        lupdate.start(QStringLiteral(LUPDATE), QStringList{u"-silent"_s, u"-no-obsolete"_s, u"-locations"_s, u"none"_s,
                                                           u"-I"_s, u"."_s, u"-I"_s, u"src"_s, u"-recursive"_s, u"ui"_s,
                                                           u"app/window_main.cpp"_s, u"-source-language"_s, u"en"_s} +
                                                   options + QStringList{u"-ts"_s, ts});
        QVERIFY(lupdate.waitForFinished(60'000));
        QCOMPARE(lupdate.exitCode(), 0);
        QXmlStreamReader xml(read(ts));
        QStringList missing;
        int texts = 0;
        QString source;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            if (xml.name() == u"source") {
                source = xml.readElementText();
                ++texts;
            } else if (xml.name() == u"translation" && xml.attributes().value(u"type") == u"unfinished") {
                missing << source;
            }
        }
        QVERIFY2(!xml.hasError(), qUtf8Printable(xml.errorString()));
        QVERIFY(texts >= atLeast);
        QVERIFY2(missing.isEmpty(), qUtf8Printable(missing.join(u"\n"_s)));
    }
    void translationsAreBuiltIn()
    {
        QTranslator german, english;
        QVERIFY(german.load(u":/i18n/switchyard_de.qm"_s));
        QCOMPARE(german.translate("TaskText", "Merged"), u"Zusammengeführt"_s);
        QVERIFY(english.load(u":/i18n/switchyard_en.qm"_s));
        QCOMPARE(english.translate("switchyard::ui::ConfirmDialog", "%n try(s) left.", "wrong codes", 1),
                 u"%n try left."_s);
    }
    //! What a person reads goes through tr(): no call that shows text is given a bare literal with a word in it.
    void noTextIsHardCoded()
    {
        static const QRegularExpression bare(
            u"(setText|setWindowTitle|setToolTip|setPlaceholderText|setAccessibleName|setAccessibleDescription|"
            u"setStatusTip|setInformativeText|addTab|"
            "addRow|addAction|addButton|QLabel|QPushButton|QCheckBox|addItem)\\(\\s*(u?\"[^\"]*[A-Za-z]{3,}[^\"]*\"(_s)?|QStringLiteral\\(\"[^\"]*[A-Za-z]{3,})"_s);
        QStringList found;
        QDirIterator files(QStringLiteral(SOURCE_DIR "/ui"), {u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
        int count = 0;
        while (files.hasNext()) {
            const auto path = files.next();
            ++count;
            const auto text = QString::fromUtf8(read(path));
            for (auto all = bare.globalMatch(text); all.hasNext();) {
                const auto match = all.next();
                const auto literal = match.captured(2);
                // An object's name is no text.
                static const QRegularExpression name(u"^u?\"[a-z]+[A-Za-z.]*\"(_s)?$"_s);
                if (!name.match(literal).hasMatch())
                    found << path.section(u'/', -1) + u": "_s + match.captured();
            }
        }
        QVERIFY(count > 30);
        QVERIFY2(found.isEmpty(), qUtf8Printable(found.join(u"\n"_s)));
    }
};

QTEST_MAIN(TestLook)
#include "tst_look.moc"
