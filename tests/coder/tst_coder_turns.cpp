// Turns of the agent with scripts of our own: each tool, each limit, each way a turn may end.
#include "acp_client.h"
#include "base/json.h"
#include "support/test_support.h"

#include <QCoreApplication>
#include <QDir>

using namespace switchyard;
using testing::AcpClient;
using testing::await;

class TestCoderTurns : public QObject
{
    Q_OBJECT

    static QJsonObject tool(const QString& name, const QJsonObject& input)
    {
        return {{u"name"_s, name}, {u"input"_s, input}};
    }
    static QJsonObject turn(const QJsonArray& calls, const QString& text = {}, const QJsonObject& when = {})
    {
        return {{u"tool_calls"_s, calls},
                {u"text"_s, text},
                {u"usage"_s, QJsonObject{{u"input"_s, 1000}, {u"output"_s, 100}}},
                {u"when"_s, when.isEmpty() ? QJsonObject() : QJsonObject{{u"last_result"_s, when}}}};
    }
    static QJsonObject call(const QString& name, const QJsonObject& input) { return turn({tool(name, input)}); }
    static QJsonObject run(const QString& command, QJsonObject more = {})
    {
        more.insert(u"command"_s, command);
        return call(u"run_command"_s, more);
    }
    static QJsonObject bye() { return turn({tool(u"finish"_s, {{u"summary"_s, u"Done."_s}})}, u"Bye."_s); }

    struct Stage {
        testing::TestRoot root;
        QString project = root.path(u"p"_s);
        std::unique_ptr<AcpClient> client;

        explicit Stage(const QJsonArray& turns, int pace = 0, bool choosesModel = true)
        {
            if (!QDir().mkpath(project))
                qFatal("no folder");
            const auto script = root.path(u"script.json"_s);
            testing::writeFile(script, compactJson({{u"pace_ms"_s, pace}, {u"turns"_s, turns}}));
            client =
                std::make_unique<AcpClient>(QCoreApplication::applicationDirPath() + u"/coder_agent"_s,
                                            QStringList{u"--model"_s, choosesModel ? u"script:"_s + script : QString(),
                                                        u"--sessions"_s, root.path(u"sessions"_s)},
                                            QMap<QString, QString>{}, project);
        }
        QJsonObject play(const QJsonObject& meta = {}, const QString& goal = u"Go."_s)
        {
            if (const auto ready = await(client->initialize()); !ready)
                return {{u"error"_s, describe(ready.error())}};
            if (const auto session = await(client->newSession(meta)); !session)
                return {{u"error"_s, describe(session.error())}};
            return prompt(goal);
        }
        QJsonObject prompt(const QString& text)
        {
            const auto end = await(client->prompt(text), std::chrono::seconds(60));
            return end ? end->toObject() : QJsonObject{{u"error"_s, describe(end.error())}};
        }
        //! The text of the n-th finished tool call, as the client saw it.
        QString result(int index) const
        {
            for (const auto& update : client->updates) {
                if (update.contains(u"rawOutput") && index-- == 0)
                    return update[u"rawOutput"][u"text"].toString();
            }
            return {};
        }
    };
    static QString reason(const QJsonObject& end) { return end[u"_meta"][u"switchyard"][u"reason"].toString(); }

private Q_SLOTS:
    void filesAreReadInRanges()
    {
        Stage stage({call(u"read_file"_s, {{u"path"_s, u"long.txt"_s}, {u"lines"_s, 3}}),
                     call(u"read_file"_s, {{u"path"_s, u"long.txt"_s}, {u"from_line"_s, 9}}),
                     call(u"read_file"_s, {{u"path"_s, u"long.txt"_s}, {u"from_line"_s, 99}}),
                     call(u"read_file"_s, {{u"path"_s, u"none.txt"_s}}),
                     call(u"read_file"_s, {{u"path"_s, u"/etc/passwd"_s}}),
                     call(u"read_file"_s, {{u"path"_s, u"binary"_s}}), bye()});
        QByteArray text;
        for (int i = 1; i <= 10; ++i)
            text += "line " + QByteArray::number(i) + '\n';
        testing::writeFile(stage.project + u"/long.txt"_s, text);
        testing::writeFile(stage.project + u"/binary"_s, QByteArray("\x7f"
                                                                    "ELF\0\0",
                                                                    6));
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QCOMPARE(stage.result(0),
                 u"    1\tline 1\n    2\tline 2\n    3\tline 3\n… There is more: read on with from_line: 4.\n"_s);
        QCOMPARE(stage.result(1), u"    9\tline 9\n   10\tline 10\n"_s);
        QVERIFY(stage.result(2).contains(u"fewer than 99"_s));
        QVERIFY(stage.result(3).contains(u"There is no file none.txt"_s));
        QVERIFY(stage.result(4).contains(u"outside the project's folder"_s));
        QVERIFY(stage.result(5).contains(u"binary"_s));
        QCOMPARE(stage.client->filesRead.size(), 3); // the client was not asked for what cannot be read
    }
    void nothingIsWrittenOutside()
    {
        Stage stage({call(u"write_file"_s, {{u"path"_s, u"../evil"_s}, {u"content"_s, u"x"_s}}),
                     call(u"write_file"_s, {{u"path"_s, u"out/evil"_s}, {u"content"_s, u"x"_s}}),
                     call(u"edit_file"_s,
                          {{u"path"_s, u"out/file"_s},
                           {u"edits"_s, QJsonArray{QJsonObject{{u"old_text"_s, u"a"_s}, {u"new_text"_s, u"b"_s}}}}}),
                     call(u"write_file"_s, {{u"path"_s, u".git/hooks/pre-commit"_s}, {u"content"_s, u"x"_s}}),
                     run(u"true"_s, {{u"cwd"_s, u".."_s}}), bye()});
        QVERIFY(QDir().mkpath(stage.root.path(u"outside"_s)));
        testing::writeFile(stage.root.path(u"outside/file"_s), "a");
        QVERIFY(QFile::link(stage.root.path(u"outside"_s), stage.project + u"/out"_s));
        QCOMPARE(reason(stage.play()), u"finished"_s);
        for (int i = 0; i < 5; ++i)
            QVERIFY2(stage.result(i).contains(i == 3 ? u"belongs to git"_s : u"outside"_s),
                     qPrintable(stage.result(i)));
        QVERIFY(stage.client->filesWritten.isEmpty());
        QVERIFY(stage.client->asked.isEmpty());
    }
    void searchAndList()
    {
        Stage stage({call(u"search"_s, {{u"pattern"_s, u"de[fg] \\w+"_s}, {u"glob"_s, u"*.py"_s}}),
                     call(u"search"_s, {{u"pattern"_s, u"("_s}}),
                     call(u"search"_s, {{u"pattern"_s, u"HELLO"_s}, {u"ignore_case"_s, true}, {u"path"_s, u"sub"_s}}),
                     call(u"search"_s, {{u"pattern"_s, u"nowhere"_s}}), call(u"list_files"_s, {}),
                     call(u"list_files"_s, {{u"path"_s, u"sub"_s}, {u"depth"_s, 1}}), bye()});
        QVERIFY(QDir().mkpath(stage.project + u"/sub/deep"_s));
        testing::writeFile(stage.project + u"/a.py"_s, "import x\ndef one():\n");
        testing::writeFile(stage.project + u"/a.txt"_s, "def two():\n");
        testing::writeFile(stage.project + u"/sub/b.py"_s, "# hello\ndef three():\n");
        testing::writeFile(stage.project + u"/sub/deep/c"_s, "x");
        testing::writeFile(stage.project + u"/ignored.py"_s, "def four():\n");
        testing::writeFile(stage.project + u"/.gitignore"_s, "ignored.py\n");
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QCOMPARE(stage.result(0), u"a.py:2: def one():\nsub/b.py:2: def three():"_s);
        QVERIFY(stage.result(1).contains(u"no regular expression"_s));
        QCOMPARE(stage.result(2), u"sub/b.py:1: # hello"_s);
        QCOMPARE(stage.result(3), u"No match."_s);
        QCOMPARE(stage.result(4), u".gitignore\na.py\na.txt\nsub/\nsub/b.py\nsub/deep/\nsub/deep/c"_s);
        QCOMPARE(stage.result(5), u"sub/b.py\nsub/deep/"_s);
    }
    void longOutputIsCutAndCanBeReadOn()
    {
        Stage stage(
            {run(u"seq 1 20000"_s), call(u"read_output"_s, {{u"id"_s, u"c1"_s}, {u"from_line"_s, 10000}}), bye()});
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.result(0).startsWith(u"exit code 0\n1\n2\n"_s));
        QVERIFY(stage.result(1).startsWith(u"It has ended.\n10000\t10000\n"_s));
    }
    void commandsEnd_data()
    {
        QTest::addColumn<bool>("terminals");
        QTest::newRow("the client's terminals") << true;
        QTest::newRow("our own") << false;
    }
    void commandsEnd()
    {
        QFETCH(bool, terminals);
        Stage stage({run(u"echo out; echo err >&2; exit 3"_s), run(u"sleep 60"_s, {{u"timeout_s"_s, 1}}),
                     run(u"kill -KILL $$"_s), run(u"no-such-command-here"_s), run(u"echo key=$ANTHROPIC_API_KEY."_s),
                     bye()});
        stage.client->offersTerminals = terminals;
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.result(0).startsWith(u"exit code 3"_s));
        QVERIFY(stage.result(0).contains(u"out"_s) && stage.result(0).contains(u"err"_s));
        QVERIFY(stage.result(1).startsWith(u"It was ended after 1 s"_s));
        QVERIFY(stage.result(2).startsWith(u"killed by SIGKILL"_s));
        QVERIFY(stage.result(3).startsWith(u"exit code 127"_s));
        QCOMPARE(stage.client->openTerminals(), 0);
        QCOMPARE(stage.client->asked.size(), 5);
    }
    void backgroundCommands_data() { commandsEnd_data(); }
    void backgroundCommands()
    {
        QFETCH(bool, terminals);
        Stage stage({run(u"echo ready; touch started; sleep 60"_s, {{u"background"_s, true}}),
                     run(u"until [ -e started ]; do sleep 0.02; done"_s),
                     call(u"read_output"_s, {{u"id"_s, u"c1"_s}, {u"wait_s"_s, 1}}),
                     call(u"stop_command"_s, {{u"id"_s, u"c1"_s}}), call(u"stop_command"_s, {{u"id"_s, u"c1"_s}}),
                     run(u"sleep 60"_s, {{u"background"_s, true}}), call(u"read_output"_s, {{u"id"_s, u"c7"_s}}),
                     bye()});
        stage.client->offersTerminals = terminals;
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.result(0).contains(u"as c1"_s));
        QVERIFY2(stage.result(2).contains(u"still running"_s) && stage.result(2).contains(u"ready"_s),
                 qPrintable(stage.result(2)));
        QVERIFY2(stage.result(3).startsWith(u"killed by"_s), qPrintable(stage.result(3)));
        QCOMPARE(stage.result(4), u"It has ended already."_s);
        QVERIFY(stage.result(6).contains(u"There is no command “c7”"_s));
        if (terminals)
            QTRY_COMPARE(stage.client->openTerminals(), 0); // what still ran was ended with the turn
    }
    void cancelDuringACommand_data() { commandsEnd_data(); }
    void cancelDuringACommand()
    {
        QFETCH(bool, terminals);
        Stage stage({run(u"touch started; sleep 600; touch finished"_s), bye(), bye()});
        stage.client->offersTerminals = terminals;
        QVERIFY(await(stage.client->initialize()));
        QVERIFY(await(stage.client->newSession()));
        auto going = stage.client->prompt(u"Go."_s);
        QTRY_VERIFY(QFile::exists(stage.project + u"/started"_s));
        stage.client->cancel();
        const auto end = await(std::move(going));
        QCOMPARE((*end)[u"stopReason"].toString(), u"cancelled"_s);
        QCOMPARE(stage.client->of(u"tool_call_update"_s, -1)[u"status"].toString(), u"failed"_s);
        if (terminals)
            QTRY_COMPARE(stage.client->openTerminals(), 0);
        QCOMPARE(reason(stage.prompt(u"Go on."_s)), u"finished"_s); // the session can be used again
    }

    void cancelWhileATerminalIsMade()
    {
        Stage stage({run(u"sleep 600"_s), bye()});
        stage.client->answersTerminals = false;
        QVERIFY(await(stage.client->initialize()));
        QVERIFY(await(stage.client->newSession()));
        auto going = stage.client->prompt(u"Go."_s);
        QTRY_COMPARE(stage.client->created.size(), 1);
        stage.client->cancel();
        const auto end = await(std::move(going));
        QCOMPARE((*end)[u"stopReason"].toString(), u"cancelled"_s);
        QCOMPARE(stage.client->openTerminals(), 1);
        stage.client->tellTerminals(); // nobody waits for it any more: it is given back
        QTRY_COMPARE(stage.client->openTerminals(), 0);
    }

    void commandsEndWithTheLine()
    {
        Stage stage({run(u"echo $$ > pid; sleep 60"_s)});
        stage.client->offersTerminals = false;
        QVERIFY(await(stage.client->initialize()));
        QVERIFY(await(stage.client->newSession()));
        auto going = stage.client->prompt(u"Go."_s);
        QTRY_VERIFY(!testing::readFile(stage.project + u"/pid"_s).isEmpty());
        const auto pid = QString::fromLatin1(testing::readFile(stage.project + u"/pid"_s).trimmed());
        stage.client->closeInput();
        QTRY_COMPARE(stage.client->process().state(), QProcess::NotRunning);
        QTRY_VERIFY(!QFile::exists(u"/proc/"_s + pid));
        (void)await(std::move(going));
    }

    void askUser()
    {
        const auto question =
            call(u"ask_user"_s, {{u"question"_s, u"Red or blue?"_s}, {u"options"_s, QJsonArray{u"red"_s, u"blue"_s}}});
        Stage stage({question, turn({tool(u"finish"_s, {{u"summary"_s, u"ok"_s}})}, u"Blue it is."_s,
                                    {{u"contains"_s, u"The user answered: blue"_s}})});
        stage.client->answer = [](const QString&) { return u"blue"_s; };
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QCOMPARE(stage.client->questions, QStringList{u"Red or blue?"_s});
    }
    void askUserWhenNobodyServesIt()
    {
        Stage stage({call(u"ask_user"_s, {{u"question"_s, u"Red or blue?"_s}}), turn({}, u"Thanks."_s)});
        const auto end = stage.play();
        QCOMPARE(end[u"stopReason"].toString(), u"end_turn"_s);
        QCOMPARE(reason(end), u"question"_s);
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"Red or blue?"_s));
        QCOMPARE(reason(stage.prompt(u"Blue."_s)), u"finished"_s);
    }

    void wrongCallsAreTold()
    {
        Stage stage({call(u"fly"_s, {}),
                     call(u"update_plan"_s,
                          {{u"entries"_s, QJsonArray{QJsonObject{{u"content"_s, u"x"_s}, {u"status"_s, u"begun"_s}}}}}),
                     call(u"write_file"_s, {{u"path"_s, u"a"_s}}), call(u"edit_file"_s, {{u"path"_s, u"a"_s}}), bye()});
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.result(0).contains(u"content"_s));
        QVERIFY(stage.result(1).contains(u"There is no file a"_s));
        QCOMPARE(stage.client->count(u"plan"_s), 0);
    }

    void iterationLimit()
    {
        QJsonArray turns{
            call(u"update_plan"_s,
                 {{u"entries"_s,
                   QJsonArray{QJsonObject{{u"content"_s, u"Begin"_s}, {u"status"_s, u"completed"_s}},
                              QJsonObject{{u"content"_s, u"Fly to the moon"_s}, {u"status"_s, u"pending"_s}}}}})};
        for (int i = 0; i < 10; ++i)
            turns.append(call(u"list_files"_s, {}));
        Stage stage(turns);
        const auto end = stage.play({{u"iterations"_s, 5}});
        QCOMPARE(end[u"stopReason"].toString(), u"max_turn_requests"_s);
        QCOMPARE(reason(end), u"iterations"_s);
        QCOMPARE(end[u"_meta"][u"switchyard"][u"left"].toArray(), QJsonArray{u"Fly to the moon"_s});
        const auto closing = stage.client->text(u"agent_message_chunk"_s);
        QVERIFY2(closing.contains(u"after 5 steps"_s) && closing.contains(u"Left to do:\n- Fly to the moon"_s),
                 qPrintable(closing));
        QCOMPARE(stage.client->switchyardMeta()[u"step"].toInt(), 5);
        QCOMPARE(stage.client->switchyardMeta()[u"steps"].toInt(), 5);
    }
    void tokenBudget()
    {
        QJsonArray turns;
        for (int i = 0; i < 20; ++i)
            turns.append(call(u"list_files"_s, {})); // 1100 tokens each
        Stage stage(turns);
        const auto end = stage.play({{u"budget_tokens"_s, 5500}});
        QCOMPARE(end[u"stopReason"].toString(), u"max_turn_requests"_s);
        QCOMPARE(reason(end), u"budget"_s);
        QCOMPARE(stage.client->switchyardMeta()[u"usage"][u"input"].toInt(), 5000);
        QCOMPARE(stage.client->switchyardMeta()[u"usage"][u"output"].toInt(), 500);
        QCOMPARE(stage.client->count(u"notice"_s), 1); // at 80 %
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"the budget is used up"_s));
        // The session goes on with a higher one.
        const auto raised = await(stage.client->call(
            u"_switchyard/set_limits"_s, {{u"sessionId"_s, stage.client->sessionId}, {u"budget_tokens"_s, 8800}}));
        QVERIFY2(raised, raised ? "" : qPrintable(describe(raised.error())));
        QCOMPARE(reason(stage.prompt(u"Go on."_s)), u"budget"_s);
        QCOMPARE(stage.client->switchyardMeta()[u"usage"][u"input"].toInt(), 8000);
    }
    void repeatedFailuresAreNoticed()
    {
        QJsonArray turns;
        for (int i = 0; i < 20; ++i)
            turns.append(run(u"echo took 0.$RANDOM s; exit 1"_s)); // the same but for a number
        Stage stage(turns);
        const auto end = stage.play();
        QCOMPARE(reason(end), u"stuck"_s);
        QCOMPARE(stage.client->created.size(), 6);
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"failed in the same way 6 times"_s));
    }
    void asksWhenStuck_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("ends");
        QTest::newRow("goes on") << u"Use true."_s << u"finished"_s;
        QTest::newRow("stops") << u"Stop here"_s << u"stuck"_s;
        QTest::newRow("no answer") << QString() << u"stuck"_s;
    }
    void asksWhenStuck()
    {
        QFETCH(QString, answer);
        QFETCH(QString, ends);
        QJsonArray turns;
        for (int i = 0; i < 6; ++i)
            turns.append(run(u"false"_s));
        turns.append(run(u"true"_s));
        turns.append(bye());
        Stage stage(turns);
        stage.client->answer = [&](const QString&) { return answer; };
        const auto end = stage.play();
        QCOMPARE(reason(end), ends);
        QCOMPARE(stage.client->questions.size(), 1);
        QVERIFY2(stage.client->questions[0].contains(u"“false” failed"), qPrintable(stage.client->questions[0]));
        QCOMPARE(stage.client->created.size(), ends == u"finished" ? 7 : 6);
    }
    void modelIsToldOfRepeats()
    {
        const auto failing = run(u"exit 1"_s);
        auto told = turn({tool(u"finish"_s, {{u"summary"_s, u"ok"_s}})}, {},
                         {{u"contains"_s, u"same failure for the 2. time"_s}});
        Stage stage({failing, failing, told});
        QCOMPARE(reason(stage.play()), u"finished"_s);
    }
    void openPlanIsRemembered()
    {
        const auto plan = [](const QString& status) {
            return call(u"update_plan"_s,
                        {{u"entries"_s, QJsonArray{QJsonObject{{u"content"_s, u"Test it"_s}, {u"status"_s, status}}}}});
        };
        // It stops too early, is reminded once, and does the rest.
        Stage stage(
            {plan(u"in_progress"_s), turn({}, u"I am done."_s), plan(u"completed"_s), turn({}, u"Now I am."_s)});
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"Now I am."_s));
        // Reminded once, not for ever.
        Stage stubborn(
            {plan(u"in_progress"_s), turn({}, u"I am done."_s), turn({}, u"Really."_s), turn({}, u"Never said."_s)});
        const auto end = stubborn.play();
        QCOMPARE(reason(end), u"finished"_s);
        QCOMPARE(end[u"_meta"][u"switchyard"][u"left"].toArray(), QJsonArray{u"Test it"_s});
        QVERIFY(!stubborn.client->text(u"agent_message_chunk"_s).contains(u"Never"_s));
    }
    void finishSaysItsSummaryWhenNothingElseWasSaid()
    {
        Stage stage({call(u"finish"_s, {{u"summary"_s, u"All good."_s}})});
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"All good."_s));
    }
    void callsBehindFinishAreNotRun()
    {
        Stage stage({turn(
            {tool(u"finish"_s, {{u"summary"_s, u"x"_s}}), tool(u"run_command"_s, {{u"command"_s, u"touch late"_s}})})});
        QCOMPARE(reason(stage.play()), u"finished"_s);
        QVERIFY(stage.client->asked.isEmpty());
    }

    void oneTurnAtATime()
    {
        Stage stage({turn({}, u"a b c d e f g h i j k l m n o p q r s t"_s)}, 100);
        QVERIFY(await(stage.client->initialize()));
        QVERIFY(await(stage.client->newSession()));
        auto going = stage.client->prompt(u"Go."_s);
        const auto second = await(stage.client->prompt(u"And this."_s));
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Conflict);
        stage.client->cancel();
        QVERIFY(await(std::move(going)));
    }
    void wrongRequests_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QJsonObject>("params");
        QTest::addColumn<QString>("message");
        QTest::newRow("folder is not there")
            << u"session/new"_s << QJsonObject{{u"cwd"_s, u"/no/such/folder"_s}, {u"mcpServers"_s, QJsonArray()}}
            << u"/no/such/folder"_s;
        QTest::newRow("folder is relative") << u"session/new"_s << QJsonObject{{u"cwd"_s, u"p"_s}} << u"absolute"_s;
        QTest::newRow("no such session") << u"session/prompt"_s << QJsonObject{{u"sessionId"_s, u"nope"_s}}
                                         << u"nope"_s;
        QTest::newRow("no such method") << u"session/dance"_s << QJsonObject() << u"session/dance"_s;
        QTest::newRow("no such session to load")
            << u"session/load"_s << QJsonObject{{u"sessionId"_s, u"../../etc/passwd"_s}, {u"cwd"_s, u"/"_s}}
            << u"etc/passwd"_s;
    }
    void wrongRequests()
    {
        QFETCH(QString, method);
        QFETCH(QJsonObject, params);
        QFETCH(QString, message);
        Stage stage({bye()});
        QVERIFY(await(stage.client->initialize()));
        const auto answer = await(stage.client->call(method, params));
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.contains(message), qPrintable(answer.error().message));
    }
    void promptBlocks_data()
    {
        QTest::addColumn<QJsonArray>("blocks");
        QTest::addColumn<bool>("good");
        const QJsonObject text{{u"type"_s, u"text"_s}, {u"text"_s, u"Hi"_s}};
        QTest::newRow("text") << QJsonArray{text} << true;
        QTest::newRow("link") << QJsonArray{text, QJsonObject{{u"type"_s, u"resource_link"_s},
                                                              {u"uri"_s, u"file:///a"_s},
                                                              {u"name"_s, u"a"_s}}}
                              << true;
        QTest::newRow("embedded") << QJsonArray{QJsonObject{
                                         {u"type"_s, u"resource"_s},
                                         {u"resource"_s, QJsonObject{{u"uri"_s, u"file:///a"_s}, {u"text"_s, u"x"_s}}}}}
                                  << true;
        const auto image = [](const QString& type, const QString& data) {
            return QJsonObject{{u"type"_s, u"image"_s}, {u"mimeType"_s, type}, {u"data"_s, data}};
        };
        QTest::newRow("image") << QJsonArray{text, image(u"image/png"_s, u"iVBORw0KGgo="_s)} << true;
        QTest::newRow("image alone") << QJsonArray{image(u"image/webp"_s, u"UklGRg=="_s)} << true;
        QTest::newRow("image without data") << QJsonArray{text, QJsonObject{{u"type"_s, u"image"_s}}} << false;
        QTest::newRow("image of another type") << QJsonArray{text, image(u"image/tiff"_s, u"SUkqAA=="_s)} << false;
        QTest::newRow("image that is no base64") << QJsonArray{text, image(u"image/png"_s, u"%%%"_s)} << false;
        QTest::newRow("audio") << QJsonArray{text, QJsonObject{{u"type"_s, u"audio"_s}}} << false;
        QTest::newRow("nothing") << QJsonArray() << false;
        QTest::newRow("blank") << QJsonArray{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, u"  "_s}}} << false;
    }
    void promptBlocks()
    {
        QFETCH(QJsonArray, blocks);
        QFETCH(bool, good);
        Stage stage({bye()});
        QVERIFY(await(stage.client->initialize()));
        QVERIFY(await(stage.client->newSession()));
        const auto answer = await(stage.client->call(
            u"session/prompt"_s, {{u"sessionId"_s, stage.client->sessionId}, {u"prompt"_s, blocks}}));
        QCOMPARE(answer.has_value(), good);
    }

    void sessionsAreKept()
    {
        const QJsonArray turns{run(u"echo one"_s), turn({}, u"First turn done."_s), turn({}, u"Second turn done."_s)};
        Stage stage(turns);
        QCOMPARE(reason(stage.play()), u"finished"_s);
        const auto id = stage.client->sessionId;
        // Another process takes it up.
        auto& old = *stage.client;
        AcpClient next(old.process().program(), old.process().arguments(), {}, stage.project);
        const auto ready = await(next.initialize());
        QVERIFY((*ready)[u"agentCapabilities"][u"loadSession"].toBool());
        const auto list = await(next.call(u"session/list"_s, {{u"cwd"_s, stage.project}}));
        QCOMPARE((*list)[u"sessions"].toArray().size(), 1);
        QCOMPARE((*list)[u"sessions"][0][u"sessionId"].toString(), id);
        QCOMPARE((*list)[u"sessions"][0][u"title"].toString(), u"Go."_s);
        const auto loaded = await(next.call(
            u"session/load"_s, {{u"sessionId"_s, id}, {u"cwd"_s, stage.project}, {u"mcpServers"_s, QJsonArray()}}));
        QVERIFY2(loaded, loaded ? "" : qPrintable(describe(loaded.error())));
        next.sessionId = id;
        QCOMPARE(next.text(u"user_message_chunk"_s), u"Go."_s);
        QCOMPARE(next.text(u"agent_message_chunk"_s), u"First turn done."_s);
        QCOMPARE(next.of(u"tool_call"_s)[u"title"].toString(), u"echo one"_s);
        QCOMPARE(next.of(u"tool_call_update"_s)[u"status"].toString(), u"completed"_s);
        const auto end = await(next.prompt(u"Go on."_s));
        QVERIFY2(end, end ? "" : qPrintable(describe(end.error())));
        QVERIFY(next.text(u"agent_message_chunk"_s).endsWith(u"Second turn done."_s));
        QCOMPARE(next.switchyardMeta()[u"usage"][u"input"].toInt(), 1000); // since it was opened here
        QVERIFY(await(next.call(u"session/close"_s, {{u"sessionId"_s, id}})));
        QVERIFY(!await(next.prompt(u"More."_s)));
    }
    void withoutAModel()
    {
        Stage stage({bye()}, 0, false);
        QVERIFY(await(stage.client->initialize()));
        QVERIFY(await(stage.client->newSession()));
        QVERIFY2(stage.prompt(u"Go."_s)[u"error"].toString().contains(u"ANTHROPIC_API_KEY"_s),
                 "it says how to configure one");
        QVERIFY(await(stage.client->call(u"session/set_config_option"_s,
                                         {{u"sessionId"_s, stage.client->sessionId},
                                          {u"configId"_s, u"model"_s},
                                          {u"value"_s, u"script:"_s + stage.root.path(u"script.json"_s)}})));
        QCOMPARE(reason(stage.prompt(u"Go."_s)), u"finished"_s);
        QVERIFY(!await(stage.client->newSession({{u"model"_s, u"anthropic:claude-opus-5-5"_s}}))); // named, but no key
    }
    void modelCanBeChanged()
    {
        Stage stage({bye()});
        QVERIFY(await(stage.client->initialize()));
        const auto session = await(stage.client->newSession());
        QVERIFY((*session)[u"configOptions"][0][u"options"].toArray().size() >= 2);
        const auto changed = await(stage.client->call(
            u"session/set_config_option"_s,
            {{u"sessionId"_s, stage.client->sessionId}, {u"configId"_s, u"model"_s}, {u"value"_s, u"script:demo"_s}}));
        QCOMPARE((*changed)[u"configOptions"][0][u"currentValue"].toString(), u"script:demo"_s);
        QVERIFY(!await(stage.client->call(
            u"session/set_config_option"_s,
            {{u"sessionId"_s, stage.client->sessionId}, {u"configId"_s, u"model"_s}, {u"value"_s, u"acme:x"_s}})));
    }
};

QTEST_GUILESS_MAIN(TestCoderTurns)
#include "tst_coder_turns.moc"
