#pragma once

#include "agent/agent_server.h"
#include "base/paths.h"
#include "git/loose_objects.h"
#include "model/task_spec.h"
#include "process/sandbox.h"

namespace switchyard::runner {

//! The sandbox of one attempt: decided once, then put around the agent and around each of its commands. What the
//! machine cannot do is told, or refuses the start; it is never silently left out (docs/gate.md).
class Enclosure
{
public:
    struct Request {
        Paths paths;
        TaskSpec task; //!< sandbox and network decided: Inherit counts as Off and On
        int attempt = 1;
        QString folder; //!< where the task works
        QString branch; //!< its own; empty: what the folder is on
    };
    //! Unavailable: strict, or a network cut off, was asked for and this machine cannot do it. Invalid: a network cut
    //! off without a sandbox. Looks at the disk, starts two programs at most.
    static QCoro::Task<Result<Enclosure>> prepare(Request request);

    bool isOn() const { return m_policy.level != process::SandboxPolicy::Level::Off; }
    QString levelName() const; //!< "off", "standard", "strict", for events
    QString networkName() const;
    QStringList warnings() const { return m_warnings; } //!< for the user, each with the way out

    //! Unchanged where the sandbox is off. `reachesModel`: its network stays, whatever the task's commands have.
    Result<process::CommandLine> aroundAgent(process::CommandLine line, const agent::AgentServer& server,
                                             bool reachesModel) const;
    Result<process::CommandLine> aroundCommand(process::CommandLine line) const;
    //! Objects of the repository that were there at prepare() and are gone or spoilt. Looks at the disk for longer.
    QCoro::Task<Result<QStringList>> damagedObjects() const;
    //! What was left in the git folder that could act outside; empty when all is well.
    QStringList findTraces() const;
    //! Branches beside the task's own that changed since prepare(): by it, or by somebody else meanwhile.
    QStringList changedNeighbours() const;

private:
    explicit Enclosure(Request request);
    Result<> chooseLevel(const process::SandboxAbility& ability);
    Result<> openGitFolder();
    Result<> makeFolders();
    void addCaches();
    process::CommandLine withCaches(process::CommandLine line) const;
    //! Of a home that is hidden whole: the programs in PATH and what lies beside them.
    QStringList programFolders(const QProcessEnvironment& environment) const;

    Request m_request;
    process::SandboxPolicy m_policy; //!< of commands
    QStringList m_warnings;
    QMap<QString, QByteArray> m_neighbours;
    git::LooseObjects m_objects;
    QString m_caches; //!< package caches of sandboxed tasks
};

} // namespace switchyard::runner
