#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"
#include "client/intents.h"

#include <QDir>

namespace switchyard::app {

namespace {

using client::EngineClient;
using client::Intent;
using Kind = Intent::Kind;

QString sentence(const Task& task)
{
    auto words = u"#%1 “%2” is %3"_s.arg(task.id().toString(), printable(task.spec.title),
                                         QString(statusName(task.status)).replace(u'_', u' '));
    if (isActive(task.status)) {
        words += u", %1, %2 %"_s.arg(phaseName(task.phase)).arg(task.percent);
        if (!task.message.isEmpty())
            words += u": "_s + printable(task.message.simplified().left(120));
    } else if (!task.reason.isEmpty()) {
        words += u": "_s + printable(task.reason.simplified().left(160));
    }
    if (!task.waitingFor.isEmpty())
        words += u". It waits for your code: "_s + printable(task.waitingFor.first().command.simplified());
    else if (!task.question.isEmpty())
        words += u". It asks: "_s + printable(task.question.simplified().left(200));
    return words + u'.';
}

const QList<TaskStatus> unfinished{TaskStatus::Pending, TaskStatus::Queued, TaskStatus::Running, TaskStatus::Waiting,
                                   TaskStatus::Paused};

//! The task that is meant where none was named: the only one that is not finished.
Result<Task> onlyOne(const QList<Task>& tasks)
{
    if (tasks.size() == 1)
        return tasks.first();
    if (tasks.isEmpty())
        return fail(ErrorCode::NotFound, u"No task is under way."_s);
    QStringList ids;
    for (const auto& task : tasks.first(std::min<qsizetype>(8, tasks.size())))
        ids << u"%1 (%2)"_s.arg(task.id().toString(), printable(task.spec.title.left(40)));
    return fail(ErrorCode::Conflict, u"%1 tasks are under way: %2."_s.arg(tasks.size()).arg(ids.join(u", "_s)),
                u"Name the one you mean."_s);
}

Result<Confirmation> onlyQuestion(const QList<Task>& tasks)
{
    QList<Confirmation> open;
    for (const auto& task : tasks)
        open << task.waitingFor;
    if (open.size() == 1)
        return open.first();
    return fail(ErrorCode::Conflict, u"%1 commands wait for your code."_s.arg(open.size()),
                u"Answer each with `swy confirm ID`."_s);
}

QCoro::Task<Result<Task>> chosen(std::shared_ptr<EngineClient> client, TaskId id, QList<Task> tasks)
{
    if (id.isNull())
        co_return onlyOne(tasks);
    co_return co_await client->getTask(id);
}

QCoro::Task<Result<QString>> start(std::shared_ptr<EngineClient> client, Intent intent)
{
    TaskSpec spec;
    spec.goal = intent.text;
    spec.title = titleFromGoal(spec.goal);
    spec.project = QDir::currentPath();
    spec.agent = u"builtin"_s;
    spec.verbosity = intent.verbosity.isEmpty() ? u"normal"_s : intent.verbosity;
    SY_CO_TRY_ASSIGN(const auto task, co_await client->createTask(spec));
    co_return u"Started task #%1 in background: %2"_s.arg(task.id().toString(), printable(task.spec.title));
}

QCoro::Task<Result<QString>> steer(std::shared_ptr<EngineClient> client, Intent intent, Task task)
{
    const auto id = task.id();
    const auto name = u"#%1 “%2”"_s.arg(id.toString(), printable(task.spec.title));
    switch (intent.kind) {
    case Kind::Cancel:
        SY_CO_TRY(co_await client->cancelTask(id));
        co_return u"Cancelling "_s + name + u'.';
    case Kind::Pause:
        SY_CO_TRY(co_await client->pauseTask(id));
        co_return u"Paused "_s + name + u'.';
    case Kind::Resume:
        SY_CO_TRY(co_await client->resumeTask(id));
        co_return u"Resumed "_s + name + u'.';
    case Kind::Retry:
        SY_CO_TRY(co_await client->retryTask(id));
        co_return u"Another attempt of "_s + name + u" is queued."_s;
    case Kind::Tell:
        SY_CO_TRY(co_await client->guide(id, intent.text));
        co_return u"Told "_s + name + u'.';
    default:
        co_return sentence(task);
    }
}

QCoro::Task<Result<QString>> carryOut(std::shared_ptr<EngineClient> client, Intent intent, QList<Task> tasks)
{
    switch (intent.kind) {
    case Kind::Nothing:
        co_return fail(ErrorCode::Invalid, u"Nothing was said."_s, u"Try: swy ask \"How's the coding going?\""_s);
    case Kind::Start:
        co_return co_await start(client, intent);
    case Kind::Overview: {
        QStringList lines;
        for (const auto& task : tasks)
            lines << sentence(task);
        co_return lines.isEmpty() ? u"Nothing is under way."_s : lines.join(u'\n');
    }
    case Kind::Allow:
    case Kind::Deny: {
        SY_CO_TRY_ASSIGN(const auto question, onlyQuestion(tasks));
        const bool allow = intent.kind == Kind::Allow;
        SY_CO_TRY(co_await client->answerConfirmation(question.id, allow, intent.code));
        co_return (allow ? u"Allowed: "_s : u"Refused: "_s) + printable(question.command.simplified());
    }
    default:
        break;
    }
    SY_CO_TRY_ASSIGN(const auto task, co_await chosen(client, intent.task, tasks));
    co_return co_await steer(client, intent, task);
}

QCoro::Task<Result<int>> ask(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    auto line = options.positional().join(u' ');
    const bool typed = line.isEmpty();
    if (typed) {
        TerminalInput input;
        SY_CO_TRY_ASSIGN(const auto read, co_await input.readLine(false));
        line = read;
    }
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto page, co_await client->listTasks({unfinished, {}, 1000, 0}));
    const bool waits = std::ranges::any_of(page.tasks, [](const Task& task) { return !task.waitingFor.isEmpty(); });
    const auto intent = client::parseIntent(line, waits);
    if (intent.kind == Kind::Allow && !typed)
        co_return context.usageError(u"A code does not belong on a command line, where every program can read it. Use "
                                     u"`swy confirm`, or `swy ask` "
                                     "and type it on a line of its own."_s);
    SY_CO_TRY_ASSIGN(const auto said, co_await carryOut(client, intent, page.tasks));
    context.out << said << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> askCommands()
{
    return {
        {u"ask"_s, u"say it in plain words"_s,
         u"swy ask \"How's the coding going?\"\n\n"
         "  Starts, checks, steers and answers: \"Build a calculator with tests\", \"Check progress on task abc123\",\n"
         "  \"Cancel the background task\", \"tell abc123 to use pytest\", \"... with detailed updates\".\n"
         "  Without words it reads one line of standard input; there a bare code answers the command that waits."_s,
         ask}};
}

} // namespace switchyard::app
