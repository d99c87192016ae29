#include "llm/anthropic.h"

#include "base/json.h"

namespace switchyard::llm {

namespace {

const QJsonObject cachePoint{{u"type"_s, u"ephemeral"_s}};
constexpr int thinkingTokens = 8'000; //!< for models that want a budget
constexpr qsizetype mostBlocks = 512;

QJsonArray assistantBlocks(const Message& message)
{
    QJsonArray blocks;
    for (const auto& thought : message.thinking) {
        if (!thought.redacted.isEmpty())
            blocks.append(QJsonObject{{u"type"_s, u"redacted_thinking"_s}, {u"data"_s, thought.redacted}});
        else if (!thought.signature.isEmpty()) // unsigned thoughts come from elsewhere and would be refused
            blocks.append(QJsonObject{
                {u"type"_s, u"thinking"_s}, {u"thinking"_s, thought.text}, {u"signature"_s, thought.signature}});
    }
    if (!message.text.trimmed().isEmpty())
        blocks.append(QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, message.text}});
    for (const auto& call : message.calls)
        blocks.append(QJsonObject{
            {u"type"_s, u"tool_use"_s}, {u"id"_s, call.id}, {u"name"_s, call.name}, {u"input"_s, call.input}});
    return blocks;
}

QJsonArray userBlocks(const Message& message)
{
    QJsonArray blocks;
    for (const auto& result : message.results)
        blocks.append(QJsonObject{{u"type"_s, u"tool_result"_s},
                                  {u"tool_use_id"_s, result.callId},
                                  {u"content"_s, result.text.isEmpty() ? u"(nothing)"_s : result.text},
                                  {u"is_error"_s, !result.ok}});
    for (const auto& picture : message.pictures)
        blocks.append(QJsonObject{
            {u"type"_s, u"image"_s},
            {u"source"_s,
             QJsonObject{{u"type"_s, u"base64"_s}, {u"media_type"_s, picture.mimeType}, {u"data"_s, picture.data}}}});
    if (message.role == Message::Role::User)
        blocks.append(QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, message.text}});
    return blocks;
}

QJsonArray messagesJson(const QList<Message>& messages)
{
    QJsonArray out;
    for (const auto& message : messages) {
        const bool assistant = message.role == Message::Role::Assistant;
        const auto role = assistant ? u"assistant"_s : u"user"_s;
        const auto blocks = assistant ? assistantBlocks(message) : userBlocks(message);
        if (blocks.isEmpty())
            continue;
        auto content = blocks;
        if (!out.isEmpty() && out.last()[u"role"].toString() == role) { // roles must take turns
            content = out.last()[u"content"].toArray();
            for (const auto& block : blocks)
                content.append(block);
            out.removeLast();
        }
        out.append(QJsonObject{{u"role"_s, role}, {u"content"_s, content}});
    }
    if (out.isEmpty() || out.last()[u"role"].toString() != u"user")
        return out;
    auto last = out.last().toObject();
    auto content = last[u"content"].toArray();
    auto block = content.last().toObject();
    block.insert(u"cache_control"_s, cachePoint);
    content.replace(content.size() - 1, block);
    last.insert(u"content"_s, content);
    out.replace(out.size() - 1, last);
    return out;
}

void mergeUsage(Usage& usage, const QJsonValue& json)
{
    const auto take = [&](const QString& key, qint64& into) {
        if (json[key].isDouble())
            into = json[key].toInteger();
    };
    take(u"input_tokens"_s, usage.input);
    take(u"output_tokens"_s, usage.output);
    take(u"cache_read_input_tokens"_s, usage.cacheRead);
    take(u"cache_creation_input_tokens"_s, usage.cacheWrite);
}

class AnthropicCompletion final : public HttpCompletion
{
public:
    using HttpCompletion::HttpCompletion;

private:
    struct Block {
        QString type;
        QString text, signature, data;
        ToolCall call;
        QByteArray arguments;
    };

    void begin() override
    {
        m_blocks.clear();
        m_usage = {};
        m_stopReason.clear();
        m_model.clear();
        m_complete = false;
    }

    Result<> receive(const SseEvent& event) override
    {
        const auto parsed = parseObject(event.data, u"An event of the model"_s);
        if (!parsed)
            return fail(ErrorCode::Unavailable, parsed.error().message);
        const auto& json = *parsed;
        const auto type = json[u"type"].toString();
        if (type == u"message_start") {
            m_model = json[u"message"][u"model"].toString();
            mergeUsage(m_usage, json[u"message"][u"usage"]);
        } else if (type == u"content_block_start") {
            return startBlock(json[u"index"].toInteger(-1), json[u"content_block"].toObject());
        } else if (type == u"content_block_delta") {
            return continueBlock(json[u"index"].toInteger(-1), json[u"delta"].toObject());
        } else if (type == u"message_delta") {
            m_stopReason = json[u"delta"][u"stop_reason"].toString(m_stopReason);
            mergeUsage(m_usage, json[u"usage"]);
        } else if (type == u"message_stop") {
            m_complete = true;
        } else if (type == u"error") {
            const auto kind = json[u"error"][u"type"].toString();
            const bool passing = kind == u"overloaded_error" || kind == u"api_error" || kind == u"rate_limit_error" ||
                                 kind == u"timeout_error";
            return fail(
                passing ? ErrorCode::Unavailable : ErrorCode::Invalid,
                u"The model's server broke off: %1."_s.arg(json[u"error"][u"message"].toString(kind).left(300)));
        }
        return {};
    }

    Result<> startBlock(qint64 index, const QJsonObject& json)
    {
        if (index != m_blocks.size() || index >= mostBlocks)
            return fail(ErrorCode::Unavailable, u"The model's stream is out of order."_s);
        Block block;
        block.type = json[u"type"].toString();
        block.text = json[u"text"].toString() + json[u"thinking"].toString();
        block.signature = json[u"signature"].toString();
        block.data = json[u"data"].toString();
        block.call = {json[u"id"].toString(), json[u"name"].toString(), json[u"input"].toObject(), {}};
        m_blocks.append(block);
        return {};
    }

    Result<> continueBlock(qint64 index, const QJsonObject& delta)
    {
        if (index < 0 || index >= m_blocks.size())
            return fail(ErrorCode::Unavailable, u"The model's stream is out of order."_s);
        auto& block = m_blocks[index];
        const auto type = delta[u"type"].toString();
        if (type == u"text_delta") {
            block.text += delta[u"text"].toString();
            streamText(delta[u"text"].toString()); // last: a receiver may end this
        } else if (type == u"thinking_delta") {
            block.text += delta[u"thinking"].toString();
            streamThought(delta[u"thinking"].toString());
        } else if (type == u"signature_delta") {
            block.signature += delta[u"signature"].toString();
        } else if (type == u"input_json_delta") {
            block.arguments += delta[u"partial_json"].toString().toUtf8();
        }
        return {};
    }

    bool isComplete(bool) const override { return m_complete; }
    Usage usageSoFar() const override { return m_usage; }

    Answer answer() override
    {
        Answer answer;
        answer.message.role = Message::Role::Assistant;
        for (auto& block : m_blocks) {
            if (block.type == u"text") {
                answer.message.text += block.text;
            } else if (block.type == u"thinking" || block.type == u"redacted_thinking") {
                answer.message.thinking.append({block.text, block.signature, block.data});
            } else if (block.type == u"tool_use") {
                readArguments(block.call, block.arguments);
                answer.message.calls.append(block.call);
            }
        }
        answer.usage = m_usage;
        answer.model = m_model;
        if (m_stopReason == u"tool_use")
            answer.stop = StopReason::ToolUse;
        else if (m_stopReason == u"max_tokens" || m_stopReason == u"model_context_window_exceeded")
            answer.stop = StopReason::MaxTokens;
        else if (m_stopReason == u"refusal")
            answer.stop = StopReason::Refusal;
        return answer;
    }

    QList<Block> m_blocks;
    Usage m_usage;
    QString m_stopReason;
    QString m_model;
    bool m_complete = false;
};

} // namespace

QJsonObject anthropicBody(const Request& request, const ModelInfo& model)
{
    const int most = request.maxOutputTokens > 0 ? request.maxOutputTokens : model.maxOutputTokens;
    QJsonArray tools;
    for (const auto& tool : request.tools)
        tools.append(QJsonObject{
            {u"name"_s, tool.name}, {u"description"_s, tool.description}, {u"input_schema"_s, tool.schema}});
    QJsonObject body{{u"model"_s, model.id},
                     {u"max_tokens"_s, most},
                     {u"stream"_s, true},
                     {u"messages"_s, messagesJson(request.messages)}};
    if (!request.system.isEmpty()) // the tools stand before it and are cached with it
        body.insert(u"system"_s,
                    QJsonArray{QJsonObject{
                        {u"type"_s, u"text"_s}, {u"text"_s, request.system}, {u"cache_control"_s, cachePoint}}});
    if (!tools.isEmpty())
        body.insert(u"tools"_s, tools);
    if (model.thinking == ThinkingMode::Adaptive)
        body.insert(u"thinking"_s, QJsonObject{{u"type"_s, u"adaptive"_s}, {u"display"_s, u"summarized"_s}});
    else if (model.thinking == ThinkingMode::Budget)
        body.insert(u"thinking"_s,
                    QJsonObject{{u"type"_s, u"enabled"_s}, {u"budget_tokens"_s, std::min(thinkingTokens, most / 2)}});
    return body;
}

AnthropicProvider::AnthropicProvider(const QUrl& endpoint, const Secret& key, const Secret& bearer, ModelInfo model,
                                     RetryPolicy retry)
    : m_request(endpoint), m_model(std::move(model)), m_retry(retry), m_network(makeNetwork())
{
    m_request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    m_request.setHeader(QNetworkRequest::UserAgentHeader, u"switchyard"_s);
    m_request.setRawHeader("accept", "text/event-stream");
    m_request.setRawHeader("anthropic-version", "2023-06-01");
    if (!bearer.isEmpty())
        m_request.setRawHeader("authorization", "Bearer " + bearer.reveal());
    else
        m_request.setRawHeader("x-api-key", key.reveal());
}

std::unique_ptr<Completion> AnthropicProvider::complete(const Request& request)
{
    return std::make_unique<AnthropicCompletion>(m_network, m_request, compactJson(anthropicBody(request, m_model)),
                                                 m_retry);
}

} // namespace switchyard::llm
