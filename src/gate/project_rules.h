#pragma once

#include "gate/gate.h"

namespace switchyard::gate {

//! The rules that a project brings along, in .switchyard/rules.d/*.json of its folder. They may only ask for more,
//! never for less, and count only once the user has approved exactly these bytes.
struct ProjectRules {
    QString project;
    QList<RuleFile> files; //!< by name; none: it brings no rules
    QString fingerprint;   //!< SHA-256 over names and contents
};
//! Limit: they are larger than rules can be.
Result<ProjectRules> readProjectRules(const QString& project);

//! Whether these are the ones that were approved. `record` is the file that approvals are kept in.
bool areApproved(const ProjectRules& rules, const QString& record);
//! Checks them first: Invalid names the file and what is wrong with it.
Result<> approve(const ProjectRules& rules, const QString& record);
//! From the next task on they do not count. NotFound if the project's were not approved.
Result<> revoke(const QString& project, const QString& record);
//! The texts that were approved last, by file name: what a change is shown against.
QHash<QString, QString> approvedTexts(const QString& project, const QString& record);
QStringList approvedProjects(const QString& record); //!< sorted

} // namespace switchyard::gate
