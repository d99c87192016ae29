#pragma once

#include <QString>

namespace switchyard::engine {

//! Bytes that new work can have without swapping, as the kernel estimates them (MemAvailable, proc(5)); -1: not known.
//! One small read.
qint64 availableMemory(const QString& file = QStringLiteral("/proc/meminfo"));

} // namespace switchyard::engine
