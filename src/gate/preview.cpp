#include "gate/gate.h"

#include "gate/arguments.h"
#include "gate/path_class.h"
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
    bool complete = true;
};

void countBelow(const QFileInfo& info, Count& count, const QDeadlineTimer& deadline)
{
    if (!info.isDir() || info.isSymLink()) {
        ++count.files;
        count.bytes += info.isSymLink() ? 0 : info.size();
        return;
    }
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
        ++(entry.isDir() && !entry.isSymLink() ? count.folders : count.files);
        count.bytes += entry.isFile() && !entry.isSymLink() ? entry.size() : 0;
    }
}

// The files a word stands for: itself, or what its pattern matches in one folder.
QFileInfoList matchesOf(const Word& word, const Context& context)
{
    auto path = normalisePath(word, {}, context);
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
    const auto bytes = u" ("_s + QLocale::c().formattedDataSize(count.bytes, 1) + u')';
    if (count.complete && count.files == 1 && count.folders == 0 && !where.endsWith(u'/'))
        return u"the file "_s + where + bytes;
    auto line = amount(count.files, u"file"_s, u"files"_s);
    if (count.folders > 0)
        line += u" and "_s + amount(count.folders, u"folder"_s, u"folders"_s);
    line += u" in "_s + where + bytes;
    return count.complete ? line : u"at least "_s + line;
}

QStringList previewDeletion(const Arguments& arguments, const Context& context, const QDeadlineTimer& deadline)
{
    QStringList lines;
    for (const auto& word : arguments.positionals()) {
        if (word.unknown() || word.dynamic)
            return {}; // only the running shell knows
        const auto found = matchesOf(word, context);
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
            countBelow(info, count, deadline);
        }
        lines << u"touches "_s + describeCount(count, word.text.left(120));
    }
    return lines;
}

QStringList previewProcesses(const Arguments& arguments, const QDeadlineTimer& deadline)
{
    const bool byName = arguments.program() != u"kill";
    const bool wholeLine = arguments.find(u"-f"_s, false) && arguments.program() == u"pkill";
    QStringList lines;
    for (const auto& word : arguments.positionals()) {
        if (word.unknown() || word.dynamic)
            return {};
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
                lines << u"ends process %1 (%2)"_s.arg(pid, text.left(80));
        }
    }
    return lines;
}
} // namespace

QStringList previewImpact(const QString& command, const Context& context)
{
    const QDeadlineTimer deadline(previewLimit);
    const auto words = splitPlain(command);
    if (!words || words->isEmpty() || command.contains(u'$') || command.contains(u'{'))
        return {}; // more than one plain command: what it would touch is not known
    auto argv = *words;
    while (argv.size() > 1 &&
           (argv.first().text == u"sudo" || argv.first().text == u"command" || argv.first().text == u"nohup"))
        argv.removeFirst();
    ProgramTable table;
    const auto program = baseName(argv.first().text);
    static const QStringList deleting{u"rm"_s,    u"rmdir"_s, u"unlink"_s,   u"shred"_s,  u"chmod"_s,
                                      u"chown"_s, u"chgrp"_s, u"truncate"_s, u"rimraf"_s, u"trash-put"_s};
    static const QStringList killing{u"kill"_s, u"pkill"_s, u"killall"_s};
    if (program == u"truncate")
        table.valueFlags = {u"-s"_s, u"--size"_s};
    auto arguments = Arguments::read(argv, table);
    if (program == u"git" && argv.size() > 2 && argv[1].text == u"rm")
        arguments = Arguments::read(argv.sliced(1), table);
    else if (killing.contains(program))
        return previewProcesses(arguments, deadline);
    else if (!deleting.contains(program))
        return {};
    if (program == u"chmod" || program == u"chown" || program == u"chgrp") { // the first word is no file
        auto rest = argv;
        if (!arguments.positionalIndexes().isEmpty())
            rest.removeAt(arguments.positionalIndexes().first());
        arguments = Arguments::read(rest, table);
    }
    return previewDeletion(arguments, context, deadline);
}

} // namespace switchyard::gate
