#include "model/task_spec.h"

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
            {u"output_bytes"_s, outputBytes},
            {u"memory_bytes"_s, memoryBytes},
            {u"processes"_s, processes},
            {u"budget_usd"_s, budgetUsd},
            {u"budget_tokens"_s, budgetTokens}};
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
    limits.outputBytes = reader.integer("output_bytes"_L1, 0);
    limits.processes = int(reader.integer("processes"_L1, 0));
    limits.budgetUsd = reader.number("budget_usd"_L1, 0);
    limits.budgetTokens = reader.integer("budget_tokens"_L1, 0);
    const std::pair<QLatin1StringView, bool> negative[] = {
        {"iterations"_L1, limits.iterations < 0},     {"log_bytes"_L1, limits.logBytes < 0},
        {"output_bytes"_L1, limits.outputBytes < 0},  {"memory_bytes"_L1, limits.memoryBytes < 0},
        {"processes"_L1, limits.processes < 0},       {"budget_usd"_L1, limits.budgetUsd < 0},
        {"budget_tokens"_L1, limits.budgetTokens < 0}};
    for (const auto& [key, isNegative] : negative) {
        if (isNegative)
            reader.reject(key, u"it must not be negative"_s);
    }
    if (limits.confirmationWait.count() <= 0)
        reader.reject("confirmation_wait_ms"_L1, u"it must be more than zero"_s);
    SY_TRY(reader.finish());
    return limits;
}

QJsonObject RetryPolicy::toJson() const
{
    return {{u"attempts"_s, attempts},
            {u"on_failure"_s, onFailure},
            {u"on_timeout"_s, onTimeout},
            {u"pause_ms"_s, qint64(pause.count())}};
}

Result<RetryPolicy> RetryPolicy::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"retry"_s);
    RetryPolicy policy;
    policy.attempts = int(reader.integer("attempts"_L1, 0));
    policy.onFailure = reader.boolean("on_failure"_L1, false);
    policy.onTimeout = reader.boolean("on_timeout"_L1, false);
    policy.pause = reader.duration("pause_ms"_L1, {});
    constexpr int mostAttempts = 100;
    if (policy.attempts < 0 || policy.attempts > mostAttempts)
        reader.reject("attempts"_L1, u"it must be between 0 and %1"_s.arg(mostAttempts));
    SY_TRY(reader.finish());
    return policy;
}

namespace {

template <typename Value>
struct Named {
    Value value;
    QLatin1StringView name;
};

constexpr Named<SandboxLevel> sandboxLevels[] = {{SandboxLevel::Inherit, ""_L1},
                                                 {SandboxLevel::Off, "off"_L1},
                                                 {SandboxLevel::Standard, "standard"_L1},
                                                 {SandboxLevel::Strict, "strict"_L1}};
constexpr Named<NetworkAccess> networkAccesses[] = {{NetworkAccess::Inherit, ""_L1},
                                                    {NetworkAccess::On, "on"_L1},
                                                    {NetworkAccess::Loopback, "loopback"_L1},
                                                    {NetworkAccess::Off, "off"_L1}};

template <typename Value>
QString nameOf(const auto& table, Value value)
{
    for (const auto& entry : table) {
        if (entry.value == value)
            return entry.name;
    }
    return {};
}

template <typename Value>
Result<Value> valueOf(const auto& table, QStringView name, const QString& what, const QString& hint)
{
    for (const auto& entry : table) {
        if (entry.name == name)
            return Value(entry.value);
    }
    return fail(ErrorCode::Invalid, u"“%1” is not a %2."_s.arg(name.left(40), what), hint);
}

} // namespace

QString sandboxLevelName(SandboxLevel level)
{
    return nameOf(sandboxLevels, level);
}

QString networkAccessName(NetworkAccess network)
{
    return nameOf(networkAccesses, network);
}

Result<SandboxLevel> sandboxLevelFromName(QStringView name)
{
    return valueOf<SandboxLevel>(sandboxLevels, name, u"sandbox level"_s, u"Use off, standard or strict."_s);
}

Result<NetworkAccess> networkAccessFromName(QStringView name)
{
    return valueOf<NetworkAccess>(networkAccesses, name, u"network access"_s, u"Use on, loopback or off."_s);
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
                     {u"agent_type"_s, agentType},
                     {u"model"_s, model},
                     {u"mode"_s, mode},
                     {u"instructions"_s, instructions},
                     {u"extra_folders"_s, QJsonArray::fromStringList(extraFolders)},
                     {u"attachments"_s, QJsonArray::fromStringList(attachments)},
                     {u"mcp_servers"_s, mcpServers},
                     {u"shell"_s, shell},
                     {u"project"_s, project},
                     {u"isolation"_s, isolationName(isolation)},
                     {u"base_branch"_s, baseBranch},
                     {u"sandbox"_s, sandboxLevelName(sandbox)},
                     {u"network"_s, networkAccessName(network)},
                     {u"priority"_s, priorityName(priority)},
                     {u"limits"_s, limits.toJson()},
                     {u"retry"_s, retry.toJson()},
                     {u"not_before"_s, toMilliseconds(notBefore)},
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
    spec.agentType = reader.text("agent_type"_L1, QString());
    spec.model = reader.text("model"_L1, QString());
    spec.mode = reader.text("mode"_L1, QString());
    spec.instructions = reader.text("instructions"_L1, QString());
    spec.extraFolders = reader.texts("extra_folders"_L1);
    spec.attachments = reader.texts("attachments"_L1);
    spec.mcpServers = reader.array("mcp_servers"_L1);
    spec.shell = reader.text("shell"_L1, QString());
    spec.project = reader.text("project"_L1);
    const auto isolation = reader.text("isolation"_L1, u"worktree"_s);
    if (isolation != u"worktree" && isolation != u"in_place")
        reader.reject("isolation"_L1, u"“%1” is neither worktree nor in_place"_s.arg(isolation.left(40)));
    spec.isolation = isolation == u"in_place" ? Isolation::InPlace : Isolation::Worktree;
    spec.baseBranch = reader.text("base_branch"_L1, QString());
    const auto sandbox = sandboxLevelFromName(reader.text("sandbox"_L1, QString()));
    if (!sandbox)
        reader.reject("sandbox"_L1, sandbox.error().message);
    spec.sandbox = sandbox.value_or(SandboxLevel::Inherit);
    const auto network = networkAccessFromName(reader.text("network"_L1, QString()));
    if (!network)
        reader.reject("network"_L1, network.error().message);
    spec.network = network.value_or(NetworkAccess::Inherit);
    const auto priority = priorityFromName(reader.text("priority"_L1, u"normal"_s));
    if (!priority)
        reader.reject("priority"_L1, priority.error().message);
    spec.priority = priority.value_or(Priority::Normal);
    const auto limits = TaskLimits::fromJson(reader.object("limits"_L1));
    const auto retry = RetryPolicy::fromJson(reader.object("retry"_L1));
    spec.notBefore = fromMilliseconds(reader.integer("not_before"_L1, 0));
    for (const auto& text : reader.texts("after"_L1)) {
        const auto other = TaskId::parse(text);
        if (!other)
            reader.reject("after"_L1, other.error().message);
        spec.after << other.value_or(TaskId());
    }
    spec.verbosity = reader.text("verbosity"_L1, QString());
    SY_TRY(reader.finish());
    SY_TRY(limits);
    SY_TRY(retry);
    spec.limits = *limits;
    spec.retry = *retry;
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
    if (project.isEmpty())
        return fail(ErrorCode::Invalid, u"No project folder is named."_s,
                    u"Give the folder to work in, by its whole path."_s);
    if (!QDir::isAbsolutePath(project))
        return fail(ErrorCode::Invalid, u"The project folder “%1” is not an absolute path."_s.arg(project.left(200)));
    for (const auto& folder : extraFolders) {
        if (!QDir::isAbsolutePath(folder))
            return fail(ErrorCode::Invalid, u"The extra folder “%1” is not an absolute path."_s.arg(folder.left(200)));
    }
    for (const auto& file : attachments) {
        if (!QDir::isAbsolutePath(file))
            return fail(ErrorCode::Invalid, u"The attached file “%1” is not an absolute path."_s.arg(file.left(200)));
    }
    static const QStringList shells{QString(), u"bash"_s, u"sh"_s, u"zsh"_s};
    if (!shells.contains(shell))
        return fail(ErrorCode::Invalid, u"“%1” is not a shell that Switchyard knows."_s.arg(shell.left(40)),
                    u"Use bash, sh or zsh."_s);
    return {};
}

QString titleFromGoal(const QString& goal)
{
    constexpr qsizetype longestTitle = 60;
    const auto line = goal.trimmed().section(u'\n', 0, 0).simplified();
    return line.size() <= longestTitle ? line : line.left(longestTitle - 1).trimmed() + u'…';
}

} // namespace switchyard
