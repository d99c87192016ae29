#pragma once

#include "model/grant.h"

#include <QJsonObject>

namespace switchyard {

//! A command that waits for the user's code.
struct Confirmation {
    QString id; //!< UUID; an answer names it and is good for it alone, once
    TaskId task;
    int attempt = 0;
    QString command;     //!< exactly what would run
    QStringList reasons; //!< "deletes a file"; never empty
    QStringList impact;  //!< what it would touch, one line each; empty: cannot be known
    QString cwd;
    QString branch;
    UtcTime requested{};
    UtcTime deadline{};            //!< no answer by then is a refusal
    int triesLeft = 5;             //!< wrong codes left before the request is refused
    QList<GrantOffer> offers = {}; //!< what may be allowed beyond this once; often nothing

    QJsonObject toJson() const;
    static Result<Confirmation> fromJson(const QJsonObject& json);
    bool operator==(const Confirmation&) const = default;
};

} // namespace switchyard
