#include "runner/phase_tracker.h"

#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace switchyard::runner {

void PhaseTracker::enter(TaskPhase phase)
{
    m_state.phase = phase;
    static constexpr int floorOf[] = {2, 6, 15, 40, 45, 90, 94, 98, 0}; // by TaskPhase
    int percent = floorOf[size_t(phase)];
    if (m_planDone >= 0)
        percent = std::max(phase == TaskPhase::Validating ? percent : 0, 5 + int(m_planDone * 85));
    m_state.percent = std::max(m_state.percent, std::min(percent, 98));
}

void PhaseTracker::planned(const QJsonArray& entries)
{
    const auto done = std::ranges::count_if(
        entries, [](const QJsonValue& entry) { return entry.toObject()[u"status"].toString() == u"completed"; });
    m_planDone = entries.isEmpty() ? -1 : double(done) / double(entries.size());
    enter(m_state.phase == TaskPhase::Init ? TaskPhase::Planning : m_state.phase);
}

void PhaseTracker::thought()
{
    if (m_state.phase == TaskPhase::Init)
        enter(TaskPhase::Planning);
}

void PhaseTracker::edited()
{
    enter(m_testsFailed ? TaskPhase::Fixing : TaskPhase::Coding);
}

void PhaseTracker::commandStarted(const QString& command)
{
    if (isTestCommand(command))
        enter(TaskPhase::Testing);
    else if (m_state.phase == TaskPhase::Init)
        enter(TaskPhase::Planning);
}

void PhaseTracker::commandFinished(const QString& command, bool ok)
{
    if (!isTestCommand(command))
        return;
    m_testsFailed = !ok;
    if (!ok)
        enter(TaskPhase::Fixing);
}

void PhaseTracker::validating()
{
    enter(TaskPhase::Validating);
}

bool PhaseTracker::isTestCommand(const QString& command)
{
    static const QRegularExpression pattern(
        u"\\b(pytest|unittest|nosetests|tox|nox|ctest|rspec|phpunit|vitest|jest|mocha|ava|playwright test|karma"
        "|(npm|pnpm|yarn|bun|deno)( run)? test\\b[\\w:]*|(cargo|go|swift|dotnet|mix|gradlew?|mvnw?|sbt|rake|zig "
        "build|dub|stack|cabal)( -[\\w-]+)* (test|check|nextest)"
        "|make (check|test\\w*)|meson test|bazel test|ninja (check|test))\\b"_s);
    return pattern.match(command).hasMatch();
}

bool PhaseTracker::isBuildCommand(const QString& command)
{
    static const QRegularExpression pattern(
        u"\\b(make|ninja|cmake --build|meson compile|cargo build|go build|(npm|pnpm|yarn|bun) run build|tsc|mvn package|gradle build|dotnet build)\\b"_s);
    return !isTestCommand(command) && pattern.match(command).hasMatch();
}

} // namespace switchyard::runner
