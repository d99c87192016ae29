#pragma once

#include "agent/race.h"
#include "agent/session.h"
#include "process/command.h"

#include <QTemporaryDir>
#include <QTimer>

#include <deque>
#include <list>

namespace switchyard::agent {

//! What a session is made of. Held by its session and by the coroutines that run for it, so that these may end after
//! it; once detach() was called nothing here reaches the session, its host or the process. session_start.cpp begins a
//! session, session_state.cpp runs its turns and its end, session_services.cpp serves the agent.
struct AcpSession::State : std::enable_shared_from_this<State> {
    State(AcpSession* owner, AgentServer server, AgentHost& host, SessionLimits limits);
    using Self = std::shared_ptr<State>;

    // Start.
    static QCoro::Task<Result<Started>> start(Self self, SessionRequest request);
    static QCoro::Task<Result<Started>> connectOnly(Self self, SessionRequest request);
    using Step = QCoro::Task<Result<>> (*)(Self);
    static QCoro::Task<Result<Started>> begin(Self self, SessionRequest request, QList<Step> steps);
    static QCoro::Task<Result<>> launch(Self self);
    static QCoro::Task<Result<>> initialize(Self self);
    static QCoro::Task<Result<>> openSession(Self self);
    static QCoro::Task<bool> resumeSession(Self self);
    static QCoro::Task<Result<>> chooseMode(Self self);
    static QCoro::Task<Result<>> chooseModel(Self self);
    static QCoro::Task<Result<>> authenticate(Self self, QString methodId, milliseconds limit);
    static QCoro::Task<Result<QJsonArray>> listSessions(Self self, QString cwd);
    static QCoro::Task<Result<>> setMode(Self self, QString mode);
    static QCoro::Task<Result<>> setModel(Self self, QString model);
    static QCoro::Task<Result<>> setOption(Self self, QString id, QJsonValue value);
    Result<> checkOpen() const;
    QString mode() const { return wanted.mode.isEmpty() ? server.mode : wanted.mode; }
    Result<process::CommandLine> commandLine();
    QJsonObject sessionParams() const;
    Error startError(const Error& error) const;

    // Turns.
    static QCoro::Task<Result<TurnEnd>> prompt(Self self, QJsonArray blocks);
    void cancel();
    static QCoro::Task<Result<>> guide(Self self, QString text);
    Result<> checkBlocks(const QJsonArray& blocks) const;

    // Serving the agent.
    void serve();
    rpc::Reply answerPermission(const QJsonObject& params);
    rpc::Reply createTerminal(const QJsonObject& params);
    rpc::Reply waitForExit(const QJsonObject& params);
    rpc::Reply askUser(const QJsonObject& params);
    Result<QJsonValue> readFile(const QJsonObject& params);
    Result<QJsonValue> writeFile(const QJsonObject& params);
    Result<QJsonValue> terminalOutput(const QJsonObject& params);
    static QCoro::Task<Result<QJsonValue>> askHost(Self self, PermissionRequest request, QJsonArray options);
    static rpc::Reply makeTerminal(Self self, TerminalRequest request);
    static rpc::Reply awaitExit(Self self, QString terminal);
    static rpc::Reply awaitWords(Self self, QString question, QStringList options);
    //! Answers with what `work` gives, or earlier with `whenWithdrawn`.
    rpc::Reply withdrawable(rpc::Reply work, Result<QJsonValue> whenWithdrawn, const QString& permission = {});
    static rpc::Reply firstOf(Self self, std::shared_ptr<Race<Result<QJsonValue>>> race);
    void withdraw(const QJsonValue& requestId);
    void cancelPermissions();
    Result<> checkSession(const QJsonObject& params) const;
    void receiveUpdate(const QJsonObject& params);
    void rememberToolCall(const QJsonObject& update);
    void modeChanged(const QString& now);

    // The end.
    void processStarted(qint64 pid);
    void processFinished(const process::Exit& exit);
    void connectionClosed(const Error& why);
    static QCoro::Task<> stop(Self self);
    void endProcess();
    void detach();
    QString describeEnd() const; //!< "killed by SIGKILL", with its last words
    void report(const QString& text);

    AcpSession* session; //!< null once it is gone
    AgentHost* host;
    const AgentServer server;
    const SessionLimits limits;
    SessionRequest wanted;
    Started started;
    std::unique_ptr<process::Child> child;
    std::unique_ptr<rpc::Peer> peer;
    std::unique_ptr<QTemporaryDir> tmp;
    QStringList litter; //!< folders that were not there before

    std::shared_ptr<Race<Result<>>> launched = std::make_shared<Race<Result<>>>();
    std::shared_ptr<Race<bool>> gone = std::make_shared<Race<bool>>(); //!< the process has ended
    process::Exit exit;
    std::shared_ptr<Race<Result<QJsonValue>>> turn; //!< the running one
    QTimer cancelTimer;

    struct OpenRequest {
        QJsonValue id;
        QString permission; //!< the tool call's id, if it asks for a permission
        std::shared_ptr<Race<Result<QJsonValue>>> race;
        Result<QJsonValue> whenWithdrawn;
    };
    std::list<OpenRequest> open;
    std::deque<QJsonObject> toolCalls; //!< the newest ones, as far as permissions need them

    std::deque<QByteArray> lastWords; //!< of standard error, or lines of its output that were no messages
    int problems = 0;
    bool used = false;
    bool replaying = false;
    bool cancelling = false;
    bool stopping = false; //!< by the owner or after a failed start
};

} // namespace switchyard::agent
