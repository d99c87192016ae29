#pragma once

#include "ui/start/command_bar.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace switchyard::ui {

//! "startForm", Ctrl+N: a task with all its settings.
class StartForm : public QDialog
{
    Q_OBJECT
public:
    StartForm(const TaskSpec& from, const QStringList& projects, const QList<AgentChoice>& agents,
              const QList<Task>& tasks, QWidget* parent);

Q_SIGNALS:
    void startWanted(const switchyard::TaskSpec& spec);

private:
    TaskSpec spec() const;
    void accept() override;
    void kindChanged();
    TaskSpec m_from;
    QPlainTextEdit* m_goal;
    QLineEdit *m_title, *m_branch, *m_model;
    QComboBox *m_project, *m_agent, *m_priority, *m_after, *m_verbosity;
    QSpinBox *m_minutes, *m_steps;
    QCheckBox* m_inPlace;
    QLabel* m_message;
};

} // namespace switchyard::ui
