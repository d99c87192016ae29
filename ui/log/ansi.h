#pragma once

#include <QByteArrayView>
#include <QList>
#include <QString>

#include <vector>

namespace switchyard::ui {

//! A colour as an escape sequence names it. The view turns it into one that can be read on its background.
struct AnsiColor {
    enum class Kind : quint8 { Default, Indexed, Rgb };
    Kind kind = Kind::Default;
    quint8 red = 0; //!< the index (0–255) when Indexed
    quint8 green = 0;
    quint8 blue = 0;
    bool operator==(const AnsiColor&) const = default;
};

struct TextStyle {
    AnsiColor foreground, background;
    bool bold = false, faint = false, italic = false, underline = false, inverse = false, struckOut = false;
    bool operator==(const TextStyle&) const = default;
};

struct StyledRun {
    int start = 0, length = 0; //!< in UTF-16 units of DisplayLine::text
    TextStyle style;
    bool operator==(const StyledRun&) const = default;
};

//! One line of a log as a terminal would have left it.
struct DisplayLine {
    QString text;          //!< no escapes; control characters as “^G”, what is not UTF-8 as U+FFFD, tabs kept
    QList<StyledRun> runs; //!< in order, without gaps of their own; plain text has none
    TextStyle after;       //!< in force at the end, for the next line
    bool cut = false;      //!< there was more than maxDisplayCells
};

//! More characters of one line are never shown: laying them out would stall the window.
constexpr int maxDisplayCells = 4096;

//! Plays the bytes of one line (without its '\n') on an empty terminal row: colours are kept, a carriage return goes
//! back to the first column so that a progress bar is left in its last state, backspace and the horizontal cursor
//! movements work, every other escape sequence is dropped. An escape sequence without an end hides nothing but its own
//! start.
DisplayLine parseLine(QByteArrayView bytes, const TextStyle& before = {});

//! The style in force after the line; cheaper than parseLine().
TextStyle styleAfter(QByteArrayView bytes, TextStyle style);

//! True if parseLine() would show the bytes other than as they stand: they hold an escape, a backspace or a carriage
//! return that is not part of a line end. May hold several lines.
bool needsTerminal(QByteArrayView bytes);

//! What parseLine() leaves of one line, as bytes (UTF-8, and what is not UTF-8 unchanged), with no limit of cells but
//! maxTerminalBytes: a longer line is given back as it is. For searching what is seen. `sources`, if given, gets for
//! each byte of the answer the position in `line` it came from.
constexpr qsizetype maxTerminalBytes = 64 * 1024;
QByteArray visibleBytes(QByteArrayView line, std::vector<qsizetype>* sources = nullptr);

} // namespace switchyard::ui
