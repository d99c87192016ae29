#pragma once

#include "ui/models/attempt_history.h"

#include <QTreeWidget>

namespace switchyard::ui {

//! "attemptsView": every attempt of a task with its end and cost, the newest first. Enter or a double click shows what
//! its commands printed.
class AttemptsView : public QTreeWidget
{
    Q_OBJECT
public:
    explicit AttemptsView(QWidget* parent = nullptr);
    //! `shown`: the one whose output is shown at the moment.
    void setAttempts(const QList<AttemptHistory::Attempt>& attempts, int shown);

Q_SIGNALS:
    void outputWanted(int attempt);
};

} // namespace switchyard::ui
