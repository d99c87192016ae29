#pragma once

#include "model/task.h"

#include <QIcon>
#include <QObject>

class QMenu;
class QSystemTrayIcon;

namespace switchyard::ui {

class Actions;

//! The icon in the tray: idle, running or needs you with a count, and a menu with the tasks. It is only made once a
//! tray host is there (Qt looks for one only once), so that one that starts later gets it too.
class Tray : public QObject
{
    Q_OBJECT
public:
    Tray(const Actions& actions, QWidget* window);
    ~Tray() override;
    void setWanted(bool wanted);
    //! True while a host shows the icon.
    bool isThere() const;
    void show(const QList<Task>& tasks, int needs, int running, bool held);

Q_SIGNALS:
    void windowWanted();
    void hostGone(); //!< nothing shows the icon any more: a hidden window could not be brought back
    void taskWanted(const switchyard::TaskId& id);

private:
    void look();
    void make();
    void fillMenu();
    QIcon picture() const;
    QString words() const;
    const Actions& m_actions;
    QWidget* const m_window;
    std::unique_ptr<QMenu> m_menu;
    QSystemTrayIcon* m_icon = nullptr;
    bool m_wanted = true, m_host = false, m_held = false;
    int m_needs = 0, m_running = 0;
    QList<Task> m_shown; //!< those that need the user or run
};

} // namespace switchyard::ui
