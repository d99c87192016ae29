#pragma once

#include "api/event_feed.h"
#include "api/methods.h"

#include <QLocalSocket>

namespace switchyard::api {

//! One client on the local socket, from its hello to its end.
class ClientSession : public QObject
{
    Q_OBJECT
public:
    static constexpr int protocol = 1;

    //! Takes the socket.
    ClientSession(engine::Engine& engine, QLocalSocket* socket, QObject* parent = nullptr);
    ~ClientSession() override;
    void notify(const QString& method, const QJsonObject& params) { m_peer->notify(method, params); }
    void flush() { m_socket->flush(); }

Q_SIGNALS:
    void ended();             //!< once
    void shutdownRequested(); //!< engine.shutdown was called; its answer is on the way

private:
    rpc::Reply answer(const QString& method, const QJsonObject& params);
    Result<QJsonValue> hello(const QJsonObject& params);
    Result<QJsonValue> subscribe(const QJsonObject& params);

    engine::Engine& m_engine;
    std::unique_ptr<QLocalSocket> m_socket;
    std::unique_ptr<rpc::Peer> m_peer;
    std::unique_ptr<EventFeed> m_feed;
    std::optional<Caller> m_caller; //!< after hello
};

} // namespace switchyard::api
