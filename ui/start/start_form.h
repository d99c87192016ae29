#pragma once

#include "ui/start/command_bar.h"

#include <QDialog>
#include <QJsonObject>

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
    //! The engine's answer to sandbox.check: what the settings give, and what this machine cannot do.
    void showSandbox(const QJsonObject& answer);

Q_SIGNALS:
    void startWanted(const switchyard::TaskSpec& spec);

private:
    TaskSpec spec() const;
    void accept() override;
    void kindChanged();
    void makeSandboxRows();
    void nameSandboxDefaults();
    static QString sandboxWords(SandboxLevel level);
    static QString networkWords(NetworkAccess access);
    TaskSpec m_from;
    QPlainTextEdit* m_goal;
    QLineEdit *m_title, *m_branch, *m_model;
    QComboBox *m_project, *m_agent, *m_priority, *m_after, *m_verbosity, *m_sandbox, *m_network;
    QSpinBox *m_minutes, *m_steps;
    QCheckBox* m_inPlace;
    QLabel *m_sandboxNote, *m_message;
    QJsonObject m_sandboxDefaults;
};

} // namespace switchyard::ui
