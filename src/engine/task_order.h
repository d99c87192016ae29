#pragma once

#include "engine/task_book.h"

#include <QCoreApplication>
#include <QHash>

namespace switchyard::engine {

//! Which tasks come after which, and what that keeps waiting. Not thread-safe.
class TaskOrder
{
    Q_DECLARE_TR_FUNCTIONS(TaskOrder)
public:
    explicit TaskOrder(TaskBook& book) : m_book(book) {}

    //! Why a task has to wait for those it comes after, or will never start; nothing: it may start.
    std::optional<QString> blockedBy(const TaskSpec& spec) const;
    //! Conflict, naming the way round, if the task would come after itself.
    Result<> check(const TaskId& id, const QList<TaskId>& after) const;
    //! Something has happened to it.
    void forget(const TaskId& id) { m_ended.remove(id); }

private:
    std::optional<TaskStatus> statusOf(const TaskId& id) const;

    TaskBook& m_book;
    mutable QHash<TaskId, TaskStatus> m_ended; //!< of finished tasks that others come after: spares looking them up
};

} // namespace switchyard::engine
