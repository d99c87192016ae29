#pragma once

#include "base/result.h"

#include <QStringList>

#include <functional>

namespace switchyard::ui {

//! Where a program of this name is, or nothing. The default looks through PATH.
using ProgramFinder = std::function<QString(const QString&)>;
QString findProgram(const QString& name);

//! The command that shows a file at a line in an editor with a window of its own: the one chosen ("kate -l %l %f", with
//! the file alone behind it where there is no %f), else that of $VISUAL or $EDITOR if it is known to be such an editor,
//! else the first known one there is. The first word is the program. No shell sees any of it.
//! Fails with Invalid (what was chosen is no command) or NotFound (there is none).
Result<QStringList> editorCommand(const QString& chosen, const QString& file, int line,
                                  const ProgramFinder& find = findProgram);
//! Starts it; the editor outlives the window. The file must be one that exists.
Result<> openInEditor(const QString& chosen, const QString& file, int line);

} // namespace switchyard::ui
