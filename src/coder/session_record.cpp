// How a session is kept, brought back and shown again.
#include "base/json.h"
#include "coder/session.h"

namespace switchyard::coder {

using llm::Message;

QJsonObject Session::toJson() const
{
    auto usage = m_earlierUsage;
    usage += m_usage;
    QJsonArray messages;
    for (const auto& message : m_messages)
        messages.append(message.toJson());
    // The title is the first line of what the person asked for.
    const auto title = m_messages.isEmpty() ? QString() : m_messages.first().text.section(u'\n', 0, 0).left(80);
    QJsonObject json{{u"v"_s, 1},
                     {u"cwd"_s, m_workspace.root()},
                     {u"title"_s, title},
                     {u"model"_s, m_provider->model().name},
                     {u"answers"_s, m_answers},
                     {u"context_tokens"_s, m_contextTokens},
                     {u"input"_s, usage.input},
                     {u"output"_s, usage.output},
                     {u"cache_read"_s, usage.cacheRead},
                     {u"cache_write"_s, usage.cacheWrite},
                     {u"plan"_s, m_toolbox.plan().entries()},
                     {u"messages"_s, messages}};
    if (m_cost && m_earlierCost)
        json.insert(u"cost_picodollars"_s, m_cost->picoDollars + m_earlierCost->picoDollars);
    return json;
}

Result<> Session::restore(const QJsonObject& json)
{
    JsonReader reader(json, u"session"_s);
    if (reader.integer("v"_L1) != 1)
        reader.reject("v"_L1, u"it was written by a newer version"_s);
    const auto answers = int(reader.integer("answers"_L1));
    const auto contextTokens = reader.integer("context_tokens"_L1);
    const llm::Usage usage{reader.integer("input"_L1), reader.integer("output"_L1), reader.integer("cache_read"_L1),
                           reader.integer("cache_write"_L1)};
    std::optional<llm::Money> cost;
    if (reader.has("cost_picodollars"_L1))
        cost = llm::Money{reader.integer("cost_picodollars"_L1)};
    const auto plan = reader.array("plan"_L1);
    QList<Message> messages;
    for (const auto& value : reader.array("messages"_L1)) {
        SY_TRY_ASSIGN(const auto message, Message::fromJson(value.toObject()));
        messages.append(message);
    }
    SY_TRY(reader.finish());
    if (!plan.isEmpty())
        SY_TRY(m_toolbox.plan().replace(plan));
    m_messages = messages;
    m_answers = answers;
    m_contextTokens = contextTokens;
    m_earlierUsage = usage;
    m_earlierCost = cost;
    m_usage = {};
    m_cost = llm::Money{};
    if (json[u"model"].toString() != m_provider->model().name)
        forgetThoughts();
    return {};
}

void Session::replay()
{
    QHash<QString, llm::ToolCall> open;
    for (const auto& message : m_messages) {
        const auto chunk = [&](const QString& kind, const QString& text) {
            if (!text.isEmpty())
                m_client.update(kind, {{u"content"_s, textBlock(text)}, {u"messageId"_s, newUuid()}});
        };
        for (const auto& thought : message.thinking)
            chunk(u"agent_thought_chunk"_s, thought.text);
        chunk(message.role == Message::Role::User ? u"user_message_chunk"_s : u"agent_message_chunk"_s, message.text);
        for (const auto& picture : message.pictures)
            m_client.update(u"user_message_chunk"_s, {{u"content"_s, QJsonObject{{u"type"_s, u"image"_s},
                                                                                 {u"mimeType"_s, picture.mimeType},
                                                                                 {u"data"_s, picture.data}}},
                                                      {u"messageId"_s, newUuid()}});
        for (const auto& call : message.calls)
            open.insert(call.id, call);
        for (const auto& result : message.results)
            m_toolbox.replay(open.take(result.callId), result);
    }
    if (!m_toolbox.plan().isEmpty())
        m_client.update(u"plan"_s, {{u"entries"_s, m_toolbox.plan().entries()}});
}

} // namespace switchyard::coder
