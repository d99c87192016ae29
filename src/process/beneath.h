#pragma once

#include "base/result.h"

#include <QByteArray>

namespace switchyard::process {

// Files of a task's folder as somebody outside its sandbox must touch them: programs inside may swap any part of a path
// for a link at any moment, so a path that was checked proves nothing. The kernel keeps these calls within the folder
// (openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS). `path` is relative, its links already followed; Forbidden if
// it leads out after all. Block on the disk.

//! A regular file of at most `limit` bytes, else Limit. NotFound names the path.
Result<QByteArray> readBeneath(const QString& folder, const QString& path, qint64 limit);
//! Whole or not at all; makes the folders above it; an existing file keeps its permissions.
Result<> writeBeneath(const QString& folder, const QString& path, const QByteArray& bytes);

} // namespace switchyard::process
