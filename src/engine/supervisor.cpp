#include "engine/supervisor.h"

#include "base/ids.h"
#include "base/json.h"
#include "engine/housekeeping.h"
#include "process/journal.h"
#include "process/process_tree.h"

#include <QCoro/QCoroTimer>
#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>
#include <QProcess>
#include <QtConcurrentRun>
#include <QThreadPool>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>

#include <unistd.h>

Q_LOGGING_CATEGORY(lcSupervisor, "switchyard.supervisor")

namespace switchyard::engine {

namespace {
constexpr milliseconds attachPoll{20}; // while somebody waits for a runner that is just starting
constexpr qsizetype wordsShown = 500;
constexpr milliseconds orphanLimit{5000};      // to see what a dead runner left empty
constexpr timespec orphanPause{0, 10'000'000}; // ns

//! In the environment of a runner and of all that it starts: how they are found when it is gone. The time of creation
//! tells apart tasks of the same number in other databases.
QByteArray treeTag(const Task& task, int attempt)
{
    return u"%1-%2-%3"_s.arg(task.id().toString()).arg(attempt).arg(toMilliseconds(task.created)).toLatin1();
}

//! Never used twice: a group that was once killed kills whatever is born into it.
QString groupName(const Task& task, int attempt)
{
    constexpr qsizetype letters = 6;
    return QString::fromLatin1(treeTag(task, attempt)) + u'-' + newUuid().last(letters);
}

QString runnerLog(const Paths& paths, const TaskId& id, int attempt)
{
    return paths.attempt(id, attempt) + u"/runner.log"_s;
}

//! Several engines may run on one machine, each on a folder of its own.
QString poolName(const Paths& paths)
{
    constexpr qsizetype digits = 10;
    const auto digest = QCryptographicHash::hash(paths.state.toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(digest.toHex().first(digits));
}

//! Whole or not at all, but not synced: after a power cut there is no runner to read it, and nothing waits for the
//! disk.
Result<> writeSpec(const QString& path, const QByteArray& bytes)
{
    QFile file(path + u".new"_s);
    const bool written =
        file.open(QIODevice::WriteOnly | QIODevice::Unbuffered, QFile::ReadOwner | QFile::WriteOwner) &&
        file.write(bytes) == bytes.size();
    const auto trouble = file.errorString();
    file.close();
    if (written && rename(QFile::encodeName(file.fileName()).constData(), QFile::encodeName(path).constData()) == 0)
        return {};
    const auto why = written ? qt_error_string(errno) : trouble;
    file.remove();
    return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, why));
}

//! As in the spec that its runner was started with, whichever engine did that; where the spec was lost, by its name
//! below `parent` (empty: there are none).
QString groupOf(const QString& spec, const QString& parent, const QByteArray& tag)
{
    if (const auto json = readJsonFile(spec))
        return (*json)[u"group"].toString();
    if (parent.isEmpty())
        return {};
    const auto names = QDir(parent).entryList({QString::fromLatin1(tag) + u"-*"_s}, QDir::Dirs);
    return names.isEmpty() ? QString() : parent + u'/' + names.first();
}
} // namespace

Supervisor::Supervisor(TaskBook& book, const Paths& paths, const Settings& settings, QObject* parent)
    : QObject(parent),
      m_book(book),
      m_paths(paths),
      m_settings(settings),
      m_place(process::GroupPool::open(poolName(paths))),
      m_nursery(settings.runnerProgram)
{
    qCInfo(lcSupervisor).noquote() << "process trees:" << process::holdName(m_place.hold) << m_place.why;
    m_sockets.addPath(m_paths.runners());
    connect(&m_sockets, &QFileSystemWatcher::directoryChanged, this, [this] {
        for (const auto& id : m_links.keys()) { // a copy: what is seen may end one of them
            if (auto* const link = m_links.value(id))
                link->look();
        }
    });
}

int Supervisor::nextAttempt(const TaskId& id, int newest) const
{
    for (const int attempt : attemptsOf(m_paths, id)) {
        // One that wrote nothing was never started, or failed to: its number is free again.
        if (QFileInfo(m_paths.journal(id, attempt)).size() > 0)
            newest = std::max(newest, attempt);
    }
    return newest + 1;
}

Result<> Supervisor::start(const TaskId& id, int attempt, const QString& resumeSession)
{
    SY_TRY_ASSIGN(const auto task, m_book.task(id));
    if (hasRunner(id))
        return fail(ErrorCode::Conflict, tr("Task %1 has a runner already.").arg(id.toString()));
    const auto folder = m_paths.attempt(id, attempt);
    if (!QDir().mkpath(folder))
        return fail(ErrorCode::Io, tr("The folder %1 cannot be created.").arg(folder));
    QString group;
    if (!m_place.parent.isEmpty()) {
        if (auto made = process::GroupPool::makeAttempt(m_place, groupName(task, attempt)))
            group = *made;
        else
            qCWarning(lcSupervisor).noquote() << describe(made.error());
    }
    auto wanted = m_settings.decided(task.spec);
    if (!task.followUp.isEmpty()) // the runner's copy alone: what was asked for at first stays as it is
        wanted.goal += u"\n\n"_s + task.followUp;
    const QJsonObject spec{{u"v"_s, 1},
                           {u"spec"_s, wanted.toJson()},
                           {u"attempt"_s, attempt},
                           {u"resume_session"_s, resumeSession},
                           {u"own_files"_s, m_settings.ownFiles},
                           {u"group"_s, group},
                           {u"trusted"_s, m_settings.trustsOwnCommands && task.spec.kind == TaskKind::Shell}};
    SY_TRY(writeSpec(m_paths.runnerSpec(id, attempt), compactJson(spec)));
    if (m_nursery.isReady()) {
        startInNursery(task, attempt, group);
        return {};
    }
    SY_TRY_ASSIGN(const auto pid, startProgram(task, attempt));
    follow(id, attempt, pid);
    return {};
}

//! The runner as a program of its own.
Result<qint64> Supervisor::startProgram(const Task& task, int attempt) const
{
    QProcess process;
    process.setProgram(m_settings.runnerProgram);
    process.setArguments({u"runner"_s, u"--task"_s, task.id().toString(), u"--attempt"_s, QString::number(attempt)});
    process.setWorkingDirectory(m_paths.state);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(runnerLog(m_paths, task.id(), attempt));
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(process::ProcessTree::tagVariable, QString::fromLatin1(treeTag(task, attempt)));
    process.setProcessEnvironment(environment);
    qint64 pid = 0;
    if (!process.startDetached(&pid)) // in a session of its own, and not our child
        return fail(ErrorCode::Unavailable, tr("The runner %1 cannot be started.").arg(m_settings.runnerProgram),
                    tr("Reinstall Switchyard."));
    return pid;
}

void Supervisor::startInNursery(const Task& task, int attempt, const QString& group)
{
    const auto& id = task.id();
    QPointer<RunnerLink> link = follow(id, attempt, m_nursery.pid());
    link->expectPid();
    const QJsonObject request{{u"task"_s, id.toString()},
                              {u"attempt"_s, attempt},
                              {u"group"_s, group.isEmpty() ? QString() : group + u"/runner"_s},
                              {u"tag"_s, QString::fromLatin1(treeTag(task, attempt))},
                              {u"folder"_s, m_paths.state},
                              {u"log"_s, runnerLog(m_paths, id, attempt)}};
    m_nursery.start(request, [this, link, task, attempt](const Result<qint64>& started) {
        if (!link)
            return;
        auto pid = started;
        if (!pid) {
            qCWarning(lcSupervisor).noquote() << describe(pid.error());
            pid = startProgram(task, attempt);
        }
        link->setPid(pid.value_or(0));
    });
}

RunnerLink* Supervisor::follow(const TaskId& id, int attempt, qint64 pid)
{
    auto* const link =
        new RunnerLink(m_paths, id, attempt, m_book.newestSeq(id, attempt), pid, m_settings.runnerStart, this);
    m_links.insert(id, link);
    connect(link, &RunnerLink::events, this, [this, link](const QList<Event>& events) {
        if (const auto done = m_book.take(events); !done)
            qCWarning(lcSupervisor).noquote() << "task" << link->task().toString() << describe(done.error());
    });
    connect(link, &RunnerLink::gone, this,
            [this, link](const QString& words, const QString& damage) { ended(link, words, damage); });
    return link;
}

void Supervisor::ended(RunnerLink* link, const QString& words, const QString& damage)
{
    const auto& id = link->task();
    const auto attempt = link->attempt();
    QFile::remove(m_paths.runnerSocket(id, attempt));
    QFile::remove(m_paths.journal(id, attempt) + u".reserve"_s);
    const auto task = m_book.task(id);
    const auto spec = m_paths.runnerSpec(id, attempt);
    if (!task || isFinished(task->status)) {
        QThreadPool::globalInstance()->start(
            [spec, parent = m_place.parent, tag = task ? treeTag(*task, attempt) : ""_ba] {
                process::endGroup(groupOf(spec, tag.isEmpty() ? QString() : parent, tag), orphanLimit);
            });
        forget(id);
        Q_EMIT runnerGone(id);
        return;
    }
    // It died. What it had started must not go on unseen, least of all beside another attempt. Until then the link
    // holds the task's place.
    const bool isShort = link->hasShortJournal();
    QtConcurrent::run([spec, parent = m_place.parent, paths = m_paths, id, attempt, isShort,
                       known = m_book.newestSeq(id, attempt), tag = treeTag(*task, attempt)] {
        auto remains = endRemains(groupOf(spec, parent, tag), tag);
        // Given up too early, it may have told more until now.
        if (const auto journal = process::readJournal(paths.journal(id, attempt), known))
            remains.lastEvents = journal->events;
        if (const auto done = isShort ? completeJournal(paths, id, attempt) : Result<>(); !done)
            qCWarning(lcSupervisor).noquote() << "task" << id.toString() << describe(done.error());
        return remains;
    }).then(this, [this, id, attempt, words, damage](const Remains& remains) {
        forget(id);
        if (const auto done = m_book.take(remains.lastEvents); !done)
            qCWarning(lcSupervisor).noquote() << "task" << id.toString() << describe(done.error());
        recordDeath(id, attempt, words, damage, remains);
        Q_EMIT runnerGone(id);
    });
}

void Supervisor::forget(const TaskId& id)
{
    m_links.take(id)->deleteLater(); // it may be telling us that it has ended
}

//! Worker: until nothing of it is seen any more.
Supervisor::Remains Supervisor::endRemains(const QString& group, const QByteArray& tag)
{
    Remains remains;
    const process::ProcessTree tree(0, tag);
    QSet<pid_t> found;
    for (const auto& member : tree.members())
        found << member.pid;
    if (const auto held = process::Cgroup::open(group)) {
        for (const auto pid : held->allMembers())
            found << pid;
    }
    remains.ended = found.size();
    process::endGroup(group, orphanLimit);
    QDeadlineTimer deadline(orphanLimit);
    for (auto left = tree.members(); !left.isEmpty(); left = tree.members()) {
        tree.signal(SIGKILL);
        if (deadline.hasExpired()) {
            for (const auto& member : left)
                remains.survivors << describe(member);
            remains.ended -= left.size();
            break;
        }
        nanosleep(&orphanPause, nullptr);
    }
    return remains;
}

void Supervisor::recordDeath(const TaskId& id, int attempt, const QString& words, const QString& damage,
                             const Remains& remains)
{
    const auto task = m_book.task(id);
    if (!task || isFinished(task->status))
        return;
    if (m_book.newestSeq(id, attempt) == 0) {
        m_book.recordStatus(id, TaskStatus::Failed,
                            words.isEmpty() ? tr("the runner did not start")
                                            : tr("the runner did not start: %1").arg(words.right(wordsShown)),
                            tr("it wrote no event"));
        return;
    }
    const auto quiet = std::max<qint64>(0, (Clock::system().now() - task->lastEvent).count() / 1000);
    auto evidence = tr("last event %1 s ago, its lock is free").arg(quiet);
    if (!damage.isEmpty())
        evidence += u"; "_s + tr("its journal is damaged: %1").arg(damage);
    if (remains.ended > 0)
        evidence += u"; "_s + tr("%1 processes that it left were ended").arg(remains.ended);
    if (!remains.survivors.isEmpty())
        evidence += u"; "_s + tr("could not be ended: %1").arg(remains.survivors.join(u", "_s));
    m_book.recordStatus(id, TaskStatus::Interrupted, tr("its runner died; %1").arg(evidence),
                        words.isEmpty() ? evidence : evidence + u"; it said: "_s + words.right(wordsShown));
}

Supervisor::~Supervisor()
{
    if (!m_place.parent.isEmpty())
        rmdir(QFile::encodeName(m_place.parent).constData()); // only when nobody is in it
}

QCoro::Task<Result<QJsonValue>> Supervisor::callWhenAttached(QPointer<RunnerLink> link, QString method,
                                                             QJsonObject params, milliseconds limit)
{
    QDeadlineTimer deadline(limit);
    while (link && !link->isAttached() && !deadline.hasExpired())
        co_await QCoro::sleepFor(attachPoll);
    if (!link)
        co_return fail(ErrorCode::Conflict, tr("The task has just ended."));
    co_return co_await link->call(method, params, limit);
}

rpc::Reply Supervisor::call(const TaskId& id, const QString& method, const QJsonObject& params, milliseconds limit)
{
    auto* const link = m_links.value(id);
    if (!link)
        return rpc::ready(fail(ErrorCode::Conflict, tr("Task %1 is not running.").arg(id.toString())));
    return callWhenAttached(link, method, params, limit.count() > 0 ? limit : m_settings.runnerAnswer);
}

} // namespace switchyard::engine
