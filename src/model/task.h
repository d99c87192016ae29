#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "model/confirmation.h"
#include "model/event.h"
#include "model/lifecycle.h"
#include "model/task_spec.h"

#include <QJsonObject>
#include <QMetaType>

namespace switchyard {

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

//! What the processes of the newest attempt use and have used.
struct TaskMeters {
    milliseconds cpu{0};
    qint64 memory = 0; //!< bytes, now
    qint64 peakMemory = 0;
    int processes = 0;
    qint64 readBytes = 0, writtenBytes = 0; //!< from and to disks
    QJsonObject toJson() const;
    static TaskMeters fromJson(const QJsonObject& json);
    bool operator==(const TaskMeters&) const = default;
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
    int steps = 0;          //!< 0: unknown
    int attempt = 0;        //!< number of the newest attempt; 0: none yet
    QString endedBy;        //!< the limit that ended it: "time", "steps", "budget"; empty: none
    int tries = 0;          //!< attempts that count against spec.retry.attempts, since the user last asked for one
    int limitedTries = 0;   //!< attempts that ended because the agent was limited: these do not count
    UtcTime limitedUntil{}; //!< of the newest attempt: its agent may not work before; epoch: not limited
    UtcTime notBefore{};    //!< queued again: pause before the next attempt; epoch: none
    QString session;        //!< the agent's newest session
    QString followUp;       //!< what the newest attempt is to do beyond the goal: a review's comments; may be empty
    QString resumeSession;  //!< the next attempt goes on with this session; empty: a new one
    UtcTime created{};
    UtcTime started{};  //!< of the newest attempt; epoch: not yet
    UtcTime finished{}; //!< epoch: not finished
    UtcTime lastEvent{};
    milliseconds elapsed{0}; //!< counted against limits.runTime, as of elapsedAt
    UtcTime elapsedAt{};
    QString sandbox;        //!< of the newest attempt: "off", "standard", "strict"; empty: not yet known
    QString network;        //!< of its commands: "on", "loopback", "off"
    QString sandboxTrouble; //!< why the sandbox is less than asked for; empty: it is not
    QString branch, baseBranch, baseCommit, worktree;
    int filesChanged = 0, linesAdded = 0, linesRemoved = 0;
    Usage usage;
    TaskMeters meters;
    QString result;     //!< the agent's closing words
    QString mergedInto; //!< branch that has the change; empty: not merged
    bool discarded = false;
    bool archived = false;          //!< out of the way: lists show it apart; ends when it is tried again
    QList<Confirmation> waitingFor; //!< open confirmations
    QString question;               //!< open question of the agent; empty: none
    QString questionId;
    qint64 position = 0; //!< of the newest event applied

    const TaskId& id() const { return spec.id; }
    //! A change that waits to be merged or discarded.
    bool isReviewable() const;
    //! Whether the engine tries it again by itself, now that it has ended: who waits for its end waits on.
    bool willBeRetried() const;
    //! For good, not between two attempts.
    bool hasEnded() const { return isFinished(status) && !willBeRetried(); }
    QJsonObject toJson() const;
    static Result<Task> fromJson(const QJsonObject& json);
    bool operator==(const Task&) const = default;
};

//! The one function that turns events into a task: the database, the engine and the window all use it, so they
//! cannot disagree. Unknown kinds only move position and lastEvent. An illegal status change is not applied and
//! is returned as an error; everything else of the event still counts.
Result<> applyEvent(Task& task, const Event& event);

} // namespace switchyard

Q_DECLARE_METATYPE(switchyard::Task)
