#pragma once

#include "model/task.h"

#include <memory>

namespace switchyard {

//! A task whose copies are one object until one of them is changed: a window has ten thousand of them in several
//! places. For one thread.
class SharedTask
{
public:
    SharedTask(Task task = {}) : m_task(std::make_shared<Task>(std::move(task))) {}
    const Task& operator*() const { return *m_task; }
    const Task* operator->() const { return m_task.get(); }
    //! To be changed: what others hold stays as it was.
    Task& edit()
    {
        if (m_task.use_count() > 1)
            m_task = std::make_shared<Task>(*m_task);
        return *m_task;
    }
    friend bool operator==(const SharedTask& a, const SharedTask& b) { return a.m_task == b.m_task || *a == *b; }

private:
    std::shared_ptr<Task> m_task;
};

} // namespace switchyard
