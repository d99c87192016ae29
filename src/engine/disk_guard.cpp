#include "engine/disk_guard.h"

#include <QFile>
#include <QLoggingCategory>
#include <QStorageInfo>
#include <QtConcurrentRun>

Q_LOGGING_CATEGORY(lcDisk, "switchyard.disk")

namespace switchyard::engine {

namespace {

constexpr milliseconds calm{30'000}, tight{2'000};
constexpr qint64 nothingLeft = qint64(4) << 20; // here the ballast goes

qint64 freeBytes(const QString& path)
{
    return QStorageInfo(path).bytesAvailable();
}

qint64 freeBytes(const Paths& paths)
{
    return std::min(freeBytes(paths.state), freeBytes(paths.data));
}

} // namespace

DiskGuard::DiskGuard(Paths paths, const Settings& settings, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_settings(settings)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &DiskGuard::lookSoon);
}

void DiskGuard::start()
{
    m_timer.start(0);
}

void DiskGuard::apply(const Settings& settings)
{
    m_settings = settings;
    m_timer.start(0);
}

DiskGuard::Look DiskGuard::look(const Paths& paths, qint64 leastFree, qint64 keepBytes)
{
    Look found;
    found.free = freeBytes(paths);
    if (found.free < 0)
        return found;
    if (found.free < nothingLeft) // the runners must save how they end, too; the writer makes another when it can
        QFile::remove(paths.database() + u".ballast"_s);
    auto wanted = std::max<qint64>(0, leastFree - found.free);
    if (keepBytes > 0)
        wanted = std::max(wanted, logBytesBeyond(paths, keepBytes).value_or(0));
    if (wanted == 0)
        return found;
    if (auto shed = shedLogs(paths, wanted))
        found.shed = *shed;
    else
        qCWarning(lcDisk).noquote() << describe(shed.error());
    found.free = freeBytes(paths);
    found.enough = found.free >= leastFree;
    return found;
}

void DiskGuard::lookSoon()
{
    if (std::exchange(m_looking, true))
        return;
    // The sum of all output is counted by the hourly tidying, not here.
    QtConcurrent::run(&DiskGuard::look, m_paths, m_settings.leastFreeBytes, 0).then(this, [this](const Look& found) {
        m_looking = false;
        take(found);
    });
}

void DiskGuard::take(const Look& found)
{
    if (!found.shed.isEmpty())
        Q_EMIT shed(found.shed);
    const auto needed = m_settings.leastFreeBytes >> 20;
    Q_EMIT roomChanged(found.enough ? QString() : tr("waits for disk space (%1 MiB must be free)").arg(needed));
    m_timer.start(found.enough ? calm : tight);
}

} // namespace switchyard::engine
