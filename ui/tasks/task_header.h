#pragma once

#include "model/task.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace switchyard::ui {

class Actions;
class PhaseBar;

//! The top of a task's page: title, state, what can be done, phases and, where the task waits for the user, the strip
//! that says for what.
class TaskHeader : public QWidget
{
    Q_OBJECT
public:
    explicit TaskHeader(const Actions& actions, QWidget* parent = nullptr);
    void setTask(const Task& task);
    void tick(const Task& task); //!< only what goes with the time
    //! Shows the buttons of the actions that are enabled at the moment.
    void updateButtons(const Task& task);

Q_SIGNALS:
    void needPressed(); //!< the strip's button

private:
    QWidget* makeTop();
    QWidget* makeNeeds();
    void updateTop(const Task& task);
    void updateNeeds(const Task& task);

    const Actions& m_actions;
    QLabel *m_title, *m_state, *m_sandbox, *m_idLabel;
    QList<QToolButton*> m_buttons;
    QPushButton* m_merge;
    PhaseBar* m_phase;
    QWidget* m_needs;
    QLabel* m_needsText;
    QPushButton* m_needsButton;
};

} // namespace switchyard::ui
