#include "engine/task_order.h"

namespace switchyard::engine {

namespace {
constexpr qsizetype mostEndedKept = 10'000;
} // namespace

std::optional<TaskStatus> TaskOrder::statusOf(const TaskId& id) const
{
    if (const auto* const task = m_book.peek(id))
        return task->status;
    if (const auto known = m_ended.constFind(id); known != m_ended.cend())
        return *known;
    const auto task = m_book.task(id);
    if (!task)
        return std::nullopt;
    if (m_ended.size() >= mostEndedKept)
        m_ended.clear();
    m_ended.insert(id, task->status);
    return task->status;
}

std::optional<QString> TaskOrder::blockedBy(const TaskSpec& spec) const
{
    for (const auto& id : spec.after) {
        const auto other = statusOf(id);
        if (!other)
            return tr("held: %1, which it comes after, was deleted").arg(id.toString());
        if (*other == TaskStatus::Completed)
            continue;
        if (isFinished(*other))
            return tr("held: %1, which it comes after, is %2").arg(id.toString(), statusName(*other));
        return tr("waits for %1 to complete").arg(id.toString());
    }
    return std::nullopt;
}

Result<> TaskOrder::check(const TaskId& id, const QList<TaskId>& after) const
{
    // Depth first, along what each comes after; the way there is kept for the message.
    QSet<TaskId> seen;
    const std::function<QStringList(const QList<TaskId>&)> wayBack = [&](const QList<TaskId>& ids) {
        for (const auto& other : ids) {
            if (other == id)
                return QStringList{id.toString()};
            if (seen.contains(other))
                continue;
            seen.insert(other);
            const auto task = m_book.task(other);
            if (!task || task->status == TaskStatus::Completed)
                continue;
            if (const auto rest = wayBack(task->spec.after); !rest.isEmpty())
                return QStringList{other.toString()} + rest;
        }
        return QStringList();
    };
    const auto way = wayBack(after);
    if (way.isEmpty())
        return {};
    return fail(ErrorCode::Conflict,
                tr("Task %1 would come after itself: %1 after %2.").arg(id.toString(), way.join(tr(" after "))),
                tr("Take one of them out of the circle."));
}

} // namespace switchyard::engine
