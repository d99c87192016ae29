#include "llm/openai.h"

#include "base/json.h"

namespace switchyard::llm {

namespace {

constexpr qsizetype mostCalls = 128;

QJsonObject assistantJson(const Message& message)
{
    QJsonObject json{{u"role"_s, u"assistant"_s},
                     {u"content"_s, message.text.isEmpty() ? QJsonValue() : QJsonValue(message.text)}};
    QJsonArray calls;
    for (const auto& call : message.calls)
        calls.append(
            QJsonObject{{u"id"_s, call.id},
                        {u"type"_s, u"function"_s},
                        {u"function"_s, QJsonObject{{u"name"_s, call.name},
                                                    {u"arguments"_s, QString::fromUtf8(compactJson(call.input))}}}});
    if (!calls.isEmpty())
        json.insert(u"tool_calls"_s, calls);
    return json;
}

//! Plain text where it is nothing else: not every server takes parts.
QJsonValue userContent(const Message& message)
{
    if (message.pictures.isEmpty())
        return message.text;
    QJsonArray parts{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, message.text}}};
    for (const auto& picture : message.pictures) {
        const QJsonObject address{{u"url"_s, u"data:%1;base64,%2"_s.arg(picture.mimeType, picture.data)}};
        parts.append(QJsonObject{{u"type"_s, u"image_url"_s}, {u"image_url"_s, address}});
    }
    return parts;
}

QJsonArray messagesJson(const Request& request)
{
    QJsonArray out;
    if (!request.system.isEmpty())
        out.append(QJsonObject{{u"role"_s, u"system"_s}, {u"content"_s, request.system}});
    for (const auto& message : request.messages) {
        switch (message.role) {
        case Message::Role::User:
            out.append(QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, userContent(message)}});
            break;
        case Message::Role::Assistant:
            out.append(assistantJson(message));
            break;
        case Message::Role::Tools:
            for (const auto& result : message.results)
                out.append(QJsonObject{
                    {u"role"_s, u"tool"_s}, {u"tool_call_id"_s, result.callId}, {u"content"_s, result.text}});
            break;
        }
    }
    return out;
}

class OpenAiCompletion final : public HttpCompletion
{
public:
    using HttpCompletion::HttpCompletion;

private:
    struct Call {
        QString id, name;
        QByteArray arguments;
    };

    void begin() override
    {
        m_text.clear();
        m_reasoning.clear();
        m_refusal.clear();
        m_calls.clear();
        m_usage = {};
        m_finish.clear();
        m_model.clear();
        m_done = false;
    }

    Result<> receive(const SseEvent& event) override
    {
        if (event.data.trimmed() == "[DONE]") {
            if (m_finish.isEmpty()) // a server that gave up closes politely, too
                return fail(ErrorCode::Unavailable, u"The model's answer ended without its end."_s);
            m_done = true;
            return {};
        }
        const auto parsed = parseObject(event.data, u"A chunk of the model"_s);
        if (!parsed)
            return fail(ErrorCode::Unavailable, parsed.error().message);
        const auto& json = *parsed;
        if (json.contains(u"error"))
            return fail(ErrorCode::Unavailable,
                        u"The model's server broke off: %1."_s.arg(
                            json[u"error"][u"message"].toString(json[u"error"].toString()).left(300)));
        m_model = json[u"model"].toString(m_model);
        if (const auto usage = json[u"usage"]; usage.isObject())
            readUsage(usage.toObject());
        const auto choice = json[u"choices"][0];
        if (const auto reason = choice[u"finish_reason"].toString(); !reason.isEmpty())
            m_finish = reason;
        return readDelta(choice[u"delta"].toObject());
    }

    void readUsage(const QJsonObject& json)
    {
        const auto cached = json[u"prompt_tokens_details"][u"cached_tokens"].toInteger();
        m_usage = {json[u"prompt_tokens"].toInteger() - cached, json[u"completion_tokens"].toInteger(), cached, 0};
    }

    Result<> readDelta(const QJsonObject& delta)
    {
        for (const auto& piece : delta[u"tool_calls"].toArray()) {
            const auto index = piece[u"index"].toInteger(m_calls.size());
            if (index < 0 || index > m_calls.size() || index >= mostCalls)
                return fail(ErrorCode::Unavailable, u"The model's stream is out of order."_s);
            if (index == m_calls.size())
                m_calls.append(Call{});
            auto& call = m_calls[index];
            const auto function = piece[u"function"];
            if (call.id.isEmpty())
                call.id = piece[u"id"].toString();
            if (call.name.isEmpty())
                call.name = function[u"name"].toString();
            call.arguments += function[u"arguments"].toString().toUtf8();
        }
        m_refusal += delta[u"refusal"].toString();
        const auto reasoning = delta[u"reasoning_content"].toString(delta[u"reasoning"].toString());
        const auto words = delta[u"content"].toString();
        m_reasoning += reasoning;
        m_text += words;
        const QPointer<OpenAiCompletion> self(this);
        if (!reasoning.isEmpty())
            streamThought(reasoning);
        if (self && !words.isEmpty())
            streamText(words);
        return {};
    }

    bool isComplete(bool streamEnded) const override { return m_done || (streamEnded && !m_finish.isEmpty()); }
    Usage usageSoFar() const override { return m_usage; }

    Answer answer() override
    {
        Answer answer;
        answer.message.role = Message::Role::Assistant;
        answer.message.text = m_text.isEmpty() ? m_refusal : m_text;
        if (!m_reasoning.isEmpty())
            answer.message.thinking.append({m_reasoning, {}, {}});
        for (qsizetype i = 0; i < m_calls.size(); ++i) {
            ToolCall call{m_calls[i].id, m_calls[i].name, {}, {}};
            if (call.id.isEmpty())
                call.id = u"call_%1"_s.arg(i);
            readArguments(call, m_calls[i].arguments);
            answer.message.calls.append(call);
        }
        answer.usage = m_usage;
        answer.model = m_model;
        if (m_finish == u"length")
            answer.stop = StopReason::MaxTokens;
        else if (m_finish == u"content_filter" || !m_refusal.isEmpty())
            answer.stop = StopReason::Refusal;
        else if (!m_calls.isEmpty()) // some servers say "stop" with calls in hand
            answer.stop = StopReason::ToolUse;
        return answer;
    }

    QString m_text, m_reasoning, m_refusal, m_finish, m_model;
    QList<Call> m_calls;
    Usage m_usage;
    bool m_done = false;
};

} // namespace

QJsonObject openAiBody(const Request& request, const ModelInfo& model, bool official)
{
    QJsonArray tools;
    for (const auto& tool : request.tools)
        tools.append(QJsonObject{{u"type"_s, u"function"_s},
                                 {u"function"_s, QJsonObject{{u"name"_s, tool.name},
                                                             {u"description"_s, tool.description},
                                                             {u"parameters"_s, tool.schema}}}});
    QJsonObject body{{u"model"_s, model.id},
                     {u"stream"_s, true},
                     {u"stream_options"_s, QJsonObject{{u"include_usage"_s, true}}},
                     {u"messages"_s, messagesJson(request)}};
    if (!tools.isEmpty())
        body.insert(u"tools"_s, tools);
    const int most = request.maxOutputTokens > 0 ? request.maxOutputTokens : model.maxOutputTokens;
    if (official)
        body.insert(u"max_completion_tokens"_s, most);
    else if (request.maxOutputTokens > 0 || model.prices) // nothing is known of other models: their server's default
        body.insert(u"max_tokens"_s, most);
    return body;
}

OpenAiProvider::OpenAiProvider(const QUrl& endpoint, const Secret& key, ModelInfo model, RetryPolicy retry)
    : m_request(endpoint), m_model(std::move(model)), m_retry(retry), m_network(makeNetwork())
{
    m_request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    m_request.setHeader(QNetworkRequest::UserAgentHeader, u"switchyard"_s);
    m_request.setRawHeader("accept", "text/event-stream");
    if (!key.isEmpty())
        m_request.setRawHeader("authorization", "Bearer " + key.reveal());
}

std::unique_ptr<Completion> OpenAiProvider::complete(const Request& request)
{
    const bool official = m_request.url().host() == u"api.openai.com";
    return std::make_unique<OpenAiCompletion>(m_network, m_request, compactJson(openAiBody(request, m_model, official)),
                                              m_retry);
}

} // namespace switchyard::llm
