#pragma once

#include "ui/log/accessible_lines.h"
#include "ui/log/view_colors.h"
#include "ui/log/view_message.h"
#include "ui/review/diff_rows.h"
#include "ui/review/diff_text.h"

#include <QAbstractScrollArea>
#include <QTimer>

namespace switchyard::ui {

//! Paints a change, all files under each other, unified or side by side; only the rows on the screen are laid out.
class DiffCanvas : public QAbstractScrollArea, public ReadableLines
{
    Q_OBJECT
public:
    explicit DiffCanvas(QWidget* parent = nullptr);

    //! Keeps what is at the top of the screen, the caret and the selection on the same lines where they still exist.
    void setDiff(const Diff& diff);
    const Diff& diff() const { return m_diff; }
    const std::vector<DiffRow>& rows() const { return m_rows; }
    void setOptions(const DiffRowOptions& options);
    const DiffRowOptions& options() const { return m_options; }
    void setViewed(const QSet<QString>& viewed);
    void setMessage(const QString& title, const QString& detail); //!< shown when there is no file

    int currentFile() const; //!< index of the file at the caret, or at the top of the screen; -1: none
    int currentRow() const { return m_current; }
    void goToFile(int file);
    void goToHunk(bool forward);
    void goToNextFile(bool forward);
    struct LineRef {
        int file = -1;
        int line = 0; //!< in the new file, or in the old one if `old`
        bool old = false;
        QString text;
    };
    //! The line at the caret, else the first one of the hunk at hand or on the screen. Nothing if there is none.
    std::optional<LineRef> lineAtHand() const;
    //! Lines with a comment, as markOf() names them.
    void setMarks(const QSet<QString>& marks);
    static QString markOf(const QString& path, int line, bool old);
    bool hasSelection() const { return m_anchor.row >= 0 && m_anchor != m_caret; }
    QString selectedText() const;
    void copySelection() const;
    QString visibleText() const override;
    int visibleCaret() const override { return 0; }

Q_SIGNALS:
    void currentFileChanged(int file);
    void viewedToggled(int file);
    void foldToggled(int file);
    void commentWanted(); //!< on lineAtHand()

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    enum class Side : quint8 { Before, After };
    struct Position {
        int row = -1, column = 0;
        auto operator<=>(const Position&) const = default;
    };
    struct Keep; // what is to be found again after a change of rows

    Keep keep() const;
    void restore(const Keep& keep);
    void layOut();
    void applySettings();
    void updateScrollBars();
    int rowHeight(const DiffRow& row) const;
    int rowAt(int y) const; //!< of the content
    int fileHeadRow(int file) const;
    int numberWidth() const { return m_numberWidth; }
    int top() const;
    void scrollTo(int row);
    void setCurrent(int row);
    void tellFile();

    struct Column { //!< where one text column is painted
        QRect numbers, text;
        int sign = 0; //!< x of "+" or "−"
    };
    Column column(Side side, int y, int height) const;
    int lineIndex(const DiffRow& row, Side side) const;
    DiffText::Key textKey(const DiffRow& row, Side side) const;
    QColor lineColor(const DiffRow& row, Side side) const;
    void paintRow(QPainter& painter, int row, int y);
    void paintLine(QPainter& painter, int row, int y);
    void paintText(QPainter& painter, int row, Side side, const Column& at);
    void paintMarks(QPainter& painter, const DiffRow& row, int y);
    void paintFileHead(QPainter& painter, int file, int y, bool floating);
    void paintHunkHead(QPainter& painter, int row, int y);
    void paintNote(QPainter& painter, const DiffRow& row, int y);
    QRect viewedBox(int y) const;
    Position positionAt(const QPoint& point, bool choosesSide);
    std::pair<Position, Position> selection() const { return std::minmax(m_anchor, m_caret); }

    static constexpr int gapHeight = 14; //!< under a file
    Diff m_diff;
    DiffRowOptions m_options;
    QSet<QString> m_viewed, m_marks;
    std::vector<DiffRow> m_rows;
    std::vector<int> m_tops; //!< y of each row in the content, and the content's height
    DiffText m_text;
    ViewColors m_colors;
    QTimer m_catchUp;
    ViewMessage m_message;
    int m_lineHeight = 16;
    int m_widest = 0;
    int m_numberWidth = 0;
    int m_current = -1; //!< the row keys move from
    int m_toldFile = -1;
    Position m_caret, m_anchor;
    Side m_side = Side::After; //!< of the selection, when there are two
    bool m_selecting = false;
};

} // namespace switchyard::ui
