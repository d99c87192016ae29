#include "gate/path_class.h"

#include <QDir>
#include <QRegularExpression>

namespace switchyard::gate {

namespace {
bool below(const QString& path, const QString& folder)
{
    return !folder.isEmpty() && (path == folder || path.startsWith(folder.endsWith(u'/') ? folder : folder + u'/'));
}

PathClass classifyDevice(const QString& path)
{
    static const QRegularExpression harmless(uR"(^/dev/(null|stdin|stdout|stderr|tty|zero|full|ptmx|fd/.*|pts/.*)$)"_s);
    if (harmless.match(path).hasMatch())
        return PathClass::Null;
    if (path.startsWith(u"/dev/tcp/") || path.startsWith(u"/dev/udp/"))
        return PathClass::Network;
    if (path.startsWith(u"/dev/shm/"))
        return PathClass::Temporary;
    return PathClass::Device;
}

// A task's worktree lies among our own files; what is in it is the task's.
bool isOwn(const QString& normal, const Context& context)
{
    const auto whole = [&context](const QString& path) {
        return path.startsWith(u'~') && !context.home.isEmpty() ? context.home + path.sliced(1) : path;
    };
    const auto path = whole(normal);
    static const QRegularExpression own(
        uR"((^|/)(\.config|\.local/share|\.local/state|\.cache|run/user/[0-9]+)/switchyard(/|$))"_s);
    const auto matches = [&](const QString& candidate) {
        return own.match(candidate).hasMatch() ||
               std::ranges::any_of(context.own, [&](const QString& folder) { return below(candidate, folder); });
    };
    return matches(path) && !(matches(context.worktree) && below(path, context.worktree));
}

bool isHomeSetting(const QString& path)
{
    static const QRegularExpression dotted(
        uR"(^(~[^/]*|/home/[^/]+|/root|/Users/[^/]+)/(\.(?!cache/|local/share/(?!applications|systemd|dbus))|Library/LaunchAgents|bin/))"_s);
    static const QRegularExpression anywhere(
        uR"((^|/)(\.ssh/.*|authorized_keys|\.bashrc|\.bash_profile|\.bash_login|\.bash_logout|\.profile|\.zshrc|\.zshenv|\.zprofile|\.zlogin|\.pgpass|\.netrc|\.pam_environment|\.xinitrc|\.xprofile)$)"_s);
    return dotted.match(path).hasMatch() || anywhere.match(path).hasMatch();
}
} // namespace

QString normalisePath(const Word& path, const QString& folder, const Context& context)
{
    auto text = path.text;
    if (text.startsWith(hole) && path.variables.size() > 0) {
        if (path.variables.first() == u"HOME")
            text = u'~' + text.sliced(1);
        else if (path.variables.first() == u"PWD")
            text = u'.' + text.sliced(1);
        else if (path.variables.first() == u"TMPDIR")
            text = u"/tmp"_s + text.sliced(1);
    }
    if (text.startsWith(u"file://"))
        text = text.sliced(7);
    if (!text.startsWith(u'/') && !text.startsWith(u'~') && !text.startsWith(hole)) {
        auto base = folder;
        if (!context.cwd.isEmpty() && !base.startsWith(u'/') && !base.startsWith(u'~') && !base.startsWith(hole))
            base = base.isEmpty() ? context.cwd : context.cwd + u'/' + base;
        if (!base.isEmpty())
            text = base + u'/' + text;
    }
    text = QDir::cleanPath(text);
    if (!context.home.isEmpty() && below(text, context.home))
        text = u'~' + text.sliced(context.home.size());
    return text;
}

PathClass classifyPath(const Word& path, const QString& folder, const Context& context)
{
    if (path.text.isEmpty())
        return PathClass::Unknown;
    const auto text = normalisePath(path, folder, context);
    if (isOwn(text, context))
        return PathClass::Switchyard;
    if (text.startsWith(u"/dev/") || text == u"/dev")
        return classifyDevice(text);
    static const QRegularExpression git(uR"((^|/)\.git(/(?!.*(_EDITMSG|_MSG|MSG)$).*)?$|\.git/(hooks|config)\b)"_s);
    if (git.match(text).hasMatch())
        return PathClass::GitInternal;
    auto home = context.home;
    const auto absolute = text.startsWith(u'~') && !home.isEmpty() ? home + text.sliced(1) : text;
    if (below(absolute, context.worktree))
        return PathClass::Worktree;
    if (isHomeSetting(text))
        return PathClass::HomeSetting;
    if (text.startsWith(hole))
        return PathClass::Unknown;
    if (below(text, u"/tmp"_s) || below(text, u"/var/tmp"_s))
        return PathClass::Temporary;
    static const QRegularExpression system(
        uR"(^/(etc|usr|bin|sbin|lib|lib32|lib64|libx32|boot|sys|proc|var|opt|root|run|snap|efi|System|Library)(/|$)|^/[^/]*$)"_s);
    if (system.match(text).hasMatch())
        return PathClass::System;
    if (text.startsWith(u'~') || text.startsWith(u"../") || text == u"..")
        return PathClass::Outside;
    if (text.startsWith(u'/'))
        return context.worktree.isEmpty() ? PathClass::Unknown : PathClass::Outside;
    return PathClass::Worktree;
}

QString describePath(PathClass pathClass)
{
    switch (pathClass) {
    case PathClass::HomeSetting:
        return u"a settings file of the home folder"_s;
    case PathClass::GitInternal:
        return u"the inside of a git repository"_s;
    case PathClass::System:
        return u"a system file"_s;
    case PathClass::Device:
        return u"a device"_s;
    case PathClass::Network:
        return u"a network connection"_s;
    case PathClass::Switchyard:
        return u"Switchyard's own files"_s;
    case PathClass::Outside:
        return u"a file outside the task's folder"_s;
    default:
        return u"a file"_s;
    }
}

} // namespace switchyard::gate
