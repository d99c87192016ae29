#pragma once

#include "api/methods.h"
#include "base/json.h"

namespace switchyard::api {

// What the files that make up the table share. Each holds the methods of one subject and gives its part of the table.

using engine::Engine;
using EnginePtr = QPointer<Engine>;
using rpc::Reply;

std::span<const Method> taskMethods();       // task.*
std::span<const Method> logMethods();        // log.*
std::span<const Method> queueMethods();      // queue.*
std::span<const Method> confirmMethods();    // confirmation.*, grant.*, code.*, audit.*
std::span<const Method> statisticsMethods(); // stats.*
std::span<const Method> engineMethods();     // engine.*, project.*, demo.*
std::span<const Method> agentMethods();      // agent.*
std::span<const Method> settingsMethods();   // settings.*

//! The task that the params name.
Result<TaskId> idOf(const QJsonObject& params);
//! A number that is not negative, cut to `most`.
Result<int> count(JsonReader& reader, QLatin1StringView key, int otherwise, int most);
QJsonObject taskAnswer(const Task& task);
//! The answer {} when the work is done.
Reply empty(QCoro::Task<Result<>> work);
//! The engine went while its answer was waited for.
std::unexpected<Error> engineEnds();
QJsonObject queueJson(Engine& engine);

} // namespace switchyard::api
