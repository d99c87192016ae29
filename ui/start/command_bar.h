#pragma once

#include "client/intents.h"
#include "model/task.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace switchyard::ui {

struct AgentChoice {
    QString name, title, why; //!< why: reason why it cannot be used; empty: it can
    bool available = true;
};

//! The field "What should be built?" with project, agent and priority. Enter starts, Shift+Enter starts and opens.
class CommandBar : public QWidget
{
    Q_OBJECT
public:
    explicit CommandBar(QWidget* parent = nullptr);

    void setProjects(const QStringList& paths, const QString& current = {});
    void setAgents(const QList<AgentChoice>& agents, const QString& current);
    //! What the fields say; the project is empty if none has been chosen.
    TaskSpec spec() const;
    QString project() const;
    void chooseProject(const QString& path);
    QList<AgentChoice> agents() const { return m_agents; }
    void browse(); //!< a dialog for a folder that is not in the list
    //! A command waits for a code: then a bare number in the field is one.
    void setCommandWaits(bool waits) { m_commandWaits = waits; }
    void clearGoal();
    void focusGoal();

Q_SIGNALS:
    //! Something else than a goal was said.
    void intentSaid(const switchyard::client::Intent& intent);
    void startWanted(const switchyard::TaskSpec& spec, bool open);
    void formWanted(); //!< the button for all settings
    //! The button for templates; theirs may be shown at this place on the screen.
    void templatesWanted(const QPoint& at);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void start(bool open);
    QLineEdit* m_goal;
    QComboBox *m_project, *m_agent, *m_priority;
    QPushButton* m_start;
    QList<AgentChoice> m_agents;
    bool m_commandWaits = false;
};

} // namespace switchyard::ui
