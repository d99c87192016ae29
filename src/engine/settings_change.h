#pragma once

#include "engine/settings.h"

#include <QJsonObject>

namespace switchyard::engine {

//! What the user may set, by its key in the section [engine] of switchyard.conf, with the value in force.
QJsonObject settingsJson(const Settings& settings);

//! Writes `changes` (key → number or word; null: back to the default) to switchyard.conf. Nothing is written if one of
//! them is unknown or out of range: Invalid names it. Reads and writes files: not for the engine's own thread.
Result<> changeSettings(const Paths& paths, const QJsonObject& changes);

} // namespace switchyard::engine
