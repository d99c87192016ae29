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

QCoro::Task<Result<AcpSession::Started>> AcpSession::connectOnly(SessionRequest request)
{
    return State::connectOnly(m_state, std::move(request));
}

const AcpSession::Started& AcpSession::known() const
{
    return m_state->started;
}

bool AcpSession::tookInstructions() const
{
    return !m_state->server.instructionsPath.isEmpty();
}

QCoro::Task<Result<>> AcpSession::authenticate(QString methodId, milliseconds limit)
{
    return State::authenticate(m_state, std::move(methodId), limit);
}

QCoro::Task<Result<QJsonArray>> AcpSession::listSessions(QString cwd)
{
    return State::listSessions(m_state, std::move(cwd));
}

QCoro::Task<Result<>> AcpSession::setMode(QString mode)
{
    return State::setMode(m_state, std::move(mode));
}

QCoro::Task<Result<>> AcpSession::setModel(QString model)
{
    return State::setModel(m_state, std::move(model));
}

QCoro::Task<Result<>> AcpSession::setOption(QString id, QJsonValue value)
{
    return State::setOption(m_state, std::move(id), std::move(value));
}

QCoro::Task<Result<>> AcpSession::guide(QString text)
{
    return State::guide(m_state, std::move(text));
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
