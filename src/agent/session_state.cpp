#include "agent/session_state.h"

#include "base/log.h"

#include <QDir>

namespace switchyard::agent {

namespace {
constexpr int maxProblems = 200;
constexpr qsizetype problemLength = 500;
constexpr size_t keptLines = 8;
constexpr int malformedLines = 100; // some agents chat on standard output while they start
} // namespace

AcpSession::State::State(AcpSession* owner, AgentServer agentServer, AgentHost& agentHost, SessionLimits sessionLimits)
    : session(owner), host(&agentHost), server(std::move(agentServer)), limits(sessionLimits)
{
    cancelTimer.setSingleShot(true);
    QObject::connect(&cancelTimer, &QTimer::timeout, &cancelTimer, [this] {
        if (turn)
            turn->settle(
                fail(ErrorCode::Timeout, u"%1 did not end its turn within %2 s of being cancelled."_s.arg(server.title)
                                             .arg(double(limits.cancel.count()) / 1000)));
    });
}

void AcpSession::State::report(const QString& text)
{
    if (!session || problems > maxProblems)
        return;
    if (++problems > maxProblems)
        Q_EMIT session->problem(u"Further problems with %1 are not reported."_s.arg(server.title));
    else
        Q_EMIT session->problem(redact(text.left(problemLength)));
}

QCoro::Task<Result<TurnEnd>> AcpSession::State::prompt(Self self, QJsonArray blocks)
{
    if (!self->peer || self->stopping || !self->peer->isOpen() || self->started.sessionId.isEmpty())
        co_return fail(ErrorCode::Unavailable, u"%1 is not running."_s.arg(self->server.title));
    if (self->turn)
        co_return fail(ErrorCode::Conflict, u"%1 is still at work on its last turn."_s.arg(self->server.title));
    SY_CO_TRY(self->checkBlocks(blocks));
    const auto race = std::make_shared<Race<Result<QJsonValue>>>();
    self->turn = race;
    self->cancelling = false;
    settleWith(race,
               self->peer->call(u"session/prompt"_s, {{u"sessionId"_s, self->started.sessionId}, {u"prompt"_s, blocks}},
                                milliseconds(0)));
    const auto answer = co_await race->result();
    self->turn.reset();
    self->cancelling = false;
    self->cancelTimer.stop();
    if (!answer) {
        if (self->peer && self->peer->isOpen())
            co_return fail(answer.error().code == ErrorCode::Forbidden
                               ? Error{ErrorCode::Unavailable,
                                       u"%1 is not logged in: %2"_s.arg(self->server.title, answer.error().message),
                                       self->server.login}
                               : Error{answer.error().code, u"%1: %2"_s.arg(self->server.title, answer.error().message),
                                       answer.error().hint});
        if (self->session)
            co_await self->gone->result(); // bounded by the process's own stop
        co_return fail(ErrorCode::Unavailable,
                       u"%1 ended in the middle of its turn: %2"_s.arg(self->server.title, self->describeEnd()),
                       answer.error().code == ErrorCode::Unavailable ? QString() : answer.error().message);
    }
    const auto reason = (*answer)[u"stopReason"].toString();
    if (reason.isEmpty())
        co_return fail(ErrorCode::Corrupt, u"%1 ended its turn without a reason."_s.arg(self->server.title));
    TurnEnd end{reason, (*answer)[u"usage"].toObject(), (*answer)[u"_meta"].toObject()};
    if (const auto quota = (*answer)[u"_meta"][u"quota"][u"token_count"].toObject();
        end.usage.isEmpty() && quota.contains(u"input_tokens")) // Gemini's own way
        end.usage = {{u"inputTokens"_s, quota[u"input_tokens"]},
                     {u"outputTokens"_s, quota[u"output_tokens"]},
                     {u"totalTokens"_s, quota[u"input_tokens"].toInteger() + quota[u"output_tokens"].toInteger()}};
    co_return end;
}

Result<> AcpSession::State::checkBlocks(const QJsonArray& blocks) const
{
    const auto offered = started.capabilities[u"promptCapabilities"];
    for (const auto& block : blocks) {
        const auto type = block[u"type"].toString();
        const bool taken = type == u"text" || type == u"resource_link" ||
                           (type == u"resource" ? offered[u"embeddedContext"] : offered[type]).toBool();
        if (!taken)
            return fail(ErrorCode::Invalid, u"%1 takes no “%2” in a prompt."_s.arg(server.title, type.left(40)),
                        u"Text and links to files always work."_s);
    }
    return {};
}

QCoro::Task<Result<>> AcpSession::State::guide(Self self, QString text)
{
    SY_CO_TRY(self->checkOpen());
    if (!self->started.capabilities[u"_meta"][u"switchyard"][u"guide"].toBool())
        co_return fail(ErrorCode::Unavailable, u"%1 takes no words in the middle of a turn."_s.arg(self->server.title));
    if (!self->turn)
        co_return fail(ErrorCode::Conflict, u"%1 is between turns."_s.arg(self->server.title));
    constexpr milliseconds limit{10'000};
    const auto taken = co_await self->peer->call(u"_switchyard/guide"_s,
                                                 {{u"sessionId"_s, self->started.sessionId}, {u"text"_s, text}}, limit);
    if (!taken)
        co_return fail(taken.error());
    co_return {};
}

void AcpSession::State::cancel()
{
    if (!turn || cancelling || !peer || !peer->isOpen())
        return;
    cancelling = true;
    peer->notify(u"session/cancel"_s, {{u"sessionId"_s, started.sessionId}});
    cancelPermissions(); // an agent that waits for an answer hangs otherwise
    cancelTimer.start(limits.cancel);
}

void AcpSession::State::processStarted(qint64 pid)
{
    started.pid = pid;
    rpc::PeerLimits peerLimits;
    peerLimits.malformedLines = malformedLines;
    auto* const device = child->device();
    peer = std::make_unique<rpc::Peer>(device, device, peerLimits);
    QObject::connect(peer.get(), &rpc::Peer::closed, session, [this](const Error& why) { connectionClosed(why); });
    QObject::connect(peer.get(), &rpc::Peer::malformed, session, [this](const QByteArray& line, const QString& why) {
        if (started.sessionId.isEmpty() && lastWords.size() < keptLines)
            lastWords.push_back(line);
        report(u"%1 sent a line that cannot be used. %2 It begins: %3"_s.arg(server.title, why,
                                                                             QString::fromUtf8(line.left(160))));
    });
    QObject::connect(peer.get(), &rpc::Peer::abandoned, session,
                     [this](qint64 id) { peer->notify(u"$/cancel_request"_s, {{u"requestId"_s, id}}); });
    serve();
    launched->settle({});
}

void AcpSession::State::connectionClosed(const Error& why)
{
    if (!stopping && why.code != ErrorCode::Unavailable)
        report(u"The connection with %1 was ended: %2"_s.arg(server.title, describe(why)));
    // Nobody reads any more: without this a peer that floods us would fill our memory until it is killed.
    if (auto* const device = child->device(); device && device->isOpen()) {
        QObject::connect(device, &QIODevice::readyRead, session, [device] { device->skip(device->bytesAvailable()); });
        device->skip(device->bytesAvailable());
    }
    cancelPermissions();
    QMetaObject::invokeMethod(session, [self = shared_from_this()] { self->endProcess(); }, Qt::QueuedConnection);
}

void AcpSession::State::endProcess()
{
    if (child && !gone->isSettled())
        child->stop();
}

QCoro::Task<> AcpSession::State::stop(Self self)
{
    self->stopping = true;
    self->cancelPermissions();
    const bool canClose = self->started.capabilities[u"sessionCapabilities"].toObject().contains(u"close");
    if (canClose && !self->started.sessionId.isEmpty() && self->peer && self->peer->isOpen()) {
        const auto closed = co_await self->peer->call(u"session/close"_s, {{u"sessionId"_s, self->started.sessionId}},
                                                      self->limits.close);
        if (!closed)
            self->report(u"%1 did not close its session: %2"_s.arg(self->server.title, closed.error().message));
    }
    self->endProcess();
}

void AcpSession::State::processFinished(const process::Exit& how)
{
    exit = how;
    const bool duringStart = started.sessionId.isEmpty();
    const bool orderly = stopping || (how.ok() && !turn && !duringStart);
    launched->settle(fail(ErrorCode::Unavailable, how.error.isEmpty() ? how.toString() : how.error));
    if (peer)
        peer->close({ErrorCode::Unavailable, u"%1 has ended."_s.arg(server.title), {}});
    for (const auto& folder : std::as_const(litter)) // rmdir leaves those that hold something
        QDir().rmdir(folder);
    tmp.reset();
    gone->settle(true);
    if (session)
        Q_EMIT session->ended(describeEnd(), orderly && how.survivors.isEmpty());
}

QString AcpSession::State::describeEnd() const
{
    auto text = exit.how == process::Exit::How::FailedToStart ? exit.error : exit.toString();
    if (!exit.survivors.isEmpty())
        text += u"; could not be ended: "_s + exit.survivors.join(u", "_s);
    if (!stopping && (!exit.ok() || started.sessionId.isEmpty()) && !lastWords.empty()) {
        QByteArray words;
        for (const auto& line : lastWords)
            words += line.left(200) + '\n';
        text += u". Its last words: "_s + redact(QString::fromUtf8(words).simplified());
    }
    return text;
}

void AcpSession::State::detach()
{
    session = nullptr;
    stopping = true;
    cancelTimer.stop();
    const Error why{ErrorCode::Unavailable, u"The session with %1 was given up."_s.arg(server.title), {}};
    launched->settle(fail(why));
    if (turn)
        turn->settle(fail(why));
    for (auto& unanswered : std::exchange(open, {}))
        unanswered.race->settle(std::move(unanswered.whenWithdrawn));
    peer.reset();
    child.reset();
    tmp.reset();
    gone->settle(true);
}

} // namespace switchyard::agent
