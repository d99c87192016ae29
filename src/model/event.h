#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "model/lifecycle.h"

#include <QJsonObject>
#include <QMetaType>

namespace switchyard {

//! Something that happened to a task. Everything known about a task is read out of its events, in order.
//! On disk: one JSON object a line, {"v":1,"task","attempt","seq","t","kind","data"}; docs/protocols.md lists the
//! kinds.
struct Event {
    TaskId task;
    int attempt = 0; //!< 0: written by the engine (created, queued, merged); from 1: by that attempt's runner
    qint64 seq = 0;  //!< from 1, without gaps within (task, attempt)
    UtcTime time{};
    QString kind; //!< one of event_kind, or unknown: kept and shown raw
    QJsonObject data;
    qint64 position = 0; //!< the engine's running number over all tasks; 0 until it has one; never in a journal

    QJsonObject toJson() const;
    static Result<Event> fromJson(const QJsonObject& json);
    bool operator==(const Event&) const = default;
};

namespace event_kind {
inline constexpr QLatin1StringView taskCreated{"task.created"}; // spec
// from, to, reason, evidence?; to queued also: by ("user": the count of tries begins anew), not_before, resume,
// follow_up
inline constexpr QLatin1StringView taskStatus{"task.status"};
inline constexpr QLatin1StringView taskPhase{"task.phase"};       // phase, message
inline constexpr QLatin1StringView taskProgress{"task.progress"}; // percent, message, step, steps, elapsed_ms
inline constexpr QLatin1StringView taskDeleted{"task.deleted"};   //
inline constexpr QLatin1StringView taskArchived{"task.archived"}; // archived
inline constexpr QLatin1StringView taskPriority{"task.priority"}; // priority
inline constexpr QLatin1StringView taskLimits{"task.limits"};     // limits: all of them, as changed
inline constexpr QLatin1StringView taskAfter{"task.after"};       // after [ids]: what it comes after from now on
inline constexpr QLatin1StringView taskSandbox{
    "task.sandbox"}; // level, network: what this attempt really gets; trouble: why it is less than asked for, or ""
inline constexpr QLatin1StringView agentStarted{"agent.started"}; // name, version, session, pid
inline constexpr QLatin1StringView agentMessage{
    "agent.message"}; // text: chunks in order, joined by readers; message_id?
inline constexpr QLatin1StringView agentThought{"agent.thought"}; // text
inline constexpr QLatin1StringView agentPlan{"agent.plan"};       // entries [{content, status, priority}]
inline constexpr QLatin1StringView agentUsage{"agent.usage"};     // input, output, cached, cost?, model (cumulative)
inline constexpr QLatin1StringView agentUpdate{"agent.update"};   // update: any other session/update, raw
inline constexpr QLatin1StringView agentStopped{"agent.stopped"}; // reason
inline constexpr QLatin1StringView agentLimited{"agent.limited"}; // agent, until (UTC ms; 0: not told), text
inline constexpr QLatin1StringView toolStarted{"tool.started"};   // id, kind, title, input
inline constexpr QLatin1StringView toolUpdated{"tool.updated"};   // id, and what changed
inline constexpr QLatin1StringView toolFinished{
    "tool.finished"}; // id, kind, title, ok, duration_ms, error?, files[], output?
inline constexpr QLatin1StringView commandStarted{"command.started"}; // id, command, cwd, verdict, pid, log_from
inline constexpr QLatin1StringView commandFinished{
    "command.finished"}; // id, exit_code | signal, duration_ms, log_from, log_to
inline constexpr QLatin1StringView fileChanged{
    "file.changed"}; // path, added, removed, how (created, modified, deleted)
inline constexpr QLatin1StringView confirmationRequested{"confirmation.requested"}; // Confirmation::toJson()
inline constexpr QLatin1StringView confirmationAnswered{"confirmation.answered"};   // id, allowed, by, door, why
inline constexpr QLatin1StringView questionAsked{"question.asked"};                 // id, text, options
inline constexpr QLatin1StringView questionAnswered{"question.answered"};           // id, text
inline constexpr QLatin1StringView guidanceGiven{"guidance.given"};                 // text
inline constexpr QLatin1StringView testResult{"test.result"};     // runner, passed, failed, skipped, ok
inline constexpr QLatin1StringView gitBranch{"git.branch"};       // branch, base_branch, base_commit, worktree
inline constexpr QLatin1StringView gitCommit{"git.commit"};       // commit, message
inline constexpr QLatin1StringView gitChanges{"git.changes"};     // files, added, removed: the sum against the base
inline constexpr QLatin1StringView gitMerged{"git.merged"};       // commit, into, branch_deleted
inline constexpr QLatin1StringView gitDiscarded{"git.discarded"}; // branch
inline constexpr QLatin1StringView meters{
    "meters"}; // cpu_ms, memory, peak_memory, processes, peak_processes, read_bytes, written_bytes, final?
inline constexpr QLatin1StringView recoveryPoint{"recovery.point"};       // number, commit, command
inline constexpr QLatin1StringView recoveryRestored{"recovery.restored"}; // number, before, commit
inline constexpr QLatin1StringView notice{"notice"}; // severity (info, warning, error), text, hint?
inline constexpr QLatin1StringView audit{"audit"};   // who, what, on
} // namespace event_kind

} // namespace switchyard

Q_DECLARE_METATYPE(switchyard::Event)
