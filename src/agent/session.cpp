#include "agent/session.h"

#include "agent/session_state.h"

namespace switchyard::agent {

AcpSession::AcpSession(AgentServer server, AgentHost& host, QObject* parent)
    : AcpSession(std::move(server), host, SessionLimits{}, parent)
{
}

AcpSession::AcpSession(AgentServer server, AgentHost& host, SessionLimits limits, QObject* parent)
    : QObject(parent), m_state(std::make_shared<State>(this, std::move(server), host, limits))
{
}

AcpSession::~AcpSession()
{
    m_state->detach();
}

QCoro::Task<Result<AcpSession::Started>> AcpSession::start(SessionRequest request)
{
    return State::start(m_state, std::move(request));
}

QCoro::Task<Result<TurnEnd>> AcpSession::prompt(QString text)
{
    return State::prompt(m_state, {QJsonObject{{u"type"_s, u"text"_s}, {u"text"_s, text}}});
}

QCoro::Task<Result<TurnEnd>> AcpSession::prompt(QJsonArray blocks)
{
    return State::prompt(m_state, std::move(blocks));
}

void AcpSession::cancel()
{
    m_state->cancel();
}

void AcpSession::setFrozen(bool frozen)
{
    if (m_state->child)
        m_state->child->setFrozen(frozen);
}

void AcpSession::stop()
{
    if (!m_state->stopping && m_state->child)
        State::stop(m_state);
}

bool AcpSession::isRunning() const
{
    return m_state->child && m_state->child->isRunning();
}

} // namespace switchyard::agent
