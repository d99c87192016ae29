#include "model/task_spec.h"

#include <QTest>

using namespace switchyard;

class TestTaskSpec : public QObject
{
    Q_OBJECT

    static TaskSpec everything()
    {
        TaskSpec spec;
        spec.id = TaskId::parse(u"a7f3c1").value();
        spec.goal = u"Build a calculator with tests"_s;
        spec.agent = u"claude"_s;
        spec.agentType = u"fixer"_s;
        spec.mode = u"default"_s;
        spec.instructions = u"Be brief."_s;
        spec.extraFolders = {u"/srv/data"_s};
        spec.mcpServers = {QJsonObject{{u"name"_s, u"files"_s}, {u"command"_s, u"/bin/files"_s}}};
        spec.project = u"/home/me/calc"_s;
        spec.sandbox = SandboxLevel::Strict;
        spec.network = NetworkAccess::Loopback;
        spec.limits.outputBytes = 1 << 20;
        spec.limits.processes = 64;
        spec.limits.budgetUsd = 2.5;
        spec.limits.budgetTokens = 100'000;
        spec.retry = {.attempts = 4, .onFailure = true, .onTimeout = true, .pause = std::chrono::seconds(3)};
        spec.notBefore = fromMilliseconds(1'800'000'000'000);
        return spec;
    }

private Q_SLOTS:
    void jsonBothWays()
    {
        const auto spec = everything();
        const auto again = TaskSpec::fromJson(spec.toJson());
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QCOMPARE(again->toJson(), spec.toJson());
        QVERIFY(*again == spec);
    }

    void olderRecordsGetDefaults()
    {
        const auto spec = TaskSpec::fromJson({{u"goal"_s, u"x"_s}, {u"project"_s, u"/p"_s}});
        QVERIFY(spec);
        QCOMPARE(spec->sandbox, SandboxLevel::Inherit);
        QCOMPARE(spec->retry, RetryPolicy());
        QCOMPARE(spec->notBefore, UtcTime{});
    }

    void wrongFieldsAreNamed_data()
    {
        QTest::addColumn<QJsonObject>("wrong");
        QTest::addColumn<QString>("named");
        QTest::newRow("sandbox") << QJsonObject{{u"sandbox"_s, u"lax"_s}} << u"task.sandbox"_s;
        QTest::newRow("network") << QJsonObject{{u"network"_s, u"some"_s}} << u"task.network"_s;
        QTest::newRow("attempts") << QJsonObject{{u"retry"_s, QJsonObject{{u"attempts"_s, 1000}}}}
                                  << u"retry.attempts"_s;
        QTest::newRow("pause") << QJsonObject{{u"retry"_s, QJsonObject{{u"pause_ms"_s, -1}}}} << u"retry.pause_ms"_s;
        QTest::newRow("budget") << QJsonObject{{u"limits"_s, QJsonObject{{u"budget_usd"_s, -1}}}}
                                << u"limits.budget_usd"_s;
    }

    void wrongFieldsAreNamed()
    {
        QFETCH(QJsonObject, wrong);
        QFETCH(QString, named);
        wrong.insert(u"goal"_s, u"x"_s);
        wrong.insert(u"project"_s, u"/p"_s);
        const auto spec = TaskSpec::fromJson(wrong);
        QVERIFY(!spec);
        QVERIFY2(spec.error().message.contains(named), qPrintable(spec.error().message));
    }

    void foldersMustBeAbsolute()
    {
        auto spec = everything();
        QVERIFY(spec.validate());
        spec.extraFolders = {u"data"_s};
        const auto valid = spec.validate();
        QVERIFY(!valid);
        QVERIFY(valid.error().message.contains(u"“data”"_s));
    }
};

QTEST_GUILESS_MAIN(TestTaskSpec)
#include "tst_task_spec.moc"
