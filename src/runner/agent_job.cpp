#include "runner/agent_job.h"

#include "base/ids.h"
#include "base/log.h"

#include <QCoreApplication>
#include <QCoro/QCoroFuture>
#include <QCoro/QCoroSignal>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace switchyard::runner {

namespace {

constexpr qint64 largestFile = 16 << 20;
constexpr milliseconds cancelGrace{2000}; //!< for the agent to end its turn by itself

//! One argument as bash reads it back unchanged.
QString shellQuoted(const QString& argument)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (plain.match(argument).hasMatch())
        return argument;
    return u'\'' + QString(argument).replace(u'\'', u"'\\''"_s) + u'\'';
}

//! The whole of what is to run, so that it is judged as a whole: variables can change what a command does.
QString commandLine(const agent::TerminalRequest& request)
{
    QString line;
    for (auto variable = request.environment.begin(); variable != request.environment.end(); ++variable)
        line += u"export "_s + shellQuoted(variable.key()) + u'=' + shellQuoted(variable.value()) + u"; "_s;
    if (request.arguments.isEmpty())
        return line + request.command;
    line += shellQuoted(request.command);
    for (const auto& argument : request.arguments)
        line += u' ' + shellQuoted(argument);
    return line;
}

} // namespace

AgentJob::AgentJob(Request request, TerminalHost& host, ConfirmationDesk& desk, Recorder& recorder,
                   PhaseTracker& tracker, const Clock& clock)
    : m_request(std::move(request)),
      m_host(host),
      m_desk(desk),
      m_recorder(recorder),
      m_tracker(tracker),
      m_translator(recorder, tracker, clock, m_request.server.offersFileSystem),
      m_session(m_request.server, *this)
{
    connect(&m_session, &agent::AcpSession::update, &m_translator, &UpdateTranslator::translate);
    connect(&m_session, &agent::AcpSession::problem, this, [this](const QString& text) {
        m_recorder.record(event_kind::notice, {{u"severity"_s, u"warning"_s}, {u"text"_s, redact(text)}});
    });
    connect(&m_session, &agent::AcpSession::errorLine, this, [this](const QByteArray& line) {
        m_lastErrorLine = redact(QString::fromUtf8(line).trimmed());
        qInfo().noquote() << "agent:" << m_lastErrorLine;
    });
    connect(&m_translator, &UpdateTranslator::progressed, this, &Job::progressed);
    connect(&m_translator, &UpdateTranslator::stepped, this, &AgentJob::countStep);
}

QCoro::Task<Ending> AgentJob::run()
{
    auto ending = co_await converse();
    m_desk.refuseAll(u"The agent has ended."_s);
    m_host.stopAll();
    if (m_host.isBusy())
        co_await qCoro(&m_host, &TerminalHost::idle);
    co_await stopSession();
    m_translator.closeOpenCalls(u"The agent did not tell how this ended."_s);
    m_recorder.record(event_kind::agentStopped,
                      {{u"reason"_s, ending.reason}, {u"text"_s, m_translator.lastMessage()}});
    co_return ending;
}

QCoro::Task<Ending> AgentJob::converse()
{
    agent::SessionRequest wanted{.cwd = m_request.folder, .model = m_request.model, .resume = m_request.resumeSession};
    if (m_request.enclosure->isOn())
        wanted.sandbox = [this](process::CommandLine line) {
            return m_request.enclosure->aroundAgent(std::move(line), m_request.server, reachesModel());
        };
    const auto started = co_await m_session.start(std::move(wanted));
    if (!started) {
        const auto words =
            m_lastErrorLine.isEmpty() ? QString() : u" Its last words: “%1”."_s.arg(m_lastErrorLine.left(300));
        co_return Ending{TaskStatus::Failed, describe(started.error()) + words};
    }
    m_recorder.record(event_kind::agentStarted, {{u"agent"_s, m_request.server.name},
                                                 {u"name"_s, started->agentName},
                                                 {u"version"_s, started->agentVersion},
                                                 {u"session"_s, started->sessionId},
                                                 {u"resumed"_s, started->resumed},
                                                 {u"pid"_s, started->pid},
                                                 {u"sandbox"_s, m_request.enclosure->levelName()},
                                                 {u"network"_s, m_request.enclosure->networkName()}});
    auto words = started->resumed ? u"The work was interrupted. Go on where you were; the goal is: "_s + m_request.goal
                                  : m_request.goal;
    for (;;) {
        if (m_aborted)
            co_return Ending{TaskStatus::Cancelled, u"Cancelled."_s};
        const auto end = co_await m_session.prompt(words);
        if (!end) {
            const auto last =
                m_lastErrorLine.isEmpty() ? QString() : u" Its last words: “%1”."_s.arg(m_lastErrorLine.left(300));
            co_return Ending{TaskStatus::Failed, describe(end.error()) + last};
        }
        if (end->stopReason != u"end_turn" || m_guidance.isEmpty() || m_aborted || m_overLimit)
            co_return endingFor(*end);
        words = std::exchange(m_guidance, {}).join(u"\n\n"_s);
    }
}

Ending AgentJob::endingFor(const agent::TurnEnd& end) const
{
    const auto limit = u"It met its limit of %1 steps; its work so far is kept."_s.arg(m_request.limits.iterations);
    if (m_overLimit || end.stopReason == u"max_turn_requests")
        return {TaskStatus::TimedOut, limit};
    if (end.stopReason == u"end_turn")
        return {TaskStatus::Completed, {}};
    if (end.stopReason == u"max_tokens")
        return {TaskStatus::Failed, u"The model's output limit was met before the agent was done."_s};
    if (end.stopReason == u"refusal")
        return {TaskStatus::Failed, u"The model refused to go on."_s};
    if (end.stopReason == u"cancelled" && !m_refused.isEmpty())
        return {TaskStatus::Failed, u"The agent ended its turn after “%1” was refused."_s.arg(m_refused)};
    if (end.stopReason == u"cancelled")
        return {TaskStatus::Cancelled, u"Cancelled."_s};
    return {TaskStatus::Failed, u"The agent stopped with the reason “%1”."_s.arg(end.stopReason)};
}

QCoro::Task<> AgentJob::stopSession()
{
    if (!m_session.isRunning())
        co_return;
    m_session.stop();
    if (m_session.isRunning())
        co_await qCoro(&m_session, &agent::AcpSession::ended);
}

void AgentJob::abort()
{
    if (m_aborted)
        return;
    m_aborted = true;
    m_desk.refuseAll(u"The task was stopped."_s);
    if (m_question)
        answerQuestion(m_question->id, {}).value();
    m_session.cancel();
    m_host.stopAll();
    QTimer::singleShot(cancelGrace, this, [this] { m_session.stop(); });
}

void AgentJob::setFrozen(bool frozen)
{
    m_session.setFrozen(frozen);
    m_host.setFrozen(frozen);
}

Result<> AgentJob::guide(const QString& text)
{
    if (text.trimmed().isEmpty())
        return fail(ErrorCode::Invalid, u"The message is empty."_s);
    m_guidance << text;
    m_recorder.record(event_kind::guidanceGiven, {{u"text"_s, text}});
    return {};
}

Result<> AgentJob::answerQuestion(const QString& id, const QString& text)
{
    if (!m_question || m_question->id != id)
        return fail(ErrorCode::Conflict, u"This question is not open any more."_s);
    const auto question = std::exchange(m_question, nullptr);
    m_recorder.record(event_kind::questionAnswered, {{u"id"_s, id}, {u"text"_s, text}});
    Q_EMIT questionChanged(false);
    question->promise.addResult(text);
    question->promise.finish();
    return {};
}

QCoro::Task<Result<QString>> AgentJob::askUser(QString question, QStringList options)
{
    if (m_aborted || m_question)
        co_return fail(ErrorCode::Conflict, u"No question can be asked now."_s);
    m_question = std::make_unique<Question>();
    m_question->id = newUuid();
    m_question->promise.start();
    auto future = m_question->promise.future();
    m_recorder.record(
        event_kind::questionAsked,
        {{u"id"_s, m_question->id}, {u"text"_s, question}, {u"options"_s, QJsonArray::fromStringList(options)}});
    Q_EMIT questionChanged(true);
    co_return co_await future;
}

void AgentJob::countStep(int step, int steps)
{
    const auto limit = m_request.limits.iterations;
    Q_EMIT stepped(step, steps > 0 ? steps : limit);
    // The built-in agent counts for itself; any other is ended here.
    if (steps == 0 && limit > 0 && step > limit && !m_overLimit) {
        m_overLimit = true;
        m_session.cancel();
    }
}

QCoro::Task<agent::PermissionAnswer> AgentJob::requestPermission(agent::PermissionRequest request)
{
    using agent::PermissionAnswer;
    if (m_aborted)
        co_return PermissionAnswer::Cancelled;
    if (!request.command.isEmpty()) {
        const auto permission =
            co_await m_host.permit(request.command, request.cwd.isEmpty() ? m_request.folder : request.cwd);
        if (permission.allowed)
            co_return PermissionAnswer::Allow;
        m_refused = request.command;
        co_return m_aborted ? PermissionAnswer::Cancelled : PermissionAnswer::Reject;
    }
    for (const auto& path : request.paths) {
        if (const auto inside = insideFolder(path); !inside) {
            m_recorder.record(event_kind::audit,
                              {{u"what"_s, u"refused outside the task's folder"_s}, {u"on"_s, path}});
            co_return PermissionAnswer::Reject;
        }
    }
    co_return PermissionAnswer::Allow;
}

Result<QString> AgentJob::insideFolder(const QString& path) const
{
    const auto root = QFileInfo(m_request.folder).canonicalFilePath();
    const auto absolute = QDir::cleanPath(QDir(m_request.folder).absoluteFilePath(path));
    // The deepest part that exists decides: a link that leads outside is outside.
    auto existing = absolute;
    while (!QFileInfo::exists(existing) && !QFileInfo(existing).isSymLink() && existing != u"/")
        existing = QFileInfo(existing).path();
    const auto real = QFileInfo(existing).canonicalFilePath();
    const auto full = real + absolute.sliced(existing.size());
    const bool inside = !real.isEmpty() && (full == root || full.startsWith(root + u'/'));
    if (!inside)
        return fail(ErrorCode::Forbidden, u"%1 lies outside the task's folder."_s.arg(path),
                    u"Only files below %1 can be used."_s.arg(m_request.folder));
    if (full == root + u"/.git"_s || full.startsWith(root + u"/.git/"_s))
        return fail(ErrorCode::Forbidden, u"%1 belongs to git itself."_s.arg(path), u"Use git commands."_s);
    return full;
}

Result<QString> AgentJob::readTextFile(const QString& path, int line, int limit)
{
    SY_TRY_ASSIGN(const auto full, insideFolder(path));
    QFile file(full);
    if (!file.exists())
        return fail(ErrorCode::NotFound, u"%1 does not exist."_s.arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    if (file.size() > largestFile)
        return fail(ErrorCode::Limit, u"%1 is larger than 16 MiB."_s.arg(path));
    const auto text = QString::fromUtf8(file.readAll());
    if (line <= 1 && limit <= 0)
        return text;
    const auto lines = text.split(u'\n');
    return lines.mid(std::max(0, line - 1), limit > 0 ? limit : -1).join(u'\n');
}

Result<> AgentJob::writeTextFile(const QString& path, const QString& text)
{
    SY_TRY_ASSIGN(const auto full, insideFolder(path));
    const bool existed = QFileInfo::exists(full);
    QString before;
    if (QFile old(full); existed && old.size() <= largestFile && old.open(QIODevice::ReadOnly))
        before = QString::fromUtf8(old.readAll());
    if (!QDir().mkpath(QFileInfo(full).path()))
        return fail(ErrorCode::Io, u"The folder of %1 cannot be created."_s.arg(path));
    QSaveFile file(full); // keeps the permissions of an existing file
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0 || !file.commit())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file.errorString()));
    const auto [added, removed] = countChangedLines(before, text);
    m_recorder.record(event_kind::fileChanged,
                      {{u"path"_s, QDir(QFileInfo(m_request.folder).canonicalFilePath()).relativeFilePath(full)},
                       {u"added"_s, added},
                       {u"removed"_s, removed},
                       {u"how"_s, existed ? u"modified"_s : u"created"_s}});
    m_tracker.edited();
    Q_EMIT progressed();
    return {};
}

QCoro::Task<Result<QString>> AgentJob::createTerminal(agent::TerminalRequest request)
{
    const auto cwd = request.cwd.isEmpty() ? m_request.folder : request.cwd;
    SY_CO_TRY(insideFolder(cwd));
    const auto command = commandLine(request);
    const auto terminal = co_await m_host.run(command, cwd, request.outputLimit);
    if (!terminal && terminal.error().code == ErrorCode::Forbidden)
        m_refused = command;
    co_return terminal;
}

Result<agent::TerminalOutput> AgentJob::terminalOutput(const QString& terminal)
{
    return m_host.output(terminal);
}

QCoro::Task<Result<agent::TerminalOutput>> AgentJob::waitForExit(QString terminal)
{
    return m_host.waitForExit(terminal);
}

Result<> AgentJob::killTerminal(const QString& terminal)
{
    return m_host.kill(terminal);
}

Result<> AgentJob::releaseTerminal(const QString& terminal)
{
    return m_host.release(terminal);
}

} // namespace switchyard::runner
