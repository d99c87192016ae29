#pragma once

#include "agent/session.h"
#include "base/clock.h"

namespace switchyard::agent {

//! What a look at an agent told: it was started in an empty folder, asked for a session and stopped again. No model is
//! called.
struct ProbeReport {
    QString name, title;
    bool installed = false; //!< its program was found
    bool works = false;     //!< a session could be opened
    QString problem, hint;  //!< why not, and the way out
    QString agentName, version;
    QString testedVersion;     //!< the one that passed the conformance run; empty: none
    QString login;             //!< "ready", "needed" or "unknown"
    QString account;           //!< what it says it is logged in with; empty: not told
    QStringList loginMethods;  //!< ids, for `swy agent login NAME --method ID`
    QStringList models, modes; //!< as the agent names them
    QString model, mode;       //!< in force
    QStringList abilities;     //!< "load", "resume", "list", "close", "images", "folders", "mcp http"…
    milliseconds startTime{0}; //!< from the start of the program to an open session
    qint64 memory = 0;         //!< resident, of its whole process tree, bytes
    int processes = 0;
    UtcTime at{}; //!< when

    //! It passed the conformance run, and in this version.
    bool isVerified() const { return !testedVersion.isEmpty() && version == testedVersion; }
    QJsonObject toJson() const;
    static Result<ProbeReport> fromJson(const QJsonObject& json);
    bool operator==(const ProbeReport&) const = default;
};

//! Takes as long as the agent's start, at most some minutes. `environment` adds its secrets, looked up. A program that
//! is missing or fails is no error but a report that says so.
QCoro::Task<ProbeReport> probeAgent(AgentServer server, QMap<QString, QString> environment = {});

} // namespace switchyard::agent
