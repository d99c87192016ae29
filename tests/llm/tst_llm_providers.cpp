// The providers against a server of ours: real HTTP on 127.0.0.1, chunked, in small pieces.
#include "base/json.h"
#include "fake_model.h"
#include "llm/models.h"
#include "support/test_support.h"

#include <QCoro/QCoroFuture>
#include <QElapsedTimer>

using namespace switchyard;
using namespace switchyard::llm;
using testing::Dialect;
using testing::FakeModel;
using testing::Reply;
using testing::Speech;

Q_DECLARE_METATYPE(switchyard::testing::Dialect)

namespace {

Speech fullSpeech()
{
    return {u"Hm, let me see…"_s,
            u"I'll read both files. Übrigens: 日本"_s,
            {{u"id-1"_s, u"read_file"_s, {{u"path"_s, u"a.py"_s}}, {}},
             {u"id-2"_s, u"read_file"_s, {{u"path"_s, u"b \"c\".py"_s}}, {}}},
            {1200, 34, 5600, 0},
            {}};
}

QCoro::Task<Result<Answer>> whole(QFuture<Result<Answer>> future)
{
    co_return co_await future;
}

} // namespace

class TestProviders : public QObject
{
    Q_OBJECT

    struct Call {
        FakeModel server;
        std::unique_ptr<Provider> provider;
        std::unique_ptr<Completion> completion;
        QString streamed, thoughts;
        int restarts = 0, waits = 0;

        explicit Call(Dialect dialect, RetryPolicy retry = {3, milliseconds(5), milliseconds(20), milliseconds(2000),
                                                            milliseconds(20'000)})
        {
            ModelOptions options;
            options.environment.insert(u"ANTHROPIC_API_KEY"_s, u"key-for-tests"_s);
            options.environment.insert(u"OPENAI_API_KEY"_s, u"key-for-tests"_s);
            options.environment.insert(u"ANTHROPIC_BASE_URL"_s, server.url());
            options.environment.insert(u"OPENAI_BASE_URL"_s, server.url() + u"/v1/"_s);
            options.prices = *PriceTable::load();
            options.retry = retry;
            auto opened = openModel(
                dialect == Dialect::Anthropic ? u"anthropic:claude-sonnet-4-5"_s : u"openai:gpt-5"_s, options);
            if (!opened)
                qFatal("%s", qPrintable(describe(opened.error())));
            provider = std::move(*opened);
        }
        void begin()
        {
            Request request;
            request.system = u"Be careful."_s;
            request.messages = {Message::user(u"Do it."_s)};
            request.tools = {{u"read_file"_s, u"Reads."_s, {{u"type"_s, u"object"_s}}}};
            begin(request);
        }
        void begin(const Request& request)
        {
            completion = provider->complete(request);
            connect(completion.get(), &Completion::text, completion.get(),
                    [this](const QString& piece) { streamed += piece; });
            connect(completion.get(), &Completion::thought, completion.get(),
                    [this](const QString& piece) { thoughts += piece; });
            connect(completion.get(), &Completion::restarted, completion.get(), [this] {
                ++restarts;
                streamed.clear();
                thoughts.clear();
            });
            connect(completion.get(), &Completion::waiting, completion.get(), [this] { ++waits; });
            completion->start();
        }
        Result<Answer> end() { return testing::await(whole(completion->result()), std::chrono::seconds(20)); }
        Result<Answer> run()
        {
            begin();
            return end();
        }
    };

    static void dialects()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::newRow("anthropic") << Dialect::Anthropic;
        QTest::newRow("openai") << Dialect::OpenAi;
    }

private Q_SLOTS:
    void wholeAnswer_data() { dialects(); }
    void wholeAnswer()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        call.server.replies = {Reply::say(dialect, fullSpeech())};
        const auto answer = call.run();
        QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
        QCOMPARE(answer->message.text, fullSpeech().text);
        QCOMPARE(answer->message.thinking.size(), 1);
        QCOMPARE(answer->message.thinking[0].text, fullSpeech().thinking);
        QCOMPARE(answer->message.calls, fullSpeech().calls);
        QCOMPARE(answer->usage, fullSpeech().usage);
        QCOMPARE(answer->stop, StopReason::ToolUse);
        QCOMPARE(call.streamed, fullSpeech().text);
        QCOMPARE(call.thoughts, fullSpeech().thinking);

        const auto& request = call.server.requests.first();
        QCOMPARE(request.body[u"stream"].toBool(), true);
        QVERIFY(!compactJson(request.body).contains("key-for-tests"));
        QVERIFY(request.head.contains("key-for-tests"));
        if (dialect == Dialect::Anthropic) {
            QVERIFY(request.head.startsWith("POST /v1/messages "));
            QVERIFY(request.head.toLower().contains("anthropic-version: 2023-06-01"));
            QCOMPARE(request.body[u"model"].toString(), u"claude-sonnet-4-5"_s);
            QCOMPARE(request.body[u"system"][0][u"cache_control"][u"type"].toString(), u"ephemeral"_s);
            QCOMPARE(request.body[u"messages"][0][u"content"][0][u"cache_control"][u"type"].toString(), u"ephemeral"_s);
            QCOMPARE(request.body[u"thinking"][u"type"].toString(), u"enabled"_s);
            QCOMPARE(request.body[u"tools"][0][u"input_schema"][u"type"].toString(), u"object"_s);
        } else {
            QVERIFY(request.head.startsWith("POST /v1/chat/completions "));
            QCOMPARE(request.body[u"stream_options"][u"include_usage"].toBool(), true);
            QCOMPARE(request.body[u"messages"][0][u"role"].toString(), u"system"_s);
            QCOMPARE(request.body[u"tools"][0][u"function"][u"name"].toString(), u"read_file"_s);
        }
    }

    void conversationGoesBackWhole_data() { dialects(); }
    void conversationGoesBackWhole()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        call.server.replies = {Reply::say(dialect, {{}, u"ok"_s, {}, {1, 1, 0, 0}, {}})};
        Message answer{Message::Role::Assistant,
                       u"Reading."_s,
                       {{u"deep"_s, u"signed"_s, {}}, {u"unsigned"_s, {}, {}}},
                       {{u"id-1"_s, u"read_file"_s, {{u"path"_s, u"a"_s}}, {}}},
                       {}};
        Request request;
        request.messages = {Message::user(u"Go."_s), answer,
                            Message::tools({{u"id-1"_s, u"read_file"_s, u"no such file"_s, false, {}}}),
                            Message::user(u"And now?"_s)};
        call.begin(request);
        QVERIFY(call.end());
        const auto messages = call.server.requests.first().body[u"messages"].toArray();
        if (dialect == Dialect::Anthropic) {
            QCOMPARE(messages.size(), 3); // results and the next question are one turn of the user's
            const auto blocks = messages[1][u"content"].toArray();
            QCOMPARE(blocks.size(), 3);
            QCOMPARE(blocks[0][u"signature"].toString(), u"signed"_s);
            QCOMPARE(blocks[2][u"input"][u"path"].toString(), u"a"_s);
            QCOMPARE(messages[2][u"content"][0][u"tool_use_id"].toString(), u"id-1"_s);
            QCOMPARE(messages[2][u"content"][0][u"is_error"].toBool(), true);
            QCOMPARE(messages[2][u"content"][1][u"text"].toString(), u"And now?"_s);
        } else {
            QCOMPARE(messages.size(), 4);
            QCOMPARE(messages[1][u"tool_calls"][0][u"function"][u"arguments"].toString(), u"{\"path\":\"a\"}"_s);
            QCOMPARE(messages[2][u"role"].toString(), u"tool"_s);
            QCOMPARE(messages[2][u"tool_call_id"].toString(), u"id-1"_s);
        }
    }

    void picturesGoAlong_data() { dialects(); }
    void picturesGoAlong()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        call.server.replies = {Reply::say(dialect, {{}, u"A dot."_s, {}, {1, 1, 0, 0}, {}})};
        Request request;
        request.messages = {Message::user(u"What is this?"_s)};
        request.messages[0].pictures = {{u"image/png"_s, u"iVBORw0KGgo="_s}};
        QCOMPARE(Message::fromJson(request.messages[0].toJson()).value(), request.messages[0]);
        call.begin(request);
        QVERIFY(call.end());
        const auto parts = call.server.requests.first().body[u"messages"][0][u"content"].toArray();
        QCOMPARE(parts.size(), 2);
        if (dialect == Dialect::Anthropic) {
            QCOMPARE(parts[0][u"type"].toString(), u"image"_s);
            QCOMPARE(parts[0][u"source"],
                     (QJsonObject{
                         {u"type"_s, u"base64"_s}, {u"media_type"_s, u"image/png"_s}, {u"data"_s, u"iVBORw0KGgo="_s}}));
            QCOMPARE(parts[1][u"text"].toString(), u"What is this?"_s);
        } else {
            QCOMPARE(parts[0][u"text"].toString(), u"What is this?"_s);
            QCOMPARE(parts[1][u"image_url"][u"url"].toString(), u"data:image/png;base64,iVBORw0KGgo="_s);
        }
    }

    void triesAgain_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<int>("status");
        for (const int status : {408, 429, 500, 502, 503, 529}) {
            QTest::addRow("anthropic %d", status) << Dialect::Anthropic << status;
            QTest::addRow("openai %d", status) << Dialect::OpenAi << status;
        }
    }
    void triesAgain()
    {
        QFETCH(Dialect, dialect);
        QFETCH(int, status);
        Call call(dialect);
        call.server.replies = {Reply::error(status, R"({"error":{"message":"busy"}})", {"retry-after-ms: 30"}),
                               Reply::say(dialect, fullSpeech())};
        const auto answer = call.run();
        QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
        QCOMPARE(call.server.requests.size(), 2);
        QCOMPARE(call.waits, 1);
        QCOMPARE(answer->usage, fullSpeech().usage);
    }

    void obeysRetryAfter()
    {
        Call call(Dialect::Anthropic, {3, milliseconds(1), milliseconds(1), milliseconds(5000), milliseconds(20'000)});
        call.server.replies = {Reply::error(429, "{}", {"retry-after: 1"}),
                               Reply::say(Dialect::Anthropic, fullSpeech())};
        QElapsedTimer clock;
        clock.start();
        QVERIFY(call.run());
        QVERIFY(clock.elapsed() >= 1000); // never sooner than asked, however slow the machine
    }
    void asksTooLongAWait_data() { dialects(); }
    void asksTooLongAWait()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        call.server.replies = {Reply::error(429, R"({"error":{"message":"quota"}})", {"retry-after: 3600"})};
        const auto answer = call.run();
        QCOMPARE(answer.error().code, ErrorCode::Limit);
        QVERIFY(answer.error().message.contains(u"quota"_s));
        QCOMPARE(call.server.requests.size(), 1);
    }
    void givesUpInTheEnd()
    {
        Call call(Dialect::OpenAi); // three attempts; the server has nothing to say but 500
        const auto answer = call.run();
        QCOMPARE(answer.error().code, ErrorCode::Unavailable);
        QVERIFY(answer.error().message.contains(u"nothing left to say"_s));
        QCOMPARE(call.server.requests.size(), 3);
    }

    void neverTriesAgain_data()
    {
        QTest::addColumn<Reply>("reply");
        QTest::addColumn<int>("code");
        QTest::newRow("bad request") << Reply::error(400, R"({"error":{"message":"too long"}})")
                                     << int(ErrorCode::Invalid);
        QTest::newRow("bad key") << Reply::error(401, R"({"error":{"message":"who?"}})") << int(ErrorCode::Forbidden);
        QTest::newRow("forbidden") << Reply::error(403, "<html>no</html>") << int(ErrorCode::Forbidden);
        QTest::newRow("no such model") << Reply::error(404, R"({"error":{"message":"model?"}})")
                                       << int(ErrorCode::NotFound);
        QTest::newRow("redirect") << Reply::error(307, "", {"location: http://127.0.0.1:9/evil"})
                                  << int(ErrorCode::Invalid);
        QTest::newRow("a web page") << Reply{200, {"content-type: text/html"}, "<html>Welcome</html>", -1, false}
                                    << int(ErrorCode::Invalid);
    }
    void neverTriesAgain()
    {
        QFETCH(Reply, reply);
        QFETCH(int, code);
        for (const auto dialect : {Dialect::Anthropic, Dialect::OpenAi}) {
            Call call(dialect);
            call.server.replies = {reply};
            const auto answer = call.run();
            QVERIFY(!answer);
            QCOMPARE(int(answer.error().code), code);
            QCOMPARE(call.server.requests.size(), 1);
            QVERIFY(!describe(answer.error()).contains(u"key-for-tests"_s));
        }
    }

    void cutStream_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("mark");
        QTest::newRow("anthropic, before anything") << Dialect::Anthropic << QByteArray("event: message_start");
        QTest::newRow("anthropic, in the text") << Dialect::Anthropic << QByteArray("brigens");
        QTest::newRow("anthropic, in a tool call") << Dialect::Anthropic << QByteArray("input_json_delta");
        QTest::newRow("anthropic, between tool calls") << Dialect::Anthropic << QByteArray("id-2");
        QTest::newRow("anthropic, right before the end") << Dialect::Anthropic << QByteArray("event: message_stop");
        QTest::newRow("openai, in the text") << Dialect::OpenAi << QByteArray("brigens");
        QTest::newRow("openai, in a tool call") << Dialect::OpenAi << QByteArray("id-1");
        QTest::newRow("openai, between tool calls") << Dialect::OpenAi << QByteArray("id-2");
        QTest::newRow("openai, before the reason") << Dialect::OpenAi << QByteArray("tool_calls\",\"index");
    }
    void cutStream()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, mark);
        Call call(dialect);
        auto speech = fullSpeech();
        auto whole = Reply::say(dialect, speech);
        call.server.replies = {whole.cutAt(mark), whole};
        const auto answer = call.run();
        QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
        QCOMPARE(call.server.requests.size(), 2);
        QCOMPARE(answer->message.calls, speech.calls); // each once, none of them half
        QCOMPARE(answer->message.text, speech.text);
        QCOMPARE(call.streamed, speech.text); // what was streamed of the first attempt was taken back
        QCOMPARE(call.restarts + call.waits, 1);
        // What a cut stream had told of its tokens is counted: it is billed.
        auto expected = speech.usage;
        if (dialect == Dialect::Anthropic && !mark.startsWith("event: message_start")) {
            expected += {speech.usage.input, mark == "event: message_stop" ? speech.usage.output : 0,
                         speech.usage.cacheRead, 0};
        }
        QCOMPARE(answer->usage, expected);
    }
    void alwaysCut()
    {
        Call call(Dialect::Anthropic);
        const auto cut = Reply::say(Dialect::Anthropic, fullSpeech()).cutAt("id-2");
        call.server.replies = {cut, cut, cut};
        const auto answer = call.run();
        QCOMPARE(answer.error().code, ErrorCode::Unavailable);
        QVERIFY(answer.error().message.contains(u"cut off"_s));
    }

    void malformedEvent_data() { dialects(); }
    void malformedEvent()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        auto broken = Reply::say(dialect, fullSpeech());
        broken.body.insert(broken.body.indexOf("id-1"), "\"}}}{{");
        call.server.replies = {broken, Reply::say(dialect, fullSpeech())};
        const auto answer = call.run();
        QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
        QCOMPARE(answer->message.calls, fullSpeech().calls);
        QCOMPARE(call.server.requests.size(), 2);
    }
    void malformedArguments_data() { dialects(); }
    void malformedArguments()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        Speech speech{
            {}, {}, {{u"id-1"_s, u"run_command"_s, {}, u"{\"command\": \"rm -rf"_s}}, {1, 1, 0, 0}, u"max_tokens"_s};
        call.server.replies = {Reply::say(dialect, speech)};
        const auto answer = call.run();
        QVERIFY(answer);
        QCOMPARE(answer->stop, StopReason::MaxTokens);
        QCOMPARE(answer->message.calls.size(), 1);
        QVERIFY(answer->message.calls[0].input.isEmpty());
        QVERIFY(!answer->message.calls[0].inputError.isEmpty());
    }

    void errorWithinTheStream_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<bool>("passes");
        QTest::newRow("anthropic overloaded")
            << Dialect::Anthropic
            << QByteArray(
                   "event: error\ndata: "
                   "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n")
            << true;
        QTest::newRow("anthropic bad request")
            << Dialect::Anthropic
            << QByteArray("event: error\ndata: "
                          "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}\n\n")
            << false;
        QTest::newRow("openai") << Dialect::OpenAi << QByteArray("data: {\"error\":{\"message\":\"no capacity\"}}\n\n")
                                << true;
        QTest::newRow("openai, done too soon") << Dialect::OpenAi << QByteArray("data: [DONE]\n\n") << true;
    }
    void errorWithinTheStream()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, event);
        QFETCH(bool, passes);
        Call call(dialect);
        auto broken = Reply::say(dialect, fullSpeech());
        const auto cut = broken.body.lastIndexOf("\n\n", broken.body.indexOf("id-1")) + 2;
        broken.body = broken.body.first(cut) + event;
        call.server.replies = {broken, Reply::say(dialect, fullSpeech())};
        const auto answer = call.run();
        QCOMPARE(answer.has_value(), passes);
        QCOMPARE(call.server.requests.size(), passes ? 2 : 1);
    }

    void silence()
    {
        Call call(Dialect::Anthropic, {2, milliseconds(1), milliseconds(1), milliseconds(100), milliseconds(150)});
        auto hanging = Reply::say(Dialect::Anthropic, fullSpeech()).cutAt("brigens");
        hanging.hangs = true;
        call.server.replies = {hanging, Reply::say(Dialect::Anthropic, fullSpeech())};
        const auto answer = call.run();
        QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
        QCOMPARE(call.restarts, 1);
    }
    void nobodyThere()
    {
        Call call(Dialect::OpenAi);
        call.server.close();
        const auto answer = call.run();
        QCOMPARE(answer.error().code, ErrorCode::Unavailable);
        QVERIFY(answer.error().message.contains(u"3 attempts"_s));
    }
    void cancelMidStream_data() { dialects(); }
    void cancelMidStream()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        auto hanging = Reply::say(dialect, fullSpeech());
        hanging.cutAfter = hanging.body.indexOf("id-1");
        hanging.hangs = true;
        call.server.replies = {hanging};
        call.begin();
        QTRY_VERIFY(!call.streamed.isEmpty());
        call.completion->cancel();
        QVERIFY(call.completion->result().isFinished());
        QCOMPARE(call.completion->result().result().error().code, ErrorCode::Cancelled);
        QCOMPARE(call.server.requests.size(), 1);
    }
    void cancelFromWithinTheStream_data() { dialects(); }
    void cancelFromWithinTheStream()
    {
        QFETCH(Dialect, dialect);
        Call call(dialect);
        call.server.replies = {Reply::say(dialect, fullSpeech())};
        call.begin();
        connect(call.completion.get(), &Completion::text, call.completion.get(), &Completion::cancel);
        QCOMPARE(call.end().error().code, ErrorCode::Cancelled);
    }
    void destroyedMidStream()
    {
        Call call(Dialect::Anthropic);
        auto hanging = Reply::say(Dialect::Anthropic, fullSpeech()).cutAt("id-1");
        hanging.hangs = true;
        call.server.replies = {hanging};
        call.begin();
        const auto future = call.completion->result();
        QTRY_VERIFY(!call.streamed.isEmpty());
        call.completion.reset();
        QCOMPARE(future.result().error().code, ErrorCode::Cancelled);
    }

    void serversWithHabitsOfTheirOwn_data()
    {
        QTest::addColumn<QByteArray>("stream");
        const QByteArray call =
            "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"id-1\",\"function\":{\"name\":\"read_file\","
            "\"arguments\":\"{\\\"path\\\":\\\"a\\\"}\"}}]}}]}";
        QTest::newRow("no [DONE]")
            << "data: " + call + "\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n";
        QTest::newRow("stop with calls in hand")
            << "data: " + call +
                   "\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        QTest::newRow("reason with the call")
            << "data: " + QByteArray(call).replace("}]}}]}", "}]},\"finish_reason\":\"tool_calls\"}]}") +
                   "\n\ndata: [DONE]\n\n";
        QTest::newRow("no id")
            << "data: " + QByteArray(call).replace("\"id\":\"id-1\",", "") +
                   "\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        QTest::newRow("null usage")
            << "data: " + call +
                   "\n\ndata: {\"usage\":null,\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: "
                   "[DONE]\n\n";
    }
    void serversWithHabitsOfTheirOwn()
    {
        QFETCH(QByteArray, stream);
        Call call(Dialect::OpenAi);
        call.server.replies = {Reply{200, {}, stream, -1, false}};
        const auto answer = call.run();
        QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
        QCOMPARE(answer->stop, StopReason::ToolUse);
        QCOMPARE(answer->message.calls.size(), 1);
        QVERIFY(!answer->message.calls[0].id.isEmpty());
        QCOMPARE(answer->message.calls[0].input[u"path"].toString(), u"a"_s);
    }
};

QTEST_GUILESS_MAIN(TestProviders)
#include "tst_llm_providers.moc"
