#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace switchyard::app {

namespace {

QString dollars(double cost)
{
    return u'$' + QString::number(cost, 'f', cost > 0 && cost < 0.01 ? 4 : 2);
}

QString seconds(milliseconds time)
{
    return time < std::chrono::minutes(1) ? QString::number(double(time.count()) / 1000, 'f', 1) + u" s"_s
                                          : formatDuration(time);
}

QString percent(double part)
{
    return part < 0 ? u"–"_s : QString::number(part * 100, 'f', 0) + u" %"_s;
}

void printSection(QTextStream& out, const QString& title, QList<QStringList> rows, int most)
{
    if (rows.size() < 2)
        return;
    rows = rows.first(std::min<qsizetype>(rows.size(), most + 1));
    out << u'\n' << title << u'\n' << table(rows);
}

void print(QTextStream& out, const Statistics& stats, int most)
{
    const auto& runs = stats.runs;
    out << u"now      %1 running, %2 queued, %3 wait for you\n"_s.arg(stats.runningNow)
               .arg(stats.queuedNow)
               .arg(stats.needYouNow)
        << u"runs     %1: %2 completed, %3 failed, %4 timed out, %5 cancelled, %6 interrupted\n"_s
               .arg(runs.running + runs.ended())
               .arg(runs.completed)
               .arg(runs.failed)
               .arg(runs.timedOut)
               .arg(runs.cancelled)
               .arg(runs.interrupted)
        << u"success  %1\n"_s.arg(percent(runs.successRate()))
        << u"cost     %1 in this period, %2 today, %3 this month; at this pace %4 by its end\n"_s.arg(
               dollars(stats.cost), dollars(stats.costToday), dollars(stats.costThisMonth),
               dollars(stats.monthProjection));
    QList<QStringList> rows{{u"DAY"_s, u"COST"_s, u"RUNS"_s, u"COMPLETED"_s, u"FAILED"_s}};
    for (const auto& day : stats.days) {
        if (day.runs.ended() + day.runs.running > 0)
            rows << QStringList{
                day.date.toString(Qt::ISODate), dollars(day.cost), QString::number(day.runs.ended() + day.runs.running),
                QString::number(day.runs.completed), QString::number(day.runs.failed + day.runs.timedOut)};
    }
    if (rows.size() > most + 1)
        rows.remove(1, rows.size() - most - 1); // the newest days
    printSection(out, u"Days"_s, rows, most);
    rows = {{u"TOOL"_s, u"CALLS"_s, u"ERRORS"_s, u"RATE"_s, u"MEAN"_s, u"LONGEST"_s}};
    for (const auto& tool : stats.tools)
        rows << QStringList{printable(tool.name),
                            QString::number(tool.calls),
                            QString::number(tool.errors),
                            percent(double(tool.errors) / tool.calls),
                            seconds(tool.total / tool.calls),
                            seconds(tool.longest)};
    printSection(out, u"Tools"_s, rows, most);
    rows = {{u"ERROR"_s, u"COUNT"_s, u"NEWEST"_s}};
    for (const auto& error : stats.errors)
        rows << QStringList{error.category, QString::number(error.count),
                            printable(error.task + u"  "_s + error.example.left(70))};
    printSection(out, u"Errors"_s, rows, most);
    rows = {{u"LONGEST"_s, u"RUNS"_s, u"FAILED"_s, u"COMMAND"_s}};
    for (const auto& command : stats.commands)
        rows << QStringList{seconds(command.longest), QString::number(command.runs), QString::number(command.failures),
                            printable(command.line.left(80))};
    printSection(out, u"Slowest commands"_s, rows, most);
    rows = {{u"CHANGES"_s, u"TASKS"_s, u"LINES"_s, u"FILE"_s}};
    for (const auto& file : stats.files)
        rows << QStringList{QString::number(file.changes), QString::number(file.tasks),
                            u"+%1 -%2"_s.arg(file.added).arg(file.removed),
                            printable(QFileInfo(file.project).fileName() + u": "_s + file.path)};
    printSection(out, u"Files most touched"_s, rows, most);
    rows = {{u"AGENT"_s, u"RUNS"_s, u"SUCCESS"_s, u"COST"_s, u"TIME"_s}};
    for (const auto& agent : stats.agents)
        rows << QStringList{printable(agent.name), QString::number(agent.runs.running + agent.runs.ended()),
                            percent(agent.runs.successRate()), dollars(agent.cost), seconds(agent.time)};
    printSection(out, u"Agents"_s, rows, most);
}

QCoro::Task<Result<int>> stats(CommandContext context)
{
    const Options options(context, {u"json"_s}, {u"days"_s, u"project"_s, u"agent"_s, u"limit"_s});
    SY_CO_TRY(options.check());
    if (!options.positional().isEmpty())
        co_return context.usageError(u"“%1” is one word too many."_s.arg(options.positional().first()));
    const auto number = [&](const QString& name, int otherwise) -> std::optional<int> {
        bool whole = true;
        const int value = options.isSet(name) ? options.value(name).toInt(&whole) : otherwise;
        return whole && value >= 0 ? std::optional(value) : std::nullopt;
    };
    const auto days = number(u"days"_s, 30), limit = number(u"limit"_s, 10);
    if (!days || !limit)
        co_return context.usageError(u"--days and --limit take a whole number; --days 0 means all time."_s);
    StatisticsQuery query;
    if (*days > 0)
        query.from = fromMilliseconds(QDate::currentDate().addDays(1 - *days).startOfDay().toMSecsSinceEpoch());
    query.agent = options.value(u"agent"_s);
    if (options.isSet(u"project"_s))
        query.project = QDir(options.value(u"project"_s)).canonicalPath();
    if (options.isSet(u"project"_s) && query.project.isEmpty())
        co_return context.usageError(u"There is no folder %1."_s.arg(options.value(u"project"_s)));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto counted, co_await client->statistics(query));
    if (options.isSet(u"json"_s))
        context.out << compactJson(counted.toJson()) << Qt::endl;
    else
        print(context.out, counted, *limit);
    co_return Success;
}

} // namespace

QList<Command> statsCommands()
{
    return {{u"stats"_s, u"what tasks did, cost and where they failed"_s,
             u"swy stats [--days N] [--project DIR] [--agent NAME] [--limit N] [--json]\n\n"
             "  Runs and how they ended, cost with a projection for the month, tools with their error rates, errors,\n"
             "  slowest commands, files most touched, agents; of the last 30 days (--days 0: of all time).\n"
             "  --limit N   rows in each table (10)\n"
             "  --agent shell   plain commands only"_s,
             stats}};
}

} // namespace switchyard::app
