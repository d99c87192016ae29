#include "doors/http_server.h"

#include "base/json.h"

#include <QPointer>
#include <QTcpSocket>
#include <QTimer>

#include <sys/socket.h>

namespace switchyard::doors {

namespace {

QByteArray answerBytes(const HttpAnswer& answer, bool keepAlive, bool withBody)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(answer.status) + ' ' + reasonPhrase(answer.status) + "\r\n";
    bytes += "Content-Type: " + answer.type + "\r\nContent-Length: " + QByteArray::number(answer.body.size()) +
             "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: " +
             (keepAlive ? "keep-alive" : "close") + "\r\n";
    for (const auto& [name, value] : answer.fields)
        bytes += name + ": " + value + "\r\n";
    return bytes + "\r\n" + (withBody ? answer.body : QByteArray());
}

} // namespace

//! One client: reads a request, has it answered, and so on until somebody has enough.
class HttpServer::Connection : public QObject
{
public:
    Connection(HttpServer& server, QTcpSocket* socket)
        : QObject(&server), m_server(server), m_socket(socket), m_reader(server.m_limits.request)
    {
        m_socket->setParent(this);
        // What is not read stays with the sender: two requests' worth is the most that is kept.
        m_socket->setReadBufferSize(server.m_limits.request.headBytes + server.m_limits.request.bodyBytes);
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, &Connection::late);
        connect(m_socket, &QTcpSocket::readyRead, this, &Connection::read);
        connect(m_socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
        m_timer.start(server.m_limits.requestTime);
    }
    ~Connection() override { m_server.m_connections.removeOne(this); }

    void refuse(int status, const QString& detail) { finish(problemAnswer(status, detail), false, true); }

private:
    void read()
    {
        if (m_ending)
            m_socket->readAll(); // or the answer would be lost with what nobody reads
        if (m_answering || m_ending)
            return;
        if (m_reader.isEmpty() && m_socket->bytesAvailable() > 0)
            m_timer.start(m_server.m_limits.requestTime); // counts from the first byte, however slowly they come
        m_reader.add(m_socket->readAll());
        auto request = m_reader.next();
        if (!request)
            return refuse(request.error().status, request.error().detail);
        if (m_reader.takeContinue())
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!*request)
            return;
        m_answering = true;
        m_timer.stop(); // the handler has limits of its own
        answer(this, std::move(**request));
    }

    static QCoro::Task<> answer(QPointer<Connection> self, HttpRequest request)
    {
        const bool keepAlive = request.keepAlive;
        const bool withBody = request.method != "HEAD";
        const auto result = co_await self->m_server.m_handler(std::move(request));
        if (self)
            self->finish(result, keepAlive, withBody);
    }

    void finish(const HttpAnswer& result, bool keepAlive, bool withBody)
    {
        m_answering = false;
        m_socket->write(answerBytes(result, keepAlive, withBody));
        m_timer.start(keepAlive ? m_server.m_limits.idleTime : m_server.m_limits.requestTime);
        if (!keepAlive) {
            m_ending = true;
            connect(m_socket, &QTcpSocket::bytesWritten, this, &Connection::hangUp);
            hangUp();
            read();
        } else if (!m_reader.isEmpty() || m_socket->bytesAvailable() > 0) {
            QMetaObject::invokeMethod(this, &Connection::read, Qt::QueuedConnection);
        }
    }

    //! Says that nothing more comes; the other side has the answer's time to take it and to hang up as well.
    void hangUp()
    {
        if (m_socket->bytesToWrite() == 0)
            ::shutdown(int(m_socket->socketDescriptor()), SHUT_WR);
    }

    void late()
    {
        if (m_ending || m_reader.isEmpty() || m_socket->bytesToWrite() > 0) {
            m_socket->abort(); // nothing was asked, or it does not listen
            deleteLater();
        } else {
            refuse(408, u"The request did not arrive in time."_s);
        }
    }

    HttpServer& m_server;
    QTcpSocket* const m_socket;
    HttpRequestReader m_reader;
    QTimer m_timer;
    bool m_answering = false;
    bool m_ending = false;
};

HttpServer::HttpServer(Handler handler, ServerLimits limits, QObject* parent)
    : QObject(parent), m_handler(std::move(handler)), m_limits(limits)
{
    connect(&m_server, &QTcpServer::newConnection, this, &HttpServer::accept);
}

HttpServer::~HttpServer()
{
    for (auto* const connection : std::exchange(m_connections, {}))
        delete connection;
}

Result<quint16> HttpServer::listen(const QHostAddress& address, quint16 port)
{
    if (!m_server.listen(address, port))
        return fail(
            ErrorCode::Io,
            u"Nobody can be served at %1 port %2: %3."_s.arg(address.toString()).arg(port).arg(m_server.errorString()),
            u"Choose another port, or 0 for any that is free."_s);
    return m_server.serverPort();
}

void HttpServer::accept()
{
    while (auto* const socket = m_server.nextPendingConnection()) {
        if (m_connections.size() >= 2 * m_limits.connections) { // of those that are told to go some linger
            socket->abort();
            socket->deleteLater();
            continue;
        }
        const bool full = m_connections.size() >= m_limits.connections;
        auto* const connection = new Connection(*this, socket);
        m_connections << connection;
        if (full)
            connection->refuse(503, u"Too many are connected at once."_s);
    }
}

QByteArray reasonPhrase(int status)
{
    static const QHash<int, QByteArray> phrases{{200, "OK"},
                                                {400, "Bad Request"},
                                                {401, "Unauthorized"},
                                                {403, "Forbidden"},
                                                {404, "Not Found"},
                                                {405, "Method Not Allowed"},
                                                {408, "Request Timeout"},
                                                {409, "Conflict"},
                                                {411, "Length Required"},
                                                {413, "Content Too Large"},
                                                {415, "Unsupported Media Type"},
                                                {421, "Misdirected Request"},
                                                {422, "Unprocessable Content"},
                                                {429, "Too Many Requests"},
                                                {431, "Request Header Fields Too Large"},
                                                {500, "Internal Server Error"},
                                                {503, "Service Unavailable"},
                                                {505, "HTTP Version Not Supported"}};
    return phrases.value(status, "Error");
}

HttpAnswer problemAnswer(int status, const QString& detail, const QString& hint, const QString& code)
{
    QJsonObject json{
        {u"status"_s, status}, {u"title"_s, QString::fromLatin1(reasonPhrase(status))}, {u"detail"_s, detail}};
    if (!hint.isEmpty())
        json.insert(u"hint"_s, hint);
    if (!code.isEmpty())
        json.insert(u"code"_s, code);
    return {status, compactJson(json) + '\n', "application/problem+json"};
}

} // namespace switchyard::doors
