#include "app/commands/log_tail.h"

#include "process/output_log.h"

#include <QFileInfo>

namespace switchyard::app {

namespace {
constexpr auto pollInterval = std::chrono::milliseconds(250);
constexpr qint64 pieceBytes = 1 << 20;
} // namespace

LogTail::LogTail(QString path, qint64 offset, QObject* parent)
    : QObject(parent), m_path(std::move(path)), m_offset(offset)
{
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, [this] { drain(); });
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (m_watcher.files().isEmpty() && QFileInfo::exists(m_path))
            m_watcher.addPath(m_path);
        drain();
    });
    m_poll.start(pollInterval);
    if (QFileInfo::exists(m_path))
        m_watcher.addPath(m_path);
}

void LogTail::drain(qint64 end)
{
    for (;;) {
        const auto wanted = end < 0 ? pieceBytes : std::min(pieceBytes, end - m_offset);
        if (wanted <= 0)
            return;
        const auto slice = process::readOutput(m_path, m_offset, wanted);
        if (!slice || slice->bytes.isEmpty())
            return;
        m_offset = slice->offset + slice->bytes.size();
        Q_EMIT bytes(slice->bytes);
    }
}

} // namespace switchyard::app
