// Agents that break the rules: each is bounded, named, and hangs nobody.
#include "fake_host.h"

using namespace switchyard;
using namespace switchyard::testing;
using namespace std::chrono_literals;

namespace {
const SessionLimits quick{.step = 1500ms, .close = 300ms, .cancel = 700ms, .stopGrace = 400ms};
}

class TestAcpBroken : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void startFails_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QStringList>("told"); // what the error must say
        const auto row = [](const char* name, const char* script, const QStringList& told) {
            QTest::newRow(name) << QByteArray(script) << told;
        };
        row("silence", R"({"on": {"initialize": []}})", {u"initialize"_s, u"1.5"_s});
        row("silence later", R"({"on": {"session/new": []}})", {u"session/new"_s});
        row("dies at once", R"({"start": [{"stderr": "no such key\nsecond line\n"}, {"exit": 3}]})",
            {u"3"_s, u"no such key"_s});
        row("killed", R"({"on": {"initialize": [{"signal": 9}]}})", {u"SIGKILL"_s});
        row("leaves politely, having said why on its output",
            R"({"start": [{"raw": "Usage: thing [x]\n"}, {"exit": 0}]})", {u"Usage: thing"_s});
        row("half a line, then death", R"({"on": {"initialize": [{"raw": "half of a li"}, {"exit": 1}]}})", {u"1"_s});
        row("half a line, then silence", R"({"on": {"initialize": [{"raw": "half of a li"}]}})", {u"initialize"_s});
        row("another version", R"({"on": {"initialize": [{"answer": {"protocolVersion": 2}}]}})", {u"version 2"_s});
        row("no version", R"({"on": {"initialize": [{"answer": {}}]}})", {u"version"_s});
        row("session without id", R"({"on": {"session/new": [{"answer": {}}]}})", {u"no id"_s});
        row("answer of a wrong type", R"({"on": {"session/new": [{"answer": 7}]}})", {u"no id"_s});
        row("answers another request", R"({"on": {"initialize": [{"answer": {"protocolVersion": 1}, "id": 4711}]}})",
            {u"initialize"_s});
        row("ids as text", R"({"on": {"initialize": [{"answer": {"protocolVersion": 1}, "id": "1"}]}})",
            {u"initialize"_s});
        row("closes its output", R"({"on": {"initialize": [{"close": 1}, {"hang": true}]}})", {u"Scripted"_s});
        row("refuses", R"({"on": {"session/new": [{"error": {"code": -32603, "message": "disk full"}}]}})",
            {u"disk full"_s});
    }
    void startFails()
    {
        QFETCH(QByteArray, script);
        QFETCH(QStringList, told);
        ScriptedSession s(script, quick);
        const auto started = s.start();
        QVERIFY(!started);
        QCOMPARE(started.error().code, ErrorCode::Unavailable);
        const auto text = describe(started.error());
        QVERIFY2(text.contains(u"Scripted"), qPrintable(text));
        for (const auto& word : told)
            QVERIFY2(text.contains(word), qPrintable(text));
        QTRY_COMPARE(s.endings, 1);
        QVERIFY(!s.endedOrderly);
        QVERIFY(!s.session->isRunning());
        QCOMPARE(s.prompt().error().code, ErrorCode::Unavailable);
    }
    void rubbishInsteadOfJson()
    {
        QByteArray actions;
        for (int i = 0; i < 120; ++i)
            actions += QByteArray(i > 0 ? "," : "") + R"({"raw": "%PDF-1.4 is no message\n"})";
        ScriptedSession s(R"({"start": [)" + actions + "]}", quick);
        const auto started = s.start();
        QCOMPARE(started.error().code, ErrorCode::Unavailable);
        QVERIFY2(started.error().message.contains(u"JSON"), qPrintable(describe(started.error())));
        QVERIFY2(started.error().hint.contains(u"ACP"), qPrintable(describe(started.error())));
        QVERIFY(s.problems.size() >= 20 && s.problems.size() <= 201);
        QVERIFY(s.problems[0].contains(u"%PDF"));
        QTRY_COMPARE(s.endings, 1);
    }
    void chatOnStandardOutputIsSkipped()
    {
        ScriptedSession s(R"({"start": [{"raw": "Welcome!\n"}, {"raw": "\n"}, {"raw": "[1,2]\n"}]})", quick);
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QCOMPARE(s.problems.size(), 2); // an empty line is nothing
    }
    void lineWithoutEnd()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"flood": 104857600}, {"raw": "\n"}, {"hang": true}]}})",
                          quick);
        QVERIFY(s.start());
        const auto end = s.prompt();
        QCOMPARE(end.error().code, ErrorCode::Unavailable);
        QVERIFY2(describe(end.error()).contains(u"line of more than"), qPrintable(describe(end.error())));
        QTRY_COMPARE(s.endings, 1);
        QVERIFY(s.problems.join(u' ').contains(u"line of more than"));
        QVERIFY2(s.problems.join(u' ').size() < 5000, "a problem quotes the whole line");
    }
    void endlessFloodIsEnded()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"flood": 1000000000000}]}})", quick);
        QVERIFY(s.start());
        QVERIFY(!s.prompt());
        QTRY_COMPARE_WITH_TIMEOUT(s.endings, 1, 10000);
    }
    void answersTwice()
    {
        ScriptedSession s(
            R"({"on": {"session/prompt": [{"answer": {"stopReason": "end_turn"}}, {"answer": {"stopReason": "refusal"}}]}})",
            quick);
        QVERIFY(s.start());
        QCOMPARE(s.prompt().value().stopReason, u"end_turn"_s);
        QTRY_COMPARE(s.problems.size(), 1);
        QCOMPARE(s.prompt(u"again"_s).value().stopReason, u"end_turn"_s);
    }
    void turnWithoutReason()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"answer": {}}]}})", quick);
        QVERIFY(s.start());
        QCOMPARE(s.prompt().error().code, ErrorCode::Corrupt);
    }
    void deathInATurn_data()
    {
        QTest::addColumn<QByteArray>("last");
        QTest::addColumn<QString>("told");
        QTest::newRow("exit") << QByteArray(R"({"stderr": "out of memory\n"}, {"exit": 9})") << u"out of memory"_s;
        QTest::newRow("exit 0") << QByteArray(R"({"exit": 0})") << u"0"_s;
        QTest::newRow("killed") << QByteArray(R"({"signal": 9})") << u"SIGKILL"_s;
        QTest::newRow("in the middle of a line") << QByteArray(R"({"raw": "half of a li"}, {"exit": 1})") << u"1"_s;
    }
    void deathInATurn()
    {
        QFETCH(QByteArray, last);
        QFETCH(QString, told);
        ScriptedSession s(R"({"on": {"session/prompt": [{"update": {"sessionUpdate": "plan", "entries": []}}, )" +
                              last + "]}}",
                          quick);
        QVERIFY(s.start());
        const auto end = s.prompt();
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Unavailable);
        QVERIFY2(end.error().message.contains(u"middle of its turn") && end.error().message.contains(told),
                 qPrintable(describe(end.error())));
        QCOMPARE(s.updates.size(), 1);
        QTRY_COMPARE(s.endings, 1);
        QVERIFY(!s.endedOrderly);
    }
    void deathWithAnOpenPermission()
    {
        ScriptedSession s(
            R"({"on": {"session/prompt": [{"request": "session/request_permission", "wait": false, "params":
            {"sessionId": "s1", "toolCall": {"toolCallId": "1", "title": "rm x"}, "options": []}}, {"exit": 1}]}})",
            quick);
        s.host.silent = true;
        QVERIFY(s.start());
        QVERIFY(!s.prompt());
        QCOMPARE(s.host.asked.size(), 1);
        QTRY_COMPARE(s.endings, 1);
    }
    void deathBetweenTurns()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"answer": {"stopReason": "end_turn"}}, {"exit": 5}]}})",
                          quick);
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QTRY_COMPARE(s.endings, 1);
        QVERIFY(!s.endedOrderly);
        QVERIFY(s.endedHow.contains(u'5'));
        QCOMPARE(s.prompt().error().code, ErrorCode::Unavailable);
    }
    void doesNotObeyACancel()
    {
        ScriptedSession s(R"({"on": {"session/prompt": [{"hang": true}]}})", quick);
        QVERIFY(s.start());
        auto running = s.session->prompt(u"go"_s);
        s.session->cancel();
        const auto end = await(std::move(running), 10s);
        QCOMPARE(end.error().code, ErrorCode::Timeout);
        QVERIFY(s.stop());
    }
    void outlivesEverythingPolite()
    {
        ScriptedSession s(R"({"on": {"initialize": [{"answer": {"protocolVersion": 1, "agentCapabilities":
            {"sessionCapabilities": {"close": {}}}}}, {"stay": true}], "session/close": []}})",
                          quick);
        s.server.command = u"/bin/sh"_s;
        s.server.arguments =
            QStringList{u"-c"_s, u"trap '' TERM; exec \"$0\" \"$@\""_s, QStringLiteral(ACP_PEER)} + s.server.arguments;
        QVERIFY(s.start());
        QVERIFY(s.stop());
        QVERIFY2(s.endedOrderly, qPrintable(s.endedHow));
        QVERIFY(s.problems.join(u' ').contains(u"close"));
    }
    void stoppedWhileStarting()
    {
        ScriptedSession s(R"({"on": {"initialize": []}})", {.stopGrace = 400ms});
        auto starting = s.make().start({.cwd = s.folder()});
        QTRY_VERIFY(s.session->isRunning());
        s.session->stop();
        QCOMPARE(await(std::move(starting), 10s).error().code, ErrorCode::Cancelled);
        QTRY_COMPARE(s.endings, 1);
    }
    void stoppedInATurn()
    {
        ScriptedSession s(R"({"on": {"session/prompt": []}})", quick);
        QVERIFY(s.start());
        auto running = s.session->prompt(u"go"_s);
        s.session->stop();
        QVERIFY(!await(std::move(running), 10s));
        QTRY_COMPARE(s.endings, 1);
        QVERIFY(s.endedOrderly);
    }
    void destroyedInATurn()
    {
        ScriptedSession s(R"({"on": {"session/prompt": []}})", quick);
        QVERIFY(s.start());
        auto running = s.session->prompt(u"go"_s);
        s.session.reset();
        QCOMPARE(await(std::move(running), 5s).error().code, ErrorCode::Unavailable);
    }
    void destroyedWhileStarting()
    {
        ScriptedSession s(R"({"on": {"initialize": []}})", quick);
        auto starting = s.make().start({.cwd = s.folder()});
        QTRY_VERIFY(s.session->isRunning());
        s.session.reset();
        QVERIFY(!await(std::move(starting), 5s));
    }
    void tooManyQuestions()
    {
        QByteArray asks;
        for (int i = 0; i < 100; ++i)
            asks +=
                R"({"request": "session/request_permission", "wait": false, "params": {"sessionId": "s1", "toolCall":
                {"toolCallId": "1", "title": "rm x"}, "options": []}},)";
        ScriptedSession s(R"({"on": {"session/prompt": [)" + asks + R"({"request": "_sync", "params": {}, "id": "z"},
            {"answer": {"stopReason": "end_turn"}}]}})",
                          quick);
        s.host.silent = true; // none is answered
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QCOMPARE(s.host.asked.size(), 64);
        int refused = 0;
        for (const auto& answer : s.answers())
            refused += answer[u"error"][u"data"][u"code"].toString() == u"limit";
        QCOMPARE(refused, 36);
    }
    void updatesForAnotherSession()
    {
        ScriptedSession s(
            R"({"on": {"session/prompt": [{"update": {"sessionUpdate": "plan", "entries": []}, "session": "s2"},
            {"update": {"entries": []}}, {"notify": "session/update", "params": {}}, {"notify": "nonsense", "params": {}},
            {"answer": {"stopReason": "end_turn"}}]}})",
            quick);
        QVERIFY(s.start());
        QVERIFY(s.prompt());
        QVERIFY(s.updates.isEmpty());
        QCOMPARE(s.problems.size(), 4);
    }
    void notInstalled()
    {
        ScriptedSession s("{}", quick);
        s.server.command = u"no-such-agent-here"_s;
        s.server.install = u"npm install -g no-such-agent@1.2.3"_s;
        const auto started = s.start();
        QCOMPARE(started.error().code, ErrorCode::Unavailable);
        QVERIFY(started.error().message.contains(u"no-such-agent-here"));
        QVERIFY(started.error().hint.contains(u"npm install -g no-such-agent@1.2.3"));
        QTRY_COMPARE(s.endings, 1);
        QCOMPARE(s.prompt().error().code, ErrorCode::Unavailable);
    }
    void programOfTheRepositoryIsNotRun()
    {
        ScriptedSession s("{}", quick);
        const auto trap = s.folder() + u"/trap-agent"_s;
        writeFile(trap, "#!/bin/sh\ntouch \"$0.ran\"\n");
        QFile::setPermissions(trap, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        s.server.command = u"trap-agent"_s;
        QCOMPARE(s.start().error().code, ErrorCode::Unavailable);
        QVERIFY(!QFile::exists(trap + u".ran"_s));
    }
    void noFolder()
    {
        ScriptedSession s("{}", quick);
        const auto started = await(s.make().start({.cwd = u"/nonexistent/ws"_s}));
        QCOMPARE(started.error().code, ErrorCode::Invalid);
        QVERIFY(started.error().message.contains(u"/nonexistent/ws"));
    }
    void startedTwice()
    {
        ScriptedSession s("{}", quick);
        QVERIFY(s.start());
        QCOMPARE(await(s.session->start({.cwd = s.folder()})).error().code, ErrorCode::Conflict);
        QVERIFY(s.session->isRunning());
    }
};

QTEST_GUILESS_MAIN(TestAcpBroken)
#include "tst_acp_broken.moc"
