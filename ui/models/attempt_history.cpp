#include "ui/models/attempt_history.h"

namespace switchyard::ui {

bool AttemptHistory::apply(const Event& event)
{
    if (event.kind == event_kind::agentUsage && !m_attempts.isEmpty() && m_attempts.last().number == event.attempt) {
        m_attempts.last().cost = event.data[u"cost"].toDouble();
        return true;
    }
    if (event.kind != event_kind::taskStatus)
        return false;
    const auto to = statusFromName(event.data[u"to"].toString());
    if (!to)
        return false;
    if (isActive(*to) && event.attempt > 0 && (m_attempts.isEmpty() || m_attempts.last().number < event.attempt))
        m_attempts << Attempt{.number = event.attempt, .started = event.time};
    if (m_attempts.isEmpty() || m_attempts.last().ended > UtcTime{} || !(isActive(*to) || isFinished(*to)))
        return false; // queued, or ended before it began
    auto& attempt = m_attempts.last();
    attempt.status = *to;
    attempt.reason = event.data[u"reason"].toString();
    if (isFinished(*to))
        attempt.ended = event.time;
    return true;
}

} // namespace switchyard::ui
