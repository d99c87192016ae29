#pragma once

#include "engine/agent_limits.h"
#include "engine/day_budget.h"
#include "engine/retries.h"
#include "engine/task_order.h"
#include "engine/waiting_line.h"

#include <QSet>

namespace switchyard::engine {

//! Keeps the queue: asks the rules (queue_rules.h) whenever something has changed, starts what may start, and writes
//! into each task that waits why it does. Not thread-safe; never waits.
class Scheduler : public QObject
{
    Q_OBJECT
public:
    Scheduler(TaskBook& book, Supervisor& supervisor, const Settings& settings, const Clock& clock,
              QObject* parent = nullptr);

    //! What earlier engines left: agents' limits, attempts that are due. Before begin().
    Result<> load();
    enum class Gate { Open, Held, Draining };
    //! Begins to start tasks; the gate as it was left.
    void begin(Gate gate);
    void setGate(Gate gate);
    //! At most so many at once from now on; those beyond it run to their end.
    void resize(int slots);
    //! Other limits from now on; the number of slots stays as resize() has it.
    void apply(const Settings& settings);
    //! Why nothing may start although there are slots (the disk is full); empty: it may.
    void setNoRoom(const QString& why);
    //! An agent's limit is forgotten; false if it has none.
    bool liftLimit(const QString& agent) { return m_agentLimits.lift(agent); }

    struct Status {
        int slots = 0, running = 0, queued = 0;
        Gate gate = Gate::Open;
        QString noRoom; //!< as setNoRoom(), or for want of memory
        QMap<QString, AgentLimit> agentLimits;
    };
    Status status() const;
    //! What waits, in the order in which it is served; then what waits for other tasks.
    struct Place {
        TaskId id;
        int place = 0; //!< from 1; 0: not in line, it waits for others
        QString why;
    };
    QList<Place> line() const;
    bool hasFreeSlot() const;
    //! The task that a new one in this project would have to wait for, or run beside against the caller's wish.
    std::optional<TaskId> conflictIn(const QString& project) const;
    //! Where a task begins: queued or waiting for others, and why.
    std::pair<TaskStatus, QString> placeFor(const TaskSpec& spec) const;
    const TaskOrder& order() const { return m_order; }
    qsizetype inMemory() const; //!< tasks that are noted somewhere here
    //! Looks at the queue anew, soon.
    void poke();

private:
    void evaluate();
    void startNext();
    void explain();
    void track(const TaskId& id);
    void endAgents();
    void settleOrder(const TaskId& id);
    Situation situation() const;
    qint64 memoryNow() const;
    Busy busy() const;
    InLine inLine(const Task& task) const;
    QList<InLine> waitingLine() const;
    void launch(const TaskId& id);
    bool occupies(const Task& task) const;
    void setReason(const TaskId& id, const QString& reason);

    TaskBook& m_book;
    Supervisor& m_supervisor;
    Settings m_settings;
    const Clock& m_clock;
    AgentLimits m_agentLimits;
    DayBudget m_dayBudget;
    Retries m_retries;
    TaskOrder m_order;
    int m_slots;
    Gate m_gate = Gate::Open;
    bool m_begun = false;
    QString m_noRoom;
    QTimer m_poke;
    QTimer m_later;               //!< for what goes by itself: pauses, times, limits, waiting that counts
    QTimer m_explain;             //!< for telling each task why it waits; less often when they are many
    WaitingLine m_line;           //!< queued, and not yet started
    QSet<TaskId> m_active;        //!< by their status
    QSet<TaskId> m_chained;       //!< unfinished, and after others, or not yet in line
    mutable qint64 m_memory = -1; //!< available, and when that was
    mutable std::optional<milliseconds> m_memoryAt;
};

} // namespace switchyard::engine
