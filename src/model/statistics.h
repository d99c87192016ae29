#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QDate>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace switchyard {

//! What is to be counted: runs, tool calls and commands with `from` <= time < `to`.
struct StatisticsQuery {
    UtcTime from{};       //!< epoch: since the beginning
    UtcTime to{};         //!< epoch: until now
    QString project = {}; //!< absolute path; empty: all
    QString agent = {};   //!< registry name, "shell" for plain commands; empty: all

    QJsonObject toJson() const;
    static Result<StatisticsQuery> fromJson(const QJsonObject& json);
    bool operator==(const StatisticsQuery&) const = default;
};

//! How runs ended. A run is one attempt of a task.
struct RunCounts {
    int running = 0, completed = 0, failed = 0, cancelled = 0, timedOut = 0, interrupted = 0;
    int ended() const { return completed + failed + cancelled + timedOut + interrupted; }
    //! Completed among those that ended by themselves: what was cancelled or interrupted counts neither way. -1: none.
    double successRate() const;
    bool operator==(const RunCounts&) const = default;
};

//! What has happened in a period, as the database has it: the dashboard and `swy stats` show it.
struct Statistics {
    struct Day {
        QDate date; //!< a day of the engine's time zone
        RunCounts runs;
        double cost = 0; //!< US dollars
        qint64 inputTokens = 0, outputTokens = 0;
        bool operator==(const Day&) const = default;
    };
    struct Tool {
        QString name; //!< the agent protocol's kind: "read", "edit", "execute"…
        int calls = 0, errors = 0;
        milliseconds total{0}, longest{0};
        bool operator==(const Tool&) const = default;
    };
    struct ErrorKind {
        QString category; //!< see errorCategory()
        int count = 0;
        QString example; //!< the newest one, one line
        QString task;    //!< where that was
        bool operator==(const ErrorKind&) const = default;
    };
    struct Command {
        QString line;
        int runs = 0, failures = 0;
        milliseconds total{0}, longest{0};
        QString task; //!< where it took longest
        bool operator==(const Command&) const = default;
    };
    struct File {
        QString project, path;
        int changes = 0, tasks = 0, added = 0, removed = 0;
        bool operator==(const File&) const = default;
    };
    struct Share {
        QString name; //!< of an agent or type of agent, or path of a project
        RunCounts runs;
        double cost = 0;
        qint64 tokens = 0;
        milliseconds time{0};
        bool operator==(const Share&) const = default;
    };

    UtcTime from{}, to{}; //!< the period that was counted
    RunCounts runs;
    int runningNow = 0, queuedNow = 0, needYouNow = 0;
    double cost = 0, costToday = 0, costThisMonth = 0;
    double monthProjection = 0; //!< this month's cost if its other days cost as much as the last seven did on average
    double budgetPerDay = 0;    //!< 0: none is set
    qint64 inputTokens = 0, outputTokens = 0;
    QList<Day> days;           //!< in order, without gaps; at most 366, the newest
    QList<Tool> tools;         //!< most calls first
    QList<ErrorKind> errors;   //!< most first
    QList<Command> commands;   //!< longest first
    QList<File> files;         //!< most changes first
    QList<Share> agents;       //!< most runs first; so are these
    QList<Share> agentTypes;   //!< only runs that have one
    QList<Share> projects;     //!<
    QStringList allProjects{}; //!< that a query may name, whatever the period
    QStringList allAgents{};

    QJsonObject toJson() const;
    static Result<Statistics> fromJson(const QJsonObject& json);
    bool operator==(const Statistics&) const = default;
};

//! One word for what went wrong with a tool call: file_not_found, permission_denied, refused, timeout, syntax_error,
//! network, command_failed or other. `text` is what the tool said.
QString errorCategory(const QString& text, const QString& toolKind);

} // namespace switchyard
