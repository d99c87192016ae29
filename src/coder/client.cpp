#include "coder/client.h"

#include "base/json.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace switchyard::coder {

namespace {

constexpr qint64 terminalBytes = 1 << 20;
constexpr milliseconds fileLimit{60'000};
constexpr milliseconds forever{0};

//! Something awaited that whoever comes first may end: the answer, the limit or the cancellation.
struct Race {
    QPromise<Result<QJsonValue>> promise;
    bool done = false;
    Race() { promise.start(); }
    void finish(Result<QJsonValue> result)
    {
        if (std::exchange(done, true))
            return;
        promise.addResult(std::move(result));
        promise.finish();
    }
};

Error cancelled()
{
    return {ErrorCode::Cancelled, u"The turn was cancelled."_s, {}};
}

//! `lost` takes an answer that came when nobody waited for it any more.
using Lost = std::function<void(const QJsonValue& answer)>;
QCoro::Task<> forward(rpc::Reply reply, std::shared_ptr<Race> race, Lost lost = {})
{
    auto answer = co_await std::move(reply);
    if (race->done && answer && lost)
        lost(*answer);
    race->finish(std::move(answer));
}

QCoro::Task<> forward(QFuture<bool> future, std::shared_ptr<Race> race)
{
    co_await future;
    race->finish(QJsonValue(true));
}

QCoro::Task<> finishWhen(rpc::Reply reply, std::shared_ptr<QPromise<bool>> ended)
{
    (void)co_await std::move(reply); // an error ends the waiting as well: there is nothing to wait for
    ended->addResult(true);
    ended->finish();
}

void callWithoutWaiting(rpc::Peer* peer, const QString& method, const QString& session, const QString& terminal)
{
    constexpr milliseconds limit{10'000};
    if (peer)
        auto forgotten = forward(peer->call(method, {{u"sessionId"_s, session}, {u"terminalId"_s, terminal}}, limit),
                                 std::make_shared<Race>());
}

//! Asked once per terminal, however often it is waited for here, and for how long.
QFuture<bool> watchExit(rpc::Peer* peer, const QString& session, const QString& terminal)
{
    auto ended = std::make_shared<QPromise<bool>>();
    ended->start();
    auto watching = finishWhen(
        peer->call(u"terminal/wait_for_exit"_s, {{u"sessionId"_s, session}, {u"terminalId"_s, terminal}}, forever),
        ended);
    return ended->future();
}

//! The end of a race, which a cancellation also is.
rpc::Reply settle(std::shared_ptr<Race> race, Cancellation& cancellation)
{
    if (cancellation.isRequested())
        race->finish(fail(cancelled()));
    QObject context;
    QObject::connect(&cancellation, &Cancellation::requested, &context, [race] { race->finish(fail(cancelled())); });
    co_return co_await race->promise.future();
}

Result<QString> readLocally(const QString& path, int line, int limit)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(file.exists() ? ErrorCode::Io : ErrorCode::NotFound,
                    u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    const auto text = QString::fromUtf8(file.readAll());
    if (line <= 1 && limit <= 0)
        return text;
    return text.split(u'\n').mid(std::max(0, line - 1), limit > 0 ? limit : -1).join(u'\n');
}

Result<> writeLocally(const QString& path, const QString& text)
{
    QDir().mkpath(QFileInfo(path).path());
    const auto permissions = QFile::exists(path) ? QFile::permissions(path) : QFile::Permissions();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file.errorString()));
    if (permissions)
        file.setPermissions(permissions);
    if (!file.commit())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file.errorString()));
    return {};
}

TerminalState readState(const QJsonObject& json)
{
    TerminalState state{json[u"output"].toString(), json[u"truncated"].toBool(), false, {}, {}};
    const auto status = json[u"exitStatus"];
    state.exited = status.isObject();
    if (status[u"exitCode"].isDouble())
        state.exitCode = status[u"exitCode"].toInt();
    state.signal = status[u"signal"].toString();
    return state;
}

} // namespace

ClientOffer ClientOffer::fromJson(const QJsonObject& clientCapabilities)
{
    const auto files = clientCapabilities[u"fs"];
    return {files[u"readTextFile"].toBool(), files[u"writeTextFile"].toBool(), clientCapabilities[u"terminal"].toBool(),
            clientCapabilities[u"session"][u"notices"].isObject()};
}

QJsonObject textBlock(const QString& text)
{
    return {{u"type"_s, u"text"_s}, {u"text"_s, text}};
}

Client::Client(rpc::Peer* peer, QString sessionId, ClientOffer offer, Cancellation& cancellation)
    : m_peer(peer), m_sessionId(std::move(sessionId)), m_offer(offer), m_cancellation(cancellation)
{
}

void Client::update(const QString& kind, QJsonObject fields)
{
    fields.insert(u"sessionUpdate"_s, kind);
    if (m_peer)
        m_peer->notify(u"session/update"_s, {{u"sessionId"_s, m_sessionId}, {u"update"_s, fields}});
}

void Client::warn(const QString& text)
{
    if (m_offer.showsNotices)
        return update(u"notice"_s, {{u"severity"_s, u"warning"_s}, {u"title"_s, text}});
    update(u"agent_thought_chunk"_s, {{u"content"_s, textBlock(text)}, {u"messageId"_s, newUuid()}});
}

void Client::tellLimit(qint64 until)
{
    if (m_offer.showsNotices)
        update(u"notice"_s, {{u"severity"_s, u"warning"_s},
                             {u"title"_s, u"The model's provider takes no calls for a while."_s},
                             {u"_meta"_s, QJsonObject{{u"switchyard"_s, QJsonObject{{u"limited_until"_s, until}}}}}});
}

QCoro::Task<Permission> Client::askPermission(QJsonObject toolCall)
{
    const auto option = [](const QString& id, const QString& name) {
        return QJsonObject{{u"optionId"_s, id}, {u"name"_s, name}, {u"kind"_s, id}};
    };
    const QJsonArray options{option(u"allow_once"_s, u"Allow"_s), option(u"reject_once"_s, u"Refuse"_s)};
    const auto answer =
        co_await call(u"session/request_permission"_s, {{u"toolCall"_s, toolCall}, {u"options"_s, options}}, forever);
    if (!answer)
        co_return answer.error().code == ErrorCode::Cancelled ? Permission::Cancelled : Permission::Refused;
    const auto outcome = (*answer)[u"outcome"];
    if (outcome[u"outcome"].toString() == u"cancelled")
        co_return Permission::Cancelled;
    co_return outcome[u"optionId"].toString() == u"allow_once" ? Permission::Allowed : Permission::Refused;
}

QCoro::Task<Result<QString>> Client::askUser(QString question, QStringList options)
{
    const auto answer =
        co_await call(u"_switchyard/ask_user"_s,
                      {{u"question"_s, question}, {u"options"_s, QJsonArray::fromStringList(options)}}, forever);
    if (!answer) {
        if (answer.error().code == ErrorCode::Cancelled)
            co_return fail(answer.error());
        co_return fail(ErrorCode::Unavailable, u"Nobody can be asked: %1"_s.arg(answer.error().message));
    }
    co_return (*answer)[u"answer"].toString();
}

QCoro::Task<Result<QString>> Client::readFile(QString path, int line, int limit)
{
    if (!m_offer.readsFiles)
        co_return readLocally(path, line, limit);
    QJsonObject params{{u"path"_s, path}};
    if (line > 0)
        params.insert(u"line"_s, line);
    if (limit > 0)
        params.insert(u"limit"_s, limit);
    const auto answer = co_await call(u"fs/read_text_file"_s, params, fileLimit);
    if (!answer)
        co_return fail(answer.error());
    co_return (*answer)[u"content"].toString();
}

QCoro::Task<Result<>> Client::writeFile(QString path, QString text)
{
    if (!m_offer.writesFiles)
        co_return writeLocally(path, text);
    const auto answer = co_await call(u"fs/write_text_file"_s, {{u"path"_s, path}, {u"content"_s, text}}, fileLimit);
    if (!answer)
        co_return fail(answer.error());
    co_return Result<>();
}

QCoro::Task<Result<QString>> Client::createTerminal(QString command, QString cwd)
{
    if (!m_offer.runsTerminals) {
        const auto id = u"local-%1"_s.arg(++m_lastLocal);
        const auto& local = m_local[id] = std::make_unique<LocalTerminal>(command, cwd, terminalBytes);
        m_ended.insert(id, local->ended());
        co_return id;
    }
    // A command without arguments is a whole line for the client's shell; so it is shown and judged as written.
    const auto answer = co_await call(
        u"terminal/create"_s, {{u"command"_s, command}, {u"cwd"_s, cwd}, {u"outputByteLimit"_s, terminalBytes}},
        fileLimit, [peer = m_peer, session = m_sessionId](const QJsonValue& late) { // cancelled: its command must end
            callWithoutWaiting(peer, u"terminal/release"_s, session, late[u"terminalId"].toString());
        });
    if (!answer)
        co_return fail(answer.error());
    const auto id = (*answer)[u"terminalId"].toString();
    if (m_peer)
        m_ended.insert(id, watchExit(m_peer, m_sessionId, id));
    co_return id;
}

QCoro::Task<Result<TerminalState>> Client::terminalState(QString terminal)
{
    if (const auto local = m_local.find(terminal); local != m_local.end())
        co_return local->second->state();
    const auto answer = co_await call(u"terminal/output"_s, {{u"terminalId"_s, terminal}}, fileLimit);
    if (!answer)
        co_return fail(answer.error());
    co_return readState(answer->toObject());
}

QCoro::Task<Result<>> Client::waitForExit(QString terminal, milliseconds limit)
{
    const auto ended = m_ended.value(terminal);
    if (!ended.isValid())
        co_return fail(ErrorCode::NotFound, u"There is no terminal %1."_s.arg(terminal));
    auto race = std::make_shared<Race>();
    auto forwarded = forward(ended, race);
    QTimer late;
    late.setSingleShot(true);
    connect(&late, &QTimer::timeout, &late, [race, limit] {
        race->finish(fail(ErrorCode::Timeout, u"The command did not end within %1 s."_s.arg(limit.count() / 1000)));
    });
    late.start(limit);
    const auto answer = co_await settle(race, m_cancellation);
    if (!answer)
        co_return fail(answer.error());
    co_return Result<>();
}

void Client::killTerminal(const QString& terminal)
{
    if (const auto local = m_local.find(terminal); local != m_local.end())
        local->second->kill();
    else
        callWithoutWaiting(m_peer, u"terminal/kill"_s, m_sessionId, terminal);
}

void Client::releaseTerminal(const QString& terminal)
{
    m_ended.remove(terminal);
    if (m_local.erase(terminal) == 0)
        callWithoutWaiting(m_peer, u"terminal/release"_s, m_sessionId, terminal);
}

rpc::Reply Client::call(QString method, QJsonObject params, milliseconds limit,
                        std::function<void(const QJsonValue&)> lost)
{
    if (!m_peer)
        co_return fail(ErrorCode::Unavailable, u"The client is gone."_s);
    if (m_cancellation.isRequested())
        co_return fail(cancelled());
    params.insert(u"sessionId"_s, m_sessionId);
    auto race = std::make_shared<Race>();
    // Runs on by itself, also when we do not wait.
    auto forwarded = forward(m_peer->call(method, params, limit), race, std::move(lost));
    co_return co_await settle(race, m_cancellation);
}

} // namespace switchyard::coder
