#pragma once

#include "engine/queue_rules.h"
#include "engine/task_book.h"

namespace switchyard::engine {

//! Which agents are limited by their providers, and until when: heard from runners (event agent.limited), kept over
//! restarts. Held by the monotonic clock, so that a jump of the wall clock frees nobody early and holds nobody for
//! ever. Not thread-safe; never waits.
class AgentLimits : public QObject
{
    Q_OBJECT
public:
    AgentLimits(TaskBook& book, const Clock& clock, QObject* parent = nullptr);
    Result<> load();
    QMap<QString, AgentLimit> current() const;
    //! Forgets one, as when the user has bought more; false if there is none of that name.
    bool lift(const QString& agent);

Q_SIGNALS:
    void changed();

private:
    struct Kept {
        milliseconds ends{0}; //!< monotonic
        UtcTime until{};
    };
    void hear(const Event& event);
    void save();

    TaskBook& m_book;
    const Clock& m_clock;
    QMap<QString, Kept> m_limits;
};

} // namespace switchyard::engine
