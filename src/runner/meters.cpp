#include "runner/meters.h"

#include <QLocale>

namespace switchyard::runner {

namespace {

constexpr milliseconds busyInterval{1000};
constexpr milliseconds longestWatching{2000}; // a limit that only we watch must not be met unseen for long
constexpr int samplesKept = 60;               // an event each second in the first minute, each ten seconds after ten
constexpr milliseconds longestSilence{10'000};
constexpr double idleShare = 0.005; // of one CPU
constexpr double worthTelling = 0.02;

QString bytes(qint64 count)
{
    return QLocale::c().formattedDataSize(count, 1);
}

bool differs(qint64 a, qint64 b)
{
    return double(std::abs(a - b)) > worthTelling * double(std::max(a, b));
}

} // namespace

Meters::Meters(Recorder& recorder, const Clock& clock, const process::Cgroup* group, Watched watched)
    : m_recorder(recorder), m_clock(clock), m_watched(watched), m_meter(group)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Meters::sample);
}

void Meters::start()
{
    m_began = m_toldAt = m_sampledAt = m_clock.monotonic();
    m_timer.start(busyInterval);
}

void Meters::poke()
{
    if (m_timer.isActive() && m_timer.remainingTimeAsDuration() > busyInterval)
        m_timer.start(busyInterval);
}

void Meters::sample()
{
    const auto before = std::exchange(m_usage, m_meter.sample());
    const auto now = m_clock.monotonic();
    const auto passed = std::max(milliseconds(1), now - std::exchange(m_sampledAt, now));
    m_peakMemory = std::max(m_peakMemory, m_usage.memory);
    m_peakProcesses = std::max(m_peakProcesses, m_usage.processes);
    const bool idle = double((m_usage.cpu - before.cpu).count()) < idleShare * double(passed.count()) &&
                      m_usage.processes == before.processes && !differs(m_usage.memory, before.memory);
    const auto pause = std::clamp((now - m_began) / samplesKept, busyInterval, longestSilence);
    const bool news = differs(m_usage.cpu.count(), m_told.cpu.count()) || differs(m_usage.memory, m_told.memory) ||
                      m_usage.processes != m_told.processes;
    constexpr milliseconds slack{100}; // of the timer
    if (news && now - m_toldAt + slack >= pause)
        record(false);
    checkLimits();
    if (!m_limitTold)
        schedule(idle);
    Q_EMIT sampled(idle);
}

void Meters::schedule(bool idle)
{
    const auto most = m_watched.closely ? longestWatching : longestInterval;
    m_timer.start(idle ? std::min(most, std::max(busyInterval, m_timer.intervalAsDuration() * 2)) : busyInterval);
}

void Meters::checkLimits()
{
    const auto told = [this](const QString& name, const QString& what) {
        m_limitTold = true;
        m_timer.stop();
        Q_EMIT limitReached(name, what);
    };
    if (m_watched.processes > 0 && m_usage.processes > m_watched.processes)
        return told(u"processes"_s,
                    u"its limit of %1 processes (there were %2)"_s.arg(m_watched.processes).arg(m_usage.processes));
    if (m_watched.memoryBytes > 0 && m_usage.memory > m_watched.memoryBytes) {
        if (const auto exact = m_meter.exactMemory(); exact > m_watched.memoryBytes)
            return told(u"memory"_s,
                        u"its memory limit of %1 (it used %2)"_s.arg(bytes(m_watched.memoryBytes), bytes(exact)));
    }
    if (!m_refusalTold && m_meter.refusedProcesses() > 0) {
        m_refusalTold = true;
        m_recorder.record(event_kind::notice,
                          {{u"severity"_s, u"warning"_s},
                           {u"text"_s, u"The task has met its limit of processes: new ones are refused."_s}});
    }
}

QJsonObject Meters::toJson() const
{
    return {{u"cpu_ms"_s, qint64(m_usage.cpu.count())}, {u"memory"_s, m_usage.memory},
            {u"peak_memory"_s, m_peakMemory},           {u"processes"_s, m_usage.processes},
            {u"peak_processes"_s, m_peakProcesses},     {u"read_bytes"_s, m_usage.readBytes},
            {u"written_bytes"_s, m_usage.writtenBytes}};
}

void Meters::record(bool final)
{
    auto data = toJson();
    if (final)
        data.insert(u"final"_s, true);
    m_told = m_usage;
    m_toldAt = m_clock.monotonic();
    m_recorder.record(event_kind::meters, data);
}

void Meters::finish()
{
    m_timer.stop();
    const auto last = m_meter.sample();
    // What has ended left these behind; what is gone uses nothing any more.
    m_usage = {std::max(m_usage.cpu, last.cpu), last.memory, last.processes,
               std::max(m_usage.readBytes, last.readBytes), std::max(m_usage.writtenBytes, last.writtenBytes)};
    m_peakMemory = std::max(m_peakMemory, m_meter.peakMemory());
    record(true);
}

} // namespace switchyard::runner
