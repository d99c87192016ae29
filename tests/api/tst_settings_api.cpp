#include "helpers-engine/engine_fixture.h"

#include <QSettings>

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

//! settings.get and settings.set: what the window's settings and `swy settings` are made of.
class TestSettingsApi : public QObject
{
    Q_OBJECT

    static Result<QJsonObject> set(EngineFixture& fixture, const QJsonObject& changes)
    {
        const auto answer = await(fixture.client.call(u"settings.set"_s, {{u"settings"_s, changes}}));
        if (!answer)
            return std::unexpected(answer.error());
        return answer->toObject()[u"settings"].toObject();
    }

private Q_SLOTS:
    void countAtOnceAndAreKept()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto changed =
            set(fixture, {{u"slots"_s, 7}, {u"network"_s, u"loopback"_s}, {u"budget_usd_per_day"_s, 2.5}});
        QVERIFY2(changed, changed ? "" : qPrintable(changed.error().message));
        QCOMPARE((*changed)[u"slots"].toInt(), 7);
        QCOMPARE(await(fixture.client.status())->slots, 7);
        const QSettings file(fixture.root.paths.settings(), QSettings::IniFormat);
        QCOMPARE(file.value(u"engine/slots"_s).toInt(), 7);
        QCOMPARE(file.value(u"engine/network"_s).toString(), u"loopback"_s);
        QCOMPARE(file.value(u"engine/budget_usd_per_day"_s).toDouble(), 2.5);
        QCOMPARE(file.value(u"engine/retry_pause_ms"_s).toInt(), 10); // what was not named stays
        const auto back = set(fixture, {{u"slots"_s, QJsonValue()}});
        QVERIFY(back);
        QCOMPARE((*back)[u"slots"].toInt(), 3);
    }

    void aWrongOneChangesNothing_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::addColumn<QString>("named");
        QTest::newRow("unknown") << QJsonObject{{u"slotz"_s, 2}, {u"attempts"_s, 5}} << u"slotz"_s;
        QTest::newRow("out of range") << QJsonObject{{u"slots"_s, 65}, {u"attempts"_s, 5}} << u"slots"_s;
        QTest::newRow("not a word") << QJsonObject{{u"sandbox"_s, u"iron"_s}} << u"sandbox"_s;
        QTest::newRow("not a kind") << QJsonObject{{u"attempts"_s, QJsonArray{5}}} << u"attempts"_s;
        QTest::newRow("negative money") << QJsonObject{{u"budget_usd_per_day"_s, -1}} << u"budget"_s;
    }
    void aWrongOneChangesNothing()
    {
        QFETCH(const QJsonObject, changes);
        QFETCH(const QString, named);
        EngineFixture fixture;
        fixture.connect();
        const auto before = switchyard::testing::readFile(fixture.root.paths.settings());
        const auto refused = set(fixture, changes);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Invalid);
        QVERIFY2(refused.error().message.contains(named), qPrintable(refused.error().message));
        QVERIFY(!refused.error().message.contains(u"/tmp/switchyard"_s));
        QCOMPARE(switchyard::testing::readFile(fixture.root.paths.settings()), before);
    }
};

QTEST_GUILESS_MAIN(TestSettingsApi)
#include "tst_settings_api.moc"
