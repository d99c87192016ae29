#pragma once

#include "engine/settings.h"
#include "engine/task_book.h"

namespace switchyard::engine {

//! What all tasks have cost today (local day), and the budget of the settings that they share. Told at 80 %; at 100 %
//! agents are ended and none starts before midnight or a higher budget. Not thread-safe; never waits.
class DayBudget : public QObject
{
    Q_OBJECT
public:
    //! `settings` outlives it and may change at any time.
    DayBudget(TaskBook& book, const Settings& settings, const Clock& clock, QObject* parent = nullptr);
    Result<> load();

    double spentToday() const; //!< US dollars
    bool isSpent() const;      //!< the budget is used up
    //! "today's budget of $5.00 is used up ($5.02)"; empty while it lasts.
    QString whySpent() const;
    milliseconds untilMidnight() const;

Q_SIGNALS:
    void spent(); //!< once a day; again after a higher budget is used up, too

private:
    void hear(const Event& event);
    void beginDay() const;
    void warn(const TaskId& id);

    TaskBook& m_book;
    const Settings& m_settings;
    const Clock& m_clock;
    mutable QHash<std::pair<TaskId, int>, double> m_costs; //!< of each attempt, as told last; of ended ones for the day
    mutable qint64 m_day = -1;                             //!< which one m_today counts
    mutable double m_today = 0;
    mutable double m_warnedAt = 0, m_spentAt = 0; //!< the budget for which it was told
};

} // namespace switchyard::engine
