#pragma once

#include "ui/log/ansi.h"
#include "ui/theme/syntax.h"

#include <QList>
#include <QString>

namespace switchyard::ui {

enum class LineKind : quint8 {
    Plain,
    Command,  //!< "▶ pytest -q"
    Exit,     //!< "■ exit code 1, 2.1 s"
    DiffFile, //!< "diff --git …", "--- a/…", "+++ b/…" and what stands between
    DiffHunk, //!< "@@ … @@"
    DiffAdded,
    DiffRemoved,
    DiffContext,
    Traceback,     //!< "Traceback (most recent call last):" and its frames
    TracebackCode, //!< the line of source under a frame
    Json,
    Fence, //!< "```python"
    Code,  //!< between fences
};

//! What a line needs to know of the lines before it.
struct LineContext {
    enum class Block : quint8 { None, Diff, Hunk, Traceback, Json, Code };
    Block block = Block::None;
    QString language;                  //!< in a Code block, as its fence names it
    TextStyle style;                   //!< terminal colours still in force
    SyntaxState syntax; //!< in a Json or Code block
    int age = 0;                       //!< lines since the block began, so that a mistaken one ends
};

//! Says what the line is, and moves the context (all but style and syntax) past it.
LineKind classify(QStringView text, LineContext& context);

enum class Severity : quint8 { None, Warning, Error };
//! By words: "error", "2 failed", "Traceback", a command that ended badly; but not "0 errors" nor a file named
//! error.cpp.
Severity severityOf(QByteArrayView line);
//! The regular expression behind Severity::Error (PCRE2), to search a file with.
QString errorExpression();

//! "src/calculator.py:12:5" or `File "src/calculator.py", line 12` in a line of output.
struct Location {
    int start = 0, length = 0; //!< in the text
    QString file;
    int line = 0; //!< from 1
    bool operator==(const Location&) const = default;
};
QList<Location> locationsIn(const QString& text);

} // namespace switchyard::ui
