#pragma once

#include "llm/prices.h"
#include "model/task_spec.h"
#include "runner/recorder.h"

namespace switchyard::runner {

//! Counts what an attempt uses, whichever way its agent tells it, and keeps its budget. Agents tell tokens in their
//! usage updates (ours, exactly), a running cost (Claude Code, opencode), or tokens at the end of each turn (Codex,
//! Gemini); where no cost is told it is worked out from the tokens, if prices.json knows the model.
class UsageMeter : public QObject
{
    Q_OBJECT
public:
    struct Agent {
        QString name;
        QString provider;         //!< as prices.json names it; may be empty
        bool keepsBudget = false; //!< was told the budget, warns and stops by itself
    };
    UsageMeter(Recorder& recorder, const TaskLimits& limits, Agent agent, llm::PriceTable prices,
               QObject* parent = nullptr);

    void setSession(const QString& session, const QString& model);
    void update(const QJsonObject& usageUpdate);  //!< ACP usage_update
    void turnEnded(const QJsonObject& turnUsage); //!< usage of PromptResponse; empty: not told
    //! Why the attempt must end now; empty while the budget lasts.
    const QString& exhausted() const { return m_exhausted; }

Q_SIGNALS:
    void budgetExhausted(const QString& why); //!< once

private:
    void record();
    void checkBudget();
    std::optional<double> cost() const;

    Recorder& m_recorder;
    const TaskLimits m_limits;
    const Agent m_agent;
    const llm::PriceTable m_prices;
    QString m_session, m_model;
    llm::Usage m_tokens;
    std::optional<double> m_toldCost;
    QJsonObject m_context; //!< context_used, context_size
    QJsonObject m_recorded;
    bool m_exact = false; //!< the agent tells tokens in its updates: those of its turns are the same once more
    bool m_warned = false;
    QString m_exhausted;
};

} // namespace switchyard::runner
