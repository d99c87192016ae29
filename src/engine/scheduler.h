#pragma once

#include "engine/supervisor.h"

namespace switchyard::engine {

//! Decides which task runs next: slots, priorities, first in first out, what a task comes after, limits per project,
//! pauses before another attempt. Every task that waits carries the reason. Not thread-safe; never waits.
class Scheduler : public QObject
{
    Q_OBJECT
public:
    Scheduler(TaskBook& book, Supervisor& supervisor, const Settings& settings, const Clock& clock,
              QObject* parent = nullptr);

    //! Begins to start tasks; `held` as it was left.
    void begin(bool held);
    void hold(bool held);
    //! At most so many at once from now on; those beyond it run to their end.
    void resize(int slots);

    struct Status {
        int slots = 0, running = 0, queued = 0;
        bool held = false;
    };
    Status status() const;
    bool hasFreeSlot() const;
    //! Where a new task begins: queued or waiting for others, and why.
    std::pair<TaskStatus, QString> placeFor(const TaskSpec& spec) const;
    //! Looks at the queue anew, soon.
    void poke();

private:
    struct Waiting {
        TaskId id;
        Task task;
        int priority = 0; //!< with what it has gained by waiting
        qint64 since = 0;
    };
    void evaluate();
    void settlePending(const TaskId& id, const Task& task);
    QList<Waiting> waiting();
    QString obstacle(const Task& task, int busy, const QHash<QString, int>& perProject) const;
    void launch(const Task& task);
    void retryInterrupted(const TaskId& id);
    std::optional<QString> blockedBy(const TaskSpec& spec) const;
    bool occupies(const TaskId& id) const;
    void setReason(const Task& task, const QString& reason);

    TaskBook& m_book;
    Supervisor& m_supervisor;
    const Settings m_settings;
    const Clock& m_clock;
    int m_slots;
    bool m_held = false;
    bool m_begun = false;
    QTimer m_poke;
    QTimer m_later;                          //!< for pauses that end and waiting that counts
    QHash<TaskId, milliseconds> m_since;     //!< monotonic: in the queue, as far as this engine saw
    QHash<TaskId, milliseconds> m_notBefore; //!< monotonic
};

} // namespace switchyard::engine
