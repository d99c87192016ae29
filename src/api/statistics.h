#pragma once

#include "api/methods.h"

namespace switchyard::api {

//! "stats.get": counted on a worker, on a connection of its own, so that nobody waits for it.
rpc::Reply statsGet(QPointer<engine::Engine> engine, QJsonObject params, Caller caller);

} // namespace switchyard::api
