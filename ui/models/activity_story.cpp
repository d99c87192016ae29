// How each kind of event becomes rows of the activity stream; activity_work.cpp has those of tools and commands.

#include "ui/models/activity_model.h"

#include "base/json.h"
#include "ui/tasks/task_face.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

using Kind = ActivityItem::Kind;
using State = ActivityItem::State;

constexpr int longestHeading = 60; // characters of a reason that stand beside how the task ended, not below it

//! What changes the header, the details or the list, and is no news of the work.
bool isShownElsewhere(const QString& kind)
{
    const QLatin1StringView kinds[] = {event_kind::taskCreated, event_kind::taskProgress, event_kind::taskPriority,
                                       event_kind::taskDeleted, event_kind::taskArchived, event_kind::taskLimits,
                                       event_kind::taskAfter,   event_kind::taskSandbox,  event_kind::meters};
    return std::ranges::any_of(kinds, [&](QLatin1StringView known) { return kind == known; });
}

} // namespace

int ActivityModel::takeRow(QHash<QString, int>& rows, const QString& id)
{
    return rows.contains(id) ? rows.take(id) : -1;
}

QString ActivityModel::oneLine(const QString& text)
{
    return text.section(u'\n', 0, 0).simplified();
}

void ActivityModel::applyOne(const Event& event)
{
    const auto& kind = event.kind;
    applyCheck(event);
    if (kind.startsWith("agent."_L1))
        applyAgent(event);
    else if (kind.startsWith("tool."_L1))
        applyTool(event);
    else if (kind.startsWith("command."_L1) || kind == event_kind::testResult)
        applyCommand(event);
    else if (kind == event_kind::fileChanged)
        applyFile(event);
    else if (kind.startsWith("confirmation."_L1))
        applyConfirmation(event);
    else if (kind.startsWith("git."_L1))
        applyGit(event);
    else if (kind != event_kind::audit)
        applyTask(event);
}

void ActivityModel::applyText(const Event& event, Kind kind)
{
    const auto text = event.data[u"text"].toString();
    if (text.isEmpty())
        return;
    const auto message = event.data[u"message_id"].toString();
    if (const int last = lastRow();
        last >= 0 && peek(last).kind == kind && peek(last).attempt == event.attempt && peek(last).toolKind == message) {
        if (peek(last).body.size() < maxBody)
            change(last).body += text;
        return;
    }
    add({.kind = kind, .body = text.left(maxBody), .toolKind = message, .time = event.time, .attempt = event.attempt});
}

void ActivityModel::applyAgent(const Event& event)
{
    const auto& data = event.data;
    if (event.kind == event_kind::agentMessage) {
        applyText(event, Kind::Message);
    } else if (event.kind == event_kind::agentThought) {
        applyText(event, Kind::Thought);
    } else if (event.kind == event_kind::agentPlan) {
        QList<PlanEntry> plan;
        QString body;
        for (const auto& value : data[u"entries"].toArray()) {
            const auto entry = value.toObject();
            plan << PlanEntry{entry[u"content"].toString(), entry[u"status"].toString()};
            const auto& status = plan.last().status;
            body += (status == u"completed"     ? u"✓ "_s
                     : status == u"in_progress" ? u"▸ "_s
                                                : u"·  "_s) +
                    plan.last().text + u'\n';
        }
        if (plan.isEmpty())
            return;
        m_plan = plan;
        m_planTouched = true;
        if (m_planRow < 0)
            m_planRow = add({.kind = Kind::Plan, .time = event.time, .attempt = event.attempt});
        auto& row = change(m_planRow);
        row.title = tr("Plan: %n step(s)", nullptr, int(plan.size()));
        row.detail = tr("%1 of %2 done").arg(stepsDone()).arg(plan.size());
        row.body = body.trimmed();
    } else if (event.kind == event_kind::agentStarted) {
        const auto name = data[u"name"].toString();
        add({.kind = Kind::Notice,
             .title = tr("%1 has started").arg(name.isEmpty() ? tr("The agent") : name),
             .toolKind = u"agent"_s,
             .time = event.time,
             .attempt = event.attempt});
    }
}

void ActivityModel::applyCheck(const Event& event)
{
    const auto& data = event.data;
    CheckResult check;
    if (event.kind == event_kind::testResult) {
        const int failed = data[u"failed"].toInt();
        check = {u"tests"_s, data[u"ok"].toBool(failed == 0),
                 failed > 0 ? tr("tests: %1 failed, %2 passed").arg(failed).arg(data[u"passed"].toInt())
                            : tr("tests: %1 passed").arg(data[u"passed"].toInt())};
    } else if (event.kind == "validation.result"_L1) {
        const auto step = data[u"step"].toString();
        check = {u"step "_s + step, data[u"ok"].toBool(), step};
    } else if (event.kind == "build.status"_L1) {
        check = {u"build"_s, data[u"ok"].toBool(), tr("build")};
    } else {
        if (event.kind == event_kind::taskStatus && event.attempt > m_attempt &&
            event.data[u"to"].toString() == u"running")
            m_checks.clear(); // of an earlier attempt
        return;
    }
    const auto known = std::ranges::find(m_checks, check.name, &CheckResult::name);
    if (known == m_checks.end())
        m_checks << check;
    else
        *known = check;
}

void ActivityModel::applyTask(const Event& event)
{
    const auto& data = event.data;
    const auto& kind = event.kind;
    if (kind == event_kind::taskPhase) {
        const auto phase = phaseFromName(data[u"phase"].toString());
        if (phase && *phase != TaskPhase::Complete && *phase != TaskPhase::Error)
            add({.kind = Kind::Phase, .title = TaskText::phase(*phase), .time = event.time, .attempt = event.attempt});
    } else if (kind == event_kind::taskStatus) {
        const auto to = statusFromName(data[u"to"].toString());
        if (!to)
            return;
        if (*to == TaskStatus::Running && event.attempt > m_attempt) {
            m_attempt = event.attempt;
            m_planRow = -1;
            if (event.attempt > 1)
                add({.kind = Kind::Attempt,
                     .title = tr("Attempt %1").arg(event.attempt),
                     .time = event.time,
                     .attempt = event.attempt});
        } else if (isFinished(*to)) {
            Task ended;
            ended.status = *to;
            const auto reason = data[u"reason"].toString().trimmed();
            const bool isLong = reason.size() > longestHeading || reason.contains(u'\n');
            add({.kind = Kind::Ended,
                 .state = *to == TaskStatus::Completed   ? State::Ok
                          : *to == TaskStatus::Cancelled ? State::Denied
                                                         : State::Failed,
                 .title = TaskText::face(ended).word,
                 .detail = isLong ? QString() : reason,
                 .body = isLong ? reason.left(maxBody) : QString(),
                 .time = event.time,
                 .attempt = event.attempt,
                 .unfolded = isLong});
        }
    } else if (kind == event_kind::notice) {
        const auto text = data[u"text"].toString(), hint = data[u"hint"].toString();
        add({.kind = Kind::Notice,
             .state = data[u"severity"].toString() == u"error" ? State::Failed : State::None,
             .title = oneLine(text),
             .body = hint.isEmpty() ? text : text + u'\n' + hint,
             .toolKind = data[u"severity"].toString(u"info"_s),
             .time = event.time,
             .attempt = event.attempt});
    } else if (kind == event_kind::questionAsked) {
        m_confirmations.insert(data[u"id"].toString(), add({.kind = Kind::Question,
                                                            .state = State::Waiting,
                                                            .title = data[u"text"].toString(),
                                                            .detail = tr("waits for your answer"),
                                                            .time = event.time,
                                                            .attempt = event.attempt}));
    } else if (kind == event_kind::questionAnswered) {
        if (const int row = takeRow(m_confirmations, data[u"id"].toString()); row >= 0) {
            change(row).state = State::Ok;
            change(row).detail = tr("answered");
        }
        add({.kind = Kind::Guidance, .body = data[u"text"].toString(), .time = event.time, .attempt = event.attempt});
    } else if (kind == event_kind::guidanceGiven) {
        add({.kind = Kind::Guidance, .body = data[u"text"].toString(), .time = event.time, .attempt = event.attempt});
    } else if (kind == event_kind::recoveryPoint || kind == event_kind::recoveryRestored) {
        const bool kept = kind == event_kind::recoveryPoint;
        add({.kind = Kind::Notice,
             .title = kept ? tr("The folder was kept as it was before: %1").arg(oneLine(data[u"command"].toString()))
                           : tr("The folder was put back to point %1").arg(data[u"number"].toInteger()),
             .toolKind = u"info"_s,
             .time = event.time,
             .attempt = event.attempt});
    } else if (!isShownElsewhere(kind)) {
        // From a newer engine: kept and shown as it is.
        add({.kind = Kind::Notice,
             .title = kind,
             .body = QString::fromUtf8(compactJson(data)),
             .toolKind = u"raw"_s,
             .time = event.time,
             .attempt = event.attempt});
    }
}

void ActivityModel::applyGit(const Event& event)
{
    const auto& data = event.data;
    ActivityItem item{.kind = Kind::Git, .time = event.time, .attempt = event.attempt};
    if (event.kind == event_kind::gitBranch) {
        item.title = tr("Branch %1 from %2").arg(data[u"branch"].toString(), data[u"base_branch"].toString());
        item.toolKind = u"branch"_s;
    } else if (event.kind == event_kind::gitCommit) {
        item.title = tr("Commit: %1").arg(oneLine(data[u"message"].toString()));
        item.detail = data[u"commit"].toString().left(7);
        item.toolKind = u"commit"_s;
    } else if (event.kind == event_kind::gitMerged) {
        item.title = tr("Merged into %1").arg(data[u"into"].toString());
        item.detail = data[u"commit"].toString().left(7);
        item.toolKind = u"merge"_s;
        item.state = State::Ok;
    } else if (event.kind == event_kind::gitDiscarded) {
        item.title = tr("Discarded %1").arg(data[u"branch"].toString());
        item.toolKind = u"discard"_s;
    } else {
        return; // git.changes: shown on the tab
    }
    add(std::move(item));
}

} // namespace switchyard::ui
