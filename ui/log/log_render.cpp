#include "ui/log/log_render.h"

#include "ui/theme/syntax.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QTextOption>

#include <cmath>

namespace switchyard::ui {

namespace {

QTextLayout::FormatRange range(int start, int length, const QColor& color, bool bold = false)
{
    QTextCharFormat format;
    format.setForeground(color);
    if (bold)
        format.setFontWeight(QFont::DemiBold);
    return {start, length, format};
}

} // namespace

LogRenderer::LogRenderer() = default;
LogRenderer::~LogRenderer() = default;

void LogRenderer::setSettings(const RenderSettings& settings)
{
    if (settings.colors.dark != m_settings.colors.dark)
        m_painters.clear();
    if (settings.search != m_settings.search)
        m_scanner = settings.search ? std::make_unique<Scanner>(settings.search) : nullptr;
    m_settings = settings;
}

LineContext LogRenderer::contextAfter(const RawLine& line, LineContext before)
{
    const auto style = styleAfter(line.bytes, before.style);
    const auto text = needsTerminal(line.bytes) ? QString::fromUtf8(visibleBytes(line.bytes).left(200))
                                                : QString::fromUtf8(line.bytes.left(200));
    classify(text, before);
    before.style = style;
    return before;
}

std::unique_ptr<LaidLine> LogRenderer::layOut(const RawLine& raw, const LineContext& before)
{
    auto line = std::make_unique<LaidLine>();
    line->start = raw.start;
    line->end = raw.end;
    line->ended = raw.ended;
    const auto display = parseLine(raw.bytes, before.style);
    line->length = int(display.text.size());
    line->after = before;
    line->kind = classify(display.text, line->after);
    line->after.style = display.after;
    if (line->kind == LineKind::Plain || line->kind == LineKind::Exit || line->kind == LineKind::Traceback)
        line->severity = severityOf(display.text.toUtf8());
    line->locations = locationsIn(display.text);

    QString text = display.text;
    Formats formats;
    addKindFormats(*line, text, line->after, formats);
    addTerminalFormats(display, *line, formats);
    for (const auto& location : line->locations)
        formats << range(location.start, location.length, m_settings.colors.link);
    findHits(*line, text);
    line->hidden = raw.hidden;
    if (display.cut)
        line->hidden += std::max<qint64>(0, raw.bytes.size() - display.text.toUtf8().size());
    if (line->hidden > 0) {
        const auto size = QLocale().formattedDataSize(line->hidden, 1, QLocale::DataSizeSIFormat);
        text += u"  "_s + QCoreApplication::translate("switchyard::ui::LogView", "… %1 more").arg(size);
        formats << range(line->length, int(text.size()) - line->length, m_settings.colors.dim, true);
    }

    line->layout = std::make_unique<QTextLayout>(text, m_settings.font);
    auto& layout = *line->layout;
    layout.setCacheEnabled(true);
    QTextOption option;
    option.setWrapMode(m_settings.wrapWidth > 0 ? QTextOption::WrapAtWordBoundaryOrAnywhere : QTextOption::NoWrap);
    option.setTabStopDistance(8 * QFontMetricsF(m_settings.font).horizontalAdvance(u'0'));
    layout.setTextOption(option);
    layout.setFormats(formats);
    layout.beginLayout();
    int rows = 0;
    for (auto row = layout.createLine(); row.isValid(); row = layout.createLine()) {
        row.setLineWidth(m_settings.wrapWidth > 0 ? m_settings.wrapWidth : 1e7);
        row.setPosition({0, rows++ * m_settings.rowHeight + std::floor((m_settings.rowHeight - row.height()) / 2)});
        line->width = std::max(line->width, row.naturalTextWidth());
    }
    layout.endLayout();
    line->rows = std::max(1, rows);
    return line;
}

void LogRenderer::addSyntax(const QString& language, const QString& text, int from, SyntaxState& state,
                            Formats& formats)
{
    auto known = m_painters.constFind(language);
    if (known == m_painters.constEnd()) {
        const auto definition = language.isEmpty() ? QString() : syntaxNamed(language);
        known = m_painters.insert(language, definition.isEmpty()
                                                ? nullptr
                                                : std::make_shared<SyntaxPainter>(definition, m_settings.colors.dark));
    }
    if (!*known)
        return;
    for (auto& range : (*known)->paint(text.sliced(from), state, from)) {
        if (range.format.hasProperty(QTextFormat::ForegroundBrush))
            range.format.setForeground(readable(range.format.foreground().color(), m_settings.colors.heading));
        formats << range;
    }
}

void LogRenderer::addKindFormats(const LaidLine& line, const QString& text, LineContext& context, Formats& formats)
{
    const auto& colors = m_settings.colors;
    SyntaxState alone;
    switch (line.kind) {
    case LineKind::Plain:
    case LineKind::DiffContext:
        break;
    case LineKind::Command:
        formats << range(0, 1, colors.accent, true);
        addSyntax(u"Bash"_s, text, 2, alone, formats);
        break;
    case LineKind::Exit: {
        const bool good = text.startsWith(u"■ exit code 0");
        formats << range(0, line.length, colors.dim) << range(0, 1, good ? colors.success : colors.error);
        break;
    }
    case LineKind::DiffFile:
        formats << range(0, line.length, colors.text, true);
        break;
    case LineKind::DiffHunk:
        formats << range(0, line.length, readable(colors.dim, colors.hunk));
        break;
    case LineKind::DiffAdded:
        formats << range(0, line.length, colors.addedText);
        break;
    case LineKind::DiffRemoved:
        formats << range(0, line.length, colors.removedText);
        break;
    case LineKind::Traceback:
        break;
    case LineKind::TracebackCode:
        addSyntax(u"Python"_s, text, 0, alone, formats);
        break;
    case LineKind::Json:
        addSyntax(u"JSON"_s, text, 0, context.syntax, formats);
        break;
    case LineKind::Fence:
        formats << range(0, line.length, colors.dim);
        break;
    case LineKind::Code:
        addSyntax(context.language, text, 0, context.syntax, formats);
        break;
    }
}

QColor LogRenderer::bandOf(const LaidLine& line) const
{
    switch (line.kind) {
    case LineKind::DiffAdded:
        return m_settings.colors.added;
    case LineKind::DiffRemoved:
        return m_settings.colors.removed;
    case LineKind::Command:
        return m_settings.colors.heading;
    default:
        return m_settings.colors.background;
    }
}

void LogRenderer::addTerminalFormats(const DisplayLine& display, const LaidLine& line, Formats& formats) const
{
    const auto& colors = m_settings.colors;
    const auto band = bandOf(line);
    for (const auto& run : display.runs) {
        QTextCharFormat format;
        auto background = colors.ansi(run.style.background, band);
        auto foreground = colors.ansi(run.style.foreground, colors.text);
        if (run.style.inverse)
            std::swap(foreground, background);
        if (background != band)
            format.setBackground(background);
        if (run.style.faint)
            foreground = mix(background, foreground, 0.7);
        format.setForeground(readable(foreground, background));
        if (run.style.bold)
            format.setFontWeight(QFont::Bold);
        if (run.style.italic)
            format.setFontItalic(true);
        if (run.style.underline)
            format.setFontUnderline(true);
        if (run.style.struckOut)
            format.setFontStrikeOut(true);
        formats << QTextLayout::FormatRange{run.start, run.length, format};
    }
}

void LogRenderer::findHits(LaidLine& line, const QString& text) const
{
    if (!m_scanner)
        return;
    const auto bytes = text.toUtf8();
    qsizetype from = 0, unit = 0, byte = 0; // walks both texts side by side
    const auto unitsUpTo = [&](qsizetype target) {
        unit += QString::fromUtf8(QByteArrayView(bytes).sliced(byte, target - byte)).size();
        byte = target;
        return unit;
    };
    while (const auto match = m_scanner->find(bytes, from)) {
        const auto start = unitsUpTo(match->start);
        line.hits << Match{start, unitsUpTo(match->end()) - start};
        from = match->end();
    }
}

} // namespace switchyard::ui
