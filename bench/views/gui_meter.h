#pragma once

#include <QApplication>
#include <QThread>
#include <QWidget>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

//! An application that times what its window's thread does: each picture (QEvent::UpdateRequest of a window), the
//! longest event handler, and, while a second thread asks for an answer every few milliseconds, the longest wait for
//! it.
class MeterApplication : public QApplication
{
public:
    using Clock = std::chrono::steady_clock;
    using QApplication::QApplication;
    ~MeterApplication() override { stopAsking(); }

    bool notify(QObject* receiver, QEvent* event) override
    {
        if (QThread::currentThread() != thread())
            return QApplication::notify(receiver, event);
        const bool frame = event->type() == QEvent::UpdateRequest && receiver->isWidgetType();
        const bool outer = ++m_depth == 1;
        const auto begin = Clock::now();
        const bool done = QApplication::notify(receiver, event);
        const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
        --m_depth;
        if (outer)
            m_longestHandler = std::max(m_longestHandler, ms);
        if (frame)
            m_frames.push_back(ms);
        return done;
    }
    void resetMeter()
    {
        m_frames.clear();
        m_longestHandler = 0;
        m_longestWait = 0;
    }
    size_t frames() const { return m_frames.size(); }
    double frame(double quantile)
    {
        std::ranges::sort(m_frames);
        return m_frames.empty() ? 0
                                : m_frames[std::min(m_frames.size() - 1, size_t(quantile * double(m_frames.size())))];
    }
    double longestHandler() const { return m_longestHandler; }
    double longestWait() const { return m_longestWait; }

    void startAsking()
    {
        m_stop = false;
        m_asker = std::thread([this] {
            while (!m_stop) {
                auto answered = std::make_shared<std::atomic<bool>>(false);
                const auto begin = Clock::now();
                QMetaObject::invokeMethod(this, [answered] { *answered = true; }, Qt::QueuedConnection);
                while (!*answered && !m_stop)
                    std::this_thread::sleep_for(std::chrono::microseconds(300));
                const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
                if (*answered)
                    m_longestWait = std::max(m_longestWait.load(), ms);
                std::this_thread::sleep_for(std::chrono::milliseconds(3));
            }
        });
    }
    void stopAsking()
    {
        m_stop = true;
        if (m_asker.joinable())
            m_asker.join();
    }

private:
    std::vector<double> m_frames;
    double m_longestHandler = 0;
    std::atomic<double> m_longestWait = 0;
    int m_depth = 0;
    std::atomic<bool> m_stop = true;
    std::thread m_asker;
};
