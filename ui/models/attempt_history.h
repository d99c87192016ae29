#pragma once

#include "model/event.h"
#include "model/lifecycle.h"

#include <QList>

namespace switchyard::ui {

//! A task's attempts, as its events tell them.
class AttemptHistory
{
public:
    struct Attempt {
        int number = 0;
        TaskStatus status = TaskStatus::Running;
        UtcTime started{}, ended{}; //!< ended: not set while it runs
        QString reason;             //!< how it ended, in words; may be empty
        double cost = 0;            //!< dollars
        bool operator==(const Attempt&) const = default;
    };
    //! True if something has changed.
    bool apply(const Event& event);
    void clear() { m_attempts.clear(); }
    const QList<Attempt>& attempts() const { return m_attempts; } //!< oldest first

private:
    QList<Attempt> m_attempts;
};

} // namespace switchyard::ui
