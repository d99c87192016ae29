#include "ui/dashboard/chart_card.h"

#include "ui/theme/icons.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace switchyard::ui {

namespace {
constexpr int margin = 14, headingHeight = 30;
}

ChartCard::ChartCard(const QString& name, const QString& title, QWidget* parent)
    : QFrame(parent), m_title(title), m_menu(new QToolButton(this))
{
    setObjectName(name);
    setAccessibleName(title);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    m_menu->setIcon(icon(u"more"_s, Tone::Muted));
    m_menu->setAutoRaise(true);
    m_menu->setObjectName(name + u"Menu"_s);
    m_menu->setAccessibleName(tr("Save “%1”").arg(title));
    m_menu->setToolTip(tr("Save as picture or table"));
    connect(m_menu, &QToolButton::clicked, this,
            [this] { showMenu(m_menu->mapToGlobal(QPoint(0, m_menu->height()))); });
}

QImage ChartCard::picture()
{
    constexpr int scale = 2;
    QImage image(size() * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    image.fill(palette().color(QPalette::Window));
    m_menu->hide();
    render(&image);
    m_menu->show();
    return image;
}

QRect ChartCard::chartRect() const
{
    return rect().adjusted(margin, headingHeight + 8, -margin, -margin);
}

void ChartCard::figuresChanged()
{
    QStringList lines;
    for (const auto& row : rows().mid(0, 40))
        lines << row.join(u", "_s);
    setAccessibleDescription(lines.join(u". "_s));
    update();
}

void ChartCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto c = colorsFor(palette());
    painter.setPen(QPen(hasFocus() ? c.accent : c.border, hasFocus() ? 1.5 : 1));
    painter.setBrush(c.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    auto strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(c.text);
    painter.drawText(QRect(margin, 8, width() - 2 * margin - 28, headingHeight - 8), Qt::AlignVCenter, m_title);
    painter.setFont(font());
    const auto body = chartRect();
    if (rows().size() < 2) {
        painter.setPen(c.muted);
        painter.drawText(body, Qt::AlignCenter | Qt::TextWordWrap, tr("Nothing in this period."));
        return;
    }
    painter.setClipRect(body.adjusted(-margin + 2, -4, margin - 2, margin - 2));
    paintChart(painter, body, c);
}

void ChartCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    m_menu->setGeometry(width() - 34, 6, 26, 26);
}

void ChartCard::contextMenuEvent(QContextMenuEvent* event)
{
    showMenu(event->globalPos());
}

void ChartCard::focusInEvent(QFocusEvent* event)
{
    QFrame::focusInEvent(event);
    update();
}

void ChartCard::focusOutEvent(QFocusEvent* event)
{
    QFrame::focusOutEvent(event);
    update();
}

void ChartCard::showMenu(const QPoint& at)
{
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Save as picture (PNG)…"), this, [this] { Q_EMIT saveWanted(true); });
    menu->addAction(tr("Save as table (CSV)…"), this, [this] { Q_EMIT saveWanted(false); });
    menu->popup(at);
}

QByteArray csvOf(const QList<QStringList>& rows)
{
    QByteArray csv;
    for (const auto& row : rows) {
        QStringList cells;
        for (auto cell : row) {
            if (!cell.isEmpty() && QStringView(u"=+-@\t").contains(cell.front())) {
                bool number = false;
                cell.toDouble(&number);
                if (!number)
                    cell.prepend(u'\'');
            }
            if (cell.contains(u'"') || cell.contains(u',') || cell.contains(u'\n') || cell.contains(u'\r'))
                cell = u'"' + cell.replace(u'"', u"\"\""_s) + u'"';
            cells << cell;
        }
        csv += cells.join(u',').toUtf8() + "\r\n";
    }
    return csv;
}

} // namespace switchyard::ui
