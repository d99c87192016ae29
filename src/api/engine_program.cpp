#include "api/engine_program.h"

#include "api/socket_server.h"
#include "engine/heap_care.h"
#include "engine/rebuild.h"

#include <QCoreApplication>
#include <QFile>
#include <QLoggingCategory>
#include <QSocketNotifier>

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

Q_LOGGING_CATEGORY(lcEngine, "switchyard.engine")

namespace switchyard::api {

namespace {

// Written by the signal handler, read by the event loop.
int signalPipe[2] = {-1, -1};

void onSignal(int)
{
    const char byte = 1;
    const auto before = errno;
    (void)!write(signalPipe[1], &byte, 1);
    errno = before;
}

constexpr milliseconds goodbye{100}; // for the last answers to go out

} // namespace

struct EngineProgram::Parts {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<engine::Engine> engine;
    std::unique_ptr<SocketServer> server;
    std::unique_ptr<QSocketNotifier> signalNotifier;
};

EngineProgram::EngineProgram(Paths paths, Options options, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_options(std::move(options)), m_parts(std::make_unique<Parts>())
{
}

EngineProgram::~EngineProgram()
{
    // The door first, the database last.
    m_parts->server.reset();
    m_parts->engine.reset();
    m_parts->store.reset();
}

Result<> EngineProgram::takeLock(std::optional<FileLock>& lock, const QString& path)
{
    auto taken = FileLock::tryAcquire(path, QByteArray::number(QCoreApplication::applicationPid()));
    if (taken) {
        lock.emplace(std::move(*taken));
        return {};
    }
    if (taken.error().code != ErrorCode::Conflict)
        return fail(taken.error());
    QFile holder(path);
    const auto pid = holder.open(QIODevice::ReadOnly) ? QString::fromUtf8(holder.read(20)).trimmed() : QString();
    return fail(ErrorCode::Conflict, tr("An engine runs already (process %1).").arg(pid),
                tr("Use it, or end it with `swy engine stop`."));
}

Result<> EngineProgram::openEngine(const engine::Settings& settings)
{
    SY_TRY_ASSIGN(m_parts->store, engine::openOrRebuild(m_paths, Clock::system()));
    m_parts->engine = std::make_unique<engine::Engine>(*m_parts->store, m_paths, settings);
    auto started = m_parts->engine->start();
    if (started || started.error().code != ErrorCode::Corrupt)
        return started;
    // Sound pages with damaged rows: only reading them shows it.
    m_parts->engine.reset();
    m_parts->store.reset();
    SY_TRY_ASSIGN(m_parts->store, engine::rebuildAnew(m_paths, Clock::system(), started.error()));
    m_parts->engine = std::make_unique<engine::Engine>(*m_parts->store, m_paths, settings);
    return m_parts->engine->start();
}

Result<> EngineProgram::watchSignals()
{
    if (signalPipe[0] < 0 && pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return failErrno(tr("A pipe for signals cannot be made"), errno);
    m_parts->signalNotifier = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
    connect(m_parts->signalNotifier.get(), &QSocketNotifier::activated, this, [this] {
        char bytes[16];
        (void)!read(signalPipe[0], bytes, sizeof bytes);
        shutdown();
    });
    struct sigaction action{};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGTERM, SIGINT})
        sigaction(number, &action, nullptr);
    std::signal(SIGHUP, SIG_IGN); // a closed terminal is no reason to end
    std::signal(SIGPIPE, SIG_IGN);
    return {};
}

Result<> EngineProgram::start()
{
    engine::HeapCare::limitHeaps();
    SY_TRY(m_paths.ensure());
    SY_TRY(takeLock(m_lock, m_paths.engineLock()));
    SY_TRY(takeLock(m_databaseLock, m_paths.databaseLock()));
    SY_TRY_ASSIGN(auto settings, engine::Settings::load(m_paths));
    if (m_options.slots > 0)
        settings.slots = m_options.slots;
    settings.runnerProgram =
        m_options.runnerProgram.isEmpty() ? QCoreApplication::applicationFilePath() : m_options.runnerProgram;
    SY_TRY(openEngine(settings));
    m_parts->server = std::make_unique<SocketServer>(*m_parts->engine);
    connect(m_parts->server.get(), &SocketServer::shutdownRequested, this, &EngineProgram::shutdown);
    SY_TRY(m_parts->server->listen(m_paths.engineSocket()));
    SY_TRY(watchSignals());
    qCInfo(lcEngine) << "engine" << SWITCHYARD_VERSION << "process" << QCoreApplication::applicationPid();
    return {};
}

void EngineProgram::shutdown()
{
    if (std::exchange(m_ending, true))
        return;
    qCInfo(lcEngine) << "ending; runners go on";
    m_parts->server->close();
    QTimer::singleShot(goodbye, this, [this] { Q_EMIT finished(0); });
}

} // namespace switchyard::api
