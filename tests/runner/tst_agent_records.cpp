// What is kept of an agent's words: rate limits in errors, parameters of tools, kinds of failure.
#include "base/log.h"
#include "runner/phase_rules.h"
#include "runner/rate_limit.h"
#include "runner/tool_record.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::runner;

class TestAgentRecords : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }
    void rateLimits_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("limited");
        QTest::addColumn<qint64>("seconds"); // from now; -1: not told
        QTest::newRow("epoch") << u"Claude AI usage limit reached|1780003600"_s << true << qint64(3600);
        QTest::newRow("retry after") << u"429 Too Many Requests, retry after 90 seconds"_s << true << qint64(90);
        QTest::newRow("try again in") << u"Rate limit reached for gpt-5. Please try again in 1.5s."_s << true
                                      << qint64(1);
        QTest::newRow("minutes") << u"rate_limit_error: try again in 20 minutes"_s << true << qint64(1200);
        QTest::newRow("time of day") << u"You've hit your limit · resets 11pm"_s << true << qint64(0);
        QTest::newRow("not told") << u"RESOURCE_EXHAUSTED: quota exceeded"_s << true << qint64(-1);
        QTest::newRow("too far away") << u"usage limit reached|1999999999"_s << true << qint64(-1);
        QTest::newRow("in the past") << u"usage limit reached|1700000000"_s << true << qint64(-1);
        QTest::newRow("something else") << u"Authentication required"_s << false << qint64(-1);
        QTest::newRow("a number that is not it") << u"line 4290 failed"_s << false << qint64(-1);
    }
    void rateLimits()
    {
        QFETCH(QString, words);
        QFETCH(bool, limited);
        QFETCH(qint64, seconds);
        const auto now = fromMilliseconds(1'780'000'000'000); // 2026-05-28 20:26:40 UTC
        const auto limit = rateLimitIn(words, now);
        QCOMPARE(limit.has_value(), limited);
        if (!limited)
            return;
        if (QByteArray(QTest::currentDataTag()) == "time of day") {
            const auto at = QDateTime::fromMSecsSinceEpoch(toMilliseconds(limit->until));
            QCOMPARE(at.time(), QTime(23, 0));
            QVERIFY(limit->until > now);
        } else if (seconds < 0) {
            QCOMPARE(toMilliseconds(limit->until), 0);
        } else {
            QCOMPARE(std::chrono::floor<std::chrono::seconds>(limit->until - now).count(), seconds);
        }
    }
    void errorCategories_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<bool>("command");
        QTest::addColumn<QString>("category");
        const auto row = [](const char* words, bool command, const char* category) {
            QTest::newRow(words) << QString::fromUtf8(words) << command << QString::fromLatin1(category);
        };
        row("cat: x.txt: No such file or directory", true, "file_not_found");
        row("ENOENT: no such file or directory, open 'x'", false, "file_not_found");
        row("src/x.py does not exist.", false, "file_not_found");
        row("bash: ./x: Permission denied", true, "permission_denied");
        row("/etc/passwd lies outside the task's folder.", false, "permission_denied");
        row("It was ended after 120 s, its time limit.", true, "timeout");
        row("Command timed out after 2m", true, "timeout");
        row("  File \"a.py\", line 3\nSyntaxError: invalid syntax", true, "syntax_error");
        row("main.c:3:1: error: expected ';' before '}' token", true, "syntax_error");
        row("bash: nope: command not found", true, "command_not_found");
        row("User refused permission to run tool", false, "refused");
        row("The user refused this command. Do not try it in another form", true, "refused");
        row("curl: (6) Could not resolve host: example.invalid", true, "network");
        row("write error: No space left on device", true, "disk_full");
        row("FAILED (failures=2)", true, "command_failed");
        row("exit code 1", true, "command_failed");
        row("Something odd", false, "other");
    }
    void errorCategories()
    {
        QFETCH(QString, words);
        QFETCH(bool, command);
        QTEST(toolErrorCategory(words, command), "category");
    }
    void whatTheAgentSaysItselfComesFirst()
    {
        ToolCallRecord call;
        call.kind = u"execute"_s;
        call.output = QJsonObject{{u"exit_code"_s, 1}, {u"refused"_s, true}};
        QCOMPARE(call.errorCategory(u"Permission denied"_s), u"refused"_s);
        call.output = QJsonObject{{u"timed_out"_s, true}};
        QCOMPARE(call.errorCategory(u"no such file"_s), u"timeout"_s);
    }
    void namesOfTools()
    {
        ToolCallRecord call;
        call.take({{u"title"_s, u"x"_s}, {u"name"_s, u"run_command"_s}});
        QCOMPARE(call.name, u"run_command"_s);
        call.take({{u"_meta"_s, QJsonObject{{u"claudeCode"_s, QJsonObject{{u"toolName"_s, u"Bash"_s}}}}}});
        QCOMPARE(call.name, u"Bash"_s);
        call.take({{u"title"_s, QJsonValue()}}); // null: unchanged
        QCOMPARE(call.title, u"x"_s);
        QCOMPARE(call.toolName(), u"Bash"_s);
        ToolCallRecord unnamed; // most agents tell no name
        QCOMPARE(unnamed.toolName(), u"other"_s);
        unnamed.take({{u"title"_s, u"Fetch https://example.org"_s}, {u"kind"_s, u"fetch"_s}});
        QCOMPARE(unnamed.toolName(), u"fetch"_s);
        unnamed.take({{u"title"_s, u"mcp__notes__search"_s}});
        QCOMPARE(unnamed.toolName(), u"mcp__notes__search"_s);
    }
    void parametersAreCutAndClean()
    {
        keepSecret("hunter2-secret");
        const QJsonObject input{{u"command"_s, u"curl -H hunter2-secret x"_s},
                                {u"api_key"_s, u"whatever"_s},
                                {u"content"_s, QString(10'000, u'x')},
                                {u"list"_s, QJsonArray::fromStringList(QStringList(200, u"a"_s))},
                                {u"ok"_s, true}};
        const auto kept = recordable(input).toObject();
        QVERIFY(!kept[u"command"].toString().contains(u"hunter2"));
        QCOMPARE(kept[u"api_key"].toString(), u"[removed]"_s);
        QVERIFY(kept[u"content"].toString().size() < 2100);
        QVERIFY(kept[u"content"].toString().contains(u"10000"));
        QCOMPARE(kept[u"list"].toArray().size(), 51);
        QCOMPARE(kept[u"ok"].toBool(), true);
        // Deep or wide: bounded as a whole.
        QJsonObject wide;
        for (int i = 0; i < 40; ++i)
            wide.insert(QString::number(i), QString(3000, u'y'));
        const auto cut = QJsonDocument(QJsonArray{recordable(wide)}).toJson(QJsonDocument::Compact);
        QVERIFY(cut.size() < 16 << 10);
        QVERIFY(recordable(QJsonValue(QJsonValue::Undefined)).isNull());
    }
};

QTEST_GUILESS_MAIN(TestAgentRecords)
#include "tst_agent_records.moc"
