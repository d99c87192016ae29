#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "model/confirmation.h"
#include "model/event.h"
#include "model/lifecycle.h"

#include <QJsonObject>
#include <QMetaType>

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
    qint64 memoryBytes = 0;              //!< of the whole process tree

    QJsonObject toJson() const;
    static Result<TaskLimits> fromJson(const QJsonObject& json);
    bool operator==(const TaskLimits&) const = default;
};

//! What was asked for. Does not change once the task exists.
struct TaskSpec {
    TaskId id; //!< null until the engine gives one
    TaskKind kind = TaskKind::Agent;
    QString goal;    //!< the goal in plain words, or the command line
    QString title;   //!< short; made from the goal when empty
    QString agent;   //!< registry name, "builtin" by default; agent tasks only
    QString model;   //!< the agent's own name for it; "script:FILE" for the built-in agent; empty: its default
    QString shell;   //!< "bash", "sh" or "zsh"; shell tasks only
    QString project; //!< absolute path of the repository or folder
    Isolation isolation = Isolation::Worktree;
    QString baseBranch; //!< empty: what HEAD is on
    Priority priority = Priority::Normal;
    TaskLimits limits;
    QList<TaskId> after; //!< starts when these have completed
    QString verbosity;   //!< "normal", "detailed" or "minimal"

    QJsonObject toJson() const;
    static Result<TaskSpec> fromJson(const QJsonObject& json);
    //! Wrong or missing input as one clear error: empty goal, relative project, unknown shell…
    Result<> validate() const;
    bool operator==(const TaskSpec&) const = default;
};

struct Usage {
    qint64 inputTokens = 0;
    qint64 outputTokens = 0;
    qint64 cachedTokens = 0;
    double cost = 0; //!< US dollars
    QString model;
    QJsonObject toJson() const;
    static Usage fromJson(const QJsonObject& json);
    bool operator==(const Usage&) const = default;
};

//! A task as it is now: its spec and what its events have made of it.
struct Task {
    TaskSpec spec;
    TaskStatus status = TaskStatus::Pending;
    QString reason; //!< why it is in this status ("waits for a slot 3/3", "tests failed")
    TaskPhase phase = TaskPhase::Init;
    int percent = 0;
    QString message; //!< what it is doing, newest
    int step = 0;
    int steps = 0;   //!< 0: unknown
    int attempt = 0; //!< number of the newest attempt; 0: none yet
    UtcTime created{};
    UtcTime started{};  //!< of the newest attempt; epoch: not yet
    UtcTime finished{}; //!< epoch: not finished
    UtcTime lastEvent{};
    milliseconds elapsed{0}; //!< counted against limits.runTime, as of elapsedAt
    UtcTime elapsedAt{};
    QString branch, baseBranch, baseCommit, worktree;
    int filesChanged = 0, linesAdded = 0, linesRemoved = 0;
    Usage usage;
    QString result;     //!< the agent's closing words
    QString mergedInto; //!< branch that has the change; empty: not merged
    bool discarded = false;
    QList<Confirmation> waitingFor; //!< open confirmations
    QString question;               //!< open question of the agent; empty: none
    QString questionId;
    qint64 position = 0; //!< of the newest event applied

    const TaskId& id() const { return spec.id; }
    //! A change that waits to be merged or discarded.
    bool isReviewable() const;
    QJsonObject toJson() const;
    static Result<Task> fromJson(const QJsonObject& json);
    bool operator==(const Task&) const = default;
};

//! The one function that turns events into a task: the database, the engine and the window all use it, so they
//! cannot disagree. Unknown kinds only move position and lastEvent. An illegal status change is not applied and
//! is returned as an error; everything else of the event still counts.
Result<> applyEvent(Task& task, const Event& event);

//! A title of at most 60 characters from a goal or command.
QString titleFromGoal(const QString& goal);

} // namespace switchyard

Q_DECLARE_METATYPE(switchyard::Task)
