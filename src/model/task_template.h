#pragma once

#include "model/task_spec.h"

#include <QMap>

namespace switchyard {

struct TemplateParameter {
    QString name;         //!< as in {{name}}: letters, digits and underscores
    QString description;  //!< one line
    QString fallback;     //!< used where nothing is given
    bool required = true; //!< an empty value is refused
    QStringList choices;  //!< empty: any text
    bool operator==(const TemplateParameter&) const = default;
};

//! A task to start again and again: a goal with {{placeholders}}, and what else a task can be told.
struct TaskTemplate {
    QString name; //!< in lower case, with hyphens: what the command line calls it
    QString title, description;
    QStringList triggers; //!< words that alone mean this template
    QString goal;
    QList<TemplateParameter> parameters; //!< every placeholder of the goal is one of them
    QJsonObject spec;                    //!< fields of TaskSpec::toJson() that differ from the defaults
    bool builtIn = false;

    QJsonObject toJson() const;
    //! Invalid if a placeholder has no parameter, a parameter no placeholder, or a name is wrong.
    static Result<TaskTemplate> fromJson(const QJsonObject& json);

    //! The goal with values in place; what is missing stays as {{name}}. For a preview.
    QString preview(const QMap<QString, QString>& values) const;
    //! A spec with goal, title and the template's settings on top of `base`. Invalid, with all of their names, if
    //! values are missing, unknown or none of the choices.
    Result<TaskSpec> fill(const QMap<QString, QString>& values, const TaskSpec& base) const;
    bool operator==(const TaskTemplate&) const = default;
};

} // namespace switchyard
