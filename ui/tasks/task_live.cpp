// What the task's events do to the page: they are read once, then followed; what has gone quiet is looked at.

#include "ui/log/log_view.h"
#include "ui/tasks/attempts_view.h"
#include "ui/tasks/task_page.h"

#include <QJsonObject>
#include <QTabWidget>

namespace switchyard::ui {

namespace {
constexpr auto quietTime = std::chrono::seconds(15);     // without an event, before the process itself is looked at…
constexpr auto evidencePause = std::chrono::seconds(10); // … this often
} // namespace

void TaskPage::load(qint64 after)
{
    m_loading = true;
    QCoro::connect(m_client.events(m_id, after), this,
                   [this, request = m_request](const Result<client::EventPage>& page) {
                       if (request != m_request)
                           return; // another task is shown by now
                       if (!page) {
                           m_loading = false;
                           return; // the banner says why; the next connection loads again
                       }
                       auto events = page->events;
                       events.removeIf([this](const Event& event) { return event.position <= m_position; });
                       if (!events.isEmpty()) {
                           apply(events);
                           m_position = events.last().position;
                       }
                       if (page->more && !page->events.isEmpty()) {
                           load(page->events.last().position);
                           return;
                       }
                       m_loading = false;
                       flush();
                   });
}

void TaskPage::apply(const QList<Event>& events)
{
    m_activity.apply(events);
    bool measured = false, tried = false;
    const auto known = m_attempts.attempts().size();
    for (const auto& event : events) {
        measured = m_meters.apply(event) || measured;
        tried = m_attempts.apply(event) || tried;
    }
    if (measured)
        Q_EMIT metersChanged();
    if (!tried)
        return;
    if (m_attempts.attempts().size() > known && !m_loading && m_wantedAttempt > 0) { // a new one is what matters now
        m_wantedAttempt = 0;
        m_tabs->setTabText(OutputTab, tr("Output"));
    }
    updateAttempts();
}

//! Nothing was heard for a while: is it at work or gone? The engine looks at the process itself.
void TaskPage::lookForEvidence(const Task& task)
{
    if (Clock::system().now() - task.lastEvent < quietTime) {
        Q_EMIT evidenceFound({});
        return;
    }
    const auto now = Clock::system().monotonic();
    if (now - m_evidenceAsked < evidencePause)
        return;
    m_evidenceAsked = now;
    QCoro::connect(m_client.call(u"task.evidence"_s, {{u"id"_s, m_id.toString()}}), this,
                   [this, request = m_request](const Result<QJsonValue>& found) {
                       if (request != m_request || !found)
                           return;
                       const auto quiet = formatDuration(milliseconds((*found)[u"since_last_event_ms"].toInteger()));
                       const bool alive = (*found)[u"process_alive"].toBool(), answers = (*found)[u"answers"].toBool();
                       Q_EMIT evidenceFound(
                           answers ? tr("quiet for %1; its process is alive and answers").arg(quiet)
                           : alive ? tr("quiet for %1; its process is alive but does not answer").arg(quiet)
                                   : tr("quiet for %1; its process is gone").arg(quiet));
                   });
}

void TaskPage::updateAttempts()
{
    const auto& all = m_attempts.attempts();
    m_attemptsView->setAttempts(all, m_wantedAttempt > 0 ? m_wantedAttempt : all.isEmpty() ? 0 : all.last().number);
    m_tabs->setTabText(AttemptsTab, all.size() > 1 ? tr("Attempts %1").arg(all.size()) : tr("Attempts"));
}

void TaskPage::receive(const Event& event)
{
    if (event.task != m_id)
        return;
    m_pending << event;
    if (!m_loading && !m_frame.isActive())
        m_frame.start();
}

void TaskPage::flush()
{
    auto events = std::exchange(m_pending, {});
    events.removeIf([this](const Event& event) { return event.position <= m_position; });
    if (events.isEmpty())
        return;
    m_position = events.last().position;
    apply(events);
    m_output->wake();
    for (const auto& event : events) {
        if (event.kind == event_kind::fileChanged || event.kind == event_kind::gitChanges ||
            event.kind == event_kind::gitCommit)
            m_diffStale = true;
    }
    if (m_diffStale && m_tabs->currentIndex() == ChangesTab && !m_diffDelay.isActive())
        m_diffDelay.start();
}

} // namespace switchyard::ui
