#include "ui/review/diff_canvas.h"

#include <QFontDatabase>
#include <QFontMetrics>
#include <QScrollBar>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr int longestMeasured = DiffText::longestShown;

} // namespace

DiffCanvas::DiffCanvas(QWidget* parent) : QAbstractScrollArea(parent)
{
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    viewport()->setMouseTracking(true);
    m_catchUp.setInterval(0);
    connect(&m_catchUp, &QTimer::timeout, this, [this] {
        if (m_text.catchUp())
            viewport()->update();
        if (!m_text.isBehind())
            m_catchUp.stop();
    });
    applySettings();
}

void DiffCanvas::applySettings()
{
    m_colors = ViewColors::from(palette());
    m_lineHeight = QFontMetrics(font()).height() + 3;
    m_text.reset(&m_diff, font(), m_colors);
    layOut();
}

void DiffCanvas::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange)
        applySettings();
}

void DiffCanvas::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBars();
}

//! Rows by what they show.
struct DiffCanvas::Keep {
    std::optional<DiffAnchor> top, current, caret, anchor;
    int offset = 0; //!< of the top row above the screen's edge
};

DiffCanvas::Keep DiffCanvas::keep() const
{
    Keep keep;
    const auto describe = [this](int row) -> std::optional<DiffAnchor> {
        if (row < 0 || row >= int(m_rows.size()))
            return {};
        return anchorOf(m_diff, m_rows[size_t(row)]);
    };
    const int first = m_rows.empty() ? -1 : rowAt(top());
    // at the very top one wants to stay at the very top, whatever comes before the first line
    if (top() > 0) {
        keep.top = describe(first);
        keep.offset = first < 0 ? 0 : top() - m_tops[size_t(first)];
    }
    keep.current = describe(m_current);
    keep.caret = describe(m_caret.row);
    keep.anchor = describe(m_anchor.row);
    return keep;
}

void DiffCanvas::restore(const Keep& keep)
{
    const auto find = [this](const std::optional<DiffAnchor>& anchor) {
        return anchor ? findAnchor(m_diff, m_rows, *anchor) : -1;
    };
    m_current = find(keep.current);
    m_caret.row = find(keep.caret);
    m_anchor.row = find(keep.anchor);
    if (m_caret.row < 0 || m_anchor.row < 0)
        m_caret = m_anchor = {};
    if (const int row = find(keep.top); row >= 0)
        verticalScrollBar()->setValue(m_tops[size_t(row)] + keep.offset);
    tellFile();
}

void DiffCanvas::setDiff(const Diff& diff)
{
    if (diff == m_diff)
        return;
    const auto kept = keep();
    m_diff = diff;
    m_text.reset(&m_diff, font(), m_colors);
    layOut();
    restore(kept);
}

void DiffCanvas::setOptions(const DiffRowOptions& options)
{
    const auto kept = keep();
    m_options = options;
    layOut();
    restore(kept);
}

void DiffCanvas::setViewed(const QSet<QString>& viewed)
{
    m_viewed = viewed;
    viewport()->update();
}

void DiffCanvas::setMessage(const QString& title, const QString& detail)
{
    m_message = {title, detail};
    viewport()->update();
}

void DiffCanvas::layOut()
{
    m_rows = layOutRows(m_diff, m_options);
    m_tops.resize(m_rows.size() + 1);
    m_tops[0] = 0;
    qsizetype longest = 0;
    for (size_t i = 0; i < m_rows.size(); ++i) {
        const auto& row = m_rows[i];
        m_tops[i + 1] = m_tops[i] + rowHeight(row);
        if (row.kind != DiffRow::Kind::Line)
            continue;
        const auto& lines = m_diff.files[row.file].hunks[row.hunk].lines;
        for (const int index : {row.before, row.after}) {
            if (index >= 0) // a tab is worth at most four columns
                longest = std::max(longest, lines[index].text.size() + 3 * lines[index].text.count(u'\t'));
        }
    }
    int largest = 999;
    for (const auto& file : m_diff.files) {
        if (!file.hunks.isEmpty() && !file.hunks.back().lines.isEmpty()) {
            const auto& last = file.hunks.back().lines.back();
            largest = std::max({largest, last.oldLine, last.newLine});
        }
    }
    const QFontMetrics metrics(font());
    m_numberWidth = int(QString::number(largest).size()) * metrics.horizontalAdvance(u'0') + 14;
    m_widest = int(std::min<qsizetype>(longest, longestMeasured) + 3) * metrics.horizontalAdvance(u'0');
    updateScrollBars();
    viewport()->update();
}

int DiffCanvas::rowHeight(const DiffRow& row) const
{
    switch (row.kind) {
    case DiffRow::Kind::File:
        return m_lineHeight + 14;
    case DiffRow::Kind::Hunk:
        return m_lineHeight + 6;
    case DiffRow::Kind::Note:
        return m_lineHeight + 22;
    case DiffRow::Kind::Gap:
        return gapHeight;
    case DiffRow::Kind::Line:
        break;
    }
    return m_lineHeight;
}

void DiffCanvas::updateScrollBars()
{
    const int height = m_tops.empty() ? 0 : m_tops.back();
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(std::max(1, viewport()->height() - 2 * m_lineHeight));
    verticalScrollBar()->setSingleStep(m_lineHeight);
    const int room = column(Side::After, 0, m_lineHeight).text.width();
    horizontalScrollBar()->setRange(0, std::max(0, m_widest - room));
    horizontalScrollBar()->setPageStep(std::max(1, room));
    horizontalScrollBar()->setSingleStep(4 * QFontMetrics(font()).horizontalAdvance(u'0'));
}

void DiffCanvas::scrollContentsBy(int, int)
{
    viewport()->update();
    tellFile();
}

int DiffCanvas::top() const
{
    return verticalScrollBar()->value();
}

int DiffCanvas::rowAt(int y) const
{
    const auto below = std::upper_bound(m_tops.begin(), m_tops.end() - 1, y);
    return std::max(0, int(below - m_tops.begin()) - 1);
}

int DiffCanvas::fileHeadRow(int file) const
{
    const auto found = std::ranges::lower_bound(m_rows, file, {}, &DiffRow::file);
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int DiffCanvas::currentFile() const
{
    if (m_rows.empty())
        return -1;
    // below the floating head
    const int row = rowAt(top() + m_lineHeight + 14);
    if (m_current >= 0 && m_current < int(m_rows.size())) {
        const int y = m_tops[size_t(m_current)];
        if (y >= top() && y < top() + viewport()->height())
            return m_rows[size_t(m_current)].file;
    }
    return m_rows[size_t(row)].file;
}

void DiffCanvas::tellFile()
{
    const int file = currentFile();
    if (file != std::exchange(m_toldFile, file))
        Q_EMIT currentFileChanged(file);
}

void DiffCanvas::setCurrent(int row)
{
    m_current = row;
    viewport()->update();
}

void DiffCanvas::scrollTo(int row)
{
    // leave the floating head of the file its place
    const bool head = m_rows[size_t(row)].kind == DiffRow::Kind::File;
    verticalScrollBar()->setValue(m_tops[size_t(row)] - (head ? 0 : m_lineHeight + 14 + m_lineHeight));
}

void DiffCanvas::goToFile(int file)
{
    const int row = fileHeadRow(file);
    if (row < 0)
        return;
    setCurrent(row);
    scrollTo(row);
    tellFile();
}

void DiffCanvas::goToNextFile(bool forward)
{
    const int file = currentFile();
    if (file < 0)
        return;
    goToFile(std::clamp(file + (forward ? 1 : -1), 0, int(m_diff.files.size()) - 1));
}

void DiffCanvas::goToHunk(bool forward)
{
    const int count = int(m_rows.size());
    int row = m_current;
    if (row < 0 || row >= count)
        row = forward ? -1 : count;
    for (row += forward ? 1 : -1; row >= 0 && row < count; row += forward ? 1 : -1) {
        if (m_rows[size_t(row)].kind != DiffRow::Kind::Hunk)
            continue;
        setCurrent(row);
        scrollTo(row);
        tellFile();
        return;
    }
}

} // namespace switchyard::ui
