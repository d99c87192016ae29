#pragma once

#include "base/result.h"

#include <QJsonObject>
#include <QList>

namespace switchyard::gate {

//! The user's own rules, in the files of rules.d of the configuration folder, as they are read and changed one at a
//! time. The gate itself reads them when a task starts: a change counts from the next task on.
struct OwnRules {
    struct Rule {
        QString file; //!< path
        QJsonObject json;
    };
    struct Problem {
        QString file, text; //!< what makes the gate ask for everything
    };
    QList<Rule> rules; //!< by file, in the order they stand there
    QList<Problem> problems;
};
OwnRules readOwnRules(const QString& folder);

//! Puts the rule in the place of that with the same id, or behind those of own.json. Invalid, and nothing changed, if
//! it is no rule that a user may have (docs/gate.md).
Result<> setOwnRule(const QString& folder, const QJsonObject& rule);
//! NotFound if there is none.
Result<> removeOwnRule(const QString& folder, const QString& id);

} // namespace switchyard::gate
