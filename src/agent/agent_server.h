#pragma once

#include "base/paths.h"

#include <QJsonObject>
#include <QMap>

namespace switchyard::agent {

//! How to start one kind of agent and how to make it ask before it acts.
struct AgentServer {
    QString name;            //!< "builtin", "claude"…: what a task names
    QString title;           //!< for people
    QString command;         //!< program; empty for the built-in agent: swy itself
    QStringList arguments;
    QMap<QString, QString> environment;
    QMap<QString, QString> secrets; //!< variable → keyring entry ("keyring:anthropic")
    bool offersFileSystem = false;  //!< client capabilities to offer it; see docs/agents.md
    bool offersTerminal = false;
    QJsonObject sessionMeta;        //!< _meta of session/new, load and resume
    QString mode;                   //!< session mode to set; empty: leave
    bool verified = false;          //!< passed the conformance run in this version
    QJsonObject toJson() const;
    static Result<AgentServer> fromJson(const QString& name, const QJsonObject& json);
};

//! The presets and what the user put in agents.json ({"agent_servers": {name: {...}}}), the user's first.
class AgentRegistry
{
public:
    static Result<AgentRegistry> load(const QString& agentsFile);
    QList<AgentServer> servers() const { return m_servers; }
    //! NotFound names the known ones.
    Result<AgentServer> find(const QString& name) const;

private:
    QList<AgentServer> m_servers;
};

} // namespace switchyard::agent
