#include "client/connection.h"

#include <QCoro/QCoroFuture>
#include <QFile>
#include <QProcess>
#include <QPromise>

#include <csignal>

namespace switchyard::client {

namespace {

constexpr milliseconds firstDoubt{500}, lastDoubt{1500}; // together: how long nobody is left waiting in silence
constexpr milliseconds lateness{300};                    // of our own timers: then it is us who were held up

} // namespace

Error silentEngine()
{
    return {ErrorCode::Unavailable, Connection::tr("The engine does not answer."),
            Connection::tr("It is stopped or very busy. Nothing was changed; try again in a moment.")};
}

Connection::Connection(QObject* parent) : QObject(parent)
{
    m_doubt.setSingleShot(true);
    connect(&m_doubt, &QTimer::timeout, this, [this] {
        if (m_peer && m_peer->openCalls() > 0)
            ask(this);
    });
}

void Connection::watch()
{
    if (!m_doubt.isActive() && !m_asking)
        m_doubt.start(firstDoubt);
}

QCoro::Task<> Connection::ask(QPointer<Connection> self)
{
    self->m_asking = true;
    const auto asked = Clock::system().monotonic();
    const auto answer = co_await self->m_peer->call(u"engine.status"_s, {}, lastDoubt);
    if (!self)
        co_return;
    self->m_asking = false;
    const auto heldUp = Clock::system().monotonic() - asked > lastDoubt + lateness;
    if (!answer && answer.error().code == ErrorCode::Timeout && !heldUp)
        self->m_peer->close(silentEngine());
    else
        self->watch();
}

Connection::~Connection()
{
    delete m_peer; // before its device; ends the open calls
}

QCoro::Task<Result<>> Connection::connectSocket(const QString& path, milliseconds limit)
{
    auto promise = std::make_shared<QPromise<Result<>>>();
    promise->start();
    const auto end = [promise](Result<> result) {
        if (promise->future().isFinished())
            return;
        promise->addResult(std::move(result));
        promise->finish();
    };
    // The lambdas must not outlive this wait: they hang on a context of its own.
    auto* const context = new QObject(this);
    connect(&m_socket, &QLocalSocket::connected, context, [end] { end({}); });
    connect(&m_socket, &QLocalSocket::errorOccurred, context, [end, this] {
        end(fail(ErrorCode::Unavailable, tr("The engine does not answer: %1.").arg(m_socket.errorString()),
                 tr("Start it with `swy engine start`.")));
    });
    connect(context, &QObject::destroyed, context, [end] { end(fail(ErrorCode::Cancelled, tr("No longer wanted."))); });
    QTimer::singleShot(limit, context,
                       [end] { end(fail(ErrorCode::Unavailable, tr("The engine does not accept connections."))); });
    auto future = promise->future();
    m_socket.connectToServer(path);
    const QPointer<QObject> guard(context);
    auto result = co_await future;
    if (guard)
        guard->deleteLater();
    co_return result;
}

QCoro::Task<Result<QJsonObject>> Connection::open(QPointer<Connection> self, QString socketPath, QString clientName,
                                                  milliseconds limit)
{
    SY_CO_TRY(co_await self->connectSocket(socketPath, limit));
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    auto* const peer = self->m_peer = new rpc::Peer(&self->m_socket);
    connect(peer, &rpc::Peer::closed, self.data(), &Connection::ended);
    peer->onOtherNotification([self](const QString& method, const QJsonObject& params) {
        if (self)
            Q_EMIT self->notification(method, params);
    });
    const QJsonObject hello{
        {u"protocol"_s, engineProtocol}, {u"client"_s, clientName}, {u"version"_s, QStringLiteral(SWITCHYARD_VERSION)}};
    SY_CO_TRY_ASSIGN(const auto answer, co_await peer->call(u"hello"_s, hello, limit));
    co_return answer.toObject();
}

Result<qint64> spawnEngine(const QString& program, const Paths& paths, const QString& log)
{
    SY_TRY(paths.ensure());
    QProcess process;
    process.setProgram(program);
    process.setArguments({u"engine"_s});
    process.setWorkingDirectory(paths.state);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(log);
    process.setStandardErrorFile(log);
    process.setProcessChannelMode(QProcess::SeparateChannels);
    qint64 pid = 0;
    if (!process.startDetached(&pid))
        return fail(ErrorCode::Unavailable,
                    Connection::tr("The engine cannot be started: %1 is not there or not a program.").arg(program),
                    Connection::tr("Reinstall Switchyard, or put swy beside this program."));
    return pid;
}

bool isRunning(qint64 pid)
{
    if (pid <= 0 || (::kill(pid_t(pid), 0) != 0 && errno == ESRCH))
        return false;
    QFile stat(u"/proc/%1/stat"_s.arg(pid));
    if (!stat.open(QIODevice::ReadOnly))
        return false;
    const auto text = stat.readAll();
    const auto state = text.mid(text.lastIndexOf(')') + 2, 1);
    return state != "Z" && state != "X";
}

} // namespace switchyard::client
