#pragma once

#include "base/result.h"

#include <QColor>
#include <QPalette>

namespace switchyard::ui {

//! What a colour says. Never alone: a word and a shape say the same.
enum class Tone { Text, Muted, Accent, NeedsYou, Failed, Done };

//! The colours of one scheme. Neutral ones come from the palette in use (ours, or the platform's); those with a meaning
//! are ours, chosen so that each keeps a contrast of at least 4.5:1 on `base`, `window` and its own fill.
struct Colors {
    bool dark = false;
    QColor window, base, raised, border, text, muted, hover, selection;
    QColor accent, onAccent, accentFill;
    QColor needsYou, needsYouFill;
    QColor failed, failedFill;
    QColor done, doneFill;

    QColor of(Tone tone) const;
    QColor fillOf(Tone tone) const; //!< a quiet ground for text in that tone
};

//! Light or dark by the lightness of the palette's window colour.
Colors colorsFor(const QPalette& palette);
//! Our palette for Fusion, where the platform has none.
QPalette ourPalette(bool dark);
//! The contrast of WCAG 2: 1 to 21.
double contrastOf(const QColor& a, const QColor& b);
//! `over` laid on `under` with `share` (0 to 1) of it.
QColor blend(const QColor& over, const QColor& under, double share);

} // namespace switchyard::ui
