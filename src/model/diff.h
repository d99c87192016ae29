#pragma once

#include "base/result.h"

#include <QJsonObject>

namespace switchyard {

//! A change as it is shown and sent: what git's diff says, in values.
struct DiffLine {
    enum class Kind { Context, Added, Removed };
    Kind kind = Kind::Context;
    int oldLine = 0; //!< from 1; 0: not in the old file
    int newLine = 0; //!< from 1; 0: not in the new file
    QString text;    //!< without the line end
    bool operator==(const DiffLine&) const = default;
};

struct DiffHunk {
    QString header; //!< "@@ -1,4 +1,6 @@ def add"
    QList<DiffLine> lines;
    bool operator==(const DiffHunk&) const = default;
};

struct DiffFile {
    enum class Change { Added, Modified, Deleted, Renamed };
    QString path;
    QString oldPath; //!< differs from path only when renamed
    Change change = Change::Modified;
    bool binary = false;    //!< no hunks
    bool truncated = false; //!< too large to be shown whole; added and removed are still right
    int added = 0, removed = 0;
    QList<DiffHunk> hunks;
    bool operator==(const DiffFile&) const = default;
};

struct Diff {
    QString base; //!< commit id compared against
    QList<DiffFile> files;
    int added() const;
    int removed() const;
    QJsonObject toJson() const;
    static Result<Diff> fromJson(const QJsonObject& json);
    //! As `git diff` would print it.
    QString toPatch() const;
    bool operator==(const Diff&) const = default;
};

} // namespace switchyard
