#include "engine/engine.h"
#include "engine/rebuild.h"
#include "gate/totp.h"
#include "helpers-engine/engine_fixture.h"

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

//! Answers that do not come from this machine: with one-time passwords set up the code alone lets nothing run. The
//! engine is the real one, in this process, over a runner that waits; no door to the network is needed for that.
class TestRemoteDoors : public QObject
{
    Q_OBJECT

    static Secret secret(const QString& text) { return Secret(text.toUtf8()); }
    static QByteArray keyOf(const QString& uri)
    {
        const auto text = uri.section(u"secret="_s, 1).section(u'&', 0, 0);
        QByteArray key;
        quint32 bits = 0;
        int count = 0;
        for (const auto letter : text) {
            const auto value = letter.isLetter() ? letter.unicode() - u'A' : letter.unicode() - u'2' + 26;
            bits = bits << 5 | quint32(value);
            if ((count += 5) >= 8) {
                key += char(bits >> (count - 8) & 0xff);
                count -= 8;
            }
        }
        return key;
    }

private Q_SLOTS:
    void theCodeAloneIsNotEnoughFromElsewhere()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(secret(u"4711"_s), {})));
        const auto on = await(fixture.client.call(u"code.one_time"_s, {{u"on"_s, true}, {u"code"_s, u"4711"_s}}));
        QVERIFY(on);
        const auto key = keyOf(on->toObject()[u"uri"].toString());
        const auto task = fixture.create(u"confirm"_s).id();
        QTRY_COMPARE(fixture.status(task), TaskStatus::Waiting);
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);

        const auto lock = FileLock::tryAcquire(fixture.root.paths.engineLock(), QByteArrayLiteral("0"));
        QVERIFY(lock);
        const auto store = engine::openOrRebuild(fixture.root.paths, Clock::system());
        QVERIFY2(store, store ? "" : qPrintable(describe(store.error())));
        engine::Engine engine(**store, fixture.root.paths, {});
        QVERIFY(engine.start());
        auto& service = engine.confirmations();
        QTRY_COMPARE(service.open().size(), 1);
        const auto id = service.open().first().id;
        const auto answer = [&](const QString& code, const QString& digits, const QString& door) {
            return await(engine::Confirmations::answer(
                &service, {id, true, secret(code), u"once"_s, u"somebody"_s, door, secret(digits)}));
        };
        const auto digits = [&key](int steps) {
            return gate::totpOf(key, gate::totpStep(Clock::system().now()) + quint64(steps));
        };
        const QString far = u"http/chat"_s;
        QCOMPARE(answer(u"4711"_s, {}, far).error().code, ErrorCode::Invalid); // no guess: not counted
        QCOMPARE(service.open().first().triesLeft, 5);
        QCOMPARE(answer(u"4711"_s, digits(-10), far).error().code, ErrorCode::Forbidden);
        QCOMPARE(answer(u"0000"_s, digits(0), far).error().code, ErrorCode::Forbidden);
        QCOMPARE(service.open().first().triesLeft, 3);
        // Neither the digits nor the code can be done away with from there.
        const auto off =
            await(engine::Confirmations::setOneTime(&service, false, secret(u"4711"_s), u"somebody"_s, far));
        QCOMPARE(off.error().code, ErrorCode::Forbidden);
        const auto changed =
            await(engine::Confirmations::setCode(&service, secret(u"1234"_s), secret(u"4711"_s), u"somebody"_s, far));
        QCOMPARE(changed.error().code, ErrorCode::Forbidden);
        QCOMPARE(service.open().size(), 1);
        const auto right = answer(u"4711"_s, digits(0), far);
        QVERIFY2(right, right ? "" : qPrintable(describe(right.error())));
        QTRY_VERIFY(service.open().isEmpty());
        QVERIFY(!gate::TotpVault(fixture.root.paths.config + u"/totp.json"_s)
                     .verify(digits(0), Clock::system().now())); // each counts once
    }
};

QTEST_GUILESS_MAIN(TestRemoteDoors)
#include "tst_remote_doors.moc"
