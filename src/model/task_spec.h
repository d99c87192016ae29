#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "model/lifecycle.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

namespace switchyard {

enum class TaskKind { Agent, Shell };
enum class Priority { High, Normal, Low }; //!< the order of the queue
enum class Isolation { Worktree, InPlace };

QString kindName(TaskKind kind);
QString priorityName(Priority priority);
Result<Priority> priorityFromName(QStringView name);
QString isolationName(Isolation isolation);

//! Every limit of a task, with its default. Zero means no limit, but for confirmationWait.
struct TaskLimits {
    milliseconds runTime = std::chrono::minutes(15); //!< pauses and waits for the user do not count
    int iterations = 50;                             //!< steps of an agent
    milliseconds confirmationWait = std::chrono::minutes(5);
    qint64 logBytes = qint64(512) << 20; //!< kept output, rotated parts included
    qint64 outputBytes = 0;              //!< written by the task altogether; beyond it the task is ended
    qint64 memoryBytes = 0;              //!< of the whole process tree
    int processes = 0;                   //!< alive at once in the tree
    double budgetUsd = 0;                //!< cost of one attempt, US dollars; a warning comes at 80 %
    qint64 budgetTokens = 0;             //!< input and output together

    QJsonObject toJson() const;
    static Result<TaskLimits> fromJson(const QJsonObject& json);
    bool operator==(const TaskLimits&) const = default;
};

//! Which endings are tried again, and when. An interrupted attempt (runner died, machine cut off) always counts.
struct RetryPolicy {
    int attempts = 0;       //!< altogether, the first one included; 0: the engine's setting
    bool onFailure = false; //!< also after `failed`
    bool onTimeout = false; //!< also after `timed_out`
    milliseconds pause{0};  //!< before the second attempt, then doubling, with jitter; 0: the engine's setting

    QJsonObject toJson() const;
    static Result<RetryPolicy> fromJson(const QJsonObject& json);
    bool operator==(const RetryPolicy&) const = default;
};

//! What the sandbox leaves to an agent or command. Inherit: the engine's setting.
enum class SandboxLevel { Inherit, Off, Standard, Strict };
enum class NetworkAccess { Inherit, On, Loopback, Off };

QString sandboxLevelName(SandboxLevel level);     //!< "", "off", "standard", "strict"
QString networkAccessName(NetworkAccess network); //!< "", "on", "loopback", "off"
Result<SandboxLevel> sandboxLevelFromName(QStringView name);
Result<NetworkAccess> networkAccessFromName(QStringView name);

//! What was asked for. Does not change once the task exists.
struct TaskSpec {
    TaskId id; //!< null until the engine gives one
    TaskKind kind = TaskKind::Agent;
    QString goal;             //!< the goal in plain words, or the command line
    QString title;            //!< short; made from the goal when empty
    QString agent;            //!< registry name, "builtin" by default; agent tasks only
    QString agentType;        //!< "code", "fixer", "reviewer", "documenter" or a user's own; empty: plain
    QString model;            //!< the agent's own name for it; "script:FILE" for the built-in agent; empty: its default
    QString mode;             //!< the agent's own name for one of its modes; empty: the preset's
    QString instructions;     //!< added to the agent's system prompt where it takes one, else put before the goal
    QStringList extraFolders; //!< absolute; the agent may read and write there too
    QStringList attachments;  //!< absolute paths of files that belong to the goal: pictures, texts
    QJsonArray mcpServers;    //!< as in ACP's session/new
    QString shell;            //!< "bash", "sh" or "zsh"; shell tasks only
    QString project;          //!< absolute path of the repository or folder
    Isolation isolation = Isolation::Worktree;
    QString baseBranch; //!< empty: what HEAD is on
    SandboxLevel sandbox = SandboxLevel::Inherit;
    NetworkAccess network = NetworkAccess::Inherit;
    Priority priority = Priority::Normal;
    TaskLimits limits;
    RetryPolicy retry;
    UtcTime notBefore{}; //!< waits in the queue until then; epoch: at once
    QList<TaskId> after; //!< starts when these have completed
    QString verbosity;   //!< "normal", "detailed" or "minimal"

    QJsonObject toJson() const;
    static Result<TaskSpec> fromJson(const QJsonObject& json);
    //! Wrong or missing input as one clear error: empty goal, relative project, unknown shell…
    Result<> validate() const;
    bool operator==(const TaskSpec&) const = default;
};

//! A title of at most 60 characters from a goal or command.
QString titleFromGoal(const QString& goal);

} // namespace switchyard
