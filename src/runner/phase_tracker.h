#pragma once

#include "model/lifecycle.h"

#include <QJsonArray>

namespace switchyard::runner {

//! Reads out of what an agent does which phase it is in and how far it has come. The same for every agent: nothing is
//! taken from its own words about itself. Percent never goes back and reaches 100 only at the end.
class PhaseTracker
{
public:
    struct State {
        TaskPhase phase = TaskPhase::Init;
        int percent = 0;
        bool operator==(const State&) const = default;
    };

    const State& state() const { return m_state; }
    void planned(const QJsonArray& entries); //!< ACP plan entries: content, status
    void thought();
    void edited();
    void commandStarted(const QString& command);
    void commandFinished(const QString& command, bool ok);
    void validating();

    //! True for what runs a project's tests, in any of the common tools.
    static bool isTestCommand(const QString& command);
    //! True for what builds or installs.
    static bool isBuildCommand(const QString& command);

private:
    void enter(TaskPhase phase);

    State m_state;
    bool m_testsFailed = false;
    double m_planDone = -1; //!< share of the plan that is done; negative: no plan
};

} // namespace switchyard::runner
