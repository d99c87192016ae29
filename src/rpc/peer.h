#pragma once

#include "base/json.h"

#include <QCoro/QCoroTask>
#include <QIODevice>
#include <QJsonObject>
#include <QPointer>

#include <map>
#include <optional>
#include <vector>

namespace switchyard::rpc {

using Reply = QCoro::Task<Result<QJsonValue>>;

struct PeerLimits {
    qint64 lineBytes = 64 << 20;     //!< a longer line ends the connection: nothing unbounded is kept
    qint64 outgoingBytes = 64 << 20; //!< a reader so slow that this much waits is dropped
    int malformedLines = 20; //!< so many lines that are not JSON-RPC end the connection; 0: any number is skipped
    //! For a server on standard input, which people also feed by hand: what cannot be read is answered (with the id
    //! null), a line that is too long is skipped, batches are taken, and what was asked before the end of input is
    //! answered before closed().
    bool answersAll = false;
};

//! A JSON-RPC 2.0 peer (https://www.jsonrpc.org/specification), one message a line, over any QIODevice pair: the engine
//! socket, runner sockets, agents (ACP) and MCP. Both sides may send requests; their ids do not mix. Batches only where
//! PeerLimits::answersAll is set.
//! Each call() has exactly one ending: the answer, the other side's error, Timeout, or Unavailable when the line
//! closes. Each incoming request is answered exactly once, with an error if nobody handles it. Thread: the one it lives
//! in. Nothing here waits.
class Peer : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<Reply(QJsonObject params)>;
    using NotificationHandler = std::function<void(const QJsonObject& params)>;

    //! Reads from `in`, writes to `out` (may be the same). The devices must outlive the peer and be open.
    Peer(QIODevice* in, QIODevice* out, PeerLimits limits = {}, QObject* parent = nullptr);
    explicit Peer(QIODevice* device, QObject* parent = nullptr) : Peer(device, device, {}, parent) {}
    ~Peer() override; // open calls end with Unavailable

    void onRequest(const QString& method, Handler handler);
    void onNotification(const QString& method, NotificationHandler handler);
    //! For methods that no onRequest()/onNotification() names. Without one: "method not found", or ignored.
    void onOtherRequest(std::function<Reply(QString method, QJsonObject params)> handler);
    void onOtherNotification(std::function<void(const QString& method, const QJsonObject& params)> handler);

    //! `limit` zero: waits as long as the line is open (a prompt's turn). Errors of the other side keep their code
    //! where data.code names one of ours, else Internal; data.rpc_code is in the hint's place of Error only for logs.
    Reply call(const QString& method, const QJsonObject& params, milliseconds limit = std::chrono::seconds(30));
    void notify(const QString& method, const QJsonObject& params);
    //! The id of the request whose handler is being called right now, for those that can be withdrawn by id later.
    QJsonValue requestId() const { return m_requestId; }
    //! The other side wants no answer to its request any more. False: it is not open.
    bool withdraw(const QJsonValue& id) { return m_asked.removeOne(id); }

    bool isOpen() const { return m_open; }
    //! Calls that wait for their answers.
    int openCalls() const { return int(m_pending.size()); }
    //! Ends the connection from this side: open calls end, closed() comes. The devices are left to their owner.
    void close(const Error& why);

Q_SIGNALS:
    void closed(const switchyard::Error& why); //!< once; the last signal
    //! A call ended by its limit; the other side may still be at work on it.
    void abandoned(qint64 id, const QString& method);
    //! A line that is no JSON-RPC message, or answers nothing that is open; already bounded in length. For logs.
    void malformed(const QByteArray& excerpt, const QString& why);
    //! Every message as it went over the line, for traffic logs; only connected when wanted.
    void traffic(bool outgoing, const QByteArray& line);

private:
    struct Pending;
    void readLines();
    void endOfInput();
    void receive(const QByteArray& line);
    void receiveBatch(const QByteArray& line);
    void receiveRequest(const QJsonObject& message);
    Reply handle(const QJsonObject& message);
    void receiveAnswer(const QJsonObject& message);
    QCoro::Task<> answer(QJsonValue id, Reply reply);
    QCoro::Task<> answerBatch(std::vector<std::pair<QJsonValue, Reply>> replies);
    //! Nothing if it was withdrawn meanwhile.
    std::optional<QJsonObject> answerTo(const QJsonValue& id, const Result<QJsonValue>& result);
    void closeIfDone();
    void send(const QJsonObject& message) { sendLine(compactJson(message)); }
    void sendLine(const QByteArray& line);
    void refuse(int code, const QString& why); //!< what has no id to answer to
    void refuseLongLine();
    void reportMalformed(const QByteArray& line, const QString& why);

    QIODevice* const m_in;
    QIODevice* const m_out;
    const PeerLimits m_limits;
    QByteArray m_buffer;
    qsizetype m_scanned = 0; //!< bytes of m_buffer known to hold no line end
    std::map<qint64, std::shared_ptr<Pending>> m_pending;
    qint64 m_nextId = 1;
    QList<QJsonValue> m_asked; //!< ids of the other side's requests that are not answered yet
    int m_malformed = 0;
    bool m_open = true;
    bool m_inputEnded = false;
    bool m_skipping = false; //!< the rest of a line that was too long
    QJsonValue m_requestId{QJsonValue::Undefined};
    QHash<QString, Handler> m_handlers;
    QHash<QString, NotificationHandler> m_notificationHandlers;
    std::function<Reply(QString, QJsonObject)> m_otherRequest;
    std::function<void(const QString&, const QJsonObject&)> m_otherNotification;
};

//! Our Error as a JSON-RPC error object, and back. Codes: -32601 and -32602 where they fit, -32000 auth required,
//! -32002 not found (as ACP has it), else -32603; data = {"code": errorName, "hint"}.
QJsonObject errorToJson(const Error& error);
Error errorFromJson(const QJsonObject& json);
//! The error for an unknown method.
Error methodNotFound(const QString& method);

//! An answer at hand, for handlers that need not wait.
Reply ready(Result<QJsonValue> value);

} // namespace switchyard::rpc
