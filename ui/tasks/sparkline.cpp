#include "ui/tasks/sparkline.h"

#include "ui/theme/colors.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace switchyard::ui {

Sparkline::Sparkline(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setPoints(const QList<QPointF>& points, double least)
{
    if (m_points == points)
        return;
    m_points = points;
    m_least = least;
    update();
}

QSize Sparkline::sizeHint() const
{
    return {72, 24};
}

void Sparkline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto c = colorsFor(palette());
    const auto room = QRectF(rect()).adjusted(1.5, 3, -3.5, -2);
    painter.setPen(QPen(c.border, 1));
    painter.drawLine(QPointF(1.5, height() - 1), QPointF(width() - 3.5, height() - 1));
    if (m_points.isEmpty())
        return;
    const double from = m_points.first().x(), span = std::max(1e-9, m_points.last().x() - from);
    const double top = std::max(m_least, std::ranges::max(m_points, {}, &QPointF::y).y());
    const auto at = [&](const QPointF& point) {
        const double x = m_points.size() > 1 ? (point.x() - from) / span : 1;
        return QPointF(room.left() + x * room.width(), room.bottom() - point.y() / top * room.height());
    };
    QPainterPath line;
    line.moveTo(at(m_points.first()));
    for (const auto& point : m_points)
        line.lineTo(at(point));
    auto area = line;
    area.lineTo(at(m_points.last()).x(), height() - 1);
    area.lineTo(at(m_points.first()).x(), height() - 1);
    area.closeSubpath();
    painter.fillPath(area, c.accentFill);
    painter.setPen(QPen(c.accent, 1.5));
    painter.drawPath(line);
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.accent);
    painter.drawEllipse(at(m_points.last()), 2, 2);
}

} // namespace switchyard::ui
