#include "ui/theme/elided_label.h"

#include "base/result.h"

#include <QHelpEvent>
#include <QStylePainter>
#include <QToolTip>

namespace switchyard::ui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(QLabel::minimumSizeHint().width(), fontMetrics().averageCharWidth() * 12),
            QLabel::minimumSizeHint().height()};
}

QString ElidedLabel::shown() const
{
    return fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty() && shown() != text()) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), u"<qt>"_s + text().toHtmlEscaped(), this);
        return true;
    }
    return QLabel::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QStylePainter(this).drawItemText(contentsRect(), int(alignment()) | Qt::TextSingleLine, palette(), isEnabled(),
                                     shown(), foregroundRole());
}

} // namespace switchyard::ui
