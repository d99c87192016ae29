#include "gate/analysis.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace switchyard::gate {

namespace {
constexpr qint64 largestLookedInto = 256 << 10;

bool guarded(PathClass pathClass)
{
    switch (pathClass) {
    case PathClass::HomeSetting:
    case PathClass::GitInternal:
    case PathClass::System:
    case PathClass::Device:
    case PathClass::Network:
    case PathClass::Switchyard:
    case PathClass::Outside:
        return true;
    default:
        return false;
    }
}

//! Where the first character stands that makes a pattern of a name; the size if there is none.
qsizetype firstOfPattern(QStringView name)
{
    const auto at = std::ranges::find_if(name, [](QChar c) { return c == u'*' || c == u'?' || c == u'['; });
    return qsizetype(at - name.begin());
}

// `> f`, `: > f`, `echo -n > f`, `cat /dev/null > f`: what is left is empty.
bool writesNothing(const Invocation& invocation)
{
    if (invocation.argv.isEmpty())
        return !invocation.pipesOut;
    const auto name = invocation.argv.first().text;
    const auto rest = invocation.argv.sliced(1);
    const auto all = [&rest](auto test) { return std::ranges::all_of(rest, test); };
    if (name == u":" || name == u"true" || name == u"false")
        return true;
    if (name == u"echo")
        return !rest.isEmpty() && rest.first().text == u"-n" &&
               all([](const Word& w) { return w.text.isEmpty() || w.text == u"-n"; });
    if (name == u"printf")
        return rest.size() == 1 && rest.first().text.isEmpty();
    return name == u"cat" && !rest.isEmpty() && all([](const Word& w) { return w.text == u"/dev/null"; });
}
} // namespace

void Analysis::environment(const Invocation& invocation)
{
    const bool assignsOnly = invocation.argv.isEmpty();
    for (const auto& assignment : invocation.assignments) {
        if (!assignment.hasValue)
            continue;
        // `while IFS= read -r line` is how one reads lines.
        if (assignment.name == u"IFS" && !assignsOnly && invocation.argv.first().text == u"read")
            continue;
        setting(assignment.name, assignment.value, assignment.value.span);
        const auto& text = assignment.value.text;
        if (const auto bracket = text.indexOf(u'[');
            bracket >= 0 && (text.indexOf(u"$(", bracket) >= 0 || text.indexOf(u'`', bracket) >= 0))
            report(u"obfuscation"_s, u"a value looks like an index that runs a command"_s, u"guard.subscript"_s,
                   assignment.value.span, true);
    }
}

void Analysis::setting(const QString& name, const Word& value, Span span)
{
    for (const auto& rule : m_rules->environmentRules()) {
        if (!anyGlobMatches(rule.environment, name) || anyGlobMatches(rule.unlessValue, value.text) ||
            (!rule.anyValue.isEmpty() && !anyGlobMatches(rule.anyValue, value.text)))
            continue;
        auto reason = rule.reason;
        report(Finding{rule.verdict, rule.category, reason.replace(u"{arg}"_s, name), rule.id, span, rule.floor});
        return;
    }
}

void Analysis::gitSetting(const QString& key, const Word& value, Span span)
{
    const auto lower = key.toLower();
    for (const auto& rule : m_rules->configRules()) {
        if (!anyGlobMatches(rule.configKeys, lower) || anyGlobMatches(rule.unlessValue, value.text))
            continue;
        auto reason = rule.reason;
        report(Finding{rule.verdict, rule.category, reason.replace(u"{arg}"_s, key), rule.id, span, rule.floor});
        return;
    }
    if (key.contains(hole))
        report(u"env-hijack"_s, u"which git setting changes is only known when it runs"_s, u"git.config-dynamic"_s,
               span);
}

void Analysis::redirections(const Invocation& invocation)
{
    for (const auto& redirection : invocation.redirections) {
        const auto& target = redirection.target;
        const bool descriptor = redirection.op == u">&" || redirection.op == u"<&";
        if (descriptor &&
            (target.text.isEmpty() || target.text == u"-" || target.text[0].isDigit() || target.text.startsWith(hole)))
            continue;
        const auto where = classifyPath(target, invocation.folder, m_context);
        if (where == PathClass::Network) {
            report(u"remote-code"_s, u"talks to a network address through the shell"_s, u"redirect.network"_s,
                   target.span);
            continue;
        }
        if (!redirection.writes() && redirection.op != u">&")
            continue;
        if (redirection.op != u">>" && redirection.op != u"&>>" && redirection.op != u"<>" &&
            where != PathClass::Null && where != PathClass::Temporary && writesNothing(invocation)) {
            report(u"fs-overwrite"_s, u"empties a file"_s, u"redirect.truncate"_s, target.span);
            continue;
        }
        written(target, invocation, u"writes"_s);
        std::optional<QString> content;
        if (!invocation.argv.isEmpty() && invocation.argv.first().text == u"cat" && invocation.argv.size() == 1 &&
            invocation.input.kind == Input::Kind::Literal)
            content = invocation.input.text.text;
        note(target, invocation, content);
    }
}

void Analysis::written(const Word& path, const Invocation& invocation, const QString& how)
{
    const auto where = classifyPath(path, invocation.folder, m_context);
    if (!guarded(where))
        return;
    const bool ours = where == PathClass::Switchyard;
    report(where == PathClass::Device ? u"disk"_s : u"fs-overwrite"_s,
           u"%1 %2 (%3)"_s.arg(how, describePath(where), QString(path.text).replace(hole, u'…').left(120)),
           u"path.%1"_s.arg(where == PathClass::Device ? u"device"
                            : ours                     ? u"switchyard"
                                                       : u"guarded"),
           path.span, ours || where == PathClass::Device || where == PathClass::GitInternal);
}

void Analysis::writes(const Arguments& arguments, const Invocation& invocation)
{
    const auto* spec = m_rules->writes(arguments.program());
    if (!spec)
        return;
    if (!spec->onlyWith.isEmpty() &&
        std::ranges::none_of(spec->onlyWith, [&](const QString& flag) { return arguments.find(flag, true); }))
        return;
    auto files = arguments.values(spec->flags);
    QStringList unlisted = spec->flags;
    unlisted.removeIf(
        [&](const QString& flag) { return m_rules->table(arguments.program()).valueFlags.contains(flag); });
    files << arguments.valuesByLook(unlisted);
    const auto& positionals = arguments.positionals();
    if (spec->positionals == WritesSpec::Positionals::All)
        files << positionals;
    else if (spec->positionals == WritesSpec::Positionals::Last && positionals.size() > 1)
        files << positionals.last();
    for (const auto& word : positionals)
        for (const auto& prefix : spec->prefixes)
            if (word.text.startsWith(prefix)) {
                auto file = word;
                file.text = word.text.sliced(prefix.size());
                files << file;
            }
    for (const auto& file : std::as_const(files)) {
        written(file, invocation, u"writes"_s);
        note(file, invocation, {});
    }
    const bool fromNothing = invocation.input.kind == Input::Kind::File && invocation.input.text.text == u"/dev/null" &&
                             (arguments.program() == u"tee" || arguments.program() == u"sponge") &&
                             !arguments.find(u"-a"_s, false) && !arguments.find(u"--append"_s, true);
    if (fromNothing && !files.isEmpty())
        report(u"fs-overwrite"_s, u"empties a file"_s, u"redirect.truncate"_s, files.first().span);
    // Without a name of its own a download is called as its address ends.
    if (spec->downloads)
        for (const auto& address : positionals)
            if (const auto slash = address.text.lastIndexOf(u'/'); slash >= 0) {
                auto file = address;
                file.text = address.text.sliced(slash + 1);
                note(file, invocation, {});
            }
}

void Analysis::note(const Word& path, const Invocation& invocation, std::optional<QString> content)
{
    if (path.text.isEmpty() || classifyPath(path, invocation.folder, m_context) == PathClass::Null)
        return;
    auto name = normalisePath(path, invocation.folder, m_context);
    m_written.insert(name, {std::move(content)});
}

// The code, the database and the sockets of Switchyard are nobody's business.
void Analysis::ownFiles(const Invocation& invocation)
{
    // What no rule of the user's and no grant may let go unasked.
    static const QStringList deletes{u"rm"_s, u"rmdir"_s, u"unlink"_s, u"shred"_s, u"srm"_s};
    for (const auto& word :
         deletes.contains(baseName(invocation.argv.first().text)) ? invocation.argv.sliced(1) : QList<Word>()) {
        const auto where = classifyPath(word, invocation.folder, m_context);
        if (where == PathClass::System || where == PathClass::HomeSetting || where == PathClass::GitInternal ||
            where == PathClass::Device)
            report(u"fs-delete"_s, u"deletes %1"_s.arg(describePath(where)), u"path.protected"_s, word.span, true);
        else if (normalisePath(word, invocation.folder, m_context) == u"~")
            report(u"fs-delete"_s, u"deletes the home folder"_s, u"path.protected"_s, word.span, true);
    }
    for (const auto& word : invocation.argv.sliced(1)) {
        auto path = word;
        if (const auto equals = word.text.indexOf(u'='); equals > 0 && word.text.startsWith(u'-'))
            path.text = word.text.sliced(equals + 1);
        if (classifyPath(path, invocation.folder, m_context) == PathClass::Switchyard)
            return report(u"privilege"_s, u"touches Switchyard's own files"_s, u"path.switchyard"_s, word.span, true);
    }
    for (const auto& redirection : invocation.redirections)
        if (classifyPath(redirection.target, invocation.folder, m_context) == PathClass::Switchyard)
            return report(u"privilege"_s, u"touches Switchyard's own files"_s, u"path.switchyard"_s,
                          redirection.target.span, true);
}

// A "file" that is an open descriptor: the input or, by another number, a pattern or a link, something that only the
// running shell knows.
bool Analysis::runsDescriptor(const Word& file, const Invocation& invocation, int depth, const QString& language)
{
    static const QStringList input{u"/dev/stdin"_s, u"/dev/fd/0"_s, u"/proc/self/fd/0"_s};
    static const QStringList folders{u"/dev/"_s, u"/proc/"_s};
    const auto name = normalisePath(file, invocation.folder, m_context);
    if (file.text == u"-" || (input.contains(name) && !file.glob)) {
        inputAsCode(language, invocation, depth);
        return true;
    }
    const auto known = file.glob ? name.first(firstOfPattern(name)) : name;
    const auto target = file.glob || file.unknown() ? QString() : QFileInfo(name).canonicalFilePath();
    const bool descriptor = std::ranges::any_of(folders, [&](const QString& folder) {
        return known.startsWith(folder) || target.startsWith(folder) || (file.glob && folder.startsWith(known));
    });
    if (descriptor && name != u"/dev/null")
        report(u"obfuscation"_s, u"runs a script that is only known when it runs"_s, u"script.dynamic-file"_s,
               file.span);
    return descriptor;
}

// A pattern stands for the files that it finds: each of them is looked into. One that finds nothing names no script.
void Analysis::runsMatches(const Word& pattern, const Invocation& invocation, int depth, const QString& language)
{
    constexpr qsizetype most = 40;
    const auto whole = normalisePath(pattern, invocation.folder, m_context);
    const auto known = whole.first(firstOfPattern(whole));
    const auto mayBe = [&](const QString& name) { return name.startsWith(known) || known.startsWith(name + u'/'); };
    if (std::ranges::any_of(m_written.keys(), mayBe) || std::ranges::any_of(m_cloned, mayBe))
        return report(u"remote-code"_s, u"runs a file that the same command writes or downloads"_s,
                      u"shape.written-and-run"_s, pattern.span);
    if (m_context.worktree.isEmpty() || pattern.unknown())
        return;
    const QFileInfo path(whole);
    const auto names = QDir(path.path()).entryList({path.fileName()}, QDir::Files | QDir::Hidden);
    if (firstOfPattern(path.path()) < path.path().size() || names.size() > most)
        return report(u"obfuscation"_s, u"runs scripts that were not all looked into"_s, u"script.pattern"_s,
                      pattern.span);
    for (const auto& name : names) {
        Word file;
        file.text = path.path() + u'/' + name;
        file.span = pattern.span;
        runsFile(file, invocation, depth, language);
    }
}

// A file that is run: written by the same command line, or in the task's folder where it can be looked into.
void Analysis::runsFile(const Word& file, const Invocation& invocation, int depth, const QString& language)
{
    if (file.glob)
        return runsMatches(file, invocation, depth, language);
    const auto name = normalisePath(file, invocation.folder, m_context);
    if (const auto found = m_written.constFind(name); found != m_written.cend()) {
        if (!found->content)
            return report(u"remote-code"_s, u"runs a file that the same command writes or downloads"_s,
                          u"shape.written-and-run"_s, file.span);
        auto content = file;
        content.text = *found->content;
        content.dynamic = content.unknown();
        return code(language, content, invocation, depth);
    }
    for (const auto& folder : std::as_const(m_cloned))
        if (name.startsWith(folder + u'/'))
            return report(u"remote-code"_s, u"runs a file that the same command writes or downloads"_s,
                          u"shape.cloned-and-run"_s, file.span);
    if (m_frame.script.fromFile || m_looked.contains(name))
        return;
    const auto content = readInWorktree(file, invocation);
    if (!content)
        return;
    // Programs in other languages delete and run things all day; the sandbox and the recovery point are for those.
    const auto firstLine = content->section(u'\n', 0, 0);
    if (language == u"sh" || (language.isEmpty() && firstLine.startsWith(u"#!") && firstLine.contains(u"sh"))) {
        m_looked << name;
        addScript(
            {*content, outward(file.span), {invocation.folder, {}}, depth + 1, m_frame.node, file.text, false, true});
    }
}

std::optional<QString> Analysis::readInWorktree(const Word& file, const Invocation& invocation) const
{
    if (m_context.worktree.isEmpty() || file.unknown() || file.glob)
        return {};
    const QFileInfo info(normalisePath(file, invocation.folder, m_context));
    const auto real = info.canonicalFilePath();
    const auto root = QFileInfo(m_context.worktree).canonicalFilePath();
    if (real.isEmpty() || !real.startsWith(root + u'/') || !info.isFile() || info.size() > largestLookedInto)
        return {};
    QFile opened(real);
    if (!opened.open(QIODevice::ReadOnly))
        return {};
    const auto bytes = opened.read(largestLookedInto);
    return bytes.contains('\0') ? std::nullopt : std::optional(QString::fromUtf8(bytes));
}

} // namespace switchyard::gate
