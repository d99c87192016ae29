#include "doors/http_request.h"
#include "support/test_support.h"

using namespace switchyard;
using namespace switchyard::doors;

namespace {

const QByteArray host = "Host: localhost\r\n";

QByteArray post(const QByteArray& fields, const QByteArray& body = {})
{
    return "POST /x HTTP/1.1\r\n" + host + fields + "\r\n" + body;
}

} // namespace

class TestHttpRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRequestIsReadHoweverItComes_data()
    {
        QTest::addColumn<int>("step");
        QTest::newRow("at once") << 10'000;
        QTest::newRow("byte by byte") << 1;
        QTest::newRow("in sevens") << 7;
    }
    void aRequestIsReadHoweverItComes()
    {
        QFETCH(int, step);
        const auto bytes = post("Content-Type: application/json\r\nContent-Length: 4\r\n", "{\r\n}") +
                           QByteArray("GET /y?a=b HTTP/1.1\r\nhost:localhost\r\nConnection: close\r\n\r\n");
        HttpRequestReader reader;
        QList<HttpRequest> requests;
        for (qsizetype at = 0; at < bytes.size(); at += step) {
            reader.add(bytes.mid(at, step));
            for (;;) {
                auto next = reader.next();
                QVERIFY(next);
                if (!*next)
                    break;
                requests << **next;
            }
        }
        QCOMPARE(requests.size(), 2);
        QCOMPARE(requests[0].method, "POST");
        QCOMPARE(requests[0].body, "{\r\n}");
        QCOMPARE(requests[0].fields.value("content-type"), "application/json");
        QVERIFY(requests[0].keepAlive);
        QCOMPARE(requests[1].path, "/y");
        QCOMPARE(requests[1].fields.value("host"), "localhost");
        QVERIFY(!requests[1].keepAlive);
        QVERIFY(reader.isEmpty());
    }

    void whatIsNoRequestOrTooMuchIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const QByteArray& bytes, int status) {
            QTest::newRow(name) << bytes << status;
        };
        const auto first = [](const QByteArray& line) { return line + "\r\n" + host + "\r\n"; };
        row("nothing of the kind", "\x16\x03\x01hello\r\n\r\n", 400);
        row("two words", first("GET /"), 400);
        row("four words", first("GET / x HTTP/1.1"), 400);
        row("a blank more", first("GET  / HTTP/1.1"), 400);
        row("a whole address", first("GET http://a/ HTTP/1.1"), 400);
        row("a method of signs", first("G(T / HTTP/1.1"), 400);
        row("a control character in the path", first("GET /\x01 HTTP/1.1"), 400);
        row("another protocol", first("GET / SIP/2.0"), 400);
        row("a later version", first("GET / HTTP/2.0"), 505);
        row("no host", "GET / HTTP/1.1\r\n\r\n", 400);
        row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
        row("a field without a colon", post("Nothing\r\n"), 400);
        row("a blank before the colon", post("A : b\r\n"), 400);
        row("a folded line", post("A: b\r\n c\r\n"), 400);
        row("a bare line feed", post("A: b\nC: d\r\n"), 400);
        row("a zero byte", post(QByteArray("A: b\0c\r\n", 8)), 400);
        row("chunks", post("Transfer-Encoding: chunked\r\n"), 411);
        row("two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n"), 400);
        row("chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"), 411);
        row("a length with a sign", post("Content-Length: +2\r\n"), 400);
        row("a negative length", post("Content-Length: -2\r\n"), 400);
        row("no length at all", post("Content-Length:\r\n"), 400);
        row("a list of lengths", post("Content-Length: 2, 2\r\n"), 400);
        row("a large body", post("Content-Length: 65537\r\n"), 413);
        row("a length beyond all numbers", post("Content-Length: 99999999999999999999999\r\n"), 413);
        row("a large head", post("A: " + QByteArray(20'000, 'a') + "\r\n"), 431);
        row("a head without end", "GET /" + QByteArray(20'000, 'a'), 431);
        QByteArray many;
        for (int i = 0; i < 100; ++i)
            many += "A" + QByteArray::number(i) + ": b\r\n";
        row("many fields", post(many), 431);
    }
    void whatIsNoRequestOrTooMuchIsRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        HttpRequestReader reader;
        reader.add(bytes);
        const auto next = reader.next();
        QVERIFY(!next);
        QCOMPARE(next.error().status, status);
        QVERIFY(!next.error().detail.isEmpty());
    }

    void theLargestThatIsTakenIsTaken()
    {
        HttpRequestReader reader;
        const QByteArray body(64 << 10, 'x');
        reader.add(post("Content-Length: 65536\r\nExpect: 100-continue\r\n"));
        const auto head = reader.next();
        QVERIFY(head && !*head);
        QVERIFY(reader.takeContinue());
        QVERIFY(!reader.takeContinue());
        reader.add(body);
        const auto next = reader.next();
        QVERIFY(next && *next);
        QCOMPARE((*next)->body, body);
    }
};

QTEST_GUILESS_MAIN(TestHttpRequest)
#include "tst_http_request.moc"
