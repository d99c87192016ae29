#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

namespace switchyard::app {

namespace {

QString asText(const QJsonValue& value)
{
    if (value.isString())
        return value.toString();
    return value.toDouble() == double(value.toInteger()) ? QString::number(value.toInteger())
                                                         : QString::number(value.toDouble());
}

void print(QTextStream& out, const QJsonObject& answer)
{
    const auto now = answer[u"settings"].toObject(), defaults = answer[u"defaults"].toObject();
    QList<QStringList> rows{{u"SETTING"_s, u"VALUE"_s, u"DEFAULT"_s}};
    for (auto setting = now.begin(); setting != now.end(); ++setting)
        rows << QStringList{setting.key(), asText(*setting), asText(defaults[setting.key()])};
    out << table(rows);
}

QCoro::Task<Result<int>> answered(CommandContext context, bool json, QString method, QJsonObject params)
{
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto answer, co_await client->call(method, params));
    if (json)
        context.out << compactJson(answer.toObject()) << Qt::endl;
    else if (method == u"settings.get")
        print(context.out, answer.toObject());
    co_return Success;
}

QCoro::Task<Result<int>> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    co_return co_await answered(context, options.isSet(u"json"_s), u"settings.get"_s, {});
}

QCoro::Task<Result<int>> set(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    if (options.positional().size() != 2)
        co_return context.usageError(u"A setting and its value are expected."_s);
    const auto key = options.positional().at(0), text = options.positional().at(1);
    bool isNumber = false;
    const auto number = text.toDouble(&isNumber);
    const auto value = text == u"default" ? QJsonValue() : isNumber ? QJsonValue(number) : QJsonValue(text);
    co_return co_await answered(context, options.isSet(u"json"_s), u"settings.set"_s,
                                {{u"settings"_s, QJsonObject{{key, value}}}});
}

} // namespace

QList<Command> settingsCommands()
{
    return {
        {u"settings list"_s, u"what can be set of the engine, with its value"_s, u"swy settings list [--json]"_s, list},
        {u"settings set"_s, u"change one; it counts at once"_s,
         u"swy settings set NAME VALUE [--json]\n\n"
         "  “default” as the value puts it back; `swy settings list` has the names. A wrong value changes nothing."_s,
         set}};
}

} // namespace switchyard::app
