#include "process/pipe_reader.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/ioctl.h>

namespace switchyard::process {

namespace {
using std::chrono::steady_clock;
constexpr std::chrono::milliseconds longestSilence{500};
constexpr std::chrono::milliseconds longestDrain{2000};
constexpr std::chrono::milliseconds rest{1};
constexpr qsizetype bytesPerTurn = 1 << 20; // then the others of the event loop have theirs
constexpr int smallestPipe = 4096;
constexpr int largestPipe = 1 << 20; // what a user may have without privileges
constexpr int growth = 4;
constexpr std::chrono::duration<double> shortest{1e-6};
} // namespace

PipeReader::PipeReader(Descriptor pipe)
    : m_pipe(std::move(pipe)),
      m_notifier(m_pipe.get(), QSocketNotifier::Read),
      m_capacity(std::max(smallestPipe, fcntl(m_pipe.get(), F_GETPIPE_SZ)))
{
    m_notifier.setEnabled(false);
    m_rest.setSingleShot(true);
    m_rest.setTimerType(Qt::PreciseTimer);
    m_rest.setInterval(rest);
    m_silence.setSingleShot(true);
    m_silence.setInterval(longestSilence);
    m_latest.setSingleShot(true);
    m_latest.setInterval(longestDrain);
    connect(&m_notifier, &QSocketNotifier::activated, this, &PipeReader::readSome);
    connect(&m_rest, &QTimer::timeout, this, &PipeReader::readSome);
    connect(&m_silence, &QTimer::timeout, this, &PipeReader::end);
    connect(&m_latest, &QTimer::timeout, this, [this] {
        if (m_owed <= 0)
            end();
    });
}

void PipeReader::setReading(bool reading)
{
    if (m_ended || reading == m_reading)
        return;
    m_reading = reading;
    m_notifier.setEnabled(reading);
    m_rest.stop();
    if (!reading) {
        m_silence.stop();
        m_latest.stop();
    } else if (m_childEnded) {
        m_silence.start();
        m_latest.start();
    }
}

void PipeReader::childEnded()
{
    if (m_ended || m_childEnded)
        return;
    m_childEnded = true;
    if (ioctl(m_pipe.get(), FIONREAD, &m_owed) != 0)
        m_owed = 0;
    if (m_reading) {
        m_silence.start();
        m_latest.start();
    }
}

void PipeReader::readSome()
{
    const QPointer<PipeReader> self(this);
    qsizetype got = 0;
    while (m_reading && got < bytesPerTurn) {
        auto piece = std::exchange(m_buffer, {});
        const auto room = std::min<qsizetype>(m_capacity, pieceBytes);
        piece.resizeForOverwrite(room);
        const auto count = read(m_pipe.get(), piece.data(), size_t(room));
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            return end();
        if (count < 0) {
            m_buffer = std::move(piece);
            break;
        }
        got += count;
        piece.truncate(count);
        if (m_childEnded) {
            m_owed -= int(count);
            m_silence.start();
        }
        Q_EMIT bytes(piece);
        if (!self || m_ended)
            return;
        if (piece.isDetached()) // no receiver kept it: the same memory again
            m_buffer = std::move(piece);
        if (m_owed <= 0 && m_childEnded && !m_latest.isActive())
            return end();
        if (count < room / 2)
            break; // nearly empty: the next look can wait for news
    }
    if (m_reading)
        waitForMore(got);
}

//! By the notifier, or for a moment by the clock only, as long as what comes in that moment has room in the pipe.
void PipeReader::waitForMore(qsizetype got)
{
    const auto now = steady_clock::now();
    const std::chrono::duration<double> passed = now - std::exchange(m_readAt, now);
    const auto expected = double(got) * (std::chrono::duration<double>(rest) / std::max(passed, shortest));
    const bool goesOn = got > 0 && passed < 2 * rest;
    if (got >= m_capacity / 2 || (goesOn && expected > double(m_capacity) / 2))
        grow();
    const bool rests = goesOn && got < m_capacity / 4 && expected <= double(m_capacity) / 2;
    m_notifier.setEnabled(!rests);
    if (rests)
        m_rest.start();
}

void PipeReader::grow()
{
    if (!m_mayGrow || m_capacity >= largestPipe)
        return;
    const auto now = fcntl(m_pipe.get(), F_SETPIPE_SZ, std::min(largestPipe, m_capacity * growth));
    m_mayGrow = now > 0; // refused over the user's limit: slower, not wrong
    m_capacity = std::max(m_capacity, now);
}

void PipeReader::discardSome()
{
    char nowhere[4096];
    const auto count = read(m_pipe.get(), nowhere, sizeof nowhere);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
        m_notifier.setEnabled(false);
}

void PipeReader::end()
{
    if (m_ended)
        return;
    m_ended = true;
    m_reading = false;
    m_rest.stop();
    m_silence.stop();
    m_latest.stop();
    m_buffer.clear();
    // Others may go on writing: a closed pipe would end them, a full one would hold them.
    m_notifier.disconnect(this);
    connect(&m_notifier, &QSocketNotifier::activated, this, &PipeReader::discardSome);
    m_notifier.setEnabled(true);
    Q_EMIT ended();
}

} // namespace switchyard::process
