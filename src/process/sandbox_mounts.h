#pragma once

#include "process/sandbox.h"

namespace switchyard::process {

//! The arguments of bubblewrap for a policy, in the order in which it mounts: later ones cover earlier ones.
class MountPlan
{
public:
    //! `home` of the user; all paths of the policy are resolved (symbolic links) already.
    MountPlan(const SandboxPolicy& policy, QString home);
    Result<QStringList> arguments();

private:
    void addSystem();
    void hide(const QString& path);
    void hidePrivate(const QString& within);
    void addWritable();
    Result<> addGit();
    void protectGitFolder(const QString& folder);
    void openBranch(const QString& refs);
    void readOnly(const QString& path);
    void writable(const QString& path);

    const SandboxPolicy& m_policy;
    const QString m_home;
    QStringList m_arguments;
};

//! The worktree's part of a repository (".git/worktrees/x"); the git folder itself when the worktree is the
//! repository's. Invalid if the worktree does not belong to that folder, whatever its .git file claims.
Result<QString> privateGitFolder(const QString& worktree, const QString& gitFolder);

//! Without its end, 4 KiB at most; empty if the file cannot be read.
QByteArray firstLine(const QString& path);

} // namespace switchyard::process
