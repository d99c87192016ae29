#pragma once

#include "agent/agent_server.h"
#include "base/clock.h"
#include "process/command.h"
#include "rpc/peer.h"

#include <QJsonArray>
#include <QObject>

#include <functional>

namespace switchyard::agent {

struct PermissionRequest {
    QString toolCallId;
    QString title;
    QString kind;                //!< as the agent names it: never to be judged by
    QString command;             //!< full text of the command, if it is one; empty otherwise
    bool commandIsTitle = false; //!< no more than the title was there to be judged
    QString cwd;
    QStringList paths; //!< files it is about
    QJsonObject raw;
};
enum class PermissionAnswer { Allow, Reject, Cancelled };

struct TerminalRequest {
    QString command; //!< program, or a whole command line when there are no arguments
    QStringList arguments;
    QString cwd;
    QMap<QString, QString> environment;
    qint64 outputLimit = 1 << 20; //!< bytes kept for terminal/output, the newest
};
struct TerminalOutput {
    QByteArray bytes{};
    bool truncated = false;
    bool exited = false;
    int exitCode = -1; //!< when exited normally
    QString signal{};  //!< when ended by a signal
};

//! What an agent may ask of the one who runs it; the runner is one. All calls come on the session's thread.
class AgentHost
{
public:
    virtual ~AgentHost() = default;
    virtual QCoro::Task<PermissionAnswer> requestPermission(PermissionRequest request) = 0;
    virtual Result<QString> readTextFile(const QString& path, int line, int limit) = 0; //!< line from 1; 0: all
    virtual Result<> writeTextFile(const QString& path, const QString& text) = 0;
    virtual QCoro::Task<Result<QString>> createTerminal(TerminalRequest request) = 0; //!< id; Forbidden if refused
    virtual Result<TerminalOutput> terminalOutput(const QString& terminal) = 0;
    virtual QCoro::Task<Result<TerminalOutput>> waitForExit(QString terminal) = 0;
    virtual Result<> killTerminal(const QString& terminal) = 0;
    virtual Result<> releaseTerminal(const QString& terminal) = 0;
    //! The extension request _switchyard/ask_user {question, options[]}: the agent is stuck and asks; ends with the
    //! user's words, which go back as {answer}.
    virtual QCoro::Task<Result<QString>> askUser(QString question, QStringList options) = 0;
    //! The agent took back a question asked by requestPermission(); its answer is not waited for any more.
    virtual void permissionWithdrawn(const QString& toolCallId) { Q_UNUSED(toolCallId); }
};

struct SessionRequest {
    QString cwd{};                        //!< absolute
    QString model{};                      //!< empty: the agent's default
    QString resume{};                     //!< id of an earlier session to load; empty: a new one
    QMap<QString, QString> environment{}; //!< added to the server's; its secrets, looked up, come this way
    QJsonArray mcpServers{};              //!< as session/new has them
    //! Puts the agent's process into a sandbox whose /tmp is private; called once. Empty: it runs as it is.
    std::function<Result<process::CommandLine>(process::CommandLine)> sandbox{};
    QStringList folders{};      //!< further ones, absolute; told by problem() when the agent takes none
    QString mode{};             //!< in place of the server's; empty: that one
    QString instructions{};     //!< added to the agent's system prompt; see AcpSession::tookInstructions()
    bool terminalLogin = false; //!< ask for ways to log in on a terminal as well
    QJsonObject meta{};         //!< laid over the server's session _meta, entry by entry
};

//! How long is waited for what. Everything else has no limit or is bounded by the process's own end.
struct SessionLimits {
    milliseconds step = std::chrono::seconds(60);     //!< each request of start()
    milliseconds close = std::chrono::seconds(2);     //!< session/close, before the process is ended
    milliseconds cancel = std::chrono::seconds(10);   //!< a cancelled turn's end
    milliseconds stopGrace = std::chrono::seconds(5); //!< between end of input, SIGTERM and SIGKILL
};

struct TurnEnd {
    QString stopReason; //!< end_turn, max_tokens, max_turn_requests, refusal, cancelled
    QJsonObject usage;  //!< of this turn, if the agent tells it: inputTokens, outputTokens, cachedReadTokens…
    QJsonObject meta{}; //!< _meta of the answer
};

//! One way to log in that an agent offers.
struct AuthMethod {
    QString id, name, description;
    //! Set when the agent logs in on a terminal: the arguments to start it with, and variables.
    bool onTerminal = false;
    QStringList arguments;
    QMap<QString, QString> environment;
    static QList<AuthMethod> fromJson(const QJsonArray& authMethods);
};

//! A session with one agent process over ACP, protocol version 1 (https://agentclientprotocol.com), client side.
//! Everything the agent sends is bounded; what it sends wrong is told by problem() and never hangs a call.
//! Not thread-safe; never blocks. Must not be destroyed inside one of its signals or calls of its host: deleteLater().
class AcpSession : public QObject
{
    Q_OBJECT
public:
    AcpSession(AgentServer server, AgentHost& host, QObject* parent = nullptr);
    AcpSession(AgentServer server, AgentHost& host, SessionLimits limits, QObject* parent = nullptr);
    ~AcpSession() override; //!< kills what is left; open calls end with Unavailable

    struct Started {
        QString agentName, agentVersion, sessionId;
        bool resumed = false;
        QJsonObject capabilities; //!< agentCapabilities of initialize
        QJsonArray authMethods;
        QJsonObject session; //!< the whole answer to session/new, load or resume: modes, configOptions, models
        qint64 pid = 0;
        bool loginNeeded = false; //!< it refused a session until somebody logs in
        QJsonObject authStatus;   //!< what it tells by itself of being logged in (Claude Code): kind, label
    };
    //! Starts the process, initialize, session/new (or resume, load; when that fails a new one, told by problem()),
    //! mode, model. One ending; limit 60 s each step. Once per object. Unavailable with the way out (not installed,
    //! dies, not logged in, speaks no JSON); Invalid for an unknown model. After a failure the process is gone.
    QCoro::Task<Result<Started>> start(SessionRequest request);
    //! The same up to initialize: enough to log in or to list sessions. Takes the place of start().
    QCoro::Task<Result<Started>> connectOnly(SessionRequest request);
    //! What is known so far, also after a failed start.
    const Started& known() const;
    //! The agent has SessionRequest::instructions in its system prompt; otherwise they belong before the first words.
    bool tookInstructions() const;
    //! Logs in by one of the agent's methods; may wait for a person. Any time after initialize.
    QCoro::Task<Result<>> authenticate(QString methodId, milliseconds limit);
    //! Earlier sessions, {sessionId, cwd, title?, updatedAt?}, at most 1,000; of one folder unless `cwd` is empty.
    //! Unavailable where the agent keeps none.
    QCoro::Task<Result<QJsonArray>> listSessions(QString cwd);
    //! Changes a running session, between turns or in one. Invalid for what the agent does not offer.
    QCoro::Task<Result<>> setMode(QString mode);
    QCoro::Task<Result<>> setModel(QString model);
    QCoro::Task<Result<>> setOption(QString id, QJsonValue value);
    //! One turn; ends when the agent says so, or with an error when it dies. One at a time, else Conflict.
    QCoro::Task<Result<TurnEnd>> prompt(QString text);
    //! The same with content blocks as the protocol has them. Invalid for a kind that the agent does not take: text and
    //! resource_link always go, image, audio and resource (embedded) where it says so.
    QCoro::Task<Result<TurnEnd>> prompt(QJsonArray blocks);
    //! Asks the running turn to end; open permissions are answered "cancelled". The turn's end still comes by prompt():
    //! an agent that does not obey within 10 s gives it Timeout. Some commands outlive their turn; stop() ends them.
    void cancel();
    //! Words for the running turn. Unavailable where the agent takes none (only ours does), Conflict between turns.
    QCoro::Task<Result<>> guide(QString text);
    void setFrozen(bool frozen);
    //! Ends the agent's process tree: session/close where offered, end of input, TERM, KILL. ended() follows.
    void stop();
    bool isRunning() const;

Q_SIGNALS:
    //! Every session/update, unchanged: {"sessionUpdate": kind, …}; also between turns. What an agent repeats of an
    //! earlier session while it is loaded is left out.
    void update(const QJsonObject& update);
    void problem(const QString& text);            //!< malformed traffic and the like, for the log; bounded
    void errorLine(const QByteArray& line);       //!< the agent's standard error
    void ended(const QString& how, bool orderly); //!< once, after every start(); the process tree is gone

private:
    struct State;
    std::shared_ptr<State> m_state; // coroutines hold it too
};

} // namespace switchyard::agent
