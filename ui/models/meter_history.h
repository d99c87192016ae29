#pragma once

#include "model/event.h"

#include <QList>

namespace switchyard::ui {

//! What the processes of a task's newest attempt have used over time, from its `meters` events. Old points are merged
//! pairwise, so that a long run is held in few.
class MeterHistory
{
public:
    static constexpr int mostPoints = 240;

    struct Point {
        UtcTime time{};
        double cpu = 0; //!< processors in use since the point before: 1.0 is one whole
        qint64 memory = 0;
    };
    //! Looks at an event of the task; true if something has changed. A new attempt begins anew.
    bool apply(const Event& event);
    void clear() { *this = {}; }

    const QList<Point>& points() const { return m_points; }
    bool isEmpty() const { return m_points.isEmpty(); }
    milliseconds cpuTime() const { return m_cpu; }
    qint64 peakMemory() const { return m_peak; }
    int processes() const { return m_processes; }
    bool isFinal() const { return m_final; } //!< the attempt has ended: nothing is used any more

private:
    void merge();
    QList<Point> m_points;
    milliseconds m_cpu{0};
    qint64 m_peak = 0;
    int m_processes = 0, m_attempt = 0;
    bool m_final = false;
};

} // namespace switchyard::ui
