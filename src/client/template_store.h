#pragma once

#include "base/paths.h"
#include "model/task_template.h"

namespace switchyard::client {

struct TemplateList {
    QList<TaskTemplate> templates; //!< by title; a user's own replaces a built-in of the same name
    QList<Error> problems;         //!< files that could not be read, each named
};

//! The built-in templates and those in `config/templates/*.json`. Reads files: not for a GUI thread.
TemplateList loadTemplates(const Paths& paths);
//! By name or trigger; nullptr if there is none.
const TaskTemplate* findTemplate(const QList<TaskTemplate>& templates, const QString& word);
//! Writes one of the user's own; an existing one of that name is replaced.
Result<> saveTemplate(const Paths& paths, const TaskTemplate& made);

} // namespace switchyard::client
