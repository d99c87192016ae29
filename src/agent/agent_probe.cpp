#include "agent/agent_probe.h"

#include "base/json.h"
#include "base/log.h"
#include "process/process_tree.h"

#include <QCoro/QCoroSignal>
#include <QCoro/QCoroTimer>
#include <QElapsedTimer>
#include <QTemporaryDir>

namespace switchyard::agent {

namespace {

//! A probe does nothing for the agent.
class NoHost final : public AgentHost
{
    static std::unexpected<Error> no() { return fail(ErrorCode::Forbidden, u"Nothing is done during a probe."_s); }

public:
    QCoro::Task<PermissionAnswer> requestPermission(PermissionRequest) override { co_return PermissionAnswer::Reject; }
    Result<QString> readTextFile(const QString&, int, int) override { return no(); }
    Result<> writeTextFile(const QString&, const QString&) override { return no(); }
    QCoro::Task<Result<QString>> createTerminal(TerminalRequest) override { co_return no(); }
    Result<TerminalOutput> terminalOutput(const QString&) override { return no(); }
    QCoro::Task<Result<TerminalOutput>> waitForExit(QString) override { co_return no(); }
    Result<> killTerminal(const QString&) override { return no(); }
    Result<> releaseTerminal(const QString&) override { return no(); }
    QCoro::Task<Result<QString>> askUser(QString, QStringList) override { co_return no(); }
};

QStringList namesOf(const QJsonArray& entries, QStringView key)
{
    constexpr qsizetype most = 200;
    QStringList names;
    for (const auto& entry : entries) {
        if (const auto group = entry[u"options"]; group.isArray())
            names += namesOf(group.toArray(), key);
        else if (names.size() < most)
            names << entry[key].toString();
    }
    return names;
}

void readChoices(const QJsonObject& session, ProbeReport& report)
{
    for (const auto& option : session[u"configOptions"].toArray()) {
        const auto category = option[u"category"].toString();
        if (category == u"model") {
            report.models = namesOf(option[u"options"].toArray(), u"value");
            report.model = option[u"currentValue"].toString();
        } else if (category == u"mode") {
            report.modes = namesOf(option[u"options"].toArray(), u"value");
            report.mode = option[u"currentValue"].toString();
        }
    }
    if (const auto modes = session[u"modes"]; modes.isObject()) {
        report.modes = namesOf(modes[u"availableModes"].toArray(), u"id");
        report.mode = modes[u"currentModeId"].toString();
    }
    if (const auto models = session[u"models"]; report.models.isEmpty() && models.isObject()) {
        report.models = namesOf(models[u"availableModels"].toArray(), u"modelId");
        report.model = models[u"currentModelId"].toString();
    }
}

QStringList abilitiesOf(const QJsonObject& capabilities)
{
    QStringList abilities;
    if (capabilities[u"loadSession"].toBool())
        abilities << u"load"_s;
    const auto sessions = capabilities[u"sessionCapabilities"].toObject();
    using Names = std::pair<QString, QString>;
    static const Names ofSessions[] = {{u"resume"_s, u"resume"_s},
                                       {u"list"_s, u"list"_s},
                                       {u"close"_s, u"close"_s},
                                       {u"delete"_s, u"delete"_s},
                                       {u"additionalDirectories"_s, u"folders"_s}};
    static const Names ofPrompts[] = {
        {u"image"_s, u"images"_s}, {u"audio"_s, u"audio"_s}, {u"embeddedContext"_s, u"embedded files"_s}};
    for (const auto& [key, name] : ofSessions) {
        if (sessions.contains(key))
            abilities << name;
    }
    const auto prompts = capabilities[u"promptCapabilities"];
    for (const auto& [key, name] : ofPrompts) {
        if (prompts[key].toBool())
            abilities << name;
    }
    for (const auto& kind : {u"http"_s, u"sse"_s}) {
        if (capabilities[u"mcpCapabilities"][kind].toBool())
            abilities << u"mcp "_s + kind;
    }
    return abilities;
}

} // namespace

QCoro::Task<ProbeReport> probeAgent(AgentServer server, QMap<QString, QString> environment)
{
    constexpr milliseconds settling{300}; // some tell a moment later what they are logged in with
    ProbeReport report;
    report.name = server.name;
    report.title = server.title;
    report.testedVersion = server.verified ? server.version : QString();
    report.login = u"unknown"_s;
    report.at = Clock::system().now();
    const QTemporaryDir folder(QDir::tempPath() + u"/swy-probe-XXXXXX"_s);
    if (!folder.isValid()) {
        report.problem = u"No temporary folder could be made: %1."_s.arg(folder.errorString());
        co_return report;
    }
    NoHost host;
    AcpSession session(server, host);
    QElapsedTimer clock;
    clock.start();
    SessionRequest request{.cwd = folder.path(), .environment = environment};
    request.terminalLogin = true;
    const auto started = co_await session.start(request);
    report.startTime = milliseconds(clock.elapsed());
    if (started) {
        QTimer moment;
        moment.setSingleShot(true);
        moment.start(settling);
        co_await moment;
    }
    const auto known = session.known();
    report.installed = known.pid > 0;
    report.works = started.has_value();
    report.agentName = known.agentName;
    report.version = known.agentVersion;
    if (server.name == u"builtin") // it is this very program
        report.testedVersion = report.version;
    report.abilities = abilitiesOf(known.capabilities);
    for (const auto& method : AuthMethod::fromJson(known.authMethods))
        report.loginMethods << method.id;
    readChoices(known.session, report);
    if (!started) {
        report.problem = redact(started.error().message);
        report.hint = started.error().hint;
        report.login = known.loginNeeded ? u"needed"_s : u"unknown"_s;
        co_return report;
    }
    const auto status = known.authStatus;
    const auto kind = status[u"kind"].toString();
    const bool without =
        (status.contains(u"kind") && (kind.isEmpty() || kind == u"none" || kind == u"unauthenticated")) ||
        report.model == u"none";
    report.login = without ? u"needed"_s : u"ready"_s;
    report.account = redact(status[u"label"].toString());
    const auto usage = process::ProcessTree(pid_t(known.pid), {}).usage();
    report.memory = usage.memory;
    report.processes = usage.processes;
    session.stop();
    if (session.isRunning())
        co_await qCoro(&session, &AcpSession::ended);
    co_return report;
}

QJsonObject ProbeReport::toJson() const
{
    return {{u"name"_s, name},
            {u"title"_s, title},
            {u"installed"_s, installed},
            {u"works"_s, works},
            {u"problem"_s, problem},
            {u"hint"_s, hint},
            {u"agent"_s, agentName},
            {u"version"_s, version},
            {u"tested_version"_s, testedVersion},
            {u"verified"_s, isVerified()},
            {u"login"_s, login},
            {u"account"_s, account},
            {u"login_methods"_s, QJsonArray::fromStringList(loginMethods)},
            {u"models"_s, QJsonArray::fromStringList(models)},
            {u"model"_s, model},
            {u"modes"_s, QJsonArray::fromStringList(modes)},
            {u"mode"_s, mode},
            {u"abilities"_s, QJsonArray::fromStringList(abilities)},
            {u"start_ms"_s, qint64(startTime.count())},
            {u"memory_bytes"_s, memory},
            {u"processes"_s, processes},
            {u"probed_at"_s, toMilliseconds(at)}};
}

Result<ProbeReport> ProbeReport::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"probe"_s);
    ProbeReport report;
    report.name = reader.text("name"_L1);
    report.title = reader.text("title"_L1, {});
    report.installed = reader.boolean("installed"_L1, false);
    report.works = reader.boolean("works"_L1, false);
    report.problem = reader.text("problem"_L1, {});
    report.hint = reader.text("hint"_L1, {});
    report.agentName = reader.text("agent"_L1, {});
    report.version = reader.text("version"_L1, {});
    report.testedVersion = reader.text("tested_version"_L1, {});
    report.login = reader.text("login"_L1, u"unknown"_s);
    report.account = reader.text("account"_L1, {});
    report.loginMethods = reader.texts("login_methods"_L1);
    report.models = reader.texts("models"_L1);
    report.model = reader.text("model"_L1, {});
    report.modes = reader.texts("modes"_L1);
    report.mode = reader.text("mode"_L1, {});
    report.abilities = reader.texts("abilities"_L1);
    report.startTime = reader.duration("start_ms"_L1, {});
    report.memory = reader.integer("memory_bytes"_L1, 0);
    report.processes = int(reader.integer("processes"_L1, 0));
    report.at = fromMilliseconds(reader.integer("probed_at"_L1, 0));
    SY_TRY(reader.finish());
    return report;
}

} // namespace switchyard::agent
