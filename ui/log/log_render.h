#pragma once

#include "ui/log/line_kind.h"
#include "ui/log/log_lines.h"
#include "ui/log/matcher.h"
#include "ui/log/view_colors.h"

#include <QFont>
#include <QHash>
#include <QList>
#include <QString>
#include <QTextLayout>

#include <memory>

namespace switchyard::ui {

class SyntaxPainter;

//! One line as it is painted.
struct LaidLine {
    qint64 start = 0, end = 0;
    bool ended = false;
    LineKind kind = LineKind::Plain;
    Severity severity = Severity::None;
    int length = 0;    //!< UTF-16 units that are the line's own; behind them the layout may hold a note
    qint64 hidden = 0; //!< bytes that are not shown
    QList<Location> locations;
    QList<Match> hits; //!< of the search, in UTF-16 units
    LineContext after;
    std::unique_ptr<QTextLayout> layout;
    int rows = 1; //!< of the view's row height
    qreal width = 0;
    QString text() const { return layout->text().first(length); }
};

struct RenderSettings {
    QFont font;
    ViewColors colors;
    qreal wrapWidth = 0; //!< 0: lines are not wrapped
    qreal rowHeight = 0;
    std::shared_ptr<const Matcher> search; //!< may be null
};

//! Turns raw lines into painted ones: terminal colours, highlighting, search hits, links.
class LogRenderer
{
public:
    LogRenderer();
    ~LogRenderer();
    void setSettings(const RenderSettings& settings);
    const RenderSettings& settings() const { return m_settings; }
    std::unique_ptr<LaidLine> layOut(const RawLine& line, const LineContext& before);
    //! Only what the next line has to know.
    static LineContext contextAfter(const RawLine& line, LineContext before);

private:
    using Formats = QList<QTextLayout::FormatRange>;
    void addKindFormats(const LaidLine& line, const QString& text, LineContext& context, Formats& formats);
    void addSyntax(const QString& language, const QString& text, int from, SyntaxState& state,
                   Formats& formats);
    void addTerminalFormats(const DisplayLine& display, const LaidLine& line, Formats& formats) const;
    void findHits(LaidLine& line, const QString& text) const;
    QColor bandOf(const LaidLine& line) const;

    RenderSettings m_settings;
    std::unique_ptr<Scanner> m_scanner;
    QHash<QString, std::shared_ptr<SyntaxPainter>> m_painters; //!< by language; null: there is none
};

} // namespace switchyard::ui
