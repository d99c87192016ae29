#pragma once

#include "app/commands/support.h"

#include <QDateTime>

namespace switchyard::app {

// Options of `run` about when a task starts, how it is tried again and what limits it: parsed apart from the rest.
QStringList queueValues(); //!< names of those that take a value
QString queueUsage();      //!< lines for --help
//! Errors name the option and say how it is written.
Result<> readQueueOptions(const Options& options, TaskSpec& spec);

//! "18:00" (today, or tomorrow when that is past), "2026-11-22 18:00", or from now on: "2h", "+90m".
Result<UtcTime> momentFromText(const QString& text, const QDateTime& now);
//! "512M", "2G", "1.5G", "4096" bytes.
Result<qint64> bytesFromText(const QString& text);

} // namespace switchyard::app
