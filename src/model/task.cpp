#include "model/task.h"

#include "base/json.h"

#include <QDir>

namespace switchyard {

QString kindName(TaskKind kind)
{
    return kind == TaskKind::Agent ? u"agent"_s : u"shell"_s;
}

QString priorityName(Priority priority)
{
    switch (priority) {
    case Priority::High:
        return u"high"_s;
    case Priority::Normal:
        return u"normal"_s;
    case Priority::Low:
        return u"low"_s;
    }
    return u"normal"_s;
}

Result<Priority> priorityFromName(QStringView name)
{
    for (const auto priority : {Priority::High, Priority::Normal, Priority::Low}) {
        if (name.compare(priorityName(priority), Qt::CaseInsensitive) == 0)
            return priority;
    }
    return fail(ErrorCode::Invalid, u"“%1” is not a priority."_s.arg(name.left(40)), u"Use high, normal or low."_s);
}

QString isolationName(Isolation isolation)
{
    return isolation == Isolation::Worktree ? u"worktree"_s : u"in_place"_s;
}

QJsonObject TaskLimits::toJson() const
{
    return {{u"run_time_ms"_s, qint64(runTime.count())},
            {u"iterations"_s, iterations},
            {u"confirmation_wait_ms"_s, qint64(confirmationWait.count())},
            {u"log_bytes"_s, logBytes},
            {u"memory_bytes"_s, memoryBytes}};
}

Result<TaskLimits> TaskLimits::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"limits"_s);
    TaskLimits limits;
    limits.runTime = reader.duration("run_time_ms"_L1, limits.runTime);
    limits.iterations = int(reader.integer("iterations"_L1, limits.iterations));
    limits.confirmationWait = reader.duration("confirmation_wait_ms"_L1, limits.confirmationWait);
    limits.logBytes = reader.integer("log_bytes"_L1, limits.logBytes);
    limits.memoryBytes = reader.integer("memory_bytes"_L1, limits.memoryBytes);
    if (limits.confirmationWait.count() <= 0)
        reader.reject("confirmation_wait_ms"_L1, u"it must be more than zero"_s);
    SY_TRY(reader.finish());
    return limits;
}

QJsonObject TaskSpec::toJson() const
{
    QJsonArray afterIds;
    for (const auto& other : after)
        afterIds << other.toString();
    QJsonObject json{{u"kind"_s, kindName(kind)},
                     {u"goal"_s, goal},
                     {u"title"_s, title},
                     {u"agent"_s, agent},
                     {u"model"_s, model},
                     {u"shell"_s, shell},
                     {u"project"_s, project},
                     {u"isolation"_s, isolationName(isolation)},
                     {u"base_branch"_s, baseBranch},
                     {u"priority"_s, priorityName(priority)},
                     {u"limits"_s, limits.toJson()},
                     {u"after"_s, afterIds},
                     {u"verbosity"_s, verbosity}};
    if (!id.isNull())
        json.insert(u"id"_s, id.toString());
    return json;
}

Result<TaskSpec> TaskSpec::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"task"_s);
    TaskSpec spec;
    if (reader.has("id"_L1))
        spec.id = reader.taskId("id"_L1);
    const auto kind = reader.text("kind"_L1, u"agent"_s);
    if (kind != u"agent" && kind != u"shell")
        reader.reject("kind"_L1, u"“%1” is neither agent nor shell"_s.arg(kind.left(40)));
    spec.kind = kind == u"shell" ? TaskKind::Shell : TaskKind::Agent;
    spec.goal = reader.text("goal"_L1);
    spec.title = reader.text("title"_L1, QString());
    spec.agent = reader.text("agent"_L1, QString());
    spec.model = reader.text("model"_L1, QString());
    spec.shell = reader.text("shell"_L1, QString());
    spec.project = reader.text("project"_L1);
    const auto isolation = reader.text("isolation"_L1, u"worktree"_s);
    if (isolation != u"worktree" && isolation != u"in_place")
        reader.reject("isolation"_L1, u"“%1” is neither worktree nor in_place"_s.arg(isolation.left(40)));
    spec.isolation = isolation == u"in_place" ? Isolation::InPlace : Isolation::Worktree;
    spec.baseBranch = reader.text("base_branch"_L1, QString());
    const auto priority = priorityFromName(reader.text("priority"_L1, u"normal"_s));
    if (!priority)
        reader.reject("priority"_L1, priority.error().message);
    spec.priority = priority.value_or(Priority::Normal);
    const auto limits = TaskLimits::fromJson(reader.object("limits"_L1));
    for (const auto& text : reader.texts("after"_L1)) {
        const auto other = TaskId::parse(text);
        if (!other)
            reader.reject("after"_L1, other.error().message);
        spec.after << other.value_or(TaskId());
    }
    spec.verbosity = reader.text("verbosity"_L1, QString());
    SY_TRY(reader.finish());
    SY_TRY(limits);
    spec.limits = *limits;
    return spec;
}

Result<> TaskSpec::validate() const
{
    constexpr qsizetype longestGoal = 100'000;
    if (goal.trimmed().isEmpty())
        return fail(ErrorCode::Invalid, kind == TaskKind::Shell ? u"The command is empty."_s : u"The goal is empty."_s,
                    kind == TaskKind::Shell
                        ? u"Say what should run, for example: swy run -b \"make test\"."_s
                        : u"Say what should be done, for example: “Build a calculator with tests”."_s);
    if (goal.size() > longestGoal)
        return fail(ErrorCode::Limit,
                    u"The goal has %1 characters; at most %2 are taken."_s.arg(goal.size()).arg(longestGoal),
                    u"Put the long part into a file of the project and name that file."_s);
    if (!QDir::isAbsolutePath(project))
        return fail(ErrorCode::Invalid, u"The project folder “%1” is not an absolute path."_s.arg(project.left(200)));
    static const QStringList shells{QString(), u"bash"_s, u"sh"_s, u"zsh"_s};
    if (!shells.contains(shell))
        return fail(ErrorCode::Invalid, u"“%1” is not a shell that Switchyard knows."_s.arg(shell.left(40)),
                    u"Use bash, sh or zsh."_s);
    return {};
}

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

bool Task::isReviewable() const
{
    return isFinished(status) && !branch.isEmpty() && mergedInto.isEmpty() && !discarded && filesChanged > 0;
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
            {u"created"_s, toMilliseconds(created)},
            {u"started"_s, toMilliseconds(started)},
            {u"finished"_s, toMilliseconds(finished)},
            {u"last_event"_s, toMilliseconds(lastEvent)},
            {u"elapsed_ms"_s, qint64(elapsed.count())},
            {u"elapsed_at"_s, toMilliseconds(elapsedAt)},
            {u"branch"_s, branch},
            {u"base_branch"_s, baseBranch},
            {u"base_commit"_s, baseCommit},
            {u"worktree"_s, worktree},
            {u"files_changed"_s, filesChanged},
            {u"lines_added"_s, linesAdded},
            {u"lines_removed"_s, linesRemoved},
            {u"usage"_s, usage.toJson()},
            {u"result"_s, result},
            {u"merged_into"_s, mergedInto},
            {u"discarded"_s, discarded},
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
    task.created = fromMilliseconds(reader.integer("created"_L1, 0));
    task.started = fromMilliseconds(reader.integer("started"_L1, 0));
    task.finished = fromMilliseconds(reader.integer("finished"_L1, 0));
    task.lastEvent = fromMilliseconds(reader.integer("last_event"_L1, 0));
    task.elapsed = reader.duration("elapsed_ms"_L1, {});
    task.elapsedAt = fromMilliseconds(reader.integer("elapsed_at"_L1, 0));
    task.branch = reader.text("branch"_L1, QString());
    task.baseBranch = reader.text("base_branch"_L1, QString());
    task.baseCommit = reader.text("base_commit"_L1, QString());
    task.worktree = reader.text("worktree"_L1, QString());
    task.filesChanged = int(reader.integer("files_changed"_L1, 0));
    task.linesAdded = int(reader.integer("lines_added"_L1, 0));
    task.linesRemoved = int(reader.integer("lines_removed"_L1, 0));
    task.usage = Usage::fromJson(reader.object("usage"_L1));
    task.result = reader.text("result"_L1, QString());
    task.mergedInto = reader.text("merged_into"_L1, QString());
    task.discarded = reader.boolean("discarded"_L1, false);
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

QString titleFromGoal(const QString& goal)
{
    constexpr qsizetype longestTitle = 60;
    const auto line = goal.trimmed().section(u'\n', 0, 0).simplified();
    return line.size() <= longestTitle ? line : line.left(longestTitle - 1).trimmed() + u'…';
}

} // namespace switchyard
