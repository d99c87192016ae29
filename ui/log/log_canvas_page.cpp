// Which lines the canvas of a log shows: the page from its top line on, and the scroll bars that move it.

#include "ui/log/log_canvas.h"

#include <QFontMetrics>
#include <QScrollBar>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr qsizetype linesKept = 1200;
constexpr int linesLookedBack = 120; //!< for colours and blocks that began above the page
constexpr qint64 bytesLookedBack = 48 * 1024;
constexpr qint64 mostBarSteps = 1 << 30;

} // namespace

int LogCanvas::visibleRows() const
{
    return std::max(1, viewport()->height() / m_rowHeight);
}

LineContext LogCanvas::contextBefore(qint64 start)
{
    auto* lines = m_document.lines();
    const qint64 previous = lines->previous(start);
    if (previous < 0)
        return {};
    if (const auto known = m_lines.constFind(previous); known != m_lines.constEnd() && (*known)->ended)
        return (*known)->after;
    std::vector<qint64> above;
    for (qint64 at = previous; at >= 0 && above.size() < linesLookedBack && start - at < bytesLookedBack;
         at = lines->previous(at))
        above.push_back(at);
    LineContext context;
    for (auto at = above.rbegin(); at != above.rend(); ++at)
        context = LogRenderer::contextAfter(lines->read(*at), std::move(context));
    return context;
}

std::shared_ptr<LaidLine> LogCanvas::line(qint64 start)
{
    const auto known = m_lines.constFind(start);
    if (known != m_lines.constEnd() && ((*known)->ended || (*known)->end == m_document.end()))
        return *known;
    if (m_lines.size() > linesKept) {
        QHash<qint64, std::shared_ptr<LaidLine>> kept;
        for (const auto& shown : m_page)
            kept.insert(shown.line->start, shown.line);
        m_lines = std::move(kept);
    }
    std::shared_ptr<LaidLine> laid = m_renderer.layOut(source()->read(start), contextBefore(start));
    m_lines.insert(start, laid);
    return laid;
}

const std::vector<LogCanvas::PageLine>& LogCanvas::page()
{
    if (m_pageValid)
        return m_page;
    m_pageValid = true;
    std::vector<PageLine> lines;
    auto* const from = source();
    if (from && from->end() > 0) {
        int y = -m_top.row * m_rowHeight;
        for (qint64 at = m_top.line; at >= 0 && y < viewport()->height(); at = from->next(at)) {
            lines.push_back({line(at), y});
            y = lines.back().bottom(m_rowHeight);
        }
    }
    m_page = std::move(lines);
    return m_page;
}

LogCanvas::Top LogCanvas::lastTop()
{
    auto* const from = source();
    qint64 at = from ? from->lineStart(from->end() - 1) : -1;
    if (at < 0)
        return {};
    const int rows = visibleRows();
    if (!m_wrap) {
        for (int row = 1; row < rows; ++row) {
            const qint64 above = from->previous(at);
            if (above < 0)
                break;
            at = above;
        }
        return {at, 0};
    }
    int left = rows;
    while (true) {
        const int high = line(at)->rows;
        if (high >= left)
            return {at, high - left};
        left -= high;
        const qint64 above = from->previous(at);
        if (above < 0)
            return {at, 0};
        at = above;
    }
}

void LogCanvas::updateScrollBars()
{
    auto* const from = source();
    if (m_source && m_source->end() > 0)
        m_top.line = m_source->lineStart(m_top.line); // a filter need not begin at the file's beginning
    else if (from && m_top.line < from->begin())
        m_top = {from->begin(), 0}; // what is before is still to come
    const Top last = lastTop();
    if (m_following)
        m_top = last;
    else if (m_top.line > last.line || (m_top.line == last.line && m_top.row > last.row))
        m_top = last;
    pageChanged();
    const qint64 end = from ? from->end() : 0;
    m_barShift = 0;
    while (end >> m_barShift >= mostBarSteps)
        ++m_barShift;
    m_settingBar = true;
    auto* const bar = verticalScrollBar();
    // a wrapped last line has rows to scroll through although no line begins there
    const qint64 maximum = last.line + last.row;
    bar->setRange(0, int(maximum >> m_barShift));
    bar->setPageStep(std::max(1, int((end - last.line) >> m_barShift)));
    bar->setValue(m_top == last ? bar->maximum() : int((m_top.line + m_top.row) >> m_barShift));
    auto* const across = horizontalScrollBar();
    qreal widest = 0;
    if (!m_wrap) {
        for (const auto& shown : page())
            widest = std::max(widest, shown.line->width);
    }
    const int room = viewport()->width() - m_gutter - 16;
    // the bar must not vanish under the hand because a long line has gone off the page
    const int needed = std::max(0, int(widest) - room);
    across->setRange(0, m_following ? needed : std::max(needed, across->value()));
    across->setPageStep(std::max(room, 1));
    across->setSingleStep(QFontMetrics(font()).horizontalAdvance(u'0') * 4);
    m_settingBar = false;
}

void LogCanvas::moveTo(Top top)
{
    if (top == m_top)
        return;
    m_top = top;
    updateScrollBars();
}

void LogCanvas::scrollRows(int rows)
{
    auto* const from = source();
    if (!from || from->end() == 0 || rows == 0)
        return;
    if (rows < 0)
        stopFollowing();
    Top top = m_top;
    for (; rows < 0; ++rows) {
        if (top.row > 0) {
            --top.row;
            continue;
        }
        const qint64 above = from->previous(top.line);
        if (above < 0)
            break;
        top = {above, m_wrap ? line(above)->rows - 1 : 0};
    }
    for (; rows > 0; --rows) {
        if (m_wrap && top.row + 1 < line(top.line)->rows) {
            ++top.row;
            continue;
        }
        const qint64 below = from->next(top.line);
        if (below < 0)
            break;
        top = {below, 0};
    }
    moveTo(top);
}

void LogCanvas::scrollContentsBy(int dx, int)
{
    if (dx != 0)
        viewport()->update();
    if (m_settingBar || !source())
        return;
    auto* const bar = verticalScrollBar();
    const qint64 wanted = qint64(bar->value()) << m_barShift;
    if (bar->value() == bar->maximum()) {
        moveTo(lastTop());
        followAtEnd();
        return;
    }
    if (wanted == (m_top.line + m_top.row) >> m_barShift << m_barShift)
        return;
    stopFollowing();
    m_top = {std::max<qint64>(0, source()->lineStart(wanted)), 0};
    // the bar stays where the hand holds it: only the page follows
    pageChanged();
}

void LogCanvas::makeVisible(LogPosition position, bool middle)
{
    auto* const from = source();
    const auto laid = line(position.line);
    const auto row = laid->layout->lineForTextPosition(std::min(position.column, laid->length));
    const int rowInLine = m_wrap && row.isValid() ? row.lineNumber() : 0;
    const auto onScreen = [&] {
        for (const auto& shown : page()) {
            const int y = shown.y + rowInLine * m_rowHeight;
            if (shown.line->start == position.line)
                return y >= 0 && y + m_rowHeight <= viewport()->height();
        }
        return false;
    };
    if (!onScreen()) {
        stopFollowing();
        const bool below = position.line > m_top.line;
        m_top = {position.line, rowInLine};
        pageChanged();
        scrollRows(-(middle ? visibleRows() / 3 : below ? visibleRows() - 1 : 0));
        updateScrollBars();
    }
    if (m_wrap || !row.isValid() || !from)
        return;
    const int x = int(row.cursorToX(position.column));
    const int room = viewport()->width() - m_gutter - 16;
    auto* const across = horizontalScrollBar();
    if (x < across->value() || x > across->value() + room - 24) {
        across->setMaximum(std::max(across->maximum(), x));
        across->setValue(x < room * 3 / 4 ? 0 : x - room / 2);
    }
}

QRect LogCanvas::rectOfLine(qint64 start) const
{
    for (const auto& shown : m_page) {
        if (shown.line->start == start)
            return {0, shown.y, viewport()->width(), shown.line->rows * m_rowHeight};
    }
    return {};
}

} // namespace switchyard::ui
