// What can be chosen in a session: its mode, its model and whatever else the agent offers; and logging in.
#include "agent/session_state.h"

namespace switchyard::agent {

namespace {

constexpr int mostPages = 20;
constexpr qsizetype mostSessions = 1000;

//! All values of a select option; options may stand in groups.
QJsonArray choices(const QJsonObject& option)
{
    QJsonArray all;
    for (const auto& entry : option[u"options"].toArray()) {
        if (const auto group = entry[u"options"]; group.isArray()) {
            for (const auto& inner : group.toArray())
                all.append(inner);
        } else {
            all.append(entry);
        }
    }
    return all;
}

QJsonObject optionOfCategory(const QJsonObject& session, QStringView category)
{
    for (const auto& option : session[u"configOptions"].toArray()) {
        if (option[u"category"].toString() == category)
            return option.toObject();
    }
    return {};
}

//! The entry whose id (under `key`) or name is `wanted`; names without regard to case.
QString chosen(const QJsonArray& entries, QStringView key, const QString& wanted)
{
    for (const auto& entry : entries) {
        if (entry[key].toString() == wanted)
            return wanted;
    }
    for (const auto& entry : entries) {
        if (entry[u"name"].toString().compare(wanted, Qt::CaseInsensitive) == 0)
            return entry[key].toString();
    }
    return {};
}

QString listed(const QJsonArray& entries, QStringView key)
{
    QStringList ids;
    for (const auto& entry : entries) {
        if (ids.size() < 20)
            ids << entry[key].toString();
    }
    return ids.join(u", "_s);
}

QString currentModel(const QJsonObject& session)
{
    const auto option = optionOfCategory(session, u"model");
    return option.isEmpty() ? session[u"models"][u"currentModelId"].toString() : option[u"currentValue"].toString();
}

} // namespace

QCoro::Task<Result<>> AcpSession::State::chooseMode(Self self)
{
    const auto mode = self->mode();
    if (mode.isEmpty())
        co_return {};
    auto chosen = co_await setMode(self, mode);
    // The mode is what makes the agent ask: without it a start would be a false promise.
    if (!chosen && chosen.error().code == ErrorCode::Invalid)
        chosen = fail(ErrorCode::Unavailable,
                      self->wanted.mode.isEmpty()
                          ? chosen.error().message.chopped(1) + u", which makes it ask before it acts."_s
                          : chosen.error().message,
                      chosen.error().hint.isEmpty() ? u"Use the version of the agent that the documentation names."_s
                                                    : chosen.error().hint + u" Set \"mode\" in agents.json."_s);
    if (chosen && !self->wanted.mode.isEmpty() && !self->server.mode.isEmpty() &&
        self->wanted.mode != self->server.mode)
        self->report(u"The task wants the mode “%1” in place of “%2”: %3 may not ask before it acts."_s.arg(
            self->wanted.mode, self->server.mode, self->server.title));
    co_return chosen;
}

QCoro::Task<Result<>> AcpSession::State::setMode(Self self, QString mode)
{
    SY_CO_TRY(self->checkOpen());
    const auto modes = self->started.session[u"modes"].toObject();
    const auto option = optionOfCategory(self->started.session, u"mode");
    const auto available = modes.isEmpty() ? choices(option) : modes[u"availableModes"].toArray();
    const QStringView key = modes.isEmpty() ? u"value" : u"id";
    if (chosen(available, key, mode) != mode)
        co_return fail(ErrorCode::Invalid, u"It offers no mode “%1”."_s.arg(mode.left(80)),
                       available.isEmpty() ? QString() : u"It offers: %1."_s.arg(listed(available, key)));
    if (modes[u"currentModeId"].toString() == mode)
        co_return {};
    if (modes.isEmpty())
        co_return co_await setOption(self, option[u"id"].toString(), mode);
    const auto answer = co_await self->peer->call(
        u"session/set_mode"_s, {{u"sessionId"_s, self->started.sessionId}, {u"modeId"_s, mode}}, self->limits.step);
    if (!answer)
        co_return fail(answer.error());
    co_return {};
}

QCoro::Task<Result<>> AcpSession::State::chooseModel(Self self)
{
    const auto model = self->wanted.model;
    if (model.isEmpty() || !self->peer)
        co_return {};
    const auto option = optionOfCategory(self->started.session, u"model");
    const auto models = self->started.session[u"models"][u"availableModels"].toArray();
    if (option.isEmpty() && models.isEmpty()) {
        if (self->server.arguments.contains(model)) // told on its command line
            co_return {};
        self->report(
            u"%1 offers no choice of model; it uses its own instead of “%2”."_s.arg(self->server.title, model));
        co_return {};
    }
    co_return co_await setModel(self, model);
}

QCoro::Task<Result<>> AcpSession::State::setModel(Self self, QString model)
{
    SY_CO_TRY(self->checkOpen());
    const auto option = optionOfCategory(self->started.session, u"model");
    const auto available =
        option.isEmpty() ? self->started.session[u"models"][u"availableModels"].toArray() : choices(option);
    const QStringView key = option.isEmpty() ? u"modelId" : u"value";
    const auto value = chosen(available, key, model);
    if (value.isEmpty())
        co_return fail(ErrorCode::Invalid, u"It offers no model “%1”."_s.arg(model.left(80)),
                       u"It offers: %1."_s.arg(listed(available, key)));
    if (value == currentModel(self->started.session))
        co_return {};
    if (!option.isEmpty())
        co_return co_await setOption(self, option[u"id"].toString(), value);
    const auto answer = co_await self->peer->call(u"session/set_model"_s,
                                                  {{u"sessionId"_s, self->started.sessionId}, {u"modelId"_s, value}},
                                                  self->limits.step); // in no version of the schema; Gemini's only way
    if (!answer)
        co_return fail(answer.error());
    co_return {};
}

QCoro::Task<Result<>> AcpSession::State::setOption(Self self, QString id, QJsonValue value)
{
    SY_CO_TRY(self->checkOpen());
    QJsonObject params{{u"sessionId"_s, self->started.sessionId}, {u"configId"_s, id}, {u"value"_s, value}};
    if (value.isBool())
        params.insert(u"type"_s, u"boolean"_s);
    const auto answer = co_await self->peer->call(u"session/set_config_option"_s, params, self->limits.step);
    if (!answer)
        co_return fail(answer.error());
    if ((*answer)[u"configOptions"].isArray()) // the whole new list: one choice may change others
        self->started.session.insert(u"configOptions"_s, (*answer)[u"configOptions"]);
    co_return {};
}

Result<> AcpSession::State::checkOpen() const
{
    if (!peer || !peer->isOpen() || stopping || started.sessionId.isEmpty())
        return fail(ErrorCode::Unavailable, u"%1 is not running."_s.arg(server.title));
    return {};
}

QCoro::Task<Result<>> AcpSession::State::authenticate(Self self, QString methodId, milliseconds limit)
{
    if (!self->peer || !self->peer->isOpen())
        co_return fail(ErrorCode::Unavailable, u"%1 is not running."_s.arg(self->server.title));
    const auto answer = co_await self->peer->call(u"authenticate"_s, {{u"methodId"_s, methodId}}, limit);
    if (!answer)
        co_return fail(ErrorCode::Forbidden,
                       u"%1 could not log in: %2"_s.arg(self->server.title, answer.error().message),
                       self->server.login);
    co_return {};
}

QCoro::Task<Result<QJsonArray>> AcpSession::State::listSessions(Self self, QString cwd)
{
    if (!self->peer || !self->peer->isOpen())
        co_return fail(ErrorCode::Unavailable, u"%1 is not running."_s.arg(self->server.title));
    if (!self->started.capabilities[u"sessionCapabilities"].toObject().contains(u"list"))
        co_return fail(ErrorCode::Unavailable, u"%1 lists no sessions."_s.arg(self->server.title));
    QJsonArray all;
    QJsonObject params;
    if (!cwd.isEmpty())
        params.insert(u"cwd"_s, cwd);
    for (int page = 0; page < mostPages && self->peer; ++page) {
        const auto answer = co_await self->peer->call(u"session/list"_s, params, self->limits.step);
        if (!answer)
            co_return fail(answer.error());
        for (const auto& session : (*answer)[u"sessions"].toArray()) {
            if (session[u"sessionId"].isString() && all.size() < mostSessions)
                all.append(session);
        }
        const auto next = (*answer)[u"nextCursor"].toString();
        if (next.isEmpty())
            break;
        params.insert(u"cursor"_s, next);
    }
    co_return all;
}

QList<AuthMethod> AuthMethod::fromJson(const QJsonArray& authMethods)
{
    QList<AuthMethod> methods;
    for (const auto& json : authMethods) {
        AuthMethod method{json[u"id"].toString(),
                          json[u"name"].toString(),
                          json[u"description"].toString(),
                          json[u"type"].toString() == u"terminal",
                          {},
                          {}};
        for (const auto& argument : json[u"args"].toArray())
            method.arguments << argument.toString();
        const auto variables = json[u"env"].toObject();
        for (auto it = variables.begin(); it != variables.end(); ++it)
            method.environment.insert(it.key(), it->toString());
        if (!method.id.isEmpty())
            methods << method;
    }
    return methods;
}

} // namespace switchyard::agent
