// Statistics, counted on a worker, on a connection of its own, so that nobody waits for them.
#include "api/method_parts.h"

#include "base/clock.h"
#include "store/statistics.h"

#include <QCoro/QCoroFuture>
#include <QtConcurrentRun>

namespace switchyard::api {

namespace {

Result<Statistics> countIn(const QString& file, const StatisticsQuery& query, UtcTime now)
{
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(file, store::Connection::Mode::Read));
    return store::countStatistics(connection, query, now);
}

Reply statsGet(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto query, StatisticsQuery::fromJson(params));
    SY_CO_TRY_ASSIGN(const auto stats,
                     co_await QtConcurrent::run(&countIn, engine->paths().database(), query, Clock::system().now()));
    co_return stats.toJson();
}

constexpr Method table[] = {{"stats.get"_L1, Right::Read, &statsGet}};

} // namespace

std::span<const Method> statisticsMethods()
{
    return table;
}

} // namespace switchyard::api
