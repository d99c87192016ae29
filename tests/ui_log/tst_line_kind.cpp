#include "ui/log/line_kind.h"

#include <QTest>

using namespace switchyard::ui;
using namespace Qt::StringLiterals;

class TestLineKind : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void kinds()
    {
        using enum LineKind;
        const std::vector<std::pair<QString, LineKind>> log{
            {u"▶ git diff"_s, Command},
            {u"diff --git a/x.py b/x.py"_s, DiffFile},
            {u"index 1..2 100644"_s, DiffFile},
            {u"--- a/x.py"_s, DiffFile},
            {u"+++ b/x.py"_s, DiffFile},
            {u"@@ -1,2 +1,2 @@ def f():"_s, DiffHunk},
            {u" context"_s, DiffContext},
            {u"-old"_s, DiffRemoved},
            {u"+new"_s, DiffAdded},
            {u"\\ No newline at end of file"_s, DiffContext},
            {u"■ exit code 0, 0.1 s"_s, Exit},
            {u"+not a diff any more"_s, Plain},
            {u"Traceback (most recent call last):"_s, Traceback},
            {u"  File \"x.py\", line 3, in f"_s, Traceback},
            {u"    return a / b"_s, TracebackCode},
            {u"ZeroDivisionError: division by zero"_s, Plain},
            {u"{"_s, Json},
            {u"  \"a\": 1"_s, Json},
            {u"}"_s, Json},
            {u"plain"_s, Plain},
            {u"{\"a\": 1}"_s, Json},
            {u"still plain"_s, Plain},
            {u"```python"_s, Fence},
            {u"+x = 1"_s, Code},
            {u"```"_s, Fence},
            {u"plain"_s, Plain},
        };
        LineContext context;
        for (const auto& [text, kind] : log)
            QVERIFY2(classify(text, context) == kind, qPrintable(text));
    }

    void severity_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("expected");
        const auto row = [](const char* line, Severity severity) {
            QTest::newRow(line) << QByteArray(line) << int(severity);
        };
        using enum Severity;
        row("main.cpp:3:1: error: expected ';'", Error);
        row("Error: cannot find module", Error);
        row("ZeroDivisionError: division by zero", Error);
        row("java.lang.NullPointerException: null", None);
        row("NullPointerException: null", Error);
        row("Traceback (most recent call last):", Error);
        row("1 failed, 3 passed in 0.12s", Error);
        row("--- FAIL: TestX (0.00s)", Error);
        row("fatal: not a git repository", Error);
        row("thread 'main' panicked at src/main.rs:2", Error);
        row("■ exit code 1, 2.1 s", Error);
        row("■ exit code 0, 2.1 s", None);
        row("0 errors, 0 warnings", None);
        row("no errors found", None);
        row("compiling error.cpp", None);
        row("src/errors/handler.py", None);
        row("-Werror", None);
        row("terror and mirrors", None);
        row("warning: unused variable 'x'", Warning);
        row("2 warnings generated", Warning);
        row("WARN deprecated package", Warning);
        row("all is well", None);
    }
    void severity()
    {
        QFETCH(QByteArray, line);
        QFETCH(int, expected);
        QCOMPARE(int(severityOf(line)), expected);
    }

    void locations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char* text, const QStringList& expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << expected;
        };
        row("src/main.cpp:12:5: error: x", {u"src/main.cpp 12"_s});
        row("  File \"a b/x.py\", line 30, in f", {u"a b/x.py 30"_s});
        row("at Object.<anonymous> (./lib/app.js:3:9)", {u"./lib/app.js 3"_s});
        row("/abs/x.rs:7 and y.go:8", {u"/abs/x.rs 7"_s, u"y.go 8"_s});
        row("x.pas(12) Error", {u"x.pas 12"_s});
        row("http://localhost:8080/x", {});
        row("12:30:45 done", {});
        row("version 1.2:3", {});
        row("no links here", {});
    }
    void locations()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, expected);
        QStringList found;
        for (const auto& location : locationsIn(text)) {
            found << location.file + u' ' + QString::number(location.line);
            QVERIFY(text.sliced(location.start, location.length).contains(location.file));
        }
        QCOMPARE(found, expected);
    }
};

QTEST_GUILESS_MAIN(TestLineKind)
#include "tst_line_kind.moc"
