#pragma once

#include "base/result.h"

#include <QJsonObject>
#include <QRegularExpression>
#include <QStringList>

namespace switchyard::agent {

//! What kind of work an agent is put to: words for it, what it may do, and what is asked of its result. One small JSON
//! file each: resources/agent-types/NAME.json, and the user's own in agent-types/ of the configuration folder, which
//! are laid over those of the same name as a whole.
struct AgentType {
    QString name;   //!< "code", "fixer", "reviewer", "documenter": what a task names
    QString title;  //!< for people
    QString about;  //!< one sentence
    QString prompt; //!< added to the agent's instructions

    // The gate, on top of the usual rules; it never makes them milder.
    QStringList writes{u"**"_s}; //!< globs of the files it may write, below the task's folder
    bool commands = true;        //!< it may run commands, as the gate's rules say; false: none

    // The result.
    enum class Run { Off, Advisory, Required };
    Run validation = Run::Required; //!< whether the project's checks are run, and whether they decide
    enum class Changes { Required, Optional, Forbidden };
    Changes changes = Changes::Optional;

    //! `path` is relative to the task's folder.
    bool mayWrite(const QString& path) const;
    QJsonObject toJson() const;
    //! Invalid names the field.
    static Result<AgentType> fromJson(const QString& name, const QJsonObject& json);
    bool operator==(const AgentType&) const = default;
};

//! All types: the user's, then the others. A damaged file of the user's is an error that names it.
Result<QList<AgentType>> loadAgentTypes(const QString& userFolder);
//! One of them; NotFound names the known ones. An empty name is a plain agent: no prompt, nothing forbidden.
Result<AgentType> findAgentType(const QString& userFolder, const QString& name);

} // namespace switchyard::agent
