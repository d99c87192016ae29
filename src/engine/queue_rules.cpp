#include "engine/queue_rules.h"

#include <QDateTime>

#include <algorithm>

namespace switchyard::engine {

void Busy::add(const QString& project, const QString& agent)
{
    ++all;
    ++byProject[project];
    if (!agent.isEmpty())
        ++byAgent[agent];
}

QString QueueRules::moment(UtcTime time, UtcTime now)
{
    const auto local = QDateTime::fromMSecsSinceEpoch(toMilliseconds(time));
    const bool today = local.date() == QDateTime::fromMSecsSinceEpoch(toMilliseconds(now)).date();
    const auto format = local.time().second() == 0 ? u"HH:mm"_s : u"HH:mm:ss"_s;
    return local.toString(today ? format : u"yyyy-MM-dd "_s + format);
}

QString QueueRules::ordinal(int n)
{
    const bool teen = n % 100 >= 11 && n % 100 <= 13;
    return QString::number(n) + (teen || n % 10 == 0 || n % 10 > 3 ? u"th"_s
                                 : n % 10 == 1                     ? u"st"_s
                                 : n % 10 == 2                     ? u"nd"_s
                                                                   : u"rd"_s);
}

qint64 QueueRules::rank(Priority priority, milliseconds waited, milliseconds aging)
{
    const auto gained = aging.count() > 0 ? waited / aging : 0;
    return std::max<qint64>(0, qint64(priority) - gained);
}

Verdict QueueRules::judge(const InLine& task, const Busy& busy, const Situation& situation)
{
    const auto waits = [&](const QString& why, milliseconds again = {}) { return Verdict{task.id, why, again}; };
    if (situation.draining)
        return waits(tr("the queue is drained: what runs ends, nothing new starts"));
    if (situation.held)
        return waits(tr("the queue is held"));
    if (task.notBefore > situation.now)
        return waits(tr("not before %1").arg(moment(task.notBefore, situation.now)), task.notBefore - situation.now);
    if (task.pause.count() > 0)
        return waits(tr("another attempt follows after a pause"), task.pause);
    if (const auto limit = situation.agentLimits.value(task.agent); !task.agent.isEmpty() && limit.left.count() > 0)
        return waits(tr("agent %1 is limited until %2").arg(task.agent, moment(limit.until, situation.now)),
                     limit.left);
    if (!situation.noMoney.isEmpty() && !task.agent.isEmpty())
        return waits(situation.noMoney, situation.noMoneyFor);
    if (busy.all >= situation.slots)
        return waits(tr("waits for a free slot (all %1 are busy)").arg(situation.slots));
    if (situation.slotsPerProject > 0 && busy.byProject.value(task.project) >= situation.slotsPerProject)
        return waits(tr("waits for its project (at most %1 at once)").arg(situation.slotsPerProject));
    if (const auto most = situation.slotsPerAgent.value(task.agent);
        most > 0 && !task.agent.isEmpty() && busy.byAgent.value(task.agent) >= most)
        return waits(tr("waits for agent %1 (at most %2 at once)").arg(task.agent).arg(most));
    if (!situation.noRoom.isEmpty())
        return waits(situation.noRoom);
    return waits({});
}

QList<Verdict> QueueRules::judge(const QList<InLine>& line, Busy busy, const Situation& situation)
{
    QList<Verdict> verdicts;
    verdicts.reserve(line.size());
    for (const auto& task : line) {
        verdicts << judge(task, busy, situation);
        if (verdicts.last().why.isEmpty())
            busy.add(task.project, task.agent);
    }
    return verdicts;
}

} // namespace switchyard::engine
