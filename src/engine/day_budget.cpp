#include "engine/day_budget.h"

#include <QDateTime>

namespace switchyard::engine {

namespace {

constexpr double warningShare = 0.8;

QDateTime local(UtcTime time)
{
    return QDateTime::fromMSecsSinceEpoch(toMilliseconds(time));
}

QString dollars(double amount)
{
    return u"$%1"_s.arg(amount, 0, 'f', 2);
}

} // namespace

DayBudget::DayBudget(TaskBook& book, const Settings& settings, const Clock& clock, QObject* parent)
    : QObject(parent), m_book(book), m_settings(settings), m_clock(clock)
{
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event) {
        if (event.kind == event_kind::agentUsage)
            hear(event);
    });
}

Result<> DayBudget::load()
{
    beginDay();
    const auto start = local(m_clock.now()).date().startOfDay().toMSecsSinceEpoch();
    // Attempts that began yesterday and still run count from here on only: how much of them was today is not known.
    SY_TRY_ASSIGN(
        auto rows,
        m_book.store().reader().run(
            u"SELECT task, attempt, cost, started FROM run WHERE cost > 0 AND (started >= ? OR ended = 0)"_s, {start}));
    while (rows.next()) {
        SY_TRY_ASSIGN(const auto id, TaskId::parse(rows.value(0).toString()));
        const auto cost = rows.value(2).toDouble();
        m_costs.insert({id, rows.value(1).toInt()}, cost);
        if (rows.value(3).toLongLong() >= start)
            m_today += cost;
    }
    return {};
}

void DayBudget::beginDay() const
{
    const auto day = local(m_clock.now()).date().toJulianDay();
    if (std::exchange(m_day, day) == day)
        return;
    m_today = 0;
    m_warnedAt = m_spentAt = 0;
    m_costs.removeIf([this](std::pair<const std::pair<TaskId, int>&, double&> each) {
        const auto* const task = m_book.peek(each.first.first);
        return !task || isFinished(task->status);
    });
}

double DayBudget::spentToday() const
{
    beginDay();
    return m_today;
}

bool DayBudget::isSpent() const
{
    return m_settings.budgetUsdPerDay > 0 && spentToday() >= m_settings.budgetUsdPerDay;
}

QString DayBudget::whySpent() const
{
    if (!isSpent())
        return {};
    return tr("today's budget of %1 is used up (%2)").arg(dollars(m_settings.budgetUsdPerDay), dollars(m_today));
}

milliseconds DayBudget::untilMidnight() const
{
    const auto now = local(m_clock.now());
    return milliseconds(std::max<qint64>(1000, now.msecsTo(now.date().addDays(1).startOfDay())));
}

void DayBudget::hear(const Event& event)
{
    const auto cost = event.data[u"cost"].toDouble();
    auto& known = m_costs[{event.task, event.attempt}];
    const auto more = cost - std::exchange(known, cost);
    beginDay();
    if (local(event.time).date().toJulianDay() != m_day) // read late, out of an old journal
        return;
    m_today += std::max(0.0, more);
    const auto budget = m_settings.budgetUsdPerDay;
    if (budget <= 0)
        return;
    // Not from within this signal: nothing may be recorded here.
    if (m_today >= warningShare * budget && m_warnedAt < budget) {
        m_warnedAt = budget;
        QMetaObject::invokeMethod(this, [this, id = event.task] { warn(id); }, Qt::QueuedConnection);
    }
    if (m_today >= budget && m_spentAt < budget) {
        m_spentAt = budget;
        QMetaObject::invokeMethod(this, &DayBudget::spent, Qt::QueuedConnection);
    }
}

void DayBudget::warn(const TaskId& id)
{
    const auto budget = m_settings.budgetUsdPerDay;
    m_book.record(id, event_kind::notice,
                  {{u"severity"_s, u"warning"_s},
                   {u"about"_s, u"budget"_s},
                   {u"share"_s, budget > 0 ? m_today / budget : 1},
                   {u"text"_s, tr("%1 % of today's budget is used: %2 of %3.")
                                   .arg(int(budget > 0 ? 100 * m_today / budget : 100))
                                   .arg(dollars(m_today), dollars(budget))}});
}

} // namespace switchyard::engine
