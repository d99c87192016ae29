#include "engine/waiting_line.h"

#include <algorithm>
#include <tuple>

namespace switchyard::engine {

bool WaitingLine::Key::operator<(const Key& other) const
{
    if (rank != other.rank || queued != other.queued)
        return std::tie(rank, queued) < std::tie(other.rank, other.queued);
    return id.toString() < other.id.toString();
}

void WaitingLine::put(const TaskId& id, Priority priority, qint64 queued, milliseconds now)
{
    const auto known = m_members.constFind(id);
    auto member = known == m_members.cend() ? Member{priority, queued, now, qint64(priority)} : *known;
    if (known != m_members.cend()) {
        if (member.priority == priority && member.queued == queued)
            return;
        m_keys.erase({member.rank, member.queued, id});
        // What it has gained by waiting stays.
        member.rank = std::max<qint64>(0, member.rank + qint64(priority) - qint64(member.priority));
        member.priority = priority;
        member.queued = queued;
    }
    m_members.insert(id, member);
    m_keys.insert({member.rank, member.queued, id});
}

void WaitingLine::remove(const TaskId& id)
{
    const auto known = m_members.constFind(id);
    if (known == m_members.cend())
        return;
    m_keys.erase({known->rank, known->queued, id});
    m_members.erase(known);
}

void WaitingLine::age(milliseconds now, milliseconds aging)
{
    for (auto member = m_members.begin(); member != m_members.end(); ++member) {
        const auto rank = QueueRules::rank(member->priority, now - member->since, aging);
        if (rank == member->rank)
            continue;
        m_keys.erase({member->rank, member->queued, member.key()});
        member->rank = rank;
        m_keys.insert({rank, member->queued, member.key()});
    }
}

milliseconds WaitingLine::since(const TaskId& id, milliseconds now) const
{
    const auto known = m_members.constFind(id);
    return known == m_members.cend() ? now : known->since;
}

QList<TaskId> WaitingLine::inOrder() const
{
    QList<TaskId> ids;
    ids.reserve(size());
    for (const auto& key : m_keys)
        ids << key.id;
    return ids;
}

} // namespace switchyard::engine
