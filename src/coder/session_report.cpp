// What a session tells of itself: usage and cost, how far it is, why it stopped and what is left.
#include "base/ids.h"
#include "coder/session.h"

#include <algorithm>

namespace switchyard::coder {

using llm::Message;

namespace {

constexpr double budgetWarning = 0.8;

QString listOf(const QStringList& items)
{
    return u"- "_s + items.join(u"\n- "_s);
}

} // namespace

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
    if (m_cost)
        usage.insert(u"cost"_s, m_cost->dollars());
    if (m_cost && m_earlierCost) { // the protocol's is of the whole session
        auto all = *m_earlierCost;
        all += *m_cost;
        fields.insert(u"cost"_s, QJsonObject{{u"amount"_s, all.dollars()}, {u"currency"_s, u"USD"_s}});
    }
    fields.insert(u"_meta"_s, QJsonObject{{u"switchyard"_s, QJsonObject{{u"step"_s, m_step},
                                                                        {u"steps"_s, m_limits.iterations},
                                                                        {u"phase"_s, phase()},
                                                                        {u"usage"_s, usage}}}});
    m_client.update(u"usage_update"_s, fields);
}

} // namespace switchyard::coder
