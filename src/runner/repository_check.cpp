#include "runner/repository_check.h"

#include "runner/recorder.h"

namespace switchyard::runner {

QCoro::Task<QStringList> examineRepository(std::shared_ptr<const Enclosure> enclosure, Recorder& recorder)
{
    if (!enclosure)
        co_return {};
    const auto audit = [&recorder](const QString& what, const QString& on) {
        recorder.record(event_kind::audit, {{u"what"_s, what}, {u"on"_s, on}});
    };
    if (const auto moved = enclosure->changedNeighbours(); !moved.isEmpty())
        audit(u"branches that changed while it ran"_s, moved.join(u", "_s));
    const auto damaged = co_await enclosure->damagedObjects();
    if (!damaged || !damaged->isEmpty()) {
        constexpr qsizetype mostNamed = 10;
        const auto on =
            damaged ? damaged->first(std::min(mostNamed, damaged->size())).join(u", "_s) : describe(damaged.error());
        audit(u"objects of the repository that went or were spoilt while it ran"_s, on);
        recorder.record(
            event_kind::notice,
            {{u"severity"_s, u"error"_s},
             {u"text"_s,
              u"Objects of the repository went or were spoilt while the task ran: %1. Unless you have "
              "cleaned up meanwhile (git gc, git prune), look at it with git fsck before you go on."_s.arg(on)}});
    }
    const auto traces = enclosure->findTraces();
    for (const auto& trace : traces)
        audit(u"left something in the git folder"_s, trace);
    co_return traces;
}

} // namespace switchyard::runner
