#pragma once

#include "engine/supervisor.h"

namespace switchyard::engine {

//! Another attempt for what ended badly, by each task's own policy (model/task_spec.h), and the pauses in between.
//! What a dead engine did not get to is done at the next start. Not thread-safe; never waits.
class Retries : public QObject
{
    Q_OBJECT
public:
    Retries(TaskBook& book, Supervisor& supervisor, const Clock& clock, QObject* parent = nullptr);
    //! Queues what earlier engines left undecided. Once, before the first runner is started.
    Result<> load();
    //! Decides about a task that has ended, when control is back in the event loop.
    void decideSoon(const TaskId& id);
    //! What is left of the pause before a task's next attempt, by the monotonic clock; 0: none.
    milliseconds pauseLeft(const TaskId& id) const;
    qsizetype pauses() const { return m_pauses.size(); } //!< known, over or not
    void forget(const TaskId& id) { m_pauses.remove(id); }

    //! The pause after so many tries: the first one, doubled each time, at most an hour, and up to a half more by
    //! `chance` (0 to 1), so that what failed together is not tried again together.
    static milliseconds pauseAfter(int tries, milliseconds first, double chance);
    //! The agent's session that another attempt goes on with; empty: it begins a new one.
    static QString sessionToResume(const Task& task);

private:
    void decide(const TaskId& id);
    void queueAgain(const Task& task);
    TaskBook& m_book;
    const Clock& m_clock;
    QHash<TaskId, milliseconds> m_pauses; //!< monotonic: when each ends
};

} // namespace switchyard::engine
