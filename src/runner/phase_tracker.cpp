#include "runner/phase_tracker.h"

#include "base/log.h"

#include <QJsonObject>

#include <algorithm>

namespace switchyard::runner {

namespace {

constexpr qsizetype longestMessage = 160;

QString firstLine(const QString& text)
{
    return text.trimmed().section(u'\n', 0, 0).trimmed();
}

} // namespace

void PhaseTracker::say(const QString& message)
{
    auto line = redact(firstLine(message));
    if (line.size() > longestMessage)
        line = line.first(longestMessage - 1) + u'…';
    if (!line.isEmpty())
        m_state.message = line;
}

void PhaseTracker::enter(TaskPhase phase)
{
    m_state.phase = phase;
    int percent = m_rules.floors.value(phase, 0);
    const bool ending = phase == TaskPhase::Validating || phase == TaskPhase::Publishing;
    if (m_planDone >= 0)
        percent =
            std::max(ending ? percent : 0, m_rules.planFrom + int(m_planDone * (m_rules.planTo - m_rules.planFrom)));
    m_state.percent = std::max(m_state.percent, std::min(percent, m_rules.ceiling));
}

void PhaseTracker::planned(const QJsonArray& entries)
{
    int done = 0, current = 0;
    QString doing;
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const auto status = entries[i][u"status"].toString();
        done += status == u"completed";
        if (status == u"in_progress" && current == 0) {
            current = int(i) + 1;
            doing = entries[i][u"content"].toString();
        }
    }
    m_planDone = entries.isEmpty() ? -1 : double(done) / double(entries.size());
    enter(m_state.phase == TaskPhase::Init ? TaskPhase::Planning : m_state.phase);
    if (current > 0)
        say(u"Step %1 of %2: %3"_s.arg(current).arg(entries.size()).arg(doing));
    else if (!entries.isEmpty())
        say(u"%1 of %2 steps are done"_s.arg(done).arg(entries.size()));
}

void PhaseTracker::thought()
{
    if (m_state.phase == TaskPhase::Init)
        enter(TaskPhase::Planning);
    if (m_state.message.isEmpty())
        say(u"Thinking"_s);
}

void PhaseTracker::used(const QString& toolKind, const QString& title)
{
    const auto phase = m_rules.tools.value(toolKind, TaskPhase::Init);
    if (phase == TaskPhase::Coding)
        enter(m_broken ? TaskPhase::Fixing : TaskPhase::Coding);
    else if (phase == TaskPhase::Planning && m_state.phase == TaskPhase::Init)
        enter(TaskPhase::Planning); // looking around is planning only as long as nothing was done
    say(title);
}

void PhaseTracker::edited(const QString& path)
{
    enter(m_broken ? TaskPhase::Fixing : TaskPhase::Coding);
    if (!path.isEmpty())
        say(u"Changed %1"_s.arg(path));
}

void PhaseTracker::commandStarted(const QString& command)
{
    const auto* const rule = m_rules.ruleFor(command);
    if (rule && rule->phase)
        enter(m_broken && *rule->phase == TaskPhase::Coding ? TaskPhase::Fixing : *rule->phase);
    else if (m_state.phase == TaskPhase::Init)
        enter(TaskPhase::Planning);
    say((rule ? rule->says : u"Running"_s) + u": "_s + firstLine(command));
}

void PhaseTracker::commandFinished(const QString& command, bool ok)
{
    const auto* const rule = m_rules.ruleFor(command);
    if (rule && rule->kind == u"test")
        m_tests = ok ? Tests::Passed : Tests::Failed;
    if (!rule || !rule->afterFailure)
        return;
    m_broken = !ok;
    if (!ok)
        enter(*rule->afterFailure);
    say(ok ? rule->passed : rule->failed);
}

void PhaseTracker::tested(int passed, int failed)
{
    const int all = passed + failed;
    say(failed > 0 ? u"%1 of %2 tests failed"_s.arg(failed).arg(all)
        : all == 1 ? u"The test passed"_s
                   : u"All %1 tests passed"_s.arg(all));
}

void PhaseTracker::validating(const QString& message)
{
    enter(TaskPhase::Validating);
    say(message.isEmpty() ? u"Checking the result"_s : message);
}

void PhaseTracker::publishing(const QString& message)
{
    enter(TaskPhase::Publishing);
    say(message.isEmpty() ? u"Publishing the result"_s : message);
}

void PhaseTracker::starting(const QString& agent)
{
    say(u"Starting %1"_s.arg(agent));
}

void PhaseTracker::asked(const QString& agent)
{
    say(u"%1 has the goal and thinks about it"_s.arg(agent));
}

void PhaseTracker::silent(const QString& agent, milliseconds since)
{
    say(u"No word from %1 for %2"_s.arg(agent, formatDuration(since)));
}

bool PhaseTracker::isTestCommand(const QString& command)
{
    const auto* const rule = PhaseRules::builtIn().ruleFor(command);
    return rule && rule->kind == u"test";
}

bool PhaseTracker::isBuildCommand(const QString& command)
{
    const auto* const rule = PhaseRules::builtIn().ruleFor(command);
    return rule && rule->kind == u"build";
}

} // namespace switchyard::runner
