#pragma once

#include <QList>
#include <QPointF>
#include <QWidget>

namespace switchyard::ui {

//! A small chart without axes: how a figure went, with the newest value as a dot. The figure itself stands beside it in
//! words; this has no meaning of its own for those who cannot see it.
class Sparkline : public QWidget
{
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);
    //! x grows; y from 0. `least`: the top of the chart is at least this, so that noise does not look like a mountain.
    void setPoints(const QList<QPointF>& points, double least);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {24, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<QPointF> m_points;
    double m_least = 1;
};

} // namespace switchyard::ui
