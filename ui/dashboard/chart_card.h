#pragma once

#include "ui/theme/colors.h"

#include <QFrame>

class QToolButton;

namespace switchyard::ui {

//! A drawn chart: heading, picture, and the same figures as rows for files and screen readers. Drawn in the colours of
//! the palette in use, so that it reads in light and dark.
class ChartCard : public QFrame
{
    Q_OBJECT
public:
    ChartCard(const QString& name, const QString& title, QWidget* parent);

    QString title() const { return m_title; }
    //! The figures, their heading first. Only the heading: there are none.
    virtual QList<QStringList> rows() const = 0;
    //! The card as it looks now, at twice the size of the screen's points.
    QImage picture();

Q_SIGNALS:
    void saveWanted(bool asPicture); //!< else as CSV

protected:
    //! Within the card, below the heading.
    virtual void paintChart(QPainter& painter, const QRect& rect, const Colors& colors) = 0;
    QRect chartRect() const;
    //! To be called when the figures have changed.
    void figuresChanged();

    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void showMenu(const QPoint& at);
    const QString m_title;
    QToolButton* m_menu;
};

//! RFC 4180: quotes where they are needed, lines end with CR LF. A cell that a spreadsheet would take for a formula
//! gets an apostrophe in front.
QByteArray csvOf(const QList<QStringList>& rows);

} // namespace switchyard::ui
