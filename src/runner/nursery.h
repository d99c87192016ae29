#pragma once

#include "gate/gate.h"

namespace switchyard::runner {

//! A process that the engine keeps ready to become runners: everything is loaded and linked in it already, so that a
//! runner is there after a fork, and shares that memory with all others. It waits in a read and has one thread.
//!
//! `swy runner --nursery`: says `{"ready":true}` on its standard output; for each request, one JSON object a line on
//! its standard input, it answers `{"pid":N}` or `{"error":"…"}`. It ends at the end of its input; its runners live on.
//! Request: task, attempt, group (to be born into; may be empty), tag (of the tree), folder (to start in), log.
bool isNursery(int argc, char** argv);

//! Serves requests; in a new runner returns what `program` returns when called with the runner's own arguments.
//! Before any application object exists.
int runNursery(int argc, char** argv, int (*program)(int argc, char** argv));

//! The gate for a runner: loaded ahead where there are no rules of the user's.
Result<std::shared_ptr<const gate::Gate>> loadGate(const QString& userRules,
                                                   const QList<gate::RuleFile>& ofProject = {});

} // namespace switchyard::runner
