#pragma once

#include "client/engine_client.h"
#include "ui/log/log_spool.h"

namespace switchyard::ui {

//! Reads the output of a task's attempt through the engine.
LogReader engineLog(client::EngineClient& client, const TaskId& id, int attempt);

} // namespace switchyard::ui
