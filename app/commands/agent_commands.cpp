#include "agent/agent_server.h"
#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QStandardPaths>

namespace switchyard::app {

namespace {

QCoro::Task<int> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    if (!options.ok())
        co_return options.report();
    const auto registry = agent::AgentRegistry::load(context.paths.agents());
    if (!registry)
        co_return context.failed(registry.error());
    QList<QStringList> rows{{u"NAME"_s, u"INSTALLED"_s, u"VERIFIED"_s, u"AGENT"_s}};
    QJsonArray json;
    for (const auto& server : registry->servers()) {
        const bool installed = server.command.isEmpty() || !QStandardPaths::findExecutable(server.command).isEmpty();
        rows << QStringList{server.name, installed ? u"yes"_s : u"no"_s, server.verified ? u"yes"_s : u"no"_s,
                            server.title};
        json << QJsonObject{{u"name"_s, server.name},
                            {u"title"_s, server.title},
                            {u"installed"_s, installed},
                            {u"verified"_s, server.verified}};
    }
    if (options.isSet(u"json"_s))
        context.out << compactJson({{u"agents"_s, json}}) << Qt::endl;
    else
        context.out << table(rows);
    co_return Success;
}

} // namespace

QList<Command> agentCommands()
{
    return {{u"agent list"_s, u"the agents that Switchyard knows"_s, u"swy agent list [--json]"_s, list}};
}

} // namespace switchyard::app
