#include "llm/script.h"
#include "support/test_support.h"

#include <QCoro/QCoroFuture>
#include <QSignalSpy>

using namespace switchyard;
using namespace switchyard::llm;

class TestScript : public QObject
{
    Q_OBJECT

    static Result<Answer> say(const QByteArray& json, const std::optional<ToolResult>& last, int turn = 0)
    {
        auto script = Script::parse(json, u"test"_s);
        if (!script)
            return fail(script.error());
        ScriptedProvider provider(*script, {}, {});
        Request request;
        request.turn = turn;
        if (last)
            request.messages.append(Message::tools({*last}));
        const auto completion = provider.complete(request);
        completion->start();
        const auto future = completion->result();
        if (!testing::waitFor([&] { return future.isFinished(); }))
            qFatal("the script hangs");
        return future.result();
    }

private Q_SLOTS:
    void conditions_data()
    {
        QTest::addColumn<QByteArray>("when");
        QTest::addColumn<bool>("fits");
        const auto row = [](const char* name, const QByteArray& when, bool fits) {
            QTest::newRow(name) << when << fits;
        };
        // The result at hand: run_command, exit code 3, "two failures".
        row("tool", R"({"tool":"run_command"})", true);
        row("another tool", R"({"tool":"read_file"})", false);
        row("exit code", R"({"exit_code":3})", true);
        row("another exit code", R"({"exit_code":0})", false);
        row("nonzero", R"({"exit_code":"nonzero"})", true);
        row("contains", R"({"contains":"failures"})", true);
        row("contains not", R"({"contains":"success"})", false);
        row("refused", R"({"refused":true})", false);
        row("not refused", R"({"refused":false})", true);
        row("all of them", R"({"tool":"run_command","exit_code":3,"contains":"two","refused":false})", true);
        row("all but one", R"({"tool":"run_command","exit_code":3,"contains":"two","refused":true})", false);
        row("nothing asked", R"({})", true);
    }
    void conditions()
    {
        QFETCH(QByteArray, when);
        QFETCH(bool, fits);
        const ToolResult last{u"1"_s, u"run_command"_s, u"two failures"_s, false, {{u"exit_code"_s, 3}}};
        const auto answer =
            say(R"({"turns":[{"variants":[{"when":{"last_result":)" + when + R"(},"text":"hello"}]}]})", last);
        QCOMPARE(answer.has_value(), fits);
        if (fits)
            QCOMPARE(answer->message.text, u"hello"_s);
        else
            QVERIFY(answer.error().message.contains(u"two failures"_s)); // what it got instead
    }
    void nothingBeforeFitsNoCondition()
    {
        const auto answer = say(R"({"turns":[{"when":{"last_result":{"tool":"x"}},"text":"hello"}]})", {});
        QVERIFY(answer.error().message.contains(u"expected x, got no tool result"_s));
    }
    void firstFittingVariantIsTaken()
    {
        const QByteArray json = R"({"turns":[{"variants":[
            {"when":{"last_result":{"refused":true}},"text":"refused"},
            {"when":{"last_result":{"exit_code":0}},"text":"done"}]}]})";
        QCOMPARE(say(json, ToolResult{{}, u"run_command"_s, {}, true, {{u"exit_code"_s, 0}}})->message.text, u"done"_s);
        QCOMPARE(say(json, ToolResult{{}, u"run_command"_s, {}, false, {{u"refused"_s, true}}})->message.text,
                 u"refused"_s);
        QVERIFY(!say(json, ToolResult{{}, u"run_command"_s, {}, false, {{u"exit_code"_s, 1}}}));
    }
    void callsHaveIds()
    {
        const auto answer = say(R"({"turns":[{},{"tool_calls":[{"name":"a","input":{"x":1}},{"name":"b"}]}]})", {}, 1);
        QVERIFY(answer);
        QCOMPARE(answer->stop, StopReason::ToolUse);
        QCOMPARE(answer->message.calls.size(), 2);
        QCOMPARE(answer->message.calls[0].input[u"x"].toInt(), 1);
        QVERIFY(answer->message.calls[0].id != answer->message.calls[1].id);
    }
    void endOfScript()
    {
        QVERIFY(say(R"({"name":"short","turns":[{}]})", {}, 1).error().message.contains(u"“short” has ended"_s));
    }
    void badScripts_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no JSON") << QByteArray("nonsense");
        QTest::newRow("no turns") << QByteArray(R"({"name":"x"})");
        QTest::newRow("call without a name") << QByteArray(R"({"turns":[{"tool_calls":[{}]}]})");
        QTest::newRow("text is a number") << QByteArray(R"({"turns":[{"text":1}]})");
        QTest::newRow("strange exit code") << QByteArray(R"({"turns":[{"when":{"last_result":{"exit_code":"bad"}}}]})");
    }
    void badScripts()
    {
        QFETCH(QByteArray, json);
        const auto script = Script::parse(json, u"my.json"_s);
        QVERIFY(!script);
        QVERIFY2(script.error().message.contains(u"my.json"_s), qPrintable(script.error().message));
    }
    void wordsStreamWhole()
    {
        auto script =
            Script::parse(R"({"pace_ms":1,"turns":[{"thought":" A  b\n","text":"One two.\n\n- three\n"}]})", u"t"_s);
        ScriptedProvider provider(*script, {});
        const auto completion = provider.complete({});
        QSignalSpy texts(completion.get(), &Completion::text);
        QSignalSpy thoughts(completion.get(), &Completion::thought);
        completion->start();
        QTRY_VERIFY(completion->result().isFinished());
        QCOMPARE(texts.size(), 4);
        QString text;
        for (const auto& arguments : texts)
            text += arguments[0].toString();
        QCOMPARE(text, u"One two.\n\n- three\n"_s);
        QCOMPARE(thoughts.size(), 2);
    }
    void cancelEndsItAtOnce()
    {
        auto script = Script::parse(R"({"pace_ms":1000,"turns":[{"text":"a b c"}]})", u"t"_s);
        ScriptedProvider provider(*script, {});
        const auto completion = provider.complete({});
        completion->start();
        completion->cancel();
        QVERIFY(completion->result().isFinished());
        QCOMPARE(completion->result().result().error().code, ErrorCode::Cancelled);
    }
    void messagesSurviveJson()
    {
        Message message{Message::Role::Assistant,
                        u"words"_s,
                        {{u"t"_s, u"s"_s, {}}, {{}, {}, u"r"_s}},
                        {{u"1"_s, u"run_command"_s, {{u"command"_s, u"ls"_s}}, u"bad"_s}},
                        {}};
        QCOMPARE(*Message::fromJson(message.toJson()), message);
        const auto results = Message::tools({{u"1"_s, u"run_command"_s, u"out"_s, false, {{u"exit_code"_s, 2}}}});
        QCOMPARE(*Message::fromJson(results.toJson()), results);
        QVERIFY(!Message::fromJson({{u"role"_s, u"ghost"_s}}));
    }
};

QTEST_GUILESS_MAIN(TestScript)
#include "tst_llm_script.moc"
