#include "process/log_compressor.h"

#include "process/log_parts.h"

#include <sys/resource.h>
#include <unistd.h>

namespace switchyard::process {

namespace {
constexpr int compressorNice = 10;
}

LogCompressor::LogCompressor(QString log) : m_log(std::move(log)) {}

LogCompressor::~LogCompressor()
{
    {
        const std::scoped_lock guard(m_mutex);
        m_ending = true;
    }
    m_news.notify_all();
}

void LogCompressor::add(int number)
{
    const std::scoped_lock guard(m_mutex);
    m_queue.push_back(number);
    if (!m_thread.joinable())
        m_thread = std::jthread([this] { run(); });
    m_news.notify_all();
}

void LogCompressor::remove(int number)
{
    const std::scoped_lock guard(m_mutex);
    std::erase(m_queue, number);
    if (m_current == number) {
        m_stopCurrent.request_stop();
        m_unwanted = true;
    }
    removePart(m_log, number);
}

void LogCompressor::run()
{
    setpriority(PRIO_PROCESS, id_t(gettid()), compressorNice);
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_news.wait(lock, [&] { return m_ending || !m_queue.empty(); });
        if (m_queue.empty())
            return;
        const int number = m_current = m_queue.front();
        m_queue.pop_front();
        m_stopCurrent = std::stop_source();
        const auto stop = m_stopCurrent.get_token();
        lock.unlock();
        // Left as it is when it fails (no space): still readable, tried again by the next open().
        const auto done = compressPart(m_log, number, stop);
        lock.lock();
        m_current = 0;
        if (std::exchange(m_unwanted, false) && done)
            removePart(m_log, number);
    }
}

} // namespace switchyard::process
