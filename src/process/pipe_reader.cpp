#include "process/pipe_reader.h"

#include <cerrno>

#include <sys/ioctl.h>

namespace switchyard::process {

namespace {
constexpr std::chrono::milliseconds longestSilence{500};
constexpr std::chrono::milliseconds longestDrain{2000};
constexpr int piecesPerTurn = 16; // then the others of the event loop have theirs
} // namespace

PipeReader::PipeReader(Descriptor pipe) : m_pipe(std::move(pipe)), m_notifier(m_pipe.get(), QSocketNotifier::Read)
{
    m_notifier.setEnabled(false);
    m_silence.setSingleShot(true);
    m_silence.setInterval(longestSilence);
    m_latest.setSingleShot(true);
    m_latest.setInterval(longestDrain);
    connect(&m_notifier, &QSocketNotifier::activated, this, &PipeReader::readSome);
    connect(&m_silence, &QTimer::timeout, this, &PipeReader::end);
    connect(&m_latest, &QTimer::timeout, this, [this] {
        if (m_owed <= 0)
            end();
    });
}

void PipeReader::setReading(bool reading)
{
    if (m_ended || reading == m_notifier.isEnabled())
        return;
    m_notifier.setEnabled(reading);
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
    if (m_notifier.isEnabled()) {
        m_silence.start();
        m_latest.start();
    }
}

void PipeReader::readSome()
{
    const QPointer<PipeReader> self(this);
    for (int turn = 0; turn < piecesPerTurn && m_notifier.isEnabled(); ++turn) {
        auto piece = std::exchange(m_buffer, {});
        piece.resizeForOverwrite(pieceBytes);
        const auto count = read(m_pipe.get(), piece.data(), size_t(pieceBytes));
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            return end();
        if (count < 0)
            return;
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
        if (count < pieceBytes / 2)
            return; // nearly empty: the next look can wait for news
    }
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
    m_silence.stop();
    m_latest.stop();
    // Others may go on writing: a closed pipe would end them, a full one would hold them.
    m_notifier.disconnect(this);
    connect(&m_notifier, &QSocketNotifier::activated, this, &PipeReader::discardSome);
    m_notifier.setEnabled(true);
    Q_EMIT ended();
}

} // namespace switchyard::process
