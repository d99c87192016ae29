#include "runner/usage_meter.h"
#include "support/test_support.h"

#include <QSignalSpy>

using namespace switchyard;
using runner::UsageMeter;

class TestUsageMeter : public QObject
{
    Q_OBJECT

    testing::TestRoot m_root;
    int m_attempt = 0;
    std::unique_ptr<runner::Recorder> m_recorder;
    QList<Event> m_events;

    static QJsonObject json(const char* text) { return QJsonDocument::fromJson(text).object(); }
    std::unique_ptr<UsageMeter> meter(const TaskLimits& limits, UsageMeter::Agent agent)
    {
        const auto task = TaskId::parse(u"a7f3c1").value();
        m_events.clear();
        ++m_attempt;
        m_recorder = std::make_unique<runner::Recorder>(
            process::Journal::open(m_root.paths.journal(task, m_attempt), task, m_attempt, Clock::system()).value());
        connect(m_recorder.get(), &runner::Recorder::recorded, this, [this](const Event& event) { m_events << event; });
        return std::make_unique<UsageMeter>(*m_recorder, limits, std::move(agent), llm::PriceTable::load().value());
    }
    QList<Event> of(const QString& kind) const
    {
        QList<Event> list;
        for (const auto& event : m_events) {
            if (event.kind == kind)
                list << event;
        }
        return list;
    }

private Q_SLOTS:
    void ourAgentTellsEverything()
    {
        const auto meter = this->meter({}, {u"builtin"_s, {}, true});
        meter->setSession(u"s-1"_s, {});
        const auto update =
            json(R"({"sessionUpdate":"usage_update","used":900,"size":1000,"cost":{"amount":9,"currency":"USD"},
            "_meta":{"switchyard":{"usage":{"input":10,"output":20,"cached":30,"cache_written":40,"cost":0.5,"model":"m"}}}})");
        meter->update(update);
        meter->update(update); // the same once more is no news
        meter->turnEnded(json(R"({"inputTokens":10,"outputTokens":20})"));
        QCOMPARE(m_events.size(), 1);
        const auto usage = m_events[0].data;
        QCOMPARE(usage[u"input"].toInt(), 10);
        QCOMPARE(usage[u"cached"].toInt(), 30);
        QCOMPARE(usage[u"cost"].toDouble(), 0.5); // of this attempt, not of the whole session
        QCOMPARE(usage[u"model"].toString(), u"m"_s);
        QCOMPARE(usage[u"session"].toString(), u"s-1"_s);
        QCOMPARE(usage[u"context_used"].toInt(), 900);
    }
    void othersTellACost()
    {
        const auto meter = this->meter({}, {u"claude"_s, u"anthropic"_s});
        meter->setSession(u"s"_s, u"claude-sonnet-5-5"_s);
        meter->update(json(R"({"used":1,"size":2,"cost":{"amount":0.25,"currency":"USD"}})"));
        meter->turnEnded(json(
            R"({"inputTokens":100,"outputTokens":50,"cachedReadTokens":7,"cachedWriteTokens":3,"totalTokens":160})"));
        const auto usage = m_events.last().data;
        QCOMPARE(usage[u"cost"].toDouble(), 0.25);
        QVERIFY(!usage.contains(u"estimated"));
        QCOMPARE(usage[u"input"].toInt(), 100);
        QCOMPARE(usage[u"cached"].toInt(), 7);
    }
    void turnsAreSummedAndPriced()
    {
        // Cached tokens counted among the input, as the total says.
        const auto meter = this->meter({}, {u"codex"_s, u"openai"_s});
        meter->setSession(u"s"_s, u"gpt-5.4"_s);
        const auto turn =
            json(R"({"inputTokens":1000000,"cachedReadTokens":400000,"outputTokens":100000,"totalTokens":1100000})");
        meter->turnEnded(turn);
        meter->turnEnded(turn);
        const auto usage = m_events.last().data;
        QCOMPARE(usage[u"input"].toInteger(), 1'200'000);
        QCOMPARE(usage[u"cached"].toInteger(), 800'000);
        QCOMPARE(usage[u"output"].toInteger(), 200'000);
        QCOMPARE(usage[u"cost"].toDouble(), 1.2 * 2.5 + 0.8 * 0.25 + 0.2 * 15);
        QCOMPARE(usage[u"estimated"].toBool(), true);
    }
    void unknownPricesAreNotGuessed()
    {
        const auto meter = this->meter({}, {u"gemini"_s, u"google"_s});
        meter->setSession(u"s"_s, u"unheard-of"_s);
        meter->turnEnded(json(R"({"inputTokens":5,"outputTokens":6,"totalTokens":11})"));
        QVERIFY(!m_events.last().data.contains(u"cost"));
        meter->update(json(R"({"used":1,"size":2,"cost":{"amount":3,"currency":"EUR"}})"));
        QVERIFY(!m_events.last().data.contains(u"cost"));
    }
    void budget_data()
    {
        QTest::addColumn<double>("usd");
        QTest::addColumn<qint64>("tokens");
        QTest::addColumn<bool>("keepsBudget");
        QTest::newRow("money") << 1.0 << qint64(0) << false;
        QTest::newRow("tokens") << 0.0 << qint64(1000) << false;
        QTest::newRow("kept by the agent itself") << 1.0 << qint64(0) << true;
    }
    void budget()
    {
        QFETCH(double, usd);
        QFETCH(qint64, tokens);
        QFETCH(bool, keepsBudget);
        TaskLimits limits;
        limits.budgetUsd = usd;
        limits.budgetTokens = tokens;
        const auto meter = this->meter(limits, {u"a"_s, {}, keepsBudget});
        QSignalSpy over(meter.get(), &UsageMeter::budgetExhausted);
        const auto use = [&](double share) {
            meter->update(
                {{u"used"_s, share * 10},
                 {u"cost"_s, QJsonObject{{u"amount"_s, share}}},
                 {u"_meta"_s, tokens > 0
                                  ? QJsonObject{{u"switchyard"_s,
                                                 QJsonObject{{u"usage"_s, QJsonObject{{u"input"_s, share * 600},
                                                                                      {u"output"_s, share * 400}}}}}}
                                  : QJsonObject()}});
        };
        use(0.5);
        QCOMPARE(of(u"notice"_s).size(), 0);
        use(0.85);
        QCOMPARE(of(u"notice"_s).size(), keepsBudget ? 0 : 1);
        if (!keepsBudget) {
            QVERIFY(of(u"notice"_s)[0].data[u"text"].toString().startsWith(u"85 %"));
            QCOMPARE(of(u"notice"_s)[0].data[u"about"].toString(), u"budget"_s);
        }
        use(0.9);
        QCOMPARE(of(u"notice"_s).size(), keepsBudget ? 0 : 1); // told once
        QVERIFY(meter->exhausted().isEmpty());
        use(1.0);
        QVERIFY(meter->exhausted().contains(u"budget"));
        use(1.5);
        QCOMPARE(over.size(), keepsBudget ? 0 : 1);
    }
};

QTEST_GUILESS_MAIN(TestUsageMeter)
#include "tst_usage_meter.moc"
