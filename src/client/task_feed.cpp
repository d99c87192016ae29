#include "client/task_feed.h"

#include <QCoro/QCoroTimer>
#include <QScopeGuard>
#include <QSet>

#include <algorithm>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace switchyard::client {

namespace {
constexpr int pageSize = 1000;
constexpr int firstOnes = 40;           // more than a window shows
constexpr milliseconds forPainting{60}; // before a page of a thousand holds up the thread that paints the first

//! Thousands of tasks say the same in these: it is kept once.
void shareTexts(Task& task, QSet<QString>& texts)
{
    auto& spec = task.spec;
    for (auto* const text :
         {&spec.title,     &spec.goal,           &spec.agent,      &spec.agentType,  &spec.model,
          &spec.mode,      &spec.instructions,   &spec.shell,      &spec.project,    &spec.baseBranch,
          &spec.verbosity, &task.reason,         &task.message,    &task.endedBy,    &task.sandbox,
          &task.network,   &task.sandboxTrouble, &task.baseBranch, &task.baseCommit, &task.usage.model,
          &task.result,    &task.mergedInto})
        *text = *texts.insert(*text);
}
} // namespace

TaskFeed::TaskFeed(EngineClient& client, QObject* parent) : QObject(parent), m_client(client)
{
    connect(&m_client, &EngineClient::eventReceived, this, &TaskFeed::apply);
    connect(&m_client, &EngineClient::storeReplaced, this, [this] { load(this); });
}

QCoro::Task<Result<>> TaskFeed::start()
{
    return load(this);
}

QCoro::Task<Result<>> TaskFeed::loadFirst(QPointer<TaskFeed> self)
{
    QList<TaskStatus> open, over;
    for (const auto status : allStatuses())
        (isFinished(status) ? over : open) << status;
    auto underWay = self->m_client.listTasks({.statuses = open, .text = {}, .limit = firstOnes, .offset = 0});
    auto finished = self->m_client.listTasks({.statuses = over, .text = {}, .limit = firstOnes, .offset = 0});
    const auto some = co_await std::move(underWay);
    const auto others = co_await std::move(finished);
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    if (!some || !others)
        co_return fail((!some ? some : others).error());
    if (some->total + others->total <= firstOnes)
        co_return {}; // all there are: they come at once anyway
    for (const auto& page : {some, others}) {
        for (const auto& task : page->tasks)
            self->m_tasks.insert(task.id(), SharedTask(Task(task)));
    }
    Q_EMIT self->begun();
    co_await QCoro::sleepFor(forPainting);
    co_return {};
}

QCoro::Task<Result<>> TaskFeed::load(QPointer<TaskFeed> self)
{
    QHash<TaskId, SharedTask> tasks;
    QSet<QString> texts;
    std::optional<qint64> position;
    self->m_loading = true;
    const auto end = qScopeGuard([&] {
        if (!self)
            return;
        self->m_loading = false;
        for (const auto& event : std::exchange(self->m_held, {})) {
            if (self)
                self->apply(event);
        }
    });
    if (self->m_tasks.isEmpty()) {
        SY_CO_TRY(co_await loadFirst(self));
    }
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    for (int offset = 0;; offset += pageSize) {
        auto page =
            co_await self->m_client.listTasks({.statuses = {}, .text = {}, .limit = pageSize, .offset = offset});
        if (!self)
            co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
        if (!page)
            co_return fail(page.error());
        // Pages are read one after the other; events since the first one are applied again where they are newer.
        if (!position)
            position = page->position;
        for (auto& task : page->tasks) {
            shareTexts(task, texts);
            const auto id = task.id();
            tasks.insert(id, SharedTask(std::move(task)));
        }
        if (page->tasks.size() < pageSize)
            break;
    }
    self->m_tasks = std::move(tasks);
    self->m_loading = false;
#ifdef __GLIBC__
    if (self->m_tasks.size() > pageSize)
        malloc_trim(0); // the pages took several times what is kept of them
#endif
    Q_EMIT self->reset();
    if (!self)
        co_return fail(ErrorCode::Cancelled, tr("No longer wanted."));
    co_return co_await self->m_client.subscribe(*position);
}

QList<SharedTask> TaskFeed::tasks() const
{
    auto all = m_tasks.values();
    std::ranges::sort(all, [](const SharedTask& a, const SharedTask& b) {
        return a->created != b->created ? a->created > b->created : a->id() < b->id();
    });
    return all;
}

const Task* TaskFeed::find(const TaskId& id) const
{
    const auto found = m_tasks.constFind(id);
    return found == m_tasks.cend() ? nullptr : &**found;
}

void TaskFeed::apply(const Event& event)
{
    if (m_loading) {
        m_held << event;
        return;
    }
    const QPointer<TaskFeed> self(this);
    const auto found = m_tasks.find(event.task);
    if (event.kind == event_kind::taskDeleted) {
        if (found != m_tasks.end()) {
            m_tasks.erase(found);
            Q_EMIT taskRemoved(event.task);
        }
    } else if (found != m_tasks.end() || event.kind == event_kind::taskCreated) {
        auto& shared = m_tasks[event.task];
        if (event.position > shared->position) {
            // An illegal status change is the engine's to report; the rest of the event counts.
            (void)applyEvent(shared.edit(), event);
            Q_EMIT taskChanged(event.task);
        }
    } else if (const auto open = m_fetching.find(event.task); open != m_fetching.end()) {
        open->append(event);
        return;
    } else {
        m_fetching.insert(event.task, {event});
        fetch(this, event.task);
        return;
    }
    if (self)
        Q_EMIT eventArrived(event);
}

QCoro::Task<> TaskFeed::fetch(QPointer<TaskFeed> self, TaskId id)
{
    auto task = co_await self->m_client.getTask(id);
    if (!self)
        co_return;
    const auto held = self->m_fetching.take(id);
    if (!task)
        co_return; // deleted meanwhile, or the connection is gone
    self->m_tasks.insert(id, std::move(*task));
    Q_EMIT self->taskChanged(id);
    for (const auto& event : held) {
        if (self)
            self->apply(event);
    }
}

} // namespace switchyard::client
