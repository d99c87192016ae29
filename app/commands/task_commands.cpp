#include "app/commands/follower.h"
#include "app/commands/groups.h"
#include "app/commands/run_options.h"
#include "app/commands/spec_options.h"

#include "base/json.h"

#include <QCoro/QCoroFuture>
#include <QDateTime>
#include <QLocale>
#include <QPromise>

namespace switchyard::app {

namespace {

QString metersLine(const TaskMeters& used)
{
    const auto bytes = [](qint64 count) { return QLocale::c().formattedDataSize(count, 1); };
    return u"CPU %1 s, memory %2 at most, %3 processes now, %4 read, %5 written"_s
        .arg(double(used.cpu.count()) / 1000, 0, 'f', 1)
        .arg(bytes(used.peakMemory))
        .arg(used.processes)
        .arg(bytes(used.readBytes), bytes(used.writtenBytes));
}

QCoro::Task<Result<int>> run(CommandContext context)
{
    const Options options(
        context,
        {u"b,background"_s, u"q,quiet"_s, u"json"_s, u"f,follow"_s, u"in-place"_s, u"refuse"_s, u"detailed"_s,
         u"minimal"_s},
        QStringList{
            u"agent"_s, u"model"_s,        u"template"_s, u"project"_s, u"priority"_s, u"time-limit"_s,    u"after"_s,
            u"shell"_s, u"base"_s,         u"title"_s,    u"sandbox"_s, u"network"_s,  u"extra-folder"_s,  u"type"_s,
            u"mode"_s,  u"instructions"_s, u"attach"_s,   u"mcp"_s,     u"budget"_s,   u"budget-tokens"_s, u"steps"_s} +
            queueValues());
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto spec, specFromOptions(options, context.paths));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto task, co_await client->createTask(spec, options.isSet(u"refuse"_s)));
    const auto id = task.id().toString();
    if (options.isSet(u"json"_s))
        context.out << compactJson(taskForJson(task)) << Qt::endl;
    else if (options.isSet(u"q"_s))
        context.out << id << Qt::endl;
    else if (!options.isSet(u"f"_s))
        context.out << "Started task #" << id << ": " << printable(task.spec.title) << Qt::endl
                    << "  swy monitor " << id << "   watch it      swy stop " << id << "   stop it" << Qt::endl;
    if (!options.isSet(u"f"_s))
        co_return Success;
    Follower follower(context, client, task.id());
    SY_CO_TRY_ASSIGN(const auto end, co_await follower.run());
    co_return exitStatusForTask(end);
}

QCoro::Task<Result<int>> archive(TaskCall call)
{
    SY_CO_TRY(co_await call.client->archiveTask(call.id, !call.options->isSet(u"undo"_s)));
    co_return Success;
}

QCoro::Task<Result<int>> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {u"status"_s, u"limit"_s, u"text"_s});
    SY_CO_TRY(options.check());
    client::TaskQuery query;
    query.text = options.value(u"text"_s);
    if (options.isSet(u"limit"_s))
        query.limit = options.value(u"limit"_s).toInt();
    for (const auto& name : options.value(u"status"_s).split(u',', Qt::SkipEmptyParts)) {
        SY_CO_TRY_ASSIGN(const auto status, statusFromName(name));
        query.statuses << status;
    }
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto page, co_await client->listTasks(query));
    if (options.isSet(u"json"_s)) {
        QJsonArray tasks;
        for (const auto& task : page.tasks)
            tasks << taskForJson(task);
        context.out << compactJson({{u"tasks"_s, tasks}, {u"total"_s, page.total}}) << Qt::endl;
        co_return Success;
    }
    if (page.tasks.isEmpty()) {
        context.out << "No tasks. Start one with `swy run \"what should be built\"` or see `swy demo`." << Qt::endl;
        co_return Success;
    }
    QList<QStringList> rows{{u"ID"_s, u""_s, u"STATUS"_s, u"PHASE"_s, u"%"_s, u"CHANGE"_s, u"TITLE"_s}};
    for (const auto& task : page.tasks) {
        const auto change =
            task.filesChanged > 0 ? u"+%1 −%2"_s.arg(task.linesAdded).arg(task.linesRemoved) : QString();
        const bool waits = task.status == TaskStatus::Queued || task.status == TaskStatus::Pending;
        const auto why = waits && !task.reason.isEmpty() ? u" — "_s + task.reason : QString();
        rows << QStringList{task.id().toString(),
                            statusMark(task.status),
                            statusName(task.status),
                            phaseName(task.phase),
                            QString::number(task.percent),
                            change,
                            printable(task.spec.title + why)};
    }
    context.out << table(rows);
    if (page.total > page.tasks.size())
        context.out << "… and " << page.total - page.tasks.size() << " more (--limit N)" << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> show(TaskCall call)
{
    SY_CO_TRY_ASSIGN(const auto task, co_await call.client->getTask(call.id));
    if (call.options->isSet(u"json"_s)) {
        call.context.out << compactJson(taskForJson(task)) << Qt::endl;
        co_return Success;
    }
    QList<QStringList> rows{
        {u"task"_s, task.id().toString()},
        {u"goal"_s, printable(task.spec.goal)},
        {u"status"_s,
         statusName(task.status) + (task.reason.isEmpty() ? QString() : u" — "_s + printable(task.reason))},
        {u"phase"_s, u"%1, %2 %"_s.arg(phaseName(task.phase)).arg(task.percent)},
        {u"time"_s, task.spec.limits.runTime.count() == 0
                        ? formatDuration(task.elapsed)
                        : u"%1 of %2"_s.arg(formatDuration(task.elapsed), formatDuration(task.spec.limits.runTime))},
        {u"project"_s, printable(task.spec.project)}};
    if (!task.sandbox.isEmpty()) {
        auto words = u"%1, network %2"_s.arg(task.sandbox, task.network);
        if (!task.sandboxTrouble.isEmpty())
            words += u" — "_s + printable(task.sandboxTrouble);
        rows << QStringList{u"sandbox"_s, words};
    }
    if (const auto& used = task.meters; used != TaskMeters())
        rows << QStringList{u"used"_s, metersLine(used)};
    const auto evidence = co_await call.client->call(u"task.evidence"_s, {{u"id"_s, call.id.toString()}});
    if (evidence && isActive(task.status))
        rows << QStringList{u"evidence"_s, printable((*evidence)[u"text"].toString())};
    if (task.steps > 0)
        rows << QStringList{u"step"_s, u"%1 of %2"_s.arg(task.step).arg(task.steps)};
    if (!task.branch.isEmpty())
        rows << QStringList{u"branch"_s, u"%1 from %2"_s.arg(task.branch, task.baseBranch)};
    if (!task.mergedInto.isEmpty())
        rows << QStringList{u"merged"_s, u"into "_s + task.mergedInto};
    if (task.filesChanged > 0)
        rows << QStringList{u"change"_s,
                            u"%1 files, +%2 −%3"_s.arg(task.filesChanged).arg(task.linesAdded).arg(task.linesRemoved)};
    for (const auto& open : task.waitingFor)
        rows << QStringList{u"waits"_s, u"for your code: "_s + printable(open.command)};
    if (!task.result.isEmpty())
        rows << QStringList{u"result"_s, printable(task.result)};
    call.context.out << table(rows);
    co_return Success;
}

QCoro::Task<Result<int>> events(TaskCall call)
{
    auto& out = call.context.out;
    for (qint64 after = 0;;) {
        SY_CO_TRY_ASSIGN(const auto page, co_await call.client->events(call.id, after));
        for (const auto& event : page.events) {
            after = event.position;
            if (call.options->isSet(u"json"_s))
                out << compactJson(event.toJson()) << '\n';
            else
                out << QDateTime::fromMSecsSinceEpoch(toMilliseconds(event.time)).toString(u"HH:mm:ss.zzz"_s) << "  "
                    << event.kind.leftJustified(22) << printable(QString::fromUtf8(compactJson(event.data))) << '\n';
        }
        if (!page.more || page.events.isEmpty())
            break;
    }
    out.flush();
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

QCoro::Task<Result<int>> wait(CommandContext context)
{
    const Options options(context, {}, {u"timeout"_s});
    SY_CO_TRY_ASSIGN(const auto id, options.taskId());
    const auto limit = options.isSet(u"timeout"_s) ? parseDuration(options.value(u"timeout"_s)) : milliseconds(0);
    if (!limit)
        co_return context.usageError(u"“%1” is not a duration."_s.arg(options.value(u"timeout"_s)));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto task, co_await client->getTask(id));
    Task now = task;
    QObject scope;
    QTimer timer;
    timer.setSingleShot(true);
    if (limit->count() > 0)
        timer.start(*limit);
    struct Waiter {
        QPromise<bool> promise;
        bool done = false;
        void finish(bool ended)
        {
            if (std::exchange(done, true))
                return;
            promise.addResult(ended);
            promise.finish();
        }
    } waiter;
    waiter.promise.start();
    QObject::connect(client.get(), &client::EngineClient::eventReceived, &scope, [&](const Event& event) {
        if (const auto applied = applyEvent(now, event); applied && now.hasEnded())
            waiter.finish(true);
    });
    QObject::connect(&timer, &QTimer::timeout, &scope, [&] { waiter.finish(false); });
    if (!now.hasEnded()) {
        client->keepConnected();
        SY_CO_TRY(co_await client->subscribe(now.position, id));
        if (!co_await waiter.promise.future())
            co_return TimedOut;
    }
    co_return exitStatusForTask(now);
}

} // namespace

QList<Command> taskCommands()
{
    using client::EngineClient;
    return {
        {u"run"_s, u"start a task: an agent with a goal, or (-b) a shell command"_s,
         u"swy run [-b] [-q|--json] [-f] [--agent NAME] [--model M] [--project DIR] [--base BRANCH] [--in-place]\n"
         "        [--priority high|normal|low] [--time-limit 15m] [--after ID,…] [--shell bash|sh|zsh] "
         "[--detailed|--minimal]\n"
         "        [--sandbox off|standard|strict] [--network on|loopback|off] [--extra-folder DIR]…\n"
         "        [--type TYPE] [--mode MODE] [--instructions TEXT] [--attach FILE]… [--mcp NAME=COMMAND|FILE]…\n"
         "        [--budget USD] [--budget-tokens N] [--steps N] \"goal or command\"\n\n"
         "  --template NAME PARAMETER=VALUE …   the goal is made from a template; `swy templates list`\n"
         "  -b        the words are a shell command, run in the folder as it is\n"
         "  -q        print only the task's id\n"
         "  -f        follow the task to its end; the exit status is the task's\n"
         "  --sandbox       what its programs may reach; for agents “standard” unless the settings say otherwise\n"
         "  --network       loopback, off: commands reach nothing beyond this machine's own test servers\n"
         "  --extra-folder  one more folder that it may write; may be given several times\n"
         "  --type          what the agent is put to: `swy types`\n"
         "  --mode          one of the agent's own modes: `swy agent probe NAME`\n"
         "  --instructions  words added to those that the agent gets anyway\n"
         "  --attach        a picture or text that belongs to the goal\n"
         "  --mcp           a server of tools for the agent; a FILE holds {\"mcp_servers\": […]}\n"
         "  --budget, --budget-tokens   what one attempt may cost; it is told at 80 % and ended at 100 %\n"
         "  --steps         how many steps an agent may take (50)\n"_s +
             queueUsage(),
         run},
        {u"tasks list"_s, u"the tasks, newest first"_s,
         u"swy tasks list [--json] [--status running,waiting] [--text WORD] [--limit N]"_s, list},
        taskCommand(u"tasks show"_s, u"one task in full"_s, u"swy tasks show [--json] ID"_s, {u"json"_s}, show),
        taskCommand(u"tasks events"_s, u"everything that happened to a task, in order"_s,
                    u"swy tasks events [--json] ID"_s, {u"json"_s}, events),
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
        {u"wait"_s, u"wait for a task's end; the exit status is the task's"_s, u"swy wait [--timeout 60s] ID"_s, wait},
    };
}

} // namespace switchyard::app
