// Everything that real agents told, through the translator: nothing is lost, every call ends once, nothing runs
// backwards.
#include "runner/update_translator.h"
#include "runner/usage_meter.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::runner;

class TestAgentCaptures : public QObject
{
    Q_OBJECT

    static QDir captures() { return QDir(QDir::cleanPath(QStringLiteral(TEST_DATA_DIR "/../../agent/data/captures"))); }

private Q_SLOTS:
    void updates_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& name : captures().entryList({u"*.ndjson"_s}))
            QTest::newRow(qPrintable(name.chopped(7))) << captures().filePath(name);
        QVERIFY(captures().entryList({u"*.ndjson"_s}).size() >= 36);
    }
    void updates()
    {
        QFETCH(QString, file);
        const testing::TestRoot root;
        const auto task = TaskId::parse(u"a7f3c1").value();
        Recorder recorder(process::Journal::open(root.paths.journal(task, 1), task, 1, Clock::system()).value());
        QList<Event> events;
        connect(&recorder, &Recorder::recorded, this, [&](const Event& event) { events << event; });
        PhaseTracker tracker;
        UpdateTranslator translator(recorder, tracker, Clock::system(), false);
        UsageMeter meter(recorder, {}, {u"agent"_s, {}}, llm::PriceTable::load().value());
        connect(&translator, &UpdateTranslator::usageTold, &meter, &UsageMeter::update);
        int percent = 0;
        connect(&translator, &UpdateTranslator::progressed, this, [&] {
            QVERIFY(tracker.state().percent >= percent && tracker.state().percent < 100);
            percent = tracker.state().percent;
        });

        QString words;
        std::optional<double> cost;
        int plans = 0, others = 0;
        QSet<QString> calls;
        for (const auto& line : testing::readFile(file).split('\n')) {
            const auto message = QJsonDocument::fromJson(line)[u"msg"];
            if (message[u"method"].toString() != u"session/update")
                continue;
            const auto update = message[u"params"][u"update"].toObject();
            const auto kind = update[u"sessionUpdate"].toString();
            translator.translate(update);
            if (kind == u"agent_message_chunk")
                words += update[u"content"][u"text"].toString();
            else if (kind == u"plan")
                ++plans;
            else if (kind == u"tool_call")
                calls << update[u"toolCallId"].toString();
            else if (kind == u"usage_update" && update[u"cost"].isObject())
                cost = update[u"cost"][u"amount"].toDouble();
            else if (!kind.startsWith(u"tool_call") && !kind.startsWith(u"agent_") && kind != u"usage_update")
                ++others;
        }
        translator.closeOpenCalls(u"The capture ends here."_s);
        recorder.flush();

        QString told;
        QHash<QString, int> started, finished;
        int toldPlans = 0, raw = 0;
        std::optional<double> toldCost;
        for (const auto& event : std::as_const(events)) {
            const auto& data = event.data;
            if (event.kind == event_kind::agentMessage)
                told += data[u"text"].toString();
            else if (event.kind == event_kind::toolStarted)
                ++started[data[u"id"].toString()];
            else if (event.kind == event_kind::toolFinished)
                ++finished[data[u"id"].toString()];
            else if (event.kind == event_kind::agentPlan)
                ++toldPlans;
            else if (event.kind == event_kind::agentUpdate)
                ++raw;
            else if (event.kind == event_kind::agentUsage && data.contains(u"cost"))
                toldCost = data[u"cost"].toDouble();
            if (event.kind == event_kind::toolFinished && !data[u"ok"].toBool())
                QVERIFY2(!data[u"error_category"].toString().isEmpty(), qPrintable(data[u"title"].toString()));
        }
        QCOMPARE(told, words);
        QCOMPARE(toldPlans, plans);
        QCOMPARE(toldCost, cost);
        QVERIFY(raw >= others); // kept raw, with updates of calls that had ended
        for (const auto& id : std::as_const(calls))
            QVERIFY2(started.contains(id), qPrintable(id));
        QCOMPARE(started.keys(), finished.keys());
        for (const auto& id : started.keys()) {
            QCOMPARE(started[id], 1);
            QCOMPARE(finished[id], 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestAgentCaptures)
#include "tst_agent_captures.moc"
