#include "model/task.h"

#include "base/json.h"

namespace switchyard {

namespace {

void startAttempt(Task& task, const Event& event)
{
    task.attempt = event.attempt;
    task.started = event.time;
    task.finished = {};
    task.phase = TaskPhase::Init;
    task.percent = 0;
    task.step = 0;
    task.message.clear();
    task.elapsed = {};
    task.meters = {};
    task.result.clear();
    task.waitingFor.clear();
    task.question.clear();
    task.questionId.clear();
    ++task.tries;
    task.limitedUntil = {};
    task.notBefore = {};
    task.resumeSession.clear();
}

//! Into the queue, from the beginning or after an attempt.
void queue(Task& task, const QJsonObject& data)
{
    task.finished = {};
    if (data.contains(u"not_before"))
        task.notBefore = fromMilliseconds(data[u"not_before"].toInteger());
    if (data.contains(u"resume"))
        task.resumeSession = data[u"resume"].toString();
    if (data[u"by"].toString() == u"user") {
        task.tries = task.limitedTries = 0;
        task.followUp = data[u"follow_up"].toString();
    }
}

//! An attempt that its agent's limit ended is not the task's fault.
void limitAgent(Task& task, const Event& event)
{
    constexpr milliseconds notTold = std::chrono::minutes(5);
    if (task.limitedUntil == UtcTime{}) {
        ++task.limitedTries;
        task.tries = std::max(0, task.tries - 1);
    }
    const auto until = event.data[u"until"].toInteger();
    task.limitedUntil = until > 0 ? fromMilliseconds(until) : event.time + notTold;
}

Result<> applyStatus(Task& task, const Event& event)
{
    SY_TRY_ASSIGN(const auto to, statusFromName(event.data[u"to"].toString()));
    if (to == task.status) { // a new reason, such as another place in the queue
        task.reason = event.data[u"reason"].toString();
        return {};
    }
    SY_TRY(checkTransition(task.status, to));
    if (task.status == TaskStatus::Queued && (to == TaskStatus::Failed || to == TaskStatus::Interrupted))
        ++task.tries; // it never came to run
    task.status = to;
    task.reason = event.data[u"reason"].toString();
    task.endedBy = event.data[u"limit"].toString();
    if (to == TaskStatus::Running && event.attempt > task.attempt)
        startAttempt(task, event);
    if (isFinished(to)) {
        task.finished = event.time;
        task.waitingFor.clear();
        task.question.clear();
        task.questionId.clear();
        task.phase = to == TaskStatus::Completed ? TaskPhase::Complete : TaskPhase::Error;
        if (to == TaskStatus::Completed)
            task.percent = 100;
    } else if (to == TaskStatus::Queued) {
        task.archived = false;
        queue(task, event.data);
    }
    return {};
}

Result<> applyConfirmation(Task& task, const Event& event)
{
    SY_TRY_ASSIGN(const auto confirmation, Confirmation::fromJson(event.data));
    task.waitingFor << confirmation;
    return {};
}

void applyProgress(Task& task, const Event& event)
{
    const auto& data = event.data;
    if (data.contains(u"percent"))
        task.percent = std::clamp(data[u"percent"].toInt(), 0, 100);
    if (data.contains(u"message"))
        task.message = data[u"message"].toString();
    if (data.contains(u"step"))
        task.step = data[u"step"].toInt();
    if (data.contains(u"steps"))
        task.steps = data[u"steps"].toInt();
    if (data.contains(u"elapsed_ms")) {
        task.elapsed = milliseconds(data[u"elapsed_ms"].toInteger());
        task.elapsedAt = event.time;
    }
}

void applyGit(Task& task, const Event& event)
{
    const auto& data = event.data;
    if (event.kind == event_kind::gitBranch) {
        task.branch = data[u"branch"].toString();
        task.baseBranch = data[u"base_branch"].toString();
        task.baseCommit = data[u"base_commit"].toString();
        task.worktree = data[u"worktree"].toString();
    } else if (event.kind == event_kind::gitChanges) {
        task.filesChanged = data[u"files"].toInt();
        task.linesAdded = data[u"added"].toInt();
        task.linesRemoved = data[u"removed"].toInt();
    } else if (event.kind == event_kind::gitMerged) {
        task.mergedInto = data[u"into"].toString();
        task.worktree.clear();
    } else if (event.kind == event_kind::gitDiscarded) {
        task.discarded = true;
        task.worktree.clear();
    }
}

} // namespace

Result<> applyEvent(Task& task, const Event& event)
{
    if (event.position > 0)
        task.position = std::max(task.position, event.position);
    task.lastEvent = std::max(task.lastEvent, event.time);
    if (event.attempt > 0 && event.attempt < task.attempt)
        return {}; // too late: another attempt has begun, and its result counts
    const auto& data = event.data;
    if (event.kind == event_kind::taskStatus)
        return applyStatus(task, event);
    if (event.kind == event_kind::confirmationRequested)
        return applyConfirmation(task, event);
    if (event.kind == event_kind::taskCreated) {
        SY_TRY_ASSIGN(task.spec, TaskSpec::fromJson(data[u"spec"].toObject()));
        task.created = event.time;
    } else if (event.kind == event_kind::taskPhase) {
        SY_TRY_ASSIGN(task.phase, phaseFromName(data[u"phase"].toString()));
        if (data.contains(u"message"))
            task.message = data[u"message"].toString();
    } else if (event.kind == event_kind::taskProgress) {
        applyProgress(task, event);
    } else if (event.kind == event_kind::taskPriority) {
        SY_TRY_ASSIGN(task.spec.priority, priorityFromName(data[u"priority"].toString()));
    } else if (event.kind == event_kind::taskAfter) {
        QList<TaskId> after;
        for (const auto& value : data[u"after"].toArray()) {
            SY_TRY_ASSIGN(auto id, TaskId::parse(value.toString()));
            after << std::move(id);
        }
        task.spec.after = after;
    } else if (event.kind == event_kind::taskSandbox) {
        task.sandbox = data[u"level"].toString();
        task.network = data[u"network"].toString();
        task.sandboxTrouble = data[u"trouble"].toString();
    } else if (event.kind == event_kind::agentStarted) {
        task.session = data[u"session"].toString();
    } else if (event.kind == event_kind::agentLimited) {
        limitAgent(task, event);
    } else if (event.kind == event_kind::taskLimits) {
        SY_TRY_ASSIGN(task.spec.limits, TaskLimits::fromJson(data[u"limits"].toObject()));
    } else if (event.kind == event_kind::taskArchived) {
        task.archived = data[u"archived"].toBool();
    } else if (event.kind == event_kind::confirmationAnswered) {
        task.waitingFor.removeIf([&](const Confirmation& open) { return open.id == data[u"id"].toString(); });
    } else if (event.kind == event_kind::questionAsked) {
        task.question = data[u"text"].toString();
        task.questionId = data[u"id"].toString();
    } else if (event.kind == event_kind::questionAnswered) {
        task.question.clear();
        task.questionId.clear();
    } else if (event.kind == event_kind::agentUsage) {
        task.usage = Usage::fromJson(data);
    } else if (event.kind == event_kind::meters) {
        task.meters = TaskMeters::fromJson(data);
    } else if (event.kind == event_kind::agentStopped) {
        task.result = data[u"text"].toString(task.result);
    } else if (event.kind.startsWith("git."_L1)) {
        applyGit(task, event);
    }
    return {};
}

} // namespace switchyard
