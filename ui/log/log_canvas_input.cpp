#include "ui/log/log_canvas.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBoundaryFinder>
#include <QWheelEvent>

#include <algorithm>
#include <utility>

namespace switchyard::ui {

namespace {

constexpr int textGap = 8;
constexpr int rowsPerNotch = 3;

//! The word around the column, or the run of the same kind of characters.
std::pair<int, int> wordAround(const QString& text, int column)
{
    const auto inWord = [&](int i) { return text[i].isLetterOrNumber() || text[i] == u'_'; };
    if (text.isEmpty())
        return {0, 0};
    int start = std::clamp(column, 0, int(text.size()) - 1), end = start + 1;
    const bool word = inWord(start);
    if (!word)
        return {start, end};
    while (start > 0 && inWord(start - 1))
        --start;
    while (end < text.size() && inWord(end))
        ++end;
    return {start, end};
}

} // namespace

LogPosition LogCanvas::positionAt(const QPoint& point)
{
    const auto& lines = page();
    if (lines.empty())
        return {};
    auto shown =
        std::ranges::find_if(lines, [&](const PageLine& line) { return point.y() < line.bottom(m_rowHeight); });
    if (shown == lines.end())
        return {lines.back().line->start, lines.back().line->length};
    const auto& layout = *shown->line->layout;
    const int row = std::clamp((point.y() - shown->y) / m_rowHeight, 0, layout.lineCount() - 1);
    const qreal x = point.x() - m_gutter - textGap + horizontalScrollBar()->value();
    return {shown->line->start, std::min(layout.lineAt(row).xToCursor(x), shown->line->length)};
}

const Location* LogCanvas::locationAt(const QPoint& point)
{
    if (point.x() < m_gutter)
        return nullptr;
    for (const auto& shown : page()) {
        if (point.y() < shown.y || point.y() >= shown.bottom(m_rowHeight))
            continue;
        const auto& layout = *shown.line->layout;
        const int row = std::clamp((point.y() - shown.y) / m_rowHeight, 0, layout.lineCount() - 1);
        const qreal x = point.x() - m_gutter - textGap + horizontalScrollBar()->value();
        if (x > layout.lineAt(row).naturalTextWidth())
            return nullptr;
        const int column = layout.lineAt(row).xToCursor(x, QTextLine::CursorOnCharacter);
        for (const auto& location : shown.line->locations) {
            if (column >= location.start && column < location.start + location.length)
                return &location;
        }
    }
    return nullptr;
}

void LogCanvas::moveCaretRows(int rows, bool select)
{
    auto* const from = source();
    if (!m_caret.isValid()) {
        // the first key only shows where one is
        if (!page().empty())
            setCaret({(m_following ? page().back() : page().front()).line->start, 0}, false);
        return;
    }
    LogPosition position = m_caret;
    for (; rows != 0; rows += rows < 0 ? 1 : -1) {
        const qint64 beside = rows < 0 ? from->previous(position.line) : from->next(position.line);
        if (beside < 0)
            break;
        position.line = beside;
    }
    position.column = std::min(m_caret.column, line(position.line)->length);
    makeVisible(position, false);
    setCaret(position, select);
}

void LogCanvas::moveCaretColumns(int columns, bool words, bool select)
{
    if (!m_caret.isValid())
        return moveCaretRows(0, select);
    const auto laid = line(m_caret.line);
    LogPosition position = m_caret;
    const auto mode = words ? QTextLayout::SkipWords : QTextLayout::SkipCharacters;
    if (columns < 0 && position.column == 0) {
        if (const qint64 above = source()->previous(position.line); above >= 0)
            position = {above, line(above)->length};
    } else if (columns > 0 && position.column >= laid->length) {
        if (const qint64 below = source()->next(position.line); below >= 0)
            position = {below, 0};
    } else {
        position.column = columns < 0 ? laid->layout->previousCursorPosition(position.column, mode)
                                      : laid->layout->nextCursorPosition(position.column, mode);
        position.column = std::min(position.column, laid->length);
    }
    makeVisible(position, false);
    setCaret(position, select);
}

bool LogCanvas::moveByKey(QKeyEvent* event)
{
    const bool select = event->modifiers() & Qt::ShiftModifier;
    const bool control = event->modifiers() & Qt::ControlModifier;
    const int pageRows = std::max(1, visibleRows() - 1);
    switch (event->key()) {
    case Qt::Key_Up:
        control ? scrollRows(-1) : moveCaretRows(-1, select);
        break;
    case Qt::Key_Down:
        control ? scrollRows(1) : moveCaretRows(1, select);
        break;
    case Qt::Key_Left:
        moveCaretColumns(-1, control, select);
        break;
    case Qt::Key_Right:
        moveCaretColumns(1, control, select);
        break;
    case Qt::Key_PageUp:
    case Qt::Key_Backspace:
        scrollRows(-pageRows);
        if (m_caret.isValid())
            moveCaretRows(-pageRows, select);
        break;
    case Qt::Key_PageDown:
    case Qt::Key_Space:
        scrollRows(pageRows);
        if (m_caret.isValid())
            moveCaretRows(pageRows, select);
        break;
    case Qt::Key_Home:
        if (!control && m_caret.isValid() && m_caret.column > 0) {
            setCaret({m_caret.line, 0}, select);
            horizontalScrollBar()->setValue(0);
            break;
        }
        stopFollowing();
        moveTo({});
        horizontalScrollBar()->setValue(0);
        if (const qint64 first = source()->lineStart(0); first >= 0)
            setCaret({first, 0}, select);
        break;
    case Qt::Key_End: {
        const qint64 last = source()->lineStart(source()->end() - 1);
        if (select && last >= 0) {
            setCaret({last, line(last)->length}, true);
            makeVisible(m_caret, false);
            break;
        }
        m_caret = m_anchor = {};
        setFollowing(true);
        viewport()->update();
        Q_EMIT followingChanged(true);
        break;
    }
    default:
        return false;
    }
    return true;
}

void LogCanvas::keyPressEvent(QKeyEvent* event)
{
    if (!source() || source()->end() == 0)
        return QAbstractScrollArea::keyPressEvent(event);
    if (event->matches(QKeySequence::Copy))
        return copySelection();
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    if (moveByKey(event))
        return;
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_caret.isValid()) {
        for (const auto& location : line(m_caret.line)->locations) {
            if (m_caret.column <= location.start + location.length)
                return Q_EMIT openLocation(location.file, location.line);
        }
    }
    if (event->key() == Qt::Key_Escape && hasSelection())
        return setCaret(m_caret, false);
    event->ignore();
}

void LogCanvas::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void LogCanvas::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool LogCanvas::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        hover({-1, -1});
    return QAbstractScrollArea::viewportEvent(event);
}

void LogCanvas::wheelEvent(QWheelEvent* event)
{
    const auto angle = event->angleDelta();
    if (std::abs(angle.x()) > std::abs(angle.y()) || event->modifiers() & Qt::ShiftModifier) {
        auto* const across = horizontalScrollBar();
        across->setValue(across->value() - (angle.x() != 0 ? angle.x() : angle.y()) / 3);
        return;
    }
    m_wheelRest += angle.y() * rowsPerNotch;
    const int rows = m_wheelRest / 120;
    m_wheelRest -= rows * 120;
    scrollRows(-rows);
    if (rows < 0)
        followAtEnd();
    event->accept();
}

void LogCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = event->position().toPoint();
    if (m_pressed.x() < m_gutter) {
        if (const auto position = positionAt(m_pressed); position.isValid() && m_pressed.x() < 18)
            Q_EMIT bookmarkToggled(position.line);
    }
    const auto position = positionAt(m_pressed);
    if (!position.isValid())
        return;
    m_pressedOnLocation = locationAt(m_pressed) && !(event->modifiers() & Qt::ShiftModifier);
    m_selecting = true;
    stopFollowing();
    setCaret(position, event->modifiers() & Qt::ShiftModifier);
}

void LogCanvas::mouseMoveEvent(QMouseEvent* event)
{
    m_mouse = event->position().toPoint();
    if (!m_selecting)
        return hover(m_mouse);
    if (m_pressedOnLocation && (m_mouse - m_pressed).manhattanLength() < QApplication::startDragDistance())
        return;
    m_pressedOnLocation = false;
    setCaret(positionAt(m_mouse), true);
    const bool outside = m_mouse.y() < 0 || m_mouse.y() >= viewport()->height();
    if (outside && !m_autoScroll.isActive())
        m_autoScroll.start();
    else if (!outside)
        m_autoScroll.stop();
}

void LogCanvas::autoScroll()
{
    const int beyond = m_mouse.y() < 0 ? m_mouse.y() : m_mouse.y() - viewport()->height();
    scrollRows(std::clamp(beyond / m_rowHeight, -20, 20) + (beyond < 0 ? -1 : 1));
    setCaret(positionAt({m_mouse.x(), std::clamp(m_mouse.y(), 0, viewport()->height() - 1)}), true);
}

void LogCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    m_autoScroll.stop();
    if (!std::exchange(m_selecting, false))
        return;
    if (std::exchange(m_pressedOnLocation, false)) {
        if (const auto* location = locationAt(event->position().toPoint()))
            Q_EMIT openLocation(location->file, location->line);
    }
    const auto [from, to] = selection();
    if (hasSelection() && QGuiApplication::clipboard()->supportsSelection() && to.line - from.line < 1 << 20 &&
        m_document.file()) {
        const std::atomic<bool> stop = false;
        QGuiApplication::clipboard()->setText(textBetween(*m_document.file(), from, to, stop), QClipboard::Selection);
    }
}

void LogCanvas::mouseDoubleClickEvent(QMouseEvent* event)
{
    const auto position = positionAt(event->position().toPoint());
    if (!position.isValid() || event->button() != Qt::LeftButton)
        return;
    const auto [start, end] = wordAround(line(position.line)->text(), position.column);
    setCaret({position.line, start}, false);
    setCaret({position.line, end}, true);
}

void LogCanvas::contextMenuEvent(QContextMenuEvent* event)
{
    Q_EMIT contextMenuAsked(event->globalPos());
}

void LogCanvas::hover(const QPoint& point)
{
    std::pair<qint64, int> hovered{-1, -1};
    if (const auto* location = viewport()->rect().contains(point) ? locationAt(point) : nullptr) {
        const auto position = positionAt(point);
        hovered = {position.line, int(location - line(position.line)->locations.constData())};
    }
    if (hovered == m_hovered)
        return;
    m_hovered = hovered;
    viewport()->setCursor(hovered.second >= 0 ? Qt::PointingHandCursor : Qt::IBeamCursor);
    viewport()->update();
}

} // namespace switchyard::ui
