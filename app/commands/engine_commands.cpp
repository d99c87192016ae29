#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

namespace switchyard::app {

namespace {

QCoro::Task<Result<int>> start(CommandContext context)
{
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto status, co_await client->status());
    context.out << "The engine runs (pid " << status.pid << ")." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> status(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths, false));
    SY_CO_TRY_ASSIGN(const auto status, co_await client->status());
    if (options.isSet(u"json"_s))
        context.out << compactJson(status.raw) << Qt::endl;
    else
        context.out << table({{u"engine"_s, u"%1, pid %2"_s.arg(status.version).arg(status.pid)},
                              {u"running"_s, u"%1 of %2"_s.arg(status.running).arg(status.slots)},
                              {u"queued"_s, QString::number(status.queued)},
                              {u"queue"_s, status.raw[u"draining"].toBool() ? u"drained"_s
                                           : status.held                    ? u"held"_s
                                                                            : u"open"_s},
                              {u"code"_s, status.codeIsSet ? u"chosen"_s : u"not chosen yet (swy code set)"_s}});
    for (const auto& key : {u"trouble"_s, u"settings_trouble"_s, u"no_room"_s}) {
        if (const auto trouble = status.raw[key].toString(); !trouble.isEmpty())
            context.out << "! " << printable(trouble) << Qt::endl;
    }
    co_return Success;
}

QCoro::Task<Result<int>> reload(CommandContext context)
{
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths, false));
    SY_CO_TRY(co_await client->call(u"engine.reload"_s, {}));
    co_return Success;
}

QCoro::Task<Result<int>> stop(CommandContext context)
{
    const Options options(context, {u"drain"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths, false));
    if (options.isSet(u"drain"_s)) {
        SY_CO_TRY_ASSIGN(const auto draining, co_await client->call(u"queue.drain"_s, {{u"for_now"_s, true}}));
        if (const auto running = draining[u"running"].toInt(); running > 0)
            context.out << "Waiting for " << running << " running tasks…" << Qt::endl;
        SY_CO_TRY(co_await waitUntilDrained(client, {}));
    }
    SY_CO_TRY(co_await client->shutdownEngine());
    context.out << "The engine stops. Running tasks go on; the next start finds them." << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> engineCommands()
{
    return {{u"engine start"_s, u"start the engine if it does not run"_s, u"swy engine start"_s, start},
            {u"engine status"_s, u"what the engine does"_s, u"swy engine status [--json]"_s, status},
            {u"engine reload"_s, u"read the settings anew; also done by itself when they change"_s,
             u"swy engine reload"_s, reload},
            {u"engine stop"_s, u"stop the engine; running tasks go on"_s,
             u"swy engine stop [--drain]\n\n  --drain   first starts nothing new and waits until nothing runs"_s,
             stop}};
}

} // namespace switchyard::app
