#include "app/commands/groups.h"
#include "app/commands/support.h"

#include "gate/gate.h"
#include "gate/project_rules.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace switchyard::app {

namespace {
using namespace gate;

Result<std::shared_ptr<const Gate>> gateFor(const CommandContext& context, bool ownRules)
{
    return Gate::load(ownRules ? context.paths.config + u"/rules.d"_s : QString());
}

QByteArray line(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QCoro::Task<Result<int>> approveRules(CommandContext context)
{
    if (context.arguments.size() > 1)
        co_return context.usageError(u"gate approve takes one folder, or none for this one."_s);
    const auto project = context.arguments.isEmpty() ? QDir::currentPath() : context.arguments.first();
    SY_CO_TRY_ASSIGN(const auto rules, readProjectRules(project));
    if (rules.files.isEmpty())
        co_return fail(ErrorCode::NotFound, u"%1 brings no rules."_s.arg(project),
                       u"They lie in .switchyard/rules.d/*.json."_s);
    for (const auto& file : rules.files)
        context.out << file.name << ":\n" << printable(QString::fromUtf8(file.json)) << Qt::endl;
    SY_CO_TRY(approve(rules, context.paths.approvedRules()));
    context.err << "They count from the next task on, until one of them changes." << Qt::endl;
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
         u"swy gate approve [FOLDER]\n\n  They lie in .switchyard/rules.d/*.json and can only make the gate ask for more."_s,
         approveRules},
        {u"gate test"_s, u"Judge a file of labelled commands and list what differs"_s, u"swy gate test FILE"_s,
         runCorpus},
    };
}

} // namespace switchyard::app
