#include "engine/runner_link.h"

#include "base/lock.h"
#include "process/journal.h"
#include "process/pidfd.h"

#include <QFile>
#include <QLoggingCategory>
#include <QtConcurrentRun>

Q_LOGGING_CATEGORY(lcRunner, "switchyard.runner-link")

namespace switchyard::engine {

namespace {

constexpr milliseconds startPoll{20};
constexpr milliseconds firstPause{20}, longestPause{1000};
constexpr milliseconds attachLimit{30'000};
constexpr qint64 wordsKept = 2000;

QString lastWords(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - wordsKept));
    return QString::fromUtf8(file.read(wordsKept)).trimmed();
}

} // namespace

bool processIsAlive(qint64 pid)
{
    QFile stat(u"/proc/%1/stat"_s.arg(pid));
    if (pid <= 0 || !stat.open(QIODevice::ReadOnly))
        return false;
    const auto text = stat.readAll();
    const auto state = text.mid(text.lastIndexOf(')') + 2, 1);
    return state != "Z" && state != "X";
}

RunnerLink::RunnerLink(const Paths& paths, TaskId task, int attempt, qint64 after, qint64 pid, milliseconds startLimit,
                       QObject* parent)
    : QObject(parent),
      m_paths(paths),
      m_task(std::move(task)),
      m_attempt(attempt),
      m_startLimit(startLimit),
      m_pid(pid),
      m_seq(after),
      m_deadline(Clock::system().monotonic() + (pid > 0 ? startLimit : milliseconds(0)))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RunnerLink::look);
    m_flush.setSingleShot(true);
    connect(&m_flush, &QTimer::timeout, this, &RunnerLink::flush);
    m_timer.start(0);
}

void RunnerLink::setPid(qint64 pid)
{
    m_pid = pid;
    m_expectsPid = false;
    m_deadline = Clock::system().monotonic() + m_startLimit;
}

RunnerLink::~RunnerLink()
{
    m_peer.reset(); // before its device
}

bool RunnerLink::mayStillStart() const
{
    return m_state == State::Starting &&
           (m_expectsPid || (processIsAlive(m_pid) && Clock::system().monotonic() < m_deadline));
}

void RunnerLink::look()
{
    if (m_state != State::Starting && m_state != State::Detached)
        return;
    if (QFile::exists(m_paths.runnerSocket(m_task, m_attempt)) &&
        FileLock::isHeld(m_paths.runnerLock(m_task, m_attempt)))
        return connectSocket();
    if (mayStillStart()) { // its lock is left alone meanwhile: a probe could stand in its way
        m_timer.start(startPoll);
        return;
    }
    if (FileLock::isHeld(m_paths.runnerLock(m_task, m_attempt))) {
        // Alive without a socket: just ending, or not there yet.
        m_state = State::Detached;
        m_pause = std::clamp(m_pause * 2, firstPause, longestPause);
        m_timer.start(m_pause);
        return;
    }
    readRest();
}

void RunnerLink::connectSocket()
{
    m_state = State::Connecting;
    m_timer.stop();
    m_socket = std::make_unique<QLocalSocket>();
    connect(m_socket.get(), &QLocalSocket::connected, this, &RunnerLink::attach);
    // Queued: the socket must not go while it speaks.
    connect(m_socket.get(), &QLocalSocket::errorOccurred, this, &RunnerLink::detached, Qt::QueuedConnection);
    m_socket->connectToServer(m_paths.runnerSocket(m_task, m_attempt));
}

void RunnerLink::attach()
{
    m_peer = std::make_unique<rpc::Peer>(m_socket.get());
    connect(m_peer.get(), &rpc::Peer::closed, this, &RunnerLink::detached, Qt::QueuedConnection);
    m_peer->onNotification(u"event"_s, [this](const QJsonObject& params) { receive(params); });
    finishAttach(this, m_peer.get());
}

QCoro::Task<> RunnerLink::finishAttach(QPointer<RunnerLink> self, QPointer<rpc::Peer> peer)
{
    const auto answer = co_await peer->call(u"attach"_s, {{u"after"_s, self->m_seq}}, attachLimit);
    if (!self || !peer || self->m_peer.get() != peer)
        co_return;
    if (!answer) {
        qCWarning(lcRunner).noquote() << "task" << self->m_task.toString() << "attach:" << describe(answer.error());
        peer->close(answer.error());
        co_return;
    }
    self->m_state = State::Attached;
    self->m_pause = {};
    self->watchProcess((*answer)[u"pid"].toInteger());
}

//! So that its end is known at once: between its last word and the end of its lock there is no other sign.
void RunnerLink::watchProcess(qint64 pid)
{
    if (pid <= 0 || m_death)
        return;
    m_process = process::openPidfd(pid_t(pid));
    if (!m_process)
        return;
    m_death = std::make_unique<QSocketNotifier>(m_process.get(), QSocketNotifier::Read);
    connect(m_death.get(), &QSocketNotifier::activated, this, [this] {
        m_death->setEnabled(false);
        if (m_state == State::Detached)
            m_timer.start(0);
    });
}

void RunnerLink::receive(const QJsonObject& params)
{
    auto event = Event::fromJson(params);
    const Error wrong{ErrorCode::Corrupt, tr("The runner of %1 told events out of order.").arg(m_task.toString()), {}};
    if (!event || event->task != m_task || event->attempt != m_attempt)
        return m_peer->close(event ? wrong : event.error());
    const auto newest = m_received.isEmpty() ? m_seq : m_received.last().seq;
    if (event->seq <= newest)
        return;
    if (event->seq != newest + 1) // attached again, it replays what is missing
        return m_peer->close(wrong);
    m_received << std::move(*event);
    if (!m_flush.isActive())
        m_flush.start(0);
}

void RunnerLink::flush()
{
    if (m_received.isEmpty())
        return;
    m_seq = m_received.last().seq;
    Q_EMIT events(std::exchange(m_received, {}));
}

void RunnerLink::detached()
{
    if (m_state == State::Reading || m_state == State::Gone || !m_socket)
        return;
    flush();
    m_peer.reset();
    m_socket.reset();
    m_state = State::Detached;
    m_pause = std::clamp(m_pause * 2, firstPause, longestPause);
    m_timer.start(FileLock::isHeld(m_paths.runnerLock(m_task, m_attempt)) ? m_pause : milliseconds(0));
}

void RunnerLink::readRest()
{
    m_state = State::Reading;
    QtConcurrent::run(&process::readJournal, m_paths.journal(m_task, m_attempt), m_seq)
        .then(this, [this](const Result<process::JournalContents>& contents) {
            m_state = State::Gone;
            m_hasShortJournal = contents && contents->damage.isEmpty() && contents->lastSeq < m_seq;
            if (contents && !contents->events.isEmpty()) {
                m_seq = contents->events.last().seq;
                Q_EMIT events(contents->events);
            }
            Q_EMIT gone(lastWords(m_paths.attempt(m_task, m_attempt) + u"/runner.log"_s),
                        contents ? contents->damage : contents.error().message);
        });
}

rpc::Reply RunnerLink::call(const QString& method, const QJsonObject& params, milliseconds limit)
{
    if (!isAttached() || !m_peer)
        return rpc::ready(fail(ErrorCode::Unavailable,
                               tr("The runner of task %1 cannot be reached at the moment.").arg(m_task.toString()),
                               tr("Try again in a moment.")));
    return m_peer->call(method, params, limit);
}

} // namespace switchyard::engine
