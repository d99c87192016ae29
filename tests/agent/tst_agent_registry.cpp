#include "agent/agent_server.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::agent;

class TestAgentRegistry : public QObject
{
    Q_OBJECT
private:
    static Result<AgentRegistry> loaded(const QByteArray& json)
    {
        const testing::TestRoot root;
        testing::writeFile(root.paths.agents(), json);
        return AgentRegistry::load(root.paths.agents());
    }

private Q_SLOTS:
    void presets()
    {
        const auto registry = AgentRegistry::load(u"/nonexistent/agents.json"_s);
        QVERIFY2(registry, registry ? "" : qUtf8Printable(registry.error().message));
        QStringList names;
        for (const auto& server : registry->servers())
            names << server.name;
        QCOMPARE(names, (QStringList{u"builtin"_s, u"claude"_s, u"codex"_s, u"gemini"_s, u"opencode"_s, u"goose"_s}));
        const auto builtin = registry->find(u"builtin"_s).value();
        QVERIFY(builtin.command.isEmpty());
        QCOMPARE(builtin.arguments, QStringList{u"agent"_s});
        QVERIFY(builtin.offersFileSystem && builtin.offersTerminal);
        QCOMPARE(builtin.title, u"Built-in"_s);
    }
    void presetsThatAsk()
    {
        const auto registry = AgentRegistry::load({}).value();
        const auto claude = registry.find(u"claude"_s).value();
        const auto options = claude.sessionMeta[u"claudeCode"][u"options"];
        QCOMPARE(options[u"settingSources"].toArray(), QJsonArray{u"user"_s});
        QVERIFY(options[u"settings"][u"permissions"][u"ask"].toArray().contains(u"Bash"_s));
        QCOMPARE(claude.mode, u"default"_s);
        QCOMPARE(registry.find(u"codex"_s)->environment.value(u"INITIAL_AGENT_MODE"_s), u"read-only"_s);
        QCOMPARE(registry.find(u"codex"_s)->mode, u"read-only"_s);
        const auto opencode = registry.find(u"opencode"_s).value();
        QCOMPARE(opencode.environment.value(u"OPENCODE_DISABLE_PROJECT_CONFIG"_s), u"1"_s);
        QVERIFY(opencode.environment.value(u"OPENCODE_PERMISSION"_s).contains(u"\"bash\":\"ask\""_s));
        for (const auto& server : registry.servers()) {
            QVERIFY2(server.name == u"builtin" || !(server.offersFileSystem || server.offersTerminal),
                     qPrintable(server.name));
            QVERIFY2(server.name == u"builtin" || !server.install.isEmpty(), qPrintable(server.name));
        }
    }
    void jsonRoundTrip()
    {
        for (const auto& server : AgentRegistry::load({})->servers())
            QCOMPARE(AgentServer::fromJson(server.name, server.toJson()).value(), server);
    }
    void usersComeFirstAndKeepTheGate()
    {
        const auto registry = loaded(R"({"agent_servers": {
            "mine": {"command": "/opt/mine", "args": ["--acp"], "env": {"A": "b"}, "secrets": {"MY_KEY": "keyring:mine"}},
            "claude": {"command": "/opt/claude-acp", "env": {"CLAUDE_CONFIG_DIR": "/c"}, "verified": true}}})");
        QVERIFY2(registry, registry ? "" : qUtf8Printable(registry.error().message));
        QCOMPARE(registry->servers().size(), 7);
        QCOMPARE(registry->servers()[0].name, u"claude"_s);
        QCOMPARE(registry->servers()[1].name, u"mine"_s);
        QCOMPARE(registry->servers()[1].secrets.value(u"MY_KEY"_s), u"keyring:mine"_s);
        const auto claude = registry->find(u"claude"_s).value();
        QCOMPARE(claude.command, u"/opt/claude-acp"_s);
        QCOMPARE(claude.environment.value(u"CLAUDE_CONFIG_DIR"_s), u"/c"_s);
        QCOMPARE(claude.environment.value(u"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"_s), u"1"_s);
        QVERIFY(!claude.sessionMeta.isEmpty());
        QVERIFY(!claude.verified); // another program: the mark is not its own
    }
    void wrongFiles_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("named");
        QTest::newRow("no JSON") << QByteArray("{") << u"agents.json"_s;
        QTest::newRow("no object") << QByteArray(R"({"agent_servers": []})") << u"agent_servers"_s;
        QTest::newRow("server no object") << QByteArray(R"({"agent_servers": {"x": 1}})") << u"agent_servers.x"_s;
        QTest::newRow("no command") << QByteArray(R"({"agent_servers": {"x": {}}})") << u"command"_s;
        QTest::newRow("own program for the built-in")
            << QByteArray(R"({"agent_servers": {"builtin": {"command": "x"}}})") << u"command"_s;
        QTest::newRow("unknown setting") << QByteArray(R"({"agent_servers": {"x": {"command": "x", "comand": "y"}}})")
                                         << u"comand"_s;
        QTest::newRow("bad name") << QByteArray(R"({"agent_servers": {"A b": {"command": "x"}}})") << u"A b"_s;
        QTest::newRow("env no text") << QByteArray(R"({"agent_servers": {"x": {"command": "x", "env": {"A": 1}}}})")
                                     << u"env"_s;
        QTest::newRow("env bad name") << QByteArray(R"({"agent_servers": {"x": {"command": "x", "env": {"A=": "1"}}}})")
                                      << u"A="_s;
        QTest::newRow("secret in env")
            << QByteArray(R"({"agent_servers": {"x": {"command": "x", "env": {"X_API_KEY": "sk-1"}}}})")
            << u"secrets"_s;
        QTest::newRow("secret not from the keyring")
            << QByteArray(R"({"agent_servers": {"x": {"command": "x", "secrets": {"K": "sk-1"}}}})") << u"keyring:"_s;
        QTest::newRow("folder that leads elsewhere")
            << QByteArray(R"({"agent_servers": {"x": {"command": "x", "leaves_folders": ["../y"]}}})")
            << u"leaves_folders"_s;
    }
    void wrongFiles()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, named);
        const auto registry = loaded(json);
        QVERIFY(!registry);
        QCOMPARE(registry.error().code, ErrorCode::Invalid);
        QVERIFY2(registry.error().message.contains(named), qUtf8Printable(registry.error().message));
    }
    void unknownAgentNamesTheKnown()
    {
        const auto found = AgentRegistry::load({})->find(u"clod"_s);
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::NotFound);
        QVERIFY(found.error().message.contains(u"clod"_s));
        QVERIFY(found.error().hint.contains(u"claude"_s));
    }
};

QTEST_GUILESS_MAIN(TestAgentRegistry)
#include "tst_agent_registry.moc"
