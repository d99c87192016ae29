#include "api/methods.h"

#include "agent/agent_server.h"
#include "api/statistics.h"
#include "base/json.h"
#include "engine/changes.h"
#include "engine/housekeeping.h"
#include "process/output_log.h"

#include <QCoreApplication>
#include <QCoro/QCoroFuture>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QStandardPaths>
#include <QtConcurrentRun>

#include <algorithm>

namespace switchyard::api {

namespace {

using engine::Engine;
using EnginePtr = QPointer<Engine>;
using rpc::Reply;

constexpr int mostTasks = 1000, mostEvents = 10'000;
constexpr qint64 mostLogBytes = 4 << 20;

const Error ending{ErrorCode::Cancelled, QStringLiteral("The engine is ending."), {}};

//! The task that the params name.
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

Reply taskCreate(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto json = reader.object("spec"_L1);
    const auto onBusy = reader.text("on_busy"_L1, u"queue"_s);
    if (onBusy != u"queue" && onBusy != u"refuse")
        reader.reject("on_busy"_L1, u"“%1” is neither queue nor refuse"_s.arg(onBusy.left(40)));
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto spec, TaskSpec::fromJson(json));
    SY_CO_TRY_ASSIGN(const auto task, co_await Engine::create(engine, spec, onBusy == u"refuse"));
    co_return taskAnswer(task);
}

Reply taskList(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    store::TaskQuery query;
    for (const auto& name : reader.texts("statuses"_L1)) {
        SY_CO_TRY_ASSIGN(const auto status, statusFromName(name));
        query.statuses << status;
    }
    query.text = reader.text("text"_L1, QString()).left(200);
    query.project = reader.text("project"_L1, QString());
    SY_CO_TRY_ASSIGN(query.limit, count(reader, "limit"_L1, mostTasks, mostTasks));
    SY_CO_TRY_ASSIGN(query.offset, count(reader, "offset"_L1, 0, 1 << 30));
    SY_CO_TRY_ASSIGN(const auto list, store::listTasks(engine->book().store().reader(), query));
    QJsonArray tasks;
    for (const auto& task : list.tasks)
        tasks << task;
    co_return QJsonObject{{u"tasks"_s, tasks}, {u"total"_s, list.total}, {u"position"_s, list.position}};
}

Reply taskGet(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    SY_CO_TRY_ASSIGN(const auto row, store::findTask(engine->book().store().reader(), id));
    if (!row)
        co_return fail(ErrorCode::NotFound, u"There is no task %1."_s.arg(id.toString()), u"See `swy tasks list`."_s);
    co_return taskAnswer(row->task);
}

Reply taskCancel(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::cancel(engine, id));
}

Reply taskPause(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::tellRunner(engine, id, u"pause"_s, {}));
}

Reply taskResume(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::tellRunner(engine, id, u"resume"_s, {}));
}

Reply taskRetry(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::retry(engine, id));
}

Reply taskDelete(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::erase(engine, id));
}

Reply taskPrioritise(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto name = reader.text("priority"_L1);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto priority, priorityFromName(name));
    co_return co_await empty(Engine::prioritise(engine, id, priority));
}

Reply taskGuide(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto text = reader.text("text"_L1);
    if (text.trimmed().isEmpty())
        reader.reject("text"_L1, u"it is empty"_s);
    SY_CO_TRY(reader.finish());
    co_return co_await empty(Engine::tellRunner(engine, id, u"guide"_s, {{u"text"_s, text}}));
}

Reply taskAnswer(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto question = reader.text("question"_L1);
    const auto text = reader.text("text"_L1);
    SY_CO_TRY(reader.finish());
    co_return co_await empty(
        Engine::tellRunner(engine, id, u"question.answer"_s, {{u"id"_s, question}, {u"text"_s, text}}));
}

Reply taskEvents(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto after = reader.integer("after"_L1, 0);
    SY_CO_TRY_ASSIGN(const auto limit, count(reader, "limit"_L1, 1000, mostEvents));
    SY_CO_TRY(engine->book().task(id));
    SY_CO_TRY_ASSIGN(const auto events, store::eventsAfter(engine->book().store().reader(), id, after, limit + 1));
    QJsonArray array;
    for (const auto& event : events.first(std::min<qsizetype>(limit, events.size())))
        array << event.toJson();
    co_return QJsonObject{{u"events"_s, array}, {u"more"_s, events.size() > limit}};
}

Reply taskDiff(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    SY_CO_TRY_ASSIGN(const auto diff, co_await Engine::diff(engine, id));
    co_return QJsonObject{{u"diff"_s, diff.toJson()}};
}

Reply taskMerge(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const bool deleteBranch = reader.boolean("delete_branch"_L1, false);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto merged, co_await Engine::merge(engine, id, deleteBranch));
    co_return QJsonObject{{u"into"_s, merged.into}, {u"commit"_s, merged.commit}};
}

Reply taskDiscard(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::discard(engine, id));
}

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

Reply confirmationList(EnginePtr engine, QJsonObject, Caller)
{
    QJsonArray open;
    for (const auto& confirmation : engine->confirmations().open())
        open << confirmation.toJson();
    co_return QJsonObject{{u"confirmations"_s, open}};
}

Reply confirmationAnswer(EnginePtr engine, QJsonObject params, Caller caller)
{
    JsonReader reader(params);
    const auto id = reader.text("id"_L1);
    if (!params[u"allow"].isBool())
        reader.reject("allow"_L1, u"true or false was expected"_s);
    const bool allow = reader.boolean("allow"_L1, false);
    const Secret code(reader.text("code"_L1, QString()).toUtf8());
    SY_CO_TRY(reader.finish());
    co_return co_await empty(
        engine::Confirmations::answer(&engine->confirmations(), id, allow, code, caller.name, caller.door));
}

Reply codeSet(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const Secret newCode(reader.text("new"_L1).toUtf8());
    const Secret oldCode(reader.text("old"_L1, QString()).toUtf8());
    SY_CO_TRY(reader.finish());
    co_return co_await empty(engine::Confirmations::setCode(&engine->confirmations(), newCode, oldCode));
}

QJsonObject queueJson(Engine& engine)
{
    const auto status = engine.scheduler().status();
    return {{u"slots"_s, status.slots},
            {u"running"_s, status.running},
            {u"queued"_s, status.queued},
            {u"held"_s, status.held}};
}

Reply queueStatus(EnginePtr engine, QJsonObject, Caller)
{
    co_return queueJson(*engine);
}

Reply setHeld(EnginePtr engine, bool held)
{
    SY_CO_TRY(co_await Engine::holdQueue(engine, held));
    if (!engine)
        co_return fail(ending);
    co_return queueJson(*engine);
}

Reply queueHold(EnginePtr engine, QJsonObject, Caller)
{
    return setHeld(engine, true);
}

Reply queueRelease(EnginePtr engine, QJsonObject, Caller)
{
    return setHeld(engine, false);
}

Reply queueResize(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto slots = reader.integer("slots"_L1);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY(co_await Engine::resizeQueue(engine, int(std::clamp<qint64>(slots, -1, 1 << 20))));
    if (!engine)
        co_return fail(ending);
    co_return queueJson(*engine);
}

//! Worker: what agents there are and whether each could be started.
Result<QJsonArray> describeAgents(const QString& agentsFile)
{
    SY_TRY_ASSIGN(const auto registry, agent::AgentRegistry::load(agentsFile));
    QJsonArray result;
    for (const auto& server : registry.servers()) {
        const bool available = server.command.isEmpty() || !QStandardPaths::findExecutable(server.command).isEmpty();
        result << QJsonObject{{u"name"_s, server.name},
                              {u"title"_s, server.title},
                              {u"available"_s, available},
                              {u"verified"_s, server.verified},
                              {u"why"_s, available ? QString() : u"%1 is not installed"_s.arg(server.command)}};
    }
    return result;
}

Reply agentList(EnginePtr engine, QJsonObject, Caller)
{
    SY_CO_TRY_ASSIGN(const auto agents, co_await QtConcurrent::run(&describeAgents, engine->paths().agents()));
    co_return QJsonObject{{u"agents"_s, agents}};
}

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

Reply taskExport(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto file = reader.text("file"_L1);
    SY_CO_TRY(reader.finish());
    co_return co_await empty(Engine::exportTo(engine, id, file));
}

Reply engineExamine(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const bool mend = reader.boolean("mend"_L1, false);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto findings, co_await QtConcurrent::run(&engine::examine, engine->paths(), mend));
    QJsonArray array;
    for (const auto& finding : findings)
        array << finding.toJson();
    co_return QJsonObject{{u"findings"_s, array}};
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
    co_return json;
}

// events.subscribe and engine.shutdown belong to the connection and the program: see client_session.cpp.
constexpr Method table[] = {
    {"task.create"_L1, Right::Work, &taskCreate},
    {"task.list"_L1, Right::Read, &taskList},
    {"task.get"_L1, Right::Read, &taskGet},
    {"task.cancel"_L1, Right::Work, &taskCancel},
    {"task.pause"_L1, Right::Work, &taskPause},
    {"task.resume"_L1, Right::Work, &taskResume},
    {"task.retry"_L1, Right::Work, &taskRetry},
    {"task.delete"_L1, Right::Work, &taskDelete},
    {"task.prioritise"_L1, Right::Work, &taskPrioritise},
    {"task.guide"_L1, Right::Work, &taskGuide},
    {"task.answer"_L1, Right::Work, &taskAnswer},
    {"task.events"_L1, Right::Read, &taskEvents},
    {"task.diff"_L1, Right::Read, &taskDiff},
    {"task.merge"_L1, Right::Work, &taskMerge},
    {"task.discard"_L1, Right::Work, &taskDiscard},
    {"task.export"_L1, Right::Work, &taskExport},
    {"log.stat"_L1, Right::Read, &logStat},
    {"log.read"_L1, Right::Read, &logRead},
    {"confirmation.list"_L1, Right::Read, &confirmationList},
    {"confirmation.answer"_L1, Right::Confirm, &confirmationAnswer},
    {"code.set"_L1, Right::Confirm, &codeSet},
    {"queue.status"_L1, Right::Read, &queueStatus},
    {"queue.hold"_L1, Right::Manage, &queueHold},
    {"queue.release"_L1, Right::Manage, &queueRelease},
    {"queue.resize"_L1, Right::Manage, &queueResize},
    {"agent.list"_L1, Right::Read, &agentList},
    {"project.check"_L1, Right::Read, &projectCheck},
    {"demo.start"_L1, Right::Work, &demoStart},
    {"stats.get"_L1, Right::Read, &statsGet},
    {"engine.status"_L1, Right::Read, &engineStatus},
    {"engine.examine"_L1, Right::Manage, &engineExamine},
};

} // namespace

std::span<const Method> methods()
{
    return table;
}

const Method* findMethod(QStringView name)
{
    const auto found = std::ranges::find_if(table, [&](const Method& method) { return method.name == name; });
    return found == std::end(table) ? nullptr : found;
}

} // namespace switchyard::api
