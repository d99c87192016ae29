#include "runner/enclosure.h"

#include "git/repository.h"
#include "process/environment.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

#include <algorithm>

namespace switchyard::runner {

namespace {

using process::CommandLine;
using process::SandboxPolicy;

// Package managers need a cache that they may write. The user's own stays out of reach: what a task puts there would
// later run outside of its sandbox.
constexpr std::pair<QLatin1StringView, QLatin1StringView> cacheVariables[] = {
    {"npm_config_cache"_L1, "npm"_L1}, {"YARN_CACHE_FOLDER"_L1, "yarn"_L1}, {"PIP_CACHE_DIR"_L1, "pip"_L1},
    {"UV_CACHE_DIR"_L1, "uv"_L1},      {"GOMODCACHE"_L1, "go-modules"_L1},  {"GOCACHE"_L1, "go-build"_L1},
    {"CCACHE_DIR"_L1, "ccache"_L1}};
// Those that no variable moves, in the home → in the cache folder.
constexpr std::pair<QLatin1StringView, QLatin1StringView> cacheFolders[] = {{".cargo/registry"_L1, "cargo-registry"_L1},
                                                                            {".cargo/git"_L1, "cargo-git"_L1},
                                                                            {".m2/repository"_L1, "maven"_L1},
                                                                            {".gradle"_L1, "gradle"_L1}};

Result<QString> gitFolderOf(const QString& path)
{
    SY_TRY_ASSIGN(const auto repository, git::Repository::open(path));
    return repository.commonFolder();
}

bool isBelow(const QString& path, const QString& folder)
{
    return path == folder || path.startsWith(folder + u'/');
}

//! Sockets of the session, wherever they lie: most are in /run and /tmp, which are hidden anyway.
QStringList doors(const QProcessEnvironment& environment, const QStringList& needed)
{
    QStringList result{environment.value(u"SSH_AUTH_SOCK"_s), environment.value(u"XAUTHORITY"_s),
                       environment.value(u"DOCKER_HOST"_s).section(u"unix://"_s, 1)};
    for (const auto& address : environment.value(u"DBUS_SESSION_BUS_ADDRESS"_s).split(u';', Qt::SkipEmptyParts)) {
        for (const auto& word : address.section(u':', 1).split(u',')) {
            if (word.startsWith(u"path="))
                result << word.sliced(5);
        }
    }
    const auto runtime = QFileInfo(environment.value(u"XDG_RUNTIME_DIR"_s)).canonicalFilePath();
    const auto liesWithin = [&](const QString& path) { return isBelow(QFileInfo(path).canonicalFilePath(), runtime); };
    if (!runtime.isEmpty() && std::ranges::none_of(needed, liesWithin))
        result << runtime;
    result.removeIf([](const QString& path) {
        const bool hiddenAnyway = path.startsWith(u"/run/") || path.startsWith(u"/tmp/");
        return !QDir::isAbsolutePath(path) || (hiddenAnyway && !isBelow(path, QDir::homePath()));
    });
    return result;
}

} // namespace

Enclosure::Enclosure(Request request) : m_request(std::move(request)), m_caches(m_request.paths.state + u"/caches"_s)
{
    const auto& task = m_request.task;
    const auto& paths = m_request.paths;
    using Level = SandboxPolicy::Level;
    m_policy.level = task.sandbox == SandboxLevel::Strict     ? Level::Strict
                     : task.sandbox == SandboxLevel::Standard ? Level::Standard
                                                              : Level::Off;
    m_policy.network = task.network == NetworkAccess::Loopback || task.network == NetworkAccess::Off
                           ? SandboxPolicy::Network::Off
                           : SandboxPolicy::Network::On;
    m_policy.worktree = m_request.folder;
    m_policy.writable = task.extraFolders;
    m_policy.hidden = {paths.config, paths.data, paths.state, paths.runtime};
    m_policy.hidden << doors(QProcessEnvironment::systemEnvironment(),
                             QStringList{QDir::homePath(), m_request.folder, task.project} + task.extraFolders);
    m_policy.temporary = paths.attempt(task.id, m_request.attempt) + u"/tmp"_s;
    m_policy.branch = m_request.branch;
}

QString Enclosure::levelName() const
{
    using Level = SandboxPolicy::Level;
    return sandboxLevelName(m_policy.level == Level::Strict     ? SandboxLevel::Strict
                            : m_policy.level == Level::Standard ? SandboxLevel::Standard
                                                                : SandboxLevel::Off);
}

QString Enclosure::networkName() const
{
    const bool cutOff = m_policy.network == SandboxPolicy::Network::Off;
    if (m_policy.level == SandboxPolicy::Level::Strict || cutOff)
        return networkAccessName(m_request.task.network == NetworkAccess::Loopback ? NetworkAccess::Loopback
                                                                                   : NetworkAccess::Off);
    return networkAccessName(NetworkAccess::On);
}

QCoro::Task<Result<Enclosure>> Enclosure::prepare(Request request)
{
    Enclosure made(std::move(request));
    const bool cutOff = made.m_policy.network == SandboxPolicy::Network::Off;
    if (!made.isOn() && cutOff)
        co_return fail(ErrorCode::Invalid, u"Without a sandbox the network cannot be cut off."_s,
                       u"Choose the sandbox level “standard”, or leave the network on."_s);
    if (!made.isOn())
        co_return made;
    SY_CO_TRY(made.chooseLevel(co_await process::Sandbox::probe()));
    if (!made.isOn())
        co_return made;
    SY_CO_TRY(made.openGitFolder());
    SY_CO_TRY(made.makeFolders());
    made.addCaches();
    // Now rather than at the first command: a task whose sandbox cannot be made does not start.
    CommandLine trial;
    trial.program = u"/bin/true"_s;
    SY_CO_TRY(made.aroundCommand(trial));
    made.m_neighbours = process::Sandbox::neighbours(made.m_policy);
    if (!made.m_policy.gitFolder.isEmpty())
        made.m_objects = co_await QtConcurrent::run(&git::LooseObjects::in, made.m_policy.gitFolder);
    co_return made;
}

Result<> Enclosure::chooseLevel(const process::SandboxAbility& ability)
{
    const auto why = ability.missing.join(u' ');
    const bool strict = m_policy.level == SandboxPolicy::Level::Strict;
    const bool cutOff = m_policy.network == SandboxPolicy::Network::Off;
    if (ability.works && (ability.separateNetwork || !(strict || cutOff)))
        return {};
    if (strict || cutOff)
        return fail(ErrorCode::Unavailable,
                    u"The task needs %1, which this machine cannot give. "_s.arg(
                        strict ? u"a strict sandbox"_s : u"a sandbox without network"_s) +
                        why,
                    u"Mend that, or choose the sandbox level “standard” with the network on."_s);
    m_policy.level = SandboxPolicy::Level::Off;
    m_warnings << u"This task runs without a sandbox: its programs reach all that you reach. "_s + why;
    return {};
}

//! The repository is named by the project, which the task cannot write, never by what its folder claims.
Result<> Enclosure::openGitFolder()
{
    const bool inPlace = m_request.task.isolation == Isolation::InPlace;
    if (inPlace && !git::Repository::isRepository(m_request.folder))
        return {};
    const auto folder = gitFolderOf(m_request.task.project);
    if (!folder)
        return inPlace ? Result<>() : fail(folder.error());
    m_policy.gitFolder = *folder;
    if (!inPlace)
        return {};
    if (const auto repository = git::Repository::open(m_request.folder)) {
        if (const auto branch = repository->headBranch())
            m_policy.branch = *branch;
    }
    CommandLine trial;
    trial.program = u"/bin/true"_s;
    auto policy = m_policy;
    policy.temporary.clear();
    if (process::Sandbox::wrap(trial, policy))
        return {};
    // A folder within a repository, or a submodule: it can be worked in, but not committed from.
    m_policy.gitFolder.clear();
    m_policy.branch.clear();
    return {};
}

Result<> Enclosure::makeFolders()
{
    QStringList folders{m_policy.temporary, m_caches};
    for (const auto& [variable, name] : cacheVariables)
        folders << m_caches + u'/' + name;
    for (const auto& [place, name] : cacheFolders)
        folders << m_caches + u'/' + name;
    for (const auto& folder : folders) {
        if (!QDir().mkpath(folder))
            return fail(ErrorCode::Io, u"The folder %1 cannot be created."_s.arg(folder),
                        u"Check its permissions and the free space on that disk."_s);
    }
    return {};
}

void Enclosure::addCaches()
{
    for (const auto& [place, name] : cacheFolders)
        m_policy.instead.insert(QDir::homePath() + u'/' + place, m_caches + u'/' + name);
    m_policy.writable << m_caches;
}

CommandLine Enclosure::withCaches(CommandLine line) const
{
    if (line.environment.isEmpty() || line.environment.inheritsFromParent())
        line.environment = process::childEnvironment();
    for (const auto& [variable, name] : cacheVariables)
        line.environment.insert(variable, m_caches + u'/' + name);
    return line;
}

QStringList Enclosure::programFolders(const QProcessEnvironment& environment) const
{
    if (m_policy.level != SandboxPolicy::Level::Strict)
        return {};
    QStringList result;
    for (const auto& entry : environment.value(u"PATH"_s).split(u':', Qt::SkipEmptyParts)) {
        if (!isBelow(entry, QDir::homePath()) || QDir::cleanPath(entry) == QDir::homePath())
            continue;
        result << entry;
        if (const QFileInfo folder(entry); folder.fileName() == u"bin")
            result << folder.path() + u"/lib"_s << folder.path() + u"/libexec"_s;
    }
    return result;
}

Result<CommandLine> Enclosure::aroundCommand(CommandLine line) const
{
    if (!isOn())
        return line;
    line = withCaches(std::move(line));
    auto policy = m_policy;
    policy.readable << programFolders(line.environment);
    return process::Sandbox::wrap(std::move(line), policy);
}

Result<CommandLine> Enclosure::aroundAgent(CommandLine line, const agent::AgentServer& server, bool reachesModel) const
{
    if (!isOn())
        return line;
    line = withCaches(std::move(line));
    auto policy = m_policy;
    if (reachesModel)
        policy.network = SandboxPolicy::Network::Kept;
    policy.readable << programFolders(line.environment) << m_request.paths.config + u"/prices.json"_s;
    // What the task names itself: the words of a scripted model, the files that belong to its goal.
    policy.readable << m_request.task.attachments;
    if (m_request.task.model.startsWith(u"script:/"))
        policy.readable << m_request.task.model.sliced(7);
    if (isBelow(line.program, QDir::homePath()))
        policy.readable << QFileInfo(line.program).path();
    // A folder that is missing can only be made here: in the sandbox the home is read-only.
    for (const auto& path : agent::AgentServer::resolved(server.ownFiles, line.environment, QDir::homePath())) {
        if (path.endsWith(u'/') && !QFileInfo::exists(path)) {
            if (!QDir().mkpath(path))
                return fail(ErrorCode::Io,
                            u"The folder %1, which %2 needs, cannot be created."_s.arg(path, server.title));
            QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        }
        policy.writable << path;
    }
    return process::Sandbox::wrap(std::move(line), policy);
}

QCoro::Task<Result<QStringList>> Enclosure::damagedObjects() const
{
    if (!isOn()) // they were not looked at: no thread is begun for a short command's sake
        co_return QStringList();
    const auto objects = m_objects;
    co_return co_await QtConcurrent::run([objects] { return objects.damaged(); });
}

QStringList Enclosure::findTraces() const
{
    return isOn() ? process::Sandbox::findTraces(m_policy) : QStringList();
}

QStringList Enclosure::changedNeighbours() const
{
    QStringList result;
    if (!isOn())
        return result;
    const auto now = process::Sandbox::neighbours(m_policy);
    for (auto it = m_neighbours.begin(); it != m_neighbours.end(); ++it) {
        if (now.value(it.key()) != it.value())
            result << (now.contains(it.key()) ? u"%1 (was at %2)"_s : u"%1 (is gone; was at %2)"_s)
                          .arg(it.key(), QString::fromLatin1(it.value().left(12)));
    }
    return result;
}

} // namespace switchyard::runner
