#include "coder/session.h"

#include "base/json.h"
#include "coder/context.h"
#include "coder/instructions.h"

#include <QCoro/QCoroFuture>
#include <QCryptographicHash>
#include <QRegularExpression>

namespace switchyard::coder {

using llm::Message;

namespace {

constexpr int repeatsToTell = 2; //!< the same failure so often: the model is told
constexpr int repeatsToStop = 6;
constexpr int mostCutAnswers = 3;
constexpr double budgetWarning = 0.8;
constexpr double contextLimit = 0.75;  //!< of the model's window; beyond it old results are shortened
constexpr double contextTarget = 0.45; //!< a deep cut now and then keeps the provider's cache useful in between

QJsonObject textBlock(const QString& text)
{
    return {{u"type"_s, u"text"_s}, {u"text"_s, text}};
}

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

QCoro::Task<Result<TurnEnd>> Session::prompt(std::shared_ptr<Session> self, QString text)
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
    self->m_messages.append(Message::user(text));
    Q_EMIT self->stepped();
    if (self->m_limits.budget && !self->m_provider->model().prices)
        self->m_client.warn(
            u"The price of %1 is not known, so the budget in money cannot be kept. A budget in tokens can, "
            "and prices.json may name the price."_s.arg(self->m_provider->model().name));
    auto end = co_await self->run();
    self->m_toolbox.endCommands();
    self->m_running = false;
    Q_EMIT self->stepped();
    co_return end;
}

QCoro::Task<Result<TurnEnd>> Session::run()
{
    for (;;) {
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
            if (const auto end = afterAnswer(*answer))
                co_return *end;
            continue;
        }
        m_cutAnswers = 0;
        co_await act(answer->message.calls);
        Q_EMIT stepped();
        reportUsage();
        if (m_cancellation.isRequested())
            co_return TurnEnd{u"cancelled"_s, u"cancelled"_s, {}, m_toolbox.plan().open()};
        if (m_toolbox.endsTurn())
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
    connect(&completion, &llm::Completion::restarted, this, [this, stream](const QString& why) {
        m_messageId = newUuid();
        stream(u"agent_thought_chunk"_s, why);
        m_messageId = newUuid();
    });
    connect(&m_cancellation, &Cancellation::requested, &completion, &llm::Completion::cancel);
}

QCoro::Task<> Session::act(QList<llm::ToolCall> calls)
{
    QList<llm::ToolResult> results;
    for (const auto& call : calls) {
        if (m_cancellation.isRequested() || m_toolbox.endsTurn()) { // every call needs its result, whatever happens
            results.append({call.id, call.name, u"This was not done: the turn had ended."_s, false, {}});
            continue;
        }
        auto result = co_await m_toolbox.run(call);
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
    m_worstRepeat = std::max(m_worstRepeat, count);
    if (count >= repeatsToTell)
        result.text +=
            u"\n[This is the same failure for the %1. time. Doing it again will not help: change the approach, look "
            "at the cause from another side, or ask the user.]"_s.arg(count);
}

void Session::account(const llm::Answer& answer)
{
    ++m_answers;
    m_usage += answer.usage;
    const auto cost = m_provider->model().cost(answer.usage);
    if (m_cost && cost)
        *m_cost += *cost;
    else
        m_cost.reset();
    const auto prompt = answer.usage.context() - answer.usage.output;
    m_contextTokens = answer.usage.context();
    qint64 characters = m_system.size();
    for (const auto& message : m_messages)
        characters += message.weight();
    if (prompt > 1000)
        m_charactersPerToken = std::clamp(double(characters) / double(prompt), 1.0, 6.0);
    reportUsage();
    warnOfBudget();
}

double Session::budgetUsed() const
{
    double used = 0;
    if (m_limits.budget && m_cost && m_limits.budget->picoDollars > 0)
        used = double(m_cost->picoDollars) / double(m_limits.budget->picoDollars);
    if (m_limits.budgetTokens > 0)
        used = std::max(used, double(m_usage.context()) / double(m_limits.budgetTokens));
    return used;
}

void Session::warnOfBudget()
{
    if (m_warned || budgetUsed() < budgetWarning)
        return;
    m_warned = true;
    m_client.warn(u"%1 % of the budget is used."_s.arg(int(budgetUsed() * 100)));
}

void Session::trim()
{
    const auto& model = m_provider->model();
    const auto room = double(model.contextTokens - std::min<qint64>(model.maxOutputTokens, model.contextTokens / 4));
    const auto characters = room * m_charactersPerToken - double(m_system.size());
    fitContext(m_messages, qint64(characters * contextLimit), qint64(characters * contextTarget));
}

TurnEnd Session::stopped(const QString& stopReason, const QString& reason, const QString& why)
{
    const auto& plan = m_toolbox.plan();
    auto text = why;
    if (const auto done = plan.done(); !done.isEmpty())
        text += u"\n\nDone so far:\n%1"_s.arg(listOf(done));
    auto left = plan.open();
    if (m_toolbox.facts().testsFailed)
        left.prepend(u"The newest test run failed."_s);
    text += left.isEmpty() ? u"\n\nNo step of the plan is open."_s : u"\n\nLeft to do:\n%1"_s.arg(listOf(left));
    say(text);
    return {stopReason, reason, why, left};
}

TurnEnd Session::finished()
{
    const auto& facts = m_toolbox.facts();
    if (!facts.question.isEmpty()) {
        say(facts.question);
        return {u"end_turn"_s, u"question"_s, facts.question, m_toolbox.plan().open()};
    }
    // The closing words are the model's own message; its summary serves where it said nothing.
    const auto words = std::ranges::find_if(m_messages.crbegin(), m_messages.crend(), [](const auto& message) {
        return message.role == Message::Role::Assistant;
    });
    if (words == m_messages.crend() || words->text.trimmed().isEmpty())
        say(facts.summary.isEmpty() ? u"I have nothing more to do."_s : facts.summary);
    return {u"end_turn"_s, u"finished"_s, facts.summary, facts.left.isEmpty() ? m_toolbox.plan().open() : facts.left};
}

void Session::say(const QString& text)
{
    m_client.update(u"agent_message_chunk"_s, {{u"content"_s, textBlock(text)}, {u"messageId"_s, newUuid()}});
}

QString Session::phase() const
{
    const auto& facts = m_toolbox.facts();
    if (facts.testsFailed)
        return u"fixing"_s;
    if (facts.testing)
        return u"testing"_s;
    return facts.wroteFiles ? u"coding"_s : u"planning"_s;
}

void Session::reportUsage()
{
    const auto& model = m_provider->model();
    QJsonObject usage{{u"input"_s, m_usage.input},
                      {u"output"_s, m_usage.output},
                      {u"cached"_s, m_usage.cacheRead},
                      {u"cache_written"_s, m_usage.cacheWrite},
                      {u"model"_s, model.name}};
    QJsonObject fields{{u"used"_s, m_contextTokens}, {u"size"_s, model.contextTokens}};
    if (m_cost) {
        usage.insert(u"cost"_s, m_cost->dollars());
        fields.insert(u"cost"_s, QJsonObject{{u"amount"_s, m_cost->dollars()}, {u"currency"_s, u"USD"_s}});
    }
    fields.insert(u"_meta"_s, QJsonObject{{u"switchyard"_s, QJsonObject{{u"step"_s, m_step},
                                                                        {u"steps"_s, m_limits.iterations},
                                                                        {u"phase"_s, phase()},
                                                                        {u"usage"_s, usage}}}});
    m_client.update(u"usage_update"_s, fields);
}

QJsonObject Session::toJson() const
{
    QJsonArray messages;
    for (const auto& message : m_messages)
        messages.append(message.toJson());
    // The title is the first line of what the person asked for.
    const auto title = m_messages.isEmpty() ? QString() : m_messages.first().text.section(u'\n', 0, 0).left(80);
    QJsonObject json{{u"v"_s, 1},
                     {u"cwd"_s, m_workspace.root()},
                     {u"title"_s, title},
                     {u"model"_s, m_provider->model().name},
                     {u"answers"_s, m_answers},
                     {u"context_tokens"_s, m_contextTokens},
                     {u"input"_s, m_usage.input},
                     {u"output"_s, m_usage.output},
                     {u"cache_read"_s, m_usage.cacheRead},
                     {u"cache_write"_s, m_usage.cacheWrite},
                     {u"plan"_s, m_toolbox.plan().entries()},
                     {u"messages"_s, messages}};
    if (m_cost)
        json.insert(u"cost_picodollars"_s, m_cost->picoDollars);
    return json;
}

Result<> Session::restore(const QJsonObject& json)
{
    JsonReader reader(json, u"session"_s);
    if (reader.integer("v"_L1) != 1)
        reader.reject("v"_L1, u"it was written by a newer version"_s);
    const auto answers = int(reader.integer("answers"_L1));
    const auto contextTokens = reader.integer("context_tokens"_L1);
    const llm::Usage usage{reader.integer("input"_L1), reader.integer("output"_L1), reader.integer("cache_read"_L1),
                           reader.integer("cache_write"_L1)};
    std::optional<llm::Money> cost;
    if (reader.has("cost_picodollars"_L1))
        cost = llm::Money{reader.integer("cost_picodollars"_L1)};
    const auto plan = reader.array("plan"_L1);
    QList<Message> messages;
    for (const auto& value : reader.array("messages"_L1)) {
        SY_TRY_ASSIGN(const auto message, Message::fromJson(value.toObject()));
        messages.append(message);
    }
    SY_TRY(reader.finish());
    if (!plan.isEmpty())
        SY_TRY(m_toolbox.plan().replace(plan));
    m_messages = messages;
    m_answers = answers;
    m_contextTokens = contextTokens;
    m_usage = usage;
    m_cost = cost;
    if (json[u"model"].toString() != m_provider->model().name)
        forgetThoughts();
    return {};
}

void Session::replay()
{
    QHash<QString, llm::ToolCall> open;
    for (const auto& message : m_messages) {
        const auto chunk = [&](const QString& kind, const QString& text) {
            if (!text.isEmpty())
                m_client.update(kind, {{u"content"_s, textBlock(text)}, {u"messageId"_s, newUuid()}});
        };
        for (const auto& thought : message.thinking)
            chunk(u"agent_thought_chunk"_s, thought.text);
        chunk(message.role == Message::Role::User ? u"user_message_chunk"_s : u"agent_message_chunk"_s, message.text);
        for (const auto& call : message.calls)
            open.insert(call.id, call);
        for (const auto& result : message.results)
            m_toolbox.replay(open.take(result.callId), result);
    }
    if (!m_toolbox.plan().isEmpty())
        m_client.update(u"plan"_s, {{u"entries"_s, m_toolbox.plan().entries()}});
}

} // namespace switchyard::coder
