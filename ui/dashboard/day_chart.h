#pragma once

#include "model/statistics.h"
#include "ui/dashboard/chart_card.h"

namespace switchyard::ui {

//! One bar a day: what it cost, or how its runs ended. The arrow keys and the mouse point at a day, whose figures are
//! then written at the top.
class DayChart : public ChartCard
{
    Q_OBJECT
public:
    enum class What { Cost, Runs };
    DayChart(What what, const QString& name, const QString& title, QWidget* parent);

    //! `budget`: a line for what a day may cost; 0: none.
    void setDays(const QList<Statistics::Day>& days, double budget);
    QList<QStringList> rows() const override;
    QSize sizeHint() const override { return {520, 250}; }
    QSize minimumSizeHint() const override { return {280, 220}; }

protected:
    void paintChart(QPainter& painter, const QRect& rect, const Colors& colors) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Part {
        double value;
        QColor color;
        bool hatched;
    };
    double total(const Statistics::Day& day) const;
    QList<Part> parts(const Statistics::Day& day, const Colors& colors) const;
    QString words(const Statistics::Day& day) const;
    QString label(double value) const;
    void paintLegend(QPainter& painter, const QRect& rect, const Colors& colors) const;
    void pointAt(int day);

    const What m_what;
    QList<Statistics::Day> m_days;
    double m_budget = 0;
    QRectF m_plot;
    int m_pointed = -1;
};

//! A round number at or above `value` to end an axis with, and the distance of its lines: (top, step).
std::pair<double, double> niceAxis(double value, bool whole);

} // namespace switchyard::ui
