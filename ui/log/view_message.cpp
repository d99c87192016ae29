#include "ui/log/view_message.h"

#include "ui/log/view_colors.h"

#include <QFontInfo>
#include <QPainter>
#include <QWidget>

namespace switchyard::ui {

void ViewMessage::paint(QPainter& painter, const QWidget& canvas, const QRect& viewport, const ViewColors& colors) const
{
    const auto* const view = canvas.parentWidget();
    const auto detailFont = view ? view->font() : canvas.font();
    auto titleFont = detailFont;
    titleFont.setPixelSize(qRound(QFontInfo(detailFont).pixelSize() * 1.15));
    titleFont.setWeight(QFont::DemiBold);
    const QRect box = viewport.adjusted(24, 24, -24, -24);
    QRect line = box;
    line.setHeight(QFontMetrics(titleFont).height());
    line.moveTop(box.center().y() - line.height());
    painter.setFont(titleFont);
    painter.setPen(colors.text);
    painter.drawText(line, Qt::AlignCenter, title);
    painter.setFont(detailFont);
    painter.setPen(colors.dim);
    painter.drawText(QRect(box.left(), line.bottom() + 8, box.width(), 80),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, detail);
}

} // namespace switchyard::ui
