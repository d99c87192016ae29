// What is done with tasks.
#include "api/method_parts.h"

#include <QCoro/QCoroFuture>
#include <QtConcurrentRun>

#include <algorithm>

namespace switchyard::api {

namespace {

constexpr int mostTasks = 1000, mostEvents = 10'000;

Reply taskCreate(EnginePtr engine, QJsonObject params, Caller)
{
    JsonReader reader(params);
    const auto json = reader.object("spec"_L1);
    const auto onBusy = reader.text("on_busy"_L1, u"queue"_s);
    if (onBusy != u"queue" && onBusy != u"refuse")
        reader.reject("on_busy"_L1, u"“%1” is neither queue nor refuse"_s.arg(onBusy.left(40)));
    const auto conflict = reader.text("conflict"_L1, u"queue"_s);
    if (conflict != u"queue" && conflict != u"refuse")
        reader.reject("conflict"_L1, u"“%1” is neither queue nor refuse"_s.arg(conflict.left(40)));
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto spec, TaskSpec::fromJson(json));
    SY_CO_TRY_ASSIGN(const auto task,
                     co_await Engine::create(engine, spec, {onBusy == u"refuse", conflict == u"refuse"}));
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

Reply taskEvidence(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    SY_CO_TRY_ASSIGN(const auto found, co_await Engine::evidence(engine, id));
    co_return found.toJson();
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

constexpr qsizetype longestMessage = 200'000;

Reply taskRetry(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto followUp = reader.text("message"_L1, QString());
    const auto limits = reader.object("limits"_L1); // those that change
    SY_CO_TRY(reader.finish());
    if (followUp.size() > longestMessage)
        co_return fail(ErrorCode::Invalid, u"The message is longer than %1 characters."_s.arg(longestMessage));
    co_return co_await empty(Engine::retry(engine, id, followUp, limits));
}

Reply taskDelete(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::erase(engine, id));
}

Reply taskArchive(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const bool archived = reader.boolean("archived"_L1, true);
    SY_CO_TRY(reader.finish());
    co_return co_await empty(Engine::archive(engine, id, archived));
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

Reply taskAfter(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    QList<TaskId> after;
    for (const auto& text : reader.texts("after"_L1)) {
        SY_CO_TRY_ASSIGN(auto other, TaskId::parse(text));
        after << std::move(other);
    }
    SY_CO_TRY(reader.finish());
    co_return co_await empty(Engine::setAfter(engine, id, after));
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

Reply recoveryList(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    SY_CO_TRY_ASSIGN(const auto points, co_await Engine::recoveryPoints(engine, id));
    co_return QJsonObject{{u"recovery_points"_s, points}};
}

Reply recoveryRestore(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto number = reader.integer("number"_L1, 0);
    if (number < 0 || number > 1'000'000)
        reader.reject("number"_L1, u"there is no such recovery point"_s);
    SY_CO_TRY(reader.finish());
    SY_CO_TRY_ASSIGN(const auto done, co_await Engine::restoreRecovery(engine, id, int(number)));
    co_return QJsonObject{{u"number"_s, done.number}, {u"before"_s, done.before}, {u"commit"_s, done.commit}};
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

Reply taskMergeCheck(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    SY_CO_TRY_ASSIGN(const auto into, co_await Engine::rehearseMerge(engine, id));
    co_return QJsonObject{{u"into"_s, into}};
}

Reply taskDiscard(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    co_return co_await empty(Engine::discard(engine, id));
}

Reply taskExport(EnginePtr engine, QJsonObject params, Caller)
{
    SY_CO_TRY_ASSIGN(const auto id, idOf(params));
    JsonReader reader(params);
    const auto file = reader.text("file"_L1);
    SY_CO_TRY(reader.finish());
    co_return co_await empty(Engine::exportTo(engine, id, file));
}

constexpr Method table[] = {
    {"task.create"_L1, Right::Work, &taskCreate},
    {"task.list"_L1, Right::Read, &taskList},
    {"task.get"_L1, Right::Read, &taskGet},
    {"task.evidence"_L1, Right::Read, &taskEvidence},
    {"task.cancel"_L1, Right::Work, &taskCancel},
    {"task.pause"_L1, Right::Work, &taskPause},
    {"task.resume"_L1, Right::Work, &taskResume},
    {"task.retry"_L1, Right::Work, &taskRetry},
    {"task.delete"_L1, Right::Work, &taskDelete},
    {"task.archive"_L1, Right::Work, &taskArchive},
    {"task.prioritise"_L1, Right::Work, &taskPrioritise},
    {"task.after"_L1, Right::Work, &taskAfter},
    {"task.guide"_L1, Right::Work, &taskGuide},
    {"task.answer"_L1, Right::Work, &taskAnswer},
    {"task.events"_L1, Right::Read, &taskEvents},
    {"task.diff"_L1, Right::Read, &taskDiff},
    {"task.mergeCheck"_L1, Right::Read, &taskMergeCheck},
    {"task.recovery.list"_L1, Right::Read, &recoveryList},
    {"task.recovery.restore"_L1, Right::Work, &recoveryRestore},
    {"task.merge"_L1, Right::Work, &taskMerge},
    {"task.discard"_L1, Right::Work, &taskDiscard},
    {"task.export"_L1, Right::Work, &taskExport},
};

} // namespace

std::span<const Method> taskMethods()
{
    return table;
}

} // namespace switchyard::api
