#pragma once

#include "agent/session.h"

namespace switchyard::agent {

//! What session/request_permission asks for. `toolCall` is the ask's; `known` is what earlier updates told of the same
//! tool call (may be empty) and fills what the ask leaves out. Relative paths are below `cwd`.
//!
//! The command is rawInput's where there is one (a text, or a list that is quoted into one). Agents that send no
//! rawInput (Gemini) have it in the title only: then the title is the command, unless the ask is plainly about files.
//! What the agent calls the kind never makes a request milder: without a command and without paths the title is the
//! command.
PermissionRequest permissionRequest(const QJsonObject& toolCall, const QJsonObject& known, const QString& cwd);

//! The result of session/request_permission. Options are chosen by their kind, never by id or place, and only those
//! that count once; "always" would silence the agent for good. Without a fitting one: refused, in the last resort
//! "cancelled".
struct PermissionOutcome {
    QJsonObject result;
    QString problem; //!< set when the answer could not be given as wished
};
PermissionOutcome permissionOutcome(PermissionAnswer answer, const QJsonArray& options);

//! Arguments as one line that a POSIX shell would split into the same again.
QString shellQuoted(const QStringList& arguments);

} // namespace switchyard::agent
