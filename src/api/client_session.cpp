#include "api/client_session.h"

#include "base/json.h"

#include <QCoreApplication>
#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcApi, "switchyard.api")

namespace switchyard::api {

namespace {
// Clients send small things; only the engine's answers are large.
constexpr rpc::PeerLimits limits{.lineBytes = 4 << 20, .outgoingBytes = 256 << 20, .malformedLines = 5};

//! A client names itself. Who claims to be nearer than it is gains nothing but not to be asked for a one-time password,
//! which whoever reaches this socket is not asked for anyway.
QString doorOf(const QString& client)
{
    static const QHash<QString, QString> doors{{u"switchyard"_s, u"window"_s},
                                               {u"swy"_s, u"command line"_s},
                                               {u"swy mcp"_s, u"mcp"_s},
                                               {u"swy http"_s, u"http"_s}};
    return doors.value(client, u"socket"_s);
}

//! Who did what: every order that changes something stands in the audit, those that were refused as well.
rpc::Reply audited(QPointer<engine::Engine> engine, const Method* method, QJsonObject params, Caller caller)
{
    const auto answer = co_await method->call(engine, params, caller);
    if (!engine)
        co_return answer;
    auto task = params["id"_L1].toString().left(60);
    if (answer && task.isEmpty())
        task = answer->toObject()["task"_L1].toObject()["spec"_L1].toObject()["id"_L1].toString();
    QJsonObject entry{{u"what"_s, QString(method->name)}, {u"by"_s, caller.name}, {u"door"_s, caller.door}};
    if (!task.isEmpty())
        entry.insert(u"task"_s, task);
    if (!answer)
        entry.insert(u"why"_s, answer.error().message.left(1000));
    engine->audit().add(entry);
    co_return answer;
}
} // namespace

ClientSession::ClientSession(engine::Engine& engine, QLocalSocket* socket, QObject* parent)
    : QObject(parent), m_engine(engine), m_socket(socket)
{
    m_socket->setParent(nullptr);
    m_peer = std::make_unique<rpc::Peer>(m_socket.get(), m_socket.get(), limits);
    m_peer->onOtherRequest([this](const QString& method, const QJsonObject& params) { return answer(method, params); });
    connect(m_peer.get(), &rpc::Peer::closed, this, &ClientSession::ended, Qt::QueuedConnection);
}

ClientSession::~ClientSession()
{
    m_feed.reset();
    m_peer.reset();
}

Result<QJsonValue> ClientSession::hello(const QJsonObject& params)
{
    JsonReader reader(params, u"hello"_s);
    const auto theirs = reader.integer("protocol"_L1);
    const auto client = reader.text("client"_L1, QString()).left(60);
    const auto version = reader.text("version"_L1, QString()).left(40);
    SY_TRY(reader.finish());
    if (theirs != protocol)
        return fail(ErrorCode::Conflict,
                    tr("The client speaks protocol %1, the engine (version %2) protocol %3.")
                        .arg(theirs)
                        .arg(QStringLiteral(SWITCHYARD_VERSION))
                        .arg(protocol),
                    theirs < protocol
                        ? tr("Upgrade the client.")
                        : tr("Upgrade the engine: stop it with `swy engine stop`; the next start uses the new one."));
    m_caller = Caller{client.isEmpty() ? u"unnamed"_s : client, doorOf(client)};
    qCInfo(lcApi).noquote() << "client" << m_caller->name << version;
    return QJsonObject{{u"protocol"_s, protocol},
                       {u"version"_s, QStringLiteral(SWITCHYARD_VERSION)},
                       {u"pid"_s, QCoreApplication::applicationPid()},
                       {u"store"_s, m_engine.book().store().id()},
                       {u"position"_s, m_engine.book().publishedPosition()}};
}

Result<QJsonValue> ClientSession::subscribe(const QJsonObject& params)
{
    JsonReader reader(params, u"events.subscribe"_s);
    const auto after = reader.integer("after"_L1, 0);
    const auto only = reader.has("task"_L1) ? reader.taskId("task"_L1) : TaskId();
    SY_TRY(reader.finish());
    if (!only.isNull())
        SY_TRY(m_engine.book().task(only));
    m_feed = std::make_unique<EventFeed>(m_engine.book(), *m_peer, *m_socket, after, only);
    return QJsonObject();
}

rpc::Reply ClientSession::answer(const QString& method, const QJsonObject& params)
{
    if (method == u"hello")
        return rpc::ready(hello(params));
    if (!m_caller)
        return rpc::ready(
            fail(ErrorCode::Invalid, tr("The first message must be hello, not “%1”.").arg(method.left(80))));
    if (method == u"events.subscribe")
        return rpc::ready(subscribe(params));
    if (method == u"engine.shutdown") {
        QMetaObject::invokeMethod(this, &ClientSession::shutdownRequested, Qt::QueuedConnection);
        return rpc::ready(QJsonValue(QJsonObject()));
    }
    const auto* const found = findMethod(method);
    if (!found)
        return rpc::ready(fail(rpc::methodNotFound(method)));
    // What has the Confirm right writes its own, fuller entries.
    if (found->needs == Right::Work || found->needs == Right::Manage)
        return audited(&m_engine, found, params, *m_caller);
    return found->call(&m_engine, params, *m_caller);
}

} // namespace switchyard::api
