// How a session begins: the process, initialize, a session new or old.
#include "agent/session_state.h"
#include "base/log.h"
#include "process/environment.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace switchyard::agent {

namespace {

constexpr int protocolVersion = 1;

Error notInstalled(const AgentServer& server)
{
    return {ErrorCode::Unavailable, u"%1 is not installed: “%2” was not found."_s.arg(server.title, server.command),
            server.install.isEmpty()
                ? u"Install it, or give its full path in agents.json."_s
                : u"Install it with: %1 – or give its full path in agents.json."_s.arg(server.install)};
}

//! One object laid over another: objects within are joined, everything else is replaced.
QJsonObject laidOver(QJsonObject below, const QJsonObject& above)
{
    for (auto it = above.begin(); it != above.end(); ++it) {
        const auto old = below[it.key()];
        const bool both = old.isObject() && it->isObject();
        below.insert(it.key(), both ? QJsonValue(laidOver(old.toObject(), it->toObject())) : QJsonValue(*it));
    }
    return below;
}

//! {"a": {"b": value}} for the path a, b.
QJsonObject nested(const QStringList& path, const QJsonValue& value)
{
    QJsonValue result = value;
    for (auto key = path.crbegin(); key != path.crend(); ++key)
        result = QJsonObject{{*key, result}};
    return result.toObject();
}

} // namespace

QCoro::Task<Result<AcpSession::Started>> AcpSession::State::start(Self self, SessionRequest request)
{
    return begin(std::move(self), std::move(request),
                 {&State::initialize, &State::openSession, &State::chooseMode, &State::chooseModel});
}

QCoro::Task<Result<AcpSession::Started>> AcpSession::State::connectOnly(Self self, SessionRequest request)
{
    return begin(std::move(self), std::move(request), {&State::initialize});
}

QCoro::Task<Result<AcpSession::Started>> AcpSession::State::begin(Self self, SessionRequest request, QList<Step> steps)
{
    if (std::exchange(self->used, true))
        co_return fail(ErrorCode::Conflict, u"This session was started before."_s);
    self->wanted = std::move(request);
    auto done = co_await launch(self);
    for (const auto step : steps) {
        if (done)
            done = co_await step(self);
    }
    if (done && self->session && !self->stopping)
        co_return Result<Started>(self->started); // QCoro moves what it is given out of an lvalue
    if (!self->session)
        co_return fail(ErrorCode::Cancelled, u"The start of %1 was given up."_s.arg(self->server.title));
    if (self->stopping && done)
        done = fail(ErrorCode::Cancelled, u"The start of %1 was cancelled."_s.arg(self->server.title));
    const auto error = done.error();
    const bool asked = self->stopping;
    if (self->child) {
        self->endProcess();
        co_await self->gone->result(); // bounded by the process's own stop
    }
    co_return fail(asked ? Error{ErrorCode::Cancelled, u"The start of %1 was cancelled."_s.arg(self->server.title), {}}
                         : self->startError(error));
}

Result<process::CommandLine> AcpSession::State::commandLine()
{
    process::CommandLine line;
    line.stopGrace = limits.stopGrace;
    line.arguments = server.arguments;
    line.cwd = wanted.cwd;
    line.environment = process::childEnvironment();
    const auto ours = QProcessEnvironment::systemEnvironment();
    for (const auto& variable : server.inherited) {
        if (ours.contains(variable))
            line.environment.insert(variable, ours.value(variable));
    }
    if (server.privateTmp && !wanted.sandbox) {
        tmp = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/swy-agent-XXXXXX"_s);
        if (!tmp->isValid())
            return fail(ErrorCode::Io, u"No temporary folder for %1: %2"_s.arg(server.title, tmp->errorString()));
        line.environment.insert(u"TMPDIR"_s, tmp->path());
    }
    const auto tmpPath = tmp ? tmp->path() : wanted.sandbox ? u"/tmp"_s : QDir::tempPath();
    for (auto it = server.environment.begin(); it != server.environment.end(); ++it) {
        auto value = it.value();
        value.replace(u"${tmp}"_s, tmpPath).replace(u"${random}"_s, newUuid());
        line.environment.insert(it.key(), value);
    }
    for (auto it = wanted.environment.begin(); it != wanted.environment.end(); ++it)
        line.environment.insert(it.key(), it.value());
    if (!QDir::isAbsolutePath(wanted.cwd) || !QFileInfo(wanted.cwd).isDir())
        return fail(ErrorCode::Invalid, u"“%1” is no folder to work in."_s.arg(wanted.cwd));
    // Looked up here and not in the working folder, where a repository could put a program of the same name.
    const auto path = line.environment.value(u"PATH"_s).split(u':', Qt::SkipEmptyParts);
    line.program =
        QDir::isAbsolutePath(server.command) ? server.command : QStandardPaths::findExecutable(server.command, path);
    if (server.command.isEmpty() || line.program.isEmpty() || !QFileInfo(line.program).isExecutable())
        return fail(notInstalled(server));
    for (const auto& folder : server.leavesFolders) {
        if (const auto full = QDir(wanted.cwd).filePath(folder); !QFileInfo::exists(full))
            litter << full;
    }
    if (wanted.sandbox)
        return wanted.sandbox(std::move(line));
    return line;
}

QCoro::Task<Result<>> AcpSession::State::launch(Self self)
{
    const auto line = self->commandLine();
    if (!line) {
        self->tmp.reset();
        self->gone->settle(true);
        QMetaObject::invokeMethod(
            self->session,
            [self, error = line.error()] {
                if (self->session)
                    Q_EMIT self->session->ended(error.message, false);
            },
            Qt::QueuedConnection);
        co_return fail(line.error());
    }
    self->child = std::make_unique<process::Child>();
    auto* const state = self.get();
    auto* const child = self->child.get();
    QObject::connect(child, &process::Child::started, self->session,
                     [state](qint64 pid) { state->processStarted(pid); });
    QObject::connect(child, &process::Child::finished, self->session,
                     [state](const process::Exit& exit) { state->processFinished(exit); });
    QObject::connect(child, &process::Child::errorLine, self->session, [state](const QByteArray& text) {
        if (state->lastWords.size() >= 8)
            state->lastWords.pop_front();
        state->lastWords.push_back(text.left(400));
        Q_EMIT state->session->errorLine(text);
    });
    child->start(*line);
    co_return co_await self->launched->result();
}

QCoro::Task<Result<>> AcpSession::State::initialize(Self self)
{
    if (!self->peer)
        co_return fail(ErrorCode::Cancelled, u"Given up."_s);
    const auto answer = co_await self->peer->call(
        u"initialize"_s,
        {{u"protocolVersion"_s, protocolVersion},
         {u"clientCapabilities"_s,
          QJsonObject{{u"fs"_s, QJsonObject{{u"readTextFile"_s, self->server.offersFileSystem},
                                            {u"writeTextFile"_s, self->server.offersFileSystem}}},
                      {u"terminal"_s, self->server.offersTerminal},
                      {u"session"_s, QJsonObject{{u"configOptions"_s, QJsonObject{{u"boolean"_s, QJsonObject()}}},
                                                 {u"notices"_s, QJsonObject()}}},
                      {u"auth"_s, QJsonObject{{u"terminal"_s, self->wanted.terminalLogin}}}}},
         {u"clientInfo"_s, QJsonObject{{u"name"_s, u"switchyard"_s},
                                       {u"title"_s, u"Switchyard"_s},
                                       {u"version"_s, QStringLiteral(SWITCHYARD_VERSION)}}}},
        self->limits.step);
    if (!answer)
        co_return fail(answer.error());
    if (const auto version = (*answer)[u"protocolVersion"].toInt(-1); version != protocolVersion)
        co_return fail(ErrorCode::Unavailable,
                       u"%1 speaks version %2 of the agent protocol, Switchyard version %3."_s.arg(self->server.title)
                           .arg(version)
                           .arg(protocolVersion),
                       u"Use the version of the agent that the documentation names."_s);
    self->started.agentName = (*answer)[u"agentInfo"][u"title"].toString((*answer)[u"agentInfo"][u"name"].toString());
    self->started.agentVersion = (*answer)[u"agentInfo"][u"version"].toString();
    self->started.capabilities = (*answer)[u"agentCapabilities"].toObject();
    self->started.authMethods = (*answer)[u"authMethods"].toArray();
    co_return {};
}

QJsonObject AcpSession::State::sessionParams() const
{
    QJsonObject params{{u"cwd"_s, wanted.cwd}, {u"mcpServers"_s, wanted.mcpServers}};
    auto meta = laidOver(server.sessionMeta, wanted.meta);
    if (!wanted.instructions.isEmpty() && !server.instructionsPath.isEmpty())
        meta = laidOver(meta, nested(server.instructionsPath, wanted.instructions));
    if (!meta.isEmpty())
        params.insert(u"_meta"_s, meta);
    const auto capabilities = started.capabilities[u"sessionCapabilities"].toObject();
    if (!wanted.folders.isEmpty() && capabilities.contains(u"additionalDirectories"))
        params.insert(u"additionalDirectories"_s, QJsonArray::fromStringList(wanted.folders));
    return params;
}

QCoro::Task<bool> AcpSession::State::resumeSession(Self self)
{
    const bool resumes = self->started.capabilities[u"sessionCapabilities"].toObject().contains(u"resume");
    const bool loads = self->started.capabilities[u"loadSession"].toBool();
    if (!resumes && !loads) {
        self->report(u"%1 cannot go on with an earlier session; a new one is begun."_s.arg(self->server.title));
        co_return false;
    }
    auto params = self->sessionParams();
    params.insert(u"sessionId"_s, self->wanted.resume);
    self->replaying = true; // load repeats the whole history, resume should not
    const auto answer =
        co_await self->peer->call(resumes ? u"session/resume"_s : u"session/load"_s, params, self->limits.step);
    self->replaying = false;
    if (!answer) {
        self->report(u"%1 could not go on with its session %2 (%3); a new one is begun."_s.arg(
            self->server.title, self->wanted.resume.left(80), answer.error().message));
        co_return false;
    }
    self->started.session = answer->toObject();
    self->started.sessionId = self->wanted.resume;
    self->started.resumed = true;
    co_return true;
}

QCoro::Task<Result<>> AcpSession::State::openSession(Self self)
{
    if (!self->wanted.folders.isEmpty() && !self->sessionParams().contains(u"additionalDirectories"))
        self->report(u"%1 takes no further folders: it can work in its own only."_s.arg(self->server.title));
    if (!self->wanted.resume.isEmpty() && self->peer && co_await resumeSession(self))
        co_return {};
    for (int attempt = 0;; ++attempt) {
        if (!self->peer)
            co_return fail(ErrorCode::Cancelled, u"Given up."_s);
        const auto answer = co_await self->peer->call(u"session/new"_s, self->sessionParams(), self->limits.step);
        if (answer) {
            self->started.session = answer->toObject();
            self->started.sessionId = (*answer)[u"sessionId"].toString();
            self->started.loginNeeded = false;
            if (self->started.sessionId.isEmpty())
                co_return fail(ErrorCode::Corrupt, u"It gave the new session no id."_s);
            co_return {};
        }
        const bool offered = std::ranges::any_of(self->started.authMethods, [&](const QJsonValue& method) {
            return !self->server.authMethod.isEmpty() && method[u"id"].toString() == self->server.authMethod;
        });
        self->started.loginNeeded = answer.error().code == ErrorCode::Forbidden;
        if (!self->started.loginNeeded || !offered || attempt > 0 || !self->peer)
            co_return fail(answer.error());
        const auto authenticated =
            co_await self->peer->call(u"authenticate"_s, {{u"methodId"_s, self->server.authMethod}}, self->limits.step);
        if (!authenticated)
            co_return fail(ErrorCode::Forbidden, authenticated.error().message);
    }
}

Error AcpSession::State::startError(const Error& error) const
{
    if (!child || exit.how == process::Exit::How::FailedToStart)
        return {error.code, child && !exit.error.isEmpty() ? exit.error : error.message,
                error.hint.isEmpty() ? server.install : error.hint};
    const auto named = [&](const QString& text) { return u"%1 could not be started: %2"_s.arg(server.title, text); };
    switch (error.code) {
    case ErrorCode::Forbidden:
        return {ErrorCode::Unavailable, u"%1 is not logged in: %2"_s.arg(server.title, error.message),
                server.login.isEmpty() ? u"Log in with the agent's own program first."_s : server.login};
    case ErrorCode::Invalid: // an unknown model is the caller's to mend; a refused request is not
        return {error.hint == u"method_not_found" ? ErrorCode::Unavailable : error.code, named(error.message),
                error.hint == u"method_not_found" ? QString() : error.hint};
    case ErrorCode::Unavailable:
        if (!error.hint.isEmpty())
            return {error.code, named(error.message), error.hint};
        return {error.code, named(describeEnd()),
                server.install.isEmpty() ? QString() : u"The version that was tried: %1"_s.arg(server.install)};
    case ErrorCode::Corrupt:
    case ErrorCode::Limit:
        return {ErrorCode::Unavailable, named(error.message + u' ' + describeEnd()),
                u"Is “%1” an agent that speaks ACP on its standard output?"_s.arg(server.command)};
    default:
        return {ErrorCode::Unavailable, named(error.message), error.hint};
    }
}

} // namespace switchyard::agent
