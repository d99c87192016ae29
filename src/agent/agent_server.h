#pragma once

#include "base/paths.h"

#include <QJsonObject>
#include <QMap>
#include <QProcessEnvironment>

namespace switchyard::agent {

//! How to start one kind of agent and how to make it ask before it acts. The presets are data:
//! resources/agents/presets.json, in the format of the user's agents.json (docs/agents.md).
struct AgentServer {
    QString name;    //!< "builtin", "claude"…: what a task names
    QString title;   //!< for people
    QString command; //!< program; empty for the built-in agent: swy itself
    QStringList arguments;
    //! Set for the agent. "${tmp}" becomes its private temporary folder, "${random}" a new random word.
    QMap<QString, QString> environment;
    QMap<QString, QString> secrets; //!< variable → keyring entry ("keyring:anthropic"); whoever starts it looks them up
    QStringList inherited;          //!< variables of our own environment that it gets as well, where set
    bool offersFileSystem = false;  //!< client capabilities to offer it; see docs/agents.md
    bool offersTerminal = false;
    QJsonObject sessionMeta;   //!< _meta of session/new, load and resume
    QString mode;              //!< session mode that must be set, or the start fails; empty: leave
    QString authMethod;        //!< tried once where the agent wants authentication and offers it
    QString install;           //!< how to get it, for people: a command line
    QString login;             //!< how to log in, for people
    QString version;           //!< the one that was tried
    bool privateTmp = false;   //!< gets a TMPDIR of its own, removed after it
    QStringList leavesFolders; //!< empty folders it litters the working folder with; removed after it
    //! Its own files in the home, which stay writable in the sandbox: sign-in, settings, sessions. "~/.codex/" with a
    //! final slash is a folder that is made when it is missing; "${CODEX_HOME:-~/.codex}/" follows a variable.
    QStringList ownFiles;
    //! Those among them that make programs run when the user starts the agent by hand (hooks, plugins, servers of
    //! tools); what a task changes there is told. Also "FILE#KEY", a value in a file of JSON.
    QStringList actingFiles;
    bool verified = false; //!< passed the conformance run in this version
    //! Where in the session's _meta words for its system prompt go; empty: it takes none.
    QStringList instructionsPath;
    QString provider; //!< whose models it uses, as prices.json names them: "anthropic"; empty: not known

    bool operator==(const AgentServer&) const = default;
    QJsonObject toJson() const;
    //! Of ownFiles and actingFiles: absolute paths; what is neither absolute nor below the home is left out.
    static QStringList resolved(const QStringList& paths, const QProcessEnvironment& variables, const QString& home);
    //! Invalid names the field. Values that look like secrets are refused in "env": they belong in "secrets".
    static Result<AgentServer> fromJson(const QString& name, const QJsonObject& json);
};

//! The presets and what the user put in agents.json ({"agent_servers": {name: {...}}}), the user's first.
//! An entry with the name of a preset changes that preset: what it does not say stays, so that an own path or key does
//! not cost the settings that make the agent ask.
class AgentRegistry
{
public:
    //! A missing file is no error.
    static Result<AgentRegistry> load(const QString& agentsFile);
    QList<AgentServer> servers() const { return m_servers; }
    //! NotFound names the known ones.
    Result<AgentServer> find(const QString& name) const;

    //! Adds or changes an entry of agents.json, which is made when missing; other entries stay as they are.
    //! Invalid names the field; nothing is written then.
    static Result<> put(const QString& agentsFile, const QString& name, const QJsonObject& entry);
    //! NotFound if the user has no such entry; a preset of the name is back in force.
    static Result<> remove(const QString& agentsFile, const QString& name);

private:
    QList<AgentServer> m_servers;
};

} // namespace switchyard::agent
