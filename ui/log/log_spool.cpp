#include "ui/log/log_spool.h"

#include <QCoro/QCoroTask>
#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QtConcurrentRun>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>

namespace switchyard::ui {

using process::Descriptor;
using process::LogSlice;

namespace {

constexpr qsizetype fewTimes = 1000; //!< so few at once were the last

//! In the user's cache rather than in /tmp, which is memory on many machines.
Result<Descriptor> namelessFile()
{
    auto folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + u"/switchyard"_s;
    if (!QDir().mkpath(folder))
        folder = QDir::tempPath();
    Descriptor file(::open(QFile::encodeName(folder).constData(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file) { // not every file system can
        auto name = QFile::encodeName(folder + u"/log.XXXXXX"_s);
        file = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
        if (file)
            ::unlink(name.constData());
    }
    if (!file)
        return failErrno(LogSpool::tr("No temporary file can be made in %1").arg(folder), errno);
    return file;
}

Result<> writeAt(const Descriptor& file, const QByteArray& bytes, qint64 at)
{
    for (qsizetype done = 0; done < bytes.size();) {
        const auto count = ::pwrite(file.get(), bytes.constData() + done, size_t(bytes.size() - done), at + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return failErrno(LogSpool::tr("The output cannot be kept in a temporary file"), errno);
        done += count;
    }
    return {};
}

} // namespace

LogSpool::LogSpool(LogReader reader, bool fromEnd, Limits limits, QObject* parent)
    : QObject(parent),
      m_reader(std::move(reader)),
      m_limits(limits),
      m_fromEnd(fromEnd),
      m_poll(limits.poll),
      m_retry(limits.retry)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &LogSpool::ask);
    again(std::chrono::milliseconds(0));
}

qint64 LogSpool::bytesMissing() const
{
    return m_begun ? std::max<qint64>(0, m_size - m_origin - m_end) + (m_first - m_floor) : 0;
}

void LogSpool::setShown(bool shown)
{
    if (shown == m_shown)
        return;
    m_shown = shown;
    if (shown)
        wake();
    else
        m_timer.stop();
}

void LogSpool::wake()
{
    m_poll = m_limits.poll;
    m_retry = m_limits.retry;
    if (!m_busy && (!m_timer.isActive() || m_timer.remainingTimeAsDuration() > m_poll))
        again(hasProblem() ? std::chrono::milliseconds(0) : m_poll);
}

void LogSpool::again(std::chrono::milliseconds pause)
{
    if (m_shown)
        m_timer.start(pause);
}

void LogSpool::ask()
{
    if (m_busy || !m_shown)
        return;
    m_busy = true;
    qint64 limit = m_limits.page;
    if (!m_begun) {
        m_asked = 0;
    } else if (isWhole() || m_size > m_origin + m_end) {
        m_asked = m_origin + m_end;
    } else { // all that is new is there: on with what was before
        limit = std::min(limit, m_first - m_floor);
        m_asked = m_origin + m_first - limit;
    }
    QCoro::connect(m_reader.read(m_asked, limit), this, [this, round = m_round](const Result<LogSlice>& slice) {
        if (round != m_round)
            return;
        m_answered = true;
        if (slice)
            received(*slice);
        else
            failed(slice.error());
    });
}

void LogSpool::received(const LogSlice& slice)
{
    m_size = slice.size;
    if (!m_begun)
        return begin(slice);
    const auto at = slice.offset - m_origin;
    if (m_asked >= m_origin + m_end) {
        if (slice.offset != m_asked || slice.size < m_asked || m_end + slice.bytes.size() > m_limits.most)
            return restart(); // another log, or what comes next has been thrown away meanwhile
        return keep(slice.bytes, at);
    }
    if (slice.offset > m_asked) // what was before has been thrown away meanwhile
        m_floor = std::min(at, m_first);
    if (m_first <= m_floor) {
        publish({}, m_first);
        return next(true);
    }
    if (slice.offset < m_asked || at + slice.bytes.size() < m_first)
        return restart(); // cut short
    keep(slice.bytes.first(m_first - at), at);
}

//! The first answer, from the beginning of the log, tells where to begin.
void LogSpool::begin(const LogSlice& slice)
{
    if (slice.bytes.isEmpty() && slice.size <= slice.offset)
        return next(false);
    m_begun = true;
    m_origin = std::max(slice.offset, slice.size - m_limits.most / 2);
    m_leftOut = m_origin - slice.offset;
    m_floor = 0;
    const bool all = slice.offset + slice.bytes.size() >= slice.size; // that is most of them
    const auto start = m_fromEnd && !all ? std::max(m_origin, slice.size - m_limits.page) : m_origin;
    m_first = m_end = start - m_origin;
    if (start == slice.offset)
        return keep(slice.bytes, m_end);
    m_busy = false;
    ask();
}

void LogSpool::keep(const QByteArray& bytes, qint64 at)
{
    if (bytes.isEmpty())
        return next(false);
    struct Done {
        std::shared_ptr<Descriptor> disk;
        Result<> written;
    };
    QtConcurrent::run([disk = m_disk, bytes, at]() mutable -> Done {
        if (!disk) {
            auto made = namelessFile();
            if (!made)
                return {nullptr, fail(made.error())};
            disk = std::make_shared<Descriptor>(std::move(*made));
        }
        auto written = writeAt(*disk, bytes, at);
        return {std::move(disk), std::move(written)};
    }).then(this, [this, bytes, at, round = m_round](const Done& done) {
        if (round != m_round)
            return;
        m_disk = done.disk;
        if (done.written)
            kept(bytes, at);
        else
            failed(done.written.error());
    });
}

void LogSpool::kept(const QByteArray& bytes, qint64 at)
{
    const bool forward = at == m_end;
    if (forward)
        m_end += bytes.size();
    else
        m_first = at;
    if (!m_file)
        m_file = LogFile::over(Descriptor(::fcntl(m_disk->get(), F_DUPFD_CLOEXEC, 0)), m_origin, m_end);
    if (m_first == at)
        publish(bytes, at);
    if (forward && m_origin + m_end >= m_size && m_hasTimes && m_reader.times)
        askForTimes();
    else
        next(true);
}

//! These are the first bytes now. Readers learn of them from the first whole line on: half a line would not be the same
//! line once its beginning is there.
void LogSpool::publish(const QByteArray& bytes, qint64 at)
{
    if (isWhole()) {
        m_file->setBegin(m_first);
        return;
    }
    const auto line = at + bytes.indexOf('\n') + 1;
    if (line > at && line < m_end)
        m_file->setBegin(line);
    else if (m_file->begin() == m_end) // the first page is one long line
        m_file->setBegin(at);
}

void LogSpool::askForTimes()
{
    QCoro::connect(m_reader.times(m_times.size()), this,
                   [this, round = m_round](const Result<QList<process::TimeRecord>>& records) {
                       if (round != m_round)
                           return;
                       if (!records) { // an aid only
                           m_hasTimes = records.error().code == ErrorCode::Unavailable;
                           return next(true);
                       }
                       for (auto record : *records) {
                           record.offset -= m_origin;
                           m_times << record;
                       }
                       if (records->size() < fewTimes)
                           next(true);
                       else
                           askForTimes();
                   });
}

void LogSpool::next(bool news)
{
    m_busy = false;
    m_problem = {};
    m_retry = m_limits.retry;
    Q_EMIT changed();
    m_poll = news ? m_limits.poll : std::min(m_poll * 2, m_limits.longestPoll);
    again(news && bytesMissing() > 0 ? std::chrono::milliseconds(0) : m_poll);
}

void LogSpool::failed(const Error& why)
{
    m_busy = false;
    m_problem = why;
    Q_EMIT changed();
    again(m_retry);
    m_retry = std::min(m_retry * 2, m_limits.longestRetry);
}

void LogSpool::restart()
{
    ++m_round;
    m_busy = m_begun = false;
    m_fromEnd = true;
    m_first = m_end = m_floor = m_origin = m_leftOut = 0;
    m_file.reset();
    m_disk.reset();
    m_times.clear();
    again(std::chrono::milliseconds(0));
}

} // namespace switchyard::ui
