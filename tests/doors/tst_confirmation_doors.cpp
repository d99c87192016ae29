#include "base/json.h"
#include "doors/coding_tools.h"
#include "doors/confirmation_api.h"
#include "doors/confirmation_desk.h"
#include "gate/totp.h"
#include "helpers-engine/engine_fixture.h"

#include <QJsonDocument>

using namespace switchyard;
using namespace switchyard::doors;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

namespace {

const QString rightCode = u"Kranich-6283"_s;
const QByteArray confirmPath = "/webhook/background-confirmation";

//! Stands still until it is put on.
class StillClock : public Clock
{
public:
    UtcTime now() const override { return Clock::system().now(); }
    milliseconds monotonic() const override { return since; }
    milliseconds since = std::chrono::hours(1);
};

//! Both doors to the real engine over scripted runners, as `swy http` and `swy mcp` make them.
struct World {
    World()
    {
        fixture.connect();
        if (!await(fixture.client.setCode(Secret(rightCode.toUtf8()), {})))
            qFatal("the code cannot be set");
        const auto made = tokens.make(u"bot"_s, Clock::system().now());
        if (!made)
            qFatal("no token");
        token = made->reveal();
    }
    client::EngineClient::Options options(const QString& name) const
    {
        auto result = EngineFixture::options();
        result.name = name;
        return result;
    }
    //! A task that waits for the code.
    Confirmation waiting()
    {
        const auto id = fixture.create(u"confirm"_s).id();
        const bool waits = testing::waitFor([&] { return fixture.status(id) == TaskStatus::Waiting; });
        if (!waits)
            qFatal("the task does not wait");
        return fixture.get(id).waitingFor.first();
    }

    QCoro::Task<HttpAnswer> send(HttpRequest request) { return ConfirmationApi::serve(&api, std::move(request)); }
    HttpRequest request(const QByteArray& method, const QByteArray& path, const QJsonObject& body = {}) const
    {
        HttpRequest result{method, path, {}, compactJson(body), true};
        result.fields = {
            {"host", "127.0.0.1:7717"}, {"authorization", "Bearer " + token}, {"content-type", "application/json"}};
        return result;
    }
    HttpAnswer post(const QJsonObject& body) { return await(send(request("POST", confirmPath, body))); }
    Result<ToolAnswer> call(const QString& name, const QJsonObject& arguments)
    {
        for (const auto& tool : tools) {
            if (tool.name == name)
                return await(tool.run(arguments, std::make_shared<ToolCall>(ToolCall{u"assistant"_s})));
        }
        qFatal("no such tool");
    }
    //! Of the answer of a confirmation.
    QJsonObject answered(const Confirmation& confirmation)
    {
        const auto page = await(fixture.client.events(confirmation.task, 0));
        for (const auto& event : page ? page->events : QList<Event>()) {
            if (event.kind == event_kind::confirmationAnswered && event.data[u"id"].toString() == confirmation.id)
                return event.data;
        }
        return {};
    }

    EngineFixture fixture;
    AccessTokens tokens{fixture.root.path(u"tokens.json"_s)};
    QByteArray token;
    client::EngineClient http{fixture.root.paths, options(u"swy http"_s)};
    client::EngineClient mcp{fixture.root.paths, options(u"swy mcp"_s)};
    StillClock clock;
    ConfirmationApi api{http, tokens, clock, {u"switchyard.example"_s}};
    QList<Tool> tools = codingTools(mcp, {fixture.project()});
};

QJsonObject json(const HttpAnswer& answer)
{
    return QJsonDocument::fromJson(answer.body).object();
}

QByteArray keyOf(const QString& uri)
{
    const auto text = uri.section(u"secret="_s, 1).section(u'&', 0, 0);
    QByteArray key;
    quint32 bits = 0;
    int count = 0;
    for (const auto letter : text) {
        bits = bits << 5 | quint32(letter.isLetter() ? letter.unicode() - u'A' : letter.unicode() - u'2' + 26);
        if ((count += 5) >= 8) {
            key += char(bits >> (count - 8) & 0xff);
            count -= 8;
        }
    }
    return key;
}

} // namespace

class TestConfirmationDoors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoMayNotKnockGetsNothing()
    {
        World world;
        struct Case {
            QByteArray field, value;
            int status;
        };
        const Case cases[] = {{"authorization", "", 401},
                              {"authorization", "Bearer", 401},
                              {"authorization", "Bearer swy_wrong", 401},
                              {"authorization", "Basic " + world.token, 401},
                              {"authorization", "bearer " + world.token, 200},
                              {"host", "evil.example", 421},
                              {"host", "evil.example:7717", 421},
                              {"host", "127.0.0.1.evil.example", 421},
                              {"host", "", 421},
                              {"host", "localhost:7717", 200},
                              {"host", "[::1]:7717", 200},
                              {"host", "Switchyard.example", 200},
                              {"origin", "http://127.0.0.1:7717", 403}};
        for (const auto& one : cases) {
            auto request = world.request("GET", "/api/confirmations");
            request.fields.insert(one.field, one.value);
            const auto answer = await(world.send(request));
            QVERIFY2(answer.status == one.status,
                     (one.field + ": " + one.value + " → " + QByteArray::number(answer.status)));
            QCOMPARE(answer.status == 200, !json(answer).contains(u"detail"));
        }
        auto request = world.request("GET", "/nowhere");
        request.fields.remove("authorization");
        QCOMPARE(await(world.send(request)).status, 401); // also about what does not exist
    }

    void manyWrongTokensAreHeldUpAndARightOneIsNot()
    {
        World world;
        auto request = world.request("GET", "/api/confirmations");
        request.fields.insert("authorization", "Bearer swy_guess");
        int refused = 0, heldUp = 0;
        for (int i = 0; i < 40; ++i) {
            const auto status = await(world.send(request)).status;
            refused += status == 401;
            heldUp += status == 429;
        }
        QCOMPARE(refused, 20);
        QCOMPARE(heldUp, 20);
        QCOMPARE(await(world.send(world.request("GET", "/api/confirmations"))).status, 200);
        world.clock.since += std::chrono::seconds(61);
        QCOMPARE(await(world.send(request)).status, 401);
    }

    void theDocumentDescribesExactlyWhatThereIs()
    {
        World world;
        const auto document = json(await(world.send(world.request("GET", "/openapi.json"))));
        QCOMPARE(document[u"openapi"].toString(), u"3.1.0"_s);
        QCOMPARE(document[u"info"][u"version"].toString(), QStringLiteral(SWITCHYARD_VERSION));
        const auto paths = document[u"paths"].toObject();
        QMap<QByteArray, QList<QByteArray>> described;
        for (auto path = paths.begin(); path != paths.end(); ++path) {
            for (const auto& method : path.value().toObject().keys())
                described[path.key().toLatin1()] << method.toUpper().toLatin1();
        }
        QCOMPARE(described, ConfirmationApi::routes());
        for (const auto& path : described.keys()) {
            const auto wrong = await(world.send(world.request("DELETE", path)));
            QCOMPARE(wrong.status, 405);
            QVERIFY(!wrong.fields.isEmpty());
        }
        QCOMPARE(await(world.send(world.request("GET", "/"))).status, 404);
        // Every name that it points to is there.
        const auto text = QJsonDocument(document).toJson();
        for (auto at = text.indexOf("\"#/"); at >= 0; at = text.indexOf("\"#/", at + 1)) {
            QJsonValue value = document;
            for (const auto& part : text.mid(at + 3, text.indexOf('"', at + 1) - at - 3).split('/'))
                value = value[QString::fromLatin1(part)];
            QVERIFY(value.isObject());
        }
        const auto shown = document[u"components"][u"schemas"][u"Confirmation"][u"properties"].toObject().keys();
        const auto waits = world.waiting();
        const auto list =
            json(await(world.send(world.request("GET", "/api/confirmations"))))[u"confirmations"].toArray();
        QCOMPARE(list.size(), 1);
        QCOMPARE(list[0].toObject().keys(), shown);
        QCOMPARE(list[0][u"request_id"].toString(), waits.id);
        QCOMPARE(list[0][u"command"].toString(), waits.command);
    }

    void badBodiesReachNobody()
    {
        World world;
        const auto waits = world.waiting();
        struct Case {
            QByteArray body;
            int status;
        };
        const Case cases[] = {{"", 400},
                              {"[]", 400},
                              {"{\"code\":", 400},
                              {"\xff\xfe", 400},
                              {R"({"code":6283})", 422},
                              {R"({"code":"x","totp":123456})", 422},
                              {R"({"code":["x"]})", 422},
                              {R"({"code":"x","allow":"yes"})", 422},
                              {R"({"code":"x","door":"window"})", 422},
                              {R"({"code":"x","door":"command line"})", 422},
                              {R"({"code":"x","scope":"task"})", 422},
                              {R"({"code":"x","task_id":"../../x"})", 422},
                              {R"({"code":"x","task_id":"ffffff"})", 404},
                              {R"({"code":"x","request_id":"nothing"})", 404},
                              {R"({})", 422},
                              {R"({"code":""})", 422}};
        for (const auto& one : cases) {
            auto request = world.request("POST", confirmPath);
            request.body = one.body;
            const auto answer = await(world.send(request));
            QVERIFY2(answer.status == one.status, one.body + " → " + QByteArray::number(answer.status) + answer.body);
            QCOMPARE(answer.type, "application/problem+json");
        }
        auto form = world.request("POST", confirmPath, {{u"code"_s, rightCode}});
        form.fields.insert("content-type", "text/plain");
        QCOMPARE(await(world.send(form)).status, 415);
        const auto open = await(openConfirmations(&world.http));
        QCOMPARE(open->size(), 1);
        QCOMPARE(open->first().triesLeft, waits.triesLeft); // none of it was a guess
    }

    void theRightCodeLetsItRunAndTheDoorIsRecorded_data()
    {
        QTest::addColumn<QString>("door");
        QTest::addColumn<bool>("allow");
        QTest::newRow("HTTP") << u"http"_s << true;
        QTest::newRow("a chat") << u"chat"_s << true;
        QTest::newRow("an assistant") << u"mcp"_s << true;
        QTest::newRow("refused over HTTP") << u"http"_s << false;
        QTest::newRow("refused in a chat") << u"chat"_s << false;
        QTest::newRow("refused by an assistant") << u"mcp"_s << false;
    }
    void theRightCodeLetsItRunAndTheDoorIsRecorded()
    {
        QFETCH(QString, door);
        QFETCH(bool, allow);
        World world;
        const auto waits = world.waiting();
        QJsonObject body{{u"task_id"_s, waits.task.toString()}, {u"allow"_s, allow}};
        if (allow)
            body.insert(u"code"_s, rightCode);
        if (door == u"mcp") {
            const auto answer = world.call(u"submit_background_confirmation"_s, body);
            QVERIFY2(answer, answer ? "" : qPrintable(describe(answer.error())));
            QCOMPARE(answer->data[u"request_id"].toString(), waits.id);
            QCOMPARE(answer->data[u"allowed"].toBool(!allow), allow);
        } else {
            body.insert(u"door"_s, door);
            const auto answer = world.post(body);
            QVERIFY2(answer.status == 200, answer.body);
            QCOMPARE(json(answer)[u"request_id"].toString(), waits.id);
            QCOMPARE(json(answer)[u"allowed"].toBool(!allow), allow);
        }
        QTRY_VERIFY(!world.answered(waits).isEmpty());
        const auto event = world.answered(waits);
        QCOMPARE(event[u"allowed"].toBool(!allow), allow);
        QCOMPARE(event[u"door"].toString(), door);
        QVERIFY2(event[u"by"].toString().contains(door == u"mcp" ? u"assistant" : u"bot"),
                 qPrintable(event[u"by"].toString()));
        QVERIFY(!QJsonDocument(event).toJson().contains(rightCode.toUtf8()));
        QTRY_VERIFY(std::ranges::any_of(*await(world.fixture.client.audit(50)), [&](const QJsonObject& entry) {
            return entry[u"id"].toString() == waits.id && entry[u"door"].toString() == door;
        }));
    }

    void anAnswerIsGoodForOneRequestOnce()
    {
        World world;
        const auto first = world.waiting();
        const QJsonObject body{{u"request_id"_s, first.id}, {u"code"_s, rightCode}};
        QCOMPARE(world.post(body).status, 200);
        const auto again = world.post(body);
        QCOMPARE(again.status, 409);
        QVERIFY2(json(again)[u"detail"].toString().contains(u"answered") ||
                     json(again)[u"detail"].toString().contains(u"closed"),
                 again.body);
        const auto second = world.waiting();
        QCOMPARE(world.post(body).status, 409); // the old answer is not one to the new request
        const auto replayed = world.call(u"submit_background_confirmation"_s, body);
        QCOMPARE(replayed.error().code, ErrorCode::Conflict);
        QVERIFY(world.answered(second).isEmpty());
        const auto other =
            world.post({{u"request_id"_s, second.id}, {u"task_id"_s, first.task.toString()}, {u"code"_s, rightCode}});
        QCOMPARE(other.status, 409);
    }

    void ofTwoDoorsAtOnceOneWinsAndTheOtherIsTold()
    {
        World world;
        const auto waits = world.waiting();
        QVERIFY(await(world.http.connectToEngine()));
        QVERIFY(await(world.mcp.connectToEngine()));
        const QJsonObject body{{u"request_id"_s, waits.id}, {u"code"_s, rightCode}};
        auto one = world.send(world.request("POST", confirmPath, body));
        auto two = world.tools.last().run(body, std::make_shared<ToolCall>(ToolCall{u"assistant"_s}));
        const auto http = await(std::move(one));
        const auto mcp = await(std::move(two));
        QVERIFY((http.status == 200) != mcp.has_value());
        QVERIFY2(http.status == 200 || http.status == 409, http.body);
        if (!mcp)
            QCOMPARE(mcp.error().code, ErrorCode::Conflict);
        QTRY_VERIFY(!world.answered(waits).isEmpty());
        QCOMPARE(world.answered(waits)[u"door"].toString(), mcp ? u"mcp"_s : u"http"_s);
    }

    void wrongCodesCountOverAllDoorsAndLock()
    {
        World world;
        const auto waits = world.waiting(), next = world.waiting();
        const QJsonObject wrong{{u"request_id"_s, waits.id}, {u"code"_s, u"Kranich-0000"_s}};
        const auto first = world.post(wrong);
        QCOMPARE(first.status, 403);
        QVERIFY2(json(first)[u"hint"].toString().contains(u"4 tries left"), first.body);
        const auto second = world.call(u"submit_background_confirmation"_s, wrong);
        QCOMPARE(second.error().code, ErrorCode::Forbidden);
        QVERIFY2(second.error().hint.contains(u"3 tries left"), qPrintable(describe(second.error())));
        QCOMPARE(world.post(wrong).status, 403);
        QCOMPARE(world.post(wrong).status, 403);
        QElapsedTimer sinceLock;
        sinceLock.start();
        const auto last = world.post(wrong);
        QCOMPARE(last.status, 403);
        QVERIFY2(json(last)[u"detail"].toString().contains(u"refused"), last.body);
        const auto right = world.post({{u"request_id"_s, next.id}, {u"code"_s, rightCode}});
        if (sinceLock.elapsed() > 20'000)
            QSKIP("This machine is so slow that the lock may be over.");
        QCOMPARE(right.status, 429); // too many in a row: also the right one has to wait
        QVERIFY(right.fields.contains(std::pair(QByteArray("Retry-After"), QByteArray("60"))));
        QVERIFY(world.answered(next).isEmpty());
        QTRY_COMPARE(world.answered(waits)[u"allowed"], QJsonValue(false));
    }

    void withOneTimePasswordsTheCodeAloneIsNotEnough()
    {
        World world;
        const auto on = await(world.fixture.client.call(u"code.one_time"_s, {{u"on"_s, true}, {u"code"_s, rightCode}}));
        QVERIFY(on);
        const auto key = keyOf(on->toObject()[u"uri"].toString());
        const auto digits = [&key] { return gate::totpOf(key, gate::totpStep(Clock::system().now())); };
        const auto first = world.waiting();
        QJsonObject body{{u"request_id"_s, first.id}, {u"code"_s, rightCode}};
        const auto without = world.post(body);
        QCOMPARE(without.status, 422);
        QVERIFY2(json(without)[u"hint"].toString().contains(u"six digits"), without.body);
        QCOMPARE(world.call(u"submit_background_confirmation"_s, body).error().code, ErrorCode::Invalid);
        body.insert(u"door"_s, u"chat"_s);
        QCOMPARE(world.post(body).status, 422);
        const auto used = digits();
        body.insert(u"totp"_s, used);
        QCOMPARE(world.post(body).status, 200);
        const auto second = world.waiting();
        body.insert(u"request_id"_s, second.id);
        QCOMPARE(world.post(body).status, 403); // heard once, worth nothing
        QVERIFY(world.answered(second).isEmpty());
    }

    void whichOneIsMeantMustBeClear()
    {
        World world;
        const auto nothing = world.post({{u"code"_s, rightCode}});
        QCOMPARE(nothing.status, 409);
        const auto first = world.waiting(), second = world.waiting();
        const auto both = world.post({{u"code"_s, rightCode}});
        QCOMPARE(both.status, 409);
        QVERIFY2(both.body.contains(first.id.toUtf8()) && both.body.contains(second.id.toUtf8()), both.body);
        QCOMPARE(world.post({{u"code"_s, rightCode}, {u"task_id"_s, second.task.toString()}}).status, 200);
        QTRY_VERIFY(!world.answered(second).isEmpty());
        QVERIFY(world.answered(first).isEmpty());
        QTRY_COMPARE(await(openConfirmations(&world.http))->size(), 1);
        QCOMPARE(world.post({{u"code"_s, rightCode}}).status, 200); // the only one
        QCOMPARE(world.post({{u"code"_s, rightCode}, {u"task_id"_s, second.task.toString()}}).status, 409);
    }

    void anotherClientMayNotSpeakForAChat()
    {
        World world;
        const auto waits = world.waiting();
        for (const auto& more : {QJsonObject{{u"door"_s, u"chat"_s}}, QJsonObject{{u"door"_s, u"window"_s}},
                                 QJsonObject{{u"by"_s, u"somebody"_s}}}) {
            QJsonObject params{{u"id"_s, waits.id}, {u"allow"_s, true}, {u"code"_s, rightCode}};
            for (auto entry = more.begin(); entry != more.end(); ++entry)
                params.insert(entry.key(), entry.value());
            QCOMPARE(await(world.fixture.client.call(u"confirmation.answer"_s, params)).error().code,
                     ErrorCode::Invalid);
        }
        QJsonObject params{{u"id"_s, waits.id}, {u"allow"_s, true}, {u"code"_s, rightCode}, {u"door"_s, u"window"_s}};
        QCOMPARE(await(openConfirmations(&world.http))->size(), 1);
        QCOMPARE(await(world.http.call(u"confirmation.answer"_s, params)).error().code, ErrorCode::Invalid);
        QVERIFY(world.answered(waits).isEmpty());
    }

    void tasksAreStartedCheckedAndCancelled()
    {
        World world;
        const auto none = world.call(u"check_coding_progress"_s, {});
        QVERIFY(none);
        QVERIFY(none->data[u"tasks"].toArray().isEmpty());
        QCOMPARE(world.call(u"cancel_coding_task"_s, {}).error().code, ErrorCode::Conflict);
        QCOMPARE(world.call(u"start_autonomous_coding"_s, {{u"goal"_s, u"  "_s}}).error().code, ErrorCode::Invalid);
        QCOMPARE(world.call(u"start_autonomous_coding"_s, {{u"goal"_s, u"x"_s}, {u"project_path"_s, u"/nowhere"_s}})
                     .error()
                     .code,
                 ErrorCode::NotFound);
        QCOMPARE(world.call(u"check_coding_progress"_s, {{u"task_id"_s, u"ffffff"_s}}).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(world.call(u"check_coding_progress"_s, {{u"task_id"_s, u"no id"_s}}).error().code, ErrorCode::Invalid);

        const auto waits = world.waiting();
        const auto seen = world.call(u"check_coding_progress"_s, {});
        QVERIFY(seen);
        const auto task = seen->data[u"tasks"][0];
        QCOMPARE(task[u"task_id"].toString(), waits.task.toString());
        QCOMPARE(task[u"status"].toString(), u"waiting"_s);
        QCOMPARE(task[u"waiting_for"][0][u"request_id"].toString(), waits.id);
        QVERIFY(seen->text.contains(waits.command) && seen->text.contains(waits.id));
        const auto other = world.waiting();
        const auto which = world.call(u"cancel_coding_task"_s, {});
        QCOMPARE(which.error().code, ErrorCode::Conflict);
        QVERIFY(which.error().message.contains(waits.task.toString()) &&
                which.error().message.contains(other.task.toString()));
        QVERIFY(world.call(u"cancel_coding_task"_s, {{u"task_id"_s, other.task.toString()}}));
        QTRY_COMPARE(world.fixture.status(other.task), TaskStatus::Cancelled);
        QVERIFY(world.call(u"cancel_coding_task"_s, {}));
        QTRY_COMPARE(world.fixture.status(waits.task), TaskStatus::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestConfirmationDoors)
#include "tst_confirmation_doors.moc"
