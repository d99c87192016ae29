#include "process/sandbox.h"

#include "process/confinement.h"
#include "process/environment.h"
#include "process/sandbox_mounts.h"
#include "process/spawn.h"

#include <QCoro/QCoroSignal>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonArray>
#include <QStandardPaths>

#include <sys/stat.h>

namespace switchyard::process {

namespace {

constexpr milliseconds probeLimit =
    std::chrono::seconds(10); // each of two: a busy machine is not one without a sandbox
constexpr qsizetype mostWords = 400;

const QStringList ownSpaces{u"--unshare-pid"_s, u"--unshare-ipc"_s, u"--unshare-uts"_s, u"--unshare-cgroup-try"_s,
                            u"--die-with-parent"_s};

QString findBubblewrap()
{
    return QStandardPaths::findExecutable(u"bwrap"_s, {u"/usr/bin"_s, u"/usr/local/bin"_s, u"/bin"_s});
}

//! Old ones are, where users may make no name spaces: they need the privilege that the kernel's rules take away.
bool isSetuid(const QString& program)
{
    struct stat info{};
    return stat(QFile::encodeName(program).constData(), &info) == 0 && (info.st_mode & S_ISUID) && geteuid() != 0;
}

struct Trial {
    bool ok = false;
    QString said;
};

QCoro::Task<Trial> tryOut(QString program, QStringList options)
{
    Command command;
    QByteArray output;
    QObject::connect(&command, &Command::output, &command,
                     [&output](const QByteArray& piece) { output += piece.first(std::min(piece.size(), mostWords)); });
    CommandLine line;
    line.program = program;
    line.descriptor = callFilter(Calls::Standard);
    if (line.descriptor)
        options << u"--seccomp"_s << QString::number(line.descriptor->get());
    line.arguments = options + QStringList{u"--"_s, u"/bin/true"_s};
    line.cwd = u"/"_s;
    line.stopGrace = milliseconds(0);
    QTimer::singleShot(probeLimit, &command, &Command::stop);
    command.start(line);
    const auto exit = co_await qCoro(&command, &Command::finished);
    co_return Trial{exit.ok(),
                    exit.how == Exit::How::FailedToStart ? exit.error : QString::fromUtf8(output).simplified()};
}

QString kernelSetting(const QString& name)
{
    QFile file(u"/proc/sys/"_s + name);
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.read(40)).trimmed() : QString();
}

QString explain(const QString& said)
{
    if (kernelSetting(u"kernel/apparmor_restrict_unprivileged_userns"_s) == u"1")
        return u"AppArmor keeps programs from making name spaces. Allow bwrap a profile with “userns,”, or set "
               "kernel.apparmor_restrict_unprivileged_userns to 0."_s;
    if (kernelSetting(u"kernel/unprivileged_userns_clone"_s) == u"0")
        return u"This kernel lets only root make name spaces. Set kernel.unprivileged_userns_clone to 1."_s;
    if (kernelSetting(u"user/max_user_namespaces"_s) == u"0")
        return u"Name spaces are switched off on this machine. Set user.max_user_namespaces above 0."_s;
    return u"bubblewrap does not work here: %1"_s.arg(said.isEmpty() ? u"it did not answer in time."_s : said);
}

//! Absolute, existing, with symbolic links followed: what is mounted is what was meant.
Result<QString> resolve(const QString& path, const QString& what)
{
    const auto real = QDir::isAbsolutePath(path) ? QFileInfo(path).canonicalFilePath() : QString();
    if (real.isEmpty())
        return fail(ErrorCode::Invalid,
                    u"The sandbox cannot use “%1” as its %2: it is not an absolute path to something "
                    "that exists."_s.arg(path, what));
    return real;
}

QStringList resolveExisting(const QStringList& paths)
{
    QStringList result;
    for (const auto& path : paths) {
        if (const auto real = QFileInfo(path).canonicalFilePath(); !real.isEmpty())
            result << real;
    }
    return result;
}

Result<SandboxPolicy> resolve(SandboxPolicy policy)
{
    SY_TRY_ASSIGN(policy.worktree, resolve(policy.worktree, u"worktree"_s));
    if (policy.worktree == u"/")
        return fail(ErrorCode::Invalid, u"The whole machine cannot be a task's folder."_s,
                    u"Choose the project's folder."_s);
    if (!policy.temporary.isEmpty()) {
        SY_TRY_ASSIGN(policy.temporary, resolve(policy.temporary, u"temporary folder"_s));
    }
    if (!policy.gitFolder.isEmpty()) {
        SY_TRY_ASSIGN(policy.gitFolder, resolve(policy.gitFolder, u"git folder"_s));
    }
    const auto parts = policy.branch.split(u'/');
    if (!policy.branch.isEmpty() && (parts.contains(u".."_s) || parts.contains(u"."_s) || parts.contains(QString())))
        return fail(ErrorCode::Invalid, u"“%1” is not the name of a branch."_s.arg(policy.branch));
    policy.writable = resolveExisting(policy.writable);
    policy.readable = resolveExisting(policy.readable);
    policy.hidden = resolveExisting(policy.hidden);
    const auto instead = std::exchange(policy.instead, {});
    for (auto it = instead.begin(); it != instead.end(); ++it) {
        const auto shown = QFileInfo(it.key()).canonicalFilePath();
        const auto with = QFileInfo(it.value()).canonicalFilePath();
        if (!shown.isEmpty() && !with.isEmpty())
            policy.instead.insert(shown, with);
    }
    return policy;
}

void addLink(QStringList& traces, const QString& path)
{
    if (QFileInfo(path).isSymLink())
        traces << u"%1 points elsewhere."_s.arg(path);
}

void addLinks(QStringList& traces, const QString& folder)
{
    addLink(traces, folder);
    for (const auto& name :
         QDir(folder).entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot))
        addLink(traces, folder + u'/' + name);
}

void addLinksBelow(QStringList& traces, const QString& folder)
{
    QDirIterator it(folder, QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot,
                    QDirIterator::Subdirectories);
    while (it.hasNext())
        addLink(traces, it.next());
}

//! Addresses of doors that are closed; and where temporary files go.
QProcessEnvironment sandboxEnvironment(QProcessEnvironment environment)
{
    if (environment.isEmpty() || environment.inheritsFromParent())
        environment = childEnvironment();
    for (const auto* const name :
         {"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "SSH_AUTH_SOCK", "SSH_AGENT_PID",
          "GPG_AGENT_INFO", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "GNOME_KEYRING_CONTROL", "DOCKER_HOST",
          "LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "ENV"})
        environment.remove(QLatin1StringView(name));
    environment.insert(u"TMPDIR"_s, u"/tmp"_s);
    return environment;
}

} // namespace

QJsonObject SandboxAbility::toJson() const
{
    return {{u"works"_s, works},
            {u"separate_network"_s, separateNetwork},
            {u"separate_sockets"_s, separateSockets},
            {u"program"_s, program},
            {u"missing"_s, QJsonArray::fromStringList(missing)}};
}

QCoro::Task<SandboxAbility> Sandbox::probe()
{
    SandboxAbility ability;
    ability.program = findBubblewrap();
    if (ability.program.isEmpty()) {
        ability.missing << u"bubblewrap is not installed. Install the package “bubblewrap”."_s;
        co_return ability;
    }
    const QStringList basic = QStringList{u"--ro-bind"_s, u"/"_s,     u"/"_s,          u"--dev"_s, u"/dev"_s,
                                          u"--proc"_s,    u"/proc"_s, u"--cap-drop"_s, u"ALL"_s} +
                              ownSpaces;
    const auto whole = co_await tryOut(ability.program, basic + QStringList{u"--unshare-net"_s});
    ability.works = ability.separateNetwork = whole.ok;
    if (!whole.ok) {
        const auto plain = co_await tryOut(ability.program, basic);
        ability.works = plain.ok;
        ability.missing << (plain.ok ? u"Commands cannot be kept from the network: %1"_s.arg(whole.said)
                                     : explain(plain.said));
    }
    ability.separateSockets = ability.works && !isSetuid(ability.program) && abstractSocketRule();
    if (ability.works && !ability.separateSockets)
        ability.missing
            << u"Commands with the network on reach abstract sockets of your session, such as the screen of "
               "an X server. A kernel of 6.12 or later with Landlock keeps them away; until then cut the "
               "network off where that matters."_s;
    co_return ability;
}

Result<CommandLine> Sandbox::wrap(CommandLine command, const SandboxPolicy& wanted)
{
    if (wanted.level == SandboxPolicy::Level::Off)
        return command;
    const auto program = findBubblewrap();
    if (program.isEmpty())
        return fail(ErrorCode::NotFound, u"The sandbox needs bubblewrap, which is not installed."_s,
                    u"Install the package “bubblewrap”, or switch the sandbox off for this task."_s);
    SY_TRY_ASSIGN(auto policy, resolve(wanted));
    command.environment = sandboxEnvironment(command.environment);
    SY_TRY_ASSIGN(const auto inner, findProgram(command, command.environment));
    // A program that lies where the sandbox has its own files is shown there.
    for (const auto& covered : {u"/tmp/"_s, u"/var/tmp/"_s, u"/run/"_s}) {
        if (inner.startsWith(covered))
            policy.readable.prepend(QFileInfo(inner).path());
    }
    const auto home = QFileInfo(command.environment.value(u"HOME"_s, QDir::homePath())).canonicalFilePath();
    MountPlan mounts(policy, home.isEmpty() ? QDir::homePath() : home);
    SY_TRY_ASSIGN(auto arguments, mounts.arguments());
    arguments << ownSpaces << u"--hostname"_s << u"sandbox"_s << u"--cap-drop"_s << u"ALL"_s;
    const bool strict = policy.level == SandboxPolicy::Level::Strict;
    using Network = SandboxPolicy::Network;
    if (policy.network == Network::Off || (strict && policy.network != Network::Kept))
        arguments << u"--unshare-net"_s;
    else
        command.keepFromAbstractSockets = !isSetuid(program);
    command.descriptor = callFilter(strict ? Calls::Strict : Calls::Standard);
    if (!command.descriptor)
        return failErrno(u"The sandbox's filter of system calls cannot be made"_s, errno);
    arguments << u"--seccomp"_s << QString::number(command.descriptor->get());
    if (strict)
        arguments << u"--unshare-user"_s << u"--disable-userns"_s;
    arguments << u"--chdir"_s << (command.cwd.isEmpty() ? policy.worktree : command.cwd);
    arguments << u"--"_s << inner << command.arguments;
    command.program = program;
    command.arguments = arguments;
    command.isWrapped = true;
    return command;
}

QStringList Sandbox::findTraces(const SandboxPolicy& wanted)
{
    const auto policy = resolve(wanted);
    if (!policy || policy->gitFolder.isEmpty())
        return {};
    const auto& common = policy->gitFolder;
    const auto own = privateGitFolder(policy->worktree, common);
    if (!own)
        return {own.error().message};
    QStringList traces;
    if (*own == common && QFileInfo::exists(*own + u"/commondir"_s))
        traces << u"%1/commondir makes git read its settings elsewhere."_s.arg(*own);
    for (const auto& name : {u"objects/info/alternates"_s, u"config.worktree"_s})
        addLink(traces, common + u'/' + name);
    if (*own != common) {
        if (QFileInfo(*own + u"/config.worktree"_s).size() > 0)
            traces << u"%1/config.worktree holds settings that git would obey."_s.arg(*own);
        addLinksBelow(traces, *own);
    } else {
        for (const auto& name : {u"index"_s, u"HEAD"_s, u"ORIG_HEAD"_s, u"FETCH_HEAD"_s, u"logs/HEAD"_s})
            addLink(traces, common + u'/' + name);
    }
    addLinks(traces, common + u"/objects"_s);
    if (!policy->branch.isEmpty()) {
        const auto reference = u"/refs/heads/"_s + policy->branch;
        for (const auto& place : {common + reference, common + u"/logs"_s + reference})
            addLinks(traces, QFileInfo(place).path());
        const auto head = firstLine(*own + u"/HEAD"_s);
        const auto named = "ref: " + reference.sliced(1).toUtf8();
        if (head.startsWith("ref:") && head != named)
            traces << u"%1/HEAD names another branch: %2"_s.arg(*own, QString::fromUtf8(head.left(200)));
    }
    return traces;
}

QMap<QString, QByteArray> Sandbox::neighbours(const SandboxPolicy& wanted)
{
    QMap<QString, QByteArray> result;
    const auto policy = resolve(wanted);
    if (!policy || policy->gitFolder.isEmpty() || policy->branch.isEmpty())
        return result;
    const QDir heads(policy->gitFolder + u"/refs/heads"_s);
    const QFileInfo leaf(heads.filePath(policy->branch));
    for (const auto& name : QDir(leaf.path()).entryList(QDir::Files | QDir::Hidden)) {
        if (name != leaf.fileName() && !name.endsWith(u".lock"))
            result.insert(heads.relativeFilePath(leaf.path() + u'/' + name), firstLine(leaf.path() + u'/' + name));
    }
    return result;
}

} // namespace switchyard::process
