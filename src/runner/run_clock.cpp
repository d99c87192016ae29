#include "runner/run_clock.h"

namespace switchyard::runner {

RunClock::RunClock(const Clock& clock, milliseconds limit, QObject* parent)
    : QObject(parent), m_clock(clock), m_limit(limit)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RunClock::look);
}

void RunClock::setTicking(bool ticking)
{
    if (ticking == m_since.has_value())
        return;
    if (ticking) {
        m_since = m_clock.monotonic();
        if (m_limit.count() > 0)
            m_timer.start(std::max(milliseconds(0), m_limit - m_counted));
    } else {
        m_counted = elapsed();
        m_since.reset();
        m_timer.stop();
    }
}

// A coarse timer may be early by a twentieth.
void RunClock::look()
{
    if (const auto left = m_limit - elapsed(); left.count() > 0)
        m_timer.start(left);
    else
        Q_EMIT limitReached();
}

milliseconds RunClock::elapsed() const
{
    return m_since ? m_counted + (m_clock.monotonic() - *m_since) : m_counted;
}

} // namespace switchyard::runner
