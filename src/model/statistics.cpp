#include "model/statistics.h"

#include "base/json.h"

#include <QRegularExpression>

namespace switchyard {

namespace {

using Stats = Statistics;

QJsonObject json(const RunCounts& runs)
{
    const auto rate = runs.successRate();
    return {{u"running"_s, runs.running},
            {u"completed"_s, runs.completed},
            {u"failed"_s, runs.failed},
            {u"cancelled"_s, runs.cancelled},
            {u"timed_out"_s, runs.timedOut},
            {u"interrupted"_s, runs.interrupted},
            {u"success_rate"_s, rate < 0 ? QJsonValue() : QJsonValue(rate)}};
}

QJsonObject json(const Stats::Day& day)
{
    return {{u"date"_s, day.date.toString(Qt::ISODate)},
            {u"runs"_s, json(day.runs)},
            {u"cost"_s, day.cost},
            {u"input_tokens"_s, day.inputTokens},
            {u"output_tokens"_s, day.outputTokens}};
}

QJsonObject json(const Stats::Tool& tool)
{
    return {{u"tool"_s, tool.name},
            {u"calls"_s, tool.calls},
            {u"errors"_s, tool.errors},
            {u"error_rate"_s, tool.calls > 0 ? double(tool.errors) / tool.calls : 0.0},
            {u"total_ms"_s, qint64(tool.total.count())},
            {u"longest_ms"_s, qint64(tool.longest.count())}};
}

QJsonObject json(const Stats::ErrorKind& error)
{
    return {{u"category"_s, error.category},
            {u"count"_s, error.count},
            {u"example"_s, error.example},
            {u"task"_s, error.task}};
}

QJsonObject json(const Stats::Command& command)
{
    return {{u"command"_s, command.line},
            {u"runs"_s, command.runs},
            {u"failures"_s, command.failures},
            {u"total_ms"_s, qint64(command.total.count())},
            {u"longest_ms"_s, qint64(command.longest.count())},
            {u"task"_s, command.task}};
}

QJsonObject json(const Stats::File& file)
{
    return {{u"project"_s, file.project}, {u"path"_s, file.path},   {u"changes"_s, file.changes},
            {u"tasks"_s, file.tasks},     {u"added"_s, file.added}, {u"removed"_s, file.removed}};
}

QJsonObject json(const Stats::Share& share)
{
    return {{u"name"_s, share.name},
            {u"runs"_s, json(share.runs)},
            {u"cost"_s, share.cost},
            {u"tokens"_s, share.tokens},
            {u"time_ms"_s, qint64(share.time.count())}};
}

template <typename T>
QJsonArray array(const QList<T>& list)
{
    QJsonArray result;
    for (const auto& item : list)
        result << json(item);
    return result;
}

void read(JsonReader& reader, RunCounts& runs)
{
    runs.running = int(reader.integer("running"_L1, 0));
    runs.completed = int(reader.integer("completed"_L1, 0));
    runs.failed = int(reader.integer("failed"_L1, 0));
    runs.cancelled = int(reader.integer("cancelled"_L1, 0));
    runs.timedOut = int(reader.integer("timed_out"_L1, 0));
    runs.interrupted = int(reader.integer("interrupted"_L1, 0));
}

void readRuns(JsonReader& parent, RunCounts& runs)
{
    JsonReader reader(parent.object("runs"_L1), u"runs"_s);
    read(reader, runs);
    if (const auto done = reader.finish(); !done)
        parent.reject("runs"_L1, done.error().message);
}

void read(JsonReader& reader, Stats::Day& day)
{
    day.date = QDate::fromString(reader.text("date"_L1), Qt::ISODate);
    readRuns(reader, day.runs);
    day.cost = reader.number("cost"_L1, 0);
    day.inputTokens = reader.integer("input_tokens"_L1, 0);
    day.outputTokens = reader.integer("output_tokens"_L1, 0);
}

void read(JsonReader& reader, Stats::Tool& tool)
{
    tool.name = reader.text("tool"_L1);
    tool.calls = int(reader.integer("calls"_L1, 0));
    tool.errors = int(reader.integer("errors"_L1, 0));
    tool.total = reader.duration("total_ms"_L1, {});
    tool.longest = reader.duration("longest_ms"_L1, {});
}

void read(JsonReader& reader, Stats::ErrorKind& error)
{
    error.category = reader.text("category"_L1);
    error.count = int(reader.integer("count"_L1, 0));
    error.example = reader.text("example"_L1, QString());
    error.task = reader.text("task"_L1, QString());
}

void read(JsonReader& reader, Stats::Command& command)
{
    command.line = reader.text("command"_L1);
    command.runs = int(reader.integer("runs"_L1, 0));
    command.failures = int(reader.integer("failures"_L1, 0));
    command.total = reader.duration("total_ms"_L1, {});
    command.longest = reader.duration("longest_ms"_L1, {});
    command.task = reader.text("task"_L1, QString());
}

void read(JsonReader& reader, Stats::File& file)
{
    file.project = reader.text("project"_L1, QString());
    file.path = reader.text("path"_L1);
    file.changes = int(reader.integer("changes"_L1, 0));
    file.tasks = int(reader.integer("tasks"_L1, 0));
    file.added = int(reader.integer("added"_L1, 0));
    file.removed = int(reader.integer("removed"_L1, 0));
}

void read(JsonReader& reader, Stats::Share& share)
{
    share.name = reader.text("name"_L1, QString());
    readRuns(reader, share.runs);
    share.cost = reader.number("cost"_L1, 0);
    share.tokens = reader.integer("tokens"_L1, 0);
    share.time = reader.duration("time_ms"_L1, {});
}

template <typename T>
void readList(JsonReader& parent, QLatin1StringView key, QList<T>& list)
{
    for (const auto& value : parent.array(key)) {
        JsonReader reader(value.toObject(), key);
        T item;
        read(reader, item);
        if (const auto done = reader.finish(); !done)
            return parent.reject(key, done.error().message);
        list << item;
    }
}

} // namespace

QJsonObject StatisticsQuery::toJson() const
{
    return {
        {u"from"_s, toMilliseconds(from)}, {u"to"_s, toMilliseconds(to)}, {u"project"_s, project}, {u"agent"_s, agent}};
}

Result<StatisticsQuery> StatisticsQuery::fromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    StatisticsQuery query;
    query.from = fromMilliseconds(reader.integer("from"_L1, 0));
    query.to = fromMilliseconds(reader.integer("to"_L1, 0));
    query.project = reader.text("project"_L1, QString());
    query.agent = reader.text("agent"_L1, QString());
    if (query.to != UtcTime{} && query.to <= query.from)
        reader.reject("to"_L1, u"it is not after “from”"_s);
    SY_TRY(reader.finish());
    return query;
}

double RunCounts::successRate() const
{
    const int judged = completed + failed + timedOut;
    return judged > 0 ? double(completed) / judged : -1;
}

QJsonObject Statistics::toJson() const
{
    return {{u"from"_s, toMilliseconds(from)},
            {u"to"_s, toMilliseconds(to)},
            {u"runs"_s, json(runs)},
            {u"running_now"_s, runningNow},
            {u"queued_now"_s, queuedNow},
            {u"need_you_now"_s, needYouNow},
            {u"cost"_s, cost},
            {u"cost_today"_s, costToday},
            {u"cost_this_month"_s, costThisMonth},
            {u"month_projection"_s, monthProjection},
            {u"budget_per_day"_s, budgetPerDay},
            {u"input_tokens"_s, inputTokens},
            {u"output_tokens"_s, outputTokens},
            {u"days"_s, array(days)},
            {u"tools"_s, array(tools)},
            {u"errors"_s, array(errors)},
            {u"commands"_s, array(commands)},
            {u"files"_s, array(files)},
            {u"agents"_s, array(agents)},
            {u"agent_types"_s, array(agentTypes)},
            {u"projects"_s, array(projects)},
            {u"all_projects"_s, QJsonArray::fromStringList(allProjects)},
            {u"all_agents"_s, QJsonArray::fromStringList(allAgents)}};
}

Result<Statistics> Statistics::fromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    Statistics stats;
    stats.from = fromMilliseconds(reader.integer("from"_L1, 0));
    stats.to = fromMilliseconds(reader.integer("to"_L1, 0));
    readRuns(reader, stats.runs);
    stats.runningNow = int(reader.integer("running_now"_L1, 0));
    stats.queuedNow = int(reader.integer("queued_now"_L1, 0));
    stats.needYouNow = int(reader.integer("need_you_now"_L1, 0));
    stats.cost = reader.number("cost"_L1, 0);
    stats.costToday = reader.number("cost_today"_L1, 0);
    stats.costThisMonth = reader.number("cost_this_month"_L1, 0);
    stats.monthProjection = reader.number("month_projection"_L1, 0);
    stats.budgetPerDay = reader.number("budget_per_day"_L1, 0);
    stats.inputTokens = reader.integer("input_tokens"_L1, 0);
    stats.outputTokens = reader.integer("output_tokens"_L1, 0);
    readList(reader, "days"_L1, stats.days);
    readList(reader, "tools"_L1, stats.tools);
    readList(reader, "errors"_L1, stats.errors);
    readList(reader, "commands"_L1, stats.commands);
    readList(reader, "files"_L1, stats.files);
    readList(reader, "agents"_L1, stats.agents);
    readList(reader, "agent_types"_L1, stats.agentTypes);
    readList(reader, "projects"_L1, stats.projects);
    stats.allProjects = reader.texts("all_projects"_L1);
    stats.allAgents = reader.texts("all_agents"_L1);
    SY_TRY(reader.finish());
    return stats;
}

QString errorCategory(const QString& text, const QString& toolKind)
{
    struct Pattern {
        QLatin1StringView category;
        QRegularExpression words;
    };
    const auto any = [](const char16_t* words) {
        return QRegularExpression(QString::fromUtf16(words), QRegularExpression::CaseInsensitiveOption);
    };
    // In the order of how sure each is.
    static const Pattern patterns[] = {
        {"refused"_L1, any(u"was refused|refused by|denied by the user|needs? (a|the) confirmation|not allowed by")},
        {"file_not_found"_L1,
         any(u"no such file|not found:|file not found|does not exist|enoent|cannot find the (file|path)")},
        {"permission_denied"_L1, any(u"permission denied|eacces|eperm|operation not permitted|read-only file "
                                     u"system|outside the (task|project)")},
        {"timeout"_L1, any(u"timed? ?out|time limit|deadline exceeded|etimedout")},
        {"syntax_error"_L1, any(u"syntax ?error|parse error|unexpected token|unexpected eof|indentationerror|"
                                "invalid json|malformed")},
        {"network"_L1, any(u"could not resolve|connection (refused|reset)|network is unreachable|econnrefused|"
                           "enotfound|tls|certificate verify")},
    };
    const auto start = text.left(4000);
    for (const auto& pattern : patterns) {
        if (pattern.words.match(start).hasMatch())
            return pattern.category;
    }
    return toolKind == u"execute" ? u"command_failed"_s : u"other"_s;
}

} // namespace switchyard
