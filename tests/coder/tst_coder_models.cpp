// The agent on models over real HTTP: a long task, exact sums, trouble on the line.
#include "acp_client.h"
#include "fake_model.h"
#include "llm/prices.h"
#include "support/test_support.h"

#include <QCoreApplication>
#include <QDir>

using namespace switchyard;
using testing::AcpClient;
using testing::await;
using testing::Dialect;
using testing::FakeModel;
using testing::Reply;
using testing::Speech;

Q_DECLARE_METATYPE(switchyard::testing::Dialect)

class TestCoderModels : public QObject
{
    Q_OBJECT

    static constexpr int steps = 20;
    static constexpr int failures = 4;

    struct Stage {
        testing::TestRoot root;
        QString project = root.path(u"p"_s);
        FakeModel model;
        std::unique_ptr<AcpClient> client;

        explicit Stage(Dialect dialect)
        {
            if (!QDir().mkpath(project))
                qFatal("no folder");
            const auto name = dialect == Dialect::Anthropic ? u"anthropic:claude-sonnet-4-5"_s : u"openai:gpt-5"_s;
            client = std::make_unique<AcpClient>(QCoreApplication::applicationDirPath() + u"/coder_agent"_s,
                                                 QStringList{u"--model"_s, name},
                                                 QMap<QString, QString>{{u"ANTHROPIC_API_KEY"_s, u"key-for-tests"_s},
                                                                        {u"ANTHROPIC_BASE_URL"_s, model.url()},
                                                                        {u"OPENAI_API_KEY"_s, u"key-for-tests"_s},
                                                                        {u"OPENAI_BASE_URL"_s, model.url() + u"/v1"_s}},
                                                 project);
            if (!await(client->initialize()) || !await(client->newSession()))
                qFatal("no session");
        }
        Result<QJsonValue> play() { return await(client->prompt(u"Make the check pass."_s), std::chrono::seconds(90)); }
    };

    //! What the model says in step n, from 1: it edits and runs the check in turns; the check passes the fifth time.
    static Speech speech(int step)
    {
        const auto id = u"call-%1"_s.arg(step);
        Speech speech;
        speech.usage = {1000 + step * 37, 50 + step, 300 * step, step % 3 == 0 ? 11 : 0};
        const auto call = [&](const QString& name, const QJsonObject& input) {
            speech.calls = {{id, name, input, {}}};
        };
        if (step == 1)
            call(u"update_plan"_s,
                 {{u"entries"_s, QJsonArray{QJsonObject{{u"content"_s, u"Pass"_s}, {u"status"_s, u"in_progress"_s}}}}});
        else if (step == 2)
            call(u"write_file"_s, {{u"path"_s, u"value.txt"_s}, {u"content"_s, u"0\n"_s}});
        else if (step == 3)
            call(u"write_file"_s,
                 {{u"path"_s, u"test_value.sh"_s},
                  {u"content"_s, u"grep -q 4 value.txt || { echo wrong: $(cat value.txt); exit 1; }\n"_s}});
        else if (step == steps - 1)
            call(u"update_plan"_s,
                 {{u"entries"_s, QJsonArray{QJsonObject{{u"content"_s, u"Pass"_s}, {u"status"_s, u"completed"_s}}}}});
        else if (step == steps)
            speech.text = u"It passes."_s;
        else if (step >= 4 + 3 * (failures + 1))
            call(u"list_files"_s, {});
        else if (step % 3 == 1)
            call(u"run_command"_s, {{u"command"_s, u"sh test_value.sh"_s}});
        else if (step % 3 == 2)
            call(u"read_file"_s, {{u"path"_s, u"value.txt"_s}});
        else
            call(u"edit_file"_s,
                 {{u"path"_s, u"value.txt"_s},
                  {u"edits"_s, QJsonArray{QJsonObject{{u"old_text"_s, QString::number(step / 3 - 2)},
                                                      {u"new_text"_s, QString::number(step / 3 - 1)}}}}});
        return speech;
    }

private Q_SLOTS:
    void longTask_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::newRow("anthropic") << Dialect::Anthropic;
        QTest::newRow("openai") << Dialect::OpenAi;
    }
    void longTask()
    {
        QFETCH(Dialect, dialect);
        Stage stage(dialect);
        llm::Usage expected;
        qint64 picoDollars = 0;
        const auto prices =
            *llm::PriceTable::load()
                 ->find(dialect == Dialect::Anthropic ? u"anthropic:claude-sonnet-4-5"_s : u"openai:gpt-5"_s)
                 .prices;
        for (int step = 1; step <= steps; ++step) {
            auto say = speech(step);
            if (dialect == Dialect::OpenAi)
                say.usage.cacheWrite = 0; // it has no such thing
            stage.model.replies << Reply::say(dialect, say);
            expected += say.usage;
            picoDollars += say.usage.input * prices.input.picoDollars + say.usage.output * prices.output.picoDollars +
                           say.usage.cacheRead * prices.cacheRead.picoDollars +
                           say.usage.cacheWrite * prices.cacheWrite.picoDollars;
        }
        // Trouble on the way: busy before the third answer; the seventh is cut in the middle of its command, once
        // before it told of any tokens.
        stage.model.replies.insert(6, Reply::say(dialect, speech(7)).cutAt("test_value"));
        stage.model.replies.insert(2, Reply::error(429, "{}", {"retry-after-ms: 1"}));
        if (dialect == Dialect::Anthropic) // the cut answer told of its prompt, and that is billed
            expected += {speech(7).usage.input, 0, speech(7).usage.cacheRead, 0};
        if (dialect == Dialect::Anthropic)
            picoDollars += speech(7).usage.input * prices.input.picoDollars +
                           speech(7).usage.cacheRead * prices.cacheRead.picoDollars;

        const auto end = stage.play();
        QVERIFY2(end, end ? "" : qPrintable(describe(end.error())));
        QCOMPARE((*end)[u"stopReason"].toString(), u"end_turn"_s);
        QCOMPARE(stage.model.requests.size(), steps + 2);
        QVERIFY(stage.model.replies.isEmpty());

        // The check ran five times, once for each whole answer that asked for it.
        QCOMPARE(stage.client->created, QStringList(failures + 1, u"sh test_value.sh"_s));
        QList<int> codes;
        QStringList phases;
        for (const auto& update : stage.client->updates) {
            if (update[u"rawOutput"][u"exit_code"].isDouble())
                codes << update[u"rawOutput"][u"exit_code"].toInt();
            const auto phase = update[u"_meta"][u"switchyard"][u"phase"].toString();
            if (!phase.isEmpty() && (phases.isEmpty() || phases.last() != phase))
                phases << phase;
        }
        QCOMPARE(codes, (QList<int>{1, 1, 1, 1, 0}));
        QCOMPARE(phases, (QStringList{u"planning"_s, u"coding"_s, u"fixing"_s, u"testing"_s}));

        const auto meta = stage.client->switchyardMeta();
        QCOMPARE(meta[u"step"].toInt(), steps);
        QCOMPARE(meta[u"usage"][u"input"].toInteger(), expected.input);
        QCOMPARE(meta[u"usage"][u"output"].toInteger(), expected.output);
        QCOMPARE(meta[u"usage"][u"cached"].toInteger(), expected.cacheRead);
        QCOMPARE(meta[u"usage"][u"cost"].toDouble(), double(picoDollars) / 1e12);
        QCOMPARE(stage.client->of(u"usage_update"_s, -1)[u"cost"][u"currency"].toString(), u"USD"_s);

        // The key goes to the server and nowhere else.
        QVERIFY(stage.model.requests.first().head.contains("key-for-tests"));
        for (const auto& line : stage.client->traffic)
            QVERIFY(!line.contains("key-for-tests"));
        for (const auto& request : stage.model.requests)
            QVERIFY(!QJsonDocument(request.body).toJson().contains("key-for-tests"));
    }

    void unreadableArgumentsRunNothing_data() { longTask_data(); }
    void unreadableArgumentsRunNothing()
    {
        QFETCH(Dialect, dialect);
        Stage stage(dialect);
        stage.model.replies = {
            Reply::say(dialect, {{},
                                 {},
                                 {{u"id-1"_s, u"run_command"_s, {}, u"{\"command\": \"touch half"_s}},
                                 {1, 1, 0, 0},
                                 u"max_tokens"_s}),
            Reply::say(dialect, {{}, u"I see."_s, {}, {1, 1, 0, 0}, {}})};
        const auto end = stage.play();
        QVERIFY(end);
        QVERIFY(stage.client->asked.isEmpty());
        const auto told = QString::fromUtf8(QJsonDocument(stage.model.requests.last().body).toJson());
        QVERIFY(told.contains(u"could not be read, nothing was done"_s));
    }
    void refusalAndLength()
    {
        Stage stage(Dialect::Anthropic);
        const auto cut = Reply::say(Dialect::Anthropic, {{}, u"Once upon a time"_s, {}, {1, 1, 0, 0}, u"max_tokens"_s});
        stage.model.replies = {cut, cut, cut,
                               Reply::say(Dialect::Anthropic, {{}, u"No."_s, {}, {1, 1, 0, 0}, u"refusal"_s})};
        QCOMPARE((*stage.play())[u"stopReason"].toString(), u"max_tokens"_s);
        QCOMPARE((*stage.play())[u"stopReason"].toString(), u"refusal"_s);
    }
    void badKeyEndsThePrompt()
    {
        Stage stage(Dialect::Anthropic);
        stage.model.replies = {Reply::error(401, R"({"error":{"message":"invalid x-api-key"}})"),
                               Reply::say(Dialect::Anthropic, {{}, u"Welcome."_s, {}, {1, 1, 0, 0}, {}})};
        const auto end = stage.play();
        QVERIFY(!end);
        QVERIFY(describe(end.error()).contains(u"invalid x-api-key"_s));
        QVERIFY(stage.play()); // the session goes on
    }
    void cancelMidStream_data() { longTask_data(); }
    void cancelMidStream()
    {
        QFETCH(Dialect, dialect);
        Stage stage(dialect);
        auto hanging = Reply::say(dialect, {{},
                                            u"Let me think about this"_s,
                                            {{u"id-1"_s, u"run_command"_s, {{u"command"_s, u"touch x"_s}}, {}}},
                                            {1, 1, 0, 0},
                                            {}})
                           .cutAt("id-1");
        hanging.hangs = true;
        stage.model.replies = {hanging};
        auto turn = stage.client->prompt(u"Go."_s);
        QTRY_VERIFY(stage.client->count(u"agent_message_chunk"_s) > 0);
        stage.client->cancel();
        const auto end = await(std::move(turn));
        QCOMPARE((*end)[u"stopReason"].toString(), u"cancelled"_s);
        QVERIFY(stage.client->asked.isEmpty());
    }
    void oldResultsGiveWay()
    {
        // A small window (the price table's default, 128,000 tokens) and results of 24,000 characters each.
        testing::TestRoot root;
        Stage stage(Dialect::OpenAi);
        QByteArray line(990, 'x');
        QByteArray big;
        for (int i = 0; i < 60; ++i)
            big += line + '\n';
        testing::writeFile(stage.project + u"/big.txt"_s, big);
        qsizetype largest = 0;
        int calls = 0;
        stage.model.onRequest = [&](const QJsonObject& body) {
            const auto size = QJsonDocument(body).toJson(QJsonDocument::Compact).size();
            largest = std::max(largest, size);
            const auto id = u"c%1"_s.arg(++calls);
            Speech speech{{},
                          {},
                          {{id, u"read_file"_s, {{u"path"_s, u"big.txt"_s}, {u"from_line"_s, calls % 30 + 1}}, {}}},
                          {size / 4, 10, 0, 0},
                          {}};
            if (calls == 70)
                speech = {{}, u"Done."_s, {}, {size / 4, 10, 0, 0}, {}};
            return Reply::say(Dialect::OpenAi, speech);
        };
        QVERIFY(await(stage.client->newSession({{u"model"_s, u"openai:unknown"_s}, {u"iterations"_s, 100}})));
        const auto end = stage.play();
        QVERIFY2(end, end ? "" : qPrintable(describe(end.error())));
        QCOMPARE(calls, 70);
        QVERIFY2(largest < 128'000 * 4, qPrintable(QString::number(largest)));
        QVERIFY(largest > 250'000);                                          // and not cut to nothing
        QVERIFY(!stage.client->of(u"usage_update"_s, -1).contains(u"cost")); // unknown price: no cost told
    }
};

QTEST_GUILESS_MAIN(TestCoderModels)
#include "tst_coder_models.moc"
