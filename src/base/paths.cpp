#include "base/paths.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <sys/stat.h>
#include <unistd.h>

namespace switchyard {

namespace {

// sockaddr_un holds 107 bytes; "/runners/a7f3c1-100.sock" needs 24 of them.
constexpr qsizetype longestRuntime = 80;

QString environmentFolder(const char* variable, const QString& otherwise)
{
    const auto value = qEnvironmentVariable(variable);
    return QDir::isAbsolutePath(value) ? value : otherwise;
}

QString shortRuntime(const QString& wanted)
{
    if (wanted.toUtf8().size() <= longestRuntime)
        return wanted;
    const auto digest = QCryptographicHash::hash(wanted.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
    return u"/tmp/switchyard-%1-%2"_s.arg(getuid()).arg(QLatin1StringView(digest));
}

Result<> makePrivate(const QString& folder)
{
    if (!QDir().mkpath(folder))
        return fail(ErrorCode::Io, u"The folder %1 cannot be created."_s.arg(folder),
                    u"Check its permissions and the free space on that disk."_s);
    struct stat info{};
    const auto path = QFile::encodeName(folder);
    if (lstat(path.constData(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid())
        return fail(ErrorCode::Forbidden, u"The folder %1 belongs to somebody else."_s.arg(folder),
                    u"Remove it, or set SWITCHYARD_ROOT to a folder of your own."_s);
    if ((info.st_mode & 0777) != 0700 && chmod(path.constData(), 0700) != 0)
        return failErrno(u"The folder %1 cannot be made private"_s.arg(folder), errno);
    return {};
}

} // namespace

Paths Paths::fromEnvironment()
{
    if (const auto root = qEnvironmentVariable("SWITCHYARD_ROOT"); !root.isEmpty())
        return below(QDir(root).absolutePath());
    const auto home = QDir::homePath();
    const auto app = u"/switchyard"_s;
    const auto runtime = environmentFolder("XDG_RUNTIME_DIR", u"/tmp/switchyard-runtime-%1"_s.arg(getuid()));
    return {environmentFolder("XDG_CONFIG_HOME", home + u"/.config"_s) + app,
            environmentFolder("XDG_DATA_HOME", home + u"/.local/share"_s) + app,
            environmentFolder("XDG_STATE_HOME", home + u"/.local/state"_s) + app, shortRuntime(runtime + app)};
}

Paths Paths::below(const QString& root)
{
    return {root + u"/config"_s, root + u"/data"_s, root + u"/state"_s, shortRuntime(root + u"/run"_s)};
}

Result<> Paths::ensure() const
{
    for (const auto& folder : {config, data, state, runtime, runners(), logs()})
        SY_TRY(makePrivate(folder));
    return {};
}

QString Paths::runnerSocket(const TaskId& id, int attempt) const
{
    return runners() + u"/%1-%2.sock"_s.arg(id.toString()).arg(attempt);
}

QString Paths::worktree(const QString& project, const TaskId& id) const
{
    static const QRegularExpression unsafe(u"[^A-Za-z0-9._-]+"_s);
    auto name = QFileInfo(project).fileName().replace(unsafe, u"-"_s);
    if (name.isEmpty() || name.startsWith(u'.'))
        name.prepend(u"project"_s);
    return state + u"/worktrees/"_s + name + u'/' + id.toString();
}

} // namespace switchyard
