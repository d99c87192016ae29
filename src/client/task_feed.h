#pragma once

#include "client/engine_client.h"
#include "model/shared_task.h"

#include <QHash>

namespace switchyard::client {

//! All tasks, kept current: a snapshot once (of many tasks first those that a window shows), then each live event
//! through applyEvent(), the same function the engine uses. The window's models stand on it. After a reconnect the feed
//! goes on where it was.
class TaskFeed : public QObject
{
    Q_OBJECT
public:
    explicit TaskFeed(EngineClient& client, QObject* parent = nullptr);
    //! Snapshot and subscription. May be called again after an error.
    QCoro::Task<Result<>> start();

    QList<SharedTask> tasks() const; //!< newest first; sorted for each call: not for every frame
    //! The same in no order; until the next signal.
    const QHash<TaskId, SharedTask>& all() const { return m_tasks; }
    const Task* find(const TaskId& id) const; //!< until the next signal; nullptr if unknown
    SharedTask shared(const TaskId& id) const { return m_tasks.value(id); }

Q_SIGNALS:
    //! Those under way and the newest are there, so that they can be shown while thousands of others are read. Comes
    //! before the first reset(), and only if there are many.
    void begun();
    void reset();                                   //!< after start(): all of them are there
    void taskChanged(const switchyard::TaskId& id); //!< new or changed
    void taskRemoved(const switchyard::TaskId& id);
    void eventArrived(const switchyard::Event& event); //!< after taskChanged() of it

private:
    void apply(const Event& event);
    static QCoro::Task<Result<>> load(QPointer<TaskFeed> self);
    static QCoro::Task<Result<>> loadFirst(QPointer<TaskFeed> self);
    static QCoro::Task<> fetch(QPointer<TaskFeed> self, TaskId id);
    EngineClient& m_client;
    QHash<TaskId, SharedTask> m_tasks;
    QHash<TaskId, QList<Event>> m_fetching; //!< what came while a task is read
    bool m_loading = false;
    QList<Event> m_held; //!< what came while all of them are read
};

} // namespace switchyard::client
