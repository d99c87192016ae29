#pragma once

#include "rpc/peer.h"

#include <QProcess>
#include <QPromise>

#include <map>

namespace switchyard::testing {

//! An ACP client for tests: starts an agent program, serves its requests on real files and with real commands, and
//! keeps everything that came. Which requests are served is chosen before initialize().
class AcpClient : public QObject
{
    Q_OBJECT
public:
    AcpClient(const QString& program, const QStringList& arguments, const QMap<QString, QString>& environment,
              const QString& cwd);
    ~AcpClient() override;

    bool offersFiles = true;
    bool offersTerminals = true;
    //! Decides about commands; everything is allowed without one.
    std::function<bool(const QString& command)> allow;
    bool answersPermissions = true;                         //!< false: leaves them open until cancel()
    bool answersTerminals = true;                           //!< false: names no new terminal until tellTerminals()
    std::function<QString(const QString& question)> answer; //!< serves _switchyard/ask_user when set

    QCoro::Task<Result<QJsonValue>> initialize();
    QCoro::Task<Result<QJsonValue>> newSession(QJsonObject meta = {});
    QCoro::Task<Result<QJsonValue>> prompt(QString text);
    QCoro::Task<Result<QJsonValue>> call(QString method, QJsonObject params);
    void cancel();
    void tellTerminals();
    void closeInput() { m_process.closeWriteChannel(); }

    QJsonObject of(const QString& sessionUpdate, int index = 0) const; //!< counted from the end when negative
    int count(const QString& sessionUpdate) const;
    QString text(const QString& sessionUpdate) const; //!< chunks, joined
    QJsonObject switchyardMeta() const;               //!< of the newest usage_update

    QString sessionId;
    QList<QJsonObject> updates;
    QStringList asked; //!< commands of permission requests, in order
    QList<QJsonObject> permissions;
    QStringList created; //!< commands of terminal/create
    QStringList killed;  //!< terminals
    QStringList filesRead, filesWritten;
    QStringList questions;
    int openTerminals() const;
    QList<QByteArray> traffic; //!< both ways
    QProcess& process() { return m_process; }

private:
    struct Terminal;
    void serve();
    rpc::Reply permission(QJsonObject params);
    rpc::Reply createTerminal(QJsonObject params);

    QProcess m_process;
    QString m_cwd;
    std::unique_ptr<rpc::Peer> m_peer;
    std::map<QString, std::shared_ptr<Terminal>> m_terminals;
    using Promises = QList<std::shared_ptr<QPromise<bool>>>;
    Promises m_openPermissions;
    Promises m_openTerminals;
    int m_released = 0;
};

} // namespace switchyard::testing
