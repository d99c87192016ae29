#pragma once

#include "ui/dashboard/chart_card.h"

namespace switchyard::ui {

struct Bar {
    QString name;
    double value = 0;  //!< the length
    double failed = 0; //!< part of it that is drawn as failed
    QString text;      //!< at the right: "12 · 25 % errors"
    QString tip;       //!< the whole of it, when pointed at
    QString task;      //!< Enter and double click open it; empty: none
};

//! Names with bars beside each other, the longest first. The arrow keys walk, Enter opens the task behind a bar.
class BarList : public ChartCard
{
    Q_OBJECT
public:
    //! `code`: names are commands or paths. `heading` names the columns of rows().
    BarList(const QString& name, const QString& title, bool code, QWidget* parent);

    //! `table` are the figures for files, heading first.
    void setBars(const QList<Bar>& bars, const QList<QStringList>& table);
    QList<QStringList> rows() const override { return m_table; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {260, 140}; }

Q_SIGNALS:
    void taskWanted(const QString& id);

protected:
    void paintChart(QPainter& painter, const QRect& rect, const Colors& colors) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    int barAt(const QPoint& point) const;
    void choose(int bar);
    void open(int bar);
    const bool m_code;
    QList<Bar> m_bars;
    QList<QStringList> m_table;
    int m_chosen = -1;
};

} // namespace switchyard::ui
