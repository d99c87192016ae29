#include "runner/usage_meter.h"

#include <algorithm>

namespace switchyard::runner {

namespace {

constexpr double warningShare = 0.8;

QString dollars(double amount)
{
    return u"$%1"_s.arg(amount, 0, 'f', amount < 0.1 ? 4 : 2);
}

} // namespace

UsageMeter::UsageMeter(Recorder& recorder, const TaskLimits& limits, Agent agent, llm::PriceTable prices,
                       QObject* parent)
    : QObject(parent), m_recorder(recorder), m_limits(limits), m_agent(std::move(agent)), m_prices(std::move(prices))
{
}

void UsageMeter::setSession(const QString& session, const QString& model)
{
    m_session = session;
    m_model = model;
}

void UsageMeter::update(const QJsonObject& update)
{
    const QJsonValue own = update[u"_meta"][u"switchyard"][u"usage"];
    if (own.isObject()) { // ours: everything, exactly, of this attempt
        m_exact = true;
        m_tokens = {own[u"input"].toInteger(), own[u"output"].toInteger(), own[u"cached"].toInteger(),
                    own[u"cache_written"].toInteger()};
        m_toldCost = own[u"cost"].isDouble() ? std::optional(own[u"cost"].toDouble()) : std::nullopt;
        m_model = own[u"model"].toString(m_model);
    } else if (const auto told = update[u"cost"]; told[u"amount"].isDouble()) {
        // Only dollars count: there is no rate for anything else here.
        if (told[u"currency"].toString(u"USD"_s).compare(u"USD"_s, Qt::CaseInsensitive) == 0)
            m_toldCost = told[u"amount"].toDouble();
    }
    if (update.contains(u"used"))
        m_context = {{u"context_used"_s, update[u"used"]}, {u"context_size"_s, update[u"size"]}};
    record();
}

void UsageMeter::turnEnded(const QJsonObject& usage)
{
    if (m_exact || usage.isEmpty())
        return;
    llm::Usage turn{usage[u"inputTokens"].toInteger(), usage[u"outputTokens"].toInteger(),
                    usage[u"cachedReadTokens"].toInteger(), usage[u"cachedWriteTokens"].toInteger()};
    // Some count what came from the cache among the input as well: their total says so.
    const auto total = usage[u"totalTokens"].toInteger(-1);
    if (total == turn.input + turn.output && turn.cacheRead <= turn.input)
        turn.input -= turn.cacheRead;
    m_tokens += turn;
    record();
}

std::optional<double> UsageMeter::cost() const
{
    if (m_toldCost || m_exact)
        return m_toldCost;
    if (m_agent.provider.isEmpty() || m_model.isEmpty() || m_tokens == llm::Usage{})
        return {};
    const auto money = m_prices.find(m_agent.provider + u':' + m_model).cost(m_tokens);
    return money ? std::optional(money->dollars()) : std::nullopt;
}

void UsageMeter::record()
{
    QJsonObject data{{u"agent"_s, m_agent.name},
                     {u"session"_s, m_session},
                     {u"model"_s, m_model},
                     {u"input"_s, m_tokens.input},
                     {u"output"_s, m_tokens.output},
                     {u"cached"_s, m_tokens.cacheRead},
                     {u"cache_written"_s, m_tokens.cacheWrite}};
    if (const auto dollarsUsed = cost()) {
        data.insert(u"cost"_s, *dollarsUsed);
        if (!m_toldCost)
            data.insert(u"estimated"_s, true);
    }
    for (auto it = m_context.begin(); it != m_context.end(); ++it)
        data.insert(it.key(), it.value());
    if (data == m_recorded)
        return;
    m_recorded = data;
    m_recorder.record(event_kind::agentUsage, data);
    checkBudget();
}

void UsageMeter::checkBudget()
{
    double share = 0;
    QString used;
    const auto consider = [&](double part, const QString& words) {
        if (part > share) {
            share = part;
            used = words;
        }
    };
    if (const auto spent = cost(); spent && m_limits.budgetUsd > 0)
        consider(*spent / m_limits.budgetUsd, u"%1 of %2"_s.arg(dollars(*spent), dollars(m_limits.budgetUsd)));
    if (m_limits.budgetTokens > 0)
        consider(double(m_tokens.context()) / double(m_limits.budgetTokens),
                 u"%1 of %2 tokens"_s.arg(m_tokens.context()).arg(m_limits.budgetTokens));
    if (share >= warningShare && !m_agent.keepsBudget && !std::exchange(m_warned, true))
        m_recorder.record(event_kind::notice,
                          {{u"severity"_s, u"warning"_s},
                           {u"about"_s, u"budget"_s},
                           {u"share"_s, share},
                           {u"text"_s, u"%1 % of the task's budget is used: %2."_s.arg(int(share * 100)).arg(used)}});
    if (share >= 1 && m_exhausted.isEmpty()) {
        m_exhausted =
            u"Its budget is used up: %1. Its work so far is kept; retry it with a higher budget to go on."_s.arg(used);
        if (!m_agent.keepsBudget)
            Q_EMIT budgetExhausted(m_exhausted);
    }
}

} // namespace switchyard::runner
