#pragma once

#include "agent/agent_server.h"
#include "secrets/key_store.h"

namespace switchyard::runner {

//! The agent's keys as variables for its process, and for nobody else. Each value, and what is inherited under a name
//! such as …_KEY, is registered with keepSecret() first, so that no log or event shows it. The built-in agent takes
//! those that are there; for any other a missing one is an error, unless the variable is set in `ours` already.
QCoro::Task<Result<QMap<QString, QString>>> agentSecrets(std::shared_ptr<secrets::KeyStore> keys,
                                                         agent::AgentServer server, QProcessEnvironment ours);

} // namespace switchyard::runner
