#include "coder/agent_main.h"

#include "base/json.h"

#include <sys/prctl.h>

namespace switchyard::coder {

void protectProcess()
{
    prctl(PR_SET_DUMPABLE, 0);
}

namespace {

constexpr qsizetype mostPictures = 20;
constexpr qsizetype largestPicture = 7 << 20; //!< characters of base64; providers take 5 MB

Result<llm::Picture> pictureOf(const QJsonValue& block)
{
    llm::Picture picture{block[u"mimeType"].toString(), block[u"data"].toString()};
    if (!llm::Picture::canBeShown(picture.mimeType))
        return fail(ErrorCode::Invalid,
                    u"prompt: a picture of type “%1” cannot be used."_s.arg(picture.mimeType.left(40)),
                    u"PNG, JPEG, GIF and WebP can."_s);
    const auto bytes = QByteArray::fromBase64Encoding(picture.data.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes || bytes.decoded.isEmpty())
        return fail(ErrorCode::Invalid, u"prompt: the data of a picture is no base64."_s);
    if (picture.data.size() > largestPicture)
        return fail(ErrorCode::Limit, u"prompt: a picture is larger than 5 MB."_s, u"Make it smaller."_s);
    return picture;
}

//! The words and pictures of a prompt. Files that were put in come with their content, links with their address.
Result<llm::Message> promptMessage(const QJsonArray& blocks)
{
    llm::Message message;
    QStringList parts;
    for (const auto& block : blocks) {
        const auto type = block[u"type"].toString();
        const auto resource = block[u"resource"];
        if (type == u"text")
            parts << block[u"text"].toString();
        else if (type == u"resource_link")
            parts << u"[See %1]"_s.arg(block[u"uri"].toString());
        else if (type == u"resource" && resource[u"text"].isString())
            parts << u"[Content of %1]\n%2"_s.arg(resource[u"uri"].toString(), resource[u"text"].toString());
        else if (type == u"image" && message.pictures.size() < mostPictures) {
            SY_TRY_ASSIGN(const auto picture, pictureOf(block));
            message.pictures << picture;
        } else if (type == u"image") {
            return fail(ErrorCode::Limit, u"prompt: more than %1 pictures."_s.arg(mostPictures));
        } else
            return fail(ErrorCode::Invalid, u"prompt: a block of type “%1” cannot be used."_s.arg(type.left(40)),
                        u"Text, pictures, links and embedded text files can."_s);
    }
    message.text = parts.join(u"\n\n"_s);
    if (message.text.trimmed().isEmpty() && !message.pictures.isEmpty())
        message.text = u"See the picture."_s;
    if (message.text.trimmed().isEmpty())
        return fail(ErrorCode::Invalid, u"prompt: it is empty."_s);
    return message;
}

//! Stands in until a model is chosen: sessions can be opened and given one; a prompt before that ends with the reason.
class NoProvider final : public llm::Provider
{
    class Refusal final : public llm::Completion
    {
    public:
        explicit Refusal(Error why) : m_why(std::move(why)) {}
        void start() override { finish(fail(m_why)); }

    private:
        void stop() override {}
        const Error m_why;
    };

public:
    explicit NoProvider(Error why) : m_why(std::move(why)) { m_model.name = u"none"_s; }
    std::unique_ptr<llm::Completion> complete(const llm::Request&) override { return std::make_unique<Refusal>(m_why); }
    const llm::ModelInfo& model() const override { return m_model; }

private:
    const Error m_why;
    llm::ModelInfo m_model;
};

constexpr qsizetype mostInstructions = 256 << 10; //!< characters

SessionLimits limitsFrom(const QJsonObject& ours, SessionLimits limits)
{
    if (const auto value = ours[u"iterations"].toInt(); value > 0)
        limits.iterations = value;
    if (const auto value = ours[u"budget_usd"].toDouble(); value > 0)
        limits.budget = llm::Money::fromDollars(value);
    if (const auto value = ours[u"budget_tokens"].toInteger(); value > 0)
        limits.budgetTokens = value;
    return limits;
}

} // namespace

AgentProgram::AgentProgram(QIODevice* stdio, AgentOptions options, QObject* parent)
    : QObject(parent),
      m_options(std::move(options)),
      m_store(m_options.sessionsFolder),
      m_peer(std::make_unique<rpc::Peer>(stdio))
{
    serve();
    connect(m_peer.get(), &rpc::Peer::closed, this, &AgentProgram::end, Qt::QueuedConnection);
    connect(m_peer.get(), &rpc::Peer::malformed, this, [](const QByteArray& excerpt, const QString& why) {
        qWarning("The client sent a line that is no message: %s (%s)", excerpt.constData(), qUtf8Printable(why));
    });
}

AgentProgram::~AgentProgram()
{
    for (const auto& [id, session] : m_sessions)
        session->cancel();
}

void AgentProgram::serve()
{
    using Method = Result<QJsonValue> (AgentProgram::*)(const QJsonObject&);
    const auto on = [this](const QString& name, Method method) {
        m_peer->onRequest(name, [this, method](QJsonObject params) { return rpc::ready((this->*method)(params)); });
    };
    on(u"initialize"_s, &AgentProgram::initialize);
    on(u"session/new"_s, &AgentProgram::newSession);
    on(u"session/load"_s, &AgentProgram::loadSession);
    on(u"session/resume"_s, &AgentProgram::resumeSession);
    on(u"session/list"_s, &AgentProgram::listSessions);
    on(u"session/close"_s, &AgentProgram::closeSession);
    on(u"session/delete"_s, &AgentProgram::deleteSession);
    on(u"_switchyard/set_limits"_s, &AgentProgram::setLimits);
    on(u"_switchyard/guide"_s, &AgentProgram::guide);
    on(u"session/set_config_option"_s, &AgentProgram::setConfigOption);
    m_peer->onRequest(u"authenticate"_s, [](QJsonObject) { return rpc::ready(QJsonObject()); });
    m_peer->onRequest(u"session/prompt"_s, [this](QJsonObject params) { return prompt(params); });
    m_peer->onNotification(u"session/cancel"_s, [this](const QJsonObject& params) {
        if (const auto session = find(params))
            (*session)->cancel();
    });
}

Result<QJsonValue> AgentProgram::initialize(const QJsonObject& params)
{
    constexpr int protocolVersion = 1;
    m_offer = ClientOffer::fromJson(params[u"clientCapabilities"].toObject());
    QJsonObject sessions{{u"close"_s, QJsonObject()}, {u"additionalDirectories"_s, QJsonObject()}};
    if (m_store.isUsable()) {
        for (const auto& name : {u"list"_s, u"resume"_s, u"delete"_s})
            sessions.insert(name, QJsonObject());
    }
    return QJsonObject{
        {u"protocolVersion"_s, protocolVersion},
        {u"agentInfo"_s,
         QJsonObject{{u"name"_s, u"switchyard"_s}, {u"title"_s, u"Switchyard"_s}, {u"version"_s, m_options.version}}},
        {u"agentCapabilities"_s,
         QJsonObject{{u"loadSession"_s, m_store.isUsable()},
                     {u"sessionCapabilities"_s, sessions},
                     {u"promptCapabilities"_s,
                      QJsonObject{{u"image"_s, true}, {u"audio"_s, false}, {u"embeddedContext"_s, true}}},
                     {u"mcpCapabilities"_s, QJsonObject{{u"http"_s, false}, {u"sse"_s, false}}},
                     {u"_meta"_s, QJsonObject{{u"switchyard"_s, QJsonObject{{u"guide"_s, true}}}}}}},
        {u"authMethods"_s, QJsonArray()}};
}

Result<std::shared_ptr<Session>> AgentProgram::makeSession(const QString& id, const QJsonObject& params,
                                                           const QString& model)
{
    const auto ours = params[u"_meta"][u"switchyard"].toObject();
    const auto usual = model.isEmpty() ? m_options.model : model;
    SY_TRY_ASSIGN(auto workspace, Workspace::open(params[u"cwd"].toString()));
    for (const auto& folder : params[u"additionalDirectories"].toArray())
        SY_TRY(workspace.add(folder.toString()));
    const auto name = ours[u"model"].toString(usual);
    auto opened = llm::openModel(name, m_options.models);
    if (!opened && !name.isEmpty())
        return fail(opened.error());
    std::shared_ptr<llm::Provider> provider;
    if (opened)
        provider = std::move(*opened);
    else
        provider = std::make_shared<NoProvider>(opened.error());
    auto session =
        std::make_shared<Session>(id, m_peer.get(), m_offer, workspace, provider, limitsFrom(ours, m_options.limits));
    session->setInstructions(ours[u"instructions"].toString().left(mostInstructions));
    session->ignoreServers(params[u"mcpServers"].toArray());
    return session;
}

Result<> AgentProgram::checkRoom() const
{
    constexpr size_t mostSessions = 64;
    if (m_sessions.size() >= mostSessions)
        return fail(ErrorCode::Limit, u"There are %1 sessions already."_s.arg(mostSessions), u"Close one first."_s);
    return {};
}

void AgentProgram::add(const std::shared_ptr<Session>& session)
{
    m_sessions.insert_or_assign(session->id(), session);
    if (!m_store.isUsable())
        return;
    connect(session.get(), &Session::stepped, this, [this, kept = session.get()] {
        if (const auto saved = m_store.save(kept->id(), kept->toJson()); !saved)
            qWarning("A conversation could not be kept: %s", qUtf8Printable(describe(saved.error())));
    });
}

Result<QJsonValue> AgentProgram::newSession(const QJsonObject& params)
{
    SY_TRY(checkRoom());
    SY_TRY_ASSIGN(const auto session, makeSession(newUuid(), params));
    add(session);
    return QJsonObject{{u"sessionId"_s, session->id()}, {u"configOptions"_s, configOptions(*session)}};
}

Result<std::shared_ptr<Session>> AgentProgram::reopen(const QJsonObject& params)
{
    const auto id = params[u"sessionId"].toString();
    if (const auto open = m_sessions.find(id); open != m_sessions.end()) {
        if (open->second->isRunning())
            return fail(ErrorCode::Conflict, u"A turn is running in this session."_s);
        return open->second;
    }
    SY_TRY(checkRoom());
    SY_TRY_ASSIGN(const auto kept, m_store.load(id));
    SY_TRY_ASSIGN(const auto session, makeSession(id, params, kept[u"model"].toString()));
    SY_TRY(session->restore(kept));
    add(session);
    return session;
}

Result<QJsonValue> AgentProgram::loadSession(const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto session, reopen(params));
    session->replay();
    return QJsonObject{{u"configOptions"_s, configOptions(*session)}};
}

Result<QJsonValue> AgentProgram::resumeSession(const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto session, reopen(params));
    return QJsonObject{{u"configOptions"_s, configOptions(*session)}};
}

Result<QJsonValue> AgentProgram::listSessions(const QJsonObject& params)
{
    return QJsonObject{{u"sessions"_s, m_store.list(params[u"cwd"].toString())}};
}

Result<QJsonValue> AgentProgram::closeSession(const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto session, find(params));
    session->cancel(); // a running turn keeps the session until it has answered
    m_sessions.erase(session->id());
    return QJsonObject();
}

Result<QJsonValue> AgentProgram::deleteSession(const QJsonObject& params)
{
    if (const auto session = find(params)) {
        (*session)->disconnect(this); // it must not be written again
        (*session)->cancel();
        m_sessions.erase((*session)->id());
    }
    SY_TRY(m_store.remove(params[u"sessionId"].toString()));
    return QJsonObject();
}

Result<QJsonValue> AgentProgram::setLimits(const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto session, find(params));
    session->setLimits(limitsFrom(params, session->limits()));
    return QJsonObject();
}

Result<QJsonValue> AgentProgram::guide(const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto session, find(params));
    SY_TRY(session->guide(params[u"text"].toString()));
    return QJsonObject();
}

QJsonArray AgentProgram::configOptions(const Session& session) const
{
    auto names = llm::usableModels(m_options.models);
    if (!names.contains(session.model().name))
        names.prepend(session.model().name);
    QJsonArray choices;
    for (const auto& name : names)
        choices.append(QJsonObject{{u"value"_s, name}, {u"name"_s, name}});
    return {QJsonObject{{u"id"_s, u"model"_s},
                        {u"name"_s, u"Model"_s},
                        {u"category"_s, u"model"_s},
                        {u"type"_s, u"select"_s},
                        {u"currentValue"_s, session.model().name},
                        {u"options"_s, choices}}};
}

Result<QJsonValue> AgentProgram::setConfigOption(const QJsonObject& params)
{
    SY_TRY_ASSIGN(const auto session, find(params));
    if (params[u"configId"].toString() != u"model")
        return fail(ErrorCode::Invalid, u"configId: there is no option “%1”."_s.arg(params[u"configId"].toString()));
    SY_TRY_ASSIGN(std::shared_ptr<llm::Provider> provider,
                  llm::openModel(params[u"value"].toString(), m_options.models));
    session->setProvider(provider);
    return QJsonObject{{u"configOptions"_s, configOptions(*session)}};
}

AgentProgram::Turn AgentProgram::prompt(const QJsonObject& params)
{
    auto session = find(params);
    if (!session)
        return rpc::ready(fail(session.error()));
    auto message = promptMessage(params[u"prompt"].toArray());
    if (!message)
        return rpc::ready(fail(message.error()));
    return runTurn(*session, *message);
}

AgentProgram::Turn AgentProgram::runTurn(std::shared_ptr<Session> session, llm::Message message)
{
    const auto end = co_await Session::prompt(session, std::move(message));
    if (!end)
        co_return fail(end.error());
    co_return QJsonObject{
        {u"stopReason"_s, end->stopReason},
        {u"_meta"_s, QJsonObject{{u"switchyard"_s, QJsonObject{{u"reason"_s, end->reason},
                                                               {u"summary"_s, end->summary},
                                                               {u"left"_s, QJsonArray::fromStringList(end->left)}}}}}};
}

Result<std::shared_ptr<Session>> AgentProgram::find(const QJsonObject& params) const
{
    const auto id = params[u"sessionId"].toString();
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end())
        return fail(ErrorCode::NotFound, u"There is no session “%1”."_s.arg(id.left(80)));
    return found->second;
}

void AgentProgram::end(const Error& why)
{
    static constexpr milliseconds patience{1000};
    for (const auto& [id, session] : m_sessions)
        session->cancel();
    // Cancelled turns end a moment later; until then they may hold commands that must not outlive them.
    const auto status = why.code == ErrorCode::Unavailable ? 0 : 1;
    auto* const check = new QTimer(this);
    connect(check, &QTimer::timeout, this, [this, check, status, waited = milliseconds(0)]() mutable {
        waited += check->intervalAsDuration();
        const bool running =
            std::ranges::any_of(m_sessions, [](const auto& entry) { return entry.second->isRunning(); });
        if (running && waited < patience)
            return;
        check->stop();
        Q_EMIT finished(status);
    });
    check->start(milliseconds(10));
}

} // namespace switchyard::coder
