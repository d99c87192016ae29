#include "client/engine_client.h"

#include "base/json.h"
#include "base/lock.h"
#include "client/connection.h"

#include <QCoreApplication>
#include <QCoro/QCoroFuture>
#include <QCoro/QCoroTimer>
#include <QDeadlineTimer>
#include <QFileInfo>
#include <QPromise>

namespace switchyard::client {

namespace {

constexpr milliseconds answerLimit{2000};   // for connect and hello each
constexpr milliseconds startPoll{20};       // between two tries while an engine comes up
constexpr milliseconds startingUp{120'000}; // an engine that holds its lock may still be mending its database
constexpr milliseconds firstPause{100}, longestPause{5000};

std::unexpected<Error> gone()
{
    return fail(ErrorCode::Unavailable, EngineClient::tr("The engine is not connected."));
}

} // namespace

struct EngineClient::Private {
    EngineClient* q;
    Paths paths;
    Options options;
    State state = State::Disconnected;
    QPointer<Connection> connection;
    std::shared_ptr<QPromise<Result<>>> attempt; //!< of the connecting under way; all who wait share it
    QTimer retry;
    milliseconds pause = firstPause;
    bool keep = false;
    bool mayStart = true; //!< false after the engine was asked to end: it is not brought back behind the user's back
    bool subscribed = false;
    qint64 cursor = 0; //!< position of the newest event handed out
    TaskId only;
    QString store; //!< positions count within one store; another one starts anew

    QString engineProgram() const
    {
        return options.engineProgram.isEmpty() ? QCoreApplication::applicationDirPath() + u"/swy"_s
                                               : options.engineProgram;
    }
    QString startLog() const { return paths.runtime + u"/engine.start"_s; }

    void setState(State to)
    {
        if (std::exchange(state, to) != to)
            Q_EMIT q->stateChanged(to);
    }

    void receive(const QString& method, const QJsonObject& params)
    {
        if (method == u"engine.stopping") {
            mayStart = false;
            return;
        }
        if (method != u"event")
            return;
        const auto event = Event::fromJson(params);
        if (!event || event->position <= cursor || !subscribed)
            return;
        cursor = event->position;
        Q_EMIT q->eventReceived(*event);
    }

    void lost(const Error& why)
    {
        if (connection)
            connection->deleteLater();
        connection = nullptr;
        const QPointer<EngineClient> self(q);
        setState(State::Disconnected);
        if (self && keep && !retry.isActive()) {
            Q_EMIT q->connectionProblem(why);
            if (self)
                retry.start(pause);
        }
    }

    QJsonObject subscription() const
    {
        QJsonObject params{{u"after"_s, cursor}};
        if (!only.isNull())
            params.insert(u"task"_s, only.toString());
        return params;
    }

    static QCoro::Task<Result<>> connectOnce(QPointer<EngineClient> self);
    static QCoro::Task<Result<>> connectOrStart(QPointer<EngineClient> self, bool mayStart);
    static QCoro::Task<> run(QPointer<EngineClient> self, bool mayStart, std::shared_ptr<QPromise<Result<>>> promise);
    QFuture<Result<>> connectShared(bool start)
    {
        if (!attempt) {
            attempt = std::make_shared<QPromise<Result<>>>();
            attempt->start();
            const auto future = attempt->future();
            setState(State::Connecting);
            run(q, start, attempt);
            return future;
        }
        return attempt->future();
    }
};

QCoro::Task<Result<>> EngineClient::Private::connectOnce(QPointer<EngineClient> self)
{
    auto* const connection = new Connection(self);
    const QPointer<Connection> guard(connection);
    const auto hello =
        co_await Connection::open(connection, self->d->paths.engineSocket(), self->d->options.name, answerLimit);
    if (!self || !guard)
        co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    if (!hello) {
        guard->deleteLater();
        co_return fail(hello.error());
    }
    auto* const d = self->d.get();
    connect(guard.data(), &Connection::notification, self.data(),
            [d](const QString& method, const QJsonObject& params) { d->receive(method, params); });
    const auto store = hello->value(u"store").toString();
    const bool replaced = !d->store.isEmpty() && d->store != store;
    d->store = store;
    if (replaced)
        d->cursor = hello->value(u"position").toInteger();
    if (d->subscribed) {
        const auto done = co_await guard->peer()->call(u"events.subscribe"_s, d->subscription(), answerLimit);
        if (!self || !guard)
            co_return gone();
        if (!done) {
            guard->deleteLater();
            co_return fail(done.error());
        }
    }
    if (!guard->peer()->isOpen())
        co_return gone();
    d->connection = guard;
    d->pause = firstPause;
    d->mayStart = true;
    connect(guard.data(), &Connection::ended, self.data(), [d](const Error& why) { d->lost(why); });
    d->setState(State::Connected);
    if (self && replaced)
        Q_EMIT self->storeReplaced();
    co_return {};
}

QCoro::Task<Result<>> EngineClient::Private::connectOrStart(QPointer<EngineClient> self, bool mayStart)
{
    const auto paths = self->d->paths;
    const auto startLog = self->d->startLog();
    const auto patience = self->d->options.patience;
    QDeadlineTimer deadline(patience), starting(startingUp);
    qint64 pid = 0;
    for (;;) {
        auto result = co_await connectOnce(self);
        const bool silent = !result && result.error().code == ErrorCode::Timeout;
        // Somebody holds the door and says nothing. One that we have just started may be busy with what it found.
        if (silent && (pid == 0 || deadline.hasExpired()))
            co_return fail(silentEngine());
        if (silent && self)
            continue;
        if (result || !self || result.error().code != ErrorCode::Unavailable)
            co_return result;
        const bool held = FileLock::isHeld(paths.engineLock());
        if (!held && !mayStart)
            co_return result;
        if (!held && pid == 0) {
            SY_CO_TRY_ASSIGN(pid, spawnEngine(self->d->engineProgram(), paths, startLog));
        } else if (!held && !isRunning(pid)) {
            QFile words(startLog);
            const auto said =
                words.open(QIODevice::ReadOnly) ? QString::fromUtf8(words.readAll().right(2000)).trimmed() : QString();
            co_return fail(ErrorCode::Unavailable,
                           said.isEmpty() ? tr("The engine ended right after its start.") : said,
                           tr("Its log is %1.").arg(paths.engineLog()));
        }
        if (held ? starting.hasExpired() : deadline.hasExpired())
            co_return fail(ErrorCode::Unavailable,
                           tr("The engine did not come up within %1 s.").arg(patience.count() / 1000),
                           tr("Its log is %1.").arg(paths.engineLog()));
        co_await QCoro::sleepFor(startPoll);
        if (!self)
            co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    }
}

QCoro::Task<> EngineClient::Private::run(QPointer<EngineClient> self, bool mayStart,
                                         std::shared_ptr<QPromise<Result<>>> promise)
{
    const auto result = co_await connectOrStart(self, mayStart);
    if (self) {
        self->d->attempt.reset();
        if (!result) {
            self->d->pause = std::min(self->d->pause * 2, longestPause);
            self->d->lost(result.error());
        }
    }
    promise->addResult(result);
    promise->finish();
}

EngineClient::EngineClient(Paths paths, Options options, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(paths), std::move(options)))
{
    d->retry.setSingleShot(true);
    connect(&d->retry, &QTimer::timeout, this, [this] {
        if (d->state == State::Disconnected)
            d->connectShared(d->options.startEngine && d->mayStart);
    });
}

EngineClient::~EngineClient()
{
    d->keep = false;
    if (d->connection)
        d->connection->disconnect(this);
}

QString EngineClient::engineProgram() const
{
    return d->engineProgram();
}

EngineClient::State EngineClient::state() const
{
    return d->state;
}

QCoro::Task<Result<>> EngineClient::connectToEngine()
{
    if (d->state == State::Connected)
        co_return {};
    d->mayStart = true;
    auto future = d->connectShared(d->options.startEngine);
    co_return co_await future;
}

void EngineClient::keepConnected()
{
    d->keep = true;
    if (d->state == State::Disconnected)
        d->connectShared(d->options.startEngine && d->mayStart); // at once: a window is built meanwhile
}

rpc::Reply EngineClient::call(QString method, QJsonObject params, milliseconds limit)
{
    if (d->state != State::Connected || !d->connection)
        return rpc::ready(gone());
    d->connection->watch();
    return d->connection->peer()->call(method, params, limit);
}

QCoro::Task<Result<>> EngineClient::subscribe(qint64 after, TaskId only)
{
    if (d->subscribed && d->only == only) // the stream goes on where it is
        co_return {};
    if (d->subscribed)
        co_return fail(ErrorCode::Conflict, tr("This client follows other events already."),
                       tr("Use a second client."));
    d->subscribed = true;
    d->cursor = after;
    d->only = only;
    const QPointer<EngineClient> self(this);
    const auto result = co_await call(u"events.subscribe"_s, d->subscription());
    // With the connection gone the next one subscribes; any other refusal is the end of it.
    if (!result && self && !(result.error().code == ErrorCode::Unavailable && d->keep))
        d->subscribed = false;
    if (!result)
        co_return fail(result.error());
    co_return {};
}

} // namespace switchyard::client
