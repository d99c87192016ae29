#include "ui/review/diff_text.h"

#include "ui/review/intraline.h"

#include <QFontMetricsF>
#include <QTextOption>

namespace switchyard::ui {

namespace {

constexpr qint64 paintBudgetMs = 6, idleBudgetMs = 8;
constexpr size_t layoutsKept = 4000;

} // namespace

void DiffText::reset(const Diff* diff, const QFont& font, const ViewColors& colors)
{
    if (colors.dark != m_colors.dark)
        m_painters.clear();
    m_diff = diff;
    m_font = font;
    m_colors = colors;
    m_hunks.clear();
    m_definitions.clear();
    m_laid.clear();
    m_wanted.clear();
    m_behind = false;
    beginPaint();
}

SyntaxPainter* DiffText::painterFor(int file)
{
    auto name = m_definitions.constFind(file);
    if (name == m_definitions.constEnd()) {
        const auto definition = syntaxForFile(m_diff->files[file].path);
        name = m_definitions.insert(file, definition);
        if (!definition.isEmpty() && !m_painters.contains(*name))
            m_painters.insert(*name, std::make_shared<SyntaxPainter>(definition, m_colors.dark));
    }
    return name->isEmpty() ? nullptr : m_painters.value(*name).get();
}

bool DiffText::highlightTo(int file, int hunk, int line, const QElapsedTimer& timer, qint64 budgetMs)
{
    auto& state = m_hunks[{file, hunk}];
    auto* const painter = painterFor(file);
    const auto& lines = m_diff->files[file].hunks[hunk].lines;
    while (state.lines.size() <= line) {
        if (!painter) {
            state.lines.resize(lines.size());
            break;
        }
        if (timer.elapsed() >= budgetMs)
            return false;
        const auto& next = lines[state.lines.size()];
        // the old and the new file are two texts: each goes its own way through strings and comments
        if (next.kind == DiffLine::Kind::Removed) {
            state.lines << painter->paint(next.text, state.before);
        } else {
            state.lines << painter->paint(next.text, state.after);
            if (next.kind == DiffLine::Kind::Context)
                state.before = state.after;
        }
    }
    return true;
}

std::shared_ptr<QTextLayout> DiffText::layout(const Key& key)
{
    if (const auto found = m_laid.find(key); found != m_laid.end())
        return found->second;
    const bool done = highlightTo(key.file, key.hunk, key.line, m_paint, paintBudgetMs);
    const auto& state = m_hunks[{key.file, key.hunk}];
    if (!done) {
        auto& wanted = m_wanted[{key.file, key.hunk}];
        wanted = std::max(wanted, key.line);
        m_behind = true;
        return lay(key, {}); // not kept: it will be painted again
    }
    if (m_laid.size() > layoutsKept)
        m_laid.clear();
    return m_laid[key] = lay(key, state.lines[key.line]);
}

bool DiffText::catchUp()
{
    QElapsedTimer timer;
    timer.start();
    while (!m_wanted.empty()) {
        const auto [hunk, line] = *m_wanted.begin();
        if (!highlightTo(hunk.first, hunk.second, line, timer, idleBudgetMs))
            return false;
        m_wanted.erase(m_wanted.begin());
    }
    return std::exchange(m_behind, false);
}

std::shared_ptr<QTextLayout> DiffText::lay(const Key& key, const QList<QTextLayout::FormatRange>& syntax) const
{
    const auto& lines = m_diff->files[key.file].hunks[key.hunk].lines;
    const auto& line = lines[key.line];
    auto text = line.text;
    auto formats = syntax;
    const bool removed = line.kind == DiffLine::Kind::Removed;
    const auto band = removed                              ? m_colors.removed
                      : line.kind == DiffLine::Kind::Added ? m_colors.added
                                                           : m_colors.background;
    for (auto& format : formats) // the theme's colours were chosen for a plain background
        if (format.format.hasProperty(QTextFormat::ForegroundBrush))
            format.format.setForeground(readable(format.format.foreground().color(), band));
    if (key.partner >= 0) {
        const auto marks = removed ? markDifferences(line.text, lines[key.partner].text).before
                                   : markDifferences(lines[key.partner].text, line.text).after;
        QTextCharFormat mark;
        mark.setBackground(removed ? m_colors.removedMark : m_colors.addedMark);
        for (const auto& span : marks)
            formats << QTextLayout::FormatRange{span.start, span.length, mark};
    }
    if (text.size() > longestShown)
        text = text.first(longestShown) + u"  …"_s;
    for (auto& c : text) { // nothing in a file may turn its own line around or break it
        if ((c >= u'\u202a' && c <= u'\u202e') || (c >= u'\u2066' && c <= u'\u2069') || c == QChar::LineSeparator ||
            c == QChar::ParagraphSeparator || (c < u' ' && c != u'\t'))
            c = QChar::ReplacementCharacter;
    }
    auto layout = std::make_shared<QTextLayout>(text, m_font);
    layout->setCacheEnabled(true);
    QTextOption option;
    option.setWrapMode(QTextOption::NoWrap);
    option.setTabStopDistance(4 * QFontMetricsF(m_font).horizontalAdvance(u'0'));
    layout->setTextOption(option);
    layout->setFormats(formats);
    layout->beginLayout();
    auto row = layout->createLine();
    row.setLineWidth(1e7);
    row.setPosition({});
    layout->endLayout();
    return layout;
}

} // namespace switchyard::ui
