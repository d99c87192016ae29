// Starting a task.
#include "app/commands/follower.h"
#include "app/commands/groups.h"
#include "app/commands/run_options.h"
#include "app/commands/spec_options.h"
#include "base/json.h"

namespace switchyard::app {

namespace {

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

} // namespace

QList<Command> runCommands()
{
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
    };
}

} // namespace switchyard::app
