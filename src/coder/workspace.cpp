#include "coder/workspace.h"

#include "coder/ignore_rules.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace switchyard::coder {

namespace {

//! The canonical form of a path that may not exist: that of its nearest existing ancestor, with the rest put behind.
//! A dangling link counts as existing and resolves to where it points.
QString canonicalPath(const QString& path, int links = 0)
{
    const QFileInfo info(path);
    if (info.exists())
        return info.canonicalFilePath();
    if (info.isSymLink())
        return links < 40 ? canonicalPath(QDir::cleanPath(info.symLinkTarget()), links + 1) : QString();
    if (info.isRoot())
        return path;
    const auto parent = canonicalPath(info.path(), links);
    return parent.isEmpty() ? parent : QDir::cleanPath(parent + u'/' + info.fileName());
}

bool isInside(const QString& path, const QString& root)
{
    return path == root || path.startsWith(root.endsWith(u'/') ? root : root + u'/');
}

void readIgnoreFile(const QString& folder, const QString& relative, IgnoreRules& rules)
{
    QFile file(folder + u"/.gitignore"_s);
    if (file.open(QIODevice::ReadOnly))
        rules.add(QString::fromUtf8(file.read(1 << 20)), relative);
}

bool walkFolder(const QDir& root, const QString& relative, IgnoreRules rules,
                const std::function<bool(const QString&, bool)>& visit, const std::atomic_bool& stop, int depth)
{
    constexpr int deepest = 60;
    const auto folder = relative.isEmpty() ? root.path() : root.filePath(relative);
    readIgnoreFile(folder, relative, rules);
    const auto entries = QDir(folder).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    for (const auto& entry : entries) {
        if (stop)
            return false;
        const auto path = relative.isEmpty() ? entry.fileName() : relative + u'/' + entry.fileName();
        const bool isFolder = entry.isDir() && !entry.isSymLink();
        if (rules.ignores(path, isFolder))
            continue;
        if (!visit(path, isFolder))
            return false;
        if (isFolder && depth < deepest && !walkFolder(root, path, rules, visit, stop, depth + 1))
            return false;
    }
    return true;
}

} // namespace

Result<Workspace> Workspace::open(const QString& folder)
{
    if (!QDir::isAbsolutePath(folder))
        return fail(ErrorCode::Invalid, u"cwd: “%1” is not an absolute path."_s.arg(folder));
    const QFileInfo info(folder);
    if (!info.isDir())
        return fail(ErrorCode::NotFound, u"cwd: there is no folder %1."_s.arg(folder));
    Workspace workspace;
    workspace.m_root = info.canonicalFilePath();
    return workspace;
}

Result<> Workspace::add(const QString& folder)
{
    SY_TRY_ASSIGN(const auto other, open(folder));
    if (!isInside(other.m_root, m_root) && !m_others.contains(other.m_root))
        m_others << other.m_root;
    return {};
}

Result<QString> Workspace::resolve(const QString& path) const
{
    if (path.contains(QChar(0)))
        return fail(ErrorCode::Invalid, u"The path contains a zero byte."_s);
    const auto absolute = QDir::cleanPath(QDir::isAbsolutePath(path) ? path : m_root + u'/' + path);
    const auto canonical = canonicalPath(absolute);
    const bool other = std::ranges::any_of(m_others, [&](const auto& folder) { return isInside(canonical, folder); });
    if (!isInside(canonical, m_root) && !other)
        return fail(ErrorCode::Forbidden, u"%1 is outside the project's folder."_s.arg(path),
                    u"Only files below %1 can be used."_s.arg((QStringList{m_root} + m_others).join(u" and "_s)));
    return canonical;
}

Result<QString> Workspace::resolveForWriting(const QString& path) const
{
    SY_TRY_ASSIGN(const auto absolute, resolve(path));
    auto relative = shown(absolute);
    for (const auto& folder : m_others) {
        if (isInside(absolute, folder))
            relative = QDir(folder).relativeFilePath(absolute);
    }
    if (relative == u".git" || relative.startsWith(".git/"_L1) || relative.contains("/.git/"_L1))
        return fail(ErrorCode::Forbidden, u"%1 belongs to git itself and is not written directly."_s.arg(path),
                    u"Use git commands."_s);
    if (QFileInfo(absolute).isDir())
        return fail(ErrorCode::Invalid, u"%1 is a folder."_s.arg(path));
    return absolute;
}

QString Workspace::shown(const QString& absolute) const
{
    if (absolute == m_root)
        return u"."_s;
    return isInside(absolute, m_root) ? QDir(m_root).relativeFilePath(absolute) : absolute;
}

void Workspace::walk(const QString& below, const std::function<bool(const QString&, bool)>& visit,
                     const std::atomic_bool& stop) const
{
    const auto other = std::ranges::find_if(m_others, [&](const auto& folder) { return isInside(below, folder); });
    const bool isOther = !isInside(below, m_root) && other != m_others.end();
    const auto root = isOther ? *other : m_root;
    const auto relative = below == root ? QString() : QDir(root).relativeFilePath(below);
    IgnoreRules rules;
    QString parent; // the rules of the folders above apply as well
    for (const auto& part : relative.split(u'/', Qt::SkipEmptyParts)) {
        readIgnoreFile(parent.isEmpty() ? root : root + u'/' + parent, parent, rules);
        parent += parent.isEmpty() ? part : u'/' + part;
    }
    const auto told = [&](const QString& path, bool isFolder) {
        return visit(isOther ? root + u'/' + path : path, isFolder); // as shown() has it
    };
    walkFolder(QDir(root), relative, rules, told, stop, 0);
}

} // namespace switchyard::coder
