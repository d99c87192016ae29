#include "app/commands/follower.h"

#include <QCoro/QCoroSignal>

namespace switchyard::app {

Follower::Follower(CommandContext context, std::shared_ptr<client::EngineClient> client, TaskId task,
                   CodeSource codeFor)
    : m_context(std::move(context)), m_client(std::move(client)), m_id(std::move(task)), m_codeFor(std::move(codeFor))
{
}

QCoro::Task<Result<Task>> Follower::run()
{
    SY_CO_TRY(co_await m_client->getTask(m_id));
    connect(m_client.get(), &client::EngineClient::eventReceived, this, &Follower::take);
    m_client->keepConnected();
    SY_CO_TRY(co_await m_client->subscribe(0, m_id));
    if (!m_task.hasEnded() && !m_problem)
        co_await qCoro(this, &Follower::ended);
    disconnect(m_client.get(), nullptr, this, nullptr);
    if (m_problem)
        co_return fail(*m_problem);
    SY_CO_TRY_ASSIGN(auto task, co_await m_client->getTask(m_id));
    co_return task;
}

void Follower::take(const Event& event)
{
    if (event.task != m_id)
        return;
    m_events << event;
    const bool before = m_task.hasEnded();
    if (event.kind == event_kind::taskDeleted)
        m_problem = Error{ErrorCode::NotFound, u"The task was deleted."_s, {}};
    if (const auto applied = applyEvent(m_task, event); !applied)
        m_context.err << "swy: " << applied.error().message << Qt::endl;
    print(event);
    const bool finishedNow = m_task.hasEnded() && !before;
    if (finishedNow || m_problem)
        // Queued: what came with the same answer is shown first.
        QMetaObject::invokeMethod(this, &Follower::ended, Qt::QueuedConnection);
}

void Follower::line(const QString& mark, const QString& text)
{
    if (std::exchange(m_inText, false))
        m_context.out << Qt::endl;
    m_context.out << mark << ' ' << printable(text) << Qt::endl;
}

void Follower::printText(const QString& text)
{
    if (!std::exchange(m_inText, true))
        m_context.out << Qt::endl;
    m_context.out << printable(text) << Qt::flush;
}

void Follower::printOutput(const QByteArray& bytes)
{
    m_partialOutput += bytes;
    for (auto end = m_partialOutput.indexOf('\n'); end >= 0; end = m_partialOutput.indexOf('\n')) {
        const auto text = QString::fromUtf8(m_partialOutput.first(end));
        m_partialOutput.remove(0, end + 1);
        const bool marker = text.startsWith(u"▶ ") || text.startsWith(u"■ ");
        line(marker ? QString() : u"  │"_s, marker ? u" "_s + text : text);
    }
}

void Follower::print(const Event& event)
{
    const auto& data = event.data;
    const auto& kind = event.kind;
    if (m_log)
        m_log->drain(kind == event_kind::commandFinished ? data[u"log_to"].toInteger(-1) : -1);
    if (kind == event_kind::taskStatus) {
        const auto to = data[u"to"].toString();
        if (to == u"running" && event.attempt > 0 && !m_log) {
            m_log = std::make_unique<LogTail>(m_context.paths.outputLog(m_id, event.attempt), 0);
            connect(m_log.get(), &LogTail::bytes, this, &Follower::printOutput);
        }
        line(statusMark(m_task.status), to + (m_task.reason.isEmpty() ? QString() : u": "_s + m_task.reason));
        if (isFinished(m_task.status))
            m_log.reset();
    } else if (kind == event_kind::taskPhase && data[u"phase"] != m_phase) {
        m_phase = data[u"phase"].toString();
        line(u"──"_s, m_phase);
    } else if (kind == event_kind::agentMessage) {
        printText(data[u"text"].toString());
    } else if (kind == event_kind::agentPlan) {
        for (const auto& entry : data[u"entries"].toArray()) {
            const auto step = entry.toObject();
            const auto state = step[u"status"].toString();
            line(state == u"completed"     ? u"  [x]"_s
                 : state == u"in_progress" ? u"  [>]"_s
                                           : u"  [ ]"_s,
                 step[u"content"].toString());
        }
    } else if (kind == event_kind::fileChanged) {
        line(u"✎"_s,
             u"%1  +%2 −%3"_s.arg(data[u"path"].toString()).arg(data[u"added"].toInt()).arg(data[u"removed"].toInt()));
    } else if (kind == event_kind::testResult) {
        line(data[u"ok"].toBool() ? u"✓"_s : u"✗"_s,
             u"tests: %1 passed, %2 failed"_s.arg(data[u"passed"].toInt()).arg(data[u"failed"].toInt()));
    } else if (kind == event_kind::confirmationRequested) {
        if (const auto confirmation = Confirmation::fromJson(data); confirmation)
            answer(*confirmation);
    } else if (kind == event_kind::confirmationAnswered) {
        line(u"⚠"_s, data[u"allowed"].toBool() ? u"allowed by %1"_s.arg(data[u"door"].toString())
                                               : u"refused. "_s + data[u"why"].toString());
    } else if (kind == event_kind::questionAsked) {
        line(u"?"_s, data[u"text"].toString());
    } else if (kind == event_kind::notice) {
        line(u"!"_s, data[u"text"].toString());
    } else if (kind == event_kind::gitBranch) {
        line(u"⎇"_s, u"%1 from %2"_s.arg(data[u"branch"].toString(), data[u"base_branch"].toString()));
    } else if (kind == event_kind::gitMerged) {
        line(u"⎇"_s, u"merged into %1"_s.arg(data[u"into"].toString()));
    }
}

QCoro::Task<> Follower::answer(Confirmation confirmation)
{
    // A replayed request may have been answered long ago: the event for that is right behind it.
    const QPointer<Follower> self(this);
    const auto open = co_await m_client->getTask(m_id);
    if (!self || !open ||
        std::ranges::find(open->waitingFor, confirmation.id, &Confirmation::id) == open->waitingFor.end())
        co_return;
    line(u"⚠"_s, u"This command waits for your code:"_s);
    line(QString(), u"     "_s + confirmation.command);
    line(QString(), u"     It %1."_s.arg(confirmation.reasons.join(u", "_s)));
    for (const auto& impact : confirmation.impact)
        line(QString(), u"     "_s + impact);
    if (!m_codeFor) {
        line(QString(), u"     Answer with `swy confirm %1` or in the window; no answer within %2 refuses it."_s.arg(
                            m_id.toString(), formatDuration(confirmation.deadline - confirmation.requested)));
        co_return;
    }
    for (;;) {
        const auto code = co_await m_codeFor(confirmation);
        if (!self)
            co_return;
        const auto answered =
            co_await m_client->answerConfirmation(confirmation.id, code.has_value(), code.value_or(Secret()));
        if (!self || answered || answered.error().code != ErrorCode::Forbidden) {
            if (self && !answered)
                line(u"!"_s, describe(answered.error()));
            co_return;
        }
        line(u"✗"_s, describe(answered.error()));
    }
}

} // namespace switchyard::app
