#include "llm/models.h"
#include "support/test_support.h"

using namespace switchyard;
using llm::PriceTable;

class TestPrices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void builtInTableIsWhole()
    {
        const auto table = PriceTable::load();
        QVERIFY2(table, table ? "" : qPrintable(table.error().message));
        QVERIFY(table->names().size() >= 10);
        for (const auto& provider : {u"anthropic"_s, u"openai"_s})
            QVERIFY(table->names().contains(table->defaultModel(provider)));
        for (const auto& name : table->names()) {
            const auto model = table->find(name);
            QCOMPARE(model.name, name);
            QVERIFY2(model.prices, qPrintable(name));
            QVERIFY(model.prices->output > model.prices->input);
            QVERIFY(model.contextTokens >= 100'000);
        }
    }

    void costIsExact_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QList<qint64>>("tokens");
        QTest::addColumn<qint64>("picoDollars");
        QTest::newRow("one token of each") << u"anthropic:claude-sonnet-4-5"_s << QList<qint64>{1, 1, 1, 1}
                                           << qint64(3'000'000 + 15'000'000 + 300'000 + 3'750'000);
        QTest::newRow("a dated name") << u"anthropic:claude-sonnet-4-5-20250929"_s << QList<qint64>{1'000'000, 0, 0, 0}
                                      << qint64(3'000'000'000'000);
        QTest::newRow("the longest name wins")
            << u"openai:gpt-5-mini"_s << QList<qint64>{1'000'000, 0, 0, 0} << qint64(250'000'000'000);
        QTest::newRow("short prompt") << u"anthropic:claude-haiku-5-5"_s << QList<qint64>{99'999, 1, 1, 0}
                                      << qint64(99'999LL * 100'000 + 500'000 + 10'000);
        QTest::newRow("long prompt") << u"anthropic:claude-haiku-5-5"_s << QList<qint64>{99'999, 1, 2, 0}
                                     << qint64(99'999LL * 500'000 + 2'500'000 + 100'000);
    }
    void costIsExact()
    {
        QFETCH(QString, model);
        QFETCH(QList<qint64>, tokens);
        QFETCH(qint64, picoDollars);
        const auto table = PriceTable::load();
        const auto cost = table->find(model).cost({tokens[0], tokens[1], tokens[2], tokens[3]});
        QVERIFY(cost);
        QCOMPARE(cost->picoDollars, picoDollars);
    }
    void unlistedHasNoCost()
    {
        const auto model = PriceTable::load()->find(u"openai:llama3"_s);
        QCOMPARE(model.id, u"llama3"_s);
        QVERIFY(!model.cost({1, 1, 0, 0}));
    }
    void usersFileIsLaidOver()
    {
        const testing::TestRoot root;
        const auto file = root.path(u"prices.json"_s);
        testing::writeFile(file, R"({"defaults":{"openai":"openai:llama3"},"models":[
            {"model":"openai:llama3","input":0,"output":0,"context":8192,"max_output":2048},
            {"model":"anthropic:claude-sonnet-4-5","input":1.5,"output":2}]})");
        const auto table = PriceTable::load(file);
        QVERIFY2(table, table ? "" : qPrintable(table.error().message));
        QCOMPARE(table->defaultModel(u"openai"_s), u"openai:llama3"_s);
        QCOMPARE(table->find(u"openai:llama3"_s).contextTokens, 8192);
        QCOMPARE(table->find(u"anthropic:claude-sonnet-4-5"_s).cost({2, 0, 0, 0})->picoDollars, 3'000'000);
        QVERIFY(table->find(u"anthropic:claude-opus-5-5"_s).prices); // the rest stays
    }
    void damagedFileIsNamed_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("no JSON") << QByteArray("{");
        QTest::newRow("no provider") << QByteArray(R"({"models":[{"model":"x"}]})");
        QTest::newRow("price in words") << QByteArray(R"({"models":[{"model":"a:b","input":"much","output":1}]})");
        QTest::newRow("no context") << QByteArray(R"({"models":[{"model":"a:b","context":0}]})");
        QTest::newRow("thinks strangely") << QByteArray(R"({"models":[{"model":"a:b","thinking":"hard"}]})");
    }
    void damagedFileIsNamed()
    {
        QFETCH(QByteArray, json);
        const testing::TestRoot root;
        const auto file = root.path(u"prices.json"_s);
        testing::writeFile(file, json);
        const auto table = PriceTable::load(file);
        QVERIFY(!table);
        QVERIFY2(table.error().message.contains(u"prices.json"_s), qPrintable(table.error().message));
    }

    void modelsByName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("environment");
        QTest::addColumn<QString>("expected"); // name, or a part of the error behind "!"
        const QStringList none;
        QTest::newRow("nothing configured") << QString() << none << u"!script:demo"_s;
        QTest::newRow("demo") << u"script:demo"_s << none << u"script:demo"_s;
        QTest::newRow("no such script") << u"script:/nowhere.json"_s << none << u"!/nowhere.json"_s;
        QTest::newRow("wrong pace") << u"script:demo"_s << QStringList{u"SWITCHYARD_SCRIPT_PACE_MS=fast"_s}
                                    << u"!fast"_s;
        QTest::newRow("anthropic by its key")
            << QString() << QStringList{u"ANTHROPIC_API_KEY=k"_s, u"OPENAI_API_KEY=k"_s}
            << u"anthropic:claude-sonnet-5-5"_s;
        QTest::newRow("openai by its key") << QString() << QStringList{u"OPENAI_API_KEY=k"_s} << u"openai:gpt-5.4"_s;
        QTest::newRow("bare claude name")
            << u"claude-opus-5-5"_s << QStringList{u"ANTHROPIC_API_KEY=k"_s} << u"anthropic:claude-opus-5-5"_s;
        QTest::newRow("key missing") << u"anthropic:claude-opus-5-5"_s << none << u"!ANTHROPIC_API_KEY"_s;
        QTest::newRow("own server needs no key")
            << u"openai:llama3"_s << QStringList{u"OPENAI_BASE_URL=http://127.0.0.1:11434/v1/"_s} << u"openai:llama3"_s;
        QTest::newRow("OpenAI needs one") << u"openai:gpt-5"_s << none << u"!OPENAI_API_KEY"_s;
        QTest::newRow("strange endpoint")
            << u"openai:llama3"_s << QStringList{u"OPENAI_BASE_URL=localhost"_s} << u"!OPENAI_BASE_URL"_s;
        QTest::newRow("no provider") << u"llama3"_s << none << u"!provider:model"_s;
        QTest::newRow("unknown provider") << u"acme:x"_s << none << u"!acme"_s;
    }
    void modelsByName()
    {
        QFETCH(QString, name);
        QFETCH(QStringList, environment);
        QFETCH(QString, expected);
        llm::ModelOptions options;
        for (const auto& variable : environment)
            options.environment.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
        options.prices = *PriceTable::load();
        const auto model = llm::openModel(name, options);
        if (expected.startsWith(u'!')) {
            QVERIFY(!model);
            QVERIFY2(describe(model.error()).contains(expected.sliced(1)), qPrintable(describe(model.error())));
        } else {
            QVERIFY2(model, model ? "" : qPrintable(describe(model.error())));
            QCOMPARE((*model)->model().name, expected);
        }
    }
};

QTEST_GUILESS_MAIN(TestPrices)
#include "tst_llm_prices.moc"
