#include "coder/session.h"

#include "base/json.h"
#include "coder/context.h"
#include "coder/instructions.h"

#include <QCoro/QCoroFuture>
#include <QCryptographicHash>
#include <QDateTime>
#include <QRegularExpression>

namespace switchyard::coder {

using llm::Message;

namespace {

constexpr int repeatsToTell = 2; //!< the same failure so often: the model is told
constexpr int repeatsToStop = 6;
constexpr int mostCutAnswers = 3;
constexpr double contextLimit = 0.75;  //!< of the model's window; beyond it old results are shortened
constexpr double contextTarget = 0.45; //!< a deep cut now and then keeps the provider's cache useful in between

QString listOf(const QStringList& items)
{
    return u"- "_s + items.join(u"\n- "_s);
}

} // namespace

Session::Session(QString id, rpc::Peer* peer, ClientOffer offer, Workspace workspace,
                 std::shared_ptr<llm::Provider> provider, SessionLimits limits)
    : m_id(std::move(id)),
      m_workspace(std::move(workspace)),
      m_system(systemPrompt(m_workspace)),
      m_client(peer, m_id, offer, m_cancellation),
      m_toolbox(m_client, m_workspace, m_cancellation),
      m_provider(std::move(provider)),
      m_limits(limits)
{
}

Session::~Session()
{
    m_toolbox.endCommands();
}

void Session::setInstructions(const QString& text)
{
    if (!text.trimmed().isEmpty())
        m_system += u"\n\nInstructions for this task:\n\n"_s + text;
}

void Session::ignoreServers(const QJsonArray& mcpServers)
{
    for (const auto& server : mcpServers)
        m_ignoredServers << server[u"name"].toString(u"?"_s).left(80);
}

Result<> Session::guide(const QString& text)
{
    if (!m_running)
        return fail(ErrorCode::Conflict, u"No turn is running in this session."_s, u"Send it as a prompt."_s);
    if (text.trimmed().isEmpty())
        return fail(ErrorCode::Invalid, u"text: it is empty."_s);
    constexpr qsizetype most = 100;
    if (m_guidance.size() >= most)
        return fail(ErrorCode::Limit, u"%1 messages wait for the model already."_s.arg(most));
    m_guidance << text;
    return {};
}

//! Puts what the person said meanwhile into the conversation; true if there was something.
bool Session::takeGuidance()
{
    if (m_guidance.isEmpty())
        return false;
    m_messages.append(Message::user(std::exchange(m_guidance, {}).join(u"\n\n"_s)));
    m_nudged = false;
    return true;
}

void Session::setProvider(std::shared_ptr<llm::Provider> provider)
{
    m_provider = std::move(provider);
    forgetThoughts();
}

void Session::forgetThoughts() // they can be read back only by the model that had them
{
    for (auto& message : m_messages)
        message.thinking.clear();
}

QCoro::Task<Result<TurnEnd>> Session::prompt(std::shared_ptr<Session> self, llm::Message message)
{
    if (self->m_running)
        co_return fail(ErrorCode::Conflict, u"A turn is running in this session already."_s,
                       u"Wait for its end, or cancel it."_s);
    self->m_running = true;
    self->m_cancellation.reset();
    self->m_toolbox.beginTurn();
    self->m_step = 0;
    self->m_nudged = false;
    self->m_warned = false;
    self->m_cutAnswers = 0;
    self->m_failures.clear();
    self->m_worstRepeat = 0;
    self->m_messages.append(std::move(message));
    Q_EMIT self->stepped();
    if (self->m_limits.budget && !self->m_provider->model().prices)
        self->m_client.warn(
            u"The price of %1 is not known, so the budget in money cannot be kept. A budget in tokens can, "
            "and prices.json may name the price."_s.arg(self->m_provider->model().name));
    if (const auto names = std::exchange(self->m_ignoredServers, {}); !names.isEmpty())
        self->m_client.warn(u"The built-in agent uses no MCP servers; without: %1."_s.arg(names.join(u", "_s)));
    auto end = co_await self->run();
    self->m_toolbox.endCommands();
    self->m_running = false;
    self->m_guidance.clear(); // of a turn that was cut off
    Q_EMIT self->stepped();
    co_return end;
}

QCoro::Task<Result<TurnEnd>> Session::run()
{
    for (;;) {
        if (m_worstRepeat >= repeatsToStop && m_step < m_limits.iterations && budgetUsed() < 1) {
            co_await askForHelp();
            if (m_cancellation.isRequested())
                co_return TurnEnd{u"cancelled"_s, u"cancelled"_s, {}, m_toolbox.plan().open()};
        }
        if (const auto end = limitMet())
            co_return *end;
        ++m_step;
        reportUsage();
        trim();
        const auto answer = co_await ask();
        if (m_cancellation.isRequested())
            co_return TurnEnd{u"cancelled"_s, u"cancelled"_s, {}, m_toolbox.plan().open()};
        if (!answer)
            co_return fail(answer.error());
        account(*answer);
        if (!answer->message.text.isEmpty() || !answer->message.calls.isEmpty())
            m_messages.append(answer->message);
        if (answer->message.calls.isEmpty()) {
            if (takeGuidance())
                continue;
            if (const auto end = afterAnswer(*answer))
                co_return *end;
            continue;
        }
        m_cutAnswers = 0;
        co_await act(answer->message.calls, answer->usage);
        Q_EMIT stepped();
        reportUsage();
        if (m_cancellation.isRequested())
            co_return TurnEnd{u"cancelled"_s, u"cancelled"_s, {}, m_toolbox.plan().open()};
        if (takeGuidance())
            m_toolbox.goOn();
        else if (m_toolbox.endsTurn())
            co_return finished();
    }
}

QCoro::Task<Result<llm::Answer>> Session::ask()
{
    llm::Request request;
    request.system = m_system;
    request.messages = m_messages;
    request.tools = Toolbox::specs();
    request.turn = m_answers;
    const auto completion = m_provider->complete(request);
    connectStream(*completion);
    m_messageId = newUuid();
    completion->start();
    co_return co_await completion->result();
}

void Session::connectStream(llm::Completion& completion)
{
    const auto stream = [this](const QString& kind, const QString& piece) {
        m_client.update(kind, {{u"content"_s, textBlock(piece)}, {u"messageId"_s, m_messageId}});
    };
    connect(&completion, &llm::Completion::text, this,
            [stream](const QString& piece) { stream(u"agent_message_chunk"_s, piece); });
    connect(&completion, &llm::Completion::thought, this,
            [stream](const QString& piece) { stream(u"agent_thought_chunk"_s, piece); });
    connect(&completion, &llm::Completion::waiting, this, [this](const QString& why) { m_client.warn(why); });
    connect(&completion, &llm::Completion::limited, this,
            [this](milliseconds wait) { m_client.tellLimit(QDateTime::currentMSecsSinceEpoch() + wait.count()); });
    connect(&completion, &llm::Completion::restarted, this, [this, stream](const QString& why) {
        m_messageId = newUuid();
        stream(u"agent_thought_chunk"_s, why);
        m_messageId = newUuid();
    });
    connect(&m_cancellation, &Cancellation::requested, &completion, &llm::Completion::cancel);
}

QCoro::Task<> Session::act(QList<llm::ToolCall> calls, llm::Usage usage)
{
    QList<llm::ToolResult> results;
    const auto share = calls.isEmpty() ? 0 : usage.output / calls.size(); // what it took to ask for each
    for (const auto& call : calls) {
        if (m_cancellation.isRequested() || m_toolbox.endsTurn()) { // every call needs its result, whatever happens
            results.append({call.id, call.name, u"This was not done: the turn had ended."_s, false, {}});
            continue;
        }
        auto result = co_await m_toolbox.run(call, share);
        noteRepeats(call, result);
        results.append(result);
    }
    m_messages.append(Message::tools(results));
}

std::optional<TurnEnd> Session::afterAnswer(const llm::Answer& answer)
{
    if (answer.stop == llm::StopReason::Refusal)
        return stopped(u"refusal"_s, u"refusal"_s, u"The model refused to go on with this."_s);
    if (answer.stop == llm::StopReason::MaxTokens) {
        if (++m_cutAnswers >= mostCutAnswers)
            return stopped(u"max_tokens"_s, u"length"_s,
                           u"The model's answers were too long, %1 times in a row."_s.arg(m_cutAnswers));
        m_messages.append(Message::user(u"[Your answer was cut at the output limit. Go on, in smaller steps.]"_s));
        return {};
    }
    const auto open = m_toolbox.plan().open();
    const bool failing = m_toolbox.facts().testsFailed;
    if (m_nudged || (open.isEmpty() && !failing))
        return finished();
    m_nudged = true;
    m_messages.append(Message::user(
        u"[%1%2 Go on if you can. If you cannot, or if it is done, bring the plan up to date, say what is left and call finish.]"_s
            .arg(failing ? u"The newest test run failed. "_s : QString(),
                 open.isEmpty() ? QString() : u"These steps of your plan are open:\n%1\n"_s.arg(listOf(open)))));
    return {};
}

//! Stuck: the person may know what the model does not. Where nobody can be asked, the turn ends.
QCoro::Task<> Session::askForHelp()
{
    const auto stop = u"Stop here"_s;
    const auto answer = co_await m_client.askUser(
        u"I am stuck: “%1” failed in the same way %2 times. How shall I go on?"_s.arg(m_worstCall).arg(m_worstRepeat),
        {u"Try another way"_s, stop});
    if (!answer || answer->trimmed().isEmpty() || *answer == stop)
        co_return;
    m_messages.append(Message::user(u"You were stuck and asked how to go on. The user answered: "_s + *answer));
    m_failures.clear();
    m_worstRepeat = 0;
}

std::optional<TurnEnd> Session::limitMet()
{
    if (m_worstRepeat >= repeatsToStop)
        return stopped(
            u"end_turn"_s, u"stuck"_s,
            u"The same step failed in the same way %1 times, so I stopped instead of going round in circles."_s.arg(
                m_worstRepeat));
    if (m_step >= m_limits.iterations)
        return stopped(u"max_turn_requests"_s, u"iterations"_s,
                       u"I stopped after %1 steps, the limit for one turn."_s.arg(m_step));
    if (budgetUsed() >= 1)
        return stopped(u"max_turn_requests"_s, u"budget"_s, u"I stopped because the budget is used up."_s);
    return {};
}

void Session::noteRepeats(const llm::ToolCall& call, llm::ToolResult& result)
{
    if (result.ok)
        return;
    static const QRegularExpression numbers(u"\\d+"_s); // times, line numbers and ids differ from run to run
    auto words = result.text;
    const auto key = call.name + QString::fromUtf8(compactJson(call.input)) + words.replace(numbers, u"#"_s);
    const auto count =
        ++m_failures[QString::fromLatin1(QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex())];
    if (count > m_worstRepeat) {
        m_worstRepeat = count;
        const auto what = call.input[call.input.contains(u"command") ? u"command" : u"path"].toString();
        m_worstCall = what.isEmpty() ? call.name : what.left(200);
    }
    if (count >= repeatsToTell)
        result.text +=
            u"\n[This is the same failure for the %1. time. Doing it again will not help: change the approach, look "
            "at the cause from another side, or ask the user.]"_s.arg(count);
}

void Session::trim()
{
    const auto& model = m_provider->model();
    const auto room = double(model.contextTokens - std::min<qint64>(model.maxOutputTokens, model.contextTokens / 4));
    const auto characters = room * m_charactersPerToken - double(m_system.size());
    fitContext(m_messages, qint64(characters * contextLimit), qint64(characters * contextTarget));
}

} // namespace switchyard::coder
