// Doors for others than people at this machine: assistants (MCP) and programs that bring an answer (HTTP).
#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "doors/coding_tools.h"
#include "doors/confirmation_api.h"
#include "rpc/stdio_device.h"

#include <QCoreApplication>
#include <QCoro/QCoroSignal>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <csignal>
#include <sys/prctl.h>

namespace switchyard::app {

namespace {

constexpr quint16 usualPort = 7717;

//! These programs see codes: nobody else looks into them, and they leave no core dump.
void protectMemory()
{
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
}

//! Not connected yet: an assistant is answered at once, and the engine started when it is needed. The name tells the
//! engine which door this is.
std::unique_ptr<client::EngineClient> clientFor(const Paths& paths, const QString& name)
{
    client::EngineClient::Options options;
    options.engineProgram = QCoreApplication::applicationFilePath();
    options.name = name;
    return std::make_unique<client::EngineClient>(paths, options);
}

QCoro::Task<Result<int>> mcp(CommandContext context)
{
    const Options options(context, {u"no-confirm"_s}, {u"project"_s, u"agent"_s, u"model"_s});
    SY_CO_TRY(options.check());
    if (!options.positional().isEmpty())
        co_return context.usageError(u"No further words are expected."_s);
    protectMemory();
    SY_CO_TRY(context.paths.ensure());
    doors::TaskDefaults defaults;
    defaults.project =
        QDir(options.isSet(u"project"_s) ? options.value(u"project"_s) : QDir::currentPath()).absolutePath();
    if (!QFileInfo(defaults.project).isDir())
        co_return fail(ErrorCode::NotFound, u"There is no folder %1."_s.arg(defaults.project));
    if (options.isSet(u"agent"_s))
        defaults.agent = options.value(u"agent"_s);
    defaults.model = options.value(u"model"_s);
    const bool confirming = !options.isSet(u"no-confirm"_s);
    const auto client = clientFor(context.paths, u"swy mcp"_s);
    rpc::StdioDevice stdio;
    doors::McpServer server(&stdio, doors::codingTools(*client, defaults, confirming),
                            doors::codingInstructions(confirming));
    co_await qCoro(&server, &doors::McpServer::finished);
    co_return Success;
}

struct Place {
    QHostAddress address{QHostAddress::LocalHost};
    quint16 port = usualPort;
    QStringList hosts;
};

Result<Place> placeFrom(const Options& options, const CommandContext& context)
{
    Place place;
    if (options.isSet(u"port"_s)) {
        bool isNumber = false;
        place.port = options.value(u"port"_s).toUShort(&isNumber);
        if (!isNumber)
            return context.usageError(u"--port takes a number from 0 (any that is free) to 65535."_s);
    }
    if (options.isSet(u"address"_s) && !place.address.setAddress(options.value(u"address"_s)))
        return context.usageError(u"--address: “%1” is no address."_s.arg(options.value(u"address"_s).left(60)));
    if (!place.address.isLoopback() && !options.isSet(u"beyond-this-machine"_s))
        return fail(ErrorCode::Invalid,
                    u"At %1 others than this machine could knock, and read along."_s.arg(place.address.toString()),
                    u"Put a proxy with TLS in front of 127.0.0.1, or add --beyond-this-machine."_s);
    for (const auto& host : options.values(u"host"_s))
        place.hosts << host.trimmed().toLower();
    if (!place.address.isLoopback())
        place.hosts << place.address.toString();
    return place;
}

QString addressText(const Place& place, quint16 port)
{
    const auto address = place.address.toString();
    return u"http://%1:%2"_s.arg(address.contains(u':') ? u'[' + address + u']' : address).arg(port);
}

doors::AccessTokens tokensOf(const Paths& paths)
{
    return doors::AccessTokens(paths.config + u"/http_tokens.json"_s);
}

QCoro::Task<Result<int>> http(CommandContext context)
{
    const Options options(context, {u"beyond-this-machine"_s}, {u"port"_s, u"address"_s, u"host"_s});
    SY_CO_TRY(options.check());
    if (!options.positional().isEmpty())
        co_return context.usageError(u"There is no “%1” here."_s.arg(options.positional().first().left(40)));
    SY_CO_TRY_ASSIGN(const auto place, placeFrom(options, context));
    protectMemory();
    SY_CO_TRY(context.paths.ensure());
    const auto tokens = tokensOf(context.paths);
    SY_CO_TRY_ASSIGN(const auto known, tokens.all());
    const auto client = clientFor(context.paths, u"swy http"_s);
    doors::ConfirmationApi api(*client, tokens, Clock::system(), place.hosts);
    doors::HttpServer server([guarded = QPointer(&api)](doors::HttpRequest request) {
        return doors::ConfirmationApi::serve(guarded, std::move(request));
    });
    SY_CO_TRY_ASSIGN(const auto port, server.listen(place.address, place.port));
    SY_CO_TRY(co_await client->connectToEngine());
    context.out << "Listening on " << addressText(place, port) << Qt::endl;
    if (!place.address.isLoopback())
        context.err << "Others on the network can read what is sent here, the code included: it is not encrypted."
                    << Qt::endl;
    if (known.isEmpty())
        context.err << "Nobody can get in yet: make a token with `swy http token`." << Qt::endl;
    co_await qCoro(qApp, &QCoreApplication::aboutToQuit); // until it is told to end
    co_return Success;
}

QCoro::Task<Result<int>> makeToken(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() > 1)
        co_return context.usageError(u"One name is expected, or none."_s);
    SY_CO_TRY(context.paths.ensure());
    const auto name = options.positional().isEmpty() ? u"default"_s : options.positional().first();
    SY_CO_TRY_ASSIGN(const auto token, tokensOf(context.paths).make(name, Clock::system().now()));
    context.out << token.reveal() << Qt::endl;
    context.err << "Send it as “Authorization: Bearer …”. It is not shown again; an older one named “"
                << name.simplified() << "” counts no longer." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> listTokens(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto all, tokensOf(context.paths).all());
    QList<QStringList> rows;
    QJsonArray list;
    for (const auto& entry : all) {
        const auto made = QDateTime::fromMSecsSinceEpoch(toMilliseconds(entry.made)).toString(Qt::ISODate);
        rows << QStringList{printable(entry.name), made};
        list << QJsonObject{{u"name"_s, entry.name}, {u"made"_s, toMilliseconds(entry.made)}};
    }
    if (options.isSet(u"json"_s))
        context.out << compactJson({{u"tokens"_s, list}}) << Qt::endl;
    else if (all.isEmpty())
        context.err << "There is no token; `swy http token` makes one." << Qt::endl;
    else
        context.out << table(rows) << Qt::flush;
    co_return Success;
}

QCoro::Task<Result<int>> revokeTokens(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    if (options.positional().isEmpty())
        co_return context.usageError(u"Which one? `swy http tokens` lists their names."_s);
    for (const auto& name : options.positional()) {
        SY_CO_TRY(tokensOf(context.paths).revoke(name));
        context.err << "Revoked “" << name << "”." << Qt::endl;
    }
    co_return Success;
}

} // namespace

QList<Command> doorCommands()
{
    return {
        {u"mcp"_s, u"let an assistant start and check tasks (MCP on standard input and output)"_s,
         u"swy mcp [--project DIR] [--agent NAME] [--model M] [--no-confirm]\n\n"
         "  Started by the assistant's own program, not by hand. Its tools: start_autonomous_coding,\n"
         "  check_coding_progress, cancel_coding_task, submit_background_confirmation.\n"
         "  --project     where tasks work when the assistant names no folder; the current folder\n"
         "  --agent, --model   who works on them, as for `swy run`\n"
         "  --no-confirm  without the last tool: the code never passes through the assistant"_s,
         mcp},
        {u"http"_s, u"take answers to waiting commands over HTTP, with a token"_s,
         u"swy http [--port N] [--address A [--beyond-this-machine]] [--host NAME]…\n\n"
         "  Serves until it is ended, and prints its address. GET /openapi.json describes it.\n"
         "  --port     7717; 0: any that is free\n"
         "  --address  127.0.0.1; any but a loopback address needs --beyond-this-machine as well\n"
         "  --host     a name under which a proxy in front reaches it; may be given several times"_s,
         http},
        {u"http token"_s, u"make a token for HTTP; it is shown once"_s,
         u"swy http token [NAME]\n\n  NAME says who has it, in the audit and in the list; “default” if none is given."_s,
         makeToken},
        {u"http tokens"_s, u"list the tokens for HTTP by name"_s, u"swy http tokens [--json]"_s, listTokens},
        {u"http revoke"_s, u"let a token for HTTP count no longer"_s, u"swy http revoke NAME…"_s, revokeTokens}};
}

} // namespace switchyard::app
