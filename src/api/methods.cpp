#include "api/methods.h"

#include "api/method_parts.h"

#include <algorithm>

namespace switchyard::api {

Result<TaskId> idOf(const QJsonObject& params)
{
    JsonReader reader(params);
    const auto id = reader.taskId("id"_L1);
    SY_TRY(reader.finish());
    return id;
}

Result<int> count(JsonReader& reader, QLatin1StringView key, int otherwise, int most)
{
    const auto value = reader.integer(key, otherwise);
    if (value < 0)
        reader.reject(key, u"it cannot be negative"_s);
    SY_TRY(reader.finish());
    return int(std::min<qint64>(value, most));
}

QJsonObject taskAnswer(const Task& task)
{
    return {{u"task"_s, task.toJson()}};
}

Reply empty(QCoro::Task<Result<>> work)
{
    SY_CO_TRY(co_await std::move(work));
    co_return QJsonObject();
}

std::unexpected<Error> engineEnds()
{
    return fail(ErrorCode::Cancelled, u"The engine is ending."_s);
}

QJsonObject queueJson(Engine& engine)
{
    const auto status = engine.scheduler().status();
    using Gate = engine::Scheduler::Gate;
    QJsonObject limits;
    for (const auto& [agent, limit] : status.agentLimits.asKeyValueRange())
        limits.insert(agent, toMilliseconds(limit.until));
    return {{u"slots"_s, status.slots},
            {u"running"_s, status.running},
            {u"queued"_s, status.queued},
            {u"held"_s, status.gate != Gate::Open},
            {u"draining"_s, status.gate == Gate::Draining},
            {u"no_room"_s, status.noRoom},
            {u"agent_limits"_s, limits}};
}

// events.subscribe and engine.shutdown belong to the connection and the program: see client_session.cpp.
std::span<const Method> methods()
{
    static const auto table = [] {
        std::vector<Method> all;
        for (const auto part : {taskMethods(), logMethods(), queueMethods(), confirmMethods(), statisticsMethods(),
                                agentMethods(), settingsMethods(), engineMethods()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return table;
}

const Method* findMethod(QStringView name)
{
    const auto table = methods();
    const auto found = std::ranges::find_if(table, [&](const Method& method) { return method.name == name; });
    return found == table.end() ? nullptr : &*found;
}

} // namespace switchyard::api
