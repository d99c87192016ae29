// A session with a well-behaved agent: every method and every kind of update, both ways.
#include "fake_host.h"

using namespace switchyard;
using namespace switchyard::testing;

namespace {

//! A script whose turn does `actions` and then ends.
QByteArray turn(const QByteArray& actions, const QByteArray& more = {})
{
    return R"({"on": {"session/prompt": [)" + actions + (actions.isEmpty() ? "" : ",") +
           R"({"answer": {"stopReason": "end_turn"}}])" + (more.isEmpty() ? QByteArray() : "," + more) + "}}";
}
QByteArray ask(const QByteArray& call, const QByteArray& more = {})
{
    return R"({"request": "session/request_permission", "params": {"sessionId": "s1", "toolCall": )" + call +
           R"(, "options": [{"optionId": "always", "name": "A", "kind": "allow_always"},
              {"optionId": "yes", "name": "Y", "kind": "allow_once"}, {"optionId": "no", "name": "N", "kind": "reject_once"}]})" +
           more + "}";
}
QByteArray request(const QByteArray& method, const QByteArray& params, const QByteArray& more = {})
{
    return R"({"request": ")" + method + R"(", "params": )" + params + more + "}";
}

} // namespace

class TestAcpSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void startTurnStop()
    {
        ScriptedSession s(R"({"on": {
            "initialize": [{"answer": {"protocolVersion": 1, "agentInfo": {"name": "x", "title": "The X", "version": "9"},
                                       "agentCapabilities": {"sessionCapabilities": {"close": {}}}}}],
            "session/prompt": [{"answer": {"stopReason": "end_turn", "usage": {"totalTokens": 12}}}]}})");
        s.server.sessionMeta = {{u"gate"_s, u"on"_s}};
        const auto started = s.start();
        QVERIFY2(started, started ? "" : qUtf8Printable(describe(started.error())));
        QCOMPARE(started->agentName, u"The X"_s);
        QCOMPARE(started->agentVersion, u"9"_s);
        QCOMPARE(started->sessionId, u"s1"_s);
        QVERIFY(!started->resumed);
        QVERIFY(started->pid > 0);
        QVERIFY(s.session->isRunning());
        const auto end = s.prompt(u"do it"_s);
        QVERIFY2(end, end ? "" : qUtf8Printable(describe(end.error())));
        QCOMPARE(end->stopReason, u"end_turn"_s);
        QCOMPARE(end->usage[u"totalTokens"].toInt(), 12);
        QVERIFY(s.stop());
        QVERIFY2(s.endedOrderly, qPrintable(s.endedHow));
        QVERIFY(!s.session->isRunning());

        const QJsonValue hello = s.received(u"initialize"_s).value(0)[u"params"];
        QCOMPARE(hello[u"protocolVersion"].toInt(), 1);
        QCOMPARE(hello[u"clientInfo"][u"name"].toString(), u"switchyard"_s);
        QCOMPARE(hello[u"clientCapabilities"][u"terminal"], QJsonValue(false));
        QCOMPARE(hello[u"clientCapabilities"][u"fs"][u"readTextFile"], QJsonValue(false));
        const QJsonValue opened = s.received(u"session/new"_s).value(0)[u"params"];
        QCOMPARE(opened[u"cwd"].toString(), s.folder());
        QVERIFY(opened[u"mcpServers"].isArray());
        QCOMPARE(opened[u"_meta"][u"gate"].toString(), u"on"_s);
        const QJsonValue prompted = s.received(u"session/prompt"_s).value(0)[u"params"];
        QCOMPARE(prompted[u"prompt"][0][u"type"].toString(), u"text"_s);
        QCOMPARE(prompted[u"prompt"][0][u"text"].toString(), u"do it"_s);
        QCOMPARE(s.received(u"session/close"_s).size(), 1);
        QVERIFY2(s.problems.isEmpty(), qPrintable(s.problems.join(u'\n')));
    }
    void offersWhatThePresetSays()
    {
        ScriptedSession s(turn({}));
        s.server.offersFileSystem = s.server.offersTerminal = true;
        QVERIFY(s.start());
        const QJsonValue offered = s.received(u"initialize"_s).value(0)[u"params"][u"clientCapabilities"];
        QCOMPARE(offered[u"fs"][u"readTextFile"], QJsonValue(true));
        QCOMPARE(offered[u"fs"][u"writeTextFile"], QJsonValue(true));
        QCOMPARE(offered[u"terminal"], QJsonValue(true));
    }
    void environment()
    {
        ScriptedSession s(R"({"start": [{"stderr": "up\n"}]})");
        s.server.command = u"/bin/sh"_s;
        s.server.arguments = QStringList{u"-c"_s, u"echo \"$A $TMPDIR $R $B $LD_X\" >&2; exec \"$0\" \"$@\""_s,
                                         QStringLiteral(ACP_PEER)} +
                             s.server.arguments;
        s.server.environment = {{u"A"_s, u"${tmp}/a"_s}, {u"R"_s, u"${random}"_s}, {u"B"_s, u"server"_s}};
        s.server.privateTmp = true;
        QVERIFY(s.start({.environment = {{u"B"_s, u"request"_s}}}));
        QTRY_VERIFY(!s.errors.isEmpty());
        const auto words = s.errors[0].split(' ');
        QVERIFY2(words[0].endsWith("/a") && words[0].startsWith(words[1]), s.errors[0].constData());
        QVERIFY(words[2].size() >= 32);
        QCOMPARE(words[3], QByteArray("request"));
        QVERIFY(QFileInfo(QString::fromUtf8(words[1])).isDir());
        QVERIFY(s.stop());
        QVERIFY(!QFileInfo::exists(QString::fromUtf8(words[1])));
    }
    void litterIsRemovedAfterwards()
    {
        ScriptedSession s(turn({}));
        s.server.leavesFolders = {u".codex"_s, u".git"_s, u".mine"_s};
        QDir(s.folder()).mkdir(u".mine"_s); // there before: not the agent's
        QVERIFY(s.start());
        QDir(s.folder()).mkdir(u".codex"_s);
        QDir(s.folder()).mkpath(u".git/objects"_s); // not empty: not litter
        QVERIFY(s.stop());
        QVERIFY(!QFileInfo::exists(s.folder() + u"/.codex"_s));
        QVERIFY(QFileInfo::exists(s.folder() + u"/.git/objects"_s));
        QVERIFY(QFileInfo::exists(s.folder() + u"/.mine"_s));
    }

    // Sessions.
    void resumes_data()
    {
        QTest::addColumn<QByteArray>("capabilities");
        QTest::addColumn<QString>("method");
        QTest::newRow("resume is preferred")
            << QByteArray(R"({"loadSession": true, "sessionCapabilities": {"resume": {}}})") << u"session/resume"_s;
        QTest::newRow("load") << QByteArray(R"({"loadSession": true})") << u"session/load"_s;
    }
    void resumes()
    {
        QFETCH(QByteArray, capabilities);
        QFETCH(QString, method);
        ScriptedSession s(R"({"on": {"initialize": [{"answer": {"protocolVersion": 1, "agentCapabilities": )" +
                          capabilities + R"(}}], ")" + method.toUtf8() + R"(": [
                {"update": {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": "old"}}, "session": "old-1"},
                {"answer": {}}],
            "session/prompt": [{"update": {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": "new"}},
                                "session": "old-1"}, {"answer": {"stopReason": "end_turn"}}]}})");
        s.server.sessionMeta = {{u"gate"_s, u"on"_s}};
        const auto started = s.start({.resume = u"old-1"_s});
        QVERIFY(started);
        QVERIFY(started->resumed);
        QCOMPARE(started->sessionId, u"old-1"_s);
        const QJsonValue params = s.received(method).value(0)[u"params"];
        QCOMPARE(params[u"sessionId"].toString(), u"old-1"_s);
        QCOMPARE(params[u"cwd"].toString(), s.folder());
        QCOMPARE(params[u"_meta"][u"gate"].toString(), u"on"_s); // the gate must hold there too
        QVERIFY(s.received(u"session/new"_s).isEmpty());
        QVERIFY(s.prompt());
        QCOMPARE(s.updates.size(), 1); // not what it repeats of the past
        QCOMPARE(s.updates[0][u"content"][u"text"].toString(), u"new"_s);
    }
    void failedLoadBeginsANewSession()
    {
        ScriptedSession s(
            R"({"on": {"initialize": [{"answer": {"protocolVersion": 1, "agentCapabilities": {"loadSession": true}}}],
            "session/load": [{"error": {"code": -32603, "message": "Internal error",
                                        "data": {"details": "No previous sessions found for this project."}}}]}})");
        const auto started = s.start({.resume = u"old-1"_s});
        QVERIFY(started);
        QVERIFY(!started->resumed);
        QCOMPARE(started->sessionId, u"s1"_s);
        QVERIFY2(s.problems.join(u' ').contains(u"old-1"), qPrintable(s.problems.join(u'\n')));
    }
    void cannotResume()
    {
        ScriptedSession s(turn({}));
        const auto started = s.start({.resume = u"old-1"_s});
        QVERIFY(started && !started->resumed);
        QCOMPARE(s.problems.size(), 1);
    }
    void authenticatesWhereAsked()
    {
        ScriptedSession s(R"({"on": {
            "initialize": [{"answer": {"protocolVersion": 1, "authMethods": [{"id": "key", "name": "K"}]}}],
            "session/new": [{"error": {"code": -32000, "message": "Authentication required"}}]}})");
        s.server.authMethod = u"key"_s;
        s.server.login = u"log in like this"_s;
        const auto started = s.start();
        QVERIFY(!started);
        QCOMPARE(s.received(u"authenticate"_s).value(0)[u"params"][u"methodId"].toString(), u"key"_s);
        QCOMPARE(s.received(u"session/new"_s).size(), 2); // once more, not for ever
        QCOMPARE(started.error().code, ErrorCode::Unavailable);
        QVERIFY2(started.error().message.contains(u"not logged in"), qPrintable(describe(started.error())));
        QCOMPARE(started.error().hint, u"log in like this"_s);
        QCOMPARE(s.endings, 1);
    }

    // Mode and model.
    void mode()
    {
        ScriptedSession s(R"({"on": {"session/new": [{"answer": {"sessionId": "s1", "modes": {"currentModeId": "auto",
            "availableModes": [{"id": "auto", "name": "Auto"}, {"id": "ask", "name": "Ask"}]}}}]}})");
        s.server.mode = u"ask"_s;
        QVERIFY(s.start());
        QCOMPARE(s.received(u"session/set_mode"_s).value(0)[u"params"][u"modeId"].toString(), u"ask"_s);
    }
    void modeByOption()
    {
        ScriptedSession s(
            R"({"on": {"session/new": [{"answer": {"sessionId": "s1", "configOptions": [{"id": "m", "category": "mode",
            "type": "select", "currentValue": "a", "options": [{"group": "g", "name": "G", "options": [{"value": "ask", "name": "Ask"}]}]}]}}]}})");
        s.server.mode = u"ask"_s;
        QVERIFY(s.start());
        const QJsonValue params = s.received(u"session/set_config_option"_s).value(0)[u"params"];
        QCOMPARE(params[u"configId"].toString(), u"m"_s);
        QCOMPARE(params[u"value"].toString(), u"ask"_s);
    }
    void modeThatIsNotOffered()
    {
        ScriptedSession s(turn({}));
        s.server.mode = u"ask"_s;
        const auto started = s.start();
        QVERIFY(!started); // it would act unasked
        QCOMPARE(started.error().code, ErrorCode::Unavailable);
        QVERIFY(started.error().message.contains(u"ask"));
    }
    void model_data()
    {
        QTest::addColumn<QByteArray>("session");
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("value"); // empty: refused
        const QByteArray option(
            R"("configOptions": [{"id": "model", "category": "model", "type": "select", "currentValue": "a",
            "options": [{"value": "a", "name": "Alpha"}, {"value": "b", "name": "Beta"}]}])");
        const QByteArray gemini(
            R"("models": {"currentModelId": "a", "availableModels": [{"modelId": "a", "name": "Alpha"}, {"modelId": "b", "name": "Beta"}]})");
        QTest::newRow("option") << option << u"b"_s << u"session/set_config_option"_s << u"b"_s;
        QTest::newRow("option by name") << option << u"beta"_s << u"session/set_config_option"_s << u"b"_s;
        QTest::newRow("gemini") << gemini << u"beta"_s << u"session/set_model"_s << u"b"_s;
        QTest::newRow("unknown") << option << u"zeta"_s << u"session/set_config_option"_s << QString();
    }
    void model()
    {
        QFETCH(QByteArray, session);
        QFETCH(QString, wanted);
        QFETCH(QString, method);
        QFETCH(QString, value);
        ScriptedSession s(R"({"on": {"session/new": [{"answer": {"sessionId": "s1", )" + session + "}}]}}");
        const auto started = s.start({.model = wanted});
        QCOMPARE(bool(started), !value.isEmpty());
        if (started) {
            const QJsonValue params = s.received(method).value(0)[u"params"];
            QCOMPARE(params[params[u"value"].isUndefined() ? u"modelId" : u"value"].toString(), value);
        } else {
            QCOMPARE(started.error().code, ErrorCode::Invalid);
            QVERIFY(started.error().hint.contains(u"a, b"));
        }
    }
    void noChoiceOfModel()
    {
        ScriptedSession s(turn({}));
        QVERIFY(s.start({.model = u"b"_s}));
        QVERIFY(s.problems.value(0).contains(u"b"));
    }

    // Turns.
    void updates_data()
    {
        QTest::addColumn<QByteArray>("update");
        for (
            const auto* const update :
            {R"({"sessionUpdate":"user_message_chunk","content":{"type":"text","text":"x"}})",
             R"({"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"ä\n"},"messageId":"m"})",
             R"({"sessionUpdate":"agent_thought_chunk","content":{"type":"text","text":"x"}})",
             R"({"sessionUpdate":"tool_call","toolCallId":"1","title":"T","kind":"edit","status":"pending","content":[{"type":"diff","path":"/a","oldText":null,"newText":"x"}]})",
             R"({"sessionUpdate":"tool_call_update","toolCallId":"1","status":"completed","content":[{"type":"terminal","terminalId":"t"}]})",
             R"({"sessionUpdate":"plan","entries":[{"content":"c","priority":"high","status":"pending"}]})",
             R"({"sessionUpdate":"available_commands_update","availableCommands":[]})",
             R"({"sessionUpdate":"current_mode_update","currentModeId":"plan"})",
             R"({"sessionUpdate":"config_option_update","configOptions":[]})",
             R"({"sessionUpdate":"session_info_update","title":"T"})",
             R"({"sessionUpdate":"usage_update","used":1,"size":2,"cost":{"amount":0.5,"currency":"USD"}})",
             R"({"sessionUpdate":"notice","severity":"info","title":"T"})", R"({"sessionUpdate":"compaction_update"})",
             R"({"sessionUpdate":"of_the_future","anything":[1,2]})"})
            QTest::newRow(QJsonDocument::fromJson(update).object()[u"sessionUpdate"].toString().toLatin1().constData())
                << QByteArray(update);
    }
    void updates()
    {
        QFETCH(QByteArray, update);
        ScriptedSession s(turn(R"({"update": )" + update + "}"));
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QCOMPARE(s.updates, QList<QJsonObject>{QJsonDocument::fromJson(update).object()}); // unchanged
        QVERIFY2(s.problems.isEmpty(), qPrintable(s.problems.join(u'\n')));
    }
    void lateUpdates()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"answer": {"stopReason": "end_turn"}},
            {"update": {"sessionUpdate": "usage_update", "used": 1, "size": 2}}]}})");
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QTRY_COMPARE(s.updates.size(), 1);
    }
    void stopReasons_data()
    {
        QTest::addColumn<QString>("reason");
        for (const auto* const reason :
             {"end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled", "something_new"})
            QTest::newRow(reason) << QString::fromLatin1(reason);
    }
    void stopReasons()
    {
        QFETCH(QString, reason);
        ScriptedSession s(R"({"on": {"session/prompt": [{"answer": {"stopReason": ")" + reason.toUtf8() + R"("}}]}})");
        QVERIFY(s.start());
        QCOMPARE(s.prompt().value().stopReason, reason);
    }
    void modeThatChanges()
    {
        ScriptedSession s(R"({"on": {"session/new": [{"answer": {"sessionId": "s1", "modes": {"currentModeId": "ask",
            "availableModes": [{"id": "ask", "name": "Ask"}]}}}], "session/prompt": [
            {"update": {"sessionUpdate": "current_mode_update", "currentModeId": "acceptEdits"}}, {"answer": {"stopReason": "end_turn"}}]}})");
        s.server.mode = u"ask"_s;
        QVERIFY(s.start());
        QVERIFY(s.received(u"session/set_mode"_s).isEmpty()); // it is set already
        QVERIFY(s.prompt());
        QVERIFY(s.problems.value(0).contains(u"acceptEdits"));
    }
    void blocks()
    {
        ScriptedSession s(turn({}));
        QVERIFY(s.start());
        const QJsonArray content{
            QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"see"_s}},
            QJsonObject{{u"type"_s, u"resource_link"_s}, {u"name"_s, u"a"_s}, {u"uri"_s, u"file:///a"_s}}};
        QVERIFY(await(s.session->prompt(content)));
        QCOMPARE(s.received(u"session/prompt"_s).value(0)[u"params"][u"prompt"].toArray(), content);
    }
    void oneTurnAtATime()
    {
        ScriptedSession s(
            R"({"on": {"session/prompt": [{"await": "session/cancel"}, {"answer": {"stopReason": "cancelled"}}]}})");
        QVERIFY(s.start());
        auto first = s.session->prompt(u"one"_s);
        QCOMPARE(s.prompt().error().code, ErrorCode::Conflict);
        s.session->cancel();
        QCOMPARE(await(std::move(first)).value().stopReason, u"cancelled"_s);
    }
    void errorsOfTheAgent()
    {
        ScriptedSession s(
            R"({"on": {"session/prompt": [{"error": {"code": -32603, "message": "prompt is too long"}}]}})");
        QVERIFY(s.start());
        const auto end = s.prompt();
        QVERIFY(!end);
        QVERIFY2(end.error().message.contains(u"prompt is too long"), qPrintable(end.error().message));
        QVERIFY(s.session->isRunning()); // another turn may be tried
    }
    void notLoggedInInATurn()
    {
        ScriptedSession s(
            R"({"on": {"session/prompt": [{"error": {"code": -32000, "message": "Authentication required"}}]}})");
        s.server.login = u"log in like this"_s;
        QVERIFY(s.start());
        const auto end = s.prompt();
        QCOMPARE(end.error().code, ErrorCode::Unavailable);
        QCOMPARE(end.error().hint, u"log in like this"_s);
    }

    // Permissions.
    void permission_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<QString>("option");
        QTest::newRow("allow") << int(PermissionAnswer::Allow) << u"yes"_s;
        QTest::newRow("reject") << int(PermissionAnswer::Reject) << u"no"_s;
        QTest::newRow("cancelled") << int(PermissionAnswer::Cancelled) << QString();
    }
    void permission()
    {
        QFETCH(int, answer);
        QFETCH(QString, option);
        ScriptedSession s(turn(
            R"({"update": {"sessionUpdate": "tool_call", "toolCallId": "c1", "title": "Terminal", "kind": "execute",
            "rawInput": {"command": "rm x"}}},)" +
            ask(R"({"toolCallId": "c1", "title": "Remove"})")));
        s.host.policy = [&](const PermissionRequest&) { return PermissionAnswer(answer); };
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QCOMPARE(s.host.asked.size(), 1);
        QCOMPARE(s.host.asked[0].command, u"rm x"_s);
        QCOMPARE(s.host.asked[0].title, u"Remove"_s);
        QCOMPARE(s.host.asked[0].toolCallId, u"c1"_s);
        const QJsonValue outcome = s.answers().value(0)[u"result"][u"outcome"];
        QCOMPARE(outcome[u"optionId"].toString(), option);
        QCOMPARE(outcome[u"outcome"].toString(), option.isEmpty() ? u"cancelled"_s : u"selected"_s);
    }
    void permissionForNothing()
    {
        ScriptedSession s(turn(ask(R"({"toolCallId": "c1"})")));
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QVERIFY(s.host.asked.isEmpty());
        QCOMPARE(s.answers().value(0)[u"result"][u"outcome"][u"optionId"].toString(), u"no"_s);
    }
    void cancelAnswersOpenPermissions()
    {
        ScriptedSession s(turn(ask(R"({"toolCallId": "c1", "title": "rm x"})")));
        s.host.silent = true;
        QVERIFY(s.start());
        auto running = s.session->prompt(u"go"_s);
        QTRY_COMPARE(s.host.asked.size(), 1);
        s.session->cancel();
        QVERIFY(await(std::move(running), std::chrono::seconds(5)));
        QCOMPARE(s.answers().value(0)[u"result"][u"outcome"][u"outcome"].toString(), u"cancelled"_s);
        QCOMPARE(s.received(u"session/cancel"_s).size(), 1);
    }
    void permissionAskedAfterTheCancel()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"await": "session/cancel"},)" +
                          ask(R"({"toolCallId": "c1", "title": "rm x"})") +
                          R"(, {"answer": {"stopReason": "cancelled"}}]}})");
        QVERIFY(s.start());
        auto running = s.session->prompt(u"go"_s);
        s.session->cancel();
        QCOMPARE(await(std::move(running)).value().stopReason, u"cancelled"_s);
        QVERIFY(s.host.asked.isEmpty());
        QCOMPARE(s.answers().value(0)[u"result"][u"outcome"][u"outcome"].toString(), u"cancelled"_s);
    }
    void permissionWithdrawn()
    {
        ScriptedSession s(turn(ask(R"({"toolCallId": "c1", "title": "rm x"})", R"(, "id": "q7", "wait": false)") +
                               R"(, {"notify": "$/cancel_request", "params": {"requestId": "q7"}},)" +
                               request("terminal/wait_for_exit", R"({"sessionId": "s1", "terminalId": "t1"})",
                                       R"(, "id": 3, "wait": false)") +
                               R"(, {"notify": "$/cancel_request", "params": {"requestId": 3}},
                                  {"request": "_sync", "params": {}, "id": 9})"));
        s.host.silent = true;
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QTRY_COMPARE(s.answers().size(), 3);
        QCOMPARE(s.host.withdrawn, QStringList{u"c1"_s});
        for (const auto& answer : s.answers()) {
            if (answer[u"id"].toString() == u"q7")
                QCOMPARE(answer[u"result"][u"outcome"][u"outcome"].toString(), u"cancelled"_s);
            else if (answer[u"id"].toInt() == 3)
                QCOMPARE(answer[u"error"][u"code"].toInt(), -32800);
        }
    }

    // Files and terminals.
    void requests_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("answer"); // a result, or an error's code
        const auto row = [](const char* name, const char* method, const char* params, const char* answer) {
            QTest::newRow(name) << QByteArray(method) << QByteArray(params) << QByteArray(answer);
        };
        row("read", "fs/read_text_file", R"({"sessionId": "s1", "path": "/w/a", "line": 2, "limit": null})",
            R"({"content": "text"})");
        row("read what is not there", "fs/read_text_file", R"({"sessionId": "s1", "path": "/w/b"})", "-32002");
        row("read: relative", "fs/read_text_file", R"({"sessionId": "s1", "path": "a"})", "-32602");
        row("read: other session", "fs/read_text_file", R"({"sessionId": "s2", "path": "/w/a"})", "-32002");
        row("write", "fs/write_text_file", R"({"sessionId": "s1", "path": "/w/c", "content": "new"})", "{}");
        row("write: refused", "fs/write_text_file", R"({"sessionId": "s1", "path": "/outside/c", "content": "new"})",
            "-32603");
        row("write: nothing", "fs/write_text_file", R"({"sessionId": "s1", "path": "/w/c"})", "-32602");
        row("create", "terminal/create",
            R"({"sessionId": "s1", "command": "ls", "args": ["-l"], "env": [{"name": "A", "value": "b"}],
            "cwd": "/w/sub", "outputByteLimit": 10})",
            R"({"terminalId": "t1"})");
        row("create: nothing", "terminal/create", R"({"sessionId": "s1"})", "-32602");
        row("create: an argument that is none", "terminal/create",
            R"({"sessionId": "s1", "command": "rm", "args": [1]})", "-32602");
        row("output", "terminal/output", R"({"sessionId": "s1", "terminalId": "t1"})",
            R"({"output": "hi", "truncated": false, "exitStatus": {"exitCode": 3, "signal": null}})");
        row("wait", "terminal/wait_for_exit", R"({"sessionId": "s1", "terminalId": "t1"})",
            R"({"exitCode": 3, "signal": null})");
        row("kill", "terminal/kill", R"({"sessionId": "s1", "terminalId": "t1"})", "{}");
        row("release", "terminal/release", R"({"sessionId": "s1", "terminalId": "t1"})", "{}");
        row("ask the user", "_switchyard/ask_user",
            R"({"sessionId": "s1", "question": "Which?", "options": ["A", "B"]})", R"({"answer": "A"})");
        row("unknown", "elicitation/create", R"({"sessionId": "s1"})", "-32601");
        row("unknown extension", "_x/y", "{}", "-32601");
    }
    void requests()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, answer);
        ScriptedSession s(turn(request(method, params)));
        s.host.files = {{u"/w/a"_s, u"text"_s}};
        s.host.output = {.bytes = "hi", .exited = true, .exitCode = 3};
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        const auto got = s.answers().value(0);
        if (answer.startsWith('-'))
            QCOMPARE(got[u"error"][u"code"].toInt(), answer.toInt());
        else
            QCOMPARE(got[u"result"].toObject(), QJsonDocument::fromJson(answer).object());
    }
    void terminalRequest()
    {
        ScriptedSession s(
            turn(request("terminal/create", R"({"sessionId": "s1", "command": "ls", "args": ["-l", "a b"],
            "env": [{"name": "A", "value": "b"}], "cwd": "/w/sub", "outputByteLimit": 10})") +
                 "," +
                 request("terminal/create",
                         R"({"sessionId": "s1", "command": "ls | wc", "cwd": null, "outputByteLimit": 1e15})")));
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QCOMPARE(s.host.terminals.size(), 2);
        QCOMPARE(s.host.terminals[0].command, u"ls"_s);
        QCOMPARE(s.host.terminals[0].arguments, (QStringList{u"-l"_s, u"a b"_s}));
        QCOMPARE(s.host.terminals[0].environment.value(u"A"_s), u"b"_s);
        QCOMPARE(s.host.terminals[0].cwd, u"/w/sub"_s);
        QCOMPARE(s.host.terminals[0].outputLimit, 10);
        QCOMPARE(s.host.terminals[1].cwd, s.folder());
        QVERIFY(s.host.terminals[1].outputLimit <= 16 << 20); // bounded whatever it asks for
    }
    void refusedTerminal()
    {
        ScriptedSession s(turn(request("terminal/create", R"({"sessionId": "s1", "command": "rm -rf /"})")));
        s.host.refuseTerminals = Error{ErrorCode::Forbidden, u"Refused by the user."_s, {}};
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        const QJsonValue error = s.answers().value(0)[u"error"];
        QCOMPARE(error[u"message"].toString(), u"Refused by the user."_s);
        QCOMPARE(error[u"data"][u"code"].toString(), u"forbidden"_s);
    }
    void terminalOutput_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("truncated");
        QTest::addColumn<bool>("exited");
        QTest::addColumn<QString>("text");
        QTest::newRow("whole") << QByteArray("a\xc3\xa4") << false << false << u"aä"_s;
        QTest::newRow("begin cut inside a character") << QByteArray("\xa4z") << true << true << u"z"_s;
        QTest::newRow("the rest of a character is coming") << QByteArray("a\xe2\x82") << false << false << u"a"_s;
        QTest::newRow("the rest never came") << QByteArray("a\xe2\x82") << false << true << u"a\ufffd\ufffd"_s;
    }
    void terminalOutput()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, truncated);
        QFETCH(bool, exited);
        QFETCH(QString, text);
        ScriptedSession s(turn(request("terminal/output", R"({"sessionId": "s1", "terminalId": "t1"})")));
        s.host.output = {
            .bytes = bytes, .truncated = truncated, .exited = exited, .signal = exited ? u"SIGTERM"_s : QString()};
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        const QJsonValue result = s.answers().value(0)[u"result"];
        QCOMPARE(result[u"output"].toString(), text);
        QCOMPARE(result[u"truncated"].toBool(), truncated);
        if (exited)
            QCOMPARE(result[u"exitStatus"].toObject(),
                     (QJsonObject{{u"exitCode"_s, QJsonValue()}, {u"signal"_s, u"SIGTERM"_s}}));
        else
            QVERIFY(result[u"exitStatus"].isNull());
    }
    void extensionsAreIgnored()
    {
        ScriptedSession s(turn(R"({"notify": "_auth/status_update", "params": {"x": 1}})"));
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QVERIFY2(s.problems.isEmpty(), qPrintable(s.problems.join(u'\n')));
    }
};

QTEST_GUILESS_MAIN(TestAcpSession)
#include "tst_acp_session.moc"
