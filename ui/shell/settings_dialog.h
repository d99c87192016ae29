#pragma once

#include "client/task_feed.h"
#include "ui/shell/settings.h"

#include <QDialog>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTreeWidget;

namespace switchyard::ui {

class Actions;

//! "settingsDialog": every change counts at once; there is nothing to apply.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    SettingsDialog(const Settings& settings, Actions& actions, client::EngineClient& client,
                   const client::TaskFeed& feed, const Paths& paths, QWidget* parent);
    //! "general", "projects", "notifications", "code", "agents", "keys", "limits", "rules", "templates", "appearance",
    //! "shortcuts"; others: the first.
    void showPage(const QString& page);
    void setCodeIsSet(bool set);
    void setTrayIsThere(bool there); //!< this desktop shows tray icons

Q_SIGNALS:
    void changed(const switchyard::ui::Settings& settings);
    void codeWanted();
    void noticeWanted(); //!< a notification to try them

private:
    void addProjects(const client::TaskFeed& feed);
    QWidget* makeGeneral();
    QWidget* makeNotifications();
    QWidget* makeEditorRow();
    QWidget* makeCode();
    QWidget* makeTemplates();
    QWidget* makeAppearance();
    void addPage(const QString& id, const QString& picture, const QString& title, QWidget* page);
    void addSwitch(QWidget* page, const QString& text, const QString& name, bool Settings::* member);
    void loadTemplates();
    Settings m_settings;
    client::EngineClient& m_client;
    const Paths m_paths;
    QListWidget* m_pages;
    QStackedWidget* m_stack;
    QLabel *m_codeState, *m_trayNote;
    QPushButton* m_codeButton;
    QTreeWidget* m_templates;
};

} // namespace switchyard::ui
