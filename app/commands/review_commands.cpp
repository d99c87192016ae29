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

QCoro::Task<int> diff(CommandContext context)
{
    const Options options(context, {u"json"_s, u"stat"_s}, {});
    if (!options.ok())
        co_return options.report();
    const auto id = options.taskId();
    if (!id)
        co_return context.failed(id.error());
    const auto client = co_await connectClient(context.paths);
    if (!client)
        co_return context.failed(client.error());
    const auto change = co_await (*client)->diff(*id);
    if (!change)
        co_return context.failed(change.error());
    if (options.isSet(u"json"_s)) {
        context.out << compactJson(change->toJson()) << Qt::endl;
    } else if (options.isSet(u"stat"_s)) {
        QList<QStringList> rows;
        for (const auto& file : change->files)
            rows << QStringList{printable(file.path),
                                file.binary ? u"binary"_s : u"+%1 −%2"_s.arg(file.added).arg(file.removed)};
        context.out << table(rows);
    } else {
        context.out << (context.colour ? coloured(change->toPatch()) : change->toPatch());
    }
    co_return Success;
}

QCoro::Task<int> merge(CommandContext context)
{
    const Options options(context, {u"keep-branch"_s, u"delete-branch"_s}, {});
    if (!options.ok())
        co_return options.report();
    const auto id = options.taskId();
    if (!id)
        co_return context.failed(id.error());
    const auto client = co_await connectClient(context.paths);
    if (!client)
        co_return context.failed(client.error());
    const auto into = co_await (*client)->merge(*id, options.isSet(u"delete-branch"_s));
    if (!into)
        co_return context.failed(into.error());
    context.out << "Merged task " << id->toString() << " into " << *into << '.' << Qt::endl;
    co_return Success;
}

QCoro::Task<int> discard(CommandContext context)
{
    const Options options(context, {u"yes"_s}, {});
    if (!options.ok())
        co_return options.report();
    const auto id = options.taskId();
    if (!id)
        co_return context.failed(id.error());
    if (!options.isSet(u"yes"_s)) {
        if (!TerminalInput::isTerminal())
            co_return context.usageError(u"Discarding removes the task's branch and work; say --yes."_s);
        TerminalInput input;
        context.err << "This removes the branch and the work of task " << id->toString()
                    << ". Type its id to go on: " << Qt::flush;
        const auto typed = co_await input.readLine(false);
        if (!typed || typed->trimmed() != id->toString())
            co_return context.usageError(u"Nothing was discarded."_s);
    }
    const auto client = co_await connectClient(context.paths);
    if (!client)
        co_return context.failed(client.error());
    const auto result = co_await (*client)->discard(*id);
    co_return result ? int(Success) : context.failed(result.error());
}

} // namespace

QList<Command> reviewCommands()
{
    return {
        {u"diff"_s, u"what a task has changed"_s, u"swy diff [--stat|--json] ID"_s, diff},
        {u"merge"_s, u"merge a finished task into the branch it came from"_s,
         u"swy merge [--delete-branch|--keep-branch] ID\n\n  The worktree goes; the branch stays unless --delete-branch is given."_s,
         merge},
        {u"discard"_s, u"throw a finished task's work away"_s, u"swy discard [--yes] ID"_s, discard}};
}

} // namespace switchyard::app
