#include "base/json.h"
#include "rpc/peer.h"
#include "rpc/stdio_device.h"
#include "support/test_support.h"

#include <QCoro/QCoroTimer>
#include <QSignalSpy>

#include <sys/socket.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::rpc;
using namespace switchyard::testing;
using namespace std::chrono_literals;

namespace {

//! Two ends of one line. The far end is raw: the test plays the other side, well or badly.
struct Line {
    explicit Line(PeerLimits limits = {})
    {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            qFatal("no socket pair");
        near = std::make_unique<StdioDevice>(ends[0], ends[0]);
        far = std::make_unique<StdioDevice>(ends[1], ends[1]);
        nearEnd = ends[0];
        farEnd = ends[1];
        peer = std::make_unique<Peer>(near.get(), near.get(), limits);
        QObject::connect(peer.get(), &Peer::closed, peer.get(), [this](const Error& why) {
            ++closings;
            closedBy = why;
        });
        QObject::connect(peer.get(), &Peer::malformed, peer.get(),
                         [this](const QByteArray& excerpt, const QString&) { malformed << excerpt; });
    }
    ~Line()
    {
        peer.reset();
        near.reset();
        far.reset();
        ::close(nearEnd);
        hangUp();
    }
    void hangUp()
    {
        far.reset();
        if (farEnd >= 0)
            ::close(std::exchange(farEnd, -1));
    }
    void say(const QByteArray& text) { far->write(text); }
    //! The next message that the peer sent.
    QJsonObject heard()
    {
        if (!testing::waitFor([this] {
                inbox += far->readAll();
                return inbox.contains('\n');
            }))
            return {};
        const auto end = inbox.indexOf('\n');
        const auto message = parseObject(inbox.first(end), u"sent"_s).value_or(QJsonObject());
        inbox.remove(0, end + 1);
        return message;
    }

    std::unique_ptr<StdioDevice> near;
    std::unique_ptr<StdioDevice> far;
    std::unique_ptr<Peer> peer;
    QByteArray inbox;
    int nearEnd = -1;
    int farEnd = -1;
    int closings = 0;
    Error closedBy;
    QList<QByteArray> malformed;
};

//! A call with its ending counted.
struct Call {
    Call(Peer& peer, milliseconds limit = 10s, const QString& method = u"ask"_s)
    {
        run(this, peer.call(method, {}, limit));
    }
    static QCoro::Task<> run(Call* self, Reply reply)
    {
        auto result = co_await std::move(reply);
        ++self->endings;
        self->result = std::move(result);
    }
    bool wait()
    {
        return testing::waitFor([this] { return endings > 0; });
    }
    int endings = 0;
    Result<QJsonValue> result = fail(ErrorCode::Internal, u"no ending yet"_s);
};

} // namespace

class TestPeer : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

private Q_SLOTS:
    void twoPeersTalk()
    {
        Line line;
        Peer other(line.far.get());
        other.onRequest(u"double"_s, [](QJsonObject params) { return ready(params[u"n"].toInt() * 2); });
        QStringList news;
        line.peer->onNotification(u"news"_s, [&](const QJsonObject& params) { news << params[u"text"].toString(); });
        QCOMPARE(await(line.peer->call(u"double"_s, {{u"n"_s, 21}})).value(), QJsonValue(42));
        other.notify(u"news"_s, {{u"text"_s, u"one\nline"_s}});
        other.notify(u"news"_s, {{u"text"_s, u"two"_s}});
        QTRY_COMPARE(news, (QStringList{u"one\nline"_s, u"two"_s}));
    }

    void callsInBothDirectionsDoNotMix()
    {
        Line line;
        Peer other(line.far.get());
        // The other side asks back before it answers, with the same id on the line.
        other.onRequest(u"outer"_s, [&](QJsonObject) -> Reply {
            auto inner = co_await other.call(u"inner"_s, {});
            co_return inner ? Result<QJsonValue>(inner->toString() + u" outer"_s) : inner;
        });
        line.peer->onRequest(u"inner"_s, [](QJsonObject) { return ready(u"inner"_s); });
        QCOMPARE(await(line.peer->call(u"outer"_s, {})).value().toString(), u"inner outer"_s);
    }

    void answersMayComeInAnyOrder()
    {
        Line line;
        Call first(*line.peer);
        Call second(*line.peer);
        const auto one = line.heard()[u"id"].toInt();
        const auto two = line.heard()[u"id"].toInt();
        QVERIFY(one != two);
        line.say("{\"jsonrpc\":\"2.0\",\"id\":" + QByteArray::number(two) + ",\"result\":\"b\"}\n");
        QVERIFY(second.wait());
        QCOMPARE(first.endings, 0);
        line.say("{\"jsonrpc\":\"2.0\",\"id\":" + QByteArray::number(one) + ",\"result\":null}\r\n");
        QVERIFY(first.wait());
        QCOMPARE(second.result->toString(), u"b"_s);
        QVERIFY(first.result->isNull());
    }

    void errors_data()
    {
        QTest::addColumn<QByteArray>("error");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("ours") << QByteArray(
                                     R"({"code":-32603,"message":"Busy.","data":{"code":"conflict","hint":"Wait."}})")
                              << ErrorCode::Conflict << u"Busy."_s;
        QTest::newRow("unknown method") << QByteArray(R"({"code":-32601,"message":"no"})") << ErrorCode::Invalid
                                        << u"no"_s;
        QTest::newRow("sign in") << QByteArray(R"({"code":-32000,"message":"Authentication required"})")
                                 << ErrorCode::Forbidden << u"Authentication required"_s;
        QTest::newRow("not found") << QByteArray(R"({"code":-32002,"message":"x"})") << ErrorCode::NotFound << u"x"_s;
        QTest::newRow("no message") << QByteArray(R"({"code":-1})") << ErrorCode::Internal
                                    << u"The other side refused with code -1 and no message."_s;
        QTest::newRow("not an object") << QByteArray(R"("oops")") << ErrorCode::Internal
                                       << u"The other side refused with code 0 and no message."_s;
        QTest::newRow("data of another shape")
            << QByteArray(R"({"code":5,"message":"x","data":[1]})") << ErrorCode::Internal << u"x"_s;
    }
    void errors()
    {
        QFETCH(QByteArray, error);
        Line line;
        Call call(*line.peer);
        const auto id = QByteArray::number(line.heard()[u"id"].toInt());
        line.say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":" + error + "}\n");
        QVERIFY(call.wait());
        QVERIFY(!call.result);
        QTEST(call.result.error().code, "code");
        QTEST(call.result.error().message, "message");
    }

    void ourErrorsSurviveTheWay()
    {
        using enum ErrorCode;
        for (const auto code :
             {NotFound, Invalid, Conflict, Forbidden, Limit, Timeout, Unavailable, Io, Corrupt, Cancelled, Internal}) {
            const Error error{code, u"What."_s, u"How."_s};
            QCOMPARE(errorFromJson(errorToJson(error)), error);
        }
    }

    void everyRequestIsAnswered_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QJsonValue>("id");
        QTest::addColumn<int>("code"); // 0: a result
        QTest::newRow("known") << QByteArray(R"({"jsonrpc":"2.0","id":7,"method":"known","params":{}})")
                               << QJsonValue(7) << 0;
        QTest::newRow("text id") << QByteArray(R"({"id":"x-1","method":"known"})") << QJsonValue(u"x-1"_s) << 0;
        QTest::newRow("null id") << QByteArray(R"({"id":null,"method":"known"})") << QJsonValue(QJsonValue::Null) << 0;
        QTest::newRow("list of params") << QByteArray(R"({"id":1,"method":"known","params":[1]})") << QJsonValue(1)
                                        << 0;
        QTest::newRow("unknown") << QByteArray(R"({"id":2,"method":"unknown"})") << QJsonValue(2) << -32601;
        QTest::newRow("method of another type") << QByteArray(R"({"id":3,"method":5})") << QJsonValue(3) << -32601;
        QTest::newRow("fails") << QByteArray(R"({"id":4,"method":"fails"})") << QJsonValue(4) << -32602;
        QTest::newRow("no value") << QByteArray(R"({"id":5,"method":"undefined"})") << QJsonValue(5) << 0;
    }
    void everyRequestIsAnswered()
    {
        QFETCH(QByteArray, request);
        QFETCH(QJsonValue, id);
        QFETCH(int, code);
        Line line;
        line.peer->onRequest(u"known"_s, [](QJsonObject) { return ready(true); });
        line.peer->onRequest(u"undefined"_s, [](QJsonObject) { return ready(QJsonValue(QJsonValue::Undefined)); });
        line.peer->onRequest(u"fails"_s, [](QJsonObject) { return ready(fail(ErrorCode::Invalid, u"bad"_s)); });
        line.say(request + '\n');
        const auto answer = line.heard();
        QCOMPARE(answer[u"id"], id);
        QCOMPARE(answer[u"jsonrpc"].toString(), u"2.0"_s);
        QCOMPARE(answer[u"error"][u"code"].toInt(), code);
        QCOMPARE(answer.contains(u"result"), code == 0);
        QTest::qWait(0);
        QVERIFY(line.inbox.isEmpty()); // once
    }

    void notificationsAreNeverAnswered()
    {
        Line line;
        int heard = 0;
        line.peer->onOtherNotification([&](const QString&, const QJsonObject&) { ++heard; });
        line.say("{\"method\":\"a\"}\n{\"method\":\"b\",\"params\":null}\n{\"id\":1,\"method\":\"ask\"}\n");
        QCOMPARE(line.heard()[u"id"].toInt(), 1);
        QCOMPARE(heard, 2);
        QVERIFY(line.inbox.isEmpty());
    }

    void aCallEndsByItsLimit()
    {
        Line line;
        QSignalSpy abandoned(line.peer.get(), &Peer::abandoned);
        Call call(*line.peer, 30ms, u"slow"_s);
        const auto id = QByteArray::number(line.heard()[u"id"].toInt());
        QVERIFY(call.wait());
        QCOMPARE(call.result.error().code, ErrorCode::Timeout);
        QVERIFY(call.result.error().message.contains(u"slow"_s));
        QCOMPARE(abandoned.size(), 1);
        // Late answers, however many, do not end the line.
        for (int turn = 0; turn < 50; ++turn)
            line.say("{\"id\":" + id + ",\"result\":1}\n");
        QTRY_COMPARE(line.malformed.size(), 50);
        QVERIFY(line.peer->isOpen());
        QCOMPARE(call.endings, 1);
    }

    void aPeerThatGoesEndsItsCalls()
    {
        Line line;
        Call limited(*line.peer);
        Call unlimited(*line.peer, 0ms);
        line.peer.reset();
        QVERIFY(limited.wait() && unlimited.wait());
        QCOMPARE(limited.result.error().code, ErrorCode::Unavailable);
        QCOMPARE(limited.endings + unlimited.endings, 2);
    }

    void theLimitAndThePeersEndAtOnce()
    {
        Line line;
        Call call(*line.peer, 10ms);
        connect(line.peer.get(), &Peer::abandoned, this, [&] { line.peer.reset(); }, Qt::QueuedConnection);
        QVERIFY(call.wait());
        QTRY_VERIFY(!line.peer);
        QCOMPARE(call.endings, 1);
    }

    void theOtherSideDiesInTheMiddle_data()
    {
        QTest::addColumn<QByteArray>("lastWords");
        QTest::newRow("silently") << QByteArray();
        QTest::newRow("in half a line") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"resu");
        QTest::newRow("after another answer") << QByteArray("{\"id\":99,\"result\":1}\n");
    }
    void theOtherSideDiesInTheMiddle()
    {
        QFETCH(QByteArray, lastWords);
        Line line;
        Call call(*line.peer, 0ms);
        (void)line.heard();
        line.say(lastWords);
        line.hangUp();
        QVERIFY(call.wait());
        QCOMPARE(call.result.error().code, ErrorCode::Unavailable);
        QTRY_COMPARE(line.closings, 1);
        QVERIFY(!line.peer->isOpen());
        Call late(*line.peer);
        QVERIFY(late.wait());
        QCOMPARE(late.result.error().code, ErrorCode::Unavailable);
        line.peer->notify(u"nobody"_s, {});
    }

    void whatCameBeforeTheEndCounts()
    {
        Line line;
        Call call(*line.peer);
        const auto id = QByteArray::number(line.heard()[u"id"].toInt());
        line.say("{\"id\":" + id + ",\"result\":\"just in time\"}\n");
        line.hangUp();
        QVERIFY(call.wait());
        QCOMPARE(call.result.value_or(QJsonValue()).toString(), u"just in time"_s);
    }

    void malformedLinesAreSkippedUpToALimit()
    {
        Line line({.malformedLines = 4});
        const QByteArray bad[] = {"debug: starting up", "{\"a\":", "[{\"id\":1,\"method\":\"ask\"}]"};
        for (const auto& text : bad)
            line.say(text + '\n');
        line.say("\n   \n"); // blank lines are nothing
        line.say("{\"id\":5,\"method\":\"still there\"}\n");
        QCOMPARE(line.heard()[u"id"].toInt(), 5);
        QCOMPARE(line.malformed.size(), 3);
        line.say("{\"jsonrpc\":\"2.0\"}\n");
        QTRY_COMPARE(line.closings, 1);
        QCOMPARE(line.closedBy.code, ErrorCode::Corrupt);
    }

    void anyNumberOfMalformedLinesWhereWanted()
    {
        Line line({.malformedLines = 0});
        for (int turn = 0; turn < 500; ++turn)
            line.say("chatty agent\n");
        line.say("{\"id\":5,\"method\":\"still there\"}\n");
        QCOMPARE(line.heard()[u"id"].toInt(), 5);
        QCOMPARE(line.malformed.size(), 500);
    }

    void excerptsAreBounded()
    {
        Line line;
        line.say(QByteArray(100'000, 'x') + '\n');
        QTRY_COMPARE(line.malformed.size(), 1);
        QVERIFY(line.malformed[0].size() <= 400);
    }

    void aLineWithoutEndIsRefused_data()
    {
        QTest::addColumn<qsizetype>("bytes");
        QTest::addColumn<bool>("ends");
        QTest::addColumn<bool>("refused");
        QTest::newRow("just fits") << qsizetype(10'000) << true << false;
        QTest::newRow("one too many") << qsizetype(10'001) << true << true;
        QTest::newRow("goes on for ever") << qsizetype(20'000'000) << false << true;
    }
    void aLineWithoutEndIsRefused()
    {
        QFETCH(qsizetype, bytes);
        QFETCH(bool, ends);
        QFETCH(bool, refused);
        Line line({.lineBytes = 10'000});
        QByteArray text = "{\"id\":1,\"method\":\"";
        text += QByteArray(bytes - text.size() - 2, 'm') + "\"}";
        line.say(ends ? text + '\n' : text);
        if (refused) {
            QTRY_COMPARE(line.closings, 1);
            QCOMPARE(line.closedBy.code, ErrorCode::Limit);
        } else {
            QCOMPARE(line.heard()[u"id"].toInt(), 1);
            QVERIFY(line.peer->isOpen());
        }
    }

    void aMessageInSmallPieces()
    {
        Line line;
        line.peer->onRequest(u"ä"_s, [](QJsonObject) { return ready(1); });
        for (const char byte : QByteArray("{\"id\":1,\"method\":\"ä\"}\n{\"id\":2,\"method\":\"ä\"}\n")) {
            line.say(QByteArray(1, byte));
            QTest::qWait(0);
        }
        QCOMPARE(line.heard()[u"id"].toInt(), 1);
        QCOMPARE(line.heard()[u"id"].toInt(), 2);
    }

    void aLargeMessageArrivesWhole()
    {
        Line line;
        Peer other(line.far.get());
        other.onRequest(u"length"_s, [](QJsonObject params) { return ready(params[u"text"].toString().size()); });
        QCOMPARE(await(line.peer->call(u"length"_s, {{u"text"_s, QString(5'000'000, u'é')}})).value().toInt(),
                 5'000'000);
    }

    void aSlowReaderIsDropped()
    {
        Line line({.outgoingBytes = 1 << 20});
        Call call(*line.peer, 0ms);
        // The far end's event notifier would read; a full socket buffer and silence are what a stuck reader looks like.
        line.far.reset();
        for (int turn = 0; turn < 40; ++turn)
            line.peer->notify(u"event"_s, {{u"text"_s, QString(100'000, u'x')}});
        QCOMPARE(line.closings, 0); // not from within a send
        QTRY_COMPARE(line.closings, 1);
        QCOMPARE(line.closedBy.code, ErrorCode::Limit);
        QVERIFY(call.wait());
        QCOMPARE(call.result.error().code, ErrorCode::Limit);
    }

    void aClosedDeviceEndsTheLine()
    {
        Line line;
        Call call(*line.peer, 0ms);
        line.near->close();
        QVERIFY(call.wait());
        QTRY_COMPARE(line.closings, 1);
    }

    void aDeviceClosedBeforeItsPeer()
    {
        int ends[2];
        QCOMPARE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        StdioDevice device(ends[0], ends[0]);
        device.close();
        Peer peer(&device);
        Call call(peer, 0ms);
        QVERIFY(call.wait()); // not for ever
        QCOMPARE(call.result.error().code, ErrorCode::Unavailable);
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void closingFromThisSide()
    {
        Line line;
        Call call(*line.peer, 0ms);
        line.peer->close({ErrorCode::Cancelled, u"Enough."_s, {}});
        line.peer->close({ErrorCode::Internal, u"Again."_s, {}});
        QVERIFY(call.wait());
        QCOMPARE(call.result.error().message, u"Enough."_s);
        QCOMPARE(line.closings, 1);
        line.say("{\"id\":1,\"method\":\"x\"}\n");
        QTest::qWait(20);
        QVERIFY(line.far->readAll().count('\n') <= 1); // the call itself; no answer
    }

    void aHandlerMayEndItsOwnPeer_data()
    {
        QTest::addColumn<bool>("hangUp");
        QTest::newRow("in the middle") << false;
        QTest::newRow("with the other side already gone") << true;
    }
    void aHandlerMayEndItsOwnPeer()
    {
        QFETCH(bool, hangUp);
        Line line;
        line.peer->onNotification(u"end"_s, [&](const QJsonObject&) { line.peer.reset(); });
        line.say("{\"method\":\"end\"}\n{\"method\":\"end\"}\n{\"id\":1,\"method\":\"x\"}\n");
        if (hangUp)
            line.hangUp();
        QTRY_VERIFY(!line.peer);
    }

    void anAnswerAfterThePeersEndIsDropped()
    {
        Line line;
        QTimer timer;
        timer.setSingleShot(true);
        line.peer->onRequest(u"slow"_s, [&](QJsonObject) -> Reply {
            co_await timer;
            co_return QJsonValue(1);
        });
        line.say("{\"id\":1,\"method\":\"slow\"}\n");
        QTest::qWait(10);
        line.peer.reset();
        timer.start(0ms);
        QTest::qWait(10);
    }
};

QTEST_GUILESS_MAIN(TestPeer)
#include "tst_peer.moc"
