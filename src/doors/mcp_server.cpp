#include "doors/mcp_server.h"

#include "base/json.h"

#include <algorithm>

namespace switchyard::doors {

namespace {

const QStringList versions{u"2025-06-18"_s, u"2025-03-26"_s, u"2024-11-05"_s}; // dates: in order as text
constexpr qsizetype callsAtOnce = 32;
// An assistant's messages are small; what one can make us keep is bounded.
constexpr rpc::PeerLimits limits{
    .lineBytes = 1 << 20, .outgoingBytes = 16 << 20, .malformedLines = 0, .answersAll = true};

//! A tool as one version of the protocol knows it.
QJsonObject describeTool(const Tool& tool, const QString& version)
{
    QJsonObject json{{u"name"_s, tool.name}, {u"description"_s, tool.description}, {u"inputSchema"_s, tool.input}};
    if (version >= u"2025-03-26") {
        auto annotations = tool.annotations;
        annotations.insert(u"title"_s, tool.title);
        json.insert(u"annotations"_s, annotations);
    }
    if (version >= u"2025-06-18") {
        json.insert(u"title"_s, tool.title);
        json.insert(u"outputSchema"_s, tool.output);
    }
    return json;
}

QJsonArray words(const QString& text)
{
    return {QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, text}}};
}

bool isOfType(const QJsonValue& value, const QString& type)
{
    if (type == u"integer")
        return value.isDouble() && double(value.toInteger()) == value.toDouble();
    return type == u"string" ? value.isString() : type == u"boolean" ? value.isBool() : true;
}

QString article(const QString& type)
{
    return type == u"integer" ? u"a whole number"_s : type == u"boolean" ? u"true or false"_s : u"text in quotes"_s;
}

Result<> checkSize(const QString& name, const QJsonValue& value, const QJsonObject& schema)
{
    const auto most = schema[u"maximum"].toInteger(std::numeric_limits<qint64>::max());
    const auto least = schema[u"minimum"].toInteger(std::numeric_limits<qint64>::min());
    if (value.isDouble() && (value.toInteger() < least || value.toInteger() > most))
        return fail(ErrorCode::Invalid, u"%1 must be from %2 to %3."_s.arg(name).arg(least).arg(most));
    const auto longest = schema[u"maxLength"].toInteger(std::numeric_limits<qint64>::max());
    if (value.isString() && value.toString().size() > longest)
        return fail(ErrorCode::Invalid, u"%1 has more than %2 characters."_s.arg(name).arg(longest));
    return {};
}

} // namespace

Result<> checkArguments(const QJsonObject& arguments, const QJsonObject& schema)
{
    const auto known = schema[u"properties"].toObject();
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        if (!known.contains(argument.key()))
            return fail(ErrorCode::Invalid, u"There is no argument “%1”."_s.arg(argument.key().left(60)),
                        u"It takes: %1."_s.arg(known.keys().join(u", "_s)));
        const auto wanted = known[argument.key()].toObject();
        const auto type = wanted[u"type"].toString();
        if (!isOfType(argument.value(), type))
            return fail(ErrorCode::Invalid, u"%1 must be %2."_s.arg(argument.key(), article(type)));
        SY_TRY(checkSize(argument.key(), argument.value(), wanted));
    }
    for (const auto& name : schema[u"required"].toArray()) {
        if (!arguments.contains(name.toString()))
            return fail(ErrorCode::Invalid, u"The argument “%1” is missing."_s.arg(name.toString()));
    }
    return {};
}

McpServer::McpServer(QIODevice* device, QList<Tool> tools, QString instructions, QObject* parent)
    : QObject(parent),
      m_tools(std::move(tools)),
      m_instructions(std::move(instructions)),
      m_peer(device, device, limits)
{
    m_peer.onRequest(u"initialize"_s, [this](const QJsonObject& params) { return rpc::ready(initialize(params)); });
    m_peer.onRequest(u"ping"_s, [](const QJsonObject&) { return rpc::ready(QJsonObject()); });
    m_peer.onRequest(u"tools/list"_s, [this](const QJsonObject& params) { return rpc::ready(listTools(params)); });
    m_peer.onRequest(u"tools/call"_s, [this](const QJsonObject& params) { return callTool(params); });
    m_peer.onNotification(u"notifications/cancelled"_s, [this](const QJsonObject& params) { cancel(params); });
    connect(&m_peer, &rpc::Peer::closed, this, &McpServer::finished, Qt::QueuedConnection);
}

Result<QJsonValue> McpServer::initialize(const QJsonObject& params)
{
    if (!m_version.isEmpty())
        return fail(ErrorCode::Invalid, u"This session is initialized already."_s);
    JsonReader reader(params, u"initialize"_s);
    const auto wanted = reader.text("protocolVersion"_L1);
    const auto client = reader.object("clientInfo"_L1);
    SY_TRY(reader.finish());
    m_version = versions.contains(wanted) ? wanted : versions.first();
    m_assistant = client[u"name"].toString().simplified().left(60);
    QJsonObject server{{u"name"_s, u"switchyard"_s}, {u"version"_s, QStringLiteral(SWITCHYARD_VERSION)}};
    if (m_version >= u"2025-06-18")
        server.insert(u"title"_s, u"Switchyard"_s);
    return QJsonObject{{u"protocolVersion"_s, m_version},
                       {u"capabilities"_s, QJsonObject{{u"tools"_s, QJsonObject{{u"listChanged"_s, false}}}}},
                       {u"serverInfo"_s, server},
                       {u"instructions"_s, m_instructions}};
}

Result<QJsonValue> McpServer::listTools(const QJsonObject& params) const
{
    if (m_version.isEmpty())
        return fail(ErrorCode::Invalid, u"The first request must be initialize."_s);
    if (params.contains(u"cursor"))
        return fail(ErrorCode::Invalid, u"There is no such page of tools: all come at once."_s);
    QJsonArray list;
    for (const auto& tool : m_tools)
        list << describeTool(tool, m_version);
    return QJsonObject{{u"tools"_s, list}};
}

rpc::Reply McpServer::callTool(const QJsonObject& params)
{
    if (m_version.isEmpty())
        return rpc::ready(fail(ErrorCode::Invalid, u"The first request must be initialize."_s));
    const auto name = params[u"name"].toString();
    const auto tool = std::ranges::find(m_tools, name, &Tool::name);
    if (tool == m_tools.end())
        return rpc::ready(fail(ErrorCode::Invalid, u"There is no tool “%1”."_s.arg(name.left(80))));
    if (params.contains(u"arguments") && !params[u"arguments"].isObject())
        return rpc::ready(fail(ErrorCode::Invalid, u"The arguments of a tool are an object."_s));
    if (m_calls.size() >= callsAtOnce)
        return rpc::ready(
            fail(ErrorCode::Limit, u"%1 calls are at work already."_s.arg(callsAtOnce), u"Wait for their answers."_s));
    const auto call = std::make_shared<ToolCall>(ToolCall{m_assistant});
    const auto id = m_peer.requestId();
    m_calls.emplaceBack(id, call);
    return run(this, *tool, params[u"arguments"].toObject(), id, call, m_version >= u"2025-06-18");
}

rpc::Reply McpServer::run(QPointer<McpServer> self, Tool tool, QJsonObject arguments, QJsonValue id,
                          std::shared_ptr<ToolCall> call, bool structured)
{
    Result<ToolAnswer> answer;
    if (const auto checked = checkArguments(arguments, tool.input); !checked)
        answer = fail(checked.error());
    else
        answer = co_await tool.run(arguments, call);
    if (self)
        self->m_calls.removeOne(std::pair(id, call));
    if (!answer) {
        const auto& error = answer.error();
        co_return QJsonObject{
            {u"content"_s, words(error.hint.isEmpty() ? error.message : error.message + u'\n' + error.hint)},
            {u"isError"_s, true}};
    }
    QJsonObject result{{u"content"_s, words(answer->text)}, {u"isError"_s, false}};
    if (structured)
        result.insert(u"structuredContent"_s, answer->data);
    co_return result;
}

void McpServer::cancel(const QJsonObject& params)
{
    const auto id = params[u"requestId"];
    for (const auto& [asked, call] : m_calls) {
        if (asked == id) {
            call->withdrawn = true;
            m_peer.withdraw(id);
            return;
        }
    }
}

} // namespace switchyard::doors
