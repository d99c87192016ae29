#include "process/pipe_device.h"

#include <cerrno>
#include <csignal>
#include <cstring>

namespace switchyard::process {

PipeDevice::PipeDevice(Descriptor input) : m_input(std::move(input)), m_writable(m_input.get(), QSocketNotifier::Write)
{
    signal(SIGPIPE, SIG_IGN); // as Qt's own sockets do: a child that is gone must not end us; EPIPE tells the same
    m_writable.setEnabled(false);
    connect(&m_writable, &QSocketNotifier::activated, this, &PipeDevice::flush);
    open(QIODevice::ReadWrite | QIODevice::Unbuffered);
}

void PipeDevice::receive(const QByteArray& bytes)
{
    m_incoming += bytes;
    Q_EMIT readyRead();
}

void PipeDevice::endOfOutput()
{
    if (!std::exchange(m_finished, true))
        Q_EMIT readChannelFinished();
}

void PipeDevice::closeInput()
{
    m_closing = true;
    flush();
}

qint64 PipeDevice::readData(char* data, qint64 size)
{
    const bool wasFull = !wantsMore();
    const auto count = std::min<qint64>(size, m_incoming.size());
    std::memcpy(data, m_incoming.constData(), size_t(count));
    m_incoming.remove(0, count);
    if (wasFull && wantsMore())
        Q_EMIT drained();
    return count;
}

qint64 PipeDevice::writeData(const char* data, qint64 size)
{
    if (m_closing || !m_input)
        return size; // the child hears no more; the end of its output tells the writer
    m_outgoing.append(data, size);
    flush();
    return size;
}

void PipeDevice::flush()
{
    qint64 taken = 0;
    while (m_input && !m_outgoing.isEmpty()) {
        const auto count = ::write(m_input.get(), m_outgoing.constData(), size_t(m_outgoing.size()));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            break;
        if (count < 0) {
            m_outgoing.clear();
            m_closing = true;
            break;
        }
        m_outgoing.remove(0, count);
        taken += count;
    }
    m_writable.setEnabled(m_input && !m_outgoing.isEmpty());
    if (m_closing && m_outgoing.isEmpty())
        m_input.reset();
    if (taken > 0) // not from within write()
        QMetaObject::invokeMethod(this, [this, taken] { Q_EMIT bytesWritten(taken); }, Qt::QueuedConnection);
}

} // namespace switchyard::process
