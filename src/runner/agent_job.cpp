#include "runner/agent_job.h"

#include "base/ids.h"
#include "base/log.h"
#include "runner/agent_secrets.h"
#include "runner/rate_limit.h"

#include <QCoreApplication>
#include <QCoro/QCoroFuture>
#include <QCoro/QCoroSignal>
#include <QDir>
#include <QFileInfo>
#include <QMimeDatabase>
#include <QtConcurrentRun>
#include <QUrl>

namespace switchyard::runner {

namespace {

constexpr milliseconds cancelGrace{2000}; //!< for the agent to end its turn by itself
constexpr milliseconds longSilence = std::chrono::seconds(60);

} // namespace

AgentJob::AgentJob(Request request, TerminalHost& host, ConfirmationDesk& desk, Recorder& recorder,
                   PhaseTracker& tracker, const Clock& clock)
    : m_request(std::move(request)),
      m_host(host),
      m_desk(desk),
      m_recorder(recorder),
      m_tracker(tracker),
      m_clock(clock),
      m_translator(recorder, tracker, clock, m_request.server.offersFileSystem),
      m_meter(recorder, m_request.task.limits,
              {m_request.server.name, m_request.server.provider, m_request.server.name == u"builtin"},
              m_request.prices),
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
    connect(&m_session, &agent::AcpSession::update, this, [this] { m_lastWord = m_clock.monotonic(); });
    connect(&m_silence, &QTimer::timeout, this, &AgentJob::tellSilence);
    connect(&m_translator, &UpdateTranslator::progressed, this, &Job::progressed);
    connect(&m_translator, &UpdateTranslator::stepped, this, &AgentJob::countStep);
    connect(&m_translator, &UpdateTranslator::limited, this, [this](qint64 until) { m_limitedUntil = until; });
    connect(&m_translator, &UpdateTranslator::usageTold, &m_meter, &UsageMeter::update);
    connect(&m_meter, &UsageMeter::budgetExhausted, this, [this] { m_session.cancel(); });
}

QCoro::Task<Ending> AgentJob::run()
{
    auto ending = co_await converse();
    m_desk.refuseAll(u"The agent has ended."_s);
    m_host.stopAll();
    if (m_host.isBusy())
        co_await qCoro(&m_host, &TerminalHost::idle);
    co_await stopSession();
    co_await tellActingFiles();
    m_translator.closeOpenCalls(u"The agent did not tell how this ended."_s);
    m_recorder.record(event_kind::agentStopped,
                      {{u"reason"_s, ending.reason}, {u"text"_s, m_translator.lastMessage()}});
    co_return ending;
}

//! No sandbox holds them back: the agent's own program writes there.
QCoro::Task<> AgentJob::tellActingFiles()
{
    const auto before = m_actingFiles;
    const auto changed = co_await QtConcurrent::run([before] { return before.changed(); });
    if (changed.isEmpty())
        co_return;
    const auto names = changed.join(u", "_s);
    m_recorder.record(event_kind::audit,
                      {{u"what"_s, u"files of the agent that make programs run were changed"_s}, {u"on"_s, names}});
    m_recorder.record(
        event_kind::notice,
        {{u"severity"_s, u"warning"_s},
         {u"text"_s, u"While it ran, %1 changed. These make programs run when you start %2 yourself: look "
                     "at them first, unless you changed them."_s.arg(names, m_request.server.title)}});
}

agent::SessionRequest AgentJob::sessionRequest() const
{
    const auto& task = m_request.task;
    agent::SessionRequest request{.cwd = m_request.folder, .model = task.model, .resume = m_request.resumeSession};
    request.mode = task.mode;
    request.mcpServers = task.mcpServers;
    request.folders = task.extraFolders;
    QStringList instructions{m_request.type.prompt, task.instructions};
    instructions.removeAll(QString());
    request.instructions = instructions.join(u"\n\n"_s);
    if (m_request.server.name == u"builtin") { // it keeps these by itself, and says at its end what is left
        QJsonObject ours{{u"iterations"_s, task.limits.iterations}};
        if (task.limits.budgetUsd > 0)
            ours.insert(u"budget_usd"_s, task.limits.budgetUsd);
        if (task.limits.budgetTokens > 0)
            ours.insert(u"budget_tokens"_s, task.limits.budgetTokens);
        request.meta = {{u"switchyard"_s, ours}};
    }
    return request;
}

QString AgentJob::modelInUse(const agent::AcpSession::Started& started) const
{
    for (const auto& option : started.session[u"configOptions"].toArray()) {
        if (option[u"category"].toString() == u"model")
            return option[u"currentValue"].toString();
    }
    const auto current = started.session[u"models"][u"currentModelId"].toString();
    return current.isEmpty() ? m_request.task.model : current;
}

//! The goal, with the files that belong to it: images as such where the agent takes them, everything else as links.
Result<QJsonArray> AgentJob::firstPrompt(const agent::AcpSession::Started& started) const
{
    constexpr qint64 largestImage = 5 << 20, largestText = 256 << 10;
    const auto& task = m_request.task;
    auto words =
        started.resumed ? u"The work was interrupted. Go on where you were; the goal is: "_s + task.goal : task.goal;
    if (const auto told = sessionRequest().instructions; !told.isEmpty() && !m_session.tookInstructions())
        words = told + u"\n\n"_s + words;
    QJsonArray blocks{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, words}}};
    const auto takes = started.capabilities[u"promptCapabilities"];
    for (const auto& path : task.attachments) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return fail(ErrorCode::NotFound,
                        u"The attached file %1 cannot be read: %2."_s.arg(path, file.errorString()));
        const auto mime = QMimeDatabase().mimeTypeForFile(path);
        const auto type = mime.name();
        const auto address = QUrl::fromLocalFile(path).toString();
        if (takes[u"embeddedContext"].toBool() && mime.inherits(u"text/plain"_s) && file.size() <= largestText)
            blocks.append(QJsonObject{{u"type"_s, u"resource"_s},
                                      {u"resource"_s, QJsonObject{{u"uri"_s, address},
                                                                  {u"mimeType"_s, type},
                                                                  {u"text"_s, QString::fromUtf8(file.readAll())}}}});
        else if (takes[u"image"].toBool() && type.startsWith("image/"_L1) && file.size() <= largestImage)
            blocks.append(QJsonObject{{u"type"_s, u"image"_s},
                                      {u"mimeType"_s, type},
                                      {u"data"_s, QString::fromLatin1(file.readAll().toBase64())}});
        else
            blocks.append(QJsonObject{{u"type"_s, u"resource_link"_s},
                                      {u"name"_s, QFileInfo(path).fileName()},
                                      {u"mimeType"_s, type},
                                      {u"size"_s, file.size()},
                                      {u"uri"_s, address}});
    }
    return blocks;
}

QCoro::Task<Ending> AgentJob::converse()
{
    auto wanted = sessionRequest();
    if (m_request.enclosure->isOn())
        wanted.sandbox = [this](process::CommandLine line) {
            return m_request.enclosure->aroundAgent(std::move(line), m_request.server, reachesModel());
        };
    if (reachesModel()) {
        auto found = co_await agentSecrets(m_request.keys, m_request.server, QProcessEnvironment::systemEnvironment());
        if (!found)
            co_return Ending{TaskStatus::Failed, describe(found.error())};
        wanted.environment = std::move(*found);
    }
    m_actingFiles = co_await QtConcurrent::run(
        &ActingFiles::in, agent::AgentServer::resolved(m_request.server.actingFiles,
                                                       QProcessEnvironment::systemEnvironment(), QDir::homePath()));
    m_tracker.starting(m_request.server.title);
    Q_EMIT progressed();
    const auto started = co_await m_session.start(std::move(wanted));
    if (!started)
        co_return failedBy(started.error());
    const auto model = modelInUse(*started);
    m_translator.setSource(m_request.server.name, started->sessionId);
    m_meter.setSession(started->sessionId, model);
    m_recorder.record(event_kind::agentStarted, {{u"agent"_s, m_request.server.name},
                                                 {u"name"_s, started->agentName},
                                                 {u"version"_s, started->agentVersion},
                                                 {u"model"_s, model},
                                                 {u"session"_s, started->sessionId},
                                                 {u"resumed"_s, started->resumed},
                                                 {u"pid"_s, started->pid},
                                                 {u"sandbox"_s, m_request.enclosure->levelName()},
                                                 {u"network"_s, m_request.enclosure->networkName()}});
    auto blocks = firstPrompt(*started);
    if (!blocks)
        co_return Ending{TaskStatus::Failed, describe(blocks.error())};
    m_tracker.asked(m_request.server.title);
    Q_EMIT progressed();
    for (;;) {
        if (m_aborted)
            co_return Ending{TaskStatus::Cancelled, u"Cancelled."_s};
        m_lastWord = m_clock.monotonic();
        m_silence.start(longSilence / 2);
        const auto end = co_await m_session.prompt(*blocks);
        m_silence.stop();
        while (m_guiding > 0) // each ends by itself
            co_await qCoro(this, &AgentJob::guided);
        m_translator.closeRefusedCalls();
        if (!end)
            co_return failedBy(end.error());
        m_meter.turnEnded(end->usage);
        const bool over = m_aborted || m_overLimit || !m_meter.exhausted().isEmpty();
        if (end->stopReason != u"end_turn" || m_guidance.isEmpty() || over)
            co_return endingFor(*end);
        blocks =
            QJsonArray{QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, std::exchange(m_guidance, {}).join(u"\n\n"_s)}}};
    }
}

Ending AgentJob::failedBy(const Error& error)
{
    const auto limit = rateLimitIn(error.message, m_clock.now());
    const auto now = toMilliseconds(m_clock.now());
    if (limit || error.code == ErrorCode::Limit || m_limitedUntil > now)
        m_recorder.record(event_kind::agentLimited, {{u"agent"_s, m_request.server.name},
                                                     {u"until"_s, m_limitedUntil > now ? m_limitedUntil
                                                                  : limit              ? toMilliseconds(limit->until)
                                                                                       : 0},
                                                     {u"text"_s, redact(error.message.left(500))}});
    const auto last = m_lastErrorLine.simplified();
    const bool said = last.isEmpty() || error.message.contains(redact(last.left(150)));
    return {TaskStatus::Failed,
            redact(describe(error)) + (said ? QString() : u" Its last words: “%1”."_s.arg(last.left(300)))};
}

Ending AgentJob::endingFor(const agent::TurnEnd& end) const
{
    const auto& limits = m_request.task.limits;
    const auto own = end.meta[u"switchyard"];
    const auto why = own[u"reason"].toString();
    if (!m_meter.exhausted().isEmpty() && end.stopReason != u"end_turn")
        return {TaskStatus::Failed, m_meter.exhausted(), u"budget"_s};
    if (why == u"budget")
        return {TaskStatus::Failed,
                u"Its budget is used up. Its work so far is kept; retry it with a higher budget to go on."_s,
                u"budget"_s};
    if (m_overLimit || end.stopReason == u"max_turn_requests")
        return {TaskStatus::TimedOut,
                u"It met its limit of %1 steps; its work so far is kept."_s.arg(limits.iterations), u"steps"_s};
    if (why == u"stuck")
        return {TaskStatus::Failed, own[u"summary"].toString()};
    if (end.stopReason == u"end_turn")
        return {TaskStatus::Completed, {}};
    if (end.stopReason == u"max_tokens")
        return {TaskStatus::Failed, u"The model's output limit was met before the agent was done."_s};
    if (end.stopReason == u"refusal")
        return {TaskStatus::Failed, u"The model refused to go on."_s};
    if (end.stopReason == u"cancelled" && !m_refused.isEmpty() && !m_aborted)
        return {TaskStatus::Failed, u"The agent ended its turn after “%1” was refused."_s.arg(m_refused)};
    if (end.stopReason == u"cancelled")
        return {TaskStatus::Cancelled, u"Cancelled."_s};
    return {TaskStatus::Failed, u"The agent stopped with the reason “%1”."_s.arg(end.stopReason.left(80))};
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
    m_recorder.record(event_kind::guidanceGiven, {{u"text"_s, text}});
    guideNow(text);
    return {};
}

//! Into the running turn where the agent takes words there, else for the next one.
QCoro::Task<> AgentJob::guideNow(QString text)
{
    ++m_guiding;
    const auto taken = co_await m_session.guide(text);
    --m_guiding;
    if (!taken)
        m_guidance << text;
    Q_EMIT guided();
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

//! Many agents try again for minutes without a word when their model cannot be reached.
void AgentJob::tellSilence()
{
    const auto silent = m_clock.monotonic() - m_lastWord;
    const bool busy = m_translator.hasOpenCalls() || m_host.isBusy();
    if (silent < longSilence || busy || m_question || m_desk.isWaiting())
        return;
    m_tracker.silent(m_request.server.title, silent);
    Q_EMIT progressed();
}

void AgentJob::countStep(int step, int steps)
{
    const auto limit = m_request.task.limits.iterations;
    Q_EMIT stepped(step, steps > 0 ? steps : limit);
    // The built-in agent counts for itself; any other is ended here.
    if (steps == 0 && limit > 0 && step > limit && !m_overLimit) {
        m_overLimit = true;
        m_session.cancel();
    }
}

} // namespace switchyard::runner
