#include "api/statistics.h"

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

} // namespace

rpc::Reply statsGet(QPointer<engine::Engine> engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto query, StatisticsQuery::fromJson(params));
    SY_CO_TRY_ASSIGN(const auto stats,
                     co_await QtConcurrent::run(&countIn, engine->paths().database(), query, Clock::system().now()));
    co_return stats.toJson();
}

} // namespace switchyard::api
