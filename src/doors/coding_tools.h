#pragma once

#include "client/engine_client.h"
#include "doors/mcp_server.h"

namespace switchyard::doors {

//! What a task gets that an assistant starts, unless it says otherwise.
struct TaskDefaults {
    QString project; //!< a folder
    QString agent = QStringLiteral("builtin");
    QString model; //!< empty: the agent's own choice
};

//! The four functions for assistants: start_autonomous_coding, check_coding_progress, cancel_coding_task and, with
//! `confirming`, submit_background_confirmation. A task that is started so is one like any other: in a worktree, with
//! the gate and the sandbox of the settings. The client must outlive the calls.
QList<Tool> codingTools(client::EngineClient& client, const TaskDefaults& defaults, bool confirming = true);
//! What an assistant is told about them.
QString codingInstructions(bool confirming);

} // namespace switchyard::doors
