#include "base/json.h"
#include "doors/mcp_server.h"
#include "rpc/stdio_device.h"
#include "support/test_support.h"

#include <QCoro/QCoroSignal>
#include <QJsonDocument>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::doors;
using switchyard::testing::waitFor;

namespace {

//! A tool that answers when the test says so, and one that answers at once.
struct Tools : QObject {
    Q_OBJECT
public:
    QList<Tool> list()
    {
        const QJsonObject word{{u"type"_s, u"string"_s}, {u"maxLength"_s, 10}};
        const QJsonObject schema{
            {u"type"_s, u"object"_s},
            {u"properties"_s,
             QJsonObject{{u"word"_s, word},
                         {u"times"_s, QJsonObject{{u"type"_s, u"integer"_s}, {u"minimum"_s, 1}, {u"maximum"_s, 3}}},
                         {u"loud"_s, QJsonObject{{u"type"_s, u"boolean"_s}}}}},
            {u"required"_s, QJsonArray{u"word"_s}}};
        Tool say{u"say"_s, u"Say"_s, u"Says a word"_s, schema, {}, {{u"readOnlyHint"_s, true}}, {}};
        say.run = [this](const QJsonObject& arguments, const std::shared_ptr<const ToolCall>& call) {
            return saying(this, arguments, call);
        };
        Tool wait{u"wait"_s, u"Wait"_s, u"Waits"_s, QJsonObject{{u"type"_s, u"object"_s}}, {}, {}, {}};
        wait.run = [this](const QJsonObject&, const std::shared_ptr<const ToolCall>& call) {
            return waiting(this, call);
        };
        return {say, wait};
    }
    static QCoro::Task<Result<ToolAnswer>> saying(Tools* self, QJsonObject arguments,
                                                  std::shared_ptr<const ToolCall> call)
    {
        self->assistant = call->assistant;
        const auto word = arguments[u"word"].toString();
        if (word == u"no")
            co_return fail(ErrorCode::Conflict, u"I will not."_s, u"Ask nicely."_s);
        co_return ToolAnswer{word, {{u"said"_s, word}}};
    }
    static QCoro::Task<Result<ToolAnswer>> waiting(Tools* self, std::shared_ptr<const ToolCall> call)
    {
        ++self->waits;
        co_await qCoro(self, &Tools::go);
        self->withdrawn += call->withdrawn;
        co_return ToolAnswer{u"at last"_s, {}};
    }
    QString assistant;
    int waits = 0;
    int withdrawn = 0;
Q_SIGNALS:
    void go();
};

//! The server on one end of a line, an assistant on the other.
struct Line {
    Line()
    {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            qFatal("no socket pair");
        near = std::make_unique<rpc::StdioDevice>(ends[0], ends[0]);
        far = std::make_unique<rpc::StdioDevice>(ends[1], ends[1]);
        server = std::make_unique<McpServer>(near.get(), tools.list(), u"Be kind."_s);
        QObject::connect(server.get(), &McpServer::finished, server.get(), [this] { ++endings; });
    }
    ~Line()
    {
        server.reset();
        near.reset();
        far.reset();
        for (const int end : ends)
            ::close(end);
    }
    void say(const QByteArray& text) { far->write(text + '\n'); }
    void ask(int id, const QString& method, const QJsonObject& params = {})
    {
        say(compactJson({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}, {u"method"_s, method}, {u"params"_s, params}}));
    }
    QByteArray heardLine()
    {
        if (!waitFor([this] {
                inbox += far->readAll();
                return inbox.contains('\n');
            }))
            return {};
        const auto line = inbox.first(inbox.indexOf('\n'));
        inbox.remove(0, line.size() + 1);
        return line;
    }
    QJsonObject heard() { return parseObject(heardLine(), u"heard"_s).value_or(QJsonObject()); }
    QJsonObject call(const QString& tool, const QJsonObject& arguments)
    {
        ask(7, u"tools/call"_s, {{u"name"_s, tool}, {u"arguments"_s, arguments}});
        return heard();
    }
    QJsonObject initialize(const QString& version = u"2025-06-18"_s)
    {
        ask(1, u"initialize"_s,
            {{u"protocolVersion"_s, version},
             {u"capabilities"_s, QJsonObject()},
             {u"clientInfo"_s, QJsonObject{{u"name"_s, u"Test assistant"_s}, {u"version"_s, u"1"_s}}}});
        return heard()[u"result"].toObject();
    }

    Tools tools;
    int ends[2];
    std::unique_ptr<rpc::StdioDevice> near, far;
    std::unique_ptr<McpServer> server;
    QByteArray inbox;
    int endings = 0;
};

int errorCode(const QJsonObject& answer)
{
    return answer[u"error"][u"code"].toInt();
}

} // namespace

class TestMcpServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theVersionIsAgreedOn_data()
    {
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("given");
        QTest::newRow("the newest") << u"2025-06-18"_s << u"2025-06-18"_s;
        QTest::newRow("the one before") << u"2025-03-26"_s << u"2025-03-26"_s;
        QTest::newRow("the first") << u"2024-11-05"_s << u"2024-11-05"_s;
        QTest::newRow("one to come") << u"2031-01-01"_s << u"2025-06-18"_s;
        QTest::newRow("none") << u"x"_s << u"2025-06-18"_s;
    }
    void theVersionIsAgreedOn()
    {
        QFETCH(QString, wanted);
        QFETCH(QString, given);
        Line line;
        const auto result = line.initialize(wanted);
        QCOMPARE(result[u"protocolVersion"].toString(), given);
        QVERIFY(result[u"capabilities"][u"tools"].isObject());
        QCOMPARE(result[u"serverInfo"][u"name"].toString(), u"switchyard"_s);
        QCOMPARE(result[u"instructions"].toString(), u"Be kind."_s);
        line.say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
        line.ask(2, u"tools/list"_s);
        const auto tools = line.heard()[u"result"][u"tools"].toArray();
        QCOMPARE(tools.size(), 2);
        const auto tool = tools[0].toObject();
        QCOMPARE(tool[u"name"].toString(), u"say"_s);
        QVERIFY(tool[u"inputSchema"].isObject());
        QCOMPARE(tool.contains(u"annotations"), given >= u"2025-03-26");
        QCOMPARE(tool.contains(u"outputSchema"), given >= u"2025-06-18");
        const auto called = line.call(u"say"_s, {{u"word"_s, u"hi"_s}})[u"result"].toObject();
        QCOMPARE(called[u"content"][0][u"text"].toString(), u"hi"_s);
        QCOMPARE(called[u"isError"].toBool(true), false);
        QCOMPARE(called.contains(u"structuredContent"), given >= u"2025-06-18");
        QCOMPARE(line.tools.assistant, u"Test assistant"_s);
    }

    void errorsOfToolsAreWordsForTheAssistant_data()
    {
        QTest::addColumn<QJsonObject>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("the tool's own") << QJsonObject{{u"word"_s, u"no"_s}} << u"I will not.\nAsk nicely."_s;
        QTest::newRow("missing") << QJsonObject() << u"“word” is missing"_s;
        QTest::newRow("unknown") << QJsonObject{{u"word"_s, u"a"_s}, {u"code"_s, u"b"_s}} << u"no argument “code”"_s;
        QTest::newRow("of another type") << QJsonObject{{u"word"_s, 4711}} << u"word must be text"_s;
        QTest::newRow("null") << QJsonObject{{u"word"_s, QJsonValue::Null}} << u"word must be text"_s;
        QTest::newRow("too long") << QJsonObject{{u"word"_s, QString(11, u'a')}} << u"more than 10"_s;
        QTest::newRow("too many") << QJsonObject{{u"word"_s, u"a"_s}, {u"times"_s, 4}}
                                  << u"times must be from 1 to 3"_s;
        QTest::newRow("too few") << QJsonObject{{u"word"_s, u"a"_s}, {u"times"_s, 0}} << u"times must be from 1 to 3"_s;
        QTest::newRow("a part") << QJsonObject{{u"word"_s, u"a"_s}, {u"times"_s, 1.5}} << u"a whole number"_s;
        QTest::newRow("no boolean") << QJsonObject{{u"word"_s, u"a"_s}, {u"loud"_s, u"yes"_s}} << u"true or false"_s;
    }
    void errorsOfToolsAreWordsForTheAssistant()
    {
        QFETCH(QJsonObject, arguments);
        QFETCH(QString, says);
        Line line;
        line.initialize();
        const auto result = line.call(u"say"_s, arguments)[u"result"].toObject();
        QVERIFY(result[u"isError"].toBool());
        QVERIFY(!result.contains(u"structuredContent"));
        const auto text = result[u"content"][0][u"text"].toString();
        QVERIFY2(text.contains(says), qPrintable(text));
    }

    void whatIsNoCallOfOursIsRefused()
    {
        Line line;
        line.ask(1, u"tools/list"_s);
        QVERIFY(line.heard()[u"error"][u"message"].toString().contains(u"initialize"));
        line.ask(2, u"ping"_s); // allowed at any time
        QCOMPARE(line.heard()[u"result"], QJsonValue(QJsonObject()));
        line.ask(3, u"initialize"_s);
        QCOMPARE(errorCode(line.heard()), -32602);
        line.initialize();
        line.ask(4, u"initialize"_s, {{u"protocolVersion"_s, u"2025-06-18"_s}});
        QCOMPARE(errorCode(line.heard()), -32602);
        line.ask(5, u"resources/list"_s);
        QCOMPARE(errorCode(line.heard()), -32601);
        line.ask(6, u"tools/list"_s, {{u"cursor"_s, u"x"_s}});
        QCOMPARE(errorCode(line.heard()), -32602);
        QCOMPARE(errorCode(line.call(u"shout"_s, {})), -32602);
        line.ask(8, u"tools/call"_s, {{u"name"_s, u"say"_s}, {u"arguments"_s, u"hi"_s}});
        QCOMPARE(errorCode(line.heard()), -32602);
        line.say(R"({"jsonrpc":"2.0","method":"notifications/unknown"})");
        line.ask(9, u"ping"_s);
        QCOMPARE(line.heard()[u"id"].toInt(), 9);
    }

    void badLinesAreAnsweredAndDoNotEndIt_data()
    {
        QTest::addColumn<QByteArray>("bad");
        QTest::addColumn<int>("code");
        QTest::newRow("no JSON") << QByteArray("hello") << -32700;
        QTest::newRow("cut off") << QByteArray(R"({"jsonrpc":"2.0","id":1,)") << -32700;
        QTest::newRow("a number") << QByteArray("42") << -32700;
        QTest::newRow("bytes") << QByteArray("\xff\xfe\x00", 3) << -32700;
        QTest::newRow("neither request nor answer") << QByteArray(R"({"jsonrpc":"2.0"})") << -32600;
        QTest::newRow("an empty batch") << QByteArray("[]") << -32600;
        QTest::newRow("a broken batch") << QByteArray("[1,") << -32700;
        QTest::newRow("a large batch") << "[" + QByteArray("{},").repeated(200) + "{}]" << -32600;
        QTest::newRow("a huge line") << QByteArray(3 << 20, 'x') << -32600;
        QTest::newRow("a deep one") << QByteArray(100'000, '[') << -32700;
    }
    void badLinesAreAnsweredAndDoNotEndIt()
    {
        QFETCH(QByteArray, bad);
        QFETCH(int, code);
        Line line;
        line.initialize();
        for (int i = 0; i < 30; ++i)
            line.say(bad.size() > 1 << 20 && i > 0 ? QByteArray("no") : bad);
        const auto answer = line.heard();
        QCOMPARE(errorCode(answer), code);
        QVERIFY(answer.contains(u"id") && answer[u"id"].isNull());
        for (int i = 1; i < 30; ++i)
            QVERIFY(errorCode(line.heard()) != 0);
        line.ask(9, u"ping"_s);
        QCOMPARE(line.heard()[u"id"].toInt(), 9);
        QCOMPARE(line.endings, 0);
    }

    void aBatchIsAnsweredTogether()
    {
        Line line;
        line.initialize(u"2025-03-26"_s);
        line.say(R"([{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait"}},)"
                 R"({"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":"b","method":"ping"},7,)"
                 R"({"jsonrpc":"2.0","id":3,"method":"nothing"}])");
        QTRY_COMPARE(line.tools.waits, 1);
        Q_EMIT line.tools.go();
        const auto answers = QJsonDocument::fromJson(line.heardLine()).array();
        QCOMPARE(answers.size(), 4);
        QCOMPARE(answers[0][u"result"][u"content"][0][u"text"].toString(), u"at last"_s);
        QCOMPARE(answers[1][u"id"].toString(), u"b"_s);
        QVERIFY(answers[2][u"id"].isNull());
        QCOMPARE(answers[3][u"error"][u"code"].toInt(), -32601);
    }

    void aWithdrawnCallIsNotAnswered()
    {
        Line line;
        line.initialize();
        line.ask(5, u"tools/call"_s, {{u"name"_s, u"wait"_s}});
        line.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}})");
        line.say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"bored"}})");
        line.ask(6, u"ping"_s);
        QCOMPARE(line.heard()[u"id"].toInt(), 6);
        Q_EMIT line.tools.go();
        QTRY_COMPARE(line.tools.withdrawn, 1);
        line.ask(7, u"ping"_s);
        QCOMPARE(line.heard()[u"id"].toInt(), 7); // and not 5
    }

    void callsAtOnceAreBounded()
    {
        Line line;
        line.initialize();
        for (int i = 0; i < 40; ++i)
            line.ask(100 + i, u"tools/call"_s, {{u"name"_s, u"wait"_s}});
        for (int i = 32; i < 40; ++i)
            QCOMPARE(line.heard()[u"id"].toInt(), 100 + i);
        QCOMPARE(line.tools.waits, 32);
        Q_EMIT line.tools.go();
        QSet<int> answered;
        for (int i = 0; i < 32; ++i)
            answered << line.heard()[u"id"].toInt();
        QCOMPARE(answered.size(), 32);
    }

    void whatWasAskedBeforeTheEndIsAnswered()
    {
        Line line;
        line.initialize();
        line.ask(5, u"tools/call"_s, {{u"name"_s, u"wait"_s}});
        line.far->write(R"({"jsonrpc":"2.0","id":6,"method":"ping"})"); // without a line's end
        QTRY_COMPARE(line.far->bytesToWrite(), 0);
        ::shutdown(line.ends[1], SHUT_WR);
        QCOMPARE(line.heard()[u"id"].toInt(), 6);
        QCOMPARE(line.endings, 0);
        QCOMPARE(line.tools.waits, 1);
        Q_EMIT line.tools.go();
        QCOMPARE(line.heard()[u"id"].toInt(), 5);
        QTRY_COMPARE(line.endings, 1);
    }
};

QTEST_GUILESS_MAIN(TestMcpServer)
#include "tst_mcp_server.moc"
