#pragma once

#include "base/paths.h"
#include "rpc/peer.h"
#include "rpc/stdio_device.h"

#include <QObject>
#include <QTimer>

namespace switchyard::client {

//! The protocol this program speaks; the engine refuses another.
inline constexpr int engineProtocol = 1;

//! A socket to a running engine and the JSON-RPC peer on it. Goes with this object; ended() comes once, also when the
//! engine dies. Not thread-safe; never blocks.
class Connection : public QObject
{
    Q_OBJECT
public:
    explicit Connection(QObject* parent = nullptr);
    ~Connection() override;

    //! Connects and says hello; the answer is the engine's {protocol, version, pid, store}. Unavailable if nobody
    //! listens or answers; Conflict if the engine speaks another protocol. One ending, within `limit`.
    static QCoro::Task<Result<QJsonObject>> open(QPointer<Connection> self, QString socketPath, QString clientName,
                                                 milliseconds limit);
    rpc::Peer* peer() const { return m_peer; }
    //! To be called with each call that is made: while one is open, an engine that does not even answer a plain
    //! question within 2 s altogether (it was stopped, it hangs) ends the connection, and with it the call.
    void watch();

Q_SIGNALS:
    void notification(const QString& method, const QJsonObject& params);
    void ended(const switchyard::Error& why); //!< once, after a successful open()

private:
    static QCoro::Task<Result<int>> connectSocket(QByteArray path, milliseconds limit);
    static QCoro::Task<> ask(QPointer<Connection> self);
    int m_socket = -1; //!< a descriptor
    std::unique_ptr<rpc::StdioDevice> m_device;
    rpc::Peer* m_peer = nullptr;
    QTimer m_doubt;
    bool m_asking = false;
};

//! Starts `program engine` in a session of its own; its words go to `log`. Returns its pid.
Result<qint64> spawnEngine(const QString& program, const Paths& paths, const QString& log);
//! What is said of an engine that is there and silent.
Error silentEngine();
//! False for a pid that is gone or a zombie.
bool isRunning(qint64 pid);

} // namespace switchyard::client
