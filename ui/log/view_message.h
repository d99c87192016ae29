#pragma once

#include <QRect>
#include <QString>

class QPainter;
class QWidget;

namespace switchyard::ui {

struct ViewColors;

//! What the log or the change view says in the middle instead of lines: a title, and below it what it means.
struct ViewMessage {
    QString title, detail;
    //! In the font of the view that holds the canvas, not in that of its lines.
    void paint(QPainter& painter, const QWidget& canvas, const QRect& viewport, const ViewColors& colors) const;
};

} // namespace switchyard::ui
