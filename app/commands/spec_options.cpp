#include "app/commands/spec_options.h"

#include "app/commands/run_options.h"

#include "base/json.h"
#include "client/template_store.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>

namespace switchyard::app {

namespace {

//! Whole number or money that an option gives; Invalid names the option.
template <typename Number>
Result<Number> numberOf(const Options& options, const QString& name)
{
    bool ok = false;
    const auto text = options.value(name);
    const auto value = std::is_integral_v<Number> ? Number(text.toLongLong(&ok)) : Number(text.toDouble(&ok));
    if (!ok || !(value >= 0))
        return fail(ErrorCode::Invalid,
                    u"--%1 expects a number that is not negative, not “%2”."_s.arg(name, text.left(40)));
    return value;
}

//! What the agent is and is told.
Result<> readAgentOptions(const Options& options, TaskSpec& spec)
{
    spec.agentType = options.value(u"type"_s);
    spec.mode = options.value(u"mode"_s);
    spec.instructions = options.value(u"instructions"_s);
    for (const auto& file : options.values(u"attach"_s)) {
        if (!QFileInfo(file).isFile())
            return fail(ErrorCode::NotFound, u"There is no file %1 to attach."_s.arg(file));
        spec.attachments << QFileInfo(file).absoluteFilePath();
    }
    for (const auto& text : options.values(u"mcp"_s)) { // a file, or NAME=COMMAND
        if (const auto at = text.indexOf(u'='); at > 0 && !QFileInfo::exists(text)) {
            const auto words = QProcess::splitCommand(text.mid(at + 1));
            if (words.isEmpty())
                return fail(ErrorCode::Invalid, u"--mcp %1 names no command."_s.arg(text.left(60)));
            spec.mcpServers.append(QJsonObject{{u"name"_s, text.left(at)},
                                               {u"command"_s, words[0]},
                                               {u"args"_s, QJsonArray::fromStringList(words.mid(1))},
                                               {u"env"_s, QJsonArray()}});
            continue;
        }
        SY_TRY_ASSIGN(const auto json, readJsonFile(text));
        for (const auto& server : json[u"mcp_servers"].toArray())
            spec.mcpServers.append(server);
    }
    return {};
}

//! A goal made from a template: `--template NAME`, or a trigger as the first word; the other words are NAME=VALUE.
Result<TaskSpec> fromTemplate(TaskSpec spec, const Options& options, const Paths& paths)
{
    auto words = options.positional();
    auto name = options.value(u"template"_s);
    const auto pair = [](const QString& word) { return word.indexOf(u'=') > 0; };
    const bool named = !name.isEmpty();
    if (!named && (words.isEmpty() || words.first().contains(u' ') || !std::ranges::all_of(words.sliced(1), pair)))
        return spec;
    const auto known = client::loadTemplates(paths);
    if (!named)
        name = words.takeFirst();
    const auto* const found = client::findTemplate(known.templates, name);
    if (!found && !named)
        return spec; // a goal of one word
    if (!found)
        return fail(ErrorCode::NotFound, u"There is no template “%1”."_s.arg(name.left(60)),
                    known.problems.isEmpty() ? u"See `swy templates list`."_s : known.problems.first().message);
    QMap<QString, QString> values;
    for (const auto& word : words) {
        if (!pair(word))
            return fail(ErrorCode::Invalid, u"“%1” is no parameter of template “%2”."_s.arg(word.left(60), name),
                        u"Write it as NAME=VALUE."_s);
        values.insert(word.section(u'=', 0, 0), word.section(u'=', 1));
    }
    return found->fill(values, spec);
}

} // namespace

Result<> readLimits(const Options& options, TaskLimits& limits)
{
    if (options.isSet(u"budget"_s)) {
        SY_TRY_ASSIGN(limits.budgetUsd, numberOf<double>(options, u"budget"_s));
    }
    if (options.isSet(u"budget-tokens"_s)) {
        SY_TRY_ASSIGN(limits.budgetTokens, numberOf<qint64>(options, u"budget-tokens"_s));
    }
    if (options.isSet(u"steps"_s)) {
        SY_TRY_ASSIGN(limits.iterations, numberOf<int>(options, u"steps"_s));
    }
    return {};
}

//! An option that would have no effect is refused: who gives it means something else.
Result<> checkKind(const Options& options, bool shell)
{
    for (const auto& name : {u"agent"_s, u"model"_s, u"template"_s, u"type"_s, u"mode"_s, u"instructions"_s,
                             u"attach"_s, u"mcp"_s, u"budget"_s, u"budget-tokens"_s, u"steps"_s, u"base"_s}) {
        if (shell && options.isSet(name))
            return fail(ErrorCode::Invalid, u"--%1 is for agents; -b runs a shell command."_s.arg(name),
                        u"Leave out one of the two."_s);
    }
    if (!shell && options.isSet(u"shell"_s))
        return fail(ErrorCode::Invalid, u"--shell is for shell commands; an agent works without one."_s,
                    u"Add -b to run the words as a command, or leave out --shell."_s);
    return {};
}

Result<TaskSpec> specFromOptions(const Options& options, const Paths& paths)
{
    TaskSpec spec;
    const bool shell = options.isSet(u"b"_s);
    SY_TRY(checkKind(options, shell));
    spec.kind = shell ? TaskKind::Shell : TaskKind::Agent;
    spec.goal = options.positional().join(u' ');
    spec.title = options.isSet(u"title"_s) ? options.value(u"title"_s) : titleFromGoal(spec.goal);
    spec.project = QDir(options.isSet(u"project"_s) ? options.value(u"project"_s) : QDir::currentPath()).absolutePath();
    spec.isolation = shell || options.isSet(u"in-place"_s) ? Isolation::InPlace : Isolation::Worktree;
    spec.agent = shell ? QString() : options.isSet(u"agent"_s) ? options.value(u"agent"_s) : u"builtin"_s;
    spec.model = options.value(u"model"_s);
    spec.shell = options.value(u"shell"_s);
    spec.baseBranch = options.value(u"base"_s);
    spec.verbosity = options.isSet(u"detailed"_s)  ? u"detailed"_s
                     : options.isSet(u"minimal"_s) ? u"minimal"_s
                                                   : u"normal"_s;
    if (options.isSet(u"priority"_s)) {
        SY_TRY_ASSIGN(spec.priority, priorityFromName(options.value(u"priority"_s)));
    }
    if (options.isSet(u"time-limit"_s)) {
        const auto limit = parseDuration(options.value(u"time-limit"_s));
        if (!limit)
            return fail(ErrorCode::Invalid, u"“%1” is not a duration."_s.arg(options.value(u"time-limit"_s)),
                        u"Write it as 90s, 15m or 1h30m; 0 for no limit."_s);
        spec.limits.runTime = *limit;
    } else if (shell) {
        spec.limits.runTime = milliseconds(0); // a dev server runs until it is stopped
    }
    if (options.isSet(u"sandbox"_s)) {
        SY_TRY_ASSIGN(spec.sandbox, sandboxLevelFromName(options.value(u"sandbox"_s)));
    }
    if (options.isSet(u"network"_s)) {
        SY_TRY_ASSIGN(spec.network, networkAccessFromName(options.value(u"network"_s)));
    }
    SY_TRY(readAgentOptions(options, spec));
    SY_TRY(readLimits(options, spec.limits));
    SY_TRY(readQueueOptions(options, spec));
    for (const auto& folder : options.values(u"extra-folder"_s))
        spec.extraFolders << QDir(folder).absolutePath();
    if (options.isSet(u"after"_s)) {
        for (const auto& text : options.value(u"after"_s).split(u',')) {
            SY_TRY_ASSIGN(const auto id, TaskId::parse(text));
            spec.after << id;
        }
    }
    if (!shell) {
        SY_TRY_ASSIGN(spec, fromTemplate(std::move(spec), options, paths));
        if (options.isSet(u"title"_s))
            spec.title = options.value(u"title"_s);
    }
    SY_TRY(spec.validate());
    return spec;
}

} // namespace switchyard::app
