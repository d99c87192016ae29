#pragma once

#include "model/shared_task.h"
#include "model/task_template.h"
#include "ui/start/command_bar.h"

#include <QDialog>
#include <QJsonObject>

class QCheckBox;
class QComboBox;
class QDateTimeEdit;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QSpinBox;
class QTabWidget;

namespace switchyard::ui {

class TemplateFields;

//! "startForm", Ctrl+N: a task with all its settings, written freely or made from a template.
class StartForm : public QDialog
{
    Q_OBJECT
public:
    StartForm(const TaskSpec& from, const QStringList& projects, const QList<AgentChoice>& agents,
              const QList<SharedTask>& tasks, QWidget* parent);
    //! They may come later than the form; `chosen` (a name, or empty) is selected.
    void setTemplates(const QList<TaskTemplate>& templates, const QString& chosen);
    //! The engine's answer to sandbox.check: what the settings give, and what this machine cannot do.
    void showSandbox(const QJsonObject& answer);

Q_SIGNALS:
    void startWanted(const switchyard::TaskSpec& spec);

private:
    QWidget* makeTaskPage(const QStringList& projects, const QList<AgentChoice>& agents);
    QWidget* makeLimitsPage(const QList<SharedTask>& tasks);
    QWidget* makePlacePage();
    QWidget* makeButtons();
    void browse();
    Result<TaskSpec> spec() const;
    void readLimits(TaskSpec& spec) const;
    void readPlace(TaskSpec& spec) const;
    QWidget* missing();
    void accept() override;
    void kindChanged();
    void templateChanged();
    void nameSandboxDefaults();
    static QString sandboxWords(SandboxLevel level);
    static QString networkWords(NetworkAccess access);

    TaskSpec m_from;
    QList<TaskTemplate> m_templates;
    QTabWidget* m_tabs;
    QLabel* m_message;
    // what
    QFormLayout* m_taskForm;
    QComboBox *m_template, *m_project, *m_agent, *m_agentType;
    TemplateFields* m_parameters;
    QPlainTextEdit* m_goal;
    QLineEdit *m_title, *m_branch, *m_model, *m_mode;
    QCheckBox* m_inPlace;
    // when, how long, how often
    QFormLayout* m_limitsForm;
    QComboBox *m_priority, *m_verbosity;
    QListWidget* m_after;
    QCheckBox *m_later, *m_retryFailure, *m_retryTimeout;
    QDateTimeEdit* m_notBefore;
    QSpinBox *m_minutes, *m_steps, *m_confirmMinutes, *m_attempts, *m_memory;
    QDoubleSpinBox* m_budget;
    // where and with what
    QFormLayout* m_placeForm;
    QComboBox *m_sandbox, *m_network, *m_shell;
    QLabel* m_sandboxNote;
    QJsonObject m_sandboxDefaults;
    QPlainTextEdit *m_folders, *m_instructions;
};

} // namespace switchyard::ui
