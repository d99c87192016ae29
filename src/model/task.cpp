#include "model/task.h"

#include "base/json.h"

namespace switchyard {

QJsonObject Usage::toJson() const
{
    return {{u"input"_s, inputTokens},
            {u"output"_s, outputTokens},
            {u"cached"_s, cachedTokens},
            {u"cost"_s, cost},
            {u"model"_s, model}};
}

Usage Usage::fromJson(const QJsonObject& json)
{
    return {json[u"input"].toInteger(), json[u"output"].toInteger(), json[u"cached"].toInteger(),
            json[u"cost"].toDouble(), json[u"model"].toString()};
}

QJsonObject TaskMeters::toJson() const
{
    return {{u"cpu_ms"_s, qint64(cpu.count())}, {u"memory"_s, memory},        {u"peak_memory"_s, peakMemory},
            {u"processes"_s, processes},        {u"read_bytes"_s, readBytes}, {u"written_bytes"_s, writtenBytes}};
}

TaskMeters TaskMeters::fromJson(const QJsonObject& json)
{
    return {milliseconds(json[u"cpu_ms"].toInteger()), json[u"memory"].toInteger(),
            json[u"peak_memory"].toInteger(),          int(json[u"processes"].toInteger()),
            json[u"read_bytes"].toInteger(),           json[u"written_bytes"].toInteger()};
}

bool Task::isReviewable() const
{
    return isFinished(status) && !branch.isEmpty() && mergedInto.isEmpty() && !discarded && filesChanged > 0;
}

bool Task::willBeRetried() const
{
    constexpr int mostLimitedTries = 20; // an agent that says so for ever is not believed for ever
    const bool triesLeft = tries < spec.retry.attempts;
    if (!mergedInto.isEmpty() || discarded || endedBy == u"budget") // more money is for the user to give
        return false;
    if (status == TaskStatus::Interrupted)
        return triesLeft;
    if (status == TaskStatus::Failed && limitedUntil != UtcTime{})
        return limitedTries < mostLimitedTries;
    return triesLeft && ((status == TaskStatus::Failed && spec.retry.onFailure) ||
                         (status == TaskStatus::TimedOut && spec.retry.onTimeout));
}

QJsonObject Task::toJson() const
{
    QJsonArray open;
    for (const auto& confirmation : waitingFor)
        open << confirmation.toJson();
    return {{u"spec"_s, spec.toJson()},
            {u"status"_s, statusName(status)},
            {u"reason"_s, reason},
            {u"phase"_s, phaseName(phase)},
            {u"percent"_s, percent},
            {u"message"_s, message},
            {u"step"_s, step},
            {u"steps"_s, steps},
            {u"attempt"_s, attempt},
            {u"ended_by"_s, endedBy},
            {u"tries"_s, tries},
            {u"limited_tries"_s, limitedTries},
            {u"limited_until"_s, toMilliseconds(limitedUntil)},
            {u"not_before"_s, toMilliseconds(notBefore)},
            {u"session"_s, session},
            {u"resume_session"_s, resumeSession},
            {u"created"_s, toMilliseconds(created)},
            {u"started"_s, toMilliseconds(started)},
            {u"finished"_s, toMilliseconds(finished)},
            {u"last_event"_s, toMilliseconds(lastEvent)},
            {u"elapsed_ms"_s, qint64(elapsed.count())},
            {u"elapsed_at"_s, toMilliseconds(elapsedAt)},
            {u"sandbox"_s, sandbox},
            {u"network"_s, network},
            {u"sandbox_trouble"_s, sandboxTrouble},
            {u"branch"_s, branch},
            {u"base_branch"_s, baseBranch},
            {u"base_commit"_s, baseCommit},
            {u"worktree"_s, worktree},
            {u"files_changed"_s, filesChanged},
            {u"lines_added"_s, linesAdded},
            {u"lines_removed"_s, linesRemoved},
            {u"usage"_s, usage.toJson()},
            {u"meters"_s, meters.toJson()},
            {u"result"_s, result},
            {u"merged_into"_s, mergedInto},
            {u"follow_up"_s, followUp},
            {u"discarded"_s, discarded},
            {u"archived"_s, archived},
            {u"waiting_for"_s, open},
            {u"question"_s, question},
            {u"question_id"_s, questionId},
            {u"position"_s, position}};
}

Result<Task> Task::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"task"_s);
    Task task;
    SY_TRY_ASSIGN(task.spec, TaskSpec::fromJson(reader.object("spec"_L1)));
    SY_TRY_ASSIGN(task.status, statusFromName(reader.text("status"_L1)));
    SY_TRY_ASSIGN(task.phase, phaseFromName(reader.text("phase"_L1)));
    task.reason = reader.text("reason"_L1, QString());
    task.percent = int(reader.integer("percent"_L1, 0));
    task.message = reader.text("message"_L1, QString());
    task.step = int(reader.integer("step"_L1, 0));
    task.steps = int(reader.integer("steps"_L1, 0));
    task.attempt = int(reader.integer("attempt"_L1, 0));
    task.endedBy = reader.text("ended_by"_L1, QString());
    task.tries = int(reader.integer("tries"_L1, task.attempt));
    task.limitedTries = int(reader.integer("limited_tries"_L1, 0));
    task.limitedUntil = fromMilliseconds(reader.integer("limited_until"_L1, 0));
    task.notBefore = fromMilliseconds(reader.integer("not_before"_L1, 0));
    task.session = reader.text("session"_L1, QString());
    task.resumeSession = reader.text("resume_session"_L1, QString());
    task.created = fromMilliseconds(reader.integer("created"_L1, 0));
    task.started = fromMilliseconds(reader.integer("started"_L1, 0));
    task.finished = fromMilliseconds(reader.integer("finished"_L1, 0));
    task.lastEvent = fromMilliseconds(reader.integer("last_event"_L1, 0));
    task.elapsed = reader.duration("elapsed_ms"_L1, {});
    task.elapsedAt = fromMilliseconds(reader.integer("elapsed_at"_L1, 0));
    task.sandbox = reader.text("sandbox"_L1, QString());
    task.network = reader.text("network"_L1, QString());
    task.sandboxTrouble = reader.text("sandbox_trouble"_L1, QString());
    task.branch = reader.text("branch"_L1, QString());
    task.baseBranch = reader.text("base_branch"_L1, QString());
    task.baseCommit = reader.text("base_commit"_L1, QString());
    task.worktree = reader.text("worktree"_L1, QString());
    task.filesChanged = int(reader.integer("files_changed"_L1, 0));
    task.linesAdded = int(reader.integer("lines_added"_L1, 0));
    task.linesRemoved = int(reader.integer("lines_removed"_L1, 0));
    task.usage = Usage::fromJson(reader.object("usage"_L1));
    task.meters = TaskMeters::fromJson(reader.object("meters"_L1));
    task.result = reader.text("result"_L1, QString());
    task.mergedInto = reader.text("merged_into"_L1, QString());
    task.followUp = reader.text("follow_up"_L1, QString());
    task.discarded = reader.boolean("discarded"_L1, false);
    task.archived = reader.boolean("archived"_L1, false);
    for (const auto& value : reader.array("waiting_for"_L1)) {
        SY_TRY_ASSIGN(const auto confirmation, Confirmation::fromJson(value.toObject()));
        task.waitingFor << confirmation;
    }
    task.question = reader.text("question"_L1, QString());
    task.questionId = reader.text("question_id"_L1, QString());
    task.position = reader.integer("position"_L1, 0);
    SY_TRY(reader.finish());
    return task;
}

} // namespace switchyard
