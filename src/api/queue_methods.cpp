// The queue as a whole.
#include "api/method_parts.h"

#include <algorithm>

namespace switchyard::api {

namespace {

Reply queueStatus(EnginePtr engine, QJsonObject, Caller)
{
    co_return queueJson(*engine);
}

Reply setGate(EnginePtr engine, engine::Scheduler::Gate gate, bool forNow = false)
{
    SY_CO_TRY(co_await Engine::setGate(engine, gate, forNow));
    if (!engine)
        co_return engineEnds();
    co_return queueJson(*engine);
}

Reply queueHold(EnginePtr engine, QJsonObject, Caller)
{
    return setGate(engine, engine::Scheduler::Gate::Held);
}

Reply queueRelease(EnginePtr engine, QJsonObject, Caller)
{
    return setGate(engine, engine::Scheduler::Gate::Open);
}

Reply queueDrain(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const bool forNow = reader.boolean("for_now"_L1, false);
    SY_CO_TRY(reader.finish());
    co_return co_await setGate(engine, engine::Scheduler::Gate::Draining, forNow);
}

//! Every task that waits, in the order in which it is served, with what it waits for.
Reply queueShow(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    SY_CO_TRY_ASSIGN(const auto limit, count(reader, "limit"_L1, 100, 1000));
    const auto line = engine->scheduler().line();
    QJsonArray waiting;
    for (const auto& place : line.first(std::min<qsizetype>(limit, line.size()))) {
        const auto* const task = engine->book().peek(place.id);
        waiting << QJsonObject{{u"id"_s, place.id.toString()},
                               {u"place"_s, place.place},
                               {u"why"_s, place.why},
                               {u"title"_s, task->spec.title},
                               {u"priority"_s, priorityName(task->spec.priority)},
                               {u"project"_s, task->spec.project},
                               {u"agent"_s, task->spec.agent}};
    }
    auto json = queueJson(*engine);
    json.insert(u"waiting"_s, waiting);
    json.insert(u"more"_s, line.size() > limit);
    co_return json;
}

//! An agent's limit is taken as over, as when the user has bought more.
Reply queueLift(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto agent = reader.text("agent"_L1);
    SY_CO_TRY(reader.finish());
    if (!engine->scheduler().liftLimit(agent))
        co_return fail(ErrorCode::NotFound, u"No agent “%1” is limited."_s.arg(agent.left(100)),
                       u"See `swy queue show`."_s);
    co_return queueJson(*engine);
}

Reply queueResize(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto slots = reader.integer("slots"_L1);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY(co_await Engine::resizeQueue(engine, int(std::clamp<qint64>(slots, -1, 1 << 20))));
    if (!engine)
        co_return engineEnds();
    co_return queueJson(*engine);
}

constexpr Method table[] = {
    {"queue.status"_L1, Right::Read, &queueStatus},     {"queue.hold"_L1, Right::Manage, &queueHold},
    {"queue.release"_L1, Right::Manage, &queueRelease}, {"queue.drain"_L1, Right::Manage, &queueDrain},
    {"queue.show"_L1, Right::Read, &queueShow},         {"queue.lift"_L1, Right::Manage, &queueLift},
    {"queue.resize"_L1, Right::Manage, &queueResize},
};

} // namespace

std::span<const Method> queueMethods()
{
    return table;
}

} // namespace switchyard::api
