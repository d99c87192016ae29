#pragma once

#include "model/task_spec.h"
#include "process/tree_meter.h"
#include "runner/recorder.h"

#include <QTimer>

namespace switchyard::runner {

//! What a run's processes use, sampled each second while they are busy and ever more seldom while they are not, told as
//! events `meters` (each second at first, then thinned), and watched against the limits that the kernel does not
//! enforce. A limit on output is counted as it comes.
class Meters : public QObject
{
    Q_OBJECT
public:
    struct Watched {
        qint64 memoryBytes = 0; //!< 0: no limit, or the kernel enforces it
        int processes = 0;
        bool closely = false; //!< also while nothing seems to happen
    };
    static constexpr milliseconds longestInterval{15'000}; //!< between two samples
    //! `group`: the attempt's, or null; it must outlive this object.
    Meters(Recorder& recorder, const Clock& clock, const process::Cgroup* group, Watched watched);

    void start();
    //! Something has begun that may use more: looks soon.
    void poke();
    //! The sum of it all, as the last event `meters`.
    void finish();
    void sample();
    const process::TreeUsage& usage() const { return m_usage; }
    QJsonObject toJson() const;

Q_SIGNALS:
    void sampled(bool idle);
    //! Once. `name`: "memory" or "processes"; `what`: "its memory limit of 512 MiB (it used 530 MiB)".
    void limitReached(const QString& name, const QString& what);

private:
    void checkLimits();
    void schedule(bool idle);
    void record(bool final);

    Recorder& m_recorder;
    const Clock& m_clock;
    const Watched m_watched;
    process::TreeMeter m_meter;
    process::TreeUsage m_usage;
    process::TreeUsage m_told;
    qint64 m_peakMemory = 0;
    int m_peakProcesses = 0;
    milliseconds m_began{0};
    milliseconds m_toldAt{0};
    milliseconds m_sampledAt{0};
    QTimer m_timer;
    bool m_limitTold = false;
    bool m_refusalTold = false;
};

} // namespace switchyard::runner
