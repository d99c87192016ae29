// The engine itself and what it knows of the machine.
#include "api/method_parts.h"
#include "engine/changes.h"
#include "process/sandbox.h"

#include <QCoreApplication>
#include <QCoro/QCoroFuture>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QtConcurrentRun>

namespace switchyard::api {

namespace {

Reply projectCheck(EnginePtr, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto path = reader.text("path"_L1);
    SY_CO_TRY(reader.finish());
    co_return co_await QtConcurrent::run(&engine::describeProject, path);
}

Reply demoStart(EnginePtr engine, QJsonObject, Caller)
{
    SY_CO_TRY_ASSIGN(const auto task, co_await Engine::startDemo(engine));
    co_return taskAnswer(task);
}

Reply engineExamine(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const bool mend = reader.boolean("mend"_L1, false);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto findings, co_await Engine::examineDisk(engine, mend));
    QJsonArray array;
    for (const auto& finding : findings)
        array << finding.toJson();
    co_return QJsonObject{{u"findings"_s, array}};
}

//! What this machine can do, tried out; held for a while, as asking costs two processes.
Reply sandboxCheck(EnginePtr engine, QJsonObject, Caller)
{
    constexpr std::chrono::seconds keptFor{20};
    static process::SandboxAbility ability;
    static QDeadlineTimer until;
    if (until.hasExpired()) {
        ability = co_await process::Sandbox::probe();
        until.setRemainingTime(keptFor);
    }
    if (!engine)
        co_return engineEnds();
    auto json = ability.toJson();
    const auto& settings = engine->settings();
    json.insert(u"defaults"_s, QJsonObject{{u"agent"_s, sandboxLevelName(settings.sandbox)},
                                           {u"command"_s, sandboxLevelName(settings.commandSandbox)},
                                           {u"network"_s, networkAccessName(settings.network)}});
    co_return json;
}

Reply engineReload(EnginePtr engine, QJsonObject, Caller)
{
    co_return co_await empty(Engine::reload(engine));
}

Reply engineStatus(EnginePtr engine, QJsonObject, Caller)
{
    static const QElapsedTimer sinceStart = [] {
        QElapsedTimer timer;
        timer.start();
        return timer;
    }();
    auto json = queueJson(*engine);
    json.insert(u"version"_s, QStringLiteral(SWITCHYARD_VERSION));
    json.insert(u"pid"_s, QCoreApplication::applicationPid());
    json.insert(u"code_set"_s, engine->confirmations().codeIsSet());
    json.insert(u"uptime_ms"_s, sinceStart.elapsed());
    json.insert(u"trouble"_s, engine->book().store().writer().trouble());
    json.insert(u"settings_trouble"_s, engine->settingsTrouble());
    json.insert(u"in_memory"_s, engine->inMemory());
    co_return json;
}

constexpr Method table[] = {
    {"project.check"_L1, Right::Read, &projectCheck},     {"demo.start"_L1, Right::Work, &demoStart},
    {"engine.status"_L1, Right::Read, &engineStatus},     {"engine.reload"_L1, Right::Manage, &engineReload},
    {"engine.examine"_L1, Right::Manage, &engineExamine}, {"sandbox.check"_L1, Right::Read, &sandboxCheck},
};

} // namespace

std::span<const Method> engineMethods()
{
    return table;
}

} // namespace switchyard::api
