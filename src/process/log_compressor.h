#pragma once

#include <QString>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace switchyard::process {

//! Compresses the closed parts of a log one after the other, on a thread of its own, which begins with the first.
class LogCompressor
{
public:
    explicit LogCompressor(QString log);
    ~LogCompressor(); // what is queued is still done: nobody comes back to a finished task's log

    void add(int number);
    void remove(int number); //!< the part itself as well, queued, being compressed or done

private:
    void run();

    const QString m_log;
    std::mutex m_mutex;
    std::condition_variable m_news;
    std::deque<int> m_queue;
    std::stop_source m_stopCurrent;
    int m_current = 0;
    bool m_unwanted = false;
    bool m_ending = false;
    std::jthread m_thread; // last: joined before the rest goes
};

} // namespace switchyard::process
