#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

namespace switchyard::app {

namespace {

QString coloured(const QString& patch)
{
    QString text;
    for (const auto& line : patch.split(u'\n')) {
        const auto* colour = line.startsWith(u"+++") || line.startsWith(u"---") || line.startsWith(u"diff ") ? "1"
                             : line.startsWith(u'+')                                                         ? "32"
                             : line.startsWith(u'-')                                                         ? "31"
                             : line.startsWith(u"@@")                                                        ? "36"
                                                                                                             : nullptr;
        text +=
            colour ? u"\x1b[%1m%2\x1b[0m\n"_s.arg(QLatin1StringView(colour), printable(line)) : printable(line) + u'\n';
    }
    return text;
}

QCoro::Task<Result<int>> diff(TaskCall call)
{
    SY_CO_TRY_ASSIGN(const auto change, co_await call.client->diff(call.id));
    auto& out = call.context.out;
    if (call.options->isSet(u"json"_s)) {
        out << compactJson(change.toJson()) << Qt::endl;
    } else if (call.options->isSet(u"stat"_s)) {
        QList<QStringList> rows;
        for (const auto& file : change.files)
            rows << QStringList{printable(file.path),
                                file.binary ? u"binary"_s : u"+%1 −%2"_s.arg(file.added).arg(file.removed)};
        out << table(rows);
    } else {
        out << (call.context.colour ? coloured(change.toPatch()) : change.toPatch());
    }
    co_return Success;
}

QCoro::Task<Result<int>> merge(TaskCall call)
{
    SY_CO_TRY_ASSIGN(const auto into, co_await call.client->merge(call.id, call.options->isSet(u"delete-branch"_s)));
    call.context.out << "Merged task " << call.id.toString() << " into " << into << '.' << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> discard(CommandContext context)
{
    const Options options(context, {u"yes"_s}, {});
    SY_CO_TRY_ASSIGN(const auto id, options.taskId());
    if (!options.isSet(u"yes"_s)) {
        if (!TerminalInput::isTerminal())
            co_return context.usageError(u"Discarding removes the task's branch and work; say --yes."_s);
        TerminalInput input;
        context.err << "This removes the branch and the work of task " << id.toString()
                    << ". Type its id to go on: " << Qt::flush;
        const auto typed = co_await input.readLine(false);
        if (!typed || typed->trimmed() != id.toString())
            co_return context.usageError(u"Nothing was discarded."_s);
    }
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY(co_await client->discard(id));
    co_return Success;
}

} // namespace

QList<Command> reviewCommands()
{
    return {
        taskCommand(u"diff"_s, u"what a task has changed"_s, u"swy diff [--stat|--json] ID"_s, {u"json"_s, u"stat"_s},
                    diff),
        taskCommand(
            u"merge"_s, u"merge a finished task into the branch it came from"_s,
            u"swy merge [--delete-branch|--keep-branch] ID\n\n  The worktree goes; the branch stays unless --delete-branch is given."_s,
            {u"keep-branch"_s, u"delete-branch"_s}, merge),
        {u"discard"_s, u"throw a finished task's work away"_s, u"swy discard [--yes] ID"_s, discard}};
}

} // namespace switchyard::app
