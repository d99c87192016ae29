#include "ui/models/meter_history.h"

#include <algorithm>

namespace switchyard::ui {

bool MeterHistory::apply(const Event& event)
{
    if (event.kind != event_kind::meters)
        return false;
    if (event.attempt != m_attempt) {
        clear();
        m_attempt = event.attempt;
    }
    const milliseconds cpu(event.data[u"cpu_ms"].toInteger());
    Point point{event.time, 0, event.data[u"memory"].toInteger()};
    m_final = event.data[u"final"].toBool();
    if (!m_points.isEmpty()) {
        const auto passed = event.time - m_points.last().time;
        // A clock that was set back would give nonsense: the last figure stands.
        point.cpu = passed.count() > 0 ? std::max(0.0, double((cpu - m_cpu).count()) / double(passed.count()))
                                       : m_points.last().cpu;
    }
    m_cpu = cpu;
    m_peak = std::max({m_peak, event.data[u"peak_memory"].toInteger(), point.memory});
    m_processes = event.data[u"processes"].toInt();
    m_points << point;
    if (m_points.size() > mostPoints)
        merge();
    return true;
}

//! The older half keeps every second point, each with the mean of two.
void MeterHistory::merge()
{
    const auto half = m_points.size() / 2 / 2 * 2;
    QList<Point> kept;
    kept.reserve(m_points.size());
    for (qsizetype i = 0; i < half; i += 2) {
        const auto &a = m_points[i], &b = m_points[i + 1];
        kept << Point{b.time, (a.cpu + b.cpu) / 2, std::max(a.memory, b.memory)};
    }
    m_points = kept + m_points.mid(half);
}

} // namespace switchyard::ui
