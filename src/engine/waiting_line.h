#pragma once

#include "engine/queue_rules.h"

#include <QHash>

#include <set>

namespace switchyard::engine {

//! The queued tasks in the order in which they are served (QueueRules::rank), kept so while they come and go: a queue
//! of thousands is not sorted for each task that ends. How long they wait counts from when they are put in, by the
//! monotonic clock.
class WaitingLine
{
public:
    //! Again: only its priority and its time of joining the queue are taken over.
    void put(const TaskId& id, Priority priority, qint64 queued, milliseconds now);
    void remove(const TaskId& id);
    //! Those that have waited long enough move up.
    void age(milliseconds now, milliseconds aging);
    //! When it was put in; now, if it is not there.
    milliseconds since(const TaskId& id, milliseconds now) const;
    bool contains(const TaskId& id) const { return m_members.contains(id); }
    qsizetype size() const { return m_members.size(); }
    QList<TaskId> inOrder() const;

    struct Key {
        qint64 rank = 0;
        qint64 queued = 0;
        TaskId id;
        bool operator<(const Key& other) const;
    };
    //! Do not change the line while going through it.
    const std::set<Key>& keys() const { return m_keys; }

private:
    struct Member {
        Priority priority{};
        qint64 queued = 0;
        milliseconds since{0};
        qint64 rank = 0;
    };
    QHash<TaskId, Member> m_members;
    std::set<Key> m_keys;
};

} // namespace switchyard::engine
