#include "ui/log/log_canvas.h"

#include <QDateTime>
#include <QList>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr int textGap = 8; //!< between the gutter and the text

void paintSeverity(QPainter& painter, Severity severity, const QRectF& box, const ViewColors& colors)
{
    // shape and colour: a round badge for an error, a triangle for a warning
    painter.setPen(Qt::NoPen);
    if (severity == Severity::Error) {
        painter.setBrush(colors.error);
        painter.drawEllipse(box);
        painter.setPen(QPen(colors.background, 1.5, Qt::SolidLine, Qt::RoundCap));
        const auto cross = box.adjusted(2.9, 2.9, -2.9, -2.9);
        painter.drawLine(cross.topLeft(), cross.bottomRight());
        painter.drawLine(cross.topRight(), cross.bottomLeft());
    } else {
        painter.setBrush(colors.warning);
        QPainterPath path(QPointF(box.center().x(), box.top()));
        path.lineTo(box.bottomRight());
        path.lineTo(box.bottomLeft());
        path.closeSubpath();
        painter.drawPath(path);
        painter.setPen(QPen(colors.background, 1.4, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(box.center().x(), box.top() + 3.6), QPointF(box.center().x(), box.top() + 6.6));
    }
}

void paintBookmark(QPainter& painter, const QRectF& box, const QColor& color)
{
    QPainterPath path(box.topLeft());
    path.lineTo(box.topRight());
    path.lineTo(box.bottomRight());
    path.lineTo(box.center().x(), box.bottom() - box.width() * 0.45);
    path.lineTo(box.bottomLeft());
    path.closeSubpath();
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(path);
}

} // namespace

void LogCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const auto& colors = m_renderer.settings().colors;
    painter.fillRect(viewport()->rect(), colors.background);
    if (page().empty()) {
        m_message.paint(painter, *this, viewport()->rect(), colors);
        return;
    }
    painter.fillRect(QRect(0, 0, m_gutter, viewport()->height()), colors.gutter);
    for (const auto& line : page())
        paintLine(painter, line);
    for (const auto& line : page())
        paintGutter(painter, line);
    painter.fillRect(QRect(m_gutter - 1, 0, 1, viewport()->height()), colors.rule);
}

void LogCanvas::paintBand(QPainter& painter, const PageLine& shown, const QRect& band)
{
    const auto& colors = m_renderer.settings().colors;
    switch (shown.line->kind) {
    case LineKind::Command:
        painter.fillRect(band, colors.heading);
        break;
    case LineKind::DiffAdded:
        painter.fillRect(band, colors.added);
        break;
    case LineKind::DiffRemoved:
        painter.fillRect(band, colors.removed);
        break;
    case LineKind::DiffHunk:
        painter.fillRect(band, colors.hunk);
        break;
    default:
        if (shown.line->severity == Severity::Error && shown.line->kind != LineKind::Exit)
            painter.fillRect(band, colors.errorBand);
    }
    if (m_caret.isValid() && m_caret.line == shown.line->start && !hasSelection() && hasFocus())
        painter.fillRect(band, colors.currentLine);
}

void LogCanvas::paintLine(QPainter& painter, const PageLine& shown)
{
    const auto& colors = m_renderer.settings().colors;
    const QRect band(m_gutter, shown.y, viewport()->width() - m_gutter, shown.line->rows * m_rowHeight);
    paintBand(painter, shown, band);
    painter.save();
    painter.setClipRect(band);
    painter.setPen(colors.text);
    const QPointF origin(m_gutter + textGap - horizontalScrollBar()->value(), shown.y);
    shown.line->layout->draw(&painter, origin, overlays(*shown.line), QRectF(band));
    // the line end is selected too: shows that the next line goes on
    const auto [from, to] = selection();
    if (hasSelection() && from.line <= shown.line->start && shown.line->start < to.line) {
        const auto last = shown.line->layout->lineAt(shown.line->layout->lineCount() - 1);
        const qreal x = origin.x() + last.naturalTextWidth();
        painter.fillRect(QRectF(x, shown.y + (shown.line->rows - 1) * m_rowHeight, 6, m_rowHeight),
                         hasFocus() ? colors.selection : colors.inactiveSelection);
    }
    if (hasFocus() && m_caret.isValid() && m_caret.line == shown.line->start)
        shown.line->layout->drawCursor(&painter, origin, std::min(m_caret.column, shown.line->length), 1);
    painter.restore();
}

QList<QTextLayout::FormatRange> LogCanvas::overlays(const LaidLine& line) const
{
    const auto& colors = m_renderer.settings().colors;
    QList<QTextLayout::FormatRange> ranges;
    for (qsizetype i = 0; i < line.hits.size(); ++i) {
        const bool current = m_hit.line == line.start && m_hit.indexInLine == i;
        QTextCharFormat format;
        format.setBackground(current ? colors.currentHit : colors.hit);
        format.setForeground(current ? colors.hitText : readable(colors.text, colors.hit));
        ranges << QTextLayout::FormatRange{int(line.hits[i].start), int(line.hits[i].length), format};
    }
    if (m_hovered.first == line.start && m_hovered.second < line.locations.size()) {
        const auto& location = line.locations[m_hovered.second];
        QTextCharFormat format;
        format.setFontUnderline(true);
        format.setForeground(colors.link);
        ranges << QTextLayout::FormatRange{location.start, location.length, format};
    }
    const auto [from, to] = selection();
    if (hasSelection() && from.line <= line.start && line.start <= to.line) {
        const int start = from.line == line.start ? from.column : 0;
        const int end = to.line == line.start ? std::min(to.column, line.length) : line.length;
        QTextCharFormat format;
        format.setBackground(hasFocus() ? colors.selection : colors.inactiveSelection);
        format.setForeground(hasFocus() ? colors.selectionText : readable(colors.text, colors.inactiveSelection));
        if (end > start)
            ranges << QTextLayout::FormatRange{start, end - start, format};
    }
    return ranges;
}

void LogCanvas::paintGutter(QPainter& painter, const PageLine& shown)
{
    const auto& colors = m_renderer.settings().colors;
    const auto& line = *shown.line;
    if (const auto number = m_document.numberOf(line.start)) {
        const bool current = m_caret.isValid() && m_caret.line == line.start && hasFocus();
        painter.setPen(current ? colors.text : colors.dim);
        painter.setFont(font());
        painter.drawText(QRect(0, shown.y, m_gutter - timesWidth() - 10, m_rowHeight),
                         Qt::AlignRight | Qt::AlignVCenter, QString::number(*number + 1));
    }
    if (const auto time = m_showTimes ? m_document.timeOf(line.start) : std::nullopt) {
        painter.setPen(colors.dim);
        painter.setFont(font());
        painter.drawText(QRect(0, shown.y, m_gutter - 10, m_rowHeight), Qt::AlignRight | Qt::AlignVCenter,
                         QDateTime::fromMSecsSinceEpoch(time->count()).toString(u"HH:mm:ss"_s));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal middle = shown.y + m_rowHeight / 2.0;
    if (m_bookmarks.contains(line.start))
        paintBookmark(painter, QRectF(5, middle - 5, 8, 11), colors.accent);
    else if (line.severity != Severity::None)
        paintSeverity(painter, line.severity, QRectF(4.5, middle - 4.5, 9, 9), colors);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace switchyard::ui
