#include "ui/log/log_canvas.h"

#include <QEvent>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QScrollBar>
#include <QStyle>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr qsizetype linesKept = 1200;
constexpr int linesLookedBack = 120; //!< for colours and blocks that began above the page
constexpr qint64 bytesLookedBack = 48 * 1024;
constexpr qint64 mostBarSteps = 1 << 30;

} // namespace

LogCanvas::LogCanvas(LogDocument& document, QWidget* parent) : QAbstractScrollArea(parent), m_document(document)
{
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
    setAttribute(Qt::WA_InputMethodEnabled, false);
    m_copying.setMaxThreadCount(1);
    m_autoScroll.setInterval(40);
    connect(&m_autoScroll, &QTimer::timeout, this, &LogCanvas::autoScroll);
    connect(&m_document, &LogDocument::reset, this, &LogCanvas::onReset);
    connect(&m_document, &LogDocument::grew, this, &LogCanvas::onGrew);
    connect(&m_document, &LogDocument::indexed, this, [this] {
        forgetLines(); // a very long line may have found its end
        updateScrollBars();
    });
    applySettings();
}

LogCanvas::~LogCanvas()
{
    if (m_stopCopying)
        *m_stopCopying = true;
    m_copying.waitForDone();
}

void LogCanvas::applySettings()
{
    auto settings = m_renderer.settings();
    settings.font = font();
    settings.colors = ViewColors::from(palette());
    m_rowHeight = QFontMetrics(font()).height() + 3;
    settings.rowHeight = m_rowHeight;
    m_gutter = gutterWidth();
    const int room = viewport()->width() - m_gutter - 16;
    settings.wrapWidth = m_wrap ? std::max(room, 80) : 0;
    m_renderer.setSettings(settings);
    forgetLines();
    updateScrollBars();
}

void LogCanvas::forgetLines()
{
    m_lines.clear();
    pageChanged();
}

void LogCanvas::pageChanged()
{
    m_pageValid = false;
    viewport()->update();
}

int LogCanvas::visibleRows() const
{
    return std::max(1, viewport()->height() / m_rowHeight);
}

int LogCanvas::gutterWidth() const
{
    // as wide as the last number needs, and never narrower than four digits: it must not jump while a log begins
    const auto digits = std::max<qsizetype>(4, QString::number(m_document.linesSeen() + 1).size());
    return 18 + int(digits) * QFontMetrics(font()).horizontalAdvance(u'0') + 12 + timesWidth();
}

int LogCanvas::timesWidth() const
{
    return m_showTimes ? QFontMetrics(font()).horizontalAdvance(u"00:00:00"_s) + 12 : 0;
}

void LogCanvas::setShowingTimes(bool show)
{
    m_showTimes = show;
    applySettings();
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

void LogCanvas::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_wrap)
        applySettings();
    else
        updateScrollBars();
}

void LogCanvas::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange)
        applySettings();
}

void LogCanvas::setSource(LineSource* source)
{
    m_source = source;
    m_top = {};
    m_caret = m_anchor = {};
    forgetLines();
    updateScrollBars();
}

void LogCanvas::sourceChanged()
{
    if (gutterWidth() != m_gutter)
        applySettings();
    else
        updateScrollBars();
}

void LogCanvas::onReset()
{
    m_top = {};
    m_caret = m_anchor = {};
    m_hit = {};
    if (!m_source)
        applySettings();
}

void LogCanvas::onGrew()
{
    if (!m_source)
        sourceChanged();
}

void LogCanvas::setFollowing(bool following)
{
    m_following = following;
    if (following)
        updateScrollBars();
}

void LogCanvas::stopFollowing()
{
    if (!m_following)
        return;
    m_following = false;
    Q_EMIT followingChanged(false);
}

void LogCanvas::followAtEnd()
{
    if (m_following || m_source || hasSelection() || m_top != lastTop())
        return;
    m_following = true;
    Q_EMIT followingChanged(true);
}

void LogCanvas::setWrapping(bool wrap)
{
    m_wrap = wrap;
    m_top.row = 0;
    setHorizontalScrollBarPolicy(wrap ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    applySettings();
}

void LogCanvas::setSearch(std::shared_ptr<const Matcher> matcher)
{
    auto settings = m_renderer.settings();
    settings.search = std::move(matcher);
    m_renderer.setSettings(settings);
    m_hit = {};
    forgetLines();
}

void LogCanvas::setBookmarks(const std::set<qint64>& lines)
{
    m_bookmarks = lines;
    viewport()->update();
}

void LogCanvas::setMessage(const QString& title, const QString& detail)
{
    m_title = title;
    m_detail = detail;
    viewport()->update();
}

void LogCanvas::setCurrentHit(const LogHit& hit)
{
    m_hit = hit;
    if (hit.line < 0 || !source())
        return viewport()->update();
    const auto found = line(hit.line);
    const bool known = hit.indexInLine < found->hits.size();
    const int column = known ? int(found->hits[hit.indexInLine].start) : 0;
    makeVisible({hit.line, column}, true);
    setCaret({hit.line, column}, false);
}

void LogCanvas::showLine(qint64 start)
{
    if (!source() || start < 0)
        return;
    makeVisible({start, 0}, true);
    setCaret({start, 0}, false);
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
