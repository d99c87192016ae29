// What the user may set of the engine.
#include "api/method_parts.h"
#include "engine/settings_change.h"

#include <QCoro/QCoroFuture>
#include <QtConcurrentRun>

namespace switchyard::api {

namespace {

QJsonObject settingsAnswer(const Engine& engine)
{
    return {{u"settings"_s, engine::settingsJson(engine.settings())}, {u"defaults"_s, engine::settingsJson({})}};
}

Reply settingsGet(EnginePtr engine, QJsonObject, Caller)
{
    co_return settingsAnswer(*engine);
}

//! settings.set {settings}: those that change; null puts one back to its default. All of them or none.
Reply settingsSet(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto changes = reader.object("settings"_L1);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY(co_await QtConcurrent::run(&engine::changeSettings, engine->paths(), changes));
    if (!engine)
        co_return engineEnds();
    SY_CO_TRY(co_await Engine::reload(engine));
    if (!engine)
        co_return engineEnds();
    co_return settingsAnswer(*engine);
}

constexpr Method table[] = {
    {"settings.get"_L1, Right::Read, &settingsGet},
    {"settings.set"_L1, Right::Manage, &settingsSet},
};

} // namespace

std::span<const Method> settingsMethods()
{
    return table;
}

} // namespace switchyard::api
