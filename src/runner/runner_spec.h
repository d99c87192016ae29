#pragma once

#include "model/task.h"

namespace switchyard::runner {

//! What the engine hands to a runner, in spec.json of the attempt's folder.
struct RunnerSpec {
    TaskSpec task;
    int attempt = 1;
    QString resumeSession; //!< agent session of an interrupted attempt; empty: a new one
    bool ownFiles = false; //!< the user's rule: what a task itself made may be deleted without asking
    QString group;         //!< control group made for this attempt (process::AttemptGroup); empty: none
    bool trusted = false;  //!< a plain command that need not be confirmed, by the user's setting
    static Result<RunnerSpec> fromJson(const QJsonObject& json);
};

} // namespace switchyard::runner
