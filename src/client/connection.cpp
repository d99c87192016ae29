#include "client/connection.h"

#include <QCoro/QCoroTimer>
#include <QDeadlineTimer>
#include <QFile>
#include <QProcess>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace switchyard::client {

namespace {

constexpr milliseconds crowded{20};                      // between two tries while others are let in
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
    m_device.reset();
    if (m_socket >= 0)
        ::close(m_socket);
}

//! A local socket is connected at once or not at all, but for a queue of those who wait that is full at the moment.
//! (QLocalSocket would bring QtNetwork along, and with it forty libraries into the window's start.)
QCoro::Task<Result<int>> Connection::connectSocket(QByteArray path, milliseconds limit)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto refused = [](int why) {
        return fail(ErrorCode::Unavailable, tr("The engine does not answer: %1.").arg(qt_error_string(why)),
                    tr("Start it with `swy engine start`."));
    };
    if (path.size() >= qsizetype(sizeof address.sun_path))
        co_return refused(ENAMETOOLONG);
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0)
        co_return refused(errno);
    const QDeadlineTimer end(limit);
    while (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int why = errno;
        if (why == EINTR)
            continue;
        if (why == EAGAIN && !end.hasExpired()) {
            co_await QCoro::sleepFor(crowded);
            continue;
        }
        ::close(socket);
        if (why == EAGAIN)
            co_return fail(ErrorCode::Unavailable, tr("The engine does not accept connections."));
        co_return refused(why);
    }
    co_return int(socket);
}

QCoro::Task<Result<QJsonObject>> Connection::open(QPointer<Connection> self, QString socketPath, QString clientName,
                                                  milliseconds limit)
{
    SY_CO_TRY_ASSIGN(const int socket, co_await connectSocket(QFile::encodeName(socketPath), limit));
    if (!self) {
        ::close(socket);
        co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    }
    self->m_socket = socket;
    self->m_device = std::make_unique<rpc::StdioDevice>(socket, socket);
    auto* const peer = self->m_peer = new rpc::Peer(self->m_device.get());
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
