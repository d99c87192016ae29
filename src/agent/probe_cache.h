#pragma once

#include "agent/agent_probe.h"

namespace switchyard::agent {

//! The newest report of each agent, kept as small files, so that the window and the command line show what an agent can
//! without starting it. A report counts only for the settings it was made with.
class ProbeCache
{
public:
    explicit ProbeCache(QString folder) : m_folder(std::move(folder)) {}

    //! Nothing if there is none, or the agent's settings have changed since.
    std::optional<ProbeReport> find(const AgentServer& server) const;
    Result<> keep(const AgentServer& server, const ProbeReport& report) const;
    void forget(const QString& name) const;

private:
    QString file(const QString& name) const { return m_folder + u'/' + name + u".json"_s; }
    const QString m_folder;
};

} // namespace switchyard::agent
