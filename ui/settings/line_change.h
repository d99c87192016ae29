#pragma once

#include <QStringList>

namespace switchyard::ui {

//! The lines of `after`, each behind "  ", with what came behind "+ " and what went, from `before`, behind "- ". For
//! texts of some hundred lines; of longer ones everything went and came.
QStringList changedLines(const QString& before, const QString& after);

} // namespace switchyard::ui
