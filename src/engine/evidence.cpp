// What speaks for the status that a task is shown with.
#include "base/lock.h"
#include "engine/engine.h"

namespace switchyard::engine {

namespace {
constexpr milliseconds answerLimit{1000};
}

QJsonObject Engine::Evidence::toJson() const
{
    const auto name = verdict == Verdict::Waiting   ? u"waiting"_s
                      : verdict == Verdict::Running ? u"running"_s
                      : verdict == Verdict::Ended   ? u"ended"_s
                                                    : u"cannot_tell"_s;
    return {{u"verdict"_s, name},
            {u"text"_s, text},
            {u"since_last_event_ms"_s, qint64(sinceLastEvent.count())},
            {u"process_alive"_s, processAlive},
            {u"answers"_s, answers}};
}

QCoro::Task<Result<Engine::Evidence>> Engine::evidence(QPointer<Engine> self, TaskId id)
{
    SY_CO_TRY_ASSIGN(const auto before, self->m_book.task(id));
    // The lock is the proof of life: no reused pid and no stale file can fake it.
    const auto attempt = std::max(before.attempt, 1);
    const bool alive = FileLock::isHeld(self->m_paths.runnerLock(id, attempt));
    bool answers = false;
    if (alive && self->m_supervisor.hasRunner(id)) {
        const auto answer = co_await self->m_supervisor.call(id, u"stat"_s, {}, answerLimit);
        if (!self)
            co_return fail(ending());
        // Whatever it answers, it is there to answer.
        answers =
            answer || (answer.error().code != ErrorCode::Timeout && answer.error().code != ErrorCode::Unavailable &&
                       answer.error().code != ErrorCode::Conflict);
    }
    SY_CO_TRY_ASSIGN(const auto task, self->m_book.task(id)); // it may have gone on meanwhile
    Evidence found;
    found.processAlive = alive;
    found.answers = answers;
    found.sinceLastEvent = std::max(milliseconds(0), self->m_clock.now() - task.lastEvent);
    const auto quiet = tr("last event %1 s ago").arg(found.sinceLastEvent.count() / 1000);
    if (isFinished(task.status)) {
        found.verdict = Evidence::Verdict::Ended;
        found.text = alive ? tr("it has ended; its process is about to") : tr("it has ended; no process is left of it");
    } else if (!isActive(task.status) && !alive) {
        found.verdict = Evidence::Verdict::Waiting;
        found.text = task.reason.isEmpty() ? tr("it waits for its turn") : task.reason;
    } else if (alive && answers) {
        found.verdict = Evidence::Verdict::Running;
        found.text = tr("%1, its process is alive and answers").arg(quiet);
    } else if (alive) {
        found.text = tr("%1, its process is alive but does not answer").arg(quiet);
    } else {
        found.text = tr("%1, its process is gone; what it left is being read").arg(quiet);
    }
    co_return found;
}

} // namespace switchyard::engine
