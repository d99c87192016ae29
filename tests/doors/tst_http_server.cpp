#include "doors/http_server.h"
#include "support/test_support.h"

#include <QCoro/QCoroSignal>
#include <QSignalSpy>
#include <QTcpSocket>

using namespace switchyard;
using namespace switchyard::doors;
using namespace std::chrono_literals;

namespace {

QCoro::Task<HttpAnswer> echo(HttpRequest request)
{
    co_return HttpAnswer{200, request.method + ' ' + request.path + ' ' + request.body, "text/plain"};
}

//! A client that says bytes and hears bytes.
struct Client {
    explicit Client(quint16 port) { socket.connectToHost(QHostAddress::LocalHost, port); }
    bool hears(const QByteArray& text)
    {
        return testing::waitFor([&] {
            inbox += socket.readAll();
            return inbox.contains(text);
        });
    }
    bool isHungUp()
    {
        return testing::waitFor([&] {
            inbox += socket.readAll();
            return socket.state() == QAbstractSocket::UnconnectedState;
        });
    }
    QTcpSocket socket;
    QByteArray inbox;
};

constexpr milliseconds patient = 10min;
const QByteArray question = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";

} // namespace

class TestHttpServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersOneAfterTheOtherOnOneConnection()
    {
        HttpServer server(echo);
        const auto port = server.listen(QHostAddress::LocalHost, 0);
        QVERIFY(port && *port > 0);
        Client client(*port);
        client.socket.write(question +
                            "POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhiGET /c HTTP/1.1\r\n"
                            "Host: localhost\r\nConnection: close\r\n\r\n");
        QVERIFY(client.isHungUp());
        QVERIFY(client.inbox.startsWith("HTTP/1.1 200 OK\r\n"));
        QCOMPARE(client.inbox.count("HTTP/1.1 200 OK\r\n"), 3);
        const auto first = client.inbox.indexOf("GET /a "), second = client.inbox.indexOf("POST /b hi");
        QVERIFY(first > 0 && second > first && client.inbox.indexOf("GET /c ") > second);
        QCOMPARE(client.inbox.count("Connection: close"), 1);
        QTRY_COMPARE(server.connections(), 0);
    }

    void aLargeBodyIsRefusedSoThatTheClientHearsIt()
    {
        HttpServer server(echo, {.requestTime = patient, .idleTime = patient});
        Client client(*server.listen(QHostAddress::LocalHost, 0));
        client.socket.write("POST /b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n" +
                            QByteArray(3'000'000, 'x'));
        QVERIFY(client.hears("HTTP/1.1 413 "));
        client.socket.disconnectFromHost();
        QTRY_COMPARE(server.connections(), 0);
    }

    void whoIsTooSlowIsTold()
    {
        HttpServer server(echo, {.requestTime = 50ms, .idleTime = 50ms});
        const auto port = *server.listen(QHostAddress::LocalHost, 0);
        const QDeadlineTimer limit(testing::patience);
        bool told = false;
        while (!told && !limit.hasExpired()) { // on a busy machine not even the first byte may come in time
            Client client(port);
            client.socket.write(question.first(10));
            QVERIFY(client.isHungUp());
            told = client.inbox.startsWith("HTTP/1.1 408 ");
        }
        QVERIFY(told);
        QTRY_COMPARE(server.connections(), 0);
    }

    void whoSaysNothingIsHungUpOn()
    {
        HttpServer server(echo, {.requestTime = 50ms, .idleTime = 50ms});
        const auto port = *server.listen(QHostAddress::LocalHost, 0);
        Client client(port);
        const QSignalSpy connected(&client.socket, &QTcpSocket::connected);
        QVERIFY(client.isHungUp());
        QCOMPARE(connected.size(), 1);
        QVERIFY(client.inbox.isEmpty());
        QTRY_COMPARE(server.connections(), 0);
    }

    void tooManyAtOnceAreTold()
    {
        HttpServer server(echo, {.connections = 2, .requestTime = patient, .idleTime = patient});
        const auto port = *server.listen(QHostAddress::LocalHost, 0);
        Client one(port), two(port);
        QTRY_COMPARE(server.connections(), 2);
        Client three(port);
        QVERIFY(three.hears("HTTP/1.1 503 "));
        one.socket.write(question);
        QVERIFY(one.hears("GET /a"));
    }

    void aClientThatLeavesWhileItIsAnsweredHurtsNobody()
    {
        QTimer slow;
        slow.setSingleShot(true);
        int asked = 0;
        HttpServer server([&](HttpRequest) -> QCoro::Task<HttpAnswer> {
            ++asked;
            co_await qCoro(&slow, &QTimer::timeout);
            co_return HttpAnswer{};
        });
        const auto port = *server.listen(QHostAddress::LocalHost, 0);
        Client client(port);
        client.socket.write(question);
        QTRY_COMPARE(asked, 1);
        client.socket.abort();
        QTRY_COMPARE(server.connections(), 0);
        slow.start(0ms);
        QTRY_VERIFY(!slow.isActive());
        Client other(port);
        other.socket.write(question);
        QTRY_COMPARE(asked, 2);
        slow.start(0ms);
        QVERIFY(other.hears("HTTP/1.1 200 OK"));
    }

    void aTakenPortIsSaid()
    {
        HttpServer server(echo), other(echo);
        const auto port = server.listen(QHostAddress::LocalHost, 0);
        const auto again = other.listen(QHostAddress::LocalHost, *port);
        QVERIFY(!again);
        QVERIFY(again.error().message.contains(QString::number(*port)));
    }
};

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_http_server.moc"
