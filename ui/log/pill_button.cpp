#include "ui/log/pill_button.h"

#include "ui/log/view_colors.h"

#include <QPainter>

namespace switchyard::ui {

PillButton::PillButton(QWidget* parent) : QAbstractButton(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
}

QSize PillButton::sizeHint() const
{
    const auto metrics = fontMetrics();
    return {metrics.horizontalAdvance(text()) + 32, metrics.height() + 12};
}

void PillButton::enterEvent(QEnterEvent*)
{
    update();
}
void PillButton::leaveEvent(QEvent*)
{
    update();
}

void PillButton::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto fill = palette().color(QPalette::Accent);
    const auto body = QRectF(rect()).adjusted(2, 2, -2, -2);
    const QColor shade = isDown() ? mix(fill, Qt::black, 0.15) : underMouse() ? mix(fill, Qt::white, 0.12) : fill;
    painter.setPen(Qt::NoPen);
    painter.setBrush(shade);
    painter.drawRoundedRect(body, body.height() / 2, body.height() / 2);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Text), 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), height() / 2.0, height() / 2.0);
    }
    painter.setPen(readable(contrast(Qt::white, shade) >= 3.5 ? Qt::white : Qt::black, shade));
    painter.drawText(rect(), Qt::AlignCenter, text());
}

} // namespace switchyard::ui
