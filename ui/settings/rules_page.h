#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QJsonObject>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace switchyard::ui {

//! The page "Rules": the user's own rules of the gate, to be added, changed and removed, and what projects bring along,
//! to be read, as a change of what was approved before, and approved or revoked. All of it through `swy gate`.
class RulesPage : public QWidget
{
    Q_OBJECT
public:
    struct Limits {
        milliseconds answer = std::chrono::seconds(15);
    };
    //! `program` is swy; `projects` are looked at besides those whose rules were approved before.
    RulesPage(QString program, QStringList projects, Limits limits, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void load(const QString& thenSay = {});
    void fill(const QJsonObject& answer);
    void addProject(const QJsonObject& project);
    void showState();
    void showDetails();
    void edit(const QJsonObject& rule);
    void askToRemove();
    void approve();
    void revoke();
    void change(const QStringList& words, const QString& done);
    void sayError(const Error& error);
    QJsonObject current(int role) const; //!< empty if another kind of row, or none, is chosen

    const QString m_program;
    const QStringList m_projects;
    const Limits m_limits;
    QTreeWidget* m_list;
    QPlainTextEdit* m_details;
    QLabel* m_note;
    QPushButton *m_add, *m_edit, *m_remove, *m_approve, *m_revoke;
    bool m_isBusy = false, m_hasLooked = false;
};

} // namespace switchyard::ui
