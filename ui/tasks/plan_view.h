#pragma once

#include "ui/models/activity_model.h"

#include <QListWidget>

namespace switchyard::ui {

//! "planView": the steps that the agent set itself, each with a sign and a word for its state.
class PlanView : public QListWidget
{
    Q_OBJECT
public:
    explicit PlanView(QWidget* parent = nullptr);
    void setPlan(const QList<PlanEntry>& plan);
};

} // namespace switchyard::ui
