#include "engine/scheduler.h"

#include "engine/machine.h"

#include <QElapsedTimer>

#include <algorithm>

namespace switchyard::engine {

namespace {
// Whatever waits for a time is looked at again at least so often: the wall clock may have been set, the machine may
// have slept.
constexpr milliseconds recheck{30'000};
constexpr milliseconds memoryRecheck{5'000};
constexpr milliseconds memoryAge{100};
} // namespace

Scheduler::Scheduler(TaskBook& book, Supervisor& supervisor, const Settings& settings, const Clock& clock,
                     QObject* parent)
    : QObject(parent),
      m_book(book),
      m_supervisor(supervisor),
      m_settings(settings),
      m_clock(clock),
      m_agentLimits(book, clock),
      m_dayBudget(book, m_settings, clock),
      m_retries(book, supervisor, clock),
      m_order(book),
      m_slots(settings.slots)
{
    m_poke.setSingleShot(true);
    m_later.setSingleShot(true);
    m_later.setTimerType(Qt::PreciseTimer);
    connect(&m_poke, &QTimer::timeout, this, &Scheduler::evaluate);
    connect(&m_later, &QTimer::timeout, this, &Scheduler::evaluate);
    m_explain.setSingleShot(true);
    connect(&m_explain, &QTimer::timeout, this, &Scheduler::explain);
    connect(&m_agentLimits, &AgentLimits::changed, this, &Scheduler::poke);
    connect(&m_dayBudget, &DayBudget::spent, this, &Scheduler::endAgents);
    connect(&m_book, &TaskBook::applied, this, [this](const Event& event, TaskStatus before, TaskStatus after) {
        if (isFinished(after))
            m_retries.forget(event.task);
        m_order.forget(event.task);
        if (before == after && event.kind != event_kind::taskPriority && event.kind != event_kind::taskDeleted &&
            event.kind != event_kind::taskAfter && event.kind != event_kind::taskCreated)
            return;
        track(event.task);
        poke();
    });
    connect(&m_supervisor, &Supervisor::runnerGone, this, &Scheduler::poke);
}

Result<> Scheduler::load()
{
    SY_TRY(m_agentLimits.load());
    SY_TRY(m_dayBudget.load());
    return m_retries.load();
}

//! The day's budget is used up: what costs money ends, its work kept.
void Scheduler::endAgents()
{
    const auto why = m_dayBudget.whySpent();
    if (why.isEmpty())
        return;
    for (const auto& id : m_book.unfinished()) {
        const auto* const task = m_book.peek(id);
        if (isActive(task->status) && task->spec.kind == TaskKind::Agent && task->usage.cost > 0)
            m_supervisor.call(id, u"limit"_s,
                              {{u"limit"_s, u"budget"_s},
                               {u"reason"_s, tr("It was ended because %1; its work so far is kept. Raise the budget or "
                                                "retry it tomorrow.")
                                                 .arg(why)}});
    }
    poke();
}

void Scheduler::begin(Gate gate)
{
    m_gate = gate;
    m_begun = true;
    for (const auto& id : m_book.unfinished())
        track(id);
    poke();
}

void Scheduler::setGate(Gate gate)
{
    m_gate = gate;
    poke();
}

void Scheduler::resize(int slots)
{
    m_slots = slots;
    poke();
}

void Scheduler::apply(const Settings& settings)
{
    m_settings = settings;
    poke();
}

void Scheduler::setNoRoom(const QString& why)
{
    if (std::exchange(m_noRoom, why) != why)
        poke();
}

void Scheduler::poke()
{
    if (m_begun && !m_poke.isActive())
        m_poke.start(0);
}

bool Scheduler::occupies(const Task& task) const
{
    return !isFinished(task.status) && (holdsSlot(task.status) || m_supervisor.hasRunner(task.id()));
}

Busy Scheduler::busy() const
{
    Busy busy;
    const auto withRunner = m_supervisor.withRunner();
    auto ids = QSet<TaskId>(withRunner.begin(), withRunner.end());
    ids.unite(m_active);
    for (const auto& id : std::as_const(ids)) {
        if (const auto* const task = m_book.peek(id); task && occupies(*task))
            busy.add(task->spec.project, task->spec.agent);
    }
    return busy;
}

//! Asked for with every change in the queue: the kernel counts for longer than all the rest takes.
qint64 Scheduler::memoryNow() const
{
    const auto now = m_clock.monotonic();
    if (!m_memoryAt || now - *m_memoryAt >= memoryAge) {
        m_memory = availableMemory();
        m_memoryAt = now;
    }
    return m_memory;
}

Situation Scheduler::situation() const
{
    Situation now;
    now.slots = m_slots;
    now.slotsPerProject = m_settings.slotsPerProject;
    now.slotsPerAgent = m_settings.slotsPerAgent;
    now.agentLimits = m_agentLimits.current();
    now.held = m_gate == Gate::Held;
    now.draining = m_gate == Gate::Draining;
    now.noMoney = m_dayBudget.whySpent();
    if (!now.noMoney.isEmpty())
        now.noMoneyFor = m_dayBudget.untilMidnight();
    now.noRoom = m_noRoom;
    const auto memory = m_settings.leastFreeMemory > 0 ? memoryNow() : -1;
    if (now.noRoom.isEmpty() && memory >= 0 && memory < m_settings.leastFreeMemory)
        now.noRoom =
            tr("waits for memory (the machine must have %1 MiB available)").arg(m_settings.leastFreeMemory >> 20);
    now.now = m_clock.now();
    now.aging = m_settings.lowPriorityWait;
    return now;
}

InLine Scheduler::inLine(const Task& task) const
{
    const auto now = m_clock.monotonic();
    return {task.id(),
            task.spec.project,
            task.spec.agent,
            task.spec.priority,
            m_book.queuedSince(task.id()),
            now - m_line.since(task.id(), now),
            task.spec.notBefore,
            m_retries.pauseLeft(task.id())};
}

QList<InLine> Scheduler::waitingLine() const
{
    QList<InLine> line;
    for (const auto& key : m_line.keys()) {
        const auto* const task = m_book.peek(key.id);
        if (task && task->status == TaskStatus::Queued && !m_supervisor.hasRunner(key.id))
            line << inLine(*task);
    }
    return line;
}

Scheduler::Status Scheduler::status() const
{
    const auto now = situation();
    Status status{m_slots, 0, 0, m_gate, now.noRoom, now.agentLimits};
    for (const auto& id : m_book.unfinished())
        ++(occupies(*m_book.peek(id)) ? status.running : status.queued);
    return status;
}

QList<Scheduler::Place> Scheduler::line() const
{
    QList<Place> places;
    for (const auto& verdict : QueueRules::judge(waitingLine(), busy(), situation()))
        places << Place{verdict.id, int(places.size()) + 1, verdict.why};
    for (const auto& id : m_book.unfinished()) {
        const auto* const task = m_book.peek(id);
        if (task->status == TaskStatus::Pending)
            places << Place{id, 0, task->reason};
    }
    return places;
}

qsizetype Scheduler::inMemory() const
{
    return m_line.size() + m_active.size() + m_chained.size() + m_retries.pauses();
}

bool Scheduler::hasFreeSlot() const
{
    const auto now = status();
    return now.gate == Gate::Open && now.queued == 0 && now.running < now.slots;
}

std::optional<TaskId> Scheduler::conflictIn(const QString& project) const
{
    int there = 0;
    std::optional<TaskId> running, waiting;
    for (const auto& id : m_book.unfinished()) {
        const auto* const task = m_book.peek(id);
        if (task->spec.project != project)
            continue;
        ++there;
        auto& first = occupies(*task) ? running : waiting;
        if (!first)
            first = id;
    }
    if (there < std::max(1, m_settings.slotsPerProject))
        return std::nullopt;
    return running ? running : waiting;
}

std::pair<TaskStatus, QString> Scheduler::placeFor(const TaskSpec& spec) const
{
    if (const auto why = m_order.blockedBy(spec))
        return {TaskStatus::Pending, *why};
    Task task;
    task.spec = spec;
    return {TaskStatus::Queued, QueueRules::judge(inLine(task), busy(), situation()).why};
}

void Scheduler::setReason(const TaskId& id, const QString& reason)
{
    const auto* const task = m_book.peek(id);
    if (task && task->reason != reason)
        m_book.recordStatus(id, task->status, reason);
}

void Scheduler::settleOrder(const TaskId& id)
{
    const auto* const task = m_book.peek(id);
    if (!task || m_supervisor.hasRunner(id) ||
        (task->status != TaskStatus::Pending && task->status != TaskStatus::Queued))
        return;
    const auto why = task->spec.after.isEmpty() ? std::nullopt : m_order.blockedBy(task->spec);
    if (!why && task->status == TaskStatus::Pending)
        m_book.recordStatus(id, TaskStatus::Queued, placeFor(task->spec).second);
    else if (why && task->status == TaskStatus::Queued)
        m_book.recordStatus(id, TaskStatus::Pending, *why);
    else if (why)
        setReason(id, *why);
}

//! Where a task stands now: in line, at work, behind others, or nowhere any more.
void Scheduler::track(const TaskId& id)
{
    const auto* const task = m_book.peek(id);
    const bool unfinished = task && !isFinished(task->status);
    if (unfinished && task->status == TaskStatus::Queued)
        m_line.put(id, task->spec.priority, m_book.queuedSince(id), m_clock.monotonic());
    else
        m_line.remove(id);
    const auto note = [&](QSet<TaskId>& set, bool member) {
        if (member)
            set.insert(id);
        else
            set.remove(id);
    };
    note(m_active, unfinished && holdsSlot(task->status));
    note(m_chained, unfinished && (task->status == TaskStatus::Pending || !task->spec.after.isEmpty()));
}

void Scheduler::evaluate()
{
    const auto chained = m_chained.values();
    for (const auto& id : chained) {
        if (m_book.peek(id))
            settleOrder(id);
        else
            m_chained.remove(id);
    }
    startNext();
    if (!m_explain.isActive())
        m_explain.start();
}

//! Down the line only as long as there are slots.
void Scheduler::startNext()
{
    const auto now = situation();
    auto taken = busy();
    QList<TaskId> starting;
    for (const auto& key : m_line.keys()) {
        if (taken.all >= now.slots || now.held || now.draining)
            break;
        const auto* const task = m_book.peek(key.id);
        if (!task || task->status != TaskStatus::Queued || m_supervisor.hasRunner(key.id))
            continue;
        if (!QueueRules::judge(inLine(*task), taken, now).why.isEmpty())
            continue;
        taken.add(task->spec.project, task->spec.agent);
        starting << key.id;
    }
    for (const auto& id : std::as_const(starting))
        launch(id);
}

//! Tells each task that waits why it does, and finds out when to look again by itself. Thousands take their time: then
//! it is done less often.
void Scheduler::explain()
{
    constexpr int rest = 20; // for each time that it works
    constexpr milliseconds longestRest{5'000};
    QElapsedTimer timer;
    timer.start();
    for (const auto& id : m_line.inOrder()) // a write that was refused takes tasks back without a word
        track(id);
    for (const auto& id : m_book.unfinished())
        track(id);
    m_line.age(m_clock.monotonic(), m_settings.lowPriorityWait);
    const auto line = waitingLine();
    const auto now = situation();
    auto next = line.isEmpty() ? milliseconds(0) : now.aging;
    const auto soonest = [&](milliseconds time) { next = next.count() > 0 ? std::min(next, time) : time; };
    for (const auto& verdict : QueueRules::judge(line, busy(), now)) {
        if (verdict.why.isEmpty()) { // its slot has only just become free
            poke();
            continue;
        }
        setReason(verdict.id, verdict.why);
        if (verdict.again.count() > 0)
            soonest(std::min(verdict.again + milliseconds(1), recheck));
        else if (verdict.why == now.noRoom)
            soonest(memoryRecheck);
    }
    m_later.stop();
    if (next.count() > 0)
        m_later.start(next);
    m_explain.setInterval(std::min(milliseconds(timer.elapsed()) * rest, longestRest));
}

void Scheduler::launch(const TaskId& id)
{
    m_retries.forget(id);
    const auto* const task = m_book.peek(id);
    const auto attempt = m_supervisor.nextAttempt(id, task->attempt);
    if (const auto started = m_supervisor.start(id, attempt, task->resumeSession); !started) {
        m_book.recordStatus(id, TaskStatus::Failed, describe(started.error()));
        m_retries.decideSoon(id);
    }
}

} // namespace switchyard::engine
