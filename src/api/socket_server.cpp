#include "api/socket_server.h"

#include <QFile>
#include <QLoggingCategory>

#include <sys/socket.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcSocket, "switchyard.socket")

namespace switchyard::api {

namespace {

constexpr size_t mostClients = 200;

bool isOwnUser(const QLocalSocket& socket)
{
    ucred credentials{};
    socklen_t size = sizeof credentials;
    return getsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 &&
           credentials.uid == getuid();
}

} // namespace

SocketServer::SocketServer(engine::Engine& engine, QObject* parent) : QObject(parent), m_engine(engine)
{
    connect(&m_server, &QLocalServer::newConnection, this, &SocketServer::accept);
}

Result<> SocketServer::listen(const QString& path)
{
    QLocalServer::removeServer(path);
    if (!m_server.listen(path))
        return fail(ErrorCode::Io, tr("The engine cannot listen on %1: %2.").arg(path, m_server.errorString()));
    // Not QLocalServer's own way to restrict access: a process killed in the middle of it leaves a folder behind.
    QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
    return {};
}

void SocketServer::accept()
{
    while (auto* const socket = m_server.nextPendingConnection()) {
        if (!isOwnUser(*socket) || m_sessions.size() >= mostClients) {
            qCWarning(lcSocket) << "a client was turned away";
            socket->deleteLater();
            continue;
        }
        auto session = std::make_unique<ClientSession>(m_engine, socket);
        connect(session.get(), &ClientSession::shutdownRequested, this, &SocketServer::shutdownRequested);
        connect(session.get(), &ClientSession::ended, this, [this, raw = session.get()] {
            std::erase_if(m_sessions, [raw](auto& held) {
                if (held.get() != raw)
                    return false;
                held.release()->deleteLater();
                return true;
            });
        });
        m_sessions.push_back(std::move(session));
    }
}

void SocketServer::close()
{
    m_server.close();
    for (const auto& session : m_sessions) {
        session->notify(u"engine.stopping"_s, {});
        session->flush();
    }
}

} // namespace switchyard::api
