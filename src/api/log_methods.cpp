// Reading what tasks have printed.
#include "api/method_parts.h"
#include "process/log_times.h"
#include "process/output_log.h"

#include <QCoro/QCoroFuture>
#include <QFileInfo>
#include <QtConcurrentRun>

#include <algorithm>

namespace switchyard::api {

namespace {

constexpr qint64 mostLogBytes = 4 << 20;
constexpr qint64 mostTimes = 32 << 10; //!< records

//! The output log that the params name.
Result<QString> logPath(Engine& engine, const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    auto attempt = int(reader.integer("attempt"_L1, 0));
    SY_TRY(reader.finish());
    SY_TRY_ASSIGN(const auto task, engine.book().task(id));
    if (attempt == 0)
        attempt = std::max(task.attempt, 1);
    if (attempt < 1 || attempt > std::max(task.attempt, 1))
        return fail(ErrorCode::NotFound, u"Task %1 has no attempt %2."_s.arg(id.toString()).arg(attempt));
    return engine.paths().outputLog(id, attempt);
}

//! Worker. A log that is not there yet is an empty one.
Result<process::LogSlice> readSlice(const QString& path, qint64 offset, qint64 limit)
{
    if (!QFileInfo::exists(path))
        return process::LogSlice{};
    return process::readOutput(path, offset, limit);
}

Reply logStat(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto path, logPath(*engine, params));
    SY_CO_TRY_ASSIGN(const auto slice, co_await QtConcurrent::run(&readSlice, path, 0, 0));
    co_return QJsonObject{{u"path"_s, path}, {u"size"_s, slice.size}};
}

Reply logRead(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto path, logPath(*engine, params));
    JsonReader reader(params);
    const auto offset = reader.integer("offset"_L1, 0);
    const auto limit = reader.integer("limit"_L1, 64 << 10);
    if (offset < 0 || limit < 0)
        reader.reject("offset"_L1, u"offset and limit cannot be negative"_s);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto slice,
                     co_await QtConcurrent::run(&readSlice, path, offset, std::min(limit, mostLogBytes)));
    co_return QJsonObject{{u"offset"_s, slice.offset},
                          {u"size"_s, slice.size},
                          {u"base64"_s, QString::fromLatin1(slice.bytes.toBase64())}};
}

Reply logTimes(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto path, logPath(*engine, params));
    JsonReader reader(params);
    const auto from = reader.integer("from"_L1, 0);
    if (from < 0)
        reader.reject("from"_L1, u"from cannot be negative"_s);
    SY_CO_TRY(reader.finish());
    const auto bytes = co_await QtConcurrent::run(&process::readTimeBytes, path, from, mostTimes);
    co_return QJsonObject{{u"from"_s, from}, {u"base64"_s, QString::fromLatin1(bytes.toBase64())}};
}

constexpr Method table[] = {
    {"log.stat"_L1, Right::Read, &logStat},
    {"log.read"_L1, Right::Read, &logRead},
    {"log.times"_L1, Right::Read, &logTimes},
};

} // namespace

std::span<const Method> logMethods()
{
    return table;
}

} // namespace switchyard::api
