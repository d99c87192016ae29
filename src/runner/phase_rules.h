#pragma once

#include "model/lifecycle.h"

#include <QHash>
#include <QRegularExpression>

namespace switchyard::runner {

//! What phases and progress are read from: resources/progress/phases.json, compiled in.
struct PhaseRules {
    struct CommandRule {
        QString kind; //!< "test", "lint", "build", "install"
        QRegularExpression pattern;
        std::optional<TaskPhase> phase;        //!< entered when it starts
        std::optional<TaskPhase> afterFailure; //!< entered when it fails
        QString says, passed, failed;          //!< for people
    };
    QList<CommandRule> commands;
    QHash<QString, TaskPhase> tools; //!< by the kind that the protocol knows
    QHash<TaskPhase, int> floors;    //!< percent
    int ceiling = 98;
    int planFrom = 5, planTo = 90; //!< percent of a plan with nothing and with everything done

    //! Invalid names the wrong field.
    static Result<PhaseRules> parse(const QByteArray& json);
    //! The ones compiled in; a test reads them.
    static const PhaseRules& builtIn();
    //! Nothing for a command of no special kind.
    const CommandRule* ruleFor(const QString& command) const;
};

//! What kind of failure a tool's words tell of: "file_not_found", "permission_denied", "timeout", "syntax_error"…, from
//! resources/progress/tool-errors.json; "command_failed" for other failed commands, else "other".
QString toolErrorCategory(const QString& words, bool isCommand);

} // namespace switchyard::runner
