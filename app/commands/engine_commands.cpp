#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

namespace switchyard::app {

namespace {

QCoro::Task<int> start(CommandContext context)
{
    const auto client = co_await connectClient(context.paths);
    if (!client)
        co_return context.failed(client.error());
    const auto status = co_await (*client)->status();
    if (!status)
        co_return context.failed(status.error());
    context.out << "The engine runs (pid " << status->pid << ")." << Qt::endl;
    co_return Success;
}

QCoro::Task<int> status(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    if (!options.ok())
        co_return options.report();
    const auto client = co_await connectClient(context.paths, false);
    if (!client)
        co_return context.failed(client.error());
    const auto status = co_await (*client)->status();
    if (!status)
        co_return context.failed(status.error());
    if (options.isSet(u"json"_s))
        context.out << compactJson(status->raw) << Qt::endl;
    else
        context.out << table({{u"engine"_s, u"%1, pid %2"_s.arg(status->version).arg(status->pid)},
                              {u"running"_s, u"%1 of %2"_s.arg(status->running).arg(status->slots)},
                              {u"queued"_s, QString::number(status->queued)},
                              {u"code"_s, status->codeIsSet ? u"chosen"_s : u"not chosen yet (swy code set)"_s}});
    co_return Success;
}

QCoro::Task<int> stop(CommandContext context)
{
    const auto client = co_await connectClient(context.paths, false);
    if (!client)
        co_return context.failed(client.error());
    const auto stopped = co_await (*client)->shutdownEngine();
    if (!stopped)
        co_return context.failed(stopped.error());
    context.out << "The engine stops. Running tasks go on; the next start finds them." << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> engineCommands()
{
    return {{u"engine start"_s, u"start the engine if it does not run"_s, u"swy engine start"_s, start},
            {u"engine status"_s, u"what the engine does"_s, u"swy engine status [--json]"_s, status},
            {u"engine stop"_s, u"stop the engine; running tasks go on"_s, u"swy engine stop"_s, stop}};
}

} // namespace switchyard::app
