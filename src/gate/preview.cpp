#include "gate/gate.h"

#include "gate/arguments.h"
#include "gate/path_class.h"
#include "gate/preview_git.h"
#include "gate/words.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QLocale>
#include <QRegularExpression>

namespace switchyard::gate {

namespace {
constexpr std::chrono::milliseconds previewLimit{200};

struct Count {
    qint64 files = 0;
    qint64 folders = 0;
    qint64 bytes = 0;
    qint64 tracked = 0, ignored = 0, untracked = 0;
    bool complete = true;
};

void countFile(const QFileInfo& info, Count& count, const GitFacts& git)
{
    ++count.files;
    count.bytes += info.isSymLink() ? 0 : info.size();
    switch (git.kindOf(info.absoluteFilePath())) {
    case GitFacts::Kind::Tracked:
        ++count.tracked;
        break;
    case GitFacts::Kind::Ignored:
        ++count.ignored;
        break;
    case GitFacts::Kind::Untracked:
        ++count.untracked;
        break;
    case GitFacts::Kind::Unknown:
        break;
    }
}

void countBelow(const QFileInfo& info, Count& count, const GitFacts& git, const QDeadlineTimer& deadline)
{
    if (!info.isDir() || info.isSymLink())
        return countFile(info, count, git);
    ++count.folders;
    QDirIterator below(info.filePath(), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                       QDirIterator::Subdirectories);
    while (below.hasNext()) {
        if (deadline.hasExpired()) {
            count.complete = false;
            return;
        }
        below.next();
        const auto entry = below.fileInfo();
        if (entry.isDir() && !entry.isSymLink())
            ++count.folders;
        else
            countFile(entry, count, git);
    }
}

// The files a word stands for: itself, or what its pattern matches in one folder.
QFileInfoList matchesOf(const Word& word, const QString& folder, const Context& context)
{
    auto path = normalisePath(word, folder, context);
    if (!path.startsWith(u'/') && !path.startsWith(u'~'))
        path = QDir::cleanPath(context.cwd + u'/' + path);
    if (path.startsWith(u'~') && !context.home.isEmpty())
        path = context.home + path.sliced(1);
    const QFileInfo info(path);
    if (!word.glob)
        return info.exists() || info.isSymLink() ? QFileInfoList{info} : QFileInfoList{};
    if (info.path().contains(u'*') || info.path().contains(u'?'))
        return {};
    return QDir(info.path()).entryInfoList({info.fileName()}, QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
}

QString amount(qint64 number, const QString& one, const QString& many)
{
    return number == 1 ? u"1 "_s + one : QLocale::c().toString(number) + u' ' + many;
}

QString describeCount(const Count& count, const QString& where)
{
    QStringList parts{QLocale::c().formattedDataSize(count.bytes, 1)};
    for (const auto& [number, what] :
         {std::pair(count.tracked, u" tracked"_s), std::pair(count.untracked, u" untracked"_s),
          std::pair(count.ignored, u" ignored"_s)})
        if (number > 0)
            parts << (count.files == 1 ? what.sliced(1) : QLocale::c().toString(number) + what);
    const auto bytes = u" ("_s + parts.join(u", "_s) + u')';
    if (count.complete && count.files == 1 && count.folders == 0 && !where.endsWith(u'/'))
        return u"the file "_s + where + bytes;
    auto line = amount(count.files, u"file"_s, u"files"_s);
    if (count.folders > 0)
        line += u" and "_s + amount(count.folders, u"folder"_s, u"folders"_s);
    line += u" in "_s + where + bytes;
    return count.complete ? line : u"at least "_s + line;
}

const auto unknownFiles = u"which files it touches is only known when it runs"_s;

QStringList previewFiles(const Arguments& arguments, const QString& folder, const Context& context,
                         const QDeadlineTimer& deadline)
{
    QStringList lines;
    const GitFacts git(context.cwd, deadline);
    for (const auto& word : arguments.positionals()) {
        if (word.unknown() || word.dynamic || folder.contains(hole)) {
            if (!lines.contains(unknownFiles))
                lines << unknownFiles;
            continue;
        }
        const auto found = matchesOf(word, folder, context);
        if (found.isEmpty()) {
            lines << u"%1: no such file"_s.arg(word.text.left(120));
            continue;
        }
        Count count;
        for (const auto& info : found) {
            if (deadline.hasExpired()) {
                count.complete = false;
                break;
            }
            countBelow(info, count, git, deadline);
        }
        lines << u"touches "_s + describeCount(count, word.text.left(120));
    }
    return lines;
}

// find … -delete, -exec rm: at most what lies below where it starts.
QStringList previewFind(const Arguments& arguments, const QString& folder, const Context& context,
                        const QDeadlineTimer& deadline)
{
    QList<Word> starts;
    for (const auto& word : arguments.positionals()) {
        if (word.text == u"!" || word.text == u"(")
            break;
        const auto index = arguments.positionalIndexes().at(starts.size());
        if (index != starts.size() + 1) // behind the first condition
            break;
        starts << word;
    }
    Count count;
    const GitFacts git(context.cwd, deadline);
    QStringList names;
    for (const auto& word : std::as_const(starts)) {
        if (word.unknown() || word.dynamic || folder.contains(hole))
            return {unknownFiles};
        names << word.text.left(80);
        for (const auto& info : matchesOf(word, folder, context))
            countBelow(info, count, git, deadline);
    }
    return starts.isEmpty() ? QStringList()
                            : QStringList{u"touches some of "_s + describeCount(count, names.join(u", "_s) + u'/')};
}

QStringList previewProcesses(const Arguments& arguments, const QDeadlineTimer& deadline)
{
    const bool byName = arguments.program() != u"kill";
    const bool wholeLine = arguments.find(u"-f"_s, false) && arguments.program() == u"pkill";
    QStringList lines;
    for (const auto& word : arguments.positionals()) {
        if (word.unknown() || word.dynamic)
            return {u"which processes it ends is only known when it runs"_s};
        if (!byName && word.text.toLongLong() <= 1)
            continue;
        const QRegularExpression pattern(arguments.program() == u"killall" ? QRegularExpression::anchoredPattern(
                                                                                 QRegularExpression::escape(word.text))
                                                                           : word.text);
        if (byName && !pattern.isValid())
            return {};
        const auto pids =
            byName ? QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot) : QStringList{word.text};
        for (const auto& pid : pids) {
            if (deadline.hasExpired() || lines.size() >= 20)
                return lines << u"and perhaps more"_s;
            QFile name(u"/proc/"_s + pid + (wholeLine ? u"/cmdline"_s : u"/comm"_s));
            if (pid.isEmpty() || !pid[0].isDigit() || !name.open(QIODevice::ReadOnly))
                continue;
            const auto text = QString::fromUtf8(name.read(4096).replace('\0', ' ')).trimmed();
            if (!byName || pattern.match(text).hasMatch())
                lines << u"signals process %1 (%2)"_s.arg(pid, text.left(80));
        }
    }
    return lines.isEmpty() ? QStringList{u"no such process runs now"_s} : lines;
}

// Whatever client it is: the names behind the words that delete.
QStringList previewTables(const QStringList& words)
{
    static const QRegularExpression statement(
        uR"re(\b(?:(DROP|TRUNCATE|ALTER)\s+(?:(TABLE|DATABASE|SCHEMA|INDEX|VIEW|USER|ROLE|KEYSPACE|COLLECTION)\s+)?(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?|(DELETE\s+FROM|UPDATE)\s+(?:ONLY\s+)?)([\w.$"`\[\]-]+))re"_s,
        QRegularExpression::CaseInsensitiveOption);
    QStringList lines;
    for (const auto& word : words)
        for (auto matches = statement.globalMatch(word); matches.hasNext() && lines.size() < 12;) {
            const auto match = matches.next();
            const auto verb = (match.captured(1) + match.captured(3)).toLower().simplified();
            const auto kind = match.captured(2).isEmpty() ? u"table"_s : match.captured(2).toLower();
            const auto line = (verb == u"drop"           ? u"drops"_s
                               : verb == u"truncate"     ? u"empties"_s
                               : verb == u"alter"        ? u"alters"_s
                               : verb.startsWith(u"del") ? u"deletes rows of"_s
                                                         : u"changes rows of"_s) +
                              u" the "_s + kind + u' ' + match.captured(4).left(80);
            if (!lines.contains(line))
                lines << line;
        }
    return lines;
}

QStringList previewCommand(const Judgement::Command& command, const Context& context, const QDeadlineTimer& deadline)
{
    QList<Word> argv;
    QStringList texts;
    for (const auto& part : command.words) {
        Word word;
        word.text = part.text;
        word.dynamic = !part.known;
        word.glob = part.pattern;
        argv << word;
        texts << part.text;
    }
    if (argv.isEmpty())
        return {};
    const auto program = baseName(argv.first().text);
    ProgramTable table;
    static const QStringList files{u"rm"_s,        u"rmdir"_s, u"unlink"_s,  u"shred"_s,     u"chmod"_s,
                                   u"chown"_s,     u"chgrp"_s, u"srm"_s,     u"truncate"_s,  u"rimraf"_s,
                                   u"trash-put"_s, u"trash"_s, u"setfacl"_s, u"gvfs-trash"_s};
    if (program == u"truncate")
        table.valueFlags = {u"-s"_s, u"--size"_s};
    if (program == u"find") {
        table.longSingleDash = true;
        return previewFind(Arguments::read(argv, table), command.folder, context, deadline);
    }
    if (program == u"git") {
        table.valueFlags = {u"-C"_s, u"-c"_s, u"--git-dir"_s, u"--work-tree"_s};
        const auto arguments = Arguments::read(argv, table);
        const auto sub = arguments.positionalIndexes().value(0, argv.size());
        if (sub < argv.size() && argv[sub].text == u"rm")
            return previewFiles(Arguments::read(argv.sliced(sub), {}), command.folder, context, deadline);
        if (sub >= argv.size() || sub > 1) // with options of git's own it may be another repository
            return sub > 1 && sub < argv.size() ? QStringList{u"what it discards cannot be known from here"_s}
                                                : QStringList();
        const auto folder = QDir::cleanPath(QDir(context.cwd).absoluteFilePath(command.folder));
        return command.folder.contains(hole) ? QStringList()
                                             : GitFacts(folder, deadline).preview(texts.sliced(sub), folder);
    }
    auto arguments = Arguments::read(argv, table);
    if (program == u"kill" || program == u"pkill" || program == u"killall")
        return previewProcesses(arguments, deadline);
    if (!files.contains(program))
        return previewTables(texts.sliced(1));
    if (program == u"chmod" || program == u"chown" || program == u"chgrp") { // the first word is no file
        auto rest = argv;
        if (!arguments.positionalIndexes().isEmpty())
            rest.removeAt(arguments.positionalIndexes().first());
        arguments = Arguments::read(rest, table);
    }
    return previewFiles(arguments, command.folder, context, deadline);
}
} // namespace

QStringList previewImpact(const Judgement& judgement, const Context& context)
{
    constexpr qsizetype mostLines = 30;
    const QDeadlineTimer deadline(previewLimit);
    QStringList lines;
    for (const auto& command : judgement.commands) {
        if (deadline.hasExpired() || lines.size() >= mostLines) {
            lines << u"and perhaps more"_s;
            break;
        }
        for (const auto& line : previewCommand(command, context, deadline))
            if (!lines.contains(line))
                lines << line;
    }
    return lines;
}

} // namespace switchyard::gate
