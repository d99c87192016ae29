// The tools that look at and change files.
#include "coder/edits.h"
#include "coder/ignore_rules.h"
#include "coder/text_cut.h"
#include "coder/toolbox.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QThreadPool>

namespace switchyard::coder {

namespace {

constexpr qint64 largestFile = 10 << 20;
constexpr qsizetype mostEntries = 600;
constexpr qsizetype mostMatches = 200;
constexpr qsizetype matchCharacters = 300;
constexpr int defaultLines = 400;
constexpr qint64 searchMilliseconds = 20'000;

//! Runs work that blocks on the disk in a thread; a cancelled turn sets `stop`.
QFuture<Outcome> inThread(std::function<Outcome(const std::atomic_bool& stop)> work, Cancellation& cancellation)
{
    struct Job {
        QPromise<Outcome> promise;
        std::atomic_bool stop = false;
    };
    auto job = std::make_shared<Job>();
    job->promise.start();
    job->stop = cancellation.isRequested();
    QObject::connect(&cancellation, &Cancellation::requested, &cancellation, [weak = std::weak_ptr(job)] {
        if (const auto running = weak.lock())
            running->stop = true;
    });
    QThreadPool::globalInstance()->start([job, work = std::move(work)] {
        job->promise.addResult(work(job->stop));
        job->promise.finish();
    });
    return job->promise.future();
}

//! Why a file should not be read as text, or nothing.
QString whyUnreadable(const QString& path, const QString& shown)
{
    const QFileInfo info(path);
    if (!info.exists())
        return u"There is no file %1."_s.arg(shown);
    if (info.isDir())
        return u"%1 is a folder; list_files shows what is in it."_s.arg(shown);
    if (!info.isFile())
        return u"%1 is not a regular file."_s.arg(shown);
    if (info.size() > largestFile)
        return u"%1 has %2 MiB; use search, or a command such as sed -n, to see a part of it."_s.arg(shown).arg(
            info.size() >> 20);
    QFile file(path);
    if (file.open(QIODevice::ReadOnly) && file.read(8192).contains('\0'))
        return u"%1 is a binary file."_s.arg(shown);
    return {};
}

QJsonObject diff(const QString& path, const QJsonValue& before, const QString& after)
{
    return {{u"type"_s, u"diff"_s}, {u"path"_s, path}, {u"oldText"_s, before}, {u"newText"_s, after}};
}

QString countLines(const QString& text)
{
    const auto lines = text.count(u'\n') + (text.isEmpty() || text.endsWith(u'\n') ? 0 : 1);
    return lines == 1 ? u"1 line"_s : u"%1 lines"_s.arg(lines);
}

struct SearchJob {
    Workspace workspace;
    QString below;
    QRegularExpression expression;
    std::optional<QRegularExpression> glob;
    bool globHasFolders = false;
    qsizetype offset = 0;
};

class Searcher
{
public:
    Searcher(SearchJob job, const std::atomic_bool& stop) : m_job(std::move(job)), m_stop(stop) { m_clock.start(); }

    Outcome run()
    {
        if (QFileInfo(m_job.below).isFile())
            searchFile(m_job.workspace.shown(m_job.below));
        else
            m_job.workspace.walk(
                m_job.below, [this](const QString& path, bool isFolder) { return visit(path, isFolder); }, m_stop);
        if (m_lines.isEmpty())
            return {u"No match%1."_s.arg(m_late ? u" so far; the search was given up after 20 s"_s : QString())};
        auto text = m_lines.join(u'\n');
        if (m_more)
            text += u"\n… There are more matches: narrow the search by path or glob, or go on with offset: %1."_s.arg(
                m_job.offset + m_lines.size());
        if (m_late)
            text += u"\n… The search was given up after 20 s; narrow it by path or glob."_s;
        return {text};
    }

private:
    bool visit(const QString& path, bool isFolder)
    {
        if (m_clock.elapsed() > searchMilliseconds)
            m_late = true;
        if (isFolder || m_late)
            return !m_late;
        const auto name = m_job.globHasFolders ? path : path.section(u'/', -1);
        return (m_job.glob && !m_job.glob->match(name).hasMatch()) || searchFile(path);
    }

    bool searchFile(const QString& path)
    {
        const auto absolute = QDir(m_job.workspace.root()).absoluteFilePath(path);
        QFile file(absolute);
        if (!QFileInfo(absolute).isFile() || file.size() > largestFile || !file.open(QIODevice::ReadOnly))
            return true;
        const auto bytes = file.readAll();
        if (bytes.first(std::min<qsizetype>(bytes.size(), 8192)).contains('\0'))
            return true;
        int number = 0;
        for (const auto& line : QString::fromUtf8(bytes).split(u'\n')) {
            ++number;
            if (m_stop)
                return false;
            if (!m_job.expression.match(line.left(lineCharacters * 10)).hasMatch() || m_skipped++ < m_job.offset)
                continue;
            if (m_lines.size() == mostMatches) {
                m_more = true;
                return false;
            }
            m_lines << u"%1:%2: %3"_s.arg(path).arg(number).arg(line.left(matchCharacters));
        }
        return true;
    }

    const SearchJob m_job;
    const std::atomic_bool& m_stop;
    QElapsedTimer m_clock;
    QStringList m_lines;
    qsizetype m_skipped = 0;
    bool m_more = false;
    bool m_late = false;
};

} // namespace

QCoro::Task<Outcome> Toolbox::listFiles(Call call)
{
    const auto shown = call.input[u"path"].toString(u"."_s);
    const auto folder = m_workspace.resolve(shown);
    if (!folder)
        co_return failure(folder.error());
    if (!QFileInfo(*folder).isDir())
        co_return failure(u"%1 is not a folder."_s.arg(shown));
    const auto depth = call.input[u"depth"].toInt(3) +
                       (*folder == m_workspace.root() ? 0 : m_workspace.shown(*folder).count(u'/') + 1);
    co_return co_await inThread(
        [workspace = m_workspace, folder = *folder, depth](const std::atomic_bool& stop) {
            QStringList lines;
            bool cut = false;
            workspace.walk(
                folder,
                [&](const QString& path, bool isFolder) {
                    if (path.count(u'/') >= depth)
                        return true;
                    cut = lines.size() == mostEntries;
                    if (!cut)
                        lines << path + (isFolder ? u"/"_s : QString());
                    return !cut;
                },
                stop);
            if (lines.isEmpty())
                return Outcome{u"The folder is empty, or all in it is ignored."_s};
            if (cut)
                lines << u"… There is more than %1 entries: list a folder of it, or fewer levels (depth)."_s.arg(
                    mostEntries);
            return Outcome{lines.join(u'\n')};
        },
        m_cancellation);
}

QCoro::Task<Outcome> Toolbox::readFile(Call call)
{
    const auto shown = call.input[u"path"].toString();
    const auto path = m_workspace.resolve(shown);
    if (!path)
        co_return failure(path.error());
    if (const auto why = whyUnreadable(*path, shown); !why.isEmpty())
        co_return failure(why);
    const int from = std::max(1, call.input[u"from_line"].toInt(1));
    const int count = std::clamp(call.input[u"lines"].toInt(defaultLines), 1, 5000);
    const auto text = co_await m_client.readFile(*path, from, count + 1); // one more tells whether there is more
    if (!text)
        co_return failure(text.error());
    auto lines = text->split(u'\n');
    if (!lines.isEmpty() && lines.last().isEmpty())
        lines.removeLast();
    if (lines.isEmpty())
        co_return Outcome{from == 1 ? u"%1 is empty."_s.arg(shown)
                                    : u"%1 has fewer than %2 lines."_s.arg(shown).arg(from)};
    co_return Outcome{numberedLines(lines, from, count, false)};
}

QCoro::Task<Outcome> Toolbox::writeFile(Call call)
{
    const auto shown = call.input[u"path"].toString();
    const auto path = m_workspace.resolveForWriting(shown);
    if (!path)
        co_return failure(path.error());
    if (!call.input[u"content"].isString())
        co_return failure(u"content: this field is missing."_s);
    const auto content = call.input[u"content"].toString();
    QJsonValue before = QJsonValue::Null;
    if (QFileInfo::exists(*path) && whyUnreadable(*path, shown).isEmpty()) {
        if (const auto old = co_await m_client.readFile(*path))
            before = *old;
    }
    if (const auto done = co_await m_client.writeFile(*path, content); !done)
        co_return failure(done.error());
    m_facts.wroteFiles = true;
    const auto verb = before.isNull() ? u"Wrote"_s : u"Replaced"_s;
    co_return Outcome{
        u"%1 %2, %3."_s.arg(verb, shown, countLines(content)), true, {}, {diff(*path, before, content)}, false};
}

QCoro::Task<Outcome> Toolbox::editFile(Call call)
{
    const auto shown = call.input[u"path"].toString();
    const auto path = m_workspace.resolveForWriting(shown);
    if (!path)
        co_return failure(path.error());
    if (const auto why = whyUnreadable(*path, shown); !why.isEmpty())
        co_return failure(why);
    QList<Edit> edits;
    for (const auto& edit : call.input[u"edits"].toArray())
        edits.append({edit[u"old_text"].toString(), edit[u"new_text"].toString(), edit[u"all"].toBool()});
    if (edits.isEmpty())
        co_return failure(u"edits: at least one is needed."_s);
    const auto before = co_await m_client.readFile(*path);
    if (!before)
        co_return failure(before.error());
    const auto edited = applyEdits(*before, edits);
    if (!edited)
        co_return failure(edited.error());
    if (const auto done = co_await m_client.writeFile(*path, edited->text); !done)
        co_return failure(done.error());
    m_facts.wroteFiles = true;
    QStringList lines;
    for (const auto line : edited->lines)
        lines << QString::number(line);
    const auto count = edited->replacements == 1 ? u"1 replacement"_s : u"%1 replacements"_s.arg(edited->replacements);
    co_return Outcome{u"Edited %1: %2, at line %3."_s.arg(shown, count, lines.join(u", "_s)),
                      true,
                      {},
                      {diff(*path, *before, edited->text)},
                      false};
}

QCoro::Task<Outcome> Toolbox::search(Call call)
{
    const auto path = m_workspace.resolve(call.input[u"path"].toString(u"."_s));
    if (!path)
        co_return failure(path.error());
    if (!QFileInfo::exists(*path))
        co_return failure(u"There is no %1."_s.arg(call.input[u"path"].toString()));
    SearchJob job{m_workspace, *path, QRegularExpression(call.input[u"pattern"].toString()),
                  {},          false, call.input[u"offset"].toInteger(0)};
    if (call.input[u"ignore_case"].toBool())
        job.expression.setPatternOptions(QRegularExpression::CaseInsensitiveOption);
    if (job.expression.pattern().isEmpty() || !job.expression.isValid())
        co_return failure(u"pattern: “%1” is no regular expression: %2 at %3."_s
                              .arg(job.expression.pattern(), job.expression.errorString())
                              .arg(job.expression.patternErrorOffset()));
    if (const auto glob = call.input[u"glob"].toString(); !glob.isEmpty()) {
        job.glob = QRegularExpression(QRegularExpression::anchoredPattern(globToExpression(glob)));
        job.globHasFolders = glob.contains(u'/');
    }
    co_return co_await inThread([job](const std::atomic_bool& stop) { return Searcher(job, stop).run(); },
                                m_cancellation);
}

} // namespace switchyard::coder
