#include "store/statistics.h"

#include "model/lifecycle.h"

#include <QDateTime>
#include <QScopeGuard>

#include <algorithm>

namespace switchyard::store {

namespace {

constexpr int mostTools = 40, mostErrors = 20, mostCommands = 30, mostFiles = 30, mostShares = 30, mostDays = 366;

QDate dayOf(qint64 time)
{
    return QDateTime::fromMSecsSinceEpoch(time).date();
}

void countRun(RunCounts& counts, const QString& status)
{
    const auto known = statusFromName(status);
    if (!known)
        return;
    switch (*known) {
    case TaskStatus::Running:
    case TaskStatus::Waiting:
    case TaskStatus::Paused:
        ++counts.running;
        break;
    case TaskStatus::Completed:
        ++counts.completed;
        break;
    case TaskStatus::Failed:
        ++counts.failed;
        break;
    case TaskStatus::Cancelled:
        ++counts.cancelled;
        break;
    case TaskStatus::TimedOut:
        ++counts.timedOut;
        break;
    case TaskStatus::Interrupted:
        ++counts.interrupted;
        break;
    case TaskStatus::Pending:
    case TaskStatus::Queued:
        break;
    }
}

//! The conditions of a query: on the time of a row, and on the run it belongs to.
struct Filter {
    qint64 from, to;
    QString onRun;
    QVariantList runValues;

    QVariantList values() const { return QVariantList{from, to} + runValues; }
};

class Counter
{
public:
    Counter(const Connection& connection, const StatisticsQuery& query, UtcTime now)
        : m_connection(connection), m_now(toMilliseconds(now))
    {
        m_filter.from = toMilliseconds(query.from);
        m_filter.to = query.to == UtcTime{} ? m_now + 1 : toMilliseconds(query.to);
        if (!query.project.isEmpty()) {
            m_filter.onRun += u" AND run.project = ?"_s;
            m_filter.runValues << query.project;
        }
        if (!query.agent.isEmpty()) {
            m_filter.onRun += u" AND run.agent = ?"_s;
            m_filter.runValues << query.agent;
        }
        m_stats.from = query.from;
        m_stats.to = fromMilliseconds(m_filter.to);
    }

    Result<Statistics> count()
    {
        SY_TRY(countNow());
        SY_TRY(countRuns());
        SY_TRY(countMonth());
        SY_TRY(countTools());
        SY_TRY(countErrors());
        SY_TRY(countCommands());
        SY_TRY(countFiles());
        SY_TRY(listChoices());
        return std::move(m_stats);
    }

private:
    Result<> countNow()
    {
        SY_TRY_ASSIGN(auto rows, m_connection.run(u"SELECT status, count(*) FROM task WHERE status IN ('pending', "
                                                  "'queued', 'running', 'waiting', 'paused') GROUP BY status"_s));
        while (rows.next()) {
            const auto status = rows.value(0).toString();
            const int count = rows.value(1).toInt();
            if (status == u"pending" || status == u"queued")
                m_stats.queuedNow += count;
            else
                m_stats.runningNow += count;
            if (status == u"waiting")
                m_stats.needYouNow += count;
        }
        return {};
    }

    Result<> countRuns()
    {
        SY_TRY_ASSIGN(auto rows, m_connection.run(
                                     u"SELECT project, agent, agent_type, started, ended, status, cost, input_tokens, "
                                     "output_tokens FROM run WHERE started >= ? AND started < ? AND attempt > 0"_s +
                                         m_filter.onRun + u" ORDER BY started"_s,
                                     m_filter.values()));
        QMap<QDate, Statistics::Day> days;
        QHash<QString, Statistics::Share> agents, types, projects;
        while (rows.next()) {
            const auto started = rows.value(3).toLongLong(), ended = rows.value(4).toLongLong();
            const auto status = rows.value(5).toString();
            const auto cost = rows.value(6).toDouble();
            const auto input = rows.value(7).toLongLong(), output = rows.value(8).toLongLong();
            countRun(m_stats.runs, status);
            m_stats.cost += cost;
            m_stats.inputTokens += input;
            m_stats.outputTokens += output;
            const auto date = dayOf(started);
            auto& day = days[date];
            day.date = date;
            countRun(day.runs, status);
            day.cost += cost;
            day.inputTokens += input;
            day.outputTokens += output;
            const auto share = [&](QHash<QString, Statistics::Share>& shares, const QString& name) {
                auto& one = shares[name];
                one.name = name;
                countRun(one.runs, status);
                one.cost += cost;
                one.tokens += input + output;
                if (ended > started)
                    one.time += milliseconds(ended - started);
            };
            share(projects, rows.value(0).toString());
            share(agents, rows.value(1).toString());
            if (const auto type = rows.value(2).toString(); !type.isEmpty())
                share(types, type);
        }
        m_stats.agents = mostFirst(agents);
        m_stats.agentTypes = mostFirst(types);
        m_stats.projects = mostFirst(projects);
        fillDays(days);
        return {};
    }

    static QList<Statistics::Share> mostFirst(const QHash<QString, Statistics::Share>& shares)
    {
        auto list = shares.values();
        const auto runs = [](const Statistics::Share& share) { return share.runs.running + share.runs.ended(); };
        std::ranges::sort(list, [&](const auto& a, const auto& b) {
            return runs(a) != runs(b) ? runs(a) > runs(b) : a.name < b.name;
        });
        return list.first(std::min<qsizetype>(list.size(), mostShares));
    }

    //! Days on which nothing ran are days too.
    void fillDays(const QMap<QDate, Statistics::Day>& days)
    {
        const auto last = dayOf(std::min(m_filter.to, m_now + 1) - 1);
        auto first = m_filter.from > 0 ? dayOf(m_filter.from) : days.isEmpty() ? last : days.firstKey();
        first = std::max(first, last.addDays(1 - mostDays));
        for (auto date = first; date <= last; date = date.addDays(1)) {
            auto day = days.value(date);
            day.date = date;
            m_stats.days << day;
        }
    }

    //! Cost of today and of this month, and where the month is going; whatever the period that was asked for.
    Result<> countMonth()
    {
        const auto today = dayOf(m_now);
        const auto monthStart = QDate(today.year(), today.month(), 1);
        const auto start = [](const QDate& date) { return date.startOfDay().toMSecsSinceEpoch(); };
        const auto sum = [&](const QDate& from, const QDate& to) -> Result<double> {
            SY_TRY_ASSIGN(auto rows, m_connection.run(u"SELECT sum(cost) FROM run WHERE started >= ? AND started < ? "
                                                      "AND attempt > 0"_s +
                                                          m_filter.onRun,
                                                      QVariantList{start(from), start(to)} + m_filter.runValues));
            return rows.next() ? rows.value(0).toDouble() : 0.0;
        };
        SY_TRY_ASSIGN(m_stats.costToday, sum(today, today.addDays(1)));
        SY_TRY_ASSIGN(m_stats.costThisMonth, sum(monthStart, today.addDays(1)));
        SY_TRY_ASSIGN(const auto week, sum(today.addDays(-7), today));
        // Today has begun already: at least what it cost so far, at most an average day.
        const auto average = week / 7;
        const int daysLeft = today.daysInMonth() - today.day();
        m_stats.monthProjection =
            m_stats.costThisMonth + std::max(0.0, average - m_stats.costToday) + average * daysLeft;
        return {};
    }

    //! Rows of a detail table with the run each belongs to.
    Result<QSqlQuery> details(const QString& columns, const QString& table, const QString& rest)
    {
        return m_connection.run(detailsSql(columns, table, rest), m_filter.values());
    }

    QString detailsSql(const QString& columns, const QString& table, const QString& rest) const
    {
        // Details are few beside runs of all time: their index on time leads, the run is looked up by its key.
        const auto join = m_filter.onRun.isEmpty()
                              ? QString()
                              : u" JOIN run ON run.task = %1.task AND run.attempt = %1.attempt"_s.arg(table);
        return u"SELECT "_s + columns + u" FROM "_s + table + join +
               u" WHERE %1.time >= ? AND %1.time < ?"_s.arg(table) + m_filter.onRun + u' ' + rest;
    }

    Result<> countTools()
    {
        SY_TRY_ASSIGN(auto rows, details(u"tool, count(*), sum(1 - ok), sum(duration), max(duration)"_s, u"tool_use"_s,
                                         u"GROUP BY tool ORDER BY count(*) DESC, tool LIMIT %1"_s.arg(mostTools)));
        while (rows.next()) {
            m_stats.tools << Statistics::Tool{rows.value(0).toString(), rows.value(1).toInt(), rows.value(2).toInt(),
                                              milliseconds(rows.value(3).toLongLong()),
                                              milliseconds(rows.value(4).toLongLong())};
        }
        return {};
    }

    Result<> countErrors()
    {
        SY_TRY_ASSIGN(auto rows, details(u"tool_use.error_category, count(*), max(tool_use.time)"_s, u"tool_use"_s,
                                         u"AND ok = 0 GROUP BY tool_use.error_category ORDER BY count(*) DESC, "
                                         "tool_use.error_category LIMIT %1"_s.arg(mostErrors)));
        QList<qint64> newest;
        while (rows.next()) {
            m_stats.errors << Statistics::ErrorKind{rows.value(0).toString(), rows.value(1).toInt(), {}, {}};
            newest << rows.value(2).toLongLong();
        }
        for (int i = 0; i < newest.size(); ++i) {
            auto& error = m_stats.errors[i];
            SY_TRY_ASSIGN(auto example, m_connection.run(u"SELECT error, task FROM tool_use WHERE time = ? AND ok = 0 "
                                                         "AND error_category = ? LIMIT 1"_s,
                                                         {newest.at(i), error.category}));
            if (example.next()) {
                error.example = example.value(0).toString();
                error.task = example.value(1).toString();
            }
        }
        // Commands that ran by themselves, without an agent that called a tool for them.
        SY_TRY_ASSIGN(auto plain,
                      m_connection.run(u"SELECT count(*), max(command_use.command), max(command_use.task) "
                                       "FROM command_use JOIN run ON run.task = command_use.task AND run.attempt = "
                                       "command_use.attempt WHERE time >= ? AND time < ? AND ok = 0 AND "
                                       "run.agent = 'shell'"_s +
                                           m_filter.onRun,
                                       m_filter.values()));
        if (plain.next() && plain.value(0).toInt() > 0)
            addErrors(u"command_failed"_s, plain.value(0).toInt(), plain.value(1).toString(),
                      plain.value(2).toString());
        return {};
    }

    void addErrors(const QString& category, int count, const QString& example, const QString& task)
    {
        const auto known = std::ranges::find(m_stats.errors, category, &Statistics::ErrorKind::category);
        if (known == m_stats.errors.end())
            m_stats.errors << Statistics::ErrorKind{category, count, example, task};
        else
            known->count += count;
        std::ranges::stable_sort(m_stats.errors, std::greater(), &Statistics::ErrorKind::count);
    }

    Result<> countCommands()
    {
        // The task is the one of the longest run.
        const auto ranked =
            detailsSql(u"command, ok, duration, command_use.task AS task, row_number() OVER (PARTITION BY "
                       "command ORDER BY duration DESC, command_use.task) AS place"_s,
                       u"command_use"_s, u"AND command <> ''"_s);
        SY_TRY_ASSIGN(auto rows,
                      m_connection.run(u"SELECT command, count(*), sum(1 - ok), sum(duration), max(duration), max(CASE "
                                       "WHEN place = 1 THEN task ELSE '' END) FROM (%1) AS ranked GROUP BY command "
                                       "ORDER BY max(duration) DESC, command LIMIT %2"_s.arg(ranked)
                                           .arg(mostCommands),
                                       m_filter.values()));
        while (rows.next()) {
            m_stats.commands << Statistics::Command{rows.value(0).toString(),
                                                    rows.value(1).toInt(),
                                                    rows.value(2).toInt(),
                                                    milliseconds(rows.value(3).toLongLong()),
                                                    milliseconds(rows.value(4).toLongLong()),
                                                    rows.value(5).toString()};
        }
        return {};
    }

    Result<> countFiles()
    {
        SY_TRY_ASSIGN(auto rows,
                      m_connection.run(
                          u"SELECT run.project, path, sum(changes), count(DISTINCT file_use.task), "
                          "sum(added), sum(removed) FROM file_use JOIN run ON run.task = file_use.task "
                          "AND run.attempt = file_use.attempt WHERE time >= ? AND time < ?"_s +
                              m_filter.onRun +
                              u" GROUP BY run.project, path ORDER BY sum(changes) DESC, path LIMIT %1"_s.arg(mostFiles),
                          m_filter.values()));
        while (rows.next()) {
            m_stats.files << Statistics::File{rows.value(0).toString(), rows.value(1).toString(),
                                              rows.value(2).toInt(),    rows.value(3).toInt(),
                                              rows.value(4).toInt(),    rows.value(5).toInt()};
        }
        return {};
    }

    Result<> listChoices()
    {
        SY_TRY_ASSIGN(auto projects, m_connection.run(u"SELECT DISTINCT project FROM run WHERE project <> '' "
                                                      "ORDER BY project LIMIT 200"_s));
        while (projects.next())
            m_stats.allProjects << projects.value(0).toString();
        SY_TRY_ASSIGN(auto agents, m_connection.run(u"SELECT DISTINCT agent FROM run WHERE agent <> '' "
                                                    "ORDER BY agent LIMIT 200"_s));
        while (agents.next())
            m_stats.allAgents << agents.value(0).toString();
        return {};
    }

    const Connection& m_connection;
    const qint64 m_now;
    Filter m_filter;
    Statistics m_stats;
};

} // namespace

Result<Statistics> countStatistics(const Connection& connection, const StatisticsQuery& query, UtcTime now)
{
    SY_TRY_ASSIGN(auto snapshot, connection.run(u"BEGIN"_s));
    const auto end = qScopeGuard([&] { (void)connection.run(u"COMMIT"_s); });
    return Counter(connection, query, now).count();
}

} // namespace switchyard::store
