#pragma once

#include <QHash>
#include <QStringList>

//! What the files of a project say that a name of a task runs: Makefile, justfile, package.json…
namespace switchyard::gate {

struct TaskFile {
    struct Task {
        QStringList needs; //!< tasks that run before it
        QString script;    //!< for a shell, with harmless words in the place of what the tool fills in
    };

    QHash<QString, Task> tasks;
    QString first; //!< runs when none is named; empty if there is none
};

TaskFile readMakefile(const QString& text);
//! The files that it includes, as far as their names are plain.
QStringList makefileIncludes(const QString& text);
TaskFile readJustfile(const QString& text);
//! Entries of an object of JSON, texts or lists of texts: "scripts" of package.json and composer.json, "tasks" of
//! deno.json.
TaskFile readJsonTasks(const QString& text, const QString& key);

} // namespace switchyard::gate
