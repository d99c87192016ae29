// The whole demonstration: the agent as a process, real files, real commands.
#include "acp_client.h"
#include "llm/script.h"
#include "support/test_support.h"

#include <QCoreApplication>
#include <QDir>

using namespace switchyard;
using testing::AcpClient;
using testing::await;

class TestCoderDemo : public QObject
{
    Q_OBJECT

    struct Stage {
        testing::TestRoot root;
        QString project = root.path(u"calc"_s);
        std::unique_ptr<AcpClient> client;

        explicit Stage(const QString& model = u"script:demo"_s, QMap<QString, QString> environment = {})
        {
            if (!QDir().mkpath(project))
                qFatal("no folder");
            const auto files = llm::demoProject();
            for (auto file = files.begin(); file != files.end(); ++file)
                testing::writeFile(project + u'/' + file.key(), file.value());
            if (!environment.contains(u"SWITCHYARD_SCRIPT_PACE_MS"_s))
                environment.insert(u"SWITCHYARD_SCRIPT_PACE_MS"_s, u"0"_s);
            client = std::make_unique<AcpClient>(QCoreApplication::applicationDirPath() + u"/coder_agent"_s,
                                                 QStringList{u"--model"_s, model}, environment, project);
        }
        void open()
        {
            QVERIFY(await(client->initialize()));
            const auto session = await(client->newSession());
            QVERIFY2(session, session ? "" : qPrintable(describe(session.error())));
        }
        QJsonObject play()
        {
            const auto end = await(client->prompt(llm::demoGoal()), std::chrono::seconds(60));
            return end ? end->toObject() : QJsonObject{{u"error"_s, describe(end.error())}};
        }
        bool has(const QString& file) const { return QFile::exists(project + u'/' + file); }
    };

private Q_SLOTS:
    void projectIsThere()
    {
        const auto files = llm::demoProject();
        QCOMPARE(files.keys(), (QStringList{u".gitignore"_s, u"README.md"_s, u"old_calculator.py"_s}));
        for (const auto& bytes : files)
            QVERIFY(!bytes.isEmpty());
    }

    void allowed()
    {
        Stage stage;
        stage.open();
        const auto end = stage.play();
        QVERIFY2(end[u"stopReason"] == u"end_turn"_s, qPrintable(end[u"error"].toString()));
        auto& client = *stage.client;

        // What was really done.
        QVERIFY(stage.has(u"calculator.py"_s));
        QVERIFY(stage.has(u"test_calculator.py"_s));
        QVERIFY(!stage.has(u"old_calculator.py"_s));
        QProcess tests;
        tests.setWorkingDirectory(stage.project);
        tests.start(u"python3"_s, {u"-m"_s, u"unittest"_s});
        QVERIFY(tests.waitForFinished());
        QCOMPARE(tests.exitCode(), 0);
        QVERIFY(testing::readFile(stage.project + u"/README.md"_s).contains("python3 calculator.py"));

        // What was asked first, and with which words.
        const QStringList commands{u"python3 -m unittest -v"_s, u"python3 -m unittest -v"_s, u"rm old_calculator.py"_s};
        QCOMPARE(client.asked, commands);
        QCOMPARE(client.created, commands);
        QCOMPARE(client.openTerminals(), 0);
        const auto deletion = client.permissions.last()[u"toolCall"];
        QCOMPARE(deletion[u"kind"].toString(), u"delete"_s);
        QCOMPARE(deletion[u"rawInput"][u"cwd"].toString(), stage.project);
        QStringList kinds;
        for (const auto& option : client.permissions.last()[u"options"].toArray())
            kinds << option[u"kind"].toString();
        QCOMPARE(kinds, (QStringList{u"allow_once"_s, u"reject_once"_s})); // never allow_always

        // What was told on the way.
        QVERIFY(client.filesWritten.contains(stage.project + u"/calculator.py"_s));
        QVERIFY(client.count(u"plan"_s) >= 7);
        const auto plan = client.of(u"plan"_s, -1)[u"entries"].toArray();
        QCOMPARE(plan.size(), 7);
        for (const auto& entry : plan)
            QCOMPARE(entry[u"status"].toString(), u"completed"_s);
        QVERIFY(client.text(u"agent_message_chunk"_s).contains(u"Nothing is left to do."_s));
        QVERIFY(!client.text(u"agent_thought_chunk"_s).isEmpty());
        QCOMPARE(end[u"_meta"][u"switchyard"][u"reason"].toString(), u"finished"_s);

        // Every tool call has one beginning and one end; the first test run failed, the second did not.
        QHash<QString, QString> status;
        QStringList terminals;
        for (const auto& update : client.updates) {
            const auto id = update[u"toolCallId"].toString();
            if (update[u"sessionUpdate"] == u"tool_call"_s) {
                QVERIFY(!status.contains(id));
                status.insert(id, update[u"status"].toString());
            } else if (!id.isEmpty()) {
                QVERIFY(status.contains(id));
                status[id] = update[u"status"].toString(status[id]);
                if (update[u"content"][0][u"type"] == u"terminal"_s && update[u"status"] == u"in_progress"_s)
                    terminals << update[u"content"][0][u"terminalId"].toString();
            }
        }
        QCOMPARE(terminals, (QStringList{u"term-1"_s, u"term-2"_s, u"term-3"_s}));
        QCOMPARE(status.values().count(u"failed"_s), 1);
        QCOMPARE(status.values().count(u"completed"_s), int(status.size()) - 1);

        // Steps, phases and usage.
        QStringList phases;
        int step = 0;
        for (const auto& update : client.updates) {
            if (update[u"sessionUpdate"] != u"usage_update"_s)
                continue;
            const auto meta = update[u"_meta"][u"switchyard"];
            QVERIFY(meta[u"step"].toInt() >= step);
            step = meta[u"step"].toInt();
            QCOMPARE(meta[u"steps"].toInt(), 50);
            if (phases.isEmpty() || phases.last() != meta[u"phase"].toString())
                phases << meta[u"phase"].toString();
        }
        QCOMPARE(step, 10);
        QCOMPARE(phases.first(4), (QStringList{u"planning"_s, u"coding"_s, u"fixing"_s, u"testing"_s}));
        const auto usage = client.switchyardMeta()[u"usage"];
        QCOMPARE(usage[u"model"].toString(), u"script:demo"_s);
        QVERIFY(usage[u"output"].toInteger() > 3000);
        QCOMPARE(usage[u"cost"].toDouble(-1), 0.0);
    }

    void editsCarryTheirDiff()
    {
        Stage stage;
        stage.open();
        QCOMPARE(stage.play()[u"stopReason"].toString(), u"end_turn"_s);
        int diffs = 0;
        for (const auto& update : stage.client->updates) {
            const auto content = update[u"content"][0];
            if (content[u"type"] != u"diff"_s)
                continue;
            ++diffs;
            if (content[u"path"].toString().endsWith(u"test_calculator.py"_s))
                QVERIFY(content[u"oldText"].isNull());
            if (content[u"path"].toString().endsWith(u"README.md"_s)) {
                QVERIFY(content[u"oldText"].toString().contains(u"There are no tests yet"_s));
                QVERIFY(!content[u"newText"].toString().contains(u"There are no tests yet"_s));
            }
        }
        QCOMPARE(diffs, 4);
    }

    void refused()
    {
        Stage stage;
        stage.client->allow = [](const QString& command) { return !command.startsWith(u"rm"_s); };
        stage.open();
        const auto end = stage.play();
        QVERIFY2(end[u"stopReason"] == u"end_turn"_s, qPrintable(end[u"error"].toString()));
        QVERIFY(stage.has(u"old_calculator.py"_s));
        QVERIFY(stage.has(u"calculator.py"_s));
        QCOMPARE(stage.client->created.size(), 2);
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"Understood, `old_calculator.py` stays."_s));
        QVERIFY(!stage.client->text(u"agent_message_chunk"_s).contains(u"is gone"_s));
        QCOMPARE(end[u"_meta"][u"switchyard"][u"left"].toArray().size(), 1);
    }

    void withoutFilesAndTerminals()
    {
        Stage stage;
        stage.client->offersFiles = false;
        stage.client->offersTerminals = false;
        stage.open();
        const auto end = stage.play();
        QVERIFY2(end[u"stopReason"] == u"end_turn"_s, qPrintable(end[u"error"].toString()));
        QVERIFY(!stage.has(u"old_calculator.py"_s));
        QVERIFY(stage.has(u"test_calculator.py"_s));
        QCOMPARE(stage.client->asked.size(), 3); // commands are asked for all the same
        QVERIFY(stage.client->created.isEmpty());
        QVERIFY(stage.client->filesWritten.isEmpty());
    }

    void derailsWhenTheTestsAreRefused()
    {
        Stage stage;
        stage.client->allow = [](const QString&) { return false; };
        stage.open();
        const auto end = stage.play();
        const auto error = end[u"error"].toString();
        QVERIFY2(error.contains(u"went off the rails at turn 6 of 10"_s), qPrintable(error));
        QVERIFY2(error.contains(u"FAILED (failures=2)"_s) && error.contains(u"refused this command"_s),
                 qPrintable(error));
    }

    void derailsWhenTheProjectIsAnother()
    {
        Stage stage;
        testing::writeFile(stage.project + u"/old_calculator.py"_s, "print(1)\n");
        stage.open();
        QVERIFY(stage.play()[u"error"].toString().contains(u"turn 3 of 10"_s));
        QVERIFY(!stage.has(u"calculator.py"_s));
    }

    void streamsWordByWordAtItsPace()
    {
        Stage stage(u"script:demo"_s, {{u"SWITCHYARD_SCRIPT_PACE_MS"_s, u"1"_s}});
        stage.open();
        QCOMPARE(stage.play()[u"stopReason"].toString(), u"end_turn"_s);
        QVERIFY(stage.client->count(u"agent_message_chunk"_s) > 150);
        // The same words, however they are cut.
        QVERIFY(stage.client->text(u"agent_message_chunk"_s).contains(u"for one reason: `10 - 4 - 3` came out as 9"_s));
    }

    void cancelledWhileStreaming()
    {
        Stage stage(u"script:demo"_s, {{u"SWITCHYARD_SCRIPT_PACE_MS"_s, u"200"_s}});
        stage.open();
        auto turn = stage.client->prompt(llm::demoGoal());
        QTRY_VERIFY(stage.client->count(u"agent_thought_chunk"_s) > 2);
        stage.client->cancel();
        const auto end = await(std::move(turn));
        QCOMPARE((*end)[u"stopReason"].toString(), u"cancelled"_s);
        QVERIFY(!stage.has(u"calculator.py"_s));
    }

    void cancelledWhileAsked()
    {
        Stage stage;
        stage.client->answersPermissions = false;
        stage.open();
        auto turn = stage.client->prompt(llm::demoGoal());
        QTRY_COMPARE(stage.client->asked.size(), 1);
        stage.client->cancel();
        const auto end = await(std::move(turn));
        QCOMPARE((*end)[u"stopReason"].toString(), u"cancelled"_s);
        QVERIFY(stage.client->created.isEmpty());
    }

    void endsWithItsInput()
    {
        Stage stage(u"script:demo"_s, {{u"SWITCHYARD_SCRIPT_PACE_MS"_s, u"200"_s}});
        stage.open();
        auto turn = stage.client->prompt(llm::demoGoal());
        QTRY_VERIFY(stage.client->count(u"agent_thought_chunk"_s) > 0);
        stage.client->closeInput();
        QTRY_COMPARE(stage.client->process().state(), QProcess::NotRunning);
        QCOMPARE(stage.client->process().exitCode(), 0);
        (void)await(std::move(turn));
    }
};

QTEST_GUILESS_MAIN(TestCoderDemo)
#include "tst_coder_demo.moc"
