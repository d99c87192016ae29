#include "ui/review/diff_canvas.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>

#include <algorithm>

namespace switchyard::ui {

DiffCanvas::Position DiffCanvas::positionAt(const QPoint& point, bool choosesSide)
{
    if (m_rows.empty())
        return {};
    const int row = rowAt(std::clamp(point.y() + top(), 0, m_tops.back() - 1));
    const auto& shown = m_rows[size_t(row)];
    if (choosesSide && m_options.sideBySide)
        m_side = point.x() < viewport()->width() / 2 ? Side::Before : Side::After;
    if (shown.kind != DiffRow::Kind::Line)
        return {row, 0};
    const auto side = m_options.sideBySide ? m_side : shown.after >= 0 ? Side::After : Side::Before;
    if (lineIndex(shown, side) < 0)
        return {row, 0};
    const auto at = column(side, 0, m_lineHeight);
    const auto layout = m_text.layout(textKey(shown, side));
    return {row, layout->lineAt(0).xToCursor(point.x() - at.text.left() + horizontalScrollBar()->value())};
}

void DiffCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_rows.empty())
        return;
    const auto point = event->position().toPoint();
    m_text.beginPaint();
    // the floating head covers the row behind it
    const int first = rowAt(top());
    const bool onFloating = point.y() < m_lineHeight + 14;
    const int row = onFloating ? fileHeadRow(m_rows[size_t(first)].file) : rowAt(point.y() + top());
    if (m_rows[size_t(row)].kind == DiffRow::Kind::File) {
        const int file = m_rows[size_t(row)].file;
        setCurrent(row);
        if (viewedBox(0).left() <= point.x())
            Q_EMIT viewedToggled(file);
        else
            Q_EMIT foldToggled(file);
        return;
    }
    m_selecting = true;
    const auto position = positionAt(point, true);
    m_caret = position;
    if (!(event->modifiers() & Qt::ShiftModifier) || m_anchor.row < 0)
        m_anchor = position;
    viewport()->update();
}

void DiffCanvas::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_selecting) {
        const int row = m_rows.empty() ? -1 : rowAt(int(event->position().y()) + top());
        const bool head = row >= 0 && m_rows[size_t(row)].kind == DiffRow::Kind::File;
        const bool line = row >= 0 && m_rows[size_t(row)].kind == DiffRow::Kind::Line;
        viewport()->setCursor(head ? Qt::PointingHandCursor : line ? Qt::IBeamCursor : Qt::ArrowCursor);
        return;
    }
    const auto point = event->position().toPoint();
    if (point.y() < 0 || point.y() >= viewport()->height())
        verticalScrollBar()->setValue(top() + (point.y() < 0 ? -m_lineHeight : m_lineHeight));
    m_text.beginPaint();
    m_caret = positionAt({point.x(), std::clamp(point.y(), 0, viewport()->height() - 1)}, false);
    viewport()->update();
}

QString DiffCanvas::markOf(const QString& path, int line, bool old)
{
    return u"%1:%2:%3"_s.arg(path).arg(line).arg(old ? 1 : 0);
}

void DiffCanvas::setMarks(const QSet<QString>& marks)
{
    m_marks = marks;
    viewport()->update();
}

std::optional<DiffCanvas::LineRef> DiffCanvas::lineAtHand() const
{
    if (m_rows.empty())
        return {};
    const auto isLine = [this](int row) {
        return row >= 0 && row < int(m_rows.size()) && m_rows[size_t(row)].kind == DiffRow::Kind::Line;
    };
    int row = isLine(m_caret.row) ? m_caret.row : m_current >= 0 ? m_current : rowAt(top());
    while (row < int(m_rows.size()) && !isLine(row))
        ++row;
    if (!isLine(row))
        return {};
    const auto& shown = m_rows[size_t(row)];
    const bool old = shown.after < 0 || (m_options.sideBySide && m_side == Side::Before && shown.before >= 0 &&
                                         shown.before != shown.after);
    const auto& line = m_diff.files[shown.file].hunks[shown.hunk].lines[old ? shown.before : shown.after];
    return LineRef{shown.file, old ? line.oldLine : line.newLine, old, line.text};
}

void DiffCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    // On the numbers: a comment; on the text the second click is a click.
    const auto side =
        m_options.sideBySide && event->position().x() >= viewport()->width() / 2.0 ? Side::After : Side::Before;
    const auto at = column(side, 0, m_lineHeight);
    mousePressEvent(event);
    m_selecting = false;
    if (event->position().x() >= at.numbers.left() && event->position().x() < at.sign && lineAtHand())
        Q_EMIT commentWanted();
}

void DiffCanvas::mouseReleaseEvent(QMouseEvent*)
{
    m_selecting = false;
    auto* const clipboard = QGuiApplication::clipboard();
    if (hasSelection() && clipboard->supportsSelection())
        clipboard->setText(selectedText(), QClipboard::Selection);
}

QString DiffCanvas::selectedText() const
{
    if (!hasSelection())
        return {};
    const auto [from, to] = selection();
    QStringList texts;
    for (int row = std::max(from.row, 0); row <= to.row && row < int(m_rows.size()); ++row) {
        const auto& shown = m_rows[size_t(row)];
        if (shown.kind != DiffRow::Kind::Line)
            continue;
        const auto side = m_options.sideBySide ? m_side : shown.after >= 0 ? Side::After : Side::Before;
        const int index = lineIndex(shown, side);
        if (index < 0)
            continue;
        auto text = m_diff.files[shown.file].hunks[shown.hunk].lines[index].text;
        if (row == to.row)
            text.truncate(to.column);
        if (row == from.row)
            text.remove(0, from.column);
        texts << text;
    }
    return texts.join(u'\n');
}

void DiffCanvas::copySelection() const
{
    if (hasSelection())
        QGuiApplication::clipboard()->setText(selectedText());
}

void DiffCanvas::keyPressEvent(QKeyEvent* event)
{
    auto* const bar = verticalScrollBar();
    if (event->matches(QKeySequence::Copy))
        return copySelection();
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier))
        return event->ignore();
    switch (event->key()) {
    case Qt::Key_J:
        goToHunk(true);
        break;
    case Qt::Key_K:
        goToHunk(false);
        break;
    case Qt::Key_L:
        goToNextFile(true);
        break;
    case Qt::Key_H:
        goToNextFile(false);
        break;
    case Qt::Key_C:
        Q_EMIT commentWanted();
        break;
    case Qt::Key_V:
        if (currentFile() >= 0)
            Q_EMIT viewedToggled(currentFile());
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentFile() >= 0)
            Q_EMIT foldToggled(currentFile());
        break;
    case Qt::Key_Up:
        bar->setValue(bar->value() - m_lineHeight);
        break;
    case Qt::Key_Down:
        bar->setValue(bar->value() + m_lineHeight);
        break;
    case Qt::Key_PageUp:
    case Qt::Key_Backspace:
        bar->setValue(bar->value() - bar->pageStep());
        break;
    case Qt::Key_PageDown:
    case Qt::Key_Space:
        bar->setValue(bar->value() + bar->pageStep());
        break;
    case Qt::Key_Home:
        bar->setValue(0);
        break;
    case Qt::Key_End:
        bar->setValue(bar->maximum());
        break;
    case Qt::Key_Left:
        horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepSub);
        break;
    case Qt::Key_Right:
        horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        break;
    default:
        event->ignore();
    }
}

void DiffCanvas::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void DiffCanvas::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

QString DiffCanvas::visibleText() const
{
    QStringList texts;
    for (int row = m_rows.empty() ? 0 : rowAt(top());
         row < int(m_rows.size()) && m_tops[size_t(row)] < top() + viewport()->height(); ++row) {
        const auto& shown = m_rows[size_t(row)];
        const auto& file = m_diff.files[shown.file];
        if (shown.kind == DiffRow::Kind::File)
            texts << file.path;
        else if (shown.kind == DiffRow::Kind::Hunk)
            texts << file.hunks[shown.hunk].header;
        if (shown.kind != DiffRow::Kind::Line)
            continue;
        const auto& lines = file.hunks[shown.hunk].lines;
        if (shown.before >= 0 && shown.before != shown.after)
            texts << (shown.unchanged ? u' ' : u'-') + lines[shown.before].text;
        if (shown.after >= 0 && !(shown.unchanged && shown.before != shown.after))
            texts << (lines[shown.after].kind == DiffLine::Kind::Added ? u'+' : u' ') + lines[shown.after].text;
    }
    return texts.join(u'\n');
}

} // namespace switchyard::ui
