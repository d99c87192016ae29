#pragma once

#include <QString>

namespace switchyard::coder {

constexpr qsizetype resultCharacters = 24'000; //!< what one tool result may bring to the model
constexpr qsizetype lineCharacters = 1'000;    //!< a longer line is cut

//! A long text with its middle left out, on line borders: more of the end than of the beginning, where errors stand.
//! `hint` says how to get at the rest, with %1 for the first line left out and %2 for the last.
QString cutMiddle(const QString& text, const QString& hint, qsizetype limit = resultCharacters);

//! Lines `from`…(from 1) with their numbers, at most `count` lines and `limit` characters, and a last line that says
//! how to read on where there are more.
QString numberedLines(const QStringList& lines, int from, int count, bool more, qsizetype limit = resultCharacters);

} // namespace switchyard::coder
