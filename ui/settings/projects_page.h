#pragma once

#include "client/task_feed.h"
#include "ui/settings/swy_page.h"

#include <QHash>
#include <QJsonObject>

class QLineEdit;
class QTreeWidgetItem;

namespace switchyard::ui {

//! The page "Projects": the folders that the project field offers and those that have tasks, with what there is to know
//! of each: its repository, its tasks, whether rules that it brings count. Folders are added and taken off the field's
//! list; how many tasks run at once in a project and the rules themselves have pages of their own.
class ProjectsPage : public SwyPage
{
    Q_OBJECT
public:
    struct Limits {
        milliseconds answer = std::chrono::seconds(15);
    };
    //! `offered` by the project field, newest first.
    ProjectsPage(client::EngineClient& client, const client::TaskFeed& feed, QStringList offered, Limits limits,
                 QWidget* parent = nullptr);
    QStringList known() const; //!< offered, then those of tasks by name

Q_SIGNALS:
    void offeredChanged(const QStringList& offered);
    void limitWanted();                       //!< to change how many tasks run at once
    void rulesWanted(const QString& project); //!< to read and approve them

private:
    struct Tasks {
        int all = 0, running = 0, queued = 0, needYou = 0;
    };
    void load(const QString& thenSay) override;
    void showState() override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void fill();
    void showRow(QTreeWidgetItem& item, const QString& path);
    void showDetails();
    void askForRules(const QString& thenSay);
    void askForFolder(const QString& path);
    void askForLimit();
    void add();
    void browse();
    void remove();
    QString current() const;
    QString tasksText(const Tasks& tasks) const;

    client::EngineClient& m_client;
    const client::TaskFeed& m_feed;
    QStringList m_offered;
    const Limits m_limits;
    QHash<QString, Tasks> m_tasks;
    QHash<QString, QJsonObject> m_folders; //!< as project.check tells
    QHash<QString, QString> m_rules;       //!< their state
    quint64 m_round = 0;                   //!< of asking; older answers are dropped
    QLineEdit* m_field;
    QLabel *m_facts, *m_limit;
    QPushButton *m_add, *m_browse, *m_remove, *m_showRules, *m_showLimit;
};

} // namespace switchyard::ui
