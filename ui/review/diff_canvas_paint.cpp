#include "ui/review/diff_canvas.h"
#include "ui/review/diff_files.h"

#include <QLocale>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr int signWidth = 18; //!< of the column with "+" and "−"

} // namespace

DiffCanvas::Column DiffCanvas::column(Side side, int y, int height) const
{
    const int numbers = numberWidth();
    const int width = viewport()->width();
    Column at;
    if (!m_options.sideBySide) {
        at.numbers = QRect(side == Side::Before ? 0 : numbers, y, numbers, height);
        at.sign = 2 * numbers + 4;
        at.text = QRect(at.sign + signWidth - 4, y, width - at.sign - signWidth + 4, height);
        return at;
    }
    const int half = width / 2;
    const int left = side == Side::Before ? 0 : half + 1;
    at.numbers = QRect(left, y, numbers, height);
    at.sign = left + numbers + 4;
    at.text =
        QRect(at.sign + signWidth - 4, y, (side == Side::Before ? half : width) - at.sign - signWidth + 4, height);
    return at;
}

int DiffCanvas::lineIndex(const DiffRow& row, Side side) const
{
    return side == Side::Before ? row.before : row.after;
}

DiffText::Key DiffCanvas::textKey(const DiffRow& row, Side side) const
{
    const int line = lineIndex(row, side);
    int partner = row.partner;
    if (m_options.sideBySide && row.before != row.after)
        partner = side == Side::Before ? row.after : row.before;
    return {row.file, row.hunk, line, row.unchanged ? -1 : partner};
}

QColor DiffCanvas::lineColor(const DiffRow& row, Side side) const
{
    const int index = lineIndex(row, side);
    if (index < 0)
        return mix(m_colors.background, m_colors.gutter, 0.8);
    if (row.unchanged)
        return m_colors.background;
    switch (m_diff.files[row.file].hunks[row.hunk].lines[index].kind) {
    case DiffLine::Kind::Added:
        return m_colors.added;
    case DiffLine::Kind::Removed:
        return m_colors.removed;
    case DiffLine::Kind::Context:
        break;
    }
    return m_colors.background;
}

void DiffCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_colors.background);
    if (m_rows.empty())
        return m_message.paint(painter, *this, viewport()->rect(), m_colors);
    m_text.beginPaint();
    painter.setFont(font());
    const int first = rowAt(top());
    for (int row = first; row < int(m_rows.size()) && m_tops[size_t(row)] < top() + viewport()->height(); ++row)
        paintRow(painter, row, m_tops[size_t(row)] - top());
    // the head of the file one is in floats at the top, pushed out by the next one
    const int file = m_rows[size_t(first)].file;
    const int head = rowHeight(m_rows[size_t(fileHeadRow(file))]);
    const int next = fileHeadRow(file + 1);
    const int y = next < 0 ? 0 : std::min(0, m_tops[size_t(next)] - gapHeight - top() - head);
    if (top() > m_tops[size_t(fileHeadRow(file))])
        paintFileHead(painter, file, y, true);
    if (m_text.isBehind() && !m_catchUp.isActive())
        m_catchUp.start();
}

void DiffCanvas::paintRow(QPainter& painter, int row, int y)
{
    const auto& shown = m_rows[size_t(row)];
    switch (shown.kind) {
    case DiffRow::Kind::File:
        paintFileHead(painter, shown.file, y, false);
        break;
    case DiffRow::Kind::Hunk:
        paintHunkHead(painter, row, y);
        break;
    case DiffRow::Kind::Note:
        paintNote(painter, shown, y);
        break;
    case DiffRow::Kind::Line:
        paintLine(painter, row, y);
        break;
    case DiffRow::Kind::Gap:
        break;
    }
}

void DiffCanvas::paintLine(QPainter& painter, int row, int y)
{
    const auto& shown = m_rows[size_t(row)];
    const auto& lines = m_diff.files[shown.file].hunks[shown.hunk].lines;
    const auto number = [&](const Column& at, int value, const QColor& band) {
        painter.fillRect(at.numbers, mix(band, m_colors.gutter, band == m_colors.background ? 1 : 0.25));
        if (value <= 0)
            return;
        painter.setPen(readable(m_colors.dim, band));
        painter.drawText(at.numbers.adjusted(0, 0, -7, 0), Qt::AlignRight | Qt::AlignVCenter, QString::number(value));
    };
    const auto sign = [&](const Column& at, int index, const QColor& band) {
        if (index < 0 || shown.unchanged || lines[index].kind == DiffLine::Kind::Context)
            return;
        const bool added = lines[index].kind == DiffLine::Kind::Added;
        painter.setPen(readable(added ? m_colors.addedText : m_colors.removedText, band));
        painter.drawText(QRect(at.sign, y, signWidth, m_lineHeight), Qt::AlignVCenter, added ? u"+"_s : u"−"_s);
    };
    const auto before = column(Side::Before, y, m_lineHeight), after = column(Side::After, y, m_lineHeight);
    if (m_options.sideBySide) {
        for (const auto side : {Side::Before, Side::After}) {
            const auto& at = side == Side::Before ? before : after;
            const int index = lineIndex(shown, side);
            const auto band = lineColor(shown, side);
            painter.fillRect(QRect(at.numbers.left(), y, at.text.right() - at.numbers.left() + 1, m_lineHeight), band);
            number(at, index < 0 ? 0 : side == Side::Before ? lines[index].oldLine : lines[index].newLine, band);
            sign(at, index, band);
            if (index >= 0)
                paintText(painter, row, side, at);
        }
        painter.fillRect(QRect(viewport()->width() / 2, y, 1, m_lineHeight), m_colors.rule);
        paintMarks(painter, shown, y);
        return;
    }
    const auto side = shown.after >= 0 ? Side::After : Side::Before;
    const auto band = lineColor(shown, side);
    painter.fillRect(QRect(0, y, viewport()->width(), m_lineHeight), band);
    number(before, shown.before >= 0 ? lines[shown.before].oldLine : 0, band);
    number(after, shown.after >= 0 ? lines[shown.after].newLine : 0, band);
    sign(after, lineIndex(shown, side), band);
    paintText(painter, row, side, after);
    paintMarks(painter, shown, y);
}

void DiffCanvas::paintMarks(QPainter& painter, const DiffRow& row, int y)
{
    if (m_marks.isEmpty())
        return;
    const auto& file = m_diff.files[row.file];
    for (const auto side : {Side::Before, Side::After}) {
        const int index = lineIndex(row, side);
        if (index < 0)
            continue;
        const auto& line = file.hunks[row.hunk].lines[index];
        const bool old = side == Side::Before;
        if ((old && row.before == row.after) ||
            !m_marks.contains(markOf(file.path, old ? line.oldLine : line.newLine, old)))
            continue;
        const auto at = column(side, y, m_lineHeight);
        const auto accent = palette().color(QPalette::Accent);
        painter.fillRect(QRect(at.numbers.left(), y, 3, m_lineHeight), accent); // a bar: seen without colour, too
        painter.setPen(accent);
        painter.drawText(QRect(at.numbers.left() + 4, y, 14, m_lineHeight), Qt::AlignVCenter, u"✎"_s);
    }
}

void DiffCanvas::paintText(QPainter& painter, int row, Side side, const Column& at)
{
    const auto layout = m_text.layout(textKey(m_rows[size_t(row)], side));
    QList<QTextLayout::FormatRange> overlays;
    const auto [from, to] = selection();
    if (hasSelection() && row >= from.row && row <= to.row && (!m_options.sideBySide || side == m_side)) {
        const int length = int(layout->text().size());
        const int start = row == from.row ? std::min(from.column, length) : 0;
        const int end = row == to.row ? std::min(to.column, length) : length;
        QTextCharFormat format;
        const auto fill = hasFocus() ? m_colors.selection : m_colors.inactiveSelection;
        format.setBackground(fill);
        format.setForeground(hasFocus() ? m_colors.selectionText : readable(m_colors.text, fill));
        if (end > start)
            overlays << QTextLayout::FormatRange{start, end - start, format};
    }
    painter.save();
    painter.setClipRect(at.text);
    painter.setPen(m_colors.text);
    const qreal drop = (m_lineHeight - layout->lineAt(0).height()) / 2;
    layout->draw(&painter, QPointF(at.text.left() - horizontalScrollBar()->value(), at.text.top() + int(drop)),
                 overlays);
    painter.restore();
}

QRect DiffCanvas::viewedBox(int y) const
{
    const QFontMetrics metrics(parentWidget() ? parentWidget()->font() : font());
    const int width = metrics.horizontalAdvance(tr("Viewed")) + 30;
    return {viewport()->width() - width - 12, y, width, m_lineHeight + 14};
}

void DiffCanvas::paintFileHead(QPainter& painter, int file, int y, bool floating)
{
    const auto& shown = m_diff.files[file];
    const QRect box(0, y, viewport()->width(), m_lineHeight + 14);
    painter.fillRect(box, m_colors.heading);
    painter.fillRect(QRect(0, box.bottom(), box.width(), 1), m_colors.rule);
    if (!floating)
        painter.fillRect(QRect(0, y, box.width(), 1), m_colors.rule);
    const int row = fileHeadRow(file);
    if (m_current == row && hasFocus())
        painter.fillRect(QRect(0, y, 3, box.height()), m_colors.accent);
    auto name = parentWidget() ? parentWidget()->font() : font();
    int x = 12;
    const auto put = [&](const QString& text, const QColor& color, bool bold, int gap) {
        auto face = name;
        face.setWeight(bold ? QFont::DemiBold : QFont::Normal);
        painter.setFont(face);
        painter.setPen(readable(color, m_colors.heading));
        const int width = QFontMetrics(face).horizontalAdvance(text);
        painter.drawText(QRect(x, y, width + 2, box.height()), Qt::AlignVCenter, text);
        x += width + gap;
    };
    put(m_options.folded.contains(shown.path) ? u"▸"_s : u"▾"_s, m_colors.dim, false, 8);
    put(changeLetter(shown.change), changeColor(shown.change, m_colors), true, 8);
    if (shown.change == DiffFile::Change::Renamed)
        put(shown.oldPath + u" →"_s, m_colors.dim, false, 6);
    const auto viewed = viewedBox(y);
    auto strong = name;
    strong.setWeight(QFont::DemiBold);
    put(QFontMetrics(strong).elidedText(shown.path, Qt::ElideMiddle, std::max(60, viewed.left() - x - 120)),
        m_colors.text, true, 12);
    if (shown.added)
        put(u'+' + QLocale().toString(shown.added), m_colors.addedText, false, 6);
    if (shown.removed)
        put(u'−' + QLocale().toString(shown.removed), m_colors.removedText, false, 6);
    const bool ticked = m_viewed.contains(shown.path);
    const QRectF tick(viewed.left() + 2.5, viewed.center().y() - 6.5, 14, 14);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ticked ? m_colors.accent : m_colors.dim, 1));
    painter.setBrush(ticked ? QBrush(m_colors.accent) : Qt::NoBrush);
    painter.drawRoundedRect(tick, 3, 3);
    if (ticked) {
        painter.setPen(QPen(readable(Qt::white, m_colors.accent, 3), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF{tick.topLeft() + QPointF(3.2, 7.2), tick.topLeft() + QPointF(6, 10),
                                       tick.topLeft() + QPointF(10.8, 4.4)});
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    x = viewed.left() + 22;
    put(tr("Viewed"), ticked ? m_colors.text : m_colors.dim, false, 0);
    painter.setFont(font());
}

void DiffCanvas::paintHunkHead(QPainter& painter, int row, int y)
{
    const auto& shown = m_rows[size_t(row)];
    const QRect box(0, y, viewport()->width(), m_lineHeight + 6);
    painter.fillRect(box, m_colors.hunk);
    if (m_current == row)
        painter.fillRect(QRect(0, y, 3, box.height()), hasFocus() ? m_colors.accent : m_colors.dim);
    painter.setPen(readable(m_colors.dim, m_colors.hunk));
    painter.drawText(box.adjusted(12, 0, -12, 0), Qt::AlignVCenter,
                     QFontMetrics(font()).elidedText(m_diff.files[shown.file].hunks[shown.hunk].header, Qt::ElideRight,
                                                     box.width() - 24));
}

void DiffCanvas::paintNote(QPainter& painter, const DiffRow& row, int y)
{
    QString text;
    switch (row.note) {
    case DiffRow::Note::Binary:
        text = tr("Binary file: its content is not shown.");
        break;
    case DiffRow::Note::Truncated:
        text = tr("This change is too large to be shown whole.");
        break;
    case DiffRow::Note::OnlyBlanks:
        text = tr("Only white space has changed.");
        break;
    case DiffRow::Note::RenamedOnly:
        text = tr("Renamed without a change.");
        break;
    case DiffRow::Note::Empty:
        text = tr("An empty file.");
        break;
    case DiffRow::Note::None:
        break;
    }
    painter.setFont(parentWidget() ? parentWidget()->font() : font());
    painter.setPen(m_colors.dim);
    painter.drawText(QRect(0, y, viewport()->width(), m_lineHeight + 22), Qt::AlignCenter, text);
    painter.setFont(font());
}

} // namespace switchyard::ui
