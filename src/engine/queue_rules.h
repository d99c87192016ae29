#pragma once

#include "model/task.h"

#include <QCoreApplication>

namespace switchyard::engine {

//! The rules of the queue, without the queue: who may start now, and what each of the others waits for. Plain values
//! in, plain values out; the scheduler asks again whenever anything has changed.

//! A task that waits for its turn.
struct InLine {
    TaskId id;
    QString project, agent; //!< agent: empty for shell tasks
    Priority priority{};    //!< as asked for
    qint64 queued = 0;      //!< when it joined: the order within a priority
    milliseconds waited{0}; //!< in this queue so far
    UtcTime notBefore{};    //!< by the wall clock, as the user said; epoch: at once
    milliseconds pause{0};  //!< before its next attempt, what is left of it
    friend bool operator==(const InLine&, const InLine&) = default;
};

//! What holds slots already.
struct Busy {
    int all = 0;
    QHash<QString, int> byProject, byAgent;
    void add(const QString& project, const QString& agent);
};

//! An agent whose provider lets it work again only later.
struct AgentLimit {
    milliseconds left{0};
    UtcTime until{}; //!< for people
};

//! Everything else that counts at this moment.
struct Situation {
    int slots = 1;
    int slotsPerProject = 0;               //!< 0: no limit of its own
    QMap<QString, int> slotsPerAgent;      //!< agents that are not in it have no limit of their own
    QMap<QString, AgentLimit> agentLimits; //!< agents that may not work at the moment
    bool held = false, draining = false;
    QString noMoney;            //!< why no agent may start ("today's budget…"); empty: they may
    milliseconds noMoneyFor{0}; //!< it goes by itself after so long
    QString noRoom;             //!< why nothing new may start on this machine ("waits for memory…"); empty: it may
    UtcTime now{};
    milliseconds aging{0}; //!< a task gains one priority each time it has waited so long; 0: never
};

struct Verdict {
    TaskId id;
    QString why;           //!< empty: it starts now
    milliseconds again{0}; //!< this obstacle goes by itself after so long; 0: only when something happens
};

class QueueRules
{
    Q_DECLARE_TR_FUNCTIONS(switchyard::engine::QueueRules)
public:
    //! What counts before the time of joining the queue: the priority, and what waiting has added to it. 0 is first.
    static qint64 rank(Priority priority, milliseconds waited, milliseconds aging);
    //! A verdict for each, in the order in which they are served. Those that start count as busy for those behind them;
    //! one that cannot start holds up nobody behind it but for want of a slot.
    static QList<Verdict> judge(const QList<InLine>& line, Busy busy, const Situation& situation);
    //! For one alone.
    static Verdict judge(const InLine& task, const Busy& busy, const Situation& situation);
    //! A moment for people, by the local clock: "18:00", on another day "2026-11-22 18:00".
    static QString moment(UtcTime time, UtcTime now);
    //! "2nd", "3rd", "11th".
    static QString ordinal(int n);
};

} // namespace switchyard::engine
