#include "engine/housekeeping.h"

#include "base/json.h"
#include "base/lock.h"
#include "git/repository.h"
#include "process/journal.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace switchyard::engine {

namespace {

constexpr int eventsPerRead = 5000;

using Mend = std::function<Result<>()>;

//! Notes a finding and mends it if that is wanted and possible.
class Report
{
public:
    explicit Report(bool mend) : m_mend(mend) {}
    void add(const QString& what, const QString& how = {}, const Mend& mend = {})
    {
        Finding finding{what, how, false, {}, {}};
        if (m_mend && mend) {
            const auto done = mend();
            finding.mended = done.has_value();
            finding.trouble = done ? QString() : describe(done.error());
        }
        m_findings << finding;
    }
    void addUnknown(const QString& what, const QString& how, const TaskId& id)
    {
        m_findings << Finding{what, how, false, {}, id};
    }
    const QList<Finding>& findings() const { return m_findings; }

private:
    const bool m_mend;
    QList<Finding> m_findings;
};

Result<> removeFile(const QString& path)
{
    QFile file(path);
    return file.remove() ? Result<>()
                         : fail(ErrorCode::Io, u"%1 cannot be removed: %2."_s.arg(path, file.errorString()));
}

QStringList foldersIn(const QString& path)
{
    return QDir(path).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
}

bool hasLivingRunner(const Paths& paths, const TaskId& id)
{
    return std::ranges::any_of(attemptsOf(paths, id),
                               [&](int attempt) { return FileLock::isHeld(paths.runnerLock(id, attempt)); });
}

void examineSockets(const Paths& paths, Report& report)
{
    const QDir folder(paths.runners());
    for (const auto& name : folder.entryList({u"*.sock"_s}, QDir::System | QDir::Files)) {
        const auto id = TaskId::parse(name.section(u'-', 0, 0));
        const int attempt = name.section(u'-', 1).section(u'.', 0, 0).toInt();
        const auto path = folder.filePath(name);
        if (!id || !FileLock::isHeld(paths.runnerLock(*id, attempt)))
            report.add(u"The socket %1 belongs to no living runner."_s.arg(path), u"remove it"_s,
                       [path] { return removeFile(path); });
    }
}

void examineLinks(const Paths& paths, Report& report)
{
    const QDir folder(paths.logs());
    for (const auto& info : folder.entryInfoList({u"task-*.log"_s}, QDir::Files | QDir::System)) {
        if (info.isSymLink() && !info.exists() && !QFileInfo(info.symLinkTarget()).dir().exists())
            report.add(u"The link %1 leads nowhere."_s.arg(info.filePath()), u"remove it"_s,
                       [path = info.filePath()] { return removeFile(path); });
    }
}

//! Commits what is left in it to its branch, then removes it. The repository is found by the worktree's own word.
Result<> removeWorktreeOf(const QString& path, const TaskId& id)
{
    if (QDir(path).isEmpty())
        return QDir().rmdir(path) ? Result<>() : fail(ErrorCode::Io, u"The folder %1 cannot be removed."_s.arg(path));
    QFile link(path + u"/.git"_s);
    constexpr qint64 longest = 8192;
    const auto word = link.open(QIODevice::ReadOnly) ? QString::fromUtf8(link.read(longest)).trimmed() : QString();
    const auto end = word.indexOf(u"/.git/worktrees/");
    if (!word.startsWith(u"gitdir: ") || end < 0)
        return fail(ErrorCode::Conflict, u"%1 is no worktree of git any more; what is in it stays."_s.arg(path),
                    u"Look through it and delete it by hand."_s);
    SY_TRY_ASSIGN(auto worktree, git::Repository::open(path));
    SY_TRY(worktree.commitAll(u"What task %1 left uncommitted"_s.arg(id.toString())));
    SY_TRY_ASSIGN(auto project, git::Repository::open(word.mid(8, end - 8)));
    return project.removeWorktree(path);
}

Result<> examineWorktrees(const Paths& paths, const store::Connection& connection, Report& report)
{
    const QDir top(paths.state + u"/worktrees"_s);
    for (const auto& project : foldersIn(top.path())) {
        for (const auto& name : foldersIn(top.filePath(project))) {
            const auto id = TaskId::parse(name);
            if (!id || hasLivingRunner(paths, *id))
                continue;
            SY_TRY_ASSIGN(const auto row, store::findTask(connection, *id));
            if (row && row->task.mergedInto.isEmpty() && !row->task.discarded)
                continue;
            // A task that the database does not know may still come back from its journals.
            if (!row && QFileInfo::exists(paths.journal(*id, 0)))
                continue;
            const auto path = top.filePath(project + u'/' + name);
            report.add(u"The worktree %1 is of no use any more."_s.arg(path),
                       u"commit what is left in it to its branch and remove it"_s,
                       [path, id = *id] { return removeWorktreeOf(path, id); });
        }
    }
    return {};
}

//! All that the database holds of an attempt, as a journal; the old file is kept beside it.
Result<> writeJournal(const store::Connection& connection, const QString& path, const TaskId& id, int attempt)
{
    QByteArray lines;
    qint64 position = 0, seq = 0;
    for (;;) {
        SY_TRY_ASSIGN(const auto events, store::eventsAfter(connection, id, position, eventsPerRead));
        for (const auto& event : events) {
            position = event.position;
            if (event.attempt != attempt)
                continue;
            auto bare = event;
            bare.position = 0;
            if (event.seq != ++seq)
                return fail(ErrorCode::Corrupt, u"The database misses event %1 of it, too."_s.arg(seq));
            lines += process::journalLine(bare);
        }
        if (events.size() < eventsPerRead)
            break;
    }
    if (!QDir().mkpath(QFileInfo(path).path()))
        return fail(ErrorCode::Io, u"The folder of %1 cannot be made."_s.arg(path));
    if (QFileInfo::exists(path) && !QFile::rename(path, path + u".damaged"_s))
        return fail(ErrorCode::Io, u"%1 cannot be kept aside."_s.arg(path));
    return writeFileAtomically(path, lines);
}

Result<> examineJournals(const Paths& paths, const store::Connection& connection, const TaskId& id, Report& report)
{
    SY_TRY_ASSIGN(const auto known, store::newestSeqs(connection, id));
    auto attempts = QSet<int>(known.keyBegin(), known.keyEnd());
    for (const int attempt : attemptsOf(paths, id))
        attempts.insert(attempt);
    const auto rewrite = u"write it again from the database, keeping the damaged one beside it"_s;
    for (const int attempt : std::as_const(attempts)) {
        const auto path = paths.journal(id, attempt);
        const auto mend = [&connection, path, id, attempt] { return writeJournal(connection, path, id, attempt); };
        if (FileLock::isHeld(paths.runnerLock(id, attempt)))
            continue; // being written at this moment
        if (!QFileInfo::exists(path)) {
            if (known.value(attempt) > 0)
                report.add(u"The journal of task %1, attempt %2, is gone."_s.arg(id.toString()).arg(attempt),
                           u"write it again from the database"_s, mend);
            continue;
        }
        const auto contents = process::readJournal(path);
        auto damage = contents ? contents->damage : contents.error().message;
        const auto last = contents && !contents->events.isEmpty() ? contents->events.last().seq : 0;
        if (damage.isEmpty() && last < known.value(attempt))
            damage = u"it ends at event %1; the database has %2"_s.arg(last).arg(known.value(attempt));
        if (damage.isEmpty())
            continue;
        if (damage.endsWith(u'.'))
            damage.chop(1);
        const bool whole = contents && known.value(attempt) >= qint64(contents->events.size());
        report.add(u"The journal of task %1, attempt %2, is damaged: %3."_s.arg(id.toString()).arg(attempt).arg(damage),
                   whole ? rewrite : QString(), whole ? Mend(mend) : Mend());
    }
    return {};
}

Result<> examineTasks(const Paths& paths, const store::Connection& connection, Report& report)
{
    for (const auto& name : foldersIn(paths.state + u"/tasks"_s)) {
        const auto id = TaskId::parse(name);
        if (!id)
            continue;
        SY_TRY_ASSIGN(const auto row, store::findTask(connection, *id));
        if (row) {
            SY_TRY(examineJournals(paths, connection, *id, report));
            continue;
        }
        const auto what = u"The folder %1 belongs to a task that the database does not know."_s.arg(paths.task(*id));
        const auto journal = process::readJournal(paths.journal(*id, 0));
        if (journal && !journal->events.isEmpty() && journal->events.first().kind == event_kind::taskCreated)
            report.addUnknown(what, u"take it back into the database from its journals"_s, *id);
        else
            report.add(what);
    }
    SY_TRY_ASSIGN(auto rows, connection.run(u"SELECT id FROM task"_s));
    while (rows.next()) {
        SY_TRY_ASSIGN(const auto id, TaskId::parse(rows.value(0).toString()));
        if (!QFileInfo::exists(paths.task(id)))
            SY_TRY(examineJournals(paths, connection, id, report));
    }
    return {};
}

} // namespace

QJsonObject Finding::toJson() const
{
    return {{u"what"_s, what}, {u"mend"_s, mend}, {u"mended"_s, mended}, {u"trouble"_s, trouble}};
}

QList<int> attemptsOf(const Paths& paths, const TaskId& id)
{
    QList<int> attempts;
    for (const auto& name : foldersIn(paths.task(id))) {
        if (const auto attempt = name.toInt(); attempt >= 0 && name == QString::number(attempt))
            attempts << attempt;
    }
    std::ranges::sort(attempts);
    return attempts;
}

Result<> completeJournal(const Paths& paths, const TaskId& id, int attempt)
{
    const auto path = paths.journal(id, attempt);
    if (!QFile::exists(path))
        return {};
    SY_TRY_ASSIGN(auto journal, process::Journal::open(path, id, attempt, Clock::system()));
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    qint64 position = 0;
    for (bool more = true; more;) {
        SY_TRY_ASSIGN(const auto events, store::eventsAfter(connection, id, position, eventsPerRead));
        more = events.size() == eventsPerRead;
        QList<Event> missing;
        for (const auto& event : events) {
            position = event.position;
            if (event.attempt != attempt || event.seq <= journal.lastSeq())
                continue;
            missing << event;
            missing.last().position = 0; // it is the database's own
        }
        SY_TRY(journal.restore(missing));
    }
    return {};
}

Result<QList<Finding>> examine(const Paths& paths, bool mend)
{
    Report report(mend);
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    SY_TRY_ASSIGN(auto rows, connection.run(u"PRAGMA integrity_check(1)"_s));
    const auto verdict = rows.next() ? rows.value(0).toString() : QString();
    if (verdict != u"ok")
        report.add(u"The database is damaged: %1. The next start of the engine rebuilds it."_s.arg(verdict));
    examineSockets(paths, report);
    examineLinks(paths, report);
    SY_TRY(examineTasks(paths, connection, report));
    SY_TRY(examineWorktrees(paths, connection, report));
    return report.findings();
}

Result<QStringList> removeLeftovers(const Paths& paths)
{
    Report report(true);
    SY_TRY_ASSIGN(const auto connection, store::Connection::open(paths.database(), store::Connection::Mode::Read));
    examineSockets(paths, report);
    examineLinks(paths, report);
    SY_TRY(examineWorktrees(paths, connection, report));
    QStringList done;
    for (const auto& finding : report.findings())
        done << finding.what + (finding.mended ? u" Removed."_s : u" It stays: "_s + finding.trouble);
    return done;
}

} // namespace switchyard::engine
