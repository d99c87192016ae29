#include "gate/grants.h"

#include "base/json.h"
#include "gate/preview_git.h"
#include "gate/syntax.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>

namespace switchyard::gate {

namespace {

constexpr std::chrono::seconds lookLimit{2};

//! One thing that a command deletes.
struct Target {
    QString path;          //!< absolute; the folder that holds it is free of links
    bool below = false;    //!< a pattern: what `path`, a folder, holds
    bool followed = false; //!< a link there would be followed
    bool isFolder() const { return below || (QFileInfo(path).isDir() && !QFileInfo(path).isSymLink()); }
};

bool isAtOrBelow(const QString& path, const QString& folder)
{
    return path == folder || path.startsWith(folder + u'/');
}

//! Nothing if it cannot be said for sure which file the word names.
std::optional<Target> targetOf(const Judgement::Command::Word& word, const Context& context)
{
    auto text = word.text;
    static const QString special = u"{}~()!\\"_s;
    if (!word.known || text.isEmpty() || std::ranges::any_of(text, [](QChar c) { return special.contains(c); }))
        return {};
    const auto parts = text.split(u'/');
    if (parts.contains(u".."))
        return {}; // behind a link it leads elsewhere
    if (word.pattern) {
        const auto last = parts.last();
        const auto plain = text.chopped(last.size());
        if (last.startsWith(u'.') || last.isEmpty() || plain.contains(u'*') || plain.contains(u'?') ||
            plain.contains(u'['))
            return {};
        text = plain.isEmpty() ? u"."_s : plain;
    }
    const bool follows = text.endsWith(u'/') || text.endsWith(u"/.") || text == u"." || word.pattern;
    const auto absolute = QDir::cleanPath(QDir(context.cwd).absoluteFilePath(text));
    if (follows && QFileInfo::exists(absolute))
        return Target{QFileInfo(absolute).canonicalFilePath(), word.pattern, true};
    if (word.pattern)
        return {};
    const QFileInfo info(absolute);
    const auto folder = QFileInfo(info.path()).canonicalFilePath();
    if (folder.isEmpty() || info.fileName().isEmpty())
        return {};
    return Target{folder == u"/" ? u'/' + info.fileName() : folder + u'/' + info.fileName(), false, follows};
}

//! Whether nothing runs before or beside the commands that the reasons are about: what comes after them changes nothing
//! about what they delete.
bool comeFirst(const Judgement& judgement)
{
    if (judgement.commands.size() == judgement.simpleCommands)
        return true;
    int next = 0;
    return judgement.straight && std::ranges::all_of(judgement.commands, [&next](const Judgement::Command& command) {
               return command.order == next++;
           });
}

//! What the whole command line deletes, when nothing stands before the deletion, no other command, variable or change
//! of folder, whose effect on the paths could not be foreseen.
std::optional<QList<Target>> deletions(const Judgement& judgement, const Context& context)
{
    static const QStringList programs{u"rm"_s,         u"/bin/rm"_s,        u"/usr/bin/rm"_s, u"rmdir"_s,
                                      u"/bin/rmdir"_s, u"/usr/bin/rmdir"_s, u"unlink"_s};
    if (judgement.verdict != Verdict::Confirm || judgement.floor || judgement.rules != QStringList{u"fs.rm"_s} ||
        judgement.commands.isEmpty() || !comeFirst(judgement) || context.shell == u"zsh")
        return {};
    QList<Target> targets;
    for (const auto& command : judgement.commands) {
        if (!command.folder.isEmpty() && command.folder != u"." && command.folder != context.cwd)
            return {};
        if (command.words.isEmpty() || !command.words.first().known || !programs.contains(command.words.first().text))
            return {};
        bool options = true;
        for (const auto& word : command.words.sliced(1)) {
            if (options && word.known && word.text == u"--") {
                options = false;
            } else if (options && word.known && !word.pattern && word.text.startsWith(u'-') && word.text.size() > 1) {
                if (word.text.startsWith(u"--no-"))
                    return {};
            } else {
                const auto target = targetOf(word, context);
                if (!target)
                    return {};
                targets << *target;
            }
        }
    }
    if (targets.isEmpty())
        return {};
    return targets;
}

//! The folder, relative to the worktree, that all of it lies in; empty if that is the whole worktree or not in it.
QString commonFolder(const QList<Target>& targets, const QString& worktree)
{
    QStringList common;
    bool first = true;
    for (const auto& target : targets) {
        const auto folder = target.isFolder() ? target.path : QFileInfo(target.path).path();
        if (!folder.startsWith(worktree + u'/'))
            return {};
        const auto parts = folder.sliced(worktree.size() + 1).split(u'/');
        if (first)
            common = parts;
        qsizetype same = 0;
        while (same < std::min(common.size(), parts.size()) && common[same] == parts[same])
            ++same;
        common = common.first(same);
        first = false;
    }
    return common.isEmpty() || common.contains(u".git") ? QString() : common.join(u'/');
}

bool coversFolder(const Grant& grant, const QList<Target>& targets, const QString& worktree)
{
    const auto folder = QDir::cleanPath(worktree + u'/' + grant.folder);
    if (!folder.startsWith(worktree + u'/'))
        return false;
    return std::ranges::all_of(targets, [&](const Target& target) { return isAtOrBelow(target.path, folder); });
}

} // namespace

QList<GrantOffer> grantOffers(const Judgement& judgement, const Context& context)
{
    if (judgement.verdict != Verdict::Confirm || judgement.floor || judgement.rules.isEmpty())
        return {};
    QList<GrantOffer> offers{{u"task"_s, u"the same command again in this task"_s, {}}};
    const auto worktree = QFileInfo(context.worktree).canonicalFilePath();
    if (const auto targets = deletions(judgement, context); targets && !worktree.isEmpty())
        if (const auto folder = commonFolder(*targets, worktree); !folder.isEmpty())
            offers << GrantOffer{u"folder"_s, u"deleting inside %1/ in this project"_s.arg(folder), folder};
    return offers;
}

std::optional<Grant> findGrant(const QList<Grant>& grants, const Judgement& judgement, const Context& context,
                               const GrantedUse& use)
{
    if (grants.isEmpty() || judgement.verdict != Verdict::Confirm || judgement.floor)
        return {};
    std::optional<std::optional<QList<Target>>> targets; // looked for at most once
    const auto worktree = QFileInfo(context.worktree).canonicalFilePath();
    for (const auto& grant : grants) {
        if (grant.scope == u"task") {
            if (grant.task == use.task && grant.command == use.command && grant.cwd == use.cwd &&
                grant.branch == use.branch && grant.reasons == judgement.reasons)
                return grant;
        } else if (grant.scope == u"folder" && grant.project == use.project && !worktree.isEmpty()) {
            if (!targets)
                targets = deletions(judgement, context);
            if (*targets && coversFolder(grant, **targets, worktree))
                return grant;
        }
    }
    return {};
}

bool deletesOnlyOwnFiles(const Judgement& judgement, const Context& context, bool privateTemp)
{
    const auto targets = deletions(judgement, context);
    const auto worktree = QFileInfo(context.worktree).canonicalFilePath();
    if (!targets || worktree.isEmpty())
        return false;
    const GitFacts git(worktree, QDeadlineTimer(lookLimit));
    return std::ranges::all_of(*targets, [&](const Target& target) {
        // Deeper there may be links of the sandbox's own /tmp, which cannot be seen from here.
        if (privateTemp && !target.followed && QFileInfo(target.path).path() == u"/tmp")
            return true;
        return target.path.startsWith(worktree + u'/') && git.isFreeOfTracked(target.path);
    });
}

Result<QList<Grant>> readGrants(const QString& file)
{
    if (!QFileInfo::exists(file))
        return QList<Grant>();
    SY_TRY_ASSIGN(const auto json, readJsonFile(file));
    JsonReader reader(json, file);
    if (reader.integer("v"_L1) != 1)
        reader.reject("v"_L1, u"1 was expected"_s);
    const auto array = reader.array("grants"_L1);
    SY_TRY(reader.finish());
    QList<Grant> grants;
    for (const auto& value : array) {
        SY_TRY_ASSIGN(const auto grant, Grant::fromJson(value.toObject()));
        grants << grant;
    }
    return grants;
}

Result<> writeGrants(const QString& file, const QList<Grant>& grants)
{
    QJsonArray array;
    for (const auto& grant : grants)
        array << grant.toJson();
    return writeFileAtomically(file, compactJson({{u"v"_s, 1}, {u"grants"_s, array}}));
}

} // namespace switchyard::gate
