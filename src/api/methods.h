#pragma once

#include "engine/engine.h"
#include "rpc/peer.h"

#include <span>

namespace switchyard::api {

//! What a method needs from whoever calls it. The local socket grants all; other doors less.
enum class Right {
    Read,    //!< sees tasks, events and logs
    Work,    //!< starts, steers and ends tasks
    Confirm, //!< answers confirmations, sets the code
    Manage   //!< changes the engine itself
};

//! Who calls, and through which door: for the audit.
struct Caller {
    QString name;
    QString door;
};

//! One row of the table that is the whole API; every door uses it. docs/protocols.md describes each method.
struct Method {
    QLatin1StringView name;
    Right needs;
    rpc::Reply (*call)(QPointer<engine::Engine> engine, QJsonObject params, Caller caller);
};

std::span<const Method> methods();
//! nullptr if there is none of that name.
const Method* findMethod(QStringView name);

} // namespace switchyard::api
