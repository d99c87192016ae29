#pragma once

#include "model/diff.h"

#include <QSet>

#include <vector>

namespace switchyard::ui {

//! What is painted from top to bottom. `before` and `after` are indices into the hunk's lines, -1: nothing on that
//! side. A context line has the same index in both; in unified rows a removed line has no `after` and an added one no
//! `before`.
struct DiffRow {
    enum class Kind { File, Hunk, Line, Note, Gap };
    enum class Note { None, Binary, Truncated, OnlyBlanks, Empty, RenamedOnly };
    Kind kind = Kind::Line;
    int file = 0;
    int hunk = -1;
    int before = -1, after = -1;
    int partner = -1;       //!< unified: the line it is compared with for marks within the line, -1: none
    bool unchanged = false; //!< differs only in blanks, and those are ignored
    Note note = Note::None;
    bool operator==(const DiffRow&) const = default;
};

struct DiffRowOptions {
    bool sideBySide = false;
    bool ignoreBlanks = false;
    QSet<QString> folded; //!< paths of which only the head is shown
};

std::vector<DiffRow> layOutRows(const Diff& diff, const DiffRowOptions& options);

//! A row by what it shows, to find it again in a newer diff.
struct DiffAnchor {
    QString path;
    DiffRow::Kind kind = DiffRow::Kind::File;
    int oldLine = 0, newLine = 0;
    QString text;
};
DiffAnchor anchorOf(const Diff& diff, const DiffRow& row);
//! The row that shows the same, else the nearest one of the same file, else -1.
int findAnchor(const Diff& diff, const std::vector<DiffRow>& rows, const DiffAnchor& anchor);

} // namespace switchyard::ui
