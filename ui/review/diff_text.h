#pragma once

#include "model/diff.h"

#include "ui/log/view_colors.h"
#include "ui/theme/syntax.h"

#include <QElapsedTimer>
#include <QFont>
#include <QHash>
#include <QTextLayout>

#include <map>
#include <memory>

namespace switchyard::ui {

//! The painted text of a diff's lines: highlighted by the file's language from the hunk's first line on, which is done
//! in small portions so that a hunk of thousands of lines does not hold up the window, and with the parts marked that
//! differ.
class DiffText
{
public:
    static constexpr int longestShown = 2000; //!< UTF-16 units of a line

    void reset(const Diff* diff, const QFont& font, const ViewColors& colors);
    struct Key {
        int file = 0, hunk = 0, line = 0, partner = -1;
        auto operator<=>(const Key&) const = default;
    };
    //! Before the lines of one picture are asked for: they share what time there is for highlighting.
    void beginPaint() { m_paint.start(); }
    //! The line laid out in one row. Plain until highlighting has come that far: see isBehind().
    std::shared_ptr<QTextLayout> layout(const Key& key);
    //! True after layout() gave lines that are not highlighted yet.
    bool isBehind() const { return m_behind; }
    //! Goes on with highlighting for some milliseconds; true when the painted lines are worth painting again.
    bool catchUp();

private:
    struct HunkState {
        QList<QList<QTextLayout::FormatRange>> lines; //!< done so far
        SyntaxState before, after;
    };
    SyntaxPainter* painterFor(int file);
    bool highlightTo(int file, int hunk, int line, const QElapsedTimer& timer, qint64 budgetMs);
    std::shared_ptr<QTextLayout> lay(const Key& key, const QList<QTextLayout::FormatRange>& syntax) const;

    const Diff* m_diff = nullptr;
    QFont m_font;
    ViewColors m_colors;
    std::map<std::pair<int, int>, HunkState> m_hunks;
    QHash<QString, std::shared_ptr<SyntaxPainter>> m_painters; //!< by definition
    QHash<int, QString> m_definitions;                         //!< by file
    std::map<Key, std::shared_ptr<QTextLayout>> m_laid;
    std::map<std::pair<int, int>, int> m_wanted; //!< hunk → last line asked for and not highlighted
    bool m_behind = false;
    QElapsedTimer m_paint;
};

} // namespace switchyard::ui
