#pragma once

#include "base/clock.h"
#include "base/ids.h"

#include <QJsonObject>

namespace switchyard {

//! What an answer to a confirmation may allow beyond this once. Always by explicit choice and with the code.
struct GrantOffer {
    QString scope;  //!< "task": the same command again in this task; "folder": deleting inside a folder of the project
    QString text;   //!< for people: "deleting inside build/ in this project"
    QString folder; //!< "folder": relative to the task's folder
    QJsonObject toJson() const;
    static Result<GrantOffer> fromJson(const QJsonObject& json);
    bool operator==(const GrantOffer&) const = default;
};

//! Such a choice, made. It holds until it is revoked; one for a task at most until the task ends.
struct Grant {
    QString id;      //!< short, for people to name it
    QString scope;   //!< as in the offer
    QString text;    //!< as in the offer
    QString project; //!< the task's project
    TaskId task;     //!< that it was given in; for "task" the only one that it counts for
    // "task": the command, where it runs and why it was asked for; another reason asks again.
    QString command, cwd, branch;
    QStringList reasons;
    QString folder; //!< "folder": relative
    UtcTime given{};
    QString by, door;

    QJsonObject toJson() const;
    static Result<Grant> fromJson(const QJsonObject& json);
    bool operator==(const Grant&) const = default;
};

} // namespace switchyard
