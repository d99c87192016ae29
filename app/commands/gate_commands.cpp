#include "app/commands/groups.h"
#include "app/commands/support.h"

#include "base/json.h"
#include "gate/gate.h"
#include "gate/own_rules.h"
#include "gate/project_rules.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace switchyard::app {

namespace {
using namespace gate;

constexpr qint64 largestRule = 64 << 10;

Result<std::shared_ptr<const Gate>> gateFor(const CommandContext& context, bool ownRules)
{
    return Gate::load(ownRules ? context.paths.config + u"/rules.d"_s : QString());
}

QByteArray line(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString projectOf(const Options& options)
{
    return options.positional().isEmpty() ? QDir::currentPath() : options.positional().first();
}

QCoro::Task<Result<int>> approveRules(CommandContext context)
{
    const Options options(context, {}, {u"only"_s});
    SY_CO_TRY(options.check());
    if (options.positional().size() > 1)
        co_return context.usageError(u"gate approve takes one folder, or none for this one."_s);
    const auto project = projectOf(options);
    SY_CO_TRY_ASSIGN(const auto rules, readProjectRules(project));
    if (rules.files.isEmpty())
        co_return fail(ErrorCode::NotFound, u"%1 brings no rules."_s.arg(project),
                       u"They lie in .switchyard/rules.d/*.json."_s);
    if (options.isSet(u"only"_s) && options.value(u"only"_s) != rules.fingerprint)
        co_return fail(ErrorCode::Conflict, u"The rules of %1 have changed since they were looked at."_s.arg(project),
                       u"Look at them again."_s);
    for (const auto& file : rules.files)
        context.out << file.name << ":\n" << printable(QString::fromUtf8(file.json)) << Qt::endl;
    SY_CO_TRY(approve(rules, context.paths.approvedRules()));
    context.err << "They count from the next task on, until one of them changes." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> revokeRules(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() > 1)
        co_return context.usageError(u"gate revoke takes one folder, or none for this one."_s);
    SY_CO_TRY(revoke(projectOf(options), context.paths.approvedRules()));
    context.err << "They do not count any more from the next task on." << Qt::endl;
    co_return Success;
}

QString ownFolder(const CommandContext& context)
{
    return context.paths.config + u"/rules.d"_s;
}

//! What a project brings along: {project, state, fingerprint, files [{name, text, approved}]}.
QJsonObject projectJson(const QString& project, const QString& record)
{
    const auto rules = readProjectRules(project);
    if (!rules)
        return {{u"project"_s, project}, {u"state"_s, u"damaged"_s}, {u"problem"_s, rules.error().message}};
    const auto before = approvedTexts(project, record);
    QJsonArray files;
    for (const auto& file : rules->files) {
        const auto name = QFileInfo(file.name).fileName();
        files << QJsonObject{
            {u"name"_s, name}, {u"text"_s, QString::fromUtf8(file.json)}, {u"approved"_s, before.value(name)}};
    }
    return {{u"project"_s, project},
            {u"state"_s, rules->files.isEmpty()                              ? u"none"_s
                         : areApproved(*rules, record)                       ? u"approved"_s
                         : approvedProjects(record).contains(rules->project) ? u"changed"_s
                                                                             : u"waiting"_s},
            {u"fingerprint"_s, rules->fingerprint},
            {u"files"_s, files}};
}

QString verdictOf(const QJsonObject& rule)
{
    return rule[u"verdict"].toString(u"confirm"_s);
}

QString programsOf(const QJsonObject& rule)
{
    QStringList programs;
    for (const auto& program : rule[u"program"].toArray({rule[u"program"]}))
        programs << program.toString();
    return programs.join(u' ');
}

//! The user's own rules, and what the named projects and those approved before bring along.
QCoro::Task<Result<int>> listRules(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    const auto record = context.paths.approvedRules();
    auto projects = options.positional() + approvedProjects(record);
    projects.removeDuplicates();
    const auto own = readOwnRules(ownFolder(context));
    QJsonArray rules, problems, others;
    QList<QStringList> rows{{u"RULE"_s, u"VERDICT"_s, u"PROGRAMS"_s, u"FILE"_s, u"REASON"_s}};
    for (const auto& rule : own.rules) {
        rules << QJsonObject{{u"file"_s, rule.file}, {u"rule"_s, rule.json}};
        rows << QStringList{printable(rule.json[u"id"].toString()), printable(verdictOf(rule.json)),
                            printable(programsOf(rule.json)), printable(QFileInfo(rule.file).fileName()),
                            printable(rule.json[u"reason"].toString())};
    }
    for (const auto& problem : own.problems)
        problems << QJsonObject{{u"file"_s, problem.file}, {u"problem"_s, problem.text}};
    for (const auto& project : std::as_const(projects))
        others << projectJson(project, record);
    if (options.isSet(u"json"_s)) {
        context.out << line({{u"folder"_s, ownFolder(context)},
                             {u"rules"_s, rules},
                             {u"problems"_s, problems},
                             {u"projects"_s, others}})
                    << Qt::endl;
        co_return Success;
    }
    context.out << table(rows);
    for (const auto& problem : own.problems)
        context.out << "problem: " << printable(problem.text) << '\n';
    for (const auto& other : others)
        context.out << "project: " << printable(other[u"project"].toString()) << ": " << other[u"state"].toString()
                    << '\n';
    context.out.flush();
    co_return Success;
}

QCoro::Task<Result<int>> setRule(CommandContext context)
{
    if (!context.arguments.isEmpty())
        co_return context.usageError(u"gate rule set reads the rule from the standard input."_s);
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        co_return fail(ErrorCode::Io, u"The standard input cannot be read."_s);
    SY_CO_TRY_ASSIGN(const auto rule, parseObject(input.read(largestRule), u"The rule"_s));
    SY_CO_TRY(setOwnRule(ownFolder(context), rule));
    context.err << "It counts from the next task on." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> removeRule(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() != 1)
        co_return context.usageError(u"gate rule remove takes the id of one rule."_s);
    SY_CO_TRY(removeOwnRule(ownFolder(context), options.positional().first()));
    context.err << "It does not count any more from the next task on." << Qt::endl;
    co_return Success;
}

// One verdict a line, in order; a line that is no request gets a verdict too, so that the lines stay in step.
QCoro::Task<Result<int>> classify(CommandContext context)
{
    if (!context.arguments.isEmpty())
        co_return context.usageError(u"gate classify reads its commands from the standard input."_s);
    SY_CO_TRY_ASSIGN(const auto gate, gateFor(context, false));
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        co_return fail(ErrorCode::Io, u"The standard input cannot be read."_s);
    for (auto bytes = input.readLine(); !bytes.isEmpty(); bytes = input.readLine()) {
        if (bytes.trimmed().isEmpty())
            continue;
        const auto command = QJsonDocument::fromJson(bytes).object().value("command"_L1);
        QJsonObject answer{{u"verdict"_s, u"confirm"_s},
                           {u"reason"_s, u"the line is not {\"command\": …}"_s},
                           {u"category"_s, u"unreadable"_s}};
        if (command.isString()) {
            const auto judgement = co_await gate->judge(command.toString(), {});
            answer = {{u"verdict"_s, verdictName(judgement.verdict)},
                      {u"reason"_s, judgement.reasons.join(u"; "_s)},
                      {u"category"_s, judgement.category}};
        }
        context.out << line(answer) << '\n';
        context.out.flush();
    }
    co_return Success;
}

void printScripts(QTextStream& out, const QJsonArray& scripts, int parent, int depth)
{
    const QString indent(depth * 2, u' ');
    for (qsizetype i = 0; i < scripts.size(); ++i) {
        const auto script = scripts[i].toObject();
        if (script.value("parent"_L1).toInt() != parent)
            continue;
        out << indent << script.value("from"_L1).toString() << ": "
            << script.value("script"_L1).toString().simplified().left(200) << '\n';
        for (const auto& item : script.value("commands"_L1).toArray()) {
            const auto command = item.toObject();
            out << indent << "  - " << command.value("command"_L1).toString() << '\n';
            for (const auto& finding : command.value("findings"_L1).toArray())
                out << indent << "      " << finding.toString() << '\n';
        }
        if (i > parent)
            printScripts(out, scripts, int(i), depth + 1);
    }
}

QCoro::Task<Result<int>> explain(CommandContext context)
{
    auto arguments = context.arguments;
    const bool json = arguments.removeAll(u"--json"_s) > 0;
    if (arguments.size() != 1)
        co_return context.usageError(u"gate explain takes one command, in quotes."_s);
    SY_CO_TRY_ASSIGN(const auto gate, gateFor(context, true));
    Context where;
    where.cwd = where.worktree = QDir::currentPath();
    where.home = QDir::homePath();
    where.own = {context.paths.config, context.paths.data, context.paths.state, context.paths.runtime};
    const auto explanation = co_await gate->explain(arguments.first(), where);
    if (json) {
        context.out << QJsonDocument(explanation).toJson();
        co_return Success;
    }
    context.out << "verdict: " << explanation.value("verdict"_L1).toString() << '\n';
    for (const auto& item : explanation.value("findings"_L1).toArray()) {
        const auto finding = item.toObject();
        context.out << "why:     " << finding.value("reason"_L1).toString() << "  ["
                    << finding.value("category"_L1).toString() << ", rule " << finding.value("rule"_L1).toString()
                    << "]\n";
    }
    printScripts(context.out, explanation.value("scripts"_L1).toArray(), -1, 0);
    const auto judgement = co_await gate->judge(arguments.first(), where);
    for (const auto& impact : previewImpact(judgement, where))
        context.out << "impact:  " << impact << '\n';
    co_return Success;
}

QCoro::Task<Result<int>> runCorpus(CommandContext context)
{
    if (context.arguments.size() != 1)
        co_return context.usageError(u"gate test takes one file of {\"command\", \"label\"} lines."_s);
    QFile file(context.arguments.first());
    if (!file.open(QIODevice::ReadOnly))
        co_return fail(ErrorCode::NotFound, u"%1 cannot be read: %2."_s.arg(file.fileName(), file.errorString()));
    SY_CO_TRY_ASSIGN(const auto gate, gateFor(context, true));
    int right = 0, wrong = 0;
    for (auto bytes = file.readLine(); !bytes.isEmpty(); bytes = file.readLine()) {
        const auto row = QJsonDocument::fromJson(bytes).object();
        const auto command = row.value("command"_L1).toString(), label = row.value("label"_L1).toString();
        if (label.isEmpty())
            continue;
        const auto judgement = co_await gate->judge(command, {});
        if (verdictName(judgement.verdict) == label) {
            ++right;
            continue;
        }
        ++wrong;
        context.out << label << " expected, " << verdictName(judgement.verdict)
                    << " found: " << QString(command).replace(u'\n', u"\\n"_s)
                    << (judgement.reasons.isEmpty() ? QString() : u" ("_s + judgement.reasons.first() + u')') << '\n';
    }
    context.out << right << " right, " << wrong << " wrong\n";
    co_return wrong == 0 ? Success : TaskFailed;
}
} // namespace

QList<Command> gateCommands()
{
    return {
        {u"gate classify"_s, u"Judge commands given as JSON lines on the standard input"_s,
         u"swy gate classify < commands.jsonl"_s, classify},
        {u"gate explain"_s, u"Show how a command is read, which rules it meets and why"_s,
         u"swy gate explain [--json] 'command'"_s, explain},
        {u"gate approve"_s, u"Show the rules that a project brings along, and let them count"_s,
         u"swy gate approve [FOLDER] [--only FINGERPRINT]\n\n  They lie in .switchyard/rules.d/*.json and can only "
         u"make the gate ask for more.\n"
         "  --only: none but those that `swy gate rules --json` showed."_s,
         approveRules},
        {u"gate revoke"_s, u"Let the rules of a project count no longer"_s, u"swy gate revoke [FOLDER]"_s, revokeRules},
        {u"gate rules"_s, u"Show your own rules, and which projects bring some"_s,
         u"swy gate rules [--json] [PROJECT…]"_s, listRules},
        {u"gate rule set"_s, u"Add a rule of your own, or change one"_s,
         u"swy gate rule set < rule.json\n\n  One JSON object (docs/gate.md); that with the same id is replaced."_s,
         setRule},
        {u"gate rule remove"_s, u"Remove a rule of your own"_s, u"swy gate rule remove ID"_s, removeRule},
        {u"gate test"_s, u"Judge a file of labelled commands and list what differs"_s, u"swy gate test FILE"_s,
         runCorpus},
    };
}

} // namespace switchyard::app
