#include "helpers-engine/engine_fixture.h"

#include <QLocalSocket>

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

//! A command that waits for the code: who may let it run, and how often one may guess.
class TestConfirmations : public QObject
{
    Q_OBJECT

    static Secret code(const char* text) { return Secret(QByteArray(text)); }
    static Confirmation waiting(EngineFixture& fixture, const TaskId& id)
    {
        [&] { QTRY_COMPARE(fixture.status(id), TaskStatus::Waiting); }();
        return fixture.get(id).waitingFor.value(0);
    }
    static QJsonArray open(EngineFixture& fixture)
    {
        const auto answer = await(fixture.client.call(u"confirmation.list"_s, {}));
        return answer ? answer->toObject()[u"confirmations"].toArray() : QJsonArray();
    }
    //! How the request was answered, as the task's story tells it.
    static QJsonObject answered(EngineFixture& fixture, const TaskId& id)
    {
        const auto page = await(fixture.client.events(id, 0));
        for (const auto& event : page ? page->events : QList<Event>()) {
            if (event.kind == event_kind::confirmationAnswered)
                return event.data;
        }
        return {};
    }

private Q_SLOTS:
    void theRightCodeLetsItRunOnce()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        QCOMPARE(open(fixture).size(), 1);
        const auto wrong = await(fixture.client.answerConfirmation(request.id, true, code("0000")));
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().code, ErrorCode::Forbidden);
        QVERIFY2(wrong.error().hint.contains(u"4 tries left"_s), qPrintable(wrong.error().hint));
        QCOMPARE(open(fixture).first().toObject()[u"tries_left"].toInt(), 4);
        QCOMPARE(await(fixture.client.answerConfirmation(request.id, true, {})).error().code, ErrorCode::Invalid);
        QVERIFY(await(fixture.client.answerConfirmation(request.id, true, code("4711"))));
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
        QCOMPARE(answered(fixture, task)[u"allowed"].toBool(), true);
        QCOMPARE(answered(fixture, task)[u"by"].toString(), u"test"_s);
        QTRY_COMPARE(await(fixture.client.answerConfirmation(request.id, true, code("4711"))).error().code,
                     ErrorCode::Conflict);
        QCOMPARE(await(fixture.client.answerConfirmation(u"nonsense"_s, true, code("4711"))).error().code,
                 ErrorCode::NotFound);
        QVERIFY(open(fixture).isEmpty());
    }

    void refusingNeedsNoCode()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        QVERIFY(await(fixture.client.answerConfirmation(waiting(fixture, task).id, false, {})));
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
        QCOMPARE(answered(fixture, task)[u"allowed"].toBool(true), false);
    }

    void withoutACodeNothingIsAllowed()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = fixture.create(u"confirm"_s).id();
        const auto answer = await(fixture.client.answerConfirmation(waiting(fixture, task).id, true, code("0000")));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Conflict);
        QCOMPARE(fixture.status(task), TaskStatus::Waiting);
    }

    void theFirstOfTwoAnswersWins()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        auto first = fixture.client.answerConfirmation(request.id, true, code("4711"));
        auto second = fixture.client.answerConfirmation(request.id, false, {});
        const auto one = await(std::move(first));
        const auto two = await(std::move(second));
        QVERIFY(one.has_value() != two.has_value());
        QCOMPARE((one ? two : one).error().code, ErrorCode::Conflict);
    }

    void guessingEndsWithARefusalAndALockThatOutlivesTheEngine()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        for (int i = 1; i <= 5; ++i) {
            if (i == 3) { // the count survives
                fixture.killEngine();
                QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
                fixture.connect();
                QTRY_COMPARE(open(fixture).size(), 1);
            }
            const auto wrong = await(fixture.client.answerConfirmation(request.id, true, code("0000")));
            QVERIFY(!wrong);
            QVERIFY2(wrong.error().code == ErrorCode::Forbidden, qPrintable(describe(wrong.error())));
        }
        QTRY_COMPARE(fixture.status(task), TaskStatus::Completed);
        QCOMPARE(answered(fixture, task)[u"allowed"].toBool(true), false);
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
        fixture.connect();
        const auto next = fixture.create(u"confirm"_s).id();
        const auto locked = await(fixture.client.answerConfirmation(waiting(fixture, next).id, true, code("4711")));
        QVERIFY(!locked);
        QCOMPARE(locked.error().code, ErrorCode::Limit);
        QVERIFY(await(fixture.client.answerConfirmation(waiting(fixture, next).id, false, {})));
        QCOMPARE(await(fixture.client.setCode(code("1234"), code("0000"))).error().code, ErrorCode::Limit);
    }

    void oneTimePasswordsAreForAnswersFromElsewhere()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto change = [&fixture](bool on, const QString& with) {
            return await(fixture.client.call(u"code.one_time"_s, {{u"on"_s, on}, {u"code"_s, with}}));
        };
        QCOMPARE(change(true, u"4711"_s).error().code, ErrorCode::Conflict); // no code yet
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto file = fixture.root.paths.config + u"/totp.json"_s;
        QCOMPARE(change(true, u"0000"_s).error().code, ErrorCode::Forbidden);
        QVERIFY(!QFile::exists(file));
        const auto set = change(true, u"4711"_s);
        QVERIFY(set && set->toObject()[u"uri"].toString().startsWith(u"otpauth://totp/"));
        QVERIFY(QFile::exists(file));
        const auto task = fixture.create(u"confirm"_s).id(); // at this machine the code is enough
        QVERIFY(await(fixture.client.answerConfirmation(waiting(fixture, task).id, true, code("4711"))));
        QVERIFY(change(false, u"4711"_s));
        QVERIFY(!QFile::exists(file));
    }

    void aGrantNeedsTheOfferAndTheCode()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        QCOMPARE(request.offers.size(), 1);
        const auto allow = [&](const char* with, const QString& scope) {
            return await(fixture.client.answerConfirmation(request.id, true, code(with), scope));
        };
        QCOMPARE(allow("4711", u"folder"_s).error().code, ErrorCode::Invalid);
        QCOMPARE(allow("4711", u"everything"_s).error().code, ErrorCode::Invalid);
        QCOMPARE(allow("0000", u"task"_s).error().code, ErrorCode::Forbidden);
        QVERIFY(await(fixture.client.grants())->isEmpty());
        QVERIFY(allow("4711", u"task"_s));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.status(task), TaskStatus::Completed, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(await(fixture.client.grants())->isEmpty(), 30'000); // it went with its task
        QCOMPARE(await(fixture.client.revokeGrant(u"12345678"_s)).error().code, ErrorCode::NotFound);
    }

    void manyGuessesAtOnceAreCountedEach()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        std::vector<QCoro::Task<Result<>>> guesses;
        for (int i = 0; i < 40; ++i)
            guesses.push_back(
                fixture.client.answerConfirmation(request.id, true, code(QByteArray::number(1000 + i).constData())));
        int judged = 0;
        for (auto& guess : guesses) {
            const auto answer = await(std::move(guess));
            QVERIFY(!answer);
            judged += answer.error().message.contains(u"code is wrong"_s) ? 1 : 0;
        }
        QVERIFY2(judged <= 5, qPrintable(QString::number(judged)));
    }

    void theRunnerItselfRefusesWhoGoesRoundTheEngine()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("4711"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        QLocalSocket socket;
        socket.connectToServer(fixture.root.paths.runnerSocket(task, 1));
        rpc::Peer peer(&socket);
        const auto answer = await(
            peer.call(u"confirmation.resolve"_s, {{u"id"_s, request.id}, {u"allow"_s, true}, {u"code"_s, u"0000"_s}}));
        QVERIFY(!answer);
        QCOMPARE(fixture.status(task), TaskStatus::Waiting);
    }
};

QTEST_GUILESS_MAIN(TestConfirmations)
#include "tst_confirmations.moc"
