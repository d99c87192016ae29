#include "ui/dashboard/bar_list.h"

#include <QAccessible>
#include <QFontDatabase>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace switchyard::ui {

namespace {
constexpr int rowHeight = 25, mostRows = 10;
}

BarList::BarList(const QString& name, const QString& title, bool code, QWidget* parent)
    : ChartCard(name, title, parent), m_code(code)
{
}

void BarList::setBars(const QList<Bar>& bars, const QList<QStringList>& table)
{
    m_bars = bars.mid(0, mostRows);
    m_table = table;
    m_chosen = -1;
    figuresChanged();
    updateGeometry();
}

QSize BarList::sizeHint() const
{
    return {420, 52 + rowHeight * int(std::max<qsizetype>(4, m_bars.size()))};
}

void BarList::paintChart(QPainter& painter, const QRect& rect, const Colors& c)
{
    auto nameFont = m_code ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : font();
    nameFont.setPixelSize(12);
    auto textFont = font();
    textFont.setPixelSize(11);
    double most = 0;
    int textWidth = 0;
    const QFontMetrics textMetrics(textFont);
    for (const auto& bar : m_bars) {
        most = std::max(most, bar.value);
        textWidth = std::max(textWidth, textMetrics.horizontalAdvance(bar.text));
    }
    textWidth = std::min(textWidth, rect.width() * 9 / 20);
    const int nameWidth = int((rect.width() - textWidth) * (m_code ? 0.6 : 0.42));
    const int barLeft = rect.left() + nameWidth + 10, barRoom = rect.right() - textWidth - 10 - barLeft;
    for (int i = 0; i < m_bars.size(); ++i) {
        const auto& bar = m_bars.at(i);
        const QRect row(rect.left(), rect.top() + i * rowHeight, rect.width(), rowHeight);
        if (row.bottom() > rect.bottom() + 2)
            break;
        if (i == m_chosen) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(c.selection);
            painter.drawRoundedRect(row.adjusted(-6, 1, 6, -1), 4, 4);
        }
        painter.setFont(nameFont);
        painter.setPen(c.text);
        painter.drawText(
            QRect(row.left(), row.top(), nameWidth, row.height()), Qt::AlignVCenter | Qt::TextSingleLine,
            painter.fontMetrics().elidedText(bar.name, m_code ? Qt::ElideMiddle : Qt::ElideRight, nameWidth));
        const double length = most > 0 ? std::max(2.0, bar.value / most * barRoom) : 0;
        const QRectF whole(barLeft, row.center().y() - 4, length, 9);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.accent);
        painter.drawRoundedRect(whole, 2, 2);
        if (bar.failed > 0 && bar.value > 0) {
            const QRectF part(whole.left(), whole.top(), std::max(2.0, length * bar.failed / bar.value),
                              whole.height());
            painter.setBrush(c.failed);
            painter.drawRoundedRect(part, 2, 2);
            painter.fillRect(part, QBrush(c.raised, Qt::BDiagPattern));
        }
        painter.setFont(textFont);
        painter.setPen(c.muted);
        painter.drawText(QRect(row.right() - textWidth, row.top(), textWidth + 1, row.height()),
                         Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
                         textMetrics.elidedText(bar.text, Qt::ElideRight, textWidth));
    }
}

int BarList::barAt(const QPoint& point) const
{
    const auto rect = chartRect();
    const int row = point.y() < rect.top() ? -1 : (point.y() - rect.top()) / rowHeight;
    return row < m_bars.size() ? row : -1;
}

void BarList::choose(int bar)
{
    if (bar == m_chosen)
        return;
    m_chosen = bar;
    update();
    if (bar >= 0) {
        QAccessibleAnnouncementEvent said(this, m_bars.at(bar).tip);
        QAccessible::updateAccessibility(&said);
    }
}

void BarList::open(int bar)
{
    if (bar >= 0 && bar < m_bars.size() && !m_bars.at(bar).task.isEmpty())
        Q_EMIT taskWanted(m_bars.at(bar).task);
}

void BarList::keyPressEvent(QKeyEvent* event)
{
    const int last = int(m_bars.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Down:
        return choose(std::min(last, m_chosen + 1));
    case Qt::Key_Up:
        return choose(last < 0 ? -1 : std::max(0, m_chosen - 1));
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return open(m_chosen);
    default:
        ChartCard::keyPressEvent(event);
    }
}

void BarList::mousePressEvent(QMouseEvent* event)
{
    ChartCard::mousePressEvent(event);
    choose(barAt(event->position().toPoint()));
}

void BarList::mouseDoubleClickEvent(QMouseEvent* event)
{
    open(barAt(event->position().toPoint()));
}

bool BarList::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        const int bar = barAt(help->pos());
        if (bar < 0)
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), m_bars.at(bar).tip.toHtmlEscaped().replace(u'\n', u"<br>"_s), this);
        return true;
    }
    return ChartCard::event(event);
}

} // namespace switchyard::ui
