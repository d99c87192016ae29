#include "runner/control_server.h"

#include "base/json.h"
#include "process/journal.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocalSocket>

#include <sys/socket.h>
#include <unistd.h>

namespace switchyard::runner {

namespace {

bool isOwnUser(const QLocalSocket& socket)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    return getsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 &&
           credentials.uid == getuid();
}

rpc::Reply done(Result<> result)
{
    if (!result)
        return rpc::ready(fail(result.error()));
    return rpc::ready(QJsonValue(QJsonObject()));
}

} // namespace

struct ControlServer::Connection {
    std::unique_ptr<QLocalSocket> socket;
    std::unique_ptr<rpc::Peer> peer;
    bool attached = false;
    qint64 sent = 0; //!< seq of the newest event told
};

ControlServer::ControlServer(Controls& controls, QString journalPath, QObject* parent)
    : QObject(parent), m_controls(controls), m_journalPath(std::move(journalPath))
{
    connect(&m_server, &QLocalServer::newConnection, this, &ControlServer::accept);
}

ControlServer::~ControlServer() = default;

Result<> ControlServer::listen(const QString& socketPath)
{
    QLocalServer::removeServer(socketPath); // a dead attempt's; the lock proves that no other runner lives
    if (!m_server.listen(socketPath))
        return fail(ErrorCode::Io, u"The runner cannot listen on %1: %2."_s.arg(socketPath, m_server.errorString()));
    // Not QLocalServer's own way to restrict access: a process killed in the middle of it leaves a folder behind.
    QFile::setPermissions(socketPath, QFile::ReadOwner | QFile::WriteOwner);
    return {};
}

void ControlServer::accept()
{
    while (auto* const socket = m_server.nextPendingConnection()) {
        auto connection = std::make_unique<Connection>();
        connection->socket.reset(socket);
        socket->setParent(nullptr);
        if (!isOwnUser(*socket))
            continue;
        connection->peer = std::make_unique<rpc::Peer>(socket);
        serve(*connection);
        connect(connection->peer.get(), &rpc::Peer::closed, this, [this, raw = connection.get()] {
            // Queued: the peer is still speaking.
            QMetaObject::invokeMethod(
                this,
                [this, raw] { std::erase_if(m_connections, [raw](const auto& held) { return held.get() == raw; }); },
                Qt::QueuedConnection);
        });
        m_connections.push_back(std::move(connection));
    }
}

void ControlServer::serve(Connection& connection)
{
    auto& peer = *connection.peer;
    peer.onRequest(u"attach"_s, [this, &connection](const QJsonObject& params) {
        return rpc::ready(attach(connection, params[u"after"].toInteger()));
    });
    peer.onRequest(u"cancel"_s, [this](const QJsonObject&) {
        m_controls.cancel();
        return done({});
    });
    peer.onRequest(u"limit"_s, [this](const QJsonObject& params) {
        m_controls.endForLimit(params[u"reason"].toString(u"A limit was met."_s), params[u"limit"].toString());
        return done({});
    });
    peer.onRequest(u"pause"_s, [this](const QJsonObject&) { return done(m_controls.pause()); });
    peer.onRequest(u"resume"_s, [this](const QJsonObject&) { return done(m_controls.resume()); });
    peer.onRequest(u"confirmation.resolve"_s, [this](QJsonObject params) -> rpc::Reply {
        JsonReader reader(params, u"confirmation.resolve"_s);
        const auto id = reader.text("id"_L1);
        const auto allow = reader.boolean("allow"_L1, false);
        const Secret code(reader.text("code"_L1, QString()).toUtf8());
        const auto by = reader.text("by"_L1, QString());
        const auto door = reader.text("door"_L1, QString());
        const auto why = reader.text("why"_L1, QString());
        SY_CO_TRY(reader.finish());
        SY_CO_TRY(co_await m_controls.resolveConfirmation(id, allow, code, by, door, why));
        co_return QJsonObject();
    });
    peer.onRequest(u"question.answer"_s, [this](const QJsonObject& params) {
        return done(m_controls.answerQuestion(params[u"id"].toString(), params[u"text"].toString()));
    });
    peer.onRequest(u"guide"_s,
                   [this](const QJsonObject& params) { return done(m_controls.guide(params[u"text"].toString())); });
    peer.onRequest(u"stat"_s, [this](const QJsonObject&) { return rpc::ready(QJsonValue(m_controls.stat())); });
}

Result<QJsonValue> ControlServer::attach(Connection& connection, qint64 after)
{
    SY_TRY_ASSIGN(const auto contents, process::readJournal(m_journalPath, after));
    connection.attached = true;
    connection.sent = contents.events.isEmpty() ? after : contents.events.last().seq;
    // The answer goes out first; the events follow on the same line.
    QMetaObject::invokeMethod(
        connection.peer.get(),
        [peer = connection.peer.get(), events = contents.events] {
            for (const auto& event : events)
                peer->notify(u"event"_s, event.toJson());
        },
        Qt::QueuedConnection);
    return QJsonObject{{u"seq"_s, connection.sent}, {u"pid"_s, QCoreApplication::applicationPid()}};
}

void ControlServer::publish(const Event& event)
{
    for (const auto& connection : m_connections) {
        if (!connection->attached || event.seq <= connection->sent)
            continue;
        connection->sent = event.seq;
        // Queued as well: never before the replay that attach() has scheduled.
        QMetaObject::invokeMethod(
            connection->peer.get(),
            [peer = connection->peer.get(), event] { peer->notify(u"event"_s, event.toJson()); }, Qt::QueuedConnection);
    }
}

void ControlServer::flush()
{
    for (const auto& connection : m_connections) {
        QCoreApplication::sendPostedEvents(connection->peer.get());
        connection->socket->flush();
    }
}

} // namespace switchyard::runner
