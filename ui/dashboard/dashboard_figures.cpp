// How the figures of the dashboard are worded.

#include "ui/dashboard/bar_list.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/day_chart.h"
#include "ui/tasks/task_face.h"

#include <QComboBox>
#include <QLabel>

namespace switchyard::ui {

namespace {

QString percent(double part)
{
    return part < 0 ? u"–"_s : QLocale().toString(part * 100, 'f', 0) + u" %"_s;
}

QString duration(milliseconds time)
{
    if (time < std::chrono::minutes(1))
        return DashboardPage::tr("%1 s").arg(QLocale().toString(double(time.count()) / 1000, 'f', 1));
    return formatDuration(time);
}

QString plain(milliseconds time)
{
    return QString::number(double(time.count()) / 1000, 'f', 3);
}

QString categoryName(const QString& category)
{
    static const QHash<QString, const char*> names{
        {u"refused"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Refused")},
        {u"file_not_found"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "File not found")},
        {u"permission_denied"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Permission denied")},
        {u"timeout"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Took too long")},
        {u"syntax_error"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Syntax error")},
        {u"network"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Network")},
        {u"command_failed"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Command failed")},
        {u"other"_s, QT_TRANSLATE_NOOP("switchyard::ui::DashboardPage", "Other")},
    };
    const auto* const name = names.value(category);
    return name ? DashboardPage::tr(name) : category;
}

int count(const RunCounts& runs)
{
    return runs.running + runs.ended();
}

} // namespace

void DashboardPage::showFigures()
{
    const auto& runs = m_stats.runs;
    m_running->setText(QLocale().toString(m_stats.runningNow));
    auto note = tr("%n queued", "tasks", m_stats.queuedNow);
    if (m_stats.needYouNow > 0)
        note += u" · "_s + tr("%n need(s) you", "tasks", m_stats.needYouNow);
    m_runningNote->setText(note);
    m_success->setText(percent(runs.successRate()));
    m_successNote->setText(tr("%1 completed, %2 failed, %3 timed out")
                               .arg(QLocale().toString(runs.completed), QLocale().toString(runs.failed),
                                    QLocale().toString(runs.timedOut)));
    m_cost->setText(TaskText::cost(m_stats.cost));
    m_costNote->setText(
        tr("%1 tokens in, %2 out").arg(TaskText::tokens(m_stats.inputTokens), TaskText::tokens(m_stats.outputTokens)));
    m_today->setText(TaskText::cost(m_stats.costToday));
    m_todayNote->setText(m_stats.budgetPerDay > 0 ? tr("of %1 a day").arg(TaskText::cost(m_stats.budgetPerDay))
                                                  : tr("no budget is set"));
    m_month->setText(TaskText::cost(m_stats.costThisMonth));
    m_monthNote->setText(tr("at this pace %1 by its end").arg(TaskText::cost(m_stats.monthProjection)));
    m_costs->setDays(m_stats.days, m_stats.budgetPerDay);
    m_runs->setDays(m_stats.days, 0);
}

void DashboardPage::showBars()
{
    QList<Bar> bars;
    QList<QStringList> rows{{tr("Tool"), tr("Calls"), tr("Errors"), tr("Mean seconds"), tr("Longest seconds")}};
    for (const auto& tool : m_stats.tools) {
        const auto mean = tool.calls > 0 ? tool.total / tool.calls : milliseconds(0);
        const auto rate = percent(double(tool.errors) / std::max(1, tool.calls));
        bars << Bar{tool.name,
                    double(tool.calls),
                    double(tool.errors),
                    tool.errors > 0 ? tr("%1 · %2 errors · %3").arg(tool.calls).arg(rate, duration(mean))
                                    : tr("%1 · %2", "calls, mean time").arg(tool.calls).arg(duration(mean)),
                    tr("%1: %n call(s), %2 with errors, %3 on average, %4 at most", nullptr, tool.calls)
                        .arg(tool.name)
                        .arg(tool.errors)
                        .arg(duration(mean), duration(tool.longest)),
                    {}};
        rows << QStringList{tool.name, QString::number(tool.calls), QString::number(tool.errors), plain(mean),
                            plain(tool.longest)};
    }
    m_tools->setBars(bars, rows);

    bars.clear();
    rows = {{tr("Category"), tr("Count"), tr("Newest"), tr("Task")}};
    for (const auto& error : m_stats.errors) {
        bars << Bar{categoryName(error.category),
                    double(error.count),
                    double(error.count),
                    QLocale().toString(error.count),
                    tr("%1, newest in task %2: %3").arg(categoryName(error.category), error.task, error.example),
                    error.task};
        rows << QStringList{error.category, QString::number(error.count), error.example, error.task};
    }
    m_errors->setBars(bars, rows);

    bars.clear();
    rows = {{tr("Command"), tr("Runs"), tr("Failures"), tr("Mean seconds"), tr("Longest seconds"), tr("Task")}};
    for (const auto& command : m_stats.commands) {
        const auto mean = command.runs > 0 ? command.total / command.runs : milliseconds(0);
        bars << Bar{command.line,
                    double(command.longest.count()),
                    0,
                    duration(command.longest),
                    tr("%1\n%n run(s), %2 failed, %3 on average, longest in task %4", nullptr, command.runs)
                        .arg(command.line)
                        .arg(command.failures)
                        .arg(duration(mean), command.task),
                    command.task};
        rows << QStringList{command.line, QString::number(command.runs), QString::number(command.failures),
                            plain(mean),  plain(command.longest),        command.task};
    }
    m_commands->setBars(bars, rows);

    bars.clear();
    rows = {{tr("Project"), tr("File"), tr("Changes"), tr("Tasks"), tr("Lines added"), tr("Lines removed")}};
    for (const auto& file : m_stats.files) {
        bars << Bar{file.path,
                    double(file.changes),
                    0,
                    QLocale().toString(file.changes),
                    tr("%1\n%n change(s), +%2 −%3", nullptr, file.changes)
                        .arg(file.project + u'/' + file.path)
                        .arg(file.added)
                        .arg(file.removed),
                    {}};
        rows << QStringList{file.project,
                            file.path,
                            QString::number(file.changes),
                            QString::number(file.tasks),
                            QString::number(file.added),
                            QString::number(file.removed)};
    }
    m_files->setBars(bars, rows);

    const auto shares = [&](BarList* list, const QString& heading, const QList<Statistics::Share>& values,
                            auto nameOf) {
        QList<Bar> all;
        QList<QStringList> lines{
            {heading, tr("Runs"), tr("Completed"), tr("Failed"), tr("Cost in dollars"), tr("Tokens"), tr("Seconds")}};
        for (const auto& share : values) {
            const auto failures = share.runs.failed + share.runs.timedOut;
            all << Bar{nameOf(share.name),
                       double(count(share.runs)),
                       double(failures),
                       tr("%1 · %2 success · %3", "runs, rate, cost")
                           .arg(count(share.runs))
                           .arg(percent(share.runs.successRate()), TaskText::cost(share.cost)),
                       tr("%1: %n run(s), %2 failed, %3, %4 tokens", nullptr, count(share.runs))
                           .arg(share.name)
                           .arg(failures)
                           .arg(TaskText::cost(share.cost), TaskText::tokens(share.tokens)),
                       {}};
            lines << QStringList{share.name,
                                 QString::number(count(share.runs)),
                                 QString::number(share.runs.completed),
                                 QString::number(failures),
                                 QString::number(share.cost, 'f', 4),
                                 QString::number(share.tokens),
                                 plain(share.time)};
        }
        list->setBars(all, lines);
    };
    auto agents = m_stats.agents;
    for (auto type : m_stats.agentTypes) {
        type.name = tr("type: %1", "kind of agent").arg(type.name);
        agents << type;
    }
    shares(m_agents, tr("Agent"), agents, [](const QString& name) {
        return name == u"shell" ? tr("Shell commands") : name == u"builtin" ? tr("Built-in") : name;
    });
    shares(m_projects, tr("Project"), m_stats.projects, [](const QString& name) { return name.section(u'/', -1); });
}

} // namespace switchyard::ui
