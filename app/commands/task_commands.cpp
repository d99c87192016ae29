// Looking at tasks.
#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QDateTime>
#include <QLocale>

namespace switchyard::app {

namespace {

//! What was measured: an attempt may have ended before its processes were looked at once.
QString metersLine(const Task& task)
{
    const auto& used = task.meters;
    const auto bytes = [](qint64 count) { return QLocale::c().formattedDataSize(count, 1); };
    const bool looked = used.peakMemory > 0;
    QStringList parts{u"CPU %1 s"_s.arg(double(used.cpu.count()) / 1000, 0, 'f', 1)};
    if (looked)
        parts << u"memory %1 at most"_s.arg(bytes(used.peakMemory));
    if (looked && isActive(task.status))
        parts << u"%1 processes now"_s.arg(used.processes);
    if (looked || used.readBytes > 0)
        parts << u"%1 read"_s.arg(bytes(used.readBytes));
    if (looked || used.writtenBytes > 0)
        parts << u"%1 written"_s.arg(bytes(used.writtenBytes));
    return parts.join(u", "_s);
}

QCoro::Task<Result<int>> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {u"status"_s, u"limit"_s, u"text"_s});
    SY_CO_TRY(options.check());
    client::TaskQuery query;
    query.text = options.value(u"text"_s);
    if (options.isSet(u"limit"_s))
        query.limit = options.value(u"limit"_s).toInt();
    for (const auto& name : options.value(u"status"_s).split(u',', Qt::SkipEmptyParts)) {
        SY_CO_TRY_ASSIGN(const auto status, statusFromName(name));
        query.statuses << status;
    }
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto page, co_await client->listTasks(query));
    if (options.isSet(u"json"_s)) {
        QJsonArray tasks;
        for (const auto& task : page.tasks)
            tasks << taskForJson(task);
        context.out << compactJson({{u"tasks"_s, tasks}, {u"total"_s, page.total}}) << Qt::endl;
        co_return Success;
    }
    if (page.tasks.isEmpty()) {
        context.out << "No tasks. Start one with `swy run \"what should be built\"` or see `swy demo`." << Qt::endl;
        co_return Success;
    }
    QList<QStringList> rows{{u"ID"_s, u""_s, u"STATUS"_s, u"PHASE"_s, u"%"_s, u"CHANGE"_s, u"TITLE"_s}};
    for (const auto& task : page.tasks) {
        const auto change =
            task.filesChanged > 0 ? u"+%1 −%2"_s.arg(task.linesAdded).arg(task.linesRemoved) : QString();
        const bool waits = task.status == TaskStatus::Queued || task.status == TaskStatus::Pending;
        const auto why = waits && !task.reason.isEmpty() ? u" — "_s + task.reason : QString();
        rows << QStringList{task.id().toString(),
                            statusMark(task.status),
                            statusName(task.status),
                            phaseName(task.phase),
                            QString::number(task.percent),
                            change,
                            printable(task.spec.title + why)};
    }
    context.out << table(rows);
    if (page.total > page.tasks.size())
        context.out << "… and " << page.total - page.tasks.size() << " more (--limit N)" << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> show(TaskCall call)
{
    SY_CO_TRY_ASSIGN(const auto task, co_await call.client->getTask(call.id));
    if (call.options->isSet(u"json"_s)) {
        call.context.out << compactJson(taskForJson(task)) << Qt::endl;
        co_return Success;
    }
    QList<QStringList> rows{
        {u"task"_s, task.id().toString()},
        {u"goal"_s, printable(task.spec.goal)},
        {u"status"_s,
         statusName(task.status) + (task.reason.isEmpty() ? QString() : u" — "_s + printable(task.reason))},
        {u"phase"_s, u"%1, %2 %"_s.arg(phaseName(task.phase)).arg(task.percent)},
        {u"time"_s, task.spec.limits.runTime.count() == 0
                        ? formatDuration(task.elapsed)
                        : u"%1 of %2"_s.arg(formatDuration(task.elapsed), formatDuration(task.spec.limits.runTime))},
        {u"project"_s, printable(task.spec.project)}};
    if (!task.sandbox.isEmpty()) {
        auto words = u"%1, network %2"_s.arg(task.sandbox, task.network);
        if (!task.sandboxTrouble.isEmpty())
            words += u" — "_s + printable(task.sandboxTrouble);
        rows << QStringList{u"sandbox"_s, words};
    }
    if (task.meters != TaskMeters())
        rows << QStringList{u"used"_s, metersLine(task)};
    const auto evidence = co_await call.client->call(u"task.evidence"_s, {{u"id"_s, call.id.toString()}});
    if (evidence && isActive(task.status))
        rows << QStringList{u"evidence"_s, printable((*evidence)[u"text"].toString())};
    if (task.steps > 0)
        rows << QStringList{u"step"_s, u"%1 of %2"_s.arg(task.step).arg(task.steps)};
    if (!task.branch.isEmpty())
        rows << QStringList{u"branch"_s, u"%1 from %2"_s.arg(task.branch, task.baseBranch)};
    if (!task.mergedInto.isEmpty())
        rows << QStringList{u"merged"_s, u"into "_s + task.mergedInto};
    if (task.filesChanged > 0)
        rows << QStringList{u"change"_s,
                            u"%1 files, +%2 −%3"_s.arg(task.filesChanged).arg(task.linesAdded).arg(task.linesRemoved)};
    for (const auto& open : task.waitingFor)
        rows << QStringList{u"waits"_s, u"for your code: "_s + printable(open.command)};
    if (!task.result.isEmpty())
        rows << QStringList{u"result"_s, printable(task.result)};
    call.context.out << table(rows);
    co_return Success;
}

QCoro::Task<Result<int>> events(TaskCall call)
{
    auto& out = call.context.out;
    for (qint64 after = 0;;) {
        SY_CO_TRY_ASSIGN(const auto page, co_await call.client->events(call.id, after));
        for (const auto& event : page.events) {
            after = event.position;
            if (call.options->isSet(u"json"_s))
                out << compactJson(event.toJson()) << '\n';
            else
                out << QDateTime::fromMSecsSinceEpoch(toMilliseconds(event.time)).toString(u"HH:mm:ss.zzz"_s) << "  "
                    << event.kind.leftJustified(22) << printable(QString::fromUtf8(compactJson(event.data))) << '\n';
        }
        if (!page.more || page.events.isEmpty())
            break;
    }
    out.flush();
    co_return Success;
}

} // namespace

QList<Command> taskCommands()
{
    return {
        {u"tasks list"_s, u"the tasks, newest first"_s,
         u"swy tasks list [--json] [--status running,waiting] [--text WORD] [--limit N]"_s, list},
        taskCommand(u"tasks show"_s, u"one task in full"_s, u"swy tasks show [--json] ID"_s, {u"json"_s}, show),
        taskCommand(u"tasks events"_s, u"everything that happened to a task, in order"_s,
                    u"swy tasks events [--json] ID"_s, {u"json"_s}, events),
    };
}

} // namespace switchyard::app
