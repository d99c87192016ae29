#pragma once

#include "ui/theme/colors.h"

#include <QIcon>

namespace switchyard::ui {

//! One of resources/icons by its file name without ".svg". Drawn in the text colour of the palette in use (or in a
//! tone), at any size and pixel ratio; follows light and dark by itself. An unknown name gives an empty icon and a
//! warning.
QIcon icon(const QString& name, Tone tone = Tone::Text);
//! The same as a picture, for what is no button.
QPixmap iconPixmap(const QString& name, int size, const QColor& color, qreal pixelRatio);

} // namespace switchyard::ui
