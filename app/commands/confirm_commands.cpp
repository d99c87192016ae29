#include "app/commands/groups.h"
#include "app/commands/support.h"

namespace switchyard::app {

namespace {

Result<Confirmation> chooseConfirmation(const QList<Task>& tasks, const Options& options)
{
    QList<Confirmation> open;
    for (const auto& task : tasks)
        open << task.waitingFor;
    if (!options.positional().isEmpty()) {
        SY_TRY_ASSIGN(const auto id, options.taskId());
        open.removeIf([&](const Confirmation& confirmation) { return confirmation.task != id; });
        if (open.isEmpty())
            return fail(ErrorCode::NotFound, u"Task %1 does not wait for your code."_s.arg(id.toString()));
    }
    if (open.isEmpty())
        return fail(ErrorCode::NotFound, u"Nothing waits for your code."_s);
    if (open.size() > 1 && options.positional().isEmpty()) {
        QStringList ids;
        for (const auto& confirmation : open)
            ids << u"%1 (%2)"_s.arg(confirmation.task.toString(), printable(confirmation.command.left(60)));
        return fail(ErrorCode::Conflict, u"%1 commands wait: %2."_s.arg(open.size()).arg(ids.join(u", "_s)),
                    u"Name the task: swy confirm ID."_s);
    }
    return open.first();
}

QCoro::Task<int> confirm(CommandContext context)
{
    const Options options(context, {u"deny"_s}, {});
    if (!options.ok())
        co_return options.report();
    const auto client = co_await connectClient(context.paths);
    if (!client)
        co_return context.failed(client.error());
    const auto page = co_await (*client)->listTasks({{TaskStatus::Waiting}, {}, 1000, 0});
    if (!page)
        co_return context.failed(page.error());
    const auto chosen = chooseConfirmation(page->tasks, options);
    if (!chosen)
        co_return context.failed(chosen.error());
    context.err << "Task " << chosen->task.toString() << " wants to run:\n\n    " << printable(chosen->command)
                << "\n\nIt " << chosen->reasons.join(u", "_s) << '.' << Qt::endl;
    for (const auto& impact : chosen->impact)
        context.err << "    " << printable(impact) << Qt::endl;
    Secret code;
    if (!options.isSet(u"deny"_s)) {
        TerminalInput input;
        auto typed = co_await readCode(context.err, u"Your code: "_s, input);
        if (!typed)
            co_return context.failed(typed.error());
        code = std::move(*typed);
        if (code.isEmpty())
            co_return context.usageError(u"No code was given; nothing was answered. Use --deny to refuse."_s);
    }
    const auto answered = co_await (*client)->answerConfirmation(chosen->id, !options.isSet(u"deny"_s), code);
    if (!answered)
        co_return context.failed(answered.error());
    context.err << (options.isSet(u"deny"_s) ? "Refused." : "Allowed.") << Qt::endl;
    co_return Success;
}

QCoro::Task<int> setCode(CommandContext context)
{
    const auto client = co_await connectClient(context.paths);
    if (!client)
        co_return context.failed(client.error());
    const auto status = co_await (*client)->status();
    if (!status)
        co_return context.failed(status.error());
    TerminalInput input;
    Secret old;
    if (status->codeIsSet) {
        auto typed = co_await readCode(context.err, u"Your present code: "_s, input);
        if (!typed)
            co_return context.failed(typed.error());
        old = std::move(*typed);
    }
    const auto fresh = co_await readCode(context.err, u"New code (4 to 12 characters): "_s, input);
    if (!fresh)
        co_return context.failed(fresh.error());
    if (TerminalInput::isTerminal()) {
        const auto again = co_await readCode(context.err, u"Once more: "_s, input);
        if (!again)
            co_return context.failed(again.error());
        if (again->reveal() != fresh->reveal())
            co_return context.usageError(u"The two codes differ; nothing was changed."_s);
    }
    const auto result = co_await (*client)->setCode(*fresh, old);
    if (!result)
        co_return context.failed(result.error());
    context.err << "Your confirmation code is set." << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> confirmCommands()
{
    return {
        {u"confirm"_s, u"answer a command that waits for your code"_s,
         u"swy confirm [ID] [--deny]\n\n  The code is read from the terminal without echo, or from one line of standard input."_s,
         confirm},
        {u"code set"_s, u"choose or change your confirmation code"_s,
         u"swy code set\n\n  Reads the present code (if there is one) and the new one, a line each."_s, setCode}};
}

} // namespace switchyard::app
