#pragma once

#include "client/task_feed.h"
#include "ui/models/activity_model.h"
#include "ui/models/attempt_history.h"
#include "ui/models/meter_history.h"
#include "ui/review/review_comments.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QToolButton;

namespace switchyard::ui {

class Actions;
class ActivityView;
class AttemptsView;
class DetailsPane;
class DiffView;
class LogView;
class PlanView;
class TaskHeader;

//! One task: header with what can be done, phases, and the tabs Activity, Output, Changes, Plan and Attempts. Reads the
//! task's events once, then follows the feed; what is not on screen is not loaded.
class TaskPage : public QWidget
{
    Q_OBJECT
public:
    enum Tab { ActivityTab, OutputTab, ChangesTab, PlanTab, AttemptsTab };

    TaskPage(client::EngineClient& client, client::TaskFeed& feed, const Actions& actions, QWidget* parent = nullptr);

    void showTask(const TaskId& id); //!< null: nothing
    const TaskId& taskId() const { return m_id; }
    void setTab(Tab tab);
    //! The output belongs into a pane of its own: its tab goes. Else it comes back into the tab.
    void setOutputApart(bool apart);
    QWidget* outputView() const;
    //! To search, step and follow in what is shown: "find", "findNext", … (the actions "read.find", …).
    void reading(const QString& what);
    void focusMessageField();
    void updateButtons(const Task& task);
    void forgetComments(const TaskId& id); //!< they were sent
    //! The task has changed; called at most once a frame.
    void refresh();

    ActivityModel& activity() { return m_activity; }
    const MeterHistory& meters() const { return m_meters; }
    //! True if a shortcut for reading belongs to the widget that has the focus, which has its own.
    bool hasOwnReadingKeys(const QWidget* focus) const;

Q_SIGNALS:
    void metersChanged();
    //! What speaks for the status of a task that has not been heard of for a while; empty: nothing needs to.
    void evidenceFound(const QString& text);
    void messageSent(const QString& text);
    void reviewSent(const QString& comments);       //!< all comments as one message
    void confirmationWanted();                      //!< the strip "waits for your code" was pressed
    void fileWanted(const QString& path, int line); //!< a place in the output was clicked

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeTabs();
    QWidget* makeSearch();
    QWidget* makeMessageRow();
    void connectReview();
    void updateVerdict();
    void checkMerge();
    void updateMessageRow(const Task& task);
    void updatePlan();
    void updateAttempts();
    void showOutputOf(int attempt);
    void receive(const Event& event);
    void apply(const QList<Event>& events);
    void lookForEvidence(const Task& task);
    void load(qint64 after);
    void flush();
    void connectOutput();
    void openLocation(const QString& file, int line);
    void loadLog();
    void loadDiff();
    void loadOutput(int row);
    void tabChanged();
    bool showsOutput() const;
    void search(bool backwards);

    client::EngineClient& m_client;
    client::TaskFeed& m_feed;
    const Actions& m_actions;
    TaskId m_id;
    quint64 m_request = 0; //!< answers to an earlier task are dropped
    bool m_loading = false;
    qint64 m_position = 0;                          //!< newest event given to the model
    QList<Event> m_pending;                         //!< of one frame
    QHash<TaskId, QList<ReviewComment>> m_comments; //!< not yet sent
    QTimer m_frame, m_second, m_diffDelay;
    milliseconds m_evidenceAsked{0}; //!< monotonic
    bool m_diffStale = true;
    int m_logAttempt = -1;
    bool m_outputApart = false;
    QString m_mergeProblem, m_mergeInto; //!< as looked up for the diff that is shown

    ActivityModel m_activity;
    MeterHistory m_meters;
    AttemptHistory m_attempts;
    int m_wantedAttempt = 0; //!< whose output is shown; 0: the newest
    QStackedWidget* m_stack;
    TaskHeader* m_header;
    QTabWidget* m_tabs;
    ActivityView* m_activityView;
    QWidget* m_outputTab;
    LogView* m_output;
    DiffView* m_changes;
    QStackedWidget* m_changesStack;
    QLabel* m_changesNote;
    PlanView* m_plan;
    AttemptsView* m_attemptsView;
    QWidget* m_searchRow;
    QLineEdit* m_search;
    QLabel* m_searchNote;
    QLineEdit* m_message;
    QPushButton* m_send;
    QWidget* m_messageRow;
};

} // namespace switchyard::ui
