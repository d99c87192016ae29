#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"
#include "client/template_store.h"

namespace switchyard::app {

namespace {

void printProblems(QTextStream& err, const client::TemplateList& list)
{
    for (const auto& problem : list.problems)
        err << "swy: " << printable(problem.message) << Qt::endl;
}

QCoro::Task<Result<int>> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    const auto known = client::loadTemplates(context.paths);
    printProblems(context.err, known);
    QJsonArray json;
    QList<QStringList> rows{{u"NAME"_s, u"TRIGGER"_s, u"PARAMETERS"_s, u"WHAT IT DOES"_s}};
    for (const auto& one : known.templates) {
        QStringList names;
        for (const auto& parameter : one.parameters)
            names << (parameter.required && parameter.fallback.isEmpty() ? parameter.name
                                                                         : u'[' + parameter.name + u']');
        rows << QStringList{one.name, one.triggers.join(u' '), names.join(u' '), printable(one.description)};
        auto object = one.toJson();
        object.insert(u"built_in"_s, one.builtIn);
        json << object;
    }
    if (options.isSet(u"json"_s))
        context.out << compactJson({{u"templates"_s, json}}) << Qt::endl;
    else
        context.out << table(rows) << "\nStart one with `swy run --template NAME parameter=value …`; your own go into "
                    << context.paths.config << "/templates." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> show(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() != 1)
        co_return context.usageError(u"Exactly one template is to be named."_s);
    const auto known = client::loadTemplates(context.paths);
    const auto* const one = client::findTemplate(known.templates, options.positional().first());
    if (!one) {
        printProblems(context.err, known);
        co_return fail(ErrorCode::NotFound, u"There is no template “%1”."_s.arg(options.positional().first()),
                       u"See `swy templates list`."_s);
    }
    if (options.isSet(u"json"_s)) {
        context.out << compactJson(one->toJson()) << Qt::endl;
        co_return Success;
    }
    context.out << printable(one->title) << ": " << printable(one->description) << "\n\n";
    for (const auto& line : one->goal.split(u'\n'))
        context.out << "    " << printable(line) << '\n';
    context.out << '\n';
    for (const auto& parameter : one->parameters) {
        context.out << "  " << parameter.name.leftJustified(14) << printable(parameter.description);
        if (!parameter.choices.isEmpty())
            context.out << " (" << printable(parameter.choices.join(u" | "_s)) << ')';
        if (!parameter.fallback.isEmpty())
            context.out << " [" << printable(parameter.fallback) << ']';
        context.out << '\n';
    }
    context.out.flush();
    co_return Success;
}

} // namespace

QList<Command> templateCommands()
{
    return {
        {u"templates list"_s, u"tasks to start again and again"_s, u"swy templates list [--json]"_s, list},
        {u"templates show"_s, u"one template: its goal and parameters"_s, u"swy templates show NAME [--json]"_s, show}};
}

} // namespace switchyard::app
