#pragma once

#include "base/clock.h"
#include "ui/settings/swy_page.h"

#include <QJsonObject>

class QPlainTextEdit;

namespace switchyard::ui {

//! The page "Rules": the user's own rules of the gate, to be added, changed and removed, and what projects bring along,
//! to be read, as a change of what was approved before, and approved or revoked. All of it through `swy gate`.
class RulesPage : public SwyPage
{
    Q_OBJECT
public:
    struct Limits {
        milliseconds answer = std::chrono::seconds(15);
    };
    //! `program` is swy; `projects` are looked at besides those whose rules were approved before.
    RulesPage(QString program, QStringList projects, Limits limits, QWidget* parent = nullptr);

    void setProjects(const QStringList& projects);
    void choose(const QString& project); //!< its row, as soon as it is there

Q_SIGNALS:
    void changed(); //!< what counts

private:
    void load(const QString& thenSay) override;
    void fill(const QJsonObject& answer);
    void addProject(const QJsonObject& project);
    void showState() override;
    void showDetails();
    void edit(const QJsonObject& rule);
    void askToRemove();
    void approve();
    void revoke();
    void apply(const QStringList& words, const QString& done);
    QJsonObject current(int role) const; //!< empty if another kind of row, or none, is chosen

    const QString m_program;
    QStringList m_projects;
    QString m_wanted; //!< to be chosen
    const Limits m_limits;
    QPlainTextEdit* m_details;
    QPushButton *m_add, *m_edit, *m_remove, *m_approve, *m_revoke;
};

} // namespace switchyard::ui
