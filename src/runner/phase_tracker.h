#pragma once

#include "base/clock.h"
#include "runner/phase_rules.h"

#include <QJsonArray>

namespace switchyard::runner {

//! Reads out of what an agent does which phase it is in and how far it has come, by rules that are the same for every
//! agent: nothing is taken from its own words about itself but its plan. Percent never goes back and reaches 100 only
//! at the end, which is not told here.
class PhaseTracker
{
public:
    struct State {
        TaskPhase phase = TaskPhase::Init;
        int percent = 0;
        QString message; //!< what it is doing, in words, one line, secrets blotted out
        bool operator==(const State&) const = default;
    };

    explicit PhaseTracker(const PhaseRules& rules = PhaseRules::builtIn()) : m_rules(rules) {}

    const State& state() const { return m_state; }
    enum class Tests { None, Passed, Failed };
    Tests tests() const { return m_tests; }  //!< the newest run of the project's tests, as its exit status tells it
    void planned(const QJsonArray& entries); //!< ACP plan entries: content, status
    void thought();
    void used(const QString& toolKind, const QString& title); //!< a tool was called
    void edited(const QString& path = {});
    void commandStarted(const QString& command);
    void commandFinished(const QString& command, bool ok);
    void tested(int passed, int failed); //!< numbers of the test run that has just ended
    void validating(const QString& message = {});
    void publishing(const QString& message = {});
    void starting(const QString& agent);                   //!< its program, which may take seconds
    void asked(const QString& agent);                      //!< it has the goal and has not said anything yet
    void silent(const QString& agent, milliseconds since); //!< it has told nothing for so long; the phase stays

    //! True for what runs a project's tests, in any of the common tools.
    static bool isTestCommand(const QString& command);
    //! True for what builds.
    static bool isBuildCommand(const QString& command);

private:
    void enter(TaskPhase phase);
    void say(const QString& message);

    const PhaseRules& m_rules;
    State m_state;
    Tests m_tests = Tests::None;
    bool m_broken = false;  //!< tests, checks or the build failed, and nothing has passed since
    double m_planDone = -1; //!< share of the plan that is done; negative: no plan
};

} // namespace switchyard::runner
