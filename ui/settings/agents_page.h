#pragma once

#include "client/engine_client.h"

#include <QHash>
#include <QJsonObject>
#include <QSet>
#include <QWidget>

class QFormLayout;
class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace switchyard::ui {

//! "agentsPage": the agents that can do a task, whether each is ready, and what a probe of it told: version, sign-in,
//! models, start time. A probe starts the agent in an empty folder and asks no model.
class AgentsPage : public QWidget
{
    Q_OBJECT
public:
    explicit AgentsPage(client::EngineClient& client, QWidget* parent = nullptr);

private:
    struct State {
        QString word, picture;
        bool good = false, bad = false;
    };
    State stateOf(const QJsonObject& agent) const;
    void load();
    void probe();
    void show(QTreeWidgetItem& item, const QJsonObject& agent);
    void showDetails();
    void addFact(const QString& name, const QString& text);
    QString current() const;

    client::EngineClient& m_client;
    QHash<QString, QJsonObject> m_agents; //!< as agent.list gives them, by name
    QSet<QString> m_probing;
    QTreeWidget* m_list;
    QWidget* m_details;
    QFormLayout* m_facts;
    QLabel* m_note;
    QPushButton* m_probe;
};

} // namespace switchyard::ui
