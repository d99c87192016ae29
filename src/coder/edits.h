#pragma once

#include "base/result.h"

#include <QList>

namespace switchyard::coder {

//! One exact replacement. The old text must be there exactly once, unless all occurrences are meant.
struct Edit {
    QString oldText;
    QString newText;
    bool all = false;
};

struct Edited {
    QString text;
    int replacements = 0;
    QList<int> lines; //!< of the result, from 1: where each edit begins
};

//! Applies them in order, all or none. Errors name the edit, and say what is there instead: a match that differs in
//! blanks, the places of several matches, or that the text is not there. A file with CRLF line ends keeps them.
Result<Edited> applyEdits(const QString& text, const QList<Edit>& edits);

} // namespace switchyard::coder
