#include "process/sandbox_mounts.h"

#include <QDir>
#include <QFileInfo>

#include <unistd.h>

namespace switchyard::process {

namespace {

// In the user's home: keys, tokens, wallets, mail and browsers.
constexpr QLatin1StringView privateNames[] = {
    ".ssh"_L1,
    ".gnupg"_L1,
    ".local/share/keyrings"_L1,
    ".local/share/kwalletd"_L1,
    ".pki"_L1,
    ".password-store"_L1,
    ".aws"_L1,
    ".azure"_L1,
    ".kube"_L1,
    ".config/gcloud"_L1,
    ".config/gh"_L1,
    ".config/hub"_L1,
    ".config/op"_L1,
    ".docker"_L1,
    ".netrc"_L1,
    ".git-credentials"_L1,
    ".config/git/credentials"_L1,
    ".pypirc"_L1,
    ".pgpass"_L1,
    ".mozilla"_L1,
    ".thunderbird"_L1,
    ".config/google-chrome"_L1,
    ".config/chromium"_L1,
    ".config/BraveSoftware"_L1,
    ".bash_history"_L1,
    ".zsh_history"_L1,
    ".Xauthority"_L1,
};

// Of /run, which is full of doors (D-Bus, docker, the user's session), only what names and the network need.
constexpr QLatin1StringView runNames[] = {"/run/systemd/resolve"_L1, "/run/NetworkManager/resolv.conf"_L1,
                                          "/run/resolvconf"_L1,      "/run/current-system"_L1,
                                          "/run/opengl-driver"_L1,   "/run/wrappers"_L1};

// Kernel settings that root may write without any capability. bubblewrap protects them only from a root with some.
constexpr QLatin1StringView kernelNames[] = {"/proc/sys"_L1,  "/proc/sysrq-trigger"_L1, "/proc/fs"_L1,
                                             "/proc/acpi"_L1, "/proc/scsi"_L1,          "/proc/mtrr"_L1};

bool liesIn(const QString& path, const QString& folder)
{
    return path == folder || path.startsWith(folder + u'/');
}

} // namespace

QByteArray firstLine(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readLine(4096).trimmed() : QByteArray();
}

MountPlan::MountPlan(const SandboxPolicy& policy, QString home) : m_policy(policy), m_home(std::move(home)) {}

Result<QStringList> MountPlan::arguments()
{
    addSystem();
    hidePrivate(u"/"_s);
    for (const auto& path : m_policy.hidden)
        hide(path);
    addWritable();
    SY_TRY(addGit());
    return m_arguments;
}

void MountPlan::readOnly(const QString& path)
{
    if (QFileInfo::exists(path))
        m_arguments << u"--ro-bind"_s << path << path;
}

void MountPlan::writable(const QString& path)
{
    m_arguments << u"--bind"_s << path << path;
}

void MountPlan::hide(const QString& path)
{
    const QFileInfo info(path);
    if (info.isDir())
        m_arguments << u"--tmpfs"_s << path;
    else if (info.exists())
        m_arguments << u"--ro-bind"_s << u"/dev/null"_s << path;
}

void MountPlan::addSystem()
{
    m_arguments << u"--ro-bind"_s << u"/"_s << u"/"_s << u"--dev"_s << u"/dev"_s << u"--proc"_s << u"/proc"_s;
    // Others may not write them anyway, and may make a sandbox within only while /proc is whole.
    for (const auto name : kernelNames) {
        if (geteuid() == 0)
            m_arguments << u"--ro-bind-try"_s << name << name;
    }
    m_arguments << u"--tmpfs"_s << u"/run"_s;
    for (const auto name : runNames)
        m_arguments << u"--ro-bind-try"_s << name << name;
    if (QFileInfo(u"/var/tmp"_s).isDir())
        m_arguments << u"--tmpfs"_s << u"/var/tmp"_s;
    if (m_policy.temporary.isEmpty())
        m_arguments << u"--tmpfs"_s << u"/tmp"_s;
    else
        m_arguments << u"--bind"_s << m_policy.temporary << u"/tmp"_s;
    if (liesIn(m_home, u"/tmp"_s) || liesIn(m_home, u"/var/tmp"_s) || liesIn(m_home, u"/run"_s))
        readOnly(m_home);
}

void MountPlan::hidePrivate(const QString& within)
{
    if (m_policy.level == SandboxPolicy::Level::Strict && within == u"/") {
        for (const auto& homes : {u"/home"_s, u"/root"_s, m_home})
            hide(homes);
        return;
    }
    for (const auto name : privateNames) {
        if (const QString path = m_home + u'/' + name; within == u"/" || liesIn(path, within))
            hide(path);
    }
}

void MountPlan::addWritable()
{
    for (const auto& path : m_policy.readable)
        readOnly(path);
    for (auto it = m_policy.instead.begin(); it != m_policy.instead.end(); ++it)
        m_arguments << u"--bind"_s << it.value() << it.key();
    auto all = m_policy.writable;
    all.prepend(m_policy.worktree);
    for (const auto& path : all) {
        if (!QFileInfo::exists(path))
            continue;
        writable(path);
        if (path != m_policy.worktree)
            readOnly(path + u"/.git"_s);
        // A folder that is opened does not open what is hidden within.
        hidePrivate(path);
        for (const auto& hidden : m_policy.hidden) {
            if (liesIn(hidden, path) && hidden != path)
                hide(hidden);
        }
    }
}

Result<> MountPlan::addGit()
{
    const auto link = m_policy.worktree + u"/.git"_s;
    if (m_policy.gitFolder.isEmpty()) {
        readOnly(link);
        return {};
    }
    const auto& common = m_policy.gitFolder;
    SY_TRY_ASSIGN(const auto own, privateGitFolder(m_policy.worktree, common));
    if (own == common) {
        protectGitFolder(common);
    } else {
        readOnly(common); // also where it lies in a hidden or a writable folder
        readOnly(link);
        writable(own);
        for (const auto name : {"commondir"_L1, "gitdir"_L1, "config.worktree"_L1, "locked"_L1})
            readOnly(own + u'/' + name);
    }
    writable(common + u"/objects"_s);
    readOnly(common + u"/objects/pack"_s);
    readOnly(common + u"/objects/info"_s);
    openBranch(common + u"/refs/heads"_s);
    openBranch(common + u"/logs/refs/heads"_s);
    return {};
}

//! Git writes its index beside what nobody may write: there the exceptions are the protected ones.
void MountPlan::protectGitFolder(const QString& folder)
{
    writable(folder);
    for (const auto name : {"hooks"_L1, "info"_L1, "worktrees"_L1, "modules"_L1, "refs"_L1, "logs/refs"_L1}) {
        QDir().mkpath(folder + u'/' + name); // what is not there could be made
        readOnly(folder + u'/' + name);
    }
    for (const auto name : {"config"_L1, "config.worktree"_L1, "packed-refs"_L1, "description"_L1})
        readOnly(folder + u'/' + name);
}

//! Git replaces a branch's file by renaming a new one over it, which needs its folder; its neighbours stay as they are.
void MountPlan::openBranch(const QString& refs)
{
    if (m_policy.branch.isEmpty())
        return;
    const QFileInfo leaf(refs + u'/' + m_policy.branch);
    const auto folder = leaf.path();
    QDir().mkpath(folder);
    writable(folder);
    for (const auto& name : QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
        if (name != leaf.fileName() && name != leaf.fileName() + u".lock"_s)
            readOnly(folder + u'/' + name);
    }
}

Result<QString> privateGitFolder(const QString& worktree, const QString& gitFolder)
{
    const auto wrong = [&](const QString& why) {
        return fail(ErrorCode::Invalid, u"The folder %1 is no worktree of %2: %3."_s.arg(worktree, gitFolder, why),
                    u"Somebody may have changed its .git file; make the worktree anew."_s);
    };
    const QFileInfo link(worktree + u"/.git"_s);
    if (link.isDir() && !link.isSymLink())
        return link.canonicalFilePath() == gitFolder ? Result<QString>(gitFolder)
                                                     : wrong(u"it has a repository of its own"_s);
    const auto line = firstLine(link.filePath());
    if (!line.startsWith("gitdir: "))
        return wrong(u"its .git file does not say where it belongs"_s);
    const auto named = QDir(worktree).absoluteFilePath(QFile::decodeName(line.sliced(8)));
    const auto own = QFileInfo(named).canonicalFilePath();
    if (QFileInfo(own).path() != gitFolder + u"/worktrees"_s)
        return wrong(u"its .git file names %1"_s.arg(named));
    // And the other way round: no task may borrow another's.
    const auto back = QFileInfo(QDir(own).absoluteFilePath(QFile::decodeName(firstLine(own + u"/gitdir"_s))));
    if (back.canonicalFilePath() != link.canonicalFilePath())
        return wrong(u"the repository knows it at another place"_s);
    return own;
}

} // namespace switchyard::process
