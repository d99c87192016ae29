#pragma once

#include "coder/session.h"
#include "coder/session_store.h"
#include "llm/models.h"

#include <map>

namespace switchyard::coder {

//! Makes this process unreadable to others of the same user and switches core dumps off: it holds keys. For main().
void protectProcess();

struct AgentOptions {
    QString model;            //!< empty: the default for the keys at hand; see llm::openModel
    llm::ModelOptions models; //!< environment, prices, retries
    SessionLimits limits;
    QString sessionsFolder; //!< where conversations are kept for session/load; empty: they are not
    QString version;
};

//! `swy agent`: an ACP agent (protocol version 1, agent side, https://agentclientprotocol.com) over any device, usable
//! from any ACP editor and from our runner. It reads the project and asks the model by itself; everything it does goes
//! through the client where that offers it. docs/builtin-agent.md names the extensions.
//! The device must be open and outlive it. Not thread-safe; never blocks.
class AgentProgram : public QObject
{
    Q_OBJECT
public:
    AgentProgram(QIODevice* stdio, AgentOptions options, QObject* parent = nullptr);
    ~AgentProgram() override;

Q_SIGNALS:
    //! Once: the client closed the line. Running turns were cancelled. The exit status: 0, or 1 after a broken line.
    void finished(int exitStatus);

private:
    using Turn = QCoro::Task<Result<QJsonValue>>;
    void serve();
    Result<QJsonValue> initialize(const QJsonObject& params);
    Result<QJsonValue> newSession(const QJsonObject& params);
    Result<QJsonValue> loadSession(const QJsonObject& params);
    Result<QJsonValue> resumeSession(const QJsonObject& params);
    Result<QJsonValue> listSessions(const QJsonObject& params);
    Result<QJsonValue> closeSession(const QJsonObject& params);
    Result<QJsonValue> deleteSession(const QJsonObject& params);
    Result<QJsonValue> setConfigOption(const QJsonObject& params);
    Result<QJsonValue> setLimits(const QJsonObject& params);
    Result<QJsonValue> guide(const QJsonObject& params);
    static Turn runTurn(std::shared_ptr<Session> session, llm::Message message);
    Turn prompt(const QJsonObject& params);
    Result<std::shared_ptr<Session>> find(const QJsonObject& params) const;
    //! A session that is not in the list yet. `model` empty: what the parameters or the options name.
    Result<std::shared_ptr<Session>> makeSession(const QString& id, const QJsonObject& params,
                                                 const QString& model = {});
    Result<std::shared_ptr<Session>> reopen(const QJsonObject& params);
    Result<> checkRoom() const;
    void add(const std::shared_ptr<Session>& session);
    QJsonArray configOptions(const Session& session) const;
    void end(const Error& why);

    const AgentOptions m_options;
    const SessionStore m_store;
    std::unique_ptr<rpc::Peer> m_peer;
    ClientOffer m_offer;
    std::map<QString, std::shared_ptr<Session>> m_sessions;
};

} // namespace switchyard::coder
