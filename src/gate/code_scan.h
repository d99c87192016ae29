#pragma once

#include "gate/rules.h"

namespace switchyard::gate {

struct CodeFindings {
    QList<Finding> findings;
    QStringList scripts; //!< shell commands that the code would run, to be judged like any other
};

//! Looks through literal code of a language ("py", "js", "sql"…) for what deletes, runs or kills.
CodeFindings scanCode(const RuleBook& rules, const QString& language, const QString& code, Span span);

//! SQL without its texts and comments, upper case, blanks joined.
QString bareSql(QStringView sql);

} // namespace switchyard::gate
