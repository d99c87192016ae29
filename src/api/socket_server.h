#pragma once

#include "api/client_session.h"

#include <QLocalServer>

namespace switchyard::api {

//! The engine's local socket: only processes of the same user are served.
class SocketServer : public QObject
{
    Q_OBJECT
public:
    SocketServer(engine::Engine& engine, QObject* parent = nullptr);
    //! The caller holds the engine's lock: a socket that is there is a dead engine's and is removed.
    Result<> listen(const QString& path);
    //! Tells the clients that this is an orderly end, and closes the door.
    void close();

Q_SIGNALS:
    void shutdownRequested();

private:
    void accept();
    engine::Engine& m_engine;
    QLocalServer m_server;
    std::vector<std::unique_ptr<ClientSession>> m_sessions;
};

} // namespace switchyard::api
