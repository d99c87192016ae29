#include "ui/log/log_document.h"

#include "ui/log/log_text.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>

#include <chrono>

namespace switchyard::ui {

namespace {

using namespace std::chrono_literals;
constexpr auto frame = 16ms;
constexpr int framesUntilQuiet = 30;         //!< without news, before the file is watched instead of asked
constexpr qint64 countedAtOnce = 512 * 1024; //!< in the window's thread: a tenth of a millisecond
constexpr qint64 countedPerStep = 16 << 20;

} // namespace

LogDocument::LogDocument(QObject* parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
    m_frame.setInterval(frame);
    connect(&m_frame, &QTimer::timeout, this, &LogDocument::look);
    // While news comes in the file is looked at once a frame; the kernel's own messages, one for each write, would keep
    // the window busy for nothing.
    const auto wake = [this] {
        m_quietFrames = 0;
        if (!m_watcher.files().isEmpty())
            m_watcher.removePaths(m_watcher.files());
        if (!m_frame.isActive())
            m_frame.start();
    };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, wake);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, wake);
}

LogDocument::~LogDocument()
{
    if (m_stopIndexing)
        *m_stopIndexing = true;
    m_pool.waitForDone(); // a step takes milliseconds
}

void LogDocument::setPath(const QString& path, LogReader reader, bool fromEnd)
{
    m_path = path;
    m_reader = std::move(reader);
    m_fromEnd = fromEnd;
    m_frame.stop();
    m_spool.reset();
    close();
    if (!path.isEmpty())
        open();
    watch();
    Q_EMIT reset();
    extendIndex();
}

void LogDocument::open()
{
    m_error = {};
    if (!m_reader || !qEnvironmentVariableIsSet("SWITCHYARD_LOGS_BY_ENGINE")) {
        auto file = LogFile::open(m_path);
        if (file) {
            m_spool.reset();
            use(std::move(*file));
            return;
        }
        m_error = std::move(file.error());
    }
    if (!m_reader)
        return;
    if (!m_spool) {
        m_spool = std::make_unique<LogSpool>(m_reader, m_fromEnd, LogSpool::Limits{});
        m_spool->setShown(m_shown);
        connect(m_spool.get(), &LogSpool::changed, this, [this] {
            m_quietFrames = 0;
            if (!m_frame.isActive())
                m_frame.start();
        });
    }
    if (m_spool->file()) {
        m_error = {};
        use(m_spool->file());
    } else {
        m_error = m_spool->problem();
    }
}

bool LogDocument::isWaiting() const
{
    return m_spool && !m_spool->hasAnswered();
}

void LogDocument::setShown(bool shown)
{
    m_shown = shown;
    if (m_spool)
        m_spool->setShown(shown);
}

void LogDocument::wake()
{
    if (m_spool)
        m_spool->wake();
}

void LogDocument::use(std::shared_ptr<LogFile> file)
{
    m_file = std::move(file);
    m_filling = m_spool && !m_spool->isWhole();
    m_index = std::make_shared<LineIndex>();
    m_lines = std::make_unique<LogLines>(m_file, *m_index);
    m_stopIndexing = std::make_shared<std::atomic<bool>>(false);
    m_indexing = false;
}

void LogDocument::close()
{
    if (m_stopIndexing)
        *m_stopIndexing = true;
    m_indexing = m_filling = false;
    m_lines.reset();
    m_index.reset();
    m_file.reset();
    m_error = {};
    m_times.clear();
    m_timesUntil = -1;
}

void LogDocument::watch()
{
    if (const auto watched = m_watcher.files() + m_watcher.directories(); !watched.isEmpty())
        m_watcher.removePaths(watched);
    if (m_path.isEmpty())
        return;
    if (m_file)
        m_watcher.addPath(m_path);
    // the folder tells of the file's birth and of its being replaced; before there is one, its nearest parent does
    QDir folder = QFileInfo(m_path).absoluteDir();
    while (!folder.exists() && !folder.isRoot())
        folder.setPath(QFileInfo(folder.path()).path());
    m_watcher.addPath(folder.path());
}

void LogDocument::lookAtSpool()
{
    m_frame.stop(); // it tells
    if (!m_file || m_spool->file() != m_file) {
        const bool had = m_file != nullptr;
        close();
        open(); // which may find the file itself, now that there is one
        if (had || m_file) {
            Q_EMIT reset();
            extendIndex();
        }
        watch(); // the folder may be there by now
    } else {
        const bool more = m_file->size() > end() || m_file->begin() < m_lines->begin();
        m_lines->setEnd(m_file->size());
        m_lines->setBegin(m_file->begin());
        if (std::exchange(m_filling, !m_spool->isWhole()) && !m_filling)
            Q_EMIT filled();
        extendIndex();
        if (more)
            Q_EMIT grew();
    }
    Q_EMIT spoolTold();
}

void LogDocument::look()
{
    if (m_spool)
        return lookAtSpool();
    const bool replaced = m_file && ((!m_file->isStillAt(m_path) && !m_file->follow(m_path)) || m_file->size() < end());
    if (!m_file || replaced) {
        close();
        open();
        if (m_file || replaced) {
            m_quietFrames = 0;
            Q_EMIT reset();
            extendIndex();
        }
    } else if (const qint64 size = m_file->size(); size > end()) {
        m_quietFrames = 0;
        m_lines->setEnd(size);
        extendIndex();
        Q_EMIT grew();
    }
    if (++m_quietFrames > framesUntilQuiet) {
        m_frame.stop();
        watch();
        if (m_file && m_file->size() != end())
            m_frame.start(); // something came just before the watch began
    }
}

void LogDocument::extendIndex()
{
    if (!m_file || m_indexing || m_filling)
        return;
    if (m_file->size() - m_index->covered() <= countedAtOnce) {
        m_index->extend(*m_file, countedAtOnce);
        return;
    }
    m_indexing = true;
    m_pool.start([this, file = m_file, index = m_index, stop = m_stopIndexing] {
        QElapsedTimer sinceTold;
        sinceTold.start();
        while (!*stop && !index->extend(*file, countedPerStep)) {
            if (sinceTold.elapsed() < 100)
                continue;
            sinceTold.restart();
            QMetaObject::invokeMethod(this, [this, index] {
                if (index == m_index)
                    Q_EMIT indexed();
            });
        }
        QMetaObject::invokeMethod(this, [this, index] {
            if (index != m_index)
                return;
            m_indexing = false;
            extendIndex(); // what came meanwhile
            Q_EMIT indexed();
        });
    });
}

std::optional<qint64> LogDocument::numberOf(qint64 offset) const
{
    return m_file ? m_index->lineAt(*m_file, offset) : std::nullopt;
}

std::optional<qint64> LogDocument::offsetOf(qint64 number) const
{
    return m_file ? m_index->offsetOf(*m_file, number) : std::nullopt;
}

qint64 LogDocument::linesSeen() const
{
    return m_index ? m_index->newlines() : 0;
}

const QList<process::TimeRecord>& LogDocument::times()
{
    if (m_spool)
        return m_spool->times();
    if (m_file && m_timesUntil != end()) { // a record is there before the bytes are
        m_timesUntil = end();
        for (auto record : process::readTimes(m_path, m_times.size())) {
            record.offset -= m_file->origin();
            m_times << record;
        }
    }
    return m_times;
}

std::optional<std::chrono::milliseconds> LogDocument::timeOf(qint64 offset)
{
    return timeIn(times(), offset);
}

bool LogDocument::isIndexed() const
{
    return m_file && !m_indexing && !m_filling;
}

} // namespace switchyard::ui
