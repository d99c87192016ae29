#include "fake_model.h"

#include "base/json.h"

#include <QTimer>

namespace switchyard::testing {

namespace {

constexpr qsizetype pieceBytes = 61; // cuts events, lines and characters apart

QByteArray event(const QByteArray& name, const QJsonObject& data)
{
    return (name.isEmpty() ? QByteArray() : "event: " + name + '\n') + "data: " + compactJson(data) + "\n\n";
}

QByteArray argumentsOf(const llm::ToolCall& call)
{
    return call.inputError.isEmpty() ? compactJson(call.input) : call.inputError.toUtf8();
}

QByteArray anthropicStream(const Speech& speech)
{
    QByteArray out =
        event("message_start",
              {{u"type"_s, u"message_start"_s},
               {u"message"_s,
                QJsonObject{{u"model"_s, u"claude-test"_s},
                            {u"usage"_s, QJsonObject{{u"input_tokens"_s, speech.usage.input},
                                                     {u"cache_read_input_tokens"_s, speech.usage.cacheRead},
                                                     {u"cache_creation_input_tokens"_s, speech.usage.cacheWrite},
                                                     {u"output_tokens"_s, 0}}}}}});
    int index = 0;
    const auto block = [&](const QJsonObject& start, const QList<QJsonObject>& deltas) {
        out += event("content_block_start",
                     {{u"type"_s, u"content_block_start"_s}, {u"index"_s, index}, {u"content_block"_s, start}});
        for (const auto& delta : deltas)
            out += event("content_block_delta",
                         {{u"type"_s, u"content_block_delta"_s}, {u"index"_s, index}, {u"delta"_s, delta}});
        out += event("content_block_stop", {{u"type"_s, u"content_block_stop"_s}, {u"index"_s, index}});
        ++index;
    };
    if (!speech.thinking.isEmpty())
        block({{u"type"_s, u"thinking"_s}, {u"thinking"_s, QString()}},
              {{{u"type"_s, u"thinking_delta"_s}, {u"thinking"_s, speech.thinking}},
               {{u"type"_s, u"signature_delta"_s}, {u"signature"_s, u"signed"_s}}});
    out += event("ping", {{u"type"_s, u"ping"_s}});
    if (!speech.text.isEmpty()) {
        const auto half = speech.text.size() / 2;
        block({{u"type"_s, u"text"_s}, {u"text"_s, QString()}},
              {{{u"type"_s, u"text_delta"_s}, {u"text"_s, speech.text.first(half)}},
               {{u"type"_s, u"text_delta"_s}, {u"text"_s, speech.text.sliced(half)}}});
    }
    for (const auto& call : speech.calls) {
        const auto json = QString::fromUtf8(argumentsOf(call));
        const auto half = json.size() / 2;
        block({{u"type"_s, u"tool_use"_s}, {u"id"_s, call.id}, {u"name"_s, call.name}, {u"input"_s, QJsonObject()}},
              {{{u"type"_s, u"input_json_delta"_s}, {u"partial_json"_s, json.first(half)}},
               {{u"type"_s, u"input_json_delta"_s}, {u"partial_json"_s, json.sliced(half)}}});
    }
    const auto stop =
        !speech.stopReason.isEmpty() ? speech.stopReason : (speech.calls.isEmpty() ? u"end_turn"_s : u"tool_use"_s);
    out += event("message_delta", {{u"type"_s, u"message_delta"_s},
                                   {u"delta"_s, QJsonObject{{u"stop_reason"_s, stop}}},
                                   {u"usage"_s, QJsonObject{{u"output_tokens"_s, speech.usage.output}}}});
    return out + event("message_stop", {{u"type"_s, u"message_stop"_s}});
}

QByteArray openAiStream(const Speech& speech)
{
    QByteArray out;
    const auto chunk = [&](const QJsonObject& delta, const QJsonValue& finish = {}) {
        out +=
            event({}, {{u"model"_s, u"gpt-test"_s},
                       {u"choices"_s,
                        QJsonArray{QJsonObject{{u"index"_s, 0}, {u"delta"_s, delta}, {u"finish_reason"_s, finish}}}}});
    };
    chunk({{u"role"_s, u"assistant"_s}, {u"content"_s, QJsonValue()}});
    if (!speech.thinking.isEmpty())
        chunk({{u"reasoning_content"_s, speech.thinking}});
    if (!speech.text.isEmpty()) {
        const auto half = speech.text.size() / 2;
        chunk({{u"content"_s, speech.text.first(half)}});
        chunk({{u"content"_s, speech.text.sliced(half)}});
    }
    for (qsizetype i = 0; i < speech.calls.size(); ++i) {
        const auto json = QString::fromUtf8(argumentsOf(speech.calls[i]));
        const auto half = json.size() / 2;
        const auto piece = [&](QJsonObject fields, const QString& arguments) {
            auto function = fields[u"function"].toObject();
            function.insert(u"arguments"_s, arguments);
            fields.insert(u"function"_s, function);
            fields.insert(u"index"_s, i);
            chunk({{u"tool_calls"_s, QJsonArray{fields}}});
        };
        piece({{u"id"_s, speech.calls[i].id},
               {u"type"_s, u"function"_s},
               {u"function"_s, QJsonObject{{u"name"_s, speech.calls[i].name}}}},
              json.first(half));
        piece({}, json.sliced(half));
    }
    const auto stop =
        speech.stopReason == u"max_tokens" ? u"length"_s : (speech.calls.isEmpty() ? u"stop"_s : u"tool_calls"_s);
    chunk({}, stop);
    const auto prompt = speech.usage.input + speech.usage.cacheRead;
    out += event({}, {{u"choices"_s, QJsonArray()},
                      {u"usage"_s, QJsonObject{{u"prompt_tokens"_s, prompt},
                                               {u"completion_tokens"_s, speech.usage.output},
                                               {u"prompt_tokens_details"_s,
                                                QJsonObject{{u"cached_tokens"_s, speech.usage.cacheRead}}}}}});
    return out + "data: [DONE]\n\n";
}

} // namespace

Reply Reply::say(Dialect dialect, const Speech& speech)
{
    return {200, {}, dialect == Dialect::Anthropic ? anthropicStream(speech) : openAiStream(speech), -1, false};
}

Reply Reply::error(int status, const QByteArray& body, QList<QByteArray> headers)
{
    return {status, headers << "content-type: application/json", body, -1, false};
}

Reply Reply::cutAt(const QByteArray& mark) const
{
    auto reply = *this;
    reply.cutAfter = body.indexOf(mark);
    if (reply.cutAfter < 0)
        qFatal("the mark is not in the answer");
    return reply;
}

FakeModel::FakeModel()
{
    if (!listen(QHostAddress::LocalHost))
        qFatal("no port");
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (auto* const socket = nextPendingConnection())
            serve(socket);
    });
}

void FakeModel::serve(QTcpSocket* socket)
{
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
        auto buffer = socket->property("buffer").toByteArray() + socket->readAll();
        const auto headEnd = buffer.indexOf("\r\n\r\n");
        socket->setProperty("buffer", buffer);
        if (headEnd < 0)
            return;
        const auto head = buffer.first(headEnd);
        const auto lengthAt = head.toLower().indexOf("content-length:");
        const auto length = head.sliced(lengthAt + 15).split('\r').first().trimmed().toLongLong();
        if (buffer.size() < headEnd + 4 + length)
            return;
        socket->setProperty("buffer", buffer.sliced(headEnd + 4 + length));
        requests.append({head, QJsonDocument::fromJson(buffer.sliced(headEnd + 4, length)).object()});
        if (onRequest)
            answer(socket, onRequest(requests.last().body));
        else
            answer(socket, replies.isEmpty() ? Reply::error(500, R"({"error":{"message":"nothing left to say"}})")
                                             : replies.takeFirst());
    });
}

void FakeModel::answer(QTcpSocket* socket, const Reply& reply)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + " X\r\ntransfer-encoding: chunked\r\n";
    bool typed = false;
    for (const auto& header : reply.headers) {
        head += header + "\r\n";
        typed = typed || header.toLower().startsWith("content-type");
    }
    socket->write(head + (typed ? "" : "content-type: text/event-stream; charset=utf-8\r\n") + "\r\n");
    auto* const timer = new QTimer(socket);
    const auto sent = std::make_shared<qsizetype>(0);
    connect(socket, &QTcpSocket::disconnected, timer, [this, sent, reply] {
        if (*sent < reply.body.size() && reply.cutAfter < 0)
            ++lostConnections;
    });
    connect(timer, &QTimer::timeout, socket, [socket, timer, sent, reply] {
        const auto end = reply.cutAfter >= 0 ? reply.cutAfter : reply.body.size();
        const auto piece = reply.body.sliced(*sent, std::min(pieceBytes, end - *sent));
        if (!piece.isEmpty())
            socket->write(QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n");
        *sent += piece.size();
        if (*sent < end)
            return;
        timer->deleteLater();
        timer->stop();
        if (reply.hangs)
            return;
        if (reply.cutAfter >= 0)
            socket->disconnectFromHost(); // without the last chunk
        else
            socket->write("0\r\n\r\n");
    });
    timer->start(0);
}

} // namespace switchyard::testing
