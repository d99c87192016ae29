// What is done to a task that is there: words for it, its end, its place.
#include "app/commands/groups.h"
#include "app/commands/spec_options.h"
#include "app/commands/support.h"

namespace switchyard::app {

namespace {

QCoro::Task<Result<int>> archive(TaskCall call)
{
    SY_CO_TRY(co_await call.client->archiveTask(call.id, !call.options->isSet(u"undo"_s)));
    co_return Success;
}

using Action = QCoro::Task<Result<>> (client::EngineClient::*)(TaskId);

QCoro::Task<Result<int>> perform(TaskCall call, Action method)
{
    SY_CO_TRY(co_await ((*call.client).*method)(call.id));
    co_return Success;
}

//! A command that does one thing to one task.
Command action(const QString& name, const QString& summary, Action method)
{
    return taskCommand(name, summary, u"swy %1 ID"_s.arg(name), {},
                       [method](TaskCall call) { return perform(std::move(call), method); });
}

QCoro::Task<Result<int>> priority(CommandContext context)
{
    if (context.arguments.size() != 2)
        co_return context.usageError(u"A task id and a priority (high, normal, low) are expected."_s);
    SY_CO_TRY_ASSIGN(const auto id, TaskId::parse(context.arguments[0]));
    SY_CO_TRY_ASSIGN(const auto wanted, priorityFromName(context.arguments[1]));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY(co_await client->prioritise(id, wanted));
    co_return Success;
}

//! What words to a task are meant as; Either: the answer if it has asked something.
enum class Words { Answer, Guidance, Either };

QCoro::Task<Result<int>> send(CommandContext context, Words kind)
{
    if (context.arguments.size() < 2)
        co_return context.usageError(
            u"A task id and a %1 are expected."_s.arg(kind == Words::Either ? u"message"_s : u"text"_s));
    SY_CO_TRY_ASSIGN(const auto id, TaskId::parse(context.arguments[0]));
    const auto text = context.arguments.mid(1).join(u' ');
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    QString question;
    if (kind != Words::Guidance) {
        SY_CO_TRY_ASSIGN(const auto task, co_await client->getTask(id));
        question = task.questionId;
    }
    if (kind == Words::Answer && question.isEmpty())
        co_return fail(ErrorCode::Conflict, u"Task %1 has asked nothing."_s.arg(id.toString()),
                       u"`swy tell %1 …` sends it guidance."_s.arg(id.toString()));
    if (question.isEmpty())
        SY_CO_TRY(co_await client->guide(id, text));
    else
        SY_CO_TRY(co_await client->answerQuestion(id, question, text));
    co_return Success;
}

QCoro::Task<Result<int>> answer(CommandContext context)
{
    return send(std::move(context), Words::Answer);
}

QCoro::Task<Result<int>> tell(CommandContext context)
{
    return send(std::move(context), Words::Guidance);
}

QCoro::Task<Result<int>> message(CommandContext context)
{
    return send(std::move(context), Words::Either);
}

QCoro::Task<Result<int>> retry(CommandContext context)
{
    const Options options(context, {}, {u"message"_s, u"budget"_s, u"budget-tokens"_s, u"steps"_s});
    SY_CO_TRY_ASSIGN(const auto id, options.taskId());
    TaskLimits limits;
    SY_CO_TRY(readLimits(options, limits));
    QJsonObject changed;
    const auto all = limits.toJson();
    static const std::pair<QString, QString> keys[] = {
        {u"budget"_s, u"budget_usd"_s}, {u"budget-tokens"_s, u"budget_tokens"_s}, {u"steps"_s, u"iterations"_s}};
    for (const auto& [option, key] : keys) {
        if (options.isSet(option))
            changed.insert(key, all[key]);
    }
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY(co_await client->call(
        u"task.retry"_s,
        {{u"id"_s, id.toString()}, {u"message"_s, options.value(u"message"_s)}, {u"limits"_s, changed}}));
    co_return Success;
}

} // namespace

QList<Command> steerCommands()
{
    using client::EngineClient;
    return {
        action(u"tasks cancel"_s, u"end a task and its processes"_s, &EngineClient::cancelTask),
        action(u"tasks pause"_s, u"freeze a task"_s, &EngineClient::pauseTask),
        action(u"tasks resume"_s, u"let a paused task go on"_s, &EngineClient::resumeTask),
        {u"tasks retry"_s, u"run a finished task again, as a new attempt"_s,
         u"swy tasks retry [--message TEXT] [--budget USD] [--budget-tokens N] [--steps N] ID\n\n"
         "  --message TEXT   what the attempt is to do beyond the goal\n"
         "  The other options change the task's limits. An agent that can goes on with its conversation."_s,
         retry},
        action(u"tasks delete"_s, u"remove a finished task and its logs"_s, &EngineClient::deleteTask),
        taskCommand(u"tasks archive"_s, u"put a finished task out of the way"_s, u"swy tasks archive ID [--undo]"_s,
                    {u"undo"_s}, archive),
        {u"tasks priority"_s, u"change a task's place in the queue"_s, u"swy tasks priority ID high|normal|low"_s,
         priority},
        {u"answer"_s, u"answer the question that a task waits with"_s, u"swy answer ID \"text\""_s, answer},
        {u"tell"_s, u"send guidance to a running task"_s, u"swy tell ID \"text\""_s, tell},
        {u"tasks message"_s, u"send guidance to a running task, or answer its question"_s,
         u"swy tasks message ID \"text\""_s, message},
        action(u"stop"_s, u"end a task and its processes (as tasks cancel)"_s, &EngineClient::cancelTask),
    };
}

} // namespace switchyard::app
