#pragma once

#include "client/engine_client.h"
#include "ui/shell/settings.h"

#include <QDialog>

class QListWidget;
class QStackedWidget;
class QTreeWidget;

namespace switchyard::ui {

class Actions;

//! "settingsDialog": every change counts at once; there is nothing to apply.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    SettingsDialog(const Settings& settings, Actions& actions, client::EngineClient& client, QWidget* parent);
    //! "general", "code", "agents", "appearance", "shortcuts"; others: the first.
    void showPage(const QString& page);

Q_SIGNALS:
    void changed(const switchyard::ui::Settings& settings);
    void codeWanted();

private:
    QWidget* makeGeneral();
    QWidget* makeEditorRow();
    QWidget* makeCode();
    QWidget* makeAgents();
    QWidget* makeAppearance();
    QWidget* makeShortcuts();
    void loadAgents();
    void addPage(const QString& id, const QString& picture, const QString& title, QWidget* page);
    Settings m_settings;
    Actions& m_actions;
    client::EngineClient& m_client;
    QListWidget* m_pages;
    QStackedWidget* m_stack;
    QTreeWidget* m_agents = nullptr;
};

} // namespace switchyard::ui
