#include "rpc/peer.h"

#include "rpc/error_codes.h"

#include <QCoro/QCoroFuture>
#include <QJsonDocument>
#include <QPromise>
#include <QTimer>

namespace switchyard::rpc {

namespace {

constexpr qsizetype excerptBytes = 400;
constexpr qsizetype batchMessages = 100;
constexpr qint64 mostAtOnce = 1 << 20; // bytes of one read

} // namespace

struct Peer::Pending {
    QPromise<Result<QJsonValue>> promise;
    std::unique_ptr<QTimer> timer;

    Pending() { promise.start(); }
    void finish(Result<QJsonValue> result)
    {
        if (timer) // which may be calling us
            timer.release()->deleteLater();
        promise.addResult(std::move(result));
        promise.finish();
    }
};

Peer::Peer(QIODevice* in, QIODevice* out, PeerLimits limits, QObject* parent)
    : QObject(parent), m_in(in), m_out(out), m_limits(limits)
{
    connect(m_in, &QIODevice::readyRead, this, &Peer::readLines);
    const auto ended = [this] {
        const QPointer<Peer> self(this);
        readLines(); // what came before the end counts
        if (self)
            close({ErrorCode::Unavailable, tr("The other side closed the connection."), {}});
    };
    connect(m_in, &QIODevice::readChannelFinished, this,
            m_limits.answersAll ? std::function<void()>([this] { endOfInput(); }) : ended);
    connect(m_in, &QIODevice::aboutToClose, this, ended);
    if (m_in->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &Peer::readLines, Qt::QueuedConnection);
}

Peer::~Peer()
{
    m_open = false;
    for (auto& [id, pending] : std::exchange(m_pending, {}))
        pending->finish(fail(ErrorCode::Unavailable, tr("The connection was closed.")));
}

void Peer::onRequest(const QString& method, Handler handler)
{
    m_handlers.insert(method, std::move(handler));
}

void Peer::onNotification(const QString& method, NotificationHandler handler)
{
    m_notificationHandlers.insert(method, std::move(handler));
}

void Peer::onOtherRequest(std::function<Reply(QString, QJsonObject)> handler)
{
    m_otherRequest = std::move(handler);
}

void Peer::onOtherNotification(std::function<void(const QString&, const QJsonObject&)> handler)
{
    m_otherNotification = std::move(handler);
}

Reply Peer::call(const QString& method, const QJsonObject& params, milliseconds limit)
{
    if (!m_open)
        co_return fail(ErrorCode::Unavailable, tr("The connection is closed; “%1” was not sent.").arg(method));
    const auto id = m_nextId++;
    auto pending = std::make_shared<Pending>();
    m_pending.emplace(id, pending);
    if (limit.count() > 0) {
        pending->timer = std::make_unique<QTimer>();
        pending->timer->setSingleShot(true);
        connect(pending->timer.get(), &QTimer::timeout, this, [this, id, method, limit] {
            if (auto node = m_pending.extract(id)) {
                const auto why = tr("No answer to “%1” within %2 s.").arg(method).arg(double(limit.count()) / 1000);
                node.mapped()->finish(fail(ErrorCode::Timeout, why));
                Q_EMIT abandoned(id, method);
            }
        });
        pending->timer->start(limit);
    }
    auto future = pending->promise.future();
    send({{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}, {u"method"_s, method}, {u"params"_s, params}});
    pending.reset();
    co_return co_await future;
}

void Peer::notify(const QString& method, const QJsonObject& params)
{
    send({{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, method}, {u"params"_s, params}});
}

void Peer::close(const Error& why)
{
    if (!m_open)
        return;
    m_open = false;
    m_in->disconnect(this);
    const QPointer<Peer> self(this);
    for (auto& [id, pending] : std::exchange(m_pending, {}))
        pending->finish(fail(why));
    if (self)
        Q_EMIT closed(why);
}

void Peer::readLines()
{
    const QPointer<Peer> self(this);
    while (self && m_open && m_in->bytesAvailable() > 0) {
        // No more than is there: the buffer would keep room for the rest as long as the connection lives.
        m_buffer += m_in->read(std::min(m_in->bytesAvailable(), mostAtOnce));
        if (m_skipping) {
            const auto end = m_buffer.indexOf('\n');
            m_skipping = end < 0;
            m_buffer.remove(0, m_skipping ? m_buffer.size() : end + 1);
        }
        qsizetype start = 0;
        for (;;) {
            const auto end = m_buffer.indexOf('\n', std::max(start, m_scanned));
            if (end < 0)
                break;
            if (end - start <= m_limits.lineBytes)
                receive(m_buffer.sliced(start, end - start));
            else
                refuseLongLine();
            if (!self || !m_open)
                return;
            start = end + 1;
        }
        if (start == m_buffer.size())
            m_buffer.clear(); // its memory, too
        else
            m_buffer.remove(0, start);
        m_scanned = m_buffer.size();
        if (m_buffer.size() > m_limits.lineBytes) {
            m_buffer.clear();
            m_scanned = 0;
            m_skipping = true;
            refuseLongLine();
        }
    }
}

void Peer::endOfInput()
{
    const QPointer<Peer> self(this);
    readLines();
    if (!self || !m_open)
        return;
    if (!m_buffer.isEmpty()) // a last line without its end
        receive(std::exchange(m_buffer, {}));
    if (!self)
        return;
    m_inputEnded = true;
    closeIfDone();
}

void Peer::closeIfDone()
{
    if (m_inputEnded && m_asked.isEmpty())
        close({ErrorCode::Unavailable, tr("The other side closed the connection."), {}});
}

void Peer::refuse(int code, const QString& why)
{
    if (m_limits.answersAll)
        send({{u"jsonrpc"_s, u"2.0"_s},
              {u"id"_s, QJsonValue::Null},
              {u"error"_s, QJsonObject{{u"code"_s, code}, {u"message"_s, why}}}});
}

void Peer::refuseLongLine()
{
    const auto why = tr("The other side sent a line of more than %1 bytes.").arg(m_limits.lineBytes);
    if (m_limits.answersAll)
        return refuse(invalidRequestCode, tr("A line holds more than %1 bytes.").arg(m_limits.lineBytes));
    m_buffer.clear();
    close({ErrorCode::Limit, why, {}});
}

void Peer::receive(const QByteArray& line)
{
    const auto text = line.trimmed();
    if (text.isEmpty())
        return;
    Q_EMIT traffic(false, line);
    if (m_limits.answersAll && text.startsWith('['))
        return receiveBatch(text);
    const auto message = parseObject(line, tr("A line of the other side"));
    if (!message) {
        refuse(parseErrorCode, message.error().message);
        return reportMalformed(line, message.error().message);
    }
    if (message->contains(u"method"))
        receiveRequest(*message);
    else if (message->contains(u"result") || message->contains(u"error"))
        receiveAnswer(*message);
    else {
        refuse(invalidRequestCode, tr("It is neither a request nor an answer."));
        reportMalformed(line, tr("It is neither a request nor an answer."));
    }
}

void Peer::receiveBatch(const QByteArray& line)
{
    QJsonParseError problem;
    const auto messages = QJsonDocument::fromJson(line, &problem).array();
    const bool broken = problem.error != QJsonParseError::NoError;
    const auto why = broken                            ? problem.errorString()
                     : messages.isEmpty()              ? tr("The batch is empty.")
                     : messages.size() > batchMessages ? tr("A batch holds more than %1 messages.").arg(batchMessages)
                                                       : QString();
    if (!why.isEmpty()) {
        refuse(broken ? parseErrorCode : invalidRequestCode, why);
        return reportMalformed(line, why);
    }
    const QPointer<Peer> self(this);
    std::vector<std::pair<QJsonValue, Reply>> replies; // each is at work as soon as it is made
    for (const auto& value : messages) {
        const auto message = value.toObject();
        const auto id = message[u"id"];
        if (message.contains(u"method") && !id.isUndefined()) {
            m_asked << id;
            replies.emplace_back(id, handle(message));
        } else if (message.contains(u"method")) {
            receiveRequest(message);
        } else if (message.contains(u"result") || message.contains(u"error")) {
            receiveAnswer(message);
        } else {
            m_asked << QJsonValue(QJsonValue::Null);
            replies.emplace_back(QJsonValue::Null,
                                 ready(fail(ErrorCode::Invalid, tr("It is neither a request nor an answer."))));
        }
        if (!self)
            return;
    }
    if (!replies.empty())
        answerBatch(std::move(replies));
}

Reply Peer::handle(const QJsonObject& message)
{
    const auto method = message[u"method"].toString();
    const auto params = message[u"params"].toObject();
    m_requestId = message[u"id"];
    if (const auto handler = m_handlers.value(method))
        return handler(params);
    if (m_otherRequest)
        return m_otherRequest(method, params);
    return ready(fail(methodNotFound(method)));
}

void Peer::receiveRequest(const QJsonObject& message)
{
    const auto id = message[u"id"];
    if (!id.isUndefined()) {
        m_asked << id;
        answer(id, handle(message));
        return;
    }
    const auto method = message[u"method"].toString();
    const auto params = message[u"params"].toObject();
    if (const auto handler = m_notificationHandlers.value(method))
        handler(params);
    else if (m_otherNotification)
        m_otherNotification(method, params);
}

std::optional<QJsonObject> Peer::answerTo(const QJsonValue& id, const Result<QJsonValue>& result)
{
    if (!m_asked.removeOne(id))
        return std::nullopt;
    QJsonObject message{{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}};
    if (result)
        message.insert(u"result"_s, result->isUndefined() ? QJsonValue(QJsonObject()) : *result);
    else
        message.insert(u"error"_s, errorToJson(result.error()));
    return message;
}

QCoro::Task<> Peer::answer(QJsonValue id, Reply reply)
{
    const QPointer<Peer> self(this);
    const auto result = co_await std::move(reply);
    if (!self)
        co_return;
    if (const auto message = answerTo(id, result))
        send(*message);
    closeIfDone();
}

QCoro::Task<> Peer::answerBatch(std::vector<std::pair<QJsonValue, Reply>> replies)
{
    const QPointer<Peer> self(this);
    QJsonArray answers;
    for (auto& [id, reply] : replies) {
        const auto result = co_await std::move(reply);
        if (!self)
            co_return;
        if (const auto message = answerTo(id, result))
            answers << *message;
    }
    if (!answers.isEmpty())
        sendLine(QJsonDocument(answers).toJson(QJsonDocument::Compact));
    closeIfDone();
}

void Peer::receiveAnswer(const QJsonObject& message)
{
    const auto id = message[u"id"].toInteger(-1);
    auto node = m_pending.extract(id);
    if (!node && id > 0 && id < m_nextId) { // too late, or answered twice: slow is not malformed
        Q_EMIT malformed(compactJson(message).left(excerptBytes), tr("It answers a request that is no longer open."));
        return;
    }
    if (!node)
        return reportMalformed(compactJson(message), tr("It answers a request that was never made."));
    if (message.contains(u"error"))
        node.mapped()->finish(fail(errorFromJson(message[u"error"].toObject())));
    else
        node.mapped()->finish(message[u"result"]);
}

void Peer::sendLine(const QByteArray& line)
{
    if (!m_open)
        return;
    Q_EMIT traffic(true, line);
    const auto leave = [this](const Error& why) {
        // Later: whoever sends may not expect its calls to end before it returns.
        QMetaObject::invokeMethod(this, [this, why] { close(why); }, Qt::QueuedConnection);
    };
    if (m_out->write(line + '\n') < 0)
        leave({ErrorCode::Unavailable, tr("The other side cannot be written to: %1.").arg(m_out->errorString()), {}});
    else if (m_out->bytesToWrite() > m_limits.outgoingBytes)
        leave({ErrorCode::Limit, tr("The other side reads too slowly; it was dropped."), {}});
}

void Peer::reportMalformed(const QByteArray& line, const QString& why)
{
    Q_EMIT malformed(line.left(excerptBytes), why);
    if (m_limits.malformedLines > 0 && ++m_malformed >= m_limits.malformedLines)
        close({ErrorCode::Corrupt, tr("The other side sent %1 lines that are not JSON-RPC.").arg(m_malformed), {}});
}

Reply ready(Result<QJsonValue> value)
{
    co_return value;
}

} // namespace switchyard::rpc
