#pragma once

#include "ui/log/ansi.h"

#include <QColor>
#include <QPalette>

namespace switchyard::ui {

//! Every colour the log and the change view paint with, computed from the palette in force, so that they follow the
//! theme (and a palette of the platform's own). Text colours keep a contrast of at least 4.5:1 on their background.
struct ViewColors {
    static ViewColors from(const QPalette& palette);
    bool dark = false;
    QColor background, text, dim; //!< dim: line numbers, notes
    QColor gutter, rule;          //!< behind line numbers; hairlines
    QColor accent, link;
    QColor selection, selectionText; //!< while focused
    QColor inactiveSelection;
    QColor currentLine;
    QColor heading;                  //!< band behind a command's marker line and a file's name
    QColor hit, currentHit, hitText; //!< search
    QColor error, warning, success;  //!< text and shapes
    QColor errorBand;                //!< behind a line in error, barely seen
    QColor added, removed;           //!< line backgrounds of a change
    QColor addedMark, removedMark;   //!< behind the part of a line that differs
    QColor addedText, removedText;   //!< counts and signs
    QColor hunk;                     //!< behind "@@ … @@"

    //! The colour of a terminal's text, made readable on `on`.
    QColor ansi(const AnsiColor& color, const QColor& missing) const;
    QColor ansiText(const AnsiColor& color, const QColor& on) const;
    bool operator==(const ViewColors&) const = default;
};

//! WCAG 2 contrast, 1 to 21.
double contrast(const QColor& a, const QColor& b);
//! `color` moved towards black or white until its contrast on `background` is at least `least`.
QColor readable(QColor color, const QColor& background, double least = 4.5);
//! `share` (0–1) of `over` on `under`.
QColor mix(const QColor& under, const QColor& over, double share);

} // namespace switchyard::ui
