#pragma once

#include "model/diff.h"

namespace switchyard::testing {

//! A hunk from lines marked as in a patch.
inline DiffHunk hunkOf(const QStringList& marked, int oldLine = 1, int newLine = 1)
{
    DiffHunk hunk{QStringLiteral("@@ -%1 +%2 @@").arg(oldLine).arg(newLine), {}};
    for (const auto& line : marked) {
        DiffLine made{DiffLine::Kind::Context, 0, 0, line.sliced(1)};
        if (line.front() == u'+')
            made.kind = DiffLine::Kind::Added;
        if (line.front() == u'-')
            made.kind = DiffLine::Kind::Removed;
        if (made.kind != DiffLine::Kind::Added)
            made.oldLine = oldLine++;
        if (made.kind != DiffLine::Kind::Removed)
            made.newLine = newLine++;
        hunk.lines << made;
    }
    return hunk;
}

inline DiffFile fileOf(const QString& path, const QList<DiffHunk>& hunks,
                       DiffFile::Change change = DiffFile::Change::Modified)
{
    DiffFile file;
    file.path = file.oldPath = path;
    file.change = change;
    file.hunks = hunks;
    for (const auto& hunk : hunks) {
        for (const auto& line : hunk.lines) {
            file.added += line.kind == DiffLine::Kind::Added;
            file.removed += line.kind == DiffLine::Kind::Removed;
        }
    }
    return file;
}

} // namespace switchyard::testing
