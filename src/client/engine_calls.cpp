// The typed calls: each one a method of the engine, its answer read into a value.
#include "base/json.h"
#include "client/engine_client.h"

namespace switchyard::client {

namespace {

constexpr milliseconds gitLimit{120'000}; // merge, diff, discard: large repositories take their time

//! The answer as a value of T; an answer of the wrong shape is Corrupt, not a half-filled value.
template <typename T>
QCoro::Task<Result<T>> read(rpc::Reply reply, Result<T> (*fromJson)(const QJsonObject&))
{
    SY_CO_TRY_ASSIGN(const auto value, co_await std::move(reply));
    auto result = fromJson(value.toObject());
    if (!result)
        co_return fail(ErrorCode::Corrupt, result.error().message, result.error().hint);
    co_return std::move(*result);
}

QCoro::Task<Result<>> done(rpc::Reply reply)
{
    SY_CO_TRY(co_await std::move(reply));
    co_return {};
}

QJsonObject idOf(const TaskId& id)
{
    return {{u"id"_s, id.toString()}};
}

Result<Task> taskFrom(const QJsonObject& json)
{
    return Task::fromJson(json[u"task"].toObject());
}

Result<TaskPage> pageFrom(const QJsonObject& json)
{
    TaskPage page;
    for (const auto& value : json[u"tasks"].toArray()) {
        SY_TRY_ASSIGN(auto task, Task::fromJson(value.toObject()));
        page.tasks << std::move(task);
    }
    page.total = json[u"total"].toInt();
    page.position = json[u"position"].toInteger();
    return page;
}

Result<EventPage> eventsFrom(const QJsonObject& json)
{
    EventPage page;
    for (const auto& value : json[u"events"].toArray()) {
        SY_TRY_ASSIGN(auto event, Event::fromJson(value.toObject()));
        page.events << std::move(event);
    }
    page.more = json[u"more"].toBool();
    return page;
}

Result<LogInfo> logFrom(const QJsonObject& json)
{
    return LogInfo{json[u"path"].toString(), json[u"size"].toInteger()};
}

Result<Diff> diffFrom(const QJsonObject& json)
{
    return Diff::fromJson(json[u"diff"].toObject());
}

Result<EngineStatus> statusFrom(const QJsonObject& json)
{
    return EngineStatus{
        json[u"version"].toString(), json[u"pid"].toInteger(),   json[u"slots"].toInt(), json[u"running"].toInt(),
        json[u"queued"].toInt(),     json[u"code_set"].toBool(), json[u"held"].toBool(), json};
}

Result<QString> branchFrom(const QJsonObject& json)
{
    return json[u"into"].toString();
}

} // namespace

QCoro::Task<Result<Task>> EngineClient::createTask(TaskSpec spec, bool refuse)
{
    const auto otherwise = refuse ? u"refuse"_s : u"queue"_s;
    return read(
        call(u"task.create"_s, {{u"spec"_s, spec.toJson()}, {u"on_busy"_s, otherwise}, {u"conflict"_s, otherwise}}),
        &taskFrom);
}

QCoro::Task<Result<TaskPage>> EngineClient::listTasks(TaskQuery query)
{
    QJsonArray statuses;
    for (const auto status : query.statuses)
        statuses << statusName(status);
    return read(call(u"task.list"_s, {{u"statuses"_s, statuses},
                                      {u"text"_s, query.text},
                                      {u"limit"_s, query.limit},
                                      {u"offset"_s, query.offset}}),
                &pageFrom);
}

QCoro::Task<Result<Task>> EngineClient::getTask(TaskId id)
{
    return read(call(u"task.get"_s, idOf(id)), &taskFrom);
}

QCoro::Task<Result<>> EngineClient::cancelTask(TaskId id)
{
    return done(call(u"task.cancel"_s, idOf(id)));
}

QCoro::Task<Result<>> EngineClient::pauseTask(TaskId id)
{
    return done(call(u"task.pause"_s, idOf(id)));
}

QCoro::Task<Result<>> EngineClient::resumeTask(TaskId id)
{
    return done(call(u"task.resume"_s, idOf(id)));
}

QCoro::Task<Result<>> EngineClient::retryTask(TaskId id, QString followUp)
{
    auto params = idOf(id);
    if (!followUp.isEmpty())
        params.insert(u"message"_s, followUp);
    return done(call(u"task.retry"_s, params));
}

QCoro::Task<Result<>> EngineClient::deleteTask(TaskId id)
{
    return done(call(u"task.delete"_s, idOf(id), gitLimit));
}

QCoro::Task<Result<>> EngineClient::archiveTask(TaskId id, bool archived)
{
    auto params = idOf(id);
    params.insert(u"archived"_s, archived);
    return done(call(u"task.archive"_s, params));
}

QCoro::Task<Result<>> EngineClient::prioritise(TaskId id, Priority priority)
{
    return done(call(u"task.prioritise"_s, {{u"id"_s, id.toString()}, {u"priority"_s, priorityName(priority)}}));
}

QCoro::Task<Result<>> EngineClient::guide(TaskId id, QString text)
{
    return done(call(u"task.guide"_s, {{u"id"_s, id.toString()}, {u"text"_s, text}}));
}

QCoro::Task<Result<>> EngineClient::answerQuestion(TaskId id, QString questionId, QString text)
{
    return done(call(u"task.answer"_s, {{u"id"_s, id.toString()}, {u"question"_s, questionId}, {u"text"_s, text}}));
}

QCoro::Task<Result<EventPage>> EngineClient::events(TaskId id, qint64 after, int limit)
{
    return read(call(u"task.events"_s, {{u"id"_s, id.toString()}, {u"after"_s, after}, {u"limit"_s, limit}}),
                &eventsFrom);
}

QCoro::Task<Result<LogInfo>> EngineClient::logInfo(TaskId id, int attempt)
{
    return read(call(u"log.stat"_s, {{u"id"_s, id.toString()}, {u"attempt"_s, attempt}}), &logFrom);
}

QCoro::Task<Result<Statistics>> EngineClient::statistics(StatisticsQuery query)
{
    return read(call(u"stats.get"_s, query.toJson()), &Statistics::fromJson);
}

QCoro::Task<Result<Diff>> EngineClient::diff(TaskId id)
{
    return read(call(u"task.diff"_s, idOf(id), gitLimit), &diffFrom);
}

QCoro::Task<Result<QString>> EngineClient::checkMerge(TaskId id)
{
    return read(call(u"task.mergeCheck"_s, idOf(id), gitLimit), &branchFrom);
}

QCoro::Task<Result<QString>> EngineClient::merge(TaskId id, bool deleteBranch)
{
    return read(call(u"task.merge"_s, {{u"id"_s, id.toString()}, {u"delete_branch"_s, deleteBranch}}, gitLimit),
                &branchFrom);
}

QCoro::Task<Result<QList<RecoveryPoint>>> EngineClient::recoveryPoints(TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto answer, co_await call(u"task.recovery.list"_s, idOf(id), gitLimit));
    QList<RecoveryPoint> points;
    for (const auto& point : answer[u"recovery_points"].toArray())
        points << RecoveryPoint{point[u"number"].toInt(), point[u"commit"].toString(),
                                fromMilliseconds(point[u"time"].toInteger()), point[u"message"].toString()};
    co_return points;
}

QCoro::Task<Result<QJsonObject>> EngineClient::restoreRecovery(TaskId id, int number)
{
    auto params = idOf(id);
    params.insert(u"number"_s, number);
    SY_CO_TRY_ASSIGN(const auto answer, co_await call(u"task.recovery.restore"_s, params, gitLimit));
    co_return answer.toObject();
}

QCoro::Task<Result<>> EngineClient::discard(TaskId id)
{
    return done(call(u"task.discard"_s, idOf(id), gitLimit));
}

QCoro::Task<Result<QList<QJsonObject>>> EngineClient::audit(int limit)
{
    return read(
        call(u"audit.list"_s, {{u"limit"_s, limit}}), +[](const QJsonObject& json) -> Result<QList<QJsonObject>> {
            QList<QJsonObject> entries;
            for (const auto& entry : json.value("entries"_L1).toArray())
                entries << entry.toObject();
            return entries;
        });
}

QCoro::Task<Result<EngineClient::AuditCheck>> EngineClient::verifyAudit()
{
    return read(
        call(u"audit.verify"_s, {}), +[](const QJsonObject& json) -> Result<AuditCheck> {
            return AuditCheck{json.value("entries"_L1).toInteger(), json.value("problem"_L1).toString(),
                              json.value("line"_L1).toInteger()};
        });
}

QCoro::Task<Result<>> EngineClient::answerConfirmation(QString confirmationId, bool allow, Secret code, QString scope)
{
    return done(call(u"confirmation.answer"_s, {{u"id"_s, confirmationId},
                                                {u"allow"_s, allow},
                                                {u"code"_s, QString::fromUtf8(code.reveal())},
                                                {u"scope"_s, scope}}));
}

QCoro::Task<Result<QList<Grant>>> EngineClient::grants()
{
    return read(
        call(u"grant.list"_s, {}), +[](const QJsonObject& json) -> Result<QList<Grant>> {
            QList<Grant> grants;
            for (const auto& value : json.value("grants"_L1).toArray()) {
                SY_TRY_ASSIGN(const auto grant, Grant::fromJson(value.toObject()));
                grants << grant;
            }
            return grants;
        });
}

QCoro::Task<Result<>> EngineClient::revokeGrant(QString id)
{
    return done(call(u"grant.revoke"_s, {{u"id"_s, id}}));
}

QCoro::Task<Result<>> EngineClient::setCode(Secret newCode, Secret oldCode)
{
    return done(call(u"code.set"_s, {{u"new"_s, QString::fromUtf8(newCode.reveal())},
                                     {u"old"_s, QString::fromUtf8(oldCode.reveal())}}));
}

QCoro::Task<Result<EngineStatus>> EngineClient::status()
{
    return read(call(u"engine.status"_s, {}), &statusFrom);
}

QCoro::Task<Result<Task>> EngineClient::startDemo()
{
    return read(call(u"demo.start"_s, {}, gitLimit), &taskFrom);
}

QCoro::Task<Result<>> EngineClient::shutdownEngine()
{
    return done(call(u"engine.shutdown"_s, {}));
}

} // namespace switchyard::client
