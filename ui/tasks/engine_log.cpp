#include "ui/tasks/engine_log.h"

#include <QCoro/QCoroFuture>
#include <QJsonObject>
#include <QPointer>
#include <QtConcurrentRun>

namespace switchyard::ui {

namespace {

using process::LogSlice;
using process::TimeRecord;

QByteArray decoded(const QJsonValue& answer) // worker
{
    return QByteArray::fromBase64(answer[u"base64"].toString().toLatin1());
}

QCoro::Task<Result<QJsonValue>> ask(QPointer<client::EngineClient> client, QString method, QJsonObject params)
{
    if (!client)
        co_return fail(ErrorCode::Unavailable, client::EngineClient::tr("The engine is not connected."));
    co_return co_await client->call(std::move(method), std::move(params));
}

QCoro::Task<Result<LogSlice>> readLog(QPointer<client::EngineClient> client, QJsonObject params)
{
    SY_CO_TRY_ASSIGN(const auto answer, co_await ask(std::move(client), u"log.read"_s, std::move(params)));
    auto bytes = co_await QtConcurrent::run(&decoded, answer);
    co_return LogSlice{answer[u"offset"].toInteger(), std::move(bytes), answer[u"size"].toInteger()};
}

QCoro::Task<Result<QList<TimeRecord>>> readTimes(QPointer<client::EngineClient> client, QJsonObject params)
{
    SY_CO_TRY_ASSIGN(const auto answer, co_await ask(std::move(client), u"log.times"_s, std::move(params)));
    co_return co_await QtConcurrent::run([answer] { return process::timeRecords(decoded(answer)); });
}

} // namespace

LogReader engineLog(client::EngineClient& client, const TaskId& id, int attempt)
{
    const QPointer<client::EngineClient> engine(&client);
    const QJsonObject which{{u"id"_s, id.toString()}, {u"attempt"_s, attempt}};
    return {[engine, which](qint64 offset, qint64 limit) {
                auto params = which;
                params.insert(u"offset"_s, offset);
                params.insert(u"limit"_s, limit);
                return readLog(engine, params);
            },
            [engine, which](qsizetype from) {
                auto params = which;
                params.insert(u"from"_s, from);
                return readTimes(engine, params);
            }};
}

} // namespace switchyard::ui
