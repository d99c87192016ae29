#include "engine/retries.h"

#include "engine/queue_rules.h"

#include <QRandomGenerator>

#include <algorithm>

namespace switchyard::engine {

namespace {
constexpr milliseconds longestPause = std::chrono::hours(1);
}

Retries::Retries(TaskBook& book, Supervisor& supervisor, const Clock& clock, QObject* parent)
    : QObject(parent), m_book(book), m_clock(clock)
{
    connect(&supervisor, &Supervisor::runnerGone, this, &Retries::decide);
}

Result<> Retries::load()
{
    SY_TRY_ASSIGN(const auto due, store::tasksToRetry(m_book.store().reader()));
    for (const auto& row : due)
        decide(row.task.id());
    for (const auto& id : m_book.unfinished()) {
        const auto* const task = m_book.peek(id);
        if (task->status != TaskStatus::Queued || task->notBefore == UtcTime{})
            continue;
        const auto left = std::clamp<milliseconds>(task->notBefore - m_clock.now(), {}, longestPause * 3 / 2);
        m_pauses.insert(id, m_clock.monotonic() + left);
    }
    return {};
}

void Retries::decideSoon(const TaskId& id)
{
    QMetaObject::invokeMethod(this, [this, id] { decide(id); }, Qt::QueuedConnection);
}

void Retries::decide(const TaskId& id)
{
    const auto task = m_book.task(id);
    if (!task || !isFinished(task->status))
        return;
    if (task->willBeRetried())
        return queueAgain(*task);
    // The last of several tries says so, once.
    const auto& policy = task->spec.retry;
    auto tried = *task;
    tried.tries = 0;
    auto reason = task->reason.isEmpty() ? statusName(task->status) : task->reason;
    if (reason.endsWith(u'.'))
        reason.chop(1);
    if (policy.attempts > 1 && task->tries >= policy.attempts && tried.willBeRetried())
        m_book.recordStatus(id, task->status, tr("%1; given up after %2 attempts").arg(reason).arg(task->tries));
}

void Retries::queueAgain(const Task& task)
{
    const auto limited = task.status == TaskStatus::Failed && task.limitedUntil != UtcTime{};
    // The agent's limit holds it up by itself; it needs no pause of its own.
    const auto pause =
        limited ? milliseconds(0)
                : pauseAfter(task.tries, task.spec.retry.pause, QRandomGenerator::global()->generateDouble());
    const auto due = m_clock.now() + pause;
    if (pause.count() > 0)
        m_pauses.insert(task.id(), m_clock.monotonic() + pause);
    const auto ended = limited                                  ? tr("was ended by its agent's limit")
                       : task.status == TaskStatus::Interrupted ? tr("was interrupted")
                       : task.status == TaskStatus::TimedOut    ? tr("timed out")
                                                                : tr("failed");
    const auto was = tr("attempt %1 %2").arg(task.attempt).arg(ended);
    const auto next = limited ? tr("another follows")
                              : tr("try %1 of %2 follows at %3")
                                    .arg(task.tries + 1)
                                    .arg(task.spec.retry.attempts)
                                    .arg(QueueRules::moment(due, m_clock.now()));
    m_book.recordStatus(task.id(), TaskStatus::Queued, was + u"; "_s + next, task.reason,
                        {{u"by"_s, u"engine"_s},
                         {u"not_before"_s, pause.count() > 0 ? toMilliseconds(due) : 0},
                         {u"resume"_s, sessionToResume(task)}});
}

milliseconds Retries::pauseLeft(const TaskId& id) const
{
    const auto ends = m_pauses.find(id);
    return ends == m_pauses.end() ? milliseconds(0) : std::max(milliseconds(0), *ends - m_clock.monotonic());
}

milliseconds Retries::pauseAfter(int tries, milliseconds first, double chance)
{
    const auto doubled = std::min<milliseconds>(first * (qint64(1) << std::clamp(tries - 1, 0, 20)), longestPause);
    return doubled + milliseconds(qint64(double(doubled.count()) / 2 * std::clamp(chance, 0.0, 1.0)));
}

QString Retries::sessionToResume(const Task& task)
{
    // What did not come to its end goes on where it was, what it has learned included; anything else begins anew.
    const bool cutOff = task.status == TaskStatus::Interrupted || task.status == TaskStatus::TimedOut ||
                        task.status == TaskStatus::Failed;
    return task.spec.kind == TaskKind::Agent && cutOff ? task.session : QString();
}

} // namespace switchyard::engine
