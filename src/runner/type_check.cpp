#include "runner/type_check.h"

namespace switchyard::runner {

TypeCheck checkWork(const agent::AgentType& type, const WorkSeen& seen)
{
    using agent::AgentType;
    using Tests = PhaseTracker::Tests;
    const auto who = type.title.toLower();
    if (type.changes == AgentType::Changes::Required && seen.filesChanged == 0)
        return {u"It changed nothing, and a %1 is there to change something."_s.arg(who), {}};
    if (type.changes == AgentType::Changes::Forbidden && seen.filesChanged.value_or(0) > 0)
        return {
            u"It changed files (%1), and a %2 changes none. They are on its branch."_s.arg(*seen.filesChanged).arg(who),
            {}};
    if (type.validation == AgentType::Run::Off)
        return {};
    if (seen.tests == Tests::Failed) {
        if (type.validation == AgentType::Run::Required)
            return {u"The newest test run failed, and a %1 must leave the tests passing. Its work is kept."_s.arg(who),
                    {}};
        return {{}, u"The newest test run failed."_s};
    }
    if (seen.tests == Tests::None && seen.filesChanged.value_or(1) > 0)
        return {{}, u"No tests were run: either the project has none, or the agent left them out."_s};
    return {};
}

} // namespace switchyard::runner
