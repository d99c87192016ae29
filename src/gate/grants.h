#pragma once

#include "gate/gate.h"
#include "model/grant.h"

namespace switchyard::gate {

//! What the user may allow beyond this once when the command is asked for: nothing for a reason that belongs to the
//! floor or for what could not be read. Looks at the disk.
QList<GrantOffer> grantOffers(const Judgement& judgement, const Context& context);

//! A command as it comes to the gate, for comparing it with what was granted.
struct GrantedUse {
    QString command, cwd, branch;
    TaskId task;
    QString project;
};
//! The grant that lets it run without asking, if there is one. Looks at the disk.
std::optional<Grant> findGrant(const QList<Grant>& grants, const Judgement& judgement, const Context& context,
                               const GrantedUse& use);

//! Whether it only deletes what the task itself made: files of its worktree that git does not track, build output
//! among them, and, with `privateTemp`, what lies directly in the temporary folder. False for all that cannot be known.
bool deletesOnlyOwnFiles(const Judgement& judgement, const Context& context, bool privateTemp);

//! The file of grants: written by the engine, read by runners at each question, so that a revoked one is gone at once.
//! No file: no grants. Anything wrong in it is an error, and then nothing is granted.
Result<QList<Grant>> readGrants(const QString& file);
Result<> writeGrants(const QString& file, const QList<Grant>& grants);

} // namespace switchyard::gate
