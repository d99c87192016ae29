#include "ui/log/log_view.h"

#include "ui/log/accessible_lines.h"
#include "ui/log/log_canvas.h"
#include "ui/log/pill_button.h"
#include "ui/log/search_bar.h"

#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QVBoxLayout>

#include <vector>

namespace switchyard::ui {

namespace {
constexpr qint64 worthSaying = 8 << 20; //!< bytes that take a while
} // namespace

LogView::LogView(QWidget* parent)
    : QWidget(parent),
      m_bar(new SearchBar(this)),
      m_note(new QLabel(this)),
      m_splitter(new QSplitter(Qt::Vertical, this)),
      m_canvas(new LogCanvas(m_document)),
      m_filterPane(new QWidget),
      m_filterTitle(new QLabel),
      m_filterCanvas(new LogCanvas(m_document)),
      m_followButton(new PillButton(m_canvas))
{
    installAccessibleLines();
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_note);
    column->addWidget(m_splitter, 1);
    m_bar->hide();
    m_note->setObjectName(u"logNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(12, 4, 12, 4);
    m_note->hide();
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(m_canvas);
    m_splitter->addWidget(m_filterPane);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 1);
    auto* const filterColumn = new QVBoxLayout(m_filterPane);
    filterColumn->setContentsMargins({});
    filterColumn->setSpacing(0);
    m_filterTitle->setContentsMargins(12, 4, 12, 4);
    filterColumn->addWidget(m_filterTitle);
    filterColumn->addWidget(m_filterCanvas, 1);
    m_filterPane->hide();

    m_canvas->setObjectName(u"logLines"_s);
    m_canvas->setAccessibleName(tr("Output"));
    m_filterCanvas->setObjectName(u"filterLines"_s);
    m_filterCanvas->setAccessibleName(tr("Matching lines"));
    m_filterCanvas->setFollowing(false);
    m_followButton->setObjectName(u"followButton"_s);
    m_followButton->hide();
    m_canvas->viewport()->installEventFilter(this);
    setFocusProxy(m_canvas);

    connect(&m_document, &LogDocument::reset, this, &LogView::onReset);
    connect(&m_document, &LogDocument::grew, this, &LogView::onGrew);
    connect(&m_document, &LogDocument::indexed, this, &LogView::updateFollowButton);
    connect(&m_document, &LogDocument::filled, this, [this] {
        m_search.recount();
        startFilter();
    });
    connect(&m_document, &LogDocument::spoolTold, this, &LogView::updateMessage);
    m_document.setShown(false);
    connect(m_canvas, &LogCanvas::followingChanged, this, &LogView::onFollowingChanged);
    connect(m_followButton, &QAbstractButton::clicked, this, [this] {
        m_canvas->setFocus();
        setFollowing(true);
    });
    for (auto* canvas : {m_canvas, m_filterCanvas}) {
        connect(canvas, &LogCanvas::openLocation, this, &LogView::openLocation);
        connect(canvas, &LogCanvas::bookmarkToggled, this, &LogView::toggleBookmark);
        connect(canvas, &LogCanvas::contextMenuAsked, this, &LogView::showMenu);
    }
    // the pane with the matching lines leads, the whole log beside it shows what is around
    connect(m_filterCanvas, &LogCanvas::caretMoved, this, [this] {
        if (m_filterCanvas->hasFocus())
            m_canvas->showLine(m_filterCanvas->caret().line);
    });

    connect(m_bar, &SearchBar::patternChanged, this, &LogView::startSearch);
    connect(m_bar, &SearchBar::nextAsked, this, [this] { findNext(true); });
    connect(m_bar, &SearchBar::previousAsked, this, [this] { findNext(false); });
    connect(m_bar, &SearchBar::filterToggled, this, &LogView::setFiltering);
    connect(m_bar, &SearchBar::closed, this, &LogView::closeSearch);
    connect(&m_search, &LogSearch::found, this, [this](const LogHit& hit) {
        m_hit = hit;
        m_hitNumber = 0;
        m_canvas->setCurrentHit(hit);
        m_bar->showCount(0, m_total, m_totalComplete);
    });
    connect(&m_search, &LogSearch::nothingFound, m_bar, &SearchBar::showNothing);
    connect(&m_search, &LogSearch::numbered, this, [this](const LogHit& hit, qint64 number) {
        if (hit.offset != m_hit.offset)
            return;
        m_hitNumber = number;
        m_bar->showCount(m_hitNumber, m_total, m_totalComplete);
    });
    connect(&m_search, &LogSearch::counted, this, [this](qint64 total, bool complete) {
        if (!complete && total < m_total)
            return; // the end of a growing log is being counted again
        m_total = total;
        m_totalComplete = complete;
        m_bar->showCount(m_hitNumber, m_total, m_totalComplete);
    });
    connect(&m_errors, &LogSearch::found, this, [this](const LogHit& hit) { m_canvas->showLine(hit.line); });
    connect(&m_filter, &LogFilter::matched, this, [this](const std::vector<qint64>& lines, bool complete) {
        if (!m_filtered)
            return;
        m_filtered->append(lines);
        m_filterCanvas->sourceChanged();
        const auto count = QLocale().toString(m_filtered->count());
        m_filterTitle->setText(m_filtered->count() >= LogFilter::mostLines
                                   ? tr("The first %1 matching lines").arg(count)
                               : complete ? tr("%1 matching lines").arg(count)
                                          : tr("%1 matching lines…").arg(count));
    });
    addActions();
    updateMessage();
}

LogView::~LogView() = default;

void LogView::setLog(const QString& path, LogReader reader)
{
    m_document.setPath(path, std::move(reader), isFollowing());
}

void LogView::wake()
{
    m_document.wake();
}

void LogView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_document.setShown(true);
}

void LogView::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_document.setShown(false);
}

void LogView::clear()
{
    m_document.setPath({});
}

void LogView::setFollowing(bool following)
{
    if (following == m_canvas->isFollowing())
        return;
    m_canvas->setFollowing(following);
    onFollowingChanged(following);
}

bool LogView::isFollowing() const
{
    return m_canvas->isFollowing();
}

void LogView::onReset()
{
    m_bookmarks.clear();
    m_canvas->setBookmarks({});
    m_errors.cancel();
    m_hit = {};
    m_endWhenStopped = m_document.end(); // what it holds already is not new
    updateMessage();
    updateFollowButton();
    startSearch();
}

void LogView::onGrew()
{
    m_search.grow();
    m_filter.grow();
    updateFollowButton();
    updateMessage();
}

void LogView::onFollowingChanged(bool following)
{
    m_endWhenStopped = m_document.end();
    updateFollowButton();
    Q_EMIT followingChanged(following);
}

void LogView::updateMessage()
{
    const auto& problem = m_document.error();
    const bool nothingYet = problem.message.isEmpty() || (problem.code == ErrorCode::NotFound && !m_document.spool());
    if (m_document.isWaiting())
        m_canvas->setMessage({}, {});
    else if (m_document.file() || m_document.path().isEmpty() || nothingYet)
        m_canvas->setMessage(tr("No output yet"), tr("What the task’s commands print appears here."));
    else
        m_canvas->setMessage(tr("The output cannot be read"), problem.message);
    m_filterCanvas->setMessage(tr("No matching lines"), {});
    updateNote();
}

//! What is shown is not all, or not the newest.
void LogView::updateNote()
{
    const auto* const spool = m_document.spool();
    QString note;
    if (spool && m_document.file()) {
        const auto size = [](qint64 bytes) { return QLocale().formattedDataSize(bytes, 0); };
        if (spool->hasProblem())
            note = tr("More of the output cannot be read at the moment: %1 It is tried again.")
                       .arg(spool->problem().message);
        else if (spool->bytesMissing() > worthSaying)
            note = tr("The engine is reading the output: %1 of %2")
                       .arg(size(spool->bytesKept()), size(spool->bytesKept() + spool->bytesMissing()));
        else if (spool->bytesLeftOut() > 0)
            note = tr("The first %1 of the output are not shown.").arg(size(spool->bytesLeftOut()));
    }
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void LogView::updateFollowButton()
{
    const bool shown = !m_canvas->isFollowing() && m_document.end() > 0;
    m_followButton->setVisible(shown);
    if (m_document.end() <= m_endWhenStopped)
        m_linesWhenStopped = m_document.linesSeen(); // they are still being counted
    if (!shown)
        return;
    const qint64 fresh = m_document.linesSeen() - m_linesWhenStopped;
    if (fresh > 0)
        m_followButton->setText(u"↓ "_s + tr("%n new lines", nullptr, int(std::min<qint64>(fresh, INT_MAX))));
    else
        m_followButton->setText(u"↓ "_s + tr("Follow"));
    m_followButton->setAccessibleDescription(tr("Goes to the end and follows it"));
    m_followButton->resize(m_followButton->sizeHint());
    const auto* const area = m_canvas->viewport();
    m_followButton->move(area->x() + (area->width() - m_followButton->width()) / 2,
                         area->y() + area->height() - m_followButton->height() - 12);
    m_followButton->raise();
}

bool LogView::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        updateFollowButton();
    return QWidget::eventFilter(watched, event);
}

void LogView::find(const QString& text)
{
    m_bar->setText(text);
    beginSearch();
}

void LogView::beginSearch()
{
    m_bar->begin();
}

void LogView::closeSearch()
{
    m_bar->hide();
    setFiltering(false);
    m_search.cancel();
    m_matcher.reset();
    m_hit = {};
    m_canvas->setSearch(nullptr);
    m_canvas->setFocus();
}

void LogView::startSearch()
{
    m_search.cancel();
    m_matcher.reset();
    // a longer text is looked for where the shorter one was found
    const qint64 from = m_hit.offset >= 0 ? m_hit.offset : m_canvas->topLine();
    m_hit = {};
    m_hitNumber = m_total = 0;
    m_totalComplete = false;
    m_bar->clearCount();
    const auto pattern = m_bar->pattern();
    if (!m_bar->isHidden() && !pattern.text.isEmpty()) {
        if (auto matcher = Matcher::compile(pattern))
            m_matcher = *matcher;
        else
            m_bar->showProblem(matcher.error().message);
    }
    m_canvas->setSearch(m_matcher);
    if (m_matcher && m_document.file())
        m_search.start(m_document.file(), m_matcher, from);
    startFilter();
}

void LogView::findNext(bool forward)
{
    if (m_bar->isHidden() || m_bar->pattern().text.isEmpty())
        return beginSearch();
    if (!m_search.isActive())
        return startSearch();
    m_search.find(m_hit.offset >= 0 ? m_hit.offset : here(), forward);
}

void LogView::setFiltering(bool filtering)
{
    if (filtering && m_bar->isHidden())
        beginSearch();
    m_bar->setFiltering(filtering);
    m_filterAction->setChecked(filtering);
    m_filterPane->setVisible(filtering);
    startFilter();
}

void LogView::startFilter()
{
    m_filter.cancel();
    m_filterCanvas->setSource(nullptr);
    m_filterCanvas->setSearch(m_matcher);
    m_filtered.reset();
    if (m_filterPane->isHidden() || !m_document.lines())
        return;
    m_filtered = std::make_unique<SelectedLines>(*m_document.lines());
    m_filterCanvas->setSource(m_filtered.get());
    m_filterTitle->setText(tr("Matching lines"));
    if (m_matcher)
        m_filter.start(m_document.file(), m_matcher);
}

} // namespace switchyard::ui
