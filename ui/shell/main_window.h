#pragma once

#include "base/paths.h"
#include "client/intents.h"
#include "client/task_feed.h"
#include "ui/models/task_list_model.h"
#include "ui/shell/settings.h"

#include <QMainWindow>
#include <QSet>
#include <QTimer>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace switchyard::ui {

class Actions;
class CommandBar;
class ConfirmDialog;
class DashboardPage;
class DetailsPane;
class MessageBar;
class Notifier;
class Pane;
class StartFlow;
class TaskCommands;
class TaskListView;
class TaskPage;
class Tray;
class WelcomePage;

//! The window: command field, task page or dashboard in the middle, movable panes with list, details and output around.
//! Shows what the feed has, at most once a frame; asks the engine for everything else. Connects by itself once the
//! client does.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    //! All of them must outlive the window. Settings are read from and saved to `paths.settings()`.
    MainWindow(client::EngineClient& client, client::TaskFeed& feed, Theme& theme, const Paths& paths,
               QWidget* parent = nullptr);
    ~MainWindow() override;

    //! show() as soon as the tasks are there, so that the first picture is the whole one; at the latest after a moment
    //! that nobody notices, which is as long as an engine has to be waited for.
    void showWhenReady();
    //! Starts the demo as soon as the engine is there (asks for a code first if there is none).
    void startDemoWhenReady();
    void openTask(const TaskId& id);
    const Actions& actions() const { return *m_actions; }

Q_SIGNALS:
    void firstPainted(); //!< once: the first picture with the tasks in it is on the screen

protected:
    void closeEvent(QCloseEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    QWidget* makeList();
    Pane* addPane(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area,
                  bool Settings::* wanted);
    void updatePanes();
    void togglePane(bool Settings::* wanted);
    void resetLayout();
    bool isDashboard() const;
    void makeDashboard();
    void showDashboard(bool on);
    void showTab(int tab);
    void makeStatusBar();
    void connectFeed();
    void connectActions();
    void connectTaskActions();
    void connectReadingActions();
    void connectParts();
    void engineStateChanged();
    void startFeed();
    void takeTasks();
    void showAtLast();
    void painted();
    void flush();
    void refreshStatus();
    void loadAgents();
    void loadBudget();
    void updateStatusBar();
    void showRightPage();
    void showTask(const TaskId& id);
    void carryOut(const client::Intent& intent);
    void sayOverview();
    void answerFromField(const client::Intent& intent);
    void walkNeeds(int step);
    void bringToFront();
    void showStartForm(const QString& templateName);
    void showTemplates(const QPoint& at);
    void startOrFill(const TaskSpec& spec, bool open);
    void showPalette();
    void showHelp();
    void showSettings(const QString& page = {});
    void applySettings();
    void saveSettings();
    void quit();
    const Task* current() const;
    QList<Task> chosen() const; //!< the selected tasks, or the one that is shown
    void updateTaskActions();
    void showTaskMenu(const QPoint& at);

    client::EngineClient& m_client;
    client::TaskFeed& m_feed;
    Theme& m_theme;
    const Paths m_paths;
    Settings m_settings;
    client::EngineStatus m_engine;
    bool m_everConnected = false, m_feedReady = false, m_feedStarting = false, m_demoWanted = false, m_painted = false,
         m_shown = false, m_quitting = false;
    QSet<TaskId> m_changed;
    QList<TaskId> m_removed;
    QTimer m_frame, m_statusDelay, m_waiting;
    double m_dayBudget = 0; //!< dollars; 0: none

    Actions* m_actions;
    TaskListModel* m_model;
    TaskCommands* m_commands;
    StartFlow* m_start;
    ConfirmDialog* m_confirm;
    Notifier* m_notifier;
    Tray* m_tray;
    CommandBar* m_bar;
    MessageBar *m_banner, *m_message;
    QStackedWidget* m_stack;
    WelcomePage* m_welcome;
    DashboardPage* m_dashboard = nullptr; //!< made when it is looked at
    Pane *m_listPane, *m_detailsPane, *m_outputPane;
    QByteArray m_defaultLayout;
    QLineEdit* m_filter;
    TaskListView* m_list;
    TaskPage* m_page;
    DetailsPane* m_details;
    QLabel *m_status, *m_cost;
    QPushButton* m_needs;
};

} // namespace switchyard::ui
