#include "fake_runner.h"

#include "base/json.h"
#include "gate/code_vault.h"
#include "git/repository.h"

#include <QCoreApplication>
#include <QCoro/QCoroTimer>
#include <QFile>
#include <QLocalSocket>
#include <QProcess>

#include <csignal>

namespace switchyard::testing {

FakeRunner::FakeRunner(Paths paths, TaskId task, int attempt)
    : m_paths(std::move(paths)), m_task(std::move(task)), m_attempt(attempt)
{
}

Result<> FakeRunner::start()
{
    SY_TRY_ASSIGN(auto lock, FileLock::tryAcquire(m_paths.runnerLock(m_task, m_attempt)));
    m_lock.emplace(std::move(lock));
    SY_TRY_ASSIGN(const auto json, readJsonFile(m_paths.runnerSpec(m_task, m_attempt)));
    SY_TRY_ASSIGN(m_spec, TaskSpec::fromJson(json[u"spec"].toObject()));
    SY_TRY_ASSIGN(auto journal,
                  process::Journal::open(m_paths.journal(m_task, m_attempt), m_task, m_attempt, Clock::system()));
    if (journal.lastSeq() > 0)
        return fail(ErrorCode::Conflict, u"This attempt has run already."_s);
    QFile starts(m_paths.attempt(m_task, m_attempt) + u"/starts"_s);
    if (starts.open(QIODevice::Append))
        starts.write("x");
    m_journal = std::make_unique<process::Journal>(std::move(journal));
    connect(&m_server, &QLocalServer::newConnection, this, &FakeRunner::accept);
    QLocalServer::removeServer(m_paths.runnerSocket(m_task, m_attempt));
    if (!m_server.listen(m_paths.runnerSocket(m_task, m_attempt)))
        return fail(ErrorCode::Io, m_server.errorString());
    QMetaObject::invokeMethod(this, [this] { run(); }, Qt::QueuedConnection);
    return {};
}

void FakeRunner::record(const QString& kind, const QJsonObject& data)
{
    const auto event = m_journal->append(kind, data);
    if (!event)
        qFatal("the fake runner's journal cannot be written");
    for (const auto& peer : m_attached) {
        if (peer)
            QMetaObject::invokeMethod(
                peer, [peer, event] { peer->notify(u"event"_s, event->toJson()); }, Qt::QueuedConnection);
    }
}

void FakeRunner::status(TaskStatus to, const QString& reason)
{
    record(event_kind::taskStatus,
           {{u"from"_s, statusName(m_status)}, {u"to"_s, statusName(to)}, {u"reason"_s, reason}});
    m_status = to;
}

void FakeRunner::accept()
{
    while (auto* const socket = m_server.nextPendingConnection())
        serve(new rpc::Peer(socket, this));
}

void FakeRunner::serve(rpc::Peer* peer)
{
    peer->onRequest(u"attach"_s, [this, peer](const QJsonObject& params) {
        const auto missed = process::readJournal(m_paths.journal(m_task, m_attempt), params[u"after"].toInteger());
        for (const auto& event : missed ? missed->events : QList<Event>())
            QMetaObject::invokeMethod(
                peer, [peer, event] { peer->notify(u"event"_s, event.toJson()); }, Qt::QueuedConnection);
        m_attached << peer;
        return rpc::ready(QJsonObject{{u"seq"_s, m_journal->lastSeq()}});
    });
    peer->onRequest(u"stat"_s,
                    [this](const QJsonObject&) { return rpc::ready(QJsonObject{{u"seq"_s, m_journal->lastSeq()}}); });
    peer->onRequest(u"cancel"_s, [this](const QJsonObject&) {
        m_cancelled = true;
        return rpc::ready(QJsonObject());
    });
    peer->onRequest(u"guide"_s, [this](const QJsonObject& params) {
        record(event_kind::guidanceGiven, params);
        m_goOn = true;
        return rpc::ready(QJsonObject());
    });
    peer->onRequest(u"pause"_s, [this](const QJsonObject&) {
        status(TaskStatus::Paused);
        return rpc::ready(QJsonObject());
    });
    peer->onRequest(u"resume"_s, [this](const QJsonObject&) {
        status(TaskStatus::Running);
        return rpc::ready(QJsonObject());
    });
    peer->onRequest(u"question.answer"_s, [this](const QJsonObject& params) {
        record(event_kind::questionAnswered, params);
        m_open.clear();
        return rpc::ready(QJsonObject());
    });
    peer->onRequest(u"confirmation.resolve"_s,
                    [this](const QJsonObject& params) { return rpc::ready(resolve(params)); });
}

Result<QJsonValue> FakeRunner::resolve(const QJsonObject& params)
{
    if (m_open.isEmpty() || params[u"id"].toString() != m_open)
        return fail(ErrorCode::Conflict, u"not open"_s);
    const bool allow = params[u"allow"].toBool();
    if (allow)
        SY_TRY(gate::CodeVault(m_paths.confirmationCode()).verify(Secret(params[u"code"].toString().toUtf8())));
    record(event_kind::confirmationAnswered, {{u"id"_s, m_open},
                                              {u"allowed"_s, allow},
                                              {u"by"_s, params[u"by"]},
                                              {u"door"_s, params[u"door"]},
                                              {u"why"_s, params[u"why"]}});
    m_open.clear();
    return QJsonObject();
}

Result<> FakeRunner::makeBranch()
{
    SY_TRY_ASSIGN(auto repository, git::Repository::open(m_spec.project));
    SY_TRY_ASSIGN(const auto commit, repository.headCommit());
    SY_TRY_ASSIGN(const auto base, repository.headBranch());
    const auto branch = u"task/"_s + m_task.toString();
    const auto folder = m_paths.worktree(m_spec.project, m_task);
    SY_TRY(repository.addWorktree(folder, branch, commit));
    record(event_kind::gitBranch,
           {{u"branch"_s, branch}, {u"base_branch"_s, base}, {u"base_commit"_s, commit}, {u"worktree"_s, folder}});
    return {};
}

Result<> FakeRunner::write(const QString& name)
{
    const auto folder = m_paths.worktree(m_spec.project, m_task);
    QFile file(folder + u'/' + name);
    if (!file.open(QIODevice::WriteOnly))
        return fail(ErrorCode::Io, name);
    file.write("by the task\n");
    file.close();
    SY_TRY_ASSIGN(auto worktree, git::Repository::open(folder));
    SY_TRY(worktree.commitAll(name));
    record(event_kind::gitChanges, {{u"files"_s, 1}, {u"added"_s, 1}, {u"removed"_s, 0}});
    return {};
}

QCoro::Task<> FakeRunner::step(QString word)
{
    const auto verb = word.section(u':', 0, 0);
    const auto numbers = word.section(u':', 1).split(u',');
    if (verb == u"crash") {
        kill(getpid(), SIGKILL);
    } else if (verb == u"events") {
        for (int i = 0; i < numbers.value(0).toInt() && !m_cancelled; ++i) {
            record(event_kind::taskProgress, {{u"step"_s, i + 1}});
            co_await QCoro::sleepFor(milliseconds(std::max(1, numbers.value(1, u"1"_s).toInt())));
        }
    } else if (verb == u"session") {
        record(event_kind::agentStarted, {{u"session"_s, numbers.value(0)}});
    } else if (verb == u"limited" && m_attempt == 1) {
        const auto until = Clock::system().now() + milliseconds(numbers.value(0).toInt());
        record(event_kind::agentLimited, {{u"agent"_s, m_spec.agent}, {u"until"_s, toMilliseconds(until)}});
    } else if (verb == u"child") {
        qint64 pid = 0;
        QProcess::startDetached(u"sleep"_s, {u"1000"_s}, {}, &pid);
        QFile file(m_paths.attempt(m_task, m_attempt) + u"/child"_s);
        if (file.open(QIODevice::WriteOnly))
            file.write(QByteArray::number(pid));
    } else if (verb == u"wait") {
        while (!m_goOn && !m_cancelled)
            co_await QCoro::sleepFor(milliseconds(5));
        m_goOn = false;
    } else if (verb == u"hang") {
        while (!m_cancelled)
            co_await QCoro::sleepFor(milliseconds(5));
    } else if (verb == u"confirm") {
        m_open = newUuid();
        const auto now = Clock::system().now();
        record(event_kind::confirmationRequested, Confirmation{m_open,
                                                               m_task,
                                                               m_attempt,
                                                               u"rm old.py"_s,
                                                               {u"deletes a file"_s},
                                                               {},
                                                               m_spec.project,
                                                               {},
                                                               now,
                                                               now + std::chrono::minutes(5),
                                                               5,
                                                               {{u"task"_s, u"again in this task"_s, {}}}}
                                                      .toJson());
        status(TaskStatus::Waiting);
        while (!m_open.isEmpty() && !m_cancelled)
            co_await QCoro::sleepFor(milliseconds(5));
        status(TaskStatus::Running);
    } else if (verb == u"branch" || verb == u"write") {
        if (const auto done = verb == u"branch" ? makeBranch() : write(numbers.value(0)); !done)
            qFatal("%s: %s", qPrintable(word), qPrintable(describe(done.error())));
    } else if (verb == u"ask") {
        m_open = newUuid();
        record(event_kind::questionAsked, {{u"id"_s, m_open}, {u"text"_s, u"Which one?"_s}});
        while (!m_open.isEmpty() && !m_cancelled)
            co_await QCoro::sleepFor(milliseconds(5));
    }
}

QCoro::Task<> FakeRunner::run()
{
    status(TaskStatus::Running);
    QFile log(m_paths.outputLog(m_task, m_attempt));
    if (log.open(QIODevice::Append))
        log.write("▶ fake\nhello\n");
    bool failed = false, timedOut = false;
    for (const auto& word : m_spec.goal.split(u' ', Qt::SkipEmptyParts)) {
        if (m_cancelled)
            break;
        failed = failed || word == u"fail" || (word.startsWith(u"limited:") && m_attempt == 1) ||
                 (word.startsWith(u"failtill:") && m_attempt < word.section(u':', 1).toInt());
        timedOut = timedOut || word == u"timeout";
        co_await step(word);
    }
    status(m_cancelled ? TaskStatus::Cancelled
           : failed    ? TaskStatus::Failed
           : timedOut  ? TaskStatus::TimedOut
                       : TaskStatus::Completed);
    (void)m_journal->sync();
    co_await QCoro::sleepFor(milliseconds(1));
    m_server.close();
    Q_EMIT finished();
}

} // namespace switchyard::testing
