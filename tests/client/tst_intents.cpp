#include "client/intents.h"
#include "support/test_support.h"

#include <QMetaEnum>

using namespace switchyard;
using client::Intent;
using client::parseIntent;
using Kind = Intent::Kind;

class TestIntents : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sentences_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("waits");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("task");
        QTest::addColumn<QString>("rest"); // goal, message or code
        QTest::addColumn<QString>("verbosity");
        const auto row = [](const char* line, Kind kind, const char* task = "", const char* rest = "",
                            const char* verbosity = "", bool waits = false) {
            QTest::addRow("%s%s", line, waits ? " (waits)" : "")
                << QString::fromUtf8(line) << waits << int(kind) << QString::fromUtf8(task) << QString::fromUtf8(rest)
                << QString::fromUtf8(verbosity);
        };
        row("", Kind::Nothing);
        row("   ", Kind::Nothing);
        // As the design says them.
        row("Build a calculator app with tests", Kind::Start, "", "Build a calculator app with tests");
        row("How's the coding going?", Kind::Overview);
        row("Check progress on task abc123", Kind::Progress, "abc123");
        row("Cancel the background task", Kind::Cancel);
        row("Cancel task abc123", Kind::Cancel, "abc123");
        row("Build a parser with detailed updates", Kind::Start, "", "Build a parser", "detailed");
        row("Build a parser, with minimal updates.", Kind::Start, "", "Build a parser", "minimal");
        row("1234", Kind::Allow, "", "1234", "", true);
        // Other ways to say so.
        row("how is it going", Kind::Overview);
        row("How are the tasks doing?", Kind::Overview);
        row("what's running?", Kind::Overview);
        row("What needs me?", Kind::Overview);
        row("status", Kind::Overview);
        row("check progress", Kind::Overview);
        row("show my tasks", Kind::Overview);
        row("how is #A7F3C1 going?", Kind::Progress, "a7f3c1");
        row("status of a7f3c1", Kind::Progress, "a7f3c1");
        row("What is the status of task a7f3c1?", Kind::Progress, "a7f3c1");
        row("is task a7f3c1 done yet?", Kind::Progress, "a7f3c1");
        row("please stop task #a7f3c1", Kind::Cancel, "a7f3c1");
        row("abort a7f3c1!", Kind::Cancel, "a7f3c1");
        row("cancel", Kind::Cancel);
        row("stop it", Kind::Cancel);
        row("pause task a7f3c1", Kind::Pause, "a7f3c1");
        row("resume a7f3c1", Kind::Resume, "a7f3c1");
        row("try a7f3c1 again", Kind::Retry, "a7f3c1");
        row("retry task a7f3c1", Kind::Retry, "a7f3c1");
        row("tell a7f3c1 to use pytest instead", Kind::Tell, "a7f3c1", "use pytest instead");
        row("tell task a7f3c1: stop using eval", Kind::Tell, "a7f3c1", "stop using eval");
        row("my code is 2468", Kind::Allow, "", "2468", "", true);
        row("confirm secret-7", Kind::Allow, "", "secret-7", "", true);
        row("deny", Kind::Deny, "", "", "", true);
        row("No!", Kind::Deny, "", "", "", true);
        row("Build a web shop in the background", Kind::Start, "", "Build a web shop");
        // Goals that look like something else.
        row("1234", Kind::Start, "", "1234");
        row("deny", Kind::Start, "", "deny");
        row("Cancel button does not close the dialog", Kind::Start, "", "Cancel button does not close the dialog");
        row("Stop the server when the tests fail", Kind::Start, "", "Stop the server when the tests fail");
        row("Retry failed uploads three times", Kind::Start, "", "Retry failed uploads three times");
        row("Check progress bar colours in dark mode", Kind::Start, "", "Check progress bar colours in dark mode");
        row("How about a login page?", Kind::Start, "", "How about a login page?");
        row("Resume parser: read PDF files", Kind::Start, "", "Resume parser: read PDF files");
        row("Kill the zombie process in worker.py", Kind::Start, "", "Kill the zombie process in worker.py");
        row("Status page for the shop", Kind::Start, "", "Status page for the shop");
        row("Show tasks in a table", Kind::Start, "", "Show tasks in a table");
        row("No", Kind::Start, "", "No");
        row("Add detailed updates to the changelog", Kind::Start, "", "Add detailed updates to the changelog");
        row("12 34", Kind::Start, "", "12 34", "", true);
    }
    void sentences()
    {
        QFETCH(const QString, line);
        QFETCH(const bool, waits);
        const auto intent = parseIntent(line, waits);
        QTEST(int(intent.kind), "kind");
        QTEST(intent.task.toString(), "task");
        QTEST(intent.kind == Kind::Allow ? QString::fromUtf8(intent.code.reveal()) : intent.text, "rest");
        QTEST(intent.verbosity, "verbosity");
    }

    void longLinesTakeNoTime()
    {
        const auto line = u"please "_s.repeated(20'000) + u"cancel the task now"_s;
        QCOMPARE(parseIntent(line, true).kind, Kind::Start);
    }
};

QTEST_GUILESS_MAIN(TestIntents)
#include "tst_intents.moc"
