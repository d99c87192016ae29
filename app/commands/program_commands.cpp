// The programs that swy also is. People seldom start them by hand: they are not in `swy help`.
#include "api/engine_program.h"
#include "app/commands/groups.h"
#include "base/log.h"
#include "coder/agent_main.h"
#include "rpc/stdio_device.h"
#include "runner/runner_program.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QCoro/QCoroSignal>
#include <QDir>
#include <QSocketNotifier>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace switchyard::app {

namespace {

//! SIGTERM, SIGINT and SIGHUP as calls in the event loop. Through a pipe, not by blocking them: a blocked signal would
//! stay blocked in every child.
class StopSignals
{
public:
    explicit StopSignals(std::function<void()> stop)
    {
        if (pipe2(s_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
            return; // then they end the process at once, as they do by default
        m_notifier = std::make_unique<QSocketNotifier>(s_pipe[0], QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [stop = std::move(stop)] {
            char bytes[16];
            while (read(s_pipe[0], bytes, sizeof bytes) > 0) {
            }
            stop();
        });
        for (const int number : {SIGTERM, SIGINT, SIGHUP})
            signal(number, [](int) { [[maybe_unused]] const auto written = write(s_pipe[1], "x", 1); });
    }

private:
    static inline int s_pipe[2] = {-1, -1};
    std::unique_ptr<QSocketNotifier> m_notifier;
};

//! These processes see codes and keys: they leave no core dump, nor do the agents that get a key from them. A limit of
//! one byte also keeps the kernel from handing the memory to a program that collects dumps, core(5).
void protectMemory()
{
    prctl(PR_SET_DUMPABLE, 0);
    rlimit cores{};
    if (getrlimit(RLIMIT_CORE, &cores) == 0) {
        cores.rlim_cur = std::min<rlim_t>(1, cores.rlim_max);
        setrlimit(RLIMIT_CORE, &cores);
    }
    signal(SIGPIPE, SIG_IGN);
}

QCoro::Task<Result<int>> engine(CommandContext context)
{
    protectMemory();
    SY_CO_TRY(context.paths.ensure());
    SY_CO_TRY(startLogging(context.paths.engineLog()));
    api::EngineProgram program(context.paths, {.runnerProgram = QCoreApplication::applicationFilePath()});
    SY_CO_TRY(program.start());
    co_return co_await qCoro(&program, &api::EngineProgram::finished);
}

QCoro::Task<Result<int>> runner(CommandContext context)
{
    QCommandLineParser parser;
    parser.addOption({u"task"_s, {}, u"id"_s});
    parser.addOption({u"attempt"_s, {}, u"number"_s});
    if (!parser.parse(QStringList{u"swy"_s} + context.arguments))
        co_return context.usageError(parser.errorText());
    const auto id = TaskId::parse(parser.value(u"task"_s));
    const auto attempt = parser.value(u"attempt"_s).toInt();
    if (!id || attempt < 1)
        co_return context.usageError(u"swy runner --task ID --attempt N is started by the engine."_s);
    protectMemory();
    QDir().mkpath(context.paths.attempt(*id, attempt));
    SY_CO_TRY(startLogging(context.paths.attempt(*id, attempt) + u"/runner.log"_s));
    runner::RunnerProgram program(context.paths, *id, attempt, Clock::system());
    const StopSignals signals([&program] { program.terminate(); });
    if (const auto started = program.start(QCoreApplication::applicationFilePath()); !started) {
        qCritical().noquote() << describe(started.error());
        co_return fail(started.error());
    }
    co_await qCoro(&program, &runner::RunnerProgram::finished);
    co_return Success;
}

QCoro::Task<Result<int>> agent(CommandContext context)
{
    QCommandLineParser parser;
    parser.addOption({u"model"_s, {}, u"name"_s});
    parser.addOption({u"max-steps"_s, {}, u"number"_s});
    parser.addOption({u"sessions"_s, {}, u"folder"_s});
    parser.addOption({u"prices"_s, {}, u"file"_s});
    if (!parser.parse(QStringList{u"swy"_s} + context.arguments))
        co_return context.usageError(parser.errorText());
    coder::protectProcess();
    signal(SIGPIPE, SIG_IGN);
    SY_CO_TRY_ASSIGN(const auto prices,
                     llm::PriceTable::load(parser.isSet(u"prices"_s) ? parser.value(u"prices"_s)
                                                                     : context.paths.config + u"/prices.json"_s));
    coder::AgentOptions options;
    options.model = parser.value(u"model"_s);
    options.models.prices = prices;
    options.models.environment = QProcessEnvironment::systemEnvironment();
    if (parser.isSet(u"max-steps"_s))
        options.limits.iterations = parser.value(u"max-steps"_s).toInt();
    options.version = QCoreApplication::applicationVersion();
    options.sessionsFolder =
        parser.isSet(u"sessions"_s) ? parser.value(u"sessions"_s) : context.paths.state + u"/agent-sessions"_s;
    rpc::StdioDevice stdio;
    coder::AgentProgram program(&stdio, options);
    co_return co_await qCoro(&program, &coder::AgentProgram::finished);
}

} // namespace

QList<Command> programCommands()
{
    return {
        {u"engine"_s,
         {},
         u"swy engine\n\n  The engine itself, in the foreground. Clients start it when it is not there."_s,
         engine},
        {u"runner"_s,
         {},
         u"swy runner --task ID --attempt N\n\n  One attempt of one task; started by the engine."_s,
         runner},
        {u"agent"_s,
         {},
         u"swy agent [--model NAME] [--max-steps N] [--sessions FOLDER] [--prices FILE]\n\n  The built-in agent, speaking the Agent Client Protocol on standard input and output."_s,
         agent}};
}

} // namespace switchyard::app
