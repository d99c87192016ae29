#include "rpc/stdio_device.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace switchyard::rpc {

StdioDevice::StdioDevice(int input, int output, QObject* parent)
    : QIODevice(parent),
      m_input(input),
      m_output(output),
      m_readable(input, QSocketNotifier::Read),
      m_writable(output, QSocketNotifier::Write)
{
    signal(SIGPIPE, SIG_IGN); // a reader that is gone must not end us
    for (const int descriptor : {input, output})
        fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, &StdioDevice::receive);
    connect(&m_writable, &QSocketNotifier::activated, this, &StdioDevice::flush);
    open(QIODevice::ReadWrite | QIODevice::Unbuffered);
}

qint64 StdioDevice::bytesAvailable() const
{
    return m_incoming.size() + QIODevice::bytesAvailable();
}

qint64 StdioDevice::readData(char* data, qint64 size)
{
    const auto count = std::min<qint64>(size, m_incoming.size());
    std::memcpy(data, m_incoming.constData(), size_t(count));
    m_incoming.remove(0, count);
    return count;
}

qint64 StdioDevice::writeData(const char* data, qint64 size)
{
    m_outgoing.append(data, size);
    flush();
    return size;
}

void StdioDevice::receive()
{
    char buffer[65536];
    const auto count = ::read(m_input, buffer, sizeof buffer);
    if (count > 0) {
        m_incoming.append(buffer, count);
        Q_EMIT readyRead();
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        m_readable.setEnabled(false);
        Q_EMIT readChannelFinished();
    }
}

void StdioDevice::flush()
{
    while (!m_outgoing.isEmpty()) {
        const auto count = ::write(m_output, m_outgoing.constData(), size_t(m_outgoing.size()));
        if (count < 0) {
            if (errno == EINTR)
                continue;
            if (errno != EAGAIN)
                m_outgoing.clear(); // the reader is gone; the end of input tells the rest
            break;
        }
        m_outgoing.remove(0, count);
    }
    m_writable.setEnabled(!m_outgoing.isEmpty());
}

} // namespace switchyard::rpc
