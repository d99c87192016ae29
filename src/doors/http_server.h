#pragma once

#include "base/clock.h"
#include "doors/http_request.h"

#include <QCoro/QCoroTask>
#include <QHostAddress>
#include <QTcpServer>

namespace switchyard::doors {

struct HttpAnswer {
    int status = 200;
    QByteArray body; //!< of `type`
    QByteArray type = "application/json";
    QList<std::pair<QByteArray, QByteArray>> fields = {};
};

struct ServerLimits {
    HttpLimits request;
    int connections = 32;                                //!< at once; further ones are told 503 and closed
    milliseconds requestTime = std::chrono::seconds(10); //!< for a request to arrive, and for its answer to be taken
    milliseconds idleTime = std::chrono::seconds(15);    //!< between two requests
};

//! A small HTTP/1.1 server: one request of a connection at a time, everything bounded. Thread: its own.
class HttpServer : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<QCoro::Task<HttpAnswer>(HttpRequest request)>;

    explicit HttpServer(Handler handler, ServerLimits limits = {}, QObject* parent = nullptr);
    ~HttpServer() override;

    //! Port 0: any that is free. Io if it is taken or the address is not this machine's.
    Result<quint16> listen(const QHostAddress& address, quint16 port);
    int connections() const { return int(m_connections.size()); }

private:
    class Connection;
    void accept();

    const Handler m_handler;
    const ServerLimits m_limits;
    QTcpServer m_server;
    QList<Connection*> m_connections;
};

//! A problem as RFC 9457 has it: `code` is the name of one of our kinds of error, or empty.
HttpAnswer problemAnswer(int status, const QString& detail, const QString& hint = {}, const QString& code = {});
QByteArray reasonPhrase(int status);

} // namespace switchyard::doors
