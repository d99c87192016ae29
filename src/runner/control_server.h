#pragma once

#include "base/secret.h"
#include "model/event.h"
#include "rpc/peer.h"

#include <QLocalServer>

namespace switchyard::runner {

//! What the control socket can ask of a run; docs/protocols.md, "Runner socket".
class Controls
{
public:
    virtual ~Controls() = default;
    virtual void cancel() = 0;
    //! Ends it for a limit that is kept elsewhere, such as the day's budget.
    virtual void endForLimit(const QString& reason, const QString& limit) = 0;
    virtual Result<> pause() = 0;
    virtual Result<> resume() = 0;
    virtual QCoro::Task<Result<>> resolveConfirmation(QString id, bool allow, Secret code, QString by, QString door,
                                                      QString why) = 0;
    virtual Result<> answerQuestion(const QString& id, const QString& text) = 0;
    virtual Result<> guide(const QString& text) = 0;
    virtual QJsonObject stat() = 0;
};

//! The runner's socket: replays the journal to whoever attaches, then tells live events; takes orders. Only processes
//! of the same user are served.
class ControlServer : public QObject
{
    Q_OBJECT
public:
    ControlServer(Controls& controls, QString journalPath, QObject* parent = nullptr);
    ~ControlServer() override;
    Result<> listen(const QString& socketPath);
    void publish(const Event& event);
    //! Writes out what waits to be sent; the sockets close when this object goes.
    void flush();

private:
    struct Connection;
    void accept();
    void serve(Connection& connection);
    Result<QJsonValue> attach(Connection& connection, qint64 after);

    Controls& m_controls;
    const QString m_journalPath;
    QLocalServer m_server;
    std::vector<std::unique_ptr<Connection>> m_connections;
};

} // namespace switchyard::runner
