// What agents there are, what they can, and what they can be put to.
#include "agent/agent_type.h"
#include "agent/probe_cache.h"
#include "api/method_parts.h"

#include <QCoreApplication>
#include <QCoro/QCoroFuture>
#include <QCoro/QCoroProcess>
#include <QProcess>
#include <QStandardPaths>
#include <QtConcurrentRun>

namespace switchyard::api {

namespace {

constexpr milliseconds probeLimit = std::chrono::minutes(4);

agent::ProbeCache cacheOf(const Paths& paths)
{
    return agent::ProbeCache(paths.state + u"/agent-probes"_s);
}

//! Worker: what agents there are and whether each could be started.
Result<QJsonArray> describeAgents(const Paths& paths)
{
    SY_TRY_ASSIGN(const auto registry, agent::AgentRegistry::load(paths.agents()));
    QJsonArray result;
    for (const auto& server : registry.servers()) {
        const bool available = server.command.isEmpty() || !QStandardPaths::findExecutable(server.command).isEmpty();
        QJsonObject entry{{u"name"_s, server.name},
                          {u"title"_s, server.title},
                          {u"available"_s, available},
                          {u"verified"_s, server.verified},
                          {u"tested_version"_s, server.verified ? server.version : QString()},
                          {u"install"_s, server.install},
                          {u"login"_s, server.login},
                          {u"why"_s, available ? QString() : u"%1 is not installed"_s.arg(server.command)}};
        if (const auto report = cacheOf(paths).find(server)) {
            entry.insert(u"probe"_s, report->toJson());
            entry.insert(u"verified"_s, report->isVerified());
        }
        result << entry;
    }
    return result;
}

Result<std::optional<agent::ProbeReport>> cachedReport(const Paths& paths, const QString& name)
{
    SY_TRY_ASSIGN(const auto registry, agent::AgentRegistry::load(paths.agents()));
    SY_TRY_ASSIGN(const auto server, registry.find(name));
    return cacheOf(paths).find(server);
}

Result<QJsonArray> describeTypes(const QString& folder)
{
    SY_TRY_ASSIGN(const auto types, agent::loadAgentTypes(folder));
    QJsonArray result;
    for (const auto& type : types) {
        auto entry = type.toJson();
        entry.insert(u"name"_s, type.name);
        result << entry;
    }
    return result;
}

//! agent.list: each agent, with what its newest probe told if it was probed.
Reply agentList(EnginePtr engine, QJsonObject, Caller)
{
    SY_CO_TRY_ASSIGN(const auto agents, co_await QtConcurrent::run(&describeAgents, engine->paths()));
    co_return QJsonObject{{u"agents"_s, agents}};
}

//! agent.types: what a task's agent can be put to.
Reply agentTypes(EnginePtr engine, QJsonObject, Caller)
{
    const auto folder = engine->paths().config + u"/agent-types"_s;
    SY_CO_TRY_ASSIGN(const auto types, co_await QtConcurrent::run(&describeTypes, folder));
    co_return QJsonObject{{u"types"_s, types}};
}

//! agent.probe {name, fresh?}: the newest report, or a fresh one. The agent is started by a process of its own, `swy
//! agent probe`: the engine runs no agents.
Reply agentProbe(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto name = reader.text("name"_L1);
    const bool fresh = reader.boolean("fresh"_L1, false);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto cached, co_await QtConcurrent::run(&cachedReport, engine->paths(), name));
    if (cached && !fresh)
        co_return cached->toJson();
    QProcess process;
    process.setProgram(QCoreApplication::applicationFilePath());
    process.setArguments({u"agent"_s, u"probe"_s, u"--json"_s, name});
    process.setStandardInputFile(QProcess::nullDevice());
    auto wrapped = qCoro(process);
    if (!co_await wrapped.start(QIODevice::ReadOnly))
        co_return fail(ErrorCode::Unavailable, u"The probe could not be started: %1."_s.arg(process.errorString()));
    if (!co_await wrapped.waitForFinished(probeLimit)) {
        process.kill();
        co_return fail(ErrorCode::Timeout, u"The probe of %1 did not end within 4 minutes."_s.arg(name));
    }
    SY_CO_TRY_ASSIGN(const auto report, parseObject(process.readAllStandardOutput(), u"The probe's report"_s));
    co_return report;
}

constexpr Method table[] = {
    {"agent.list"_L1, Right::Read, &agentList},
    {"agent.probe"_L1, Right::Work, &agentProbe},
    {"agent.types"_L1, Right::Read, &agentTypes},
};

} // namespace

std::span<const Method> agentMethods()
{
    return table;
}

} // namespace switchyard::api
