// The pieces that need no client: edits, the border of the workspace, ignore rules, cutting, trimming.
#include "coder/context.h"
#include "coder/edits.h"
#include "coder/ignore_rules.h"
#include "coder/instructions.h"
#include "coder/text_cut.h"
#include "coder/toolbox.h"
#include "coder/workspace.h"
#include "support/test_support.h"

#include <QDir>
#include <QFile>

using namespace switchyard;
using namespace switchyard::coder;
using llm::Message;

class TestCoderParts : public QObject
{
    Q_OBJECT

    static QStringList walk(const Workspace& workspace, const QString& below)
    {
        QStringList paths;
        workspace.walk(
            below,
            [&](const QString& path, bool isFolder) {
                paths << (isFolder ? path + u'/' : path);
                return true;
            },
            std::atomic_bool(false));
        return paths;
    }

private Q_SLOTS:
    void edits_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("edits"); // "old>new", a "*" in front for all
        QTest::addColumn<QString>("expected");  // the text, or a part of the error behind "!"
        const auto row = [](const char* name, const QString& text, const QStringList& edits, const QString& expected) {
            QTest::newRow(name) << text << edits << expected;
        };
        row("one", u"a b c"_s, {u"b>x"_s}, u"a x c"_s);
        row("several, in order", u"a b"_s, {u"a>c"_s, u"c>d"_s}, u"d b"_s);
        row("deletion", u"a b"_s, {u" b>"_s}, u"a"_s);
        row("all", u"x x x"_s, {u"*x>y"_s}, u"y y y"_s);
        row("over lines", u"a\nb\nc\n"_s, {u"a\nb>z"_s}, u"z\nc\n"_s);
        row("line ends of Windows are kept", u"a\r\nb\r\n"_s, {u"a\nb>c\nd"_s}, u"c\r\nd\r\n"_s);
        row("not unique", u"x\nx\n"_s, {u"x>y"_s}, u"!2 times (lines 1, 2)"_s);
        row("not there", u"hello world\n"_s, {u"goodbye>y"_s}, u"!“goodbye”, is nowhere"_s);
        row("other blanks", u"if (a)\n\treturn  b;\n"_s, {u"if (a)\n    return b;>y"_s},
            u"!line 1, but with other spaces"_s);
        row("other order", u"first line\nsecond line\n"_s, {u"second line\nfirst line>y"_s}, u"!not in this order"_s);
        row("nothing changes", u"a"_s, {u"a>a"_s}, u"!are the same"_s);
        row("empty", u"a"_s, {u">a"_s}, u"!old_text is empty"_s);
        row("all or none", u"a b"_s, {u"a>x"_s, u"q>y"_s}, u"!Edit 2 of 2"_s);
    }
    void edits()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, edits);
        QFETCH(QString, expected);
        QList<Edit> list;
        for (auto edit : edits) {
            const bool all = edit.startsWith(u'*');
            list << Edit{edit.section(u'>', 0, 0).mid(all ? 1 : 0), edit.section(u'>', 1), all};
        }
        const auto edited = applyEdits(text, list);
        if (expected.startsWith(u'!')) {
            QVERIFY(!edited);
            QVERIFY2(edited.error().message.contains(expected.sliced(1)), qPrintable(edited.error().message));
        } else {
            QVERIFY2(edited, edited ? "" : qPrintable(edited.error().message));
            QCOMPARE(edited->text, expected);
        }
    }
    void editsTellTheirPlace()
    {
        const auto edited = applyEdits(u"a\nb\nc\n"_s, {{u"a"_s, u"1\n2"_s, false}, {u"c"_s, u"3"_s, false}});
        QCOMPARE(edited->replacements, 2);
        QCOMPARE(edited->lines, (QList<int>{1, 4}));
    }

    void border_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("expected"); // relative, "!" refused
        QTest::newRow("relative") << u"src/a.py"_s << u"src/a.py"_s;
        QTest::newRow("the root") << u"."_s << u"."_s;
        QTest::newRow("not there yet") << u"new/deep/file"_s << u"new/deep/file"_s;
        QTest::newRow("dots within") << u"src/../src/./a.py"_s << u"src/a.py"_s;
        QTest::newRow("up") << u"../x"_s << u"!"_s;
        QTest::newRow("up through a folder") << u"src/../../x"_s << u"!"_s;
        QTest::newRow("absolute, outside") << u"/etc/passwd"_s << u"!"_s;
        QTest::newRow("a name that begins like the root") << u"../project-evil/x"_s << u"!"_s;
        QTest::newRow("link to the outside") << u"out/secret"_s << u"!"_s;
        QTest::newRow("link to a file outside") << u"outfile"_s << u"!"_s;
        QTest::newRow("dangling link to the outside") << u"dangling"_s << u"!"_s;
        QTest::newRow("new file below a link to the outside") << u"out/new"_s << u"!"_s;
        QTest::newRow("link within") << u"in/a.py"_s << u"src/a.py"_s;
        QTest::newRow("loop of links") << u"loop/x"_s << u"!"_s;
        QTest::newRow("zero byte") << u"a"_s + QChar(0) << u"!"_s;
    }
    void border()
    {
        QFETCH(QString, path);
        QFETCH(QString, expected);
        const testing::TestRoot root;
        const auto project = root.path(u"project"_s);
        QVERIFY(QDir().mkpath(project + u"/src"_s) && QDir().mkpath(root.path(u"outside"_s)) &&
                QDir().mkpath(root.path(u"project-evil"_s)));
        testing::writeFile(project + u"/src/a.py"_s, "1");
        testing::writeFile(root.path(u"outside/secret"_s), "2");
        QVERIFY(QFile::link(root.path(u"outside"_s), project + u"/out"_s));
        QVERIFY(QFile::link(root.path(u"outside/secret"_s), project + u"/outfile"_s));
        QVERIFY(QFile::link(root.path(u"outside/none"_s), project + u"/dangling"_s));
        QVERIFY(QFile::link(project + u"/src"_s, project + u"/in"_s));
        QVERIFY(QFile::link(project + u"/loop2"_s, project + u"/loop"_s));
        QVERIFY(QFile::link(project + u"/loop"_s, project + u"/loop2"_s));
        const auto workspace = *Workspace::open(project);
        const auto resolved = workspace.resolve(path);
        QCOMPARE(resolved.has_value(), expected != u"!"_s);
        if (resolved)
            QCOMPARE(workspace.shown(*resolved), expected);
    }
    void gitIsNotWritten()
    {
        const testing::TestRoot root;
        QVERIFY(QDir().mkpath(root.path(u"p/.git/hooks"_s)));
        const auto workspace = *Workspace::open(root.path(u"p"_s));
        QVERIFY(!workspace.resolveForWriting(u".git/hooks/pre-commit"_s));
        QVERIFY(!workspace.resolveForWriting(u".git"_s));
        QVERIFY(workspace.resolveForWriting(u".gitignore"_s));
        QVERIFY(!workspace.resolveForWriting(u"."_s)); // a folder
        QVERIFY(!Workspace::open(u"relative"_s));
        QVERIFY(!Workspace::open(root.path(u"nowhere"_s)));
    }

    void ignoreRules_data()
    {
        QTest::addColumn<QString>("rules");
        QTest::addColumn<QString>("path"); // folders end with '/'
        QTest::addColumn<bool>("ignored");
        const auto row = [](const char* name, const QString& rules, const QString& path, bool ignored) {
            QTest::newRow(name) << rules << path << ignored;
        };
        row("name anywhere", u"*.pyc"_s, u"a/b/c.pyc"_s, true);
        row("another name", u"*.pyc"_s, u"a/b/c.py"_s, false);
        row("comment", u"# *.py"_s, u"a.py"_s, false);
        row("folder only", u"build/"_s, u"build/"_s, true);
        row("folder only, a file", u"build/"_s, u"build"_s, false);
        row("anchored", u"/out"_s, u"out"_s, true);
        row("anchored, deeper", u"/out"_s, u"a/out"_s, false);
        row("with a folder", u"doc/*.txt"_s, u"doc/a.txt"_s, true);
        row("star stops at folders", u"doc/*.txt"_s, u"doc/x/a.txt"_s, false);
        row("double star", u"**/gen/*.h"_s, u"a/b/gen/x.h"_s, true);
        row("double star at the end", u"abc/**"_s, u"abc/x/y"_s, true);
        row("negation", u"*.log\n!keep.log"_s, u"keep.log"_s, false);
        row("last wins", u"!keep.log\n*.log"_s, u"keep.log"_s, true);
        row("set", u"[ab].c"_s, u"b.c"_s, true);
        row("negated set", u"[!ab].c"_s, u"b.c"_s, false);
        row("question mark", u"?.c"_s, u"x.c"_s, true);
        row("trailing blank", u"*.o  "_s, u"x.o"_s, true);
        row("dots are dots", u"a.c"_s, u"abc"_s, false);
        row("git itself", QString(), u".git/"_s, true);
    }
    void ignoreRules()
    {
        QFETCH(QString, rules);
        QFETCH(QString, path);
        QFETCH(bool, ignored);
        IgnoreRules list;
        list.add(rules, {});
        const bool isFolder = path.endsWith(u'/');
        if (isFolder)
            path.chop(1);
        QCOMPARE(list.ignores(path, isFolder), ignored);
    }
    void walkObeysNestedRules()
    {
        const testing::TestRoot root;
        QVERIFY(QDir().mkpath(root.path(u"p/sub/deep"_s)) && QDir().mkpath(root.path(u"p/.git"_s)));
        for (const auto* const file : {"a.py", "b.log", "sub/c.log", "sub/d.tmp", "sub/deep/e.py", ".git/config"})
            testing::writeFile(root.path(u"p/"_s + QLatin1StringView(file)), "x");
        testing::writeFile(root.path(u"p/.gitignore"_s), "*.log\n");
        testing::writeFile(root.path(u"p/sub/.gitignore"_s), "*.tmp\n!c.log\n/deep/\n");
        const auto workspace = *Workspace::open(root.path(u"p"_s));
        QCOMPARE(walk(workspace, workspace.root()),
                 (QStringList{u".gitignore"_s, u"a.py"_s, u"sub/"_s, u"sub/.gitignore"_s, u"sub/c.log"_s}));
        QCOMPARE(walk(workspace, workspace.root() + u"/sub"_s), (QStringList{u"sub/.gitignore"_s, u"sub/c.log"_s}));
    }

    void cutKeepsBothEnds()
    {
        QStringList lines;
        for (int i = 1; i <= 1000; ++i)
            lines << u"line %1"_s.arg(i);
        const auto cut = cutMiddle(lines.join(u'\n'), u"See %1 to %2."_s, 600);
        QVERIFY(cut.size() < 700);
        QVERIFY(cut.startsWith(u"line 1\n"_s));
        QVERIFY(cut.endsWith(u"line 1000"_s));
        static const QRegularExpression note(u"… (\\d+) lines left out here. See (\\d+) to (\\d+). …"_s);
        const auto match = note.match(cut);
        QVERIFY2(match.hasMatch(), qPrintable(cut));
        const int from = match.captured(2).toInt(), to = match.captured(3).toInt();
        QCOMPARE(to - from + 1, match.captured(1).toInt());
        QVERIFY(cut.contains(u"line %1\n…"_s.arg(from - 1)));
        QVERIFY(cut.contains(u"…\nline %1\n"_s.arg(to + 1)));
        QCOMPARE(cutMiddle(u"short\ntext"_s, u"%1%2"_s), u"short\ntext"_s);
        QVERIFY(cutMiddle(QString(100'000, u'x'), u"%1%2"_s).size() < 1200); // one endless line
    }
    void numberedLinesReadOn()
    {
        const auto text = numberedLines({u"a"_s, u"b"_s, u"c"_s}, 10, 2, false);
        QCOMPARE(text, u"   10\ta\n   11\tb\n… There is more: read on with from_line: 12.\n"_s);
        QVERIFY(!numberedLines({u"a"_s}, 1, 2, false).contains(u"more"_s));
    }

    void commands_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<bool>("isTest");
        const auto row = [](const QString& line, const QString& kind, bool isTest) {
            QTest::newRow(qPrintable(line)) << line << kind << isTest;
        };
        row(u"rm old.py"_s, u"delete"_s, false);
        row(u"cd x && rm -rf build"_s, u"delete"_s, false);
        row(u"ls | xargs -n1 rm -f"_s, u"delete"_s, false);
        row(u"find . -name '*.o' -delete"_s, u"delete"_s, false);
        row(u"git rm a"_s, u"delete"_s, false);
        row(u"git clean -fd"_s, u"delete"_s, false);
        row(u"echo rm"_s, u"execute"_s, false);
        row(u"python3 -m unittest -v"_s, u"execute"_s, true);
        row(u"make test"_s, u"execute"_s, true);
        row(u"npm run test"_s, u"execute"_s, true);
        row(u"ctest --preset dev"_s, u"execute"_s, true);
        row(u"cargo build"_s, u"execute"_s, false);
        row(u"cat latest.txt"_s, u"execute"_s, false);
        row(u"cat test_a.py"_s, u"execute"_s, false);
        row(u"cd x && ./run-tests.sh --all"_s, u"execute"_s, true);
        row(u"python3 tests/test_a.py"_s, u"execute"_s, true);
    }
    void commands()
    {
        QFETCH(QString, line);
        QFETCH(QString, kind);
        QFETCH(bool, isTest);
        QCOMPARE(commandKind(line), kind);
        QCOMPARE(isTestCommand(line), isTest);
    }

    void contextIsTrimmed_data()
    {
        QTest::addColumn<int>("exchanges");
        QTest::addColumn<int>("characters");
        QTest::addColumn<int>("limit");
        QTest::addColumn<bool>("drops");
        QTest::newRow("fits") << 5 << 100 << 100'000 << false;
        QTest::newRow("old results are shortened") << 30 << 5'000 << 100'000 << false;
        QTest::newRow("old exchanges go") << 200 << 2'000 << 30'000 << true;
        QTest::newRow("even new results must give way") << 4 << 100'000 << 50'000 << false;
    }
    void contextIsTrimmed()
    {
        QFETCH(int, exchanges);
        QFETCH(int, characters);
        QFETCH(int, limit);
        QFETCH(bool, drops);
        QList<Message> messages{Message::user(u"The goal."_s)};
        for (int i = 0; i < exchanges; ++i) {
            const auto id = u"id-%1"_s.arg(i);
            messages << Message{Message::Role::Assistant,
                                u"Step."_s,
                                {},
                                {{id, u"read_file"_s, {{u"path"_s, u"file%1"_s.arg(i)}}, {}}},
                                {}};
            messages << Message::tools({{id, u"read_file"_s, QString(characters, u'x'), true, {}}});
        }
        const auto before = messages;
        const auto trimmed = fitContext(messages, limit, limit * 3 / 5);
        qint64 weight = 0;
        for (const auto& message : messages)
            weight += message.weight();
        QVERIFY2(weight <= limit, qPrintable(QString::number(weight)));
        QCOMPARE(trimmed.dropped > 0, drops);
        QVERIFY(messages.first().text.startsWith(u"The goal."_s));
        if (drops)
            QVERIFY(messages.first().text.contains(u"- read_file file0"_s));
        if (messages == before)
            return;
        QCOMPARE(messages.last().results.size(), 1);
        for (qsizetype i = 1; i + 1 < messages.size(); i += 2) { // every call still has its result
            QCOMPARE(messages[i].role, Message::Role::Assistant);
            QCOMPARE(messages[i + 1].results[0].callId, messages[i].calls[0].id);
        }
    }

    void instructionsOfTheProject()
    {
        const testing::TestRoot root;
        QVERIFY(QDir().mkpath(root.path(u"p"_s)));
        testing::writeFile(root.path(u"secret"_s), "TOP SECRET");
        testing::writeFile(root.path(u"p/AGENTS.md"_s), "Use tabs. " + QByteArray(40'000, 'x'));
        QVERIFY(QFile::link(root.path(u"secret"_s), root.path(u"p/CLAUDE.md"_s)));
        const auto workspace = *Workspace::open(root.path(u"p"_s));
        auto text = systemPrompt(workspace);
        QVERIFY(text.contains(u"Use tabs."_s));
        QVERIFY(text.size() < 40'000);
        QVERIFY(!text.contains(u"TOP SECRET"_s)); // not by a link to the outside
        QVERIFY(text.contains(u"no tests yet"_s));
        testing::writeFile(root.path(u"p/test_a.py"_s), "x");
        QVERIFY(!systemPrompt(workspace).contains(u"no tests yet"_s));
    }
};

QTEST_GUILESS_MAIN(TestCoderParts)
#include "tst_coder_parts.moc"
