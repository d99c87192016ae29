#include "ui/log/log_canvas.h"

#include <QEvent>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QStyle>

#include <algorithm>
#include <utility>

namespace switchyard::ui {

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
    connect(&m_document, &LogDocument::filled, this, &LogCanvas::forgetLines);
}

LogCanvas::~LogCanvas()
{
    if (m_stopCopying)
        *m_stopCopying = true;
    m_copying.waitForDone();
}

//! Not before it is shown for the first time: a canvas on a page that nobody opens needs no font and no colours.
void LogCanvas::applySettings()
{
    if (!m_wasShown)
        return;
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

void LogCanvas::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    if (m_wrap)
        applySettings();
    else
        updateScrollBars();
}

void LogCanvas::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    if (!std::exchange(m_wasShown, true))
        applySettings();
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
    m_message = {title, detail};
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

} // namespace switchyard::ui
