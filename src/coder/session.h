#pragma once

#include "coder/toolbox.h"
#include "llm/provider.h"

namespace switchyard::coder {

struct SessionLimits {
    int iterations = 50;              //!< calls of the model per turn
    std::optional<llm::Money> budget; //!< since the session was opened here; needs a model with known prices
    qint64 budgetTokens = 0;          //!< since then, input and output; 0: none
    bool operator==(const SessionLimits&) const = default;
};

//! Why a turn ended. `stopReason` is ACP's; `reason` is ours: finished, question, iterations, budget, stuck, cancelled,
//! refusal, length.
struct TurnEnd {
    QString stopReason;
    QString reason;
    QString summary;
    QStringList left;
};

//! One conversation: asks the model, lets it use the tools, and goes on until the task is done or a limit is met.
//! Not thread-safe; never blocks. Held by shared_ptr: a running turn keeps it alive.
class Session : public QObject
{
    Q_OBJECT
public:
    Session(QString id, rpc::Peer* peer, ClientOffer offer, Workspace workspace,
            std::shared_ptr<llm::Provider> provider, SessionLimits limits);
    ~Session() override;

    const QString& id() const { return m_id; }
    const Workspace& workspace() const { return m_workspace; }
    const llm::ModelInfo& model() const { return m_provider->model(); }
    bool isRunning() const { return m_running; }
    //! Takes effect with the next call of the model.
    void setProvider(std::shared_ptr<llm::Provider> provider);
    const SessionLimits& limits() const { return m_limits; }
    void setLimits(const SessionLimits& limits) { m_limits = limits; }
    //! Servers of tools that the client named: they are not used, which the first turn says.
    void ignoreServers(const QJsonArray& mcpServers);
    //! Added to what the model is told before everything else. Before the first prompt.
    void setInstructions(const QString& text);

    //! One turn. Conflict if one runs already; the provider's error if the model cannot be reached. What was done until
    //! then stays done, and the session can be prompted again.
    static QCoro::Task<Result<TurnEnd>> prompt(std::shared_ptr<Session> self, llm::Message message);
    //! Everything that is needed to go on in another process, and back. A turn that was cut off is gone from its last
    //! whole step on. Errors name what is damaged; the session is then as it was.
    QJsonObject toJson() const;
    Result<> restore(const QJsonObject& json);
    void replay(); //!< tells the client the whole conversation

    void cancel() { m_cancellation.request(); } //!< the turn ends at once, with "cancelled"
    //! Words of the person for the running turn: the model has them with its next step. Conflict between turns.
    Result<> guide(const QString& text);

Q_SIGNALS:
    void stepped(); //!< the conversation is whole and has grown: the time to keep it

private:
    QCoro::Task<Result<TurnEnd>> run();
    QCoro::Task<Result<llm::Answer>> ask();
    QCoro::Task<> act(QList<llm::ToolCall> calls, llm::Usage usage);
    QCoro::Task<> askForHelp();
    bool takeGuidance();
    void connectStream(llm::Completion& completion);
    std::optional<TurnEnd> afterAnswer(const llm::Answer& answer); //!< when no tool was asked for
    std::optional<TurnEnd> limitMet();
    void noteRepeats(const llm::ToolCall& call, llm::ToolResult& result);
    void account(const llm::Answer& answer);
    void warnOfBudget();
    double budgetUsed() const; //!< 1 is all of it; the larger share of money and tokens
    void trim();
    void forgetThoughts();
    TurnEnd stopped(const QString& stopReason, const QString& reason, const QString& why);
    TurnEnd finished();
    void say(const QString& text);
    void reportUsage();
    QString phase() const;

    const QString m_id;
    const Workspace m_workspace;
    QString m_system;
    Cancellation m_cancellation;
    Client m_client;
    Toolbox m_toolbox;
    std::shared_ptr<llm::Provider> m_provider;
    SessionLimits m_limits;

    QList<llm::Message> m_messages;
    llm::Usage m_usage;                              //!< since the session was opened here
    std::optional<llm::Money> m_cost = llm::Money{}; //!< of that; nothing once a price was unknown
    llm::Usage m_earlierUsage;                       //!< before that, in other processes
    std::optional<llm::Money> m_earlierCost = llm::Money{};
    QStringList m_ignoredServers;
    QStringList m_guidance;     //!< not yet told to the model
    qint64 m_contextTokens = 0; //!< of the newest call
    double m_charactersPerToken = 4;
    int m_answers = 0;   //!< of the model, in the whole session
    QString m_messageId; //!< of what is being streamed

    bool m_running = false;
    int m_step = 0; //!< of this turn
    bool m_nudged = false;
    bool m_warned = false;
    int m_cutAnswers = 0;           //!< one after the other
    QHash<QString, int> m_failures; //!< how often each call failed with the same words
    int m_worstRepeat = 0;
    QString m_worstCall; //!< in words
};

} // namespace switchyard::coder
