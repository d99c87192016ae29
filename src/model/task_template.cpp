#include "model/task_template.h"

#include "base/json.h"

#include <QRegularExpression>

namespace switchyard {

namespace {

const QRegularExpression& placeholder()
{
    static const QRegularExpression words(u"\\{\\{\\s*(\\w+)\\s*\\}\\}"_s);
    return words;
}

QStringList placeholdersOf(const QString& text)
{
    QStringList names;
    for (auto all = placeholder().globalMatch(text); all.hasNext();) {
        const auto name = all.next().captured(1);
        if (!names.contains(name))
            names << name;
    }
    return names;
}

Result<TemplateParameter> parameterFrom(const QJsonObject& json)
{
    JsonReader reader(json, u"parameters"_s);
    TemplateParameter parameter;
    parameter.name = reader.text("name"_L1);
    parameter.description = reader.text("description"_L1, QString());
    parameter.fallback = reader.text("default"_L1, QString());
    parameter.required = reader.boolean("required"_L1, true);
    parameter.choices = reader.texts("choices"_L1);
    static const QRegularExpression name(u"^\\w{1,40}$"_s);
    if (!name.match(parameter.name).hasMatch())
        reader.reject("name"_L1, u"“%1” is no name for a parameter"_s.arg(parameter.name.left(40)));
    if (!parameter.choices.isEmpty() && !parameter.fallback.isEmpty() &&
        !parameter.choices.contains(parameter.fallback))
        reader.reject("default"_L1, u"“%1” is none of the choices"_s.arg(parameter.fallback.left(40)));
    SY_TRY(reader.finish());
    return parameter;
}

//! `patch` laid over `base`; objects are merged, everything else is replaced.
QJsonObject overlaid(QJsonObject base, const QJsonObject& patch)
{
    for (auto field = patch.begin(); field != patch.end(); ++field) {
        const auto old = base[field.key()];
        base[field.key()] = old.isObject() && field->isObject()
                                ? QJsonValue(overlaid(old.toObject(), field->toObject()))
                                : QJsonValue(field.value());
    }
    return base;
}

} // namespace

QJsonObject TaskTemplate::toJson() const
{
    QJsonArray list;
    for (const auto& parameter : parameters)
        list << QJsonObject{{u"name"_s, parameter.name},
                            {u"description"_s, parameter.description},
                            {u"default"_s, parameter.fallback},
                            {u"required"_s, parameter.required},
                            {u"choices"_s, QJsonArray::fromStringList(parameter.choices)}};
    return {{u"name"_s, name},
            {u"title"_s, title},
            {u"description"_s, description},
            {u"triggers"_s, QJsonArray::fromStringList(triggers)},
            {u"goal"_s, goal},
            {u"parameters"_s, list},
            {u"spec"_s, spec}};
}

Result<TaskTemplate> TaskTemplate::fromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    TaskTemplate made;
    made.name = reader.text("name"_L1);
    made.title = reader.text("title"_L1, made.name);
    made.description = reader.text("description"_L1, QString());
    made.triggers = reader.texts("triggers"_L1);
    made.goal = reader.text("goal"_L1);
    made.spec = reader.object("spec"_L1);
    for (const auto& value : reader.array("parameters"_L1)) {
        SY_TRY_ASSIGN(auto parameter, parameterFrom(value.toObject()));
        made.parameters << std::move(parameter);
    }
    static const QRegularExpression name(u"^[a-z0-9][a-z0-9-]{0,39}$"_s);
    if (!name.match(made.name).hasMatch())
        reader.reject("name"_L1,
                      u"“%1” is no name for a template: lower case, digits and hyphens"_s.arg(made.name.left(40)));
    const auto used = placeholdersOf(made.goal);
    for (const auto& one : used) {
        if (std::ranges::find(made.parameters, one, &TemplateParameter::name) == made.parameters.end())
            reader.reject("goal"_L1, u"{{%1}} is not among the parameters"_s.arg(one));
    }
    for (const auto& parameter : made.parameters) {
        if (!used.contains(parameter.name))
            reader.reject("parameters"_L1, u"“%1” is not used in the goal"_s.arg(parameter.name));
    }
    SY_TRY(reader.finish());
    return made;
}

QString TaskTemplate::preview(const QMap<QString, QString>& values) const
{
    QString text;
    qsizetype at = 0;
    for (auto all = placeholder().globalMatch(goal); all.hasNext();) {
        const auto match = all.next();
        text += goal.mid(at, match.capturedStart() - at);
        const auto wanted = match.captured(1);
        auto value = values.value(wanted);
        const auto parameter = std::ranges::find(parameters, wanted, &TemplateParameter::name);
        if (value.isEmpty() && parameter != parameters.end())
            value = parameter->fallback;
        // One pass: what a value holds is never taken for a placeholder.
        text += value.isEmpty() && parameter != parameters.end() && parameter->required ? match.captured() : value;
        at = match.capturedEnd();
    }
    return text + goal.mid(at);
}

Result<TaskSpec> TaskTemplate::fill(const QMap<QString, QString>& values, const TaskSpec& base) const
{
    QStringList missing, unknown = values.keys();
    for (const auto& parameter : parameters) {
        unknown.removeAll(parameter.name);
        const auto value = values.value(parameter.name, parameter.fallback);
        if (value.trimmed().isEmpty() && parameter.fallback.isEmpty() && parameter.required)
            missing << parameter.name;
        else if (!value.isEmpty() && !parameter.choices.isEmpty() && !parameter.choices.contains(value))
            return fail(ErrorCode::Invalid,
                        u"“%1” is no choice for “%2” of template “%3”."_s.arg(value.left(40), parameter.name, name),
                        u"Choose one of: %1."_s.arg(parameter.choices.join(u", "_s)));
    }
    QStringList names;
    for (const auto& parameter : parameters)
        names << parameter.name;
    if (!unknown.isEmpty())
        return fail(ErrorCode::Invalid, u"Template “%1” has no parameter %2."_s.arg(name, unknown.join(u", "_s)),
                    names.isEmpty() ? u"It has none."_s : u"It has: %1."_s.arg(names.join(u", "_s)));
    if (!missing.isEmpty())
        return fail(ErrorCode::Invalid, u"Template “%1” needs a value for %2."_s.arg(name, missing.join(u", "_s)),
                    u"Give it as NAME=VALUE."_s);
    auto filled = TaskSpec::fromJson(overlaid(base.toJson(), spec));
    if (!filled)
        return fail(ErrorCode::Invalid, u"Template “%1”: %2"_s.arg(name, filled.error().message));
    filled->goal = preview(values).trimmed();
    filled->title = titleFromGoal(filled->goal);
    return filled;
}

} // namespace switchyard
