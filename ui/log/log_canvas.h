#pragma once

#include "ui/log/accessible_lines.h"
#include "ui/log/log_document.h"
#include "ui/log/log_render.h"
#include "ui/log/log_text.h"
#include "ui/log/piece_scanner.h"
#include "ui/log/view_message.h"

#include <QAbstractScrollArea>
#include <QHash>
#include <QList>
#include <QString>
#include <QTimer>

#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace switchyard::ui {

//! Paints the lines of a log that fit the screen, and nothing else: it walks from line to line by offsets, so that the
//! last page of a gigabyte shows as soon as the first. Scrolling, selecting and copying; searching and following are
//! told to it.
class LogCanvas : public QAbstractScrollArea, public ReadableLines
{
    Q_OBJECT
public:
    explicit LogCanvas(LogDocument& document, QWidget* parent = nullptr);
    ~LogCanvas() override;

    //! Shows these lines instead of all (a filter); null: all. The source must outlive its use here.
    void setSource(LineSource* source);
    void sourceChanged();              //!< the source has more lines
    void setFollowing(bool following); //!< no signal
    bool isFollowing() const { return m_following; }
    void setWrapping(bool wrap);
    bool isWrapping() const { return m_wrap; }
    void setShowingTimes(bool show); //!< when each line was written, in the margin
    void setSearch(std::shared_ptr<const Matcher> matcher);
    void setCurrentHit(const LogHit& hit); //!< marks it and brings it into view
    void showLine(qint64 start);           //!< brings the line into view and puts the caret on it
    void setBookmarks(const std::set<qint64>& lines);
    void setMessage(const QString& title, const QString& detail);
    const ViewMessage& message() const { return m_message; } //!< shown instead of lines

    qint64 topLine() const { return m_top.line; }
    LogPosition caret() const { return m_caret; }
    bool hasSelection() const { return m_anchor.isValid() && m_anchor != m_caret; }
    void selectAll();
    void copySelection(bool withTimes = false);
    QString visibleText() const override;
    int visibleCaret() const override;
    QRect rectOfLine(qint64 start) const; //!< in the viewport; empty: off the screen

Q_SIGNALS:
    void followingChanged(bool following);
    void caretMoved();
    void bookmarkToggled(qint64 line);
    void openLocation(const QString& file, int line);
    void copied(bool whole); //!< false: only the first part, it was too long
    void contextMenuAsked(const QPoint& global);

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Top {
        qint64 line = 0;
        int row = 0; //!< of the line's wrapped rows, the first that is seen
        bool operator==(const Top&) const = default;
    };
    struct PageLine {
        std::shared_ptr<LaidLine> line;
        int y = 0;
        int bottom(int rowHeight) const { return y + line->rows * rowHeight; }
    };

    void applySettings();
    void forgetLines();
    void pageChanged();
    int gutterWidth() const;
    int timesWidth() const;
    void stopFollowing();
    void followAtEnd(); //!< who scrolls down to the end wants to see what comes
    void onReset();
    void onGrew();

    // layout and scrolling (log_canvas_page.cpp)
    std::shared_ptr<LaidLine> line(qint64 start);
    LineContext contextBefore(qint64 start);
    const std::vector<PageLine>& page();
    Top lastTop();
    void moveTo(Top top);
    void scrollRows(int rows);
    void updateScrollBars();
    int visibleRows() const;
    void makeVisible(LogPosition position, bool middle);

    // painting (log_canvas_paint.cpp)
    void paintLine(QPainter& painter, const PageLine& line);
    void paintGutter(QPainter& painter, const PageLine& line);
    void paintBand(QPainter& painter, const PageLine& line, const QRect& band);
    QList<QTextLayout::FormatRange> overlays(const LaidLine& line) const;

    // input (log_canvas_input.cpp)
    LogPosition positionAt(const QPoint& point);
    const Location* locationAt(const QPoint& point);
    void moveCaretRows(int rows, bool select);
    void moveCaretColumns(int columns, bool words, bool select);
    bool moveByKey(QKeyEvent* event);
    void hover(const QPoint& point);
    void autoScroll();

    // selection (log_canvas_selection.cpp)
    void setCaret(LogPosition position, bool select);
    std::pair<LogPosition, LogPosition> selection() const;

    LogDocument& m_document;
    LineSource* m_source = nullptr; //!< null: all lines of the document
    LineSource* source() const { return m_source ? m_source : m_document.lines(); }
    LogRenderer m_renderer;
    QHash<qint64, std::shared_ptr<LaidLine>> m_lines; //!< laid out lately
    std::vector<PageLine> m_page;
    bool m_pageValid = false;
    Top m_top;
    bool m_wasShown = false;
    int m_rowHeight = 16;
    int m_gutter = 0;
    int m_barShift = 0; //!< the scroll bar counts bytes in units of 1 << m_barShift
    bool m_settingBar = false;
    int m_wheelRest = 0;
    bool m_following = true;
    bool m_wrap = false;
    bool m_showTimes = false;
    LogPosition m_caret, m_anchor;
    LogHit m_hit;
    std::set<qint64> m_bookmarks;
    ViewMessage m_message;
    bool m_selecting = false, m_pressedOnLocation = false;
    QPoint m_pressed, m_mouse;
    std::pair<qint64, int> m_hovered{-1, -1}; //!< line and index of the location under the mouse
    QTimer m_autoScroll;
    std::shared_ptr<std::atomic<bool>> m_stopCopying;
    QThreadPool m_copying;
};

} // namespace switchyard::ui
