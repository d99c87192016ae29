// swy: the command line, and the programs without a screen (engine, runner, built-in agent).
#include "app/commands/groups.h"
#include "base/log.h"
#include "runner/nursery.h"

#include <QCoreApplication>
#include <QCoro/QCoroTask>

#include <cstdio>
#include <unistd.h>

namespace switchyard::app {

namespace {

QList<Command> allCommands()
{
    QList<Command> commands;
    for (const auto& group :
         {runCommands, taskCommands, steerCommands, watchCommands, confirmCommands, reviewCommands, recoveryCommands,
          demoCommands, agentCommands, askCommands, statsCommands, templateCommands, settingsCommands, keyCommands,
          gateCommands, doorCommands, queueCommands, careCommands, engineCommands, programCommands})
        commands += group();
    return commands;
}

void printHelp(QTextStream& out, const QList<Command>& commands)
{
    out << "swy — background coding tasks\n\nUsage: swy COMMAND …\n\n";
    for (const auto& command : commands) {
        if (!command.summary.isEmpty())
            out << "  " << command.name.leftJustified(19) << command.summary << '\n';
    }
    out << "\n`swy COMMAND --help` tells more. Exit status: 0 done, 1 failed, 2 wrong call, 3 timed out, 4 cancelled,\n"
           "5 not found, 6 engine not reachable, 7 conflict.\n";
    out.flush();
}

//! The command with the longest name that the words begin with.
const Command* findCommand(const QList<Command>& commands, const QStringList& words)
{
    const Command* best = nullptr;
    for (const auto& command : commands) {
        const auto name = command.name.split(u' ');
        if (words.mid(0, name.size()) == name && (!best || name.size() > best->name.count(u' ') + 1))
            best = &command;
    }
    return best;
}

int unknownCommand(const CommandContext& context, const QList<Command>& commands, const QStringList& words)
{
    QStringList similar;
    for (const auto& command : commands) {
        if (!command.summary.isEmpty() && command.name.section(u' ', 0, 0) == words.first())
            similar << command.name;
    }
    context.err << "swy: there is no command “" << words.first() << "”"
                << (similar.isEmpty() ? u"."_s : u" alone; did you mean: %1?"_s.arg(similar.join(u", "_s))) << Qt::endl
                << "     `swy help` lists them." << Qt::endl;
    return Usage;
}

int main(int argc, char** argv)
{
    qputenv("QT_NO_GLIB", "1"); // its event loop takes time and memory, and we need nothing of it
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"swy"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(SWITCHYARD_VERSION));
    QTextStream out(stdout), err(stderr);
    const auto commands = allCommands();
    auto words = QCoreApplication::arguments().mid(1);
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    CommandContext context{
        Paths::fromEnvironment(), u"swy"_s, {}, out, err, terminal, terminal && !qEnvironmentVariableIsSet("NO_COLOR")};
    if (words.isEmpty() || words.first() == u"help" || words.first() == u"--help" || words.first() == u"-h") {
        printHelp(out, commands);
        return words.isEmpty() ? int(Usage) : int(Success);
    }
    if (words.first() == u"--version") {
        out << "swy " << QCoreApplication::applicationVersion() << Qt::endl;
        return Success;
    }
    const auto* const command = findCommand(commands, words);
    if (!command)
        return unknownCommand(context, commands, words);
    context.program = u"swy "_s + command->name;
    context.arguments = words.mid(command->name.count(u' ') + 1);
    if (context.arguments.contains(u"--help"_s) || context.arguments.contains(u"-h"_s)) {
        out << "Usage: " << command->usage << Qt::endl;
        return Success;
    }
    if (const auto logging = startLogging({}); !logging) // programs choose a file of their own
        return context.failed(logging.error());
    QMetaObject::invokeMethod(
        &app,
        [command, context] {
            [](const Command* chosen, CommandContext given) -> QCoro::Task<> {
                const auto status = co_await chosen->run(given);
                QCoreApplication::exit(status ? *status : given.failed(status.error()));
            }(command, context);
        },
        Qt::QueuedConnection);
    return QCoreApplication::exec();
}

} // namespace

} // namespace switchyard::app

int main(int argc, char** argv)
{
    if (switchyard::runner::isNursery(argc, argv))
        return switchyard::runner::runNursery(argc, argv, switchyard::app::main);
    return switchyard::app::main(argc, argv);
}
