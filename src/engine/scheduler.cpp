#include "engine/scheduler.h"

#include <QRandomGenerator>

#include <algorithm>

namespace switchyard::engine {

Scheduler::Scheduler(TaskBook& book, Supervisor& supervisor, const Settings& settings, const Clock& clock,
                     QObject* parent)
    : QObject(parent),
      m_book(book),
      m_supervisor(supervisor),
      m_settings(settings),
      m_clock(clock),
      m_slots(settings.slots)
{
    m_poke.setSingleShot(true);
    m_later.setSingleShot(true);
    connect(&m_poke, &QTimer::timeout, this, &Scheduler::evaluate);
    connect(&m_later, &QTimer::timeout, this, &Scheduler::evaluate);
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event, TaskStatus before, TaskStatus after) {
        if (isFinished(after)) {
            m_since.remove(event.task);
            m_notBefore.remove(event.task);
        }
        if (before != after || event.kind == event_kind::taskPriority || event.kind == event_kind::taskDeleted)
            poke();
    });
    connect(&m_supervisor, &Supervisor::runnerGone, this, [this](const TaskId& id) {
        retryInterrupted(id);
        poke();
    });
}

void Scheduler::begin(bool held)
{
    m_held = held;
    m_begun = true;
    poke();
}

void Scheduler::hold(bool held)
{
    m_held = held;
    poke();
}

void Scheduler::resize(int slots)
{
    m_slots = slots;
    poke();
}

void Scheduler::poke()
{
    if (m_begun && !m_poke.isActive())
        m_poke.start(0);
}

bool Scheduler::occupies(const TaskId& id) const
{
    const auto task = m_book.task(id);
    if (!task || isFinished(task->status))
        return false;
    return holdsSlot(task->status) || m_supervisor.hasRunner(id);
}

Scheduler::Status Scheduler::status() const
{
    Status status{m_slots, 0, 0, m_held};
    for (const auto& id : m_book.unfinished())
        ++(occupies(id) ? status.running : status.queued);
    return status;
}

bool Scheduler::hasFreeSlot() const
{
    const auto now = status();
    return !now.held && now.queued == 0 && now.running < now.slots;
}

std::optional<QString> Scheduler::blockedBy(const TaskSpec& spec) const
{
    for (const auto& id : spec.after) {
        const auto other = m_book.task(id);
        if (!other)
            return tr("held: %1, which it comes after, was deleted").arg(id.toString());
        if (other->status == TaskStatus::Completed)
            continue;
        if (isFinished(other->status))
            return tr("held: %1, which it comes after, is %2").arg(id.toString(), statusName(other->status));
        return tr("waits for %1 to complete").arg(id.toString());
    }
    return std::nullopt;
}

std::pair<TaskStatus, QString> Scheduler::placeFor(const TaskSpec& spec) const
{
    if (const auto why = blockedBy(spec))
        return {TaskStatus::Pending, *why};
    if (m_held)
        return {TaskStatus::Queued, tr("the queue is held")};
    const auto now = status();
    return {TaskStatus::Queued,
            now.running < now.slots ? QString() : tr("waits for a free slot (all %1 are busy)").arg(now.slots)};
}

void Scheduler::setReason(const Task& task, const QString& reason)
{
    if (task.reason != reason)
        m_book.recordStatus(task.id(), task.status, reason);
}

void Scheduler::settlePending(const TaskId& id, const Task& task)
{
    if (const auto why = blockedBy(task.spec))
        setReason(task, *why);
    else
        m_book.recordStatus(id, TaskStatus::Queued, placeFor(task.spec).second);
}

QList<Scheduler::Waiting> Scheduler::waiting()
{
    QList<Waiting> result;
    const auto now = m_clock.monotonic();
    for (const auto& id : m_book.unfinished()) {
        const auto task = m_book.task(id);
        if (!task || task->status != TaskStatus::Queued || m_supervisor.hasRunner(id))
            continue;
        if (!m_since.contains(id))
            m_since.insert(id, now);
        const auto since = m_since.value(id);
        const auto gained = m_settings.lowPriorityWait.count() > 0 ? (now - since) / m_settings.lowPriorityWait : 0;
        result << Waiting{id, *task, std::max(0, int(task->spec.priority) - int(gained)), m_book.queuedSince(id)};
    }
    std::ranges::sort(result, [](const Waiting& a, const Waiting& b) {
        return std::tie(a.priority, a.since) < std::tie(b.priority, b.since);
    });
    return result;
}

QString Scheduler::obstacle(const Task& task, int busy, const QHash<QString, int>& perProject) const
{
    if (m_held)
        return tr("the queue is held");
    if (const auto pause = m_notBefore.value(task.id()) - m_clock.monotonic(); pause.count() > 0)
        return tr("another attempt follows after a pause");
    if (busy >= m_slots)
        return tr("waits for a free slot (all %1 are busy)").arg(m_slots);
    if (m_settings.slotsPerProject > 0 && perProject.value(task.spec.project) >= m_settings.slotsPerProject)
        return tr("waits for its project (at most %1 at once)").arg(m_settings.slotsPerProject);
    return {};
}

void Scheduler::evaluate()
{
    int busy = 0;
    QHash<QString, int> perProject;
    for (const auto& id : m_book.unfinished()) {
        const auto task = m_book.task(id);
        if (task && task->status == TaskStatus::Pending && !m_supervisor.hasRunner(id))
            settlePending(id, *task);
        if (task && occupies(id)) {
            ++busy;
            ++perProject[task->spec.project];
        }
    }
    const auto queue = waiting();
    milliseconds next = queue.isEmpty() ? milliseconds(0) : m_settings.lowPriorityWait;
    for (const auto& entry : queue) {
        if (const auto why = obstacle(entry.task, busy, perProject); !why.isEmpty()) {
            setReason(entry.task, why);
            const auto pause = m_notBefore.value(entry.id) - m_clock.monotonic();
            if (pause.count() > 0)
                next = std::min(next.count() > 0 ? next : pause, pause);
            continue;
        }
        ++busy;
        ++perProject[entry.task.spec.project];
        launch(entry.task);
    }
    m_later.stop();
    if (next.count() > 0)
        m_later.start(next);
}

void Scheduler::launch(const Task& task)
{
    const auto id = task.id();
    m_since.remove(id);
    m_notBefore.remove(id);
    const auto attempt = m_supervisor.nextAttempt(id, task.attempt);
    if (const auto started = m_supervisor.start(id, attempt); !started)
        m_book.recordStatus(id, TaskStatus::Failed, describe(started.error()));
}

void Scheduler::retryInterrupted(const TaskId& id)
{
    const auto task = m_book.task(id);
    if (!task || task->status != TaskStatus::Interrupted || task->attempt >= m_settings.attempts)
        return;
    // Only what works in a folder of its own is repeated unasked: a command run in place may have done its deed.
    if (task->spec.kind != TaskKind::Agent || task->spec.isolation != Isolation::Worktree)
        return;
    const auto doubled = m_settings.retryPause * (1 << std::min(task->attempt - 1, 10));
    const auto pause = doubled + milliseconds(QRandomGenerator::global()->bounded(qint64(1 + doubled.count() / 2)));
    m_notBefore.insert(id, m_clock.monotonic() + pause);
    m_book.recordStatus(id, TaskStatus::Queued,
                        tr("attempt %1 was interrupted; another follows after a pause").arg(task->attempt));
}

} // namespace switchyard::engine
