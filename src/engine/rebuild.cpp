#include "engine/rebuild.h"

#include "process/journal.h"

#include <QDir>
#include <QLoggingCategory>

#include <algorithm>

Q_LOGGING_CATEGORY(lcRebuild, "switchyard.rebuild")

namespace switchyard::engine {

namespace {

constexpr qsizetype eventsPerWrite = 1000;

//! Every event of a task, in the order in which it happened. Within an attempt the numbers tell; between attempts the
//! times do.
QList<Event> journalsOf(const Paths& paths, const TaskId& id)
{
    QList<QList<Event>> attempts;
    const QDir folder(paths.task(id));
    for (const auto& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto contents = process::readJournal(paths.journal(id, name.toInt()));
        if (!contents) {
            qCWarning(lcRebuild).noquote() << describe(contents.error());
            continue;
        }
        if (!contents->damage.isEmpty())
            qCWarning(lcRebuild).noquote() << "task" << id.toString() << "attempt" << name << contents->damage;
        attempts << contents->events;
    }
    QList<Event> all;
    for (const auto& events : attempts)
        all += events;
    std::ranges::stable_sort(all, {}, &Event::time);
    // A clock that was set back must not turn an attempt's order round: each keeps its own.
    QHash<int, qsizetype> next;
    for (auto& event : all) {
        const auto attempt = event.attempt;
        const auto own = std::ranges::find_if(attempts, [&](const QList<Event>& events) {
            return !events.isEmpty() && events.first().attempt == attempt;
        });
        event = own->at(next[attempt]++);
    }
    return all;
}

Result<> rebuild(const Paths& paths, store::Store& store)
{
    qint64 position = 0;
    const QDir tasks(paths.state + u"/tasks"_s);
    QList<QFuture<Result<>>> writes;
    int restored = 0;
    for (const auto& name : tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const auto id = TaskId::parse(name);
        if (!id)
            continue;
        auto events = journalsOf(paths, *id);
        if (events.isEmpty() || events.first().kind != event_kind::taskCreated) {
            qCWarning(lcRebuild).noquote()
                << "task" << name << "has no readable beginning; its files are left as they are";
            continue;
        }
        store::TaskRow row;
        for (auto& event : events) {
            event.position = ++position;
            const auto before = row.task.status;
            (void)applyEvent(row.task, event); // as it was when it happened: refused changes stay refused
            if (row.task.status == TaskStatus::Queued && before != TaskStatus::Queued)
                row.queued = position;
        }
        for (qsizetype i = 0; i < events.size(); i += eventsPerWrite)
            writes << store.write({.events = events.mid(i, eventsPerWrite),
                                   .tasks = {row},
                                   .deleted = {},
                                   .confirmations = {},
                                   .notes = {}});
        ++restored;
    }
    for (auto& write : writes) {
        write.waitForFinished();
        SY_TRY(write.result());
    }
    if (restored > 0)
        qCWarning(lcRebuild) << "the database was rebuilt from the journals of" << restored << "tasks";
    return {};
}

} // namespace

Result<std::unique_ptr<store::Store>> openOrRebuild(const Paths& paths, const Clock& clock)
{
    auto opened = store::Store::open(paths.database());
    if (!opened && opened.error().code == ErrorCode::Corrupt) {
        SY_TRY_ASSIGN(const auto aside, store::Store::keepAside(paths.database(), clock.now()));
        qCWarning(lcRebuild).noquote() << describe(opened.error()) << "It was kept as" << aside;
        opened = store::Store::open(paths.database());
    }
    if (!opened)
        return fail(opened.error());
    if ((*opened)->isNew())
        SY_TRY(rebuild(paths, **opened));
    return std::move(*opened);
}

} // namespace switchyard::engine
