#pragma once

#include "model/task.h"

#include <QWidget>

namespace switchyard::ui {

//! The phases of a task in a row, those passed ticked, the one at hand marked; below it the percentage as a bar with
//! the step, the time and the cost. Drawn by us; said as text to screen readers.
class PhaseBar : public QWidget
{
    Q_OBJECT
public:
    explicit PhaseBar(QWidget* parent = nullptr);
    void setTask(const Task& task);
    QSize sizeHint() const override { return {520, 58}; }
    QSize minimumSizeHint() const override { return {280, 58}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString figures() const;
    Task m_task;
    TaskPhase m_furthest = TaskPhase::Init; //!< where it stood before it failed
};

} // namespace switchyard::ui
