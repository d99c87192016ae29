#include "ui/log/log_search.h"

#include <QElapsedTimer>
#include <QThread>

#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

namespace switchyard::ui {

namespace {

constexpr qint32 unknown = -1;
constexpr std::chrono::milliseconds tellEvery{50};

} // namespace

//! One search, shared with the threads at work on it.
struct LogSearch::Job {
    std::shared_ptr<const LogFile> file;
    std::shared_ptr<const Matcher> matcher;
    bool counting = true;
    std::atomic<bool> stop = false;
    std::shared_ptr<std::atomic<bool>> stopFinding = std::make_shared<std::atomic<bool>>(false);

    std::mutex mutex;
    std::vector<qint32> counts; //!< by piece; unknown: not counted yet
    qint64 size = 0;            //!< the file's, that `counts` is for
    qint64 next = 0;            //!< piece to be counted next
    int running = 0;            //!< threads that count
    int round = 0;              //!< of counting all

    bool knownEmpty(qint64 piece)
    {
        const std::lock_guard lock(mutex);
        return size_t(piece) + 2 < counts.size() && counts[size_t(piece)] == 0; // the last two may have grown
    }
    std::pair<qint64, bool> total()
    {
        const std::lock_guard lock(mutex);
        qint64 sum = 0;
        for (const auto count : counts)
            sum += std::max(count, 0);
        return {sum, std::ranges::find(counts, unknown) == counts.end()};
    }
    std::optional<qint64> before(qint64 piece)
    {
        const std::lock_guard lock(mutex);
        const auto end = counts.begin() + std::min(piece, qint64(counts.size()));
        if (std::find(counts.begin(), end, unknown) != end)
            return {};
        return std::accumulate(counts.begin(), end, qint64(0));
    }
    bool count(); //!< true from the thread that ends last, with everything counted
};

bool LogSearch::Job::count()
{
    PieceScanner scanner(file, matcher);
    while (!stop) {
        qint64 piece, end;
        int since;
        {
            const std::lock_guard lock(mutex);
            while (size_t(next) < counts.size() && counts[size_t(next)] != unknown)
                ++next;
            if (size_t(next) >= counts.size())
                return --running == 0;
            piece = next++;
            end = size;
            since = round;
        }
        scanner.load(piece, end);
        const auto found = qint32(std::min<qint64>(scanner.count(), std::numeric_limits<qint32>::max()));
        const std::lock_guard lock(mutex);
        if (since == round && (size == end || size_t(piece) + 2 < counts.size()))
            counts[size_t(piece)] = found; // else it has grown under us, and is counted again
        else
            next = std::min(next, piece);
    }
    return false;
}

LogSearch::LogSearch(QObject* parent) : QObject(parent)
{
    m_counters.setMaxThreadCount(std::clamp(QThread::idealThreadCount(), 1, 4));
    m_counters.setThreadPriority(QThread::LowPriority);
    m_finder.setMaxThreadCount(1);
    m_telling.setInterval(tellEvery);
    connect(&m_telling, &QTimer::timeout, this, &LogSearch::tell);
}

LogSearch::~LogSearch()
{
    cancel();
    m_counters.waitForDone(); // a piece takes a fraction of a millisecond
    m_finder.waitForDone();
}

void LogSearch::start(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher, qint64 from)
{
    cancel();
    m_job = std::make_shared<Job>();
    m_job->file = std::move(file);
    m_job->matcher = std::move(matcher);
    find(from - 1, true);
    grow();
}

void LogSearch::startWithoutCounting(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher)
{
    cancel();
    m_job = std::make_shared<Job>();
    m_job->file = std::move(file);
    m_job->matcher = std::move(matcher);
    m_job->counting = false;
}

void LogSearch::cancel()
{
    m_telling.stop();
    m_hit = {};
    if (!m_job)
        return;
    m_job->stop = true;
    *m_job->stopFinding = true;
    m_job.reset();
}

void LogSearch::grow()
{
    if (!m_job || !m_job->counting)
        return;
    {
        const std::lock_guard lock(m_job->mutex);
        const qint64 size = m_job->file->size();
        if (size == m_job->size && size > 0)
            return;
        m_job->size = size;
        // the end of the last piece, and so the border before it, may have moved
        const auto sure = std::max<qsizetype>(0, qsizetype(m_job->counts.size()) - 2);
        m_job->counts.resize(size_t(sure));
        m_job->counts.resize(size_t(PieceScanner::piecesOf(size)), unknown);
        m_job->next = std::min(m_job->next, qint64(sure));
    }
    count();
    if (!m_telling.isActive())
        m_telling.start();
}

void LogSearch::recount()
{
    if (!m_job || !m_job->counting)
        return;
    {
        const std::lock_guard lock(m_job->mutex);
        ++m_job->round;
        m_job->counts.clear();
        m_job->size = m_job->next = 0;
    }
    grow();
}

void LogSearch::count()
{
    const std::lock_guard lock(m_job->mutex);
    const int wanted = int(std::min<qint64>(m_counters.maxThreadCount(), qint64(m_job->counts.size()) - m_job->next));
    for (; m_job->running < wanted; ++m_job->running)
        m_counters.start([this, job = m_job] {
            if (!job->count())
                return;
            QMetaObject::invokeMethod(this, [this, job] { // at once, not with the next tick
                if (job == m_job && m_telling.isActive())
                    tell();
            });
        });
}

void LogSearch::tell()
{
    const auto [total, complete] = m_job->total();
    if (complete)
        m_telling.stop();
    number();
    Q_EMIT counted(total, complete);
}

void LogSearch::number()
{
    if (m_hit.offset < 0 || !m_job)
        return;
    if (const auto before = m_job->before(m_hit.piece)) {
        const auto hit = std::exchange(m_hit, {});
        Q_EMIT numbered(hit, *before + hit.indexInPiece + 1);
    }
}

void LogSearch::find(qint64 from, bool forward)
{
    if (!m_job)
        return;
    *m_job->stopFinding = true;
    const auto stop = m_job->stopFinding = std::make_shared<std::atomic<bool>>(false);
    m_finder.start([this, job = m_job, stop, from, forward] {
        PieceScanner scanner(job->file, job->matcher);
        const auto hit = findHit(scanner, job->file->size(), from, forward, *stop,
                                 [&job](qint64 piece) { return job->knownEmpty(piece); });
        QMetaObject::invokeMethod(this, [this, stop, hit] {
            if (*stop)
                return;
            if (!hit) {
                Q_EMIT nothingFound();
                return;
            }
            m_hit = *hit;
            Q_EMIT found(*hit);
            number();
        });
    });
}

struct LogFilter::Job {
    std::shared_ptr<const LogFile> file;
    std::shared_ptr<const Matcher> matcher;
    std::atomic<bool> stop = false;
    qint64 piece = 0; //!< next to be searched; only the running thread and, between runs, the window touch these
    qint64 last = -1; //!< the line told last
    qsizetype told = 0;
    bool running = false, again = false; //!< the window's
};

LogFilter::LogFilter(QObject* parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

LogFilter::~LogFilter()
{
    cancel();
    m_pool.waitForDone();
}

void LogFilter::start(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher)
{
    cancel();
    m_job = std::make_shared<Job>();
    m_job->file = std::move(file);
    m_job->matcher = std::move(matcher);
    run();
}

void LogFilter::cancel()
{
    if (m_job)
        m_job->stop = true;
    m_job.reset();
}

void LogFilter::grow()
{
    if (!m_job)
        return;
    if (m_job->running)
        m_job->again = true;
    else
        run();
}

void LogFilter::run()
{
    m_job->running = true;
    m_pool.start([this, job = m_job] {
        PieceScanner scanner(job->file, job->matcher);
        const qint64 size = job->file->size();
        const qint64 pieces = PieceScanner::piecesOf(size);
        QElapsedTimer sinceTold;
        sinceTold.start();
        std::vector<qint64> lines;
        const auto tell = [&](bool complete) {
            QMetaObject::invokeMethod(this, [this, job, complete, lines = std::exchange(lines, {})] {
                if (job == m_job)
                    Q_EMIT matched(lines, complete);
            });
            sinceTold.restart();
        };
        for (qint64 piece = job->piece; piece < pieces && !job->stop && job->told < mostLines; ++piece) {
            scanner.load(piece, size);
            for (const auto line : scanner.matchingLines()) {
                if (line <= job->last || job->told >= mostLines)
                    continue;
                lines.push_back(line);
                job->last = line;
                ++job->told;
            }
            if (sinceTold.elapsed() > 50 && !lines.empty())
                tell(false);
        }
        job->piece = std::max<qint64>(0, pieces - 2); // those may still grow
        tell(true);
        QMetaObject::invokeMethod(this, [this, job] {
            job->running = false;
            if (job == m_job && std::exchange(job->again, false))
                run();
        });
    });
}

} // namespace switchyard::ui
