#pragma once

#include "coder/cancellation.h"
#include "coder/local_terminal.h"
#include "rpc/peer.h"

#include <QFuture>

#include <map>

namespace switchyard::coder {

//! What the client said it offers in `initialize`.
struct ClientOffer {
    bool readsFiles = false;
    bool writesFiles = false;
    bool runsTerminals = false;
    bool showsNotices = false;
    static ClientOffer fromJson(const QJsonObject& clientCapabilities);
};

QJsonObject textBlock(const QString& text); //!< a content block

enum class Permission { Allowed, Refused, Cancelled };

//! The one the agent works for, seen from one session: an editor, or the runner of a task. Everything done to the
//! project goes through it; what it does not offer is done here instead, with the same answers. Every call ends with
//! Cancelled as soon as the turn is cancelled. Paths must have passed the Workspace.
class Client : public QObject
{
    Q_OBJECT
public:
    Client(rpc::Peer* peer, QString sessionId, ClientOffer offer, Cancellation& cancellation);

    void update(const QString& kind, QJsonObject fields); //!< a session/update
    //! A sentence that stands out; among the thoughts where the client has no place for it.
    void warn(const QString& text);
    //! The model's provider takes no calls until then (UTC ms). Only told where there is a place for it.
    void tellLimit(qint64 until);
    QCoro::Task<Permission> askPermission(QJsonObject toolCall);
    //! The person's answer in words. Unavailable if nobody can be asked.
    QCoro::Task<Result<QString>> askUser(QString question, QStringList options);

    //! `line` from 1 and `limit` lines; zero: all.
    QCoro::Task<Result<QString>> readFile(QString path, int line = 0, int limit = 0);
    QCoro::Task<Result<>> writeFile(QString path, QString text);

    //! A shell command; the id of its terminal. Forbidden when the client will not have it.
    QCoro::Task<Result<QString>> createTerminal(QString command, QString cwd);
    QCoro::Task<Result<TerminalState>> terminalState(QString terminal);
    //! Timeout after `limit`; the command then still runs.
    QCoro::Task<Result<>> waitForExit(QString terminal, milliseconds limit);
    //! These two also work after a cancellation, and do not wait.
    void killTerminal(const QString& terminal);
    void releaseTerminal(const QString& terminal);
    //! True if the terminal can be shown by the client.
    bool showsTerminals() const { return m_offer.runsTerminals; }

private:
    //! `lost` is told an answer that came after the cancellation.
    rpc::Reply call(QString method, QJsonObject params, milliseconds limit,
                    std::function<void(const QJsonValue& answer)> lost = {});

    const QPointer<rpc::Peer> m_peer;
    const QString m_sessionId;
    const ClientOffer m_offer;
    Cancellation& m_cancellation;
    std::map<QString, std::unique_ptr<LocalTerminal>> m_local;
    QHash<QString, QFuture<bool>> m_ended; //!< of every terminal that is not released
    int m_lastLocal = 0;
};

} // namespace switchyard::coder
