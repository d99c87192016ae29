#include "agent/agent_type.h"
#include "agent/probe_cache.h"
#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QCoreApplication>
#include <QCoro/QCoroProcess>
#include <QDir>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>

namespace switchyard::app {

namespace {

using agent::AgentRegistry;
using agent::AgentServer;
using agent::ProbeReport;

agent::ProbeCache probeCache(const CommandContext& context)
{
    return agent::ProbeCache(context.paths.state + u"/agent-probes"_s);
}

//! An agent as it can be started: the built-in one is this program.
Result<AgentServer> findServer(const CommandContext& context, const QString& name)
{
    SY_TRY_ASSIGN(const auto registry, AgentRegistry::load(context.paths.agents()));
    SY_TRY_ASSIGN(auto server, registry.find(name));
    if (server.command.isEmpty()) {
        server.command = QCoreApplication::applicationFilePath();
        server.arguments = QStringList{u"agent"_s};
    }
    return server;
}

QString loginInWords(const ProbeReport& report)
{
    if (report.login == u"ready")
        return report.account.isEmpty() ? u"ready"_s : u"ready (%1)"_s.arg(report.account);
    return report.login == u"needed" ? u"needed"_s : u"not known"_s;
}

QString megabytes(qint64 bytes)
{
    return u"%1 MB"_s.arg((bytes + 500'000) / 1'000'000);
}

QString seconds(milliseconds time)
{
    return u"%1 s"_s.arg(double(time.count()) / 1000, 0, 'f', 1);
}

QCoro::Task<Result<int>> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto registry, AgentRegistry::load(context.paths.agents()));
    QList<QStringList> rows{
        {u"NAME"_s, u"INSTALLED"_s, u"VERSION"_s, u"VERIFIED"_s, u"LOGIN"_s, u"START"_s, u"MEMORY"_s, u"AGENT"_s}};
    QJsonArray json;
    bool anyUnknown = false;
    for (const auto& server : registry.servers()) {
        const bool installed = server.command.isEmpty() || !QStandardPaths::findExecutable(server.command).isEmpty();
        const auto report = probeCache(context).find(server);
        anyUnknown = anyUnknown || (installed && !report);
        const auto tested = server.verified ? server.version : QString();
        const auto verified = report            ? (report->isVerified() ? u"yes"_s
                                                   : tested.isEmpty()   ? u"no"_s
                                                                        : u"no: %1 is"_s.arg(tested))
                              : server.verified ? (tested.isEmpty() ? u"yes"_s : tested)
                                                : u"no"_s;
        rows << QStringList{server.name,
                            installed ? u"yes"_s : u"no"_s,
                            report ? report->version : QString(),
                            verified,
                            report ? loginInWords(*report) : QString(),
                            report && report->works ? seconds(report->startTime) : QString(),
                            report && report->works ? megabytes(report->memory) : QString(),
                            server.title};
        QJsonObject entry{
            {u"name"_s, server.name},      {u"title"_s, server.title},
            {u"installed"_s, installed},   {u"verified"_s, report ? report->isVerified() : server.verified},
            {u"tested_version"_s, tested}, {u"install"_s, server.install}};
        if (report)
            entry.insert(u"probe"_s, report->toJson());
        json << entry;
    }
    if (options.isSet(u"json"_s)) {
        context.out << compactJson({{u"agents"_s, json}}) << Qt::endl;
        co_return Success;
    }
    context.out << table(rows);
    if (anyUnknown)
        context.out << "`swy agent probe NAME` starts an agent and tells what it is and can." << Qt::endl;
    co_return Success;
}

void print(QTextStream& out, const ProbeReport& report)
{
    const auto orNone = [](const QStringList& list) { return list.isEmpty() ? u"–"_s : list.join(u", "_s); };
    const auto marked = [&](QStringList names, const QString& current) {
        names.replaceInStrings(
            QRegularExpression(QRegularExpression::anchoredPattern(QRegularExpression::escape(current))),
            current + u" (in use)"_s);
        return orNone(names);
    };
    QList<QStringList> rows{
        {u"agent"_s, report.agentName.isEmpty() ? report.title : report.agentName},
        {u"version"_s, (report.version.isEmpty() ? u"not told"_s : report.version) +
                           (report.isVerified()              ? u", verified"_s
                            : report.testedVersion.isEmpty() ? u", not verified"_s
                                                             : u", not verified: %1 is"_s.arg(report.testedVersion))},
        {u"login"_s, loginInWords(report)},
        {u"log in by"_s, orNone(report.loginMethods)},
        {u"models"_s, marked(report.models, report.model)},
        {u"modes"_s, marked(report.modes, report.mode)},
        {u"can"_s, orNone(report.abilities)}};
    if (report.works)
        rows << QStringList{u"start"_s, seconds(report.startTime)}
             << QStringList{u"memory"_s, u"%1 in %2 %3"_s.arg(megabytes(report.memory))
                                             .arg(report.processes)
                                             .arg(report.processes == 1 ? u"process"_s : u"processes"_s)};
    for (auto& row : rows)
        row[1] = printable(row[1]);
    out << table(rows);
    out.flush();
}

QCoro::Task<Result<int>> probe(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() != 1)
        co_return context.usageError(u"The name of one agent is expected; `swy agent list` shows them."_s);
    const auto name = options.positional().first();
    SY_CO_TRY_ASSIGN(const auto server, findServer(context, name));
    const auto registered = AgentRegistry::load(context.paths.agents())->find(name);
    const auto report = co_await agent::probeAgent(server);
    if (const auto kept = probeCache(context).keep(*registered, report); !kept)
        context.err << "swy: " << kept.error().message << Qt::endl;
    if (options.isSet(u"json"_s))
        context.out << compactJson(report.toJson()) << Qt::endl;
    else if (report.installed || report.works)
        print(context.out, report);
    if (report.works)
        co_return Success;
    if (!options.isSet(u"json"_s))
        context.failed({ErrorCode::Unavailable, report.problem, report.hint});
    co_return TaskFailed;
}

//! On this terminal, with the agent's own program.
QCoro::Task<Result<int>> loginOnTerminal(AgentServer server, agent::AuthMethod method)
{
    QProcess process;
    process.setProgram(QStandardPaths::findExecutable(server.command));
    process.setArguments(server.arguments + method.arguments);
    process.setInputChannelMode(QProcess::ForwardedInputChannel);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    auto environment = QProcessEnvironment::systemEnvironment();
    for (auto it = method.environment.begin(); it != method.environment.end(); ++it)
        environment.insert(it.key(), it.value());
    process.setProcessEnvironment(environment);
    auto wrapped = qCoro(process);
    if (!co_await wrapped.start())
        co_return fail(ErrorCode::Unavailable,
                       u"%1 could not be started: %2."_s.arg(server.title, process.errorString()));
    co_await wrapped.waitForFinished(std::chrono::minutes(30));
    co_return process.exitStatus() == QProcess::NormalExit&& process.exitCode() == 0 ? int(Success) : int(TaskFailed);
}

//! Logs in and tells nothing else.
class LoginHost final : public agent::AgentHost
{
    static std::unexpected<Error> no() { return fail(ErrorCode::Forbidden, u"Nothing is done while logging in."_s); }

public:
    QCoro::Task<agent::PermissionAnswer> requestPermission(agent::PermissionRequest) override
    {
        co_return agent::PermissionAnswer::Reject;
    }
    Result<QString> readTextFile(const QString&, int, int) override { return no(); }
    Result<> writeTextFile(const QString&, const QString&) override { return no(); }
    QCoro::Task<Result<QString>> createTerminal(agent::TerminalRequest) override { co_return no(); }
    Result<agent::TerminalOutput> terminalOutput(const QString&) override { return no(); }
    QCoro::Task<Result<agent::TerminalOutput>> waitForExit(QString) override { co_return no(); }
    Result<> killTerminal(const QString&) override { return no(); }
    Result<> releaseTerminal(const QString&) override { return no(); }
    QCoro::Task<Result<QString>> askUser(QString, QStringList) override { co_return no(); }
};

QCoro::Task<Result<int>> login(CommandContext context)
{
    const Options options(context, {}, {u"method"_s});
    SY_CO_TRY(options.check());
    if (options.positional().size() != 1)
        co_return context.usageError(u"The name of one agent is expected; `swy agent list` shows them."_s);
    SY_CO_TRY_ASSIGN(const auto server, findServer(context, options.positional().first()));
    LoginHost host;
    agent::AcpSession session(server, host);
    agent::SessionRequest request{.cwd = QDir::homePath()};
    request.terminalLogin = true;
    SY_CO_TRY_ASSIGN(const auto started, co_await session.connectOnly(request));
    const auto methods = agent::AuthMethod::fromJson(started.authMethods);
    const auto wanted = options.value(u"method"_s);
    const auto byHand =
        server.login.isEmpty() ? u"See the agent's own documentation."_s : u"By hand: %1."_s.arg(server.login);
    if (methods.isEmpty())
        co_return fail(ErrorCode::Unavailable, u"%1 offers no way to log in from here."_s.arg(server.title), byHand);
    if (wanted.isEmpty() && methods.size() > 1) {
        QList<QStringList> rows;
        for (const auto& method : methods)
            rows << QStringList{u"  "_s + method.id, printable(method.name), printable(method.description)};
        context.out << server.title << " offers these ways; choose one with --method ID:" << Qt::endl << table(rows);
        context.out << byHand << Qt::endl;
        co_return Usage;
    }
    const auto method =
        std::ranges::find_if(methods, [&](const auto& offered) { return wanted.isEmpty() || offered.id == wanted; });
    if (method == methods.end())
        co_return fail(ErrorCode::NotFound, u"%1 offers no way “%2” to log in."_s.arg(server.title, wanted.left(60)),
                       byHand);
    probeCache(context).forget(server.name);
    if (method->onTerminal) {
        const auto chosen = *method;
        session.stop();
        co_return co_await loginOnTerminal(server, chosen);
    }
    context.out << "Logging in to " << server.title << " (" << printable(method->name) << ") …" << Qt::endl;
    const auto done = co_await session.authenticate(method->id, std::chrono::minutes(10));
    session.stop();
    if (!done)
        co_return fail(done.error());
    context.out << server.title << " is logged in." << Qt::endl;
    co_return Success;
}

//! "NAME=VALUE" pairs of an option that may be given several times.
Result<QJsonObject> pairs(const QStringList& texts, const QString& option)
{
    QJsonObject object;
    for (const auto& text : texts) {
        const auto at = text.indexOf(u'=');
        if (at < 1)
            return fail(ErrorCode::Invalid,
                        u"%1 expects NAME=VALUE, not “%2”."_s.arg(option, text.section(u'=', 0, 0).left(60)));
        object.insert(text.left(at), text.mid(at + 1));
    }
    return object;
}

QCoro::Task<Result<int>> add(CommandContext context)
{
    const Options options(context, {u"terminal"_s, u"file-system"_s},
                          {u"title"_s, u"env"_s, u"secret"_s, u"mode"_s, u"install"_s});
    SY_CO_TRY(options.check());
    const auto words = options.positional();
    if (words.size() < 2)
        co_return context.usageError(u"A name and the agent's command are expected."_s);
    SY_CO_TRY_ASSIGN(const auto variables, pairs(options.values(u"env"_s), u"--env"_s));
    SY_CO_TRY_ASSIGN(const auto secrets, pairs(options.values(u"secret"_s), u"--secret"_s));
    QJsonObject entry{{u"command"_s, words[1]}, {u"args"_s, QJsonArray::fromStringList(words.mid(2))}};
    for (const auto& key : {u"title"_s, u"mode"_s, u"install"_s}) {
        if (options.isSet(key))
            entry.insert(key, options.value(key));
    }
    if (!variables.isEmpty())
        entry.insert(u"env"_s, variables);
    if (!secrets.isEmpty())
        entry.insert(u"secrets"_s, secrets);
    if (options.isSet(u"terminal"_s))
        entry.insert(u"terminal"_s, true);
    if (options.isSet(u"file-system"_s))
        entry.insert(u"file_system"_s, true);
    SY_CO_TRY(context.paths.ensure());
    SY_CO_TRY(AgentRegistry::put(context.paths.agents(), words[0], entry));
    context.out << "Added " << words[0] << ". `swy agent probe " << words[0] << "` tries it." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> removeAgent(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() != 1)
        co_return context.usageError(u"The name of one agent is expected."_s);
    const auto name = options.positional().first();
    SY_CO_TRY(AgentRegistry::remove(context.paths.agents(), name));
    probeCache(context).forget(name);
    co_return Success;
}

QCoro::Task<Result<int>> types(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto all, agent::loadAgentTypes(context.paths.config + u"/agent-types"_s));
    QList<QStringList> rows{{u"NAME"_s, u"WRITES"_s, u"CHECKS"_s, u"WHAT IT IS FOR"_s}};
    QJsonArray json;
    for (const auto& type : all) {
        auto entry = type.toJson();
        entry.insert(u"name"_s, type.name);
        json << entry;
        rows << QStringList{type.name,
                            type.writes.isEmpty()                 ? u"nothing"_s
                            : type.writes == QStringList{u"**"_s} ? u"everything"_s
                                                                  : u"some files"_s,
                            entry[u"validation"][u"run"].toString(), printable(type.about)};
    }
    if (options.isSet(u"json"_s))
        context.out << compactJson({{u"types"_s, json}}) << Qt::endl;
    else
        context.out << table(rows);
    co_return Success;
}

} // namespace

QList<Command> agentCommands()
{
    return {
        {u"agent list"_s, u"the agents that Switchyard knows"_s, u"swy agent list [--json]"_s, list},
        {u"agent probe"_s, u"start an agent and tell its version, login, models, start time and memory"_s,
         u"swy agent probe [--json] NAME\n\n"
         "  Opens a session in an empty folder and ends it again; no model is called. The result is kept for\n"
         "  `swy agent list` and the window. Exit status 0 if the agent can be used."_s,
         probe},
        {u"agent login"_s, u"log in to an agent by one of the ways it offers"_s,
         u"swy agent login [--method ID] NAME"_s, login},
        {u"agent add"_s, u"register another agent that speaks ACP, or change one"_s,
         u"swy agent add [--title T] [--env NAME=VALUE]… [--secret NAME=keyring:ENTRY]… [--mode MODE]\n"
         "              [--file-system] [--terminal] NAME COMMAND [-- ARGUMENT…]\n\n"
         "  --secret       a variable whose value is taken from the keyring\n"
         "  --mode         the session mode that makes it ask before it acts\n"
         "  --file-system, --terminal   it reads and writes files, or runs commands, through us"_s,
         add},
        {u"agent remove"_s, u"forget an agent that was added"_s, u"swy agent remove NAME"_s, removeAgent},
        {u"types"_s, u"the types of agent: their words, what they may write, how they are checked"_s,
         u"swy types [--json]\n\n  Own types are files in agent-types/ of the configuration folder."_s, types},
    };
}

} // namespace switchyard::app
