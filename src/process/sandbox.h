#pragma once

#include "process/command.h"

#include <QCoro/QCoroTask>
#include <QJsonObject>
#include <QMap>

namespace switchyard::process {

//! What a command may reach, whatever its text says.
struct SandboxPolicy {
    enum class Level {
        Off,
        Standard, //!< reads the machine but for what is private; writes only where listed below
        Strict,   //!< as Standard, and homes are empty, no network, no namespaces within
    };
    enum class Network {
        On,
        Off,  //!< a loopback of its own, nothing else
        Kept, //!< On also when Strict: for an agent that has to reach its model
    };
    Level level = Level::Standard;
    Network network = Network::On; //!< Strict has none, unless Kept
    QString worktree;              //!< writable; absolute
    //! More of them, such as the agent's own sign-in folder; missing ones are left out. Of a repository among them the
    //! .git folder stays read-only.
    QStringList writable;
    QStringList readable;           //!< shown although they lie in a hidden folder or, when Strict, in a home
    QStringList hidden;             //!< our own folders and those of other tasks; the worktree may lie within
    QMap<QString, QString> instead; //!< folder → what is shown there, writable: package caches of the sandbox's own
    QString temporary;              //!< becomes /tmp, so that it is on disk; empty: a fresh one in memory
    //! The repository's .git folder, from a source that commands cannot write; empty: none may be written. Objects, the
    //! worktree's own part and `branch` are writable then; hooks, config, info, packed objects and other branches not.
    QString gitFolder;
    QString branch;
};

//! What this machine can do, for the window and `swy doctor`.
struct SandboxAbility {
    bool works = false;
    bool separateNetwork = false;
    bool separateSockets = false; //!< abstract ones, of the session, also while the network is on
    QString program;              //!< of bubblewrap, absolute
    QStringList missing;          //!< in words, each with the way out; empty: everything is there
    QJsonObject toJson() const;   //!< works, separate_network, separate_sockets, program, missing
};

//! Commands in bubblewrap (https://github.com/containers/bubblewrap): read-only system, private /tmp and /run, own
//! process, IPC and host name space, no capabilities, no new privileges, few of the kernel's own services
//! (confinement.h), dead with its parent. With the network on, abstract sockets of the machine (X servers, old session
//! buses) stay reachable where the kernel is older than 6.12. The exit code of a program that dies by a signal is 128 +
//! its number, as in a shell.
class Sandbox
{
public:
    //! Tries it out, within a second. The answer holds until the machine is set up differently: keep it.
    static QCoro::Task<SandboxAbility> probe();

    //! The same command inside a sandbox, for one start; unchanged when the level is Off. Makes no process; looks at
    //! the disk.
    //! Invalid: paths that are not absolute, not there, or a git folder that does not belong to the worktree.
    //! NotFound: bubblewrap or the program. Unavailable never: what is asked for is done in full or not at all.
    static Result<CommandLine> wrap(CommandLine command, const SandboxPolicy& policy);

    //! What a command left in the git folder that could act outside the sandbox later: links that git would follow, a
    //! HEAD that names another branch, settings of the worktree's own. Empty when all is well. Once nothing of the
    //! command runs any more, and before anybody else uses git there.
    static QStringList findTraces(const SandboxPolicy& policy);

    //! The branches that share the folder of the task's own, which git must be able to write: name → commit. What
    //! changed meanwhile may have been changed by somebody else too.
    static QMap<QString, QByteArray> neighbours(const SandboxPolicy& policy);
};

} // namespace switchyard::process
