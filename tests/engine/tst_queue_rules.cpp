#include "engine/machine.h"
#include "engine/queue_rules.h"
#include "engine/retries.h"
#include "engine/waiting_line.h"
#include "support/test_support.h"

#include <QTimeZone>

using namespace switchyard;
using namespace switchyard::engine;
using std::chrono::hours;
using std::chrono::minutes;

//! The rules of the queue, with values alone.
class TestQueueRules : public QObject
{
    Q_OBJECT

    static constexpr UtcTime noon{milliseconds(1'780'000'000'000 / 60'000 * 60'000)};

    static InLine task(int n, Priority priority = Priority::Normal)
    {
        InLine task;
        task.id = TaskId::parse(u"%1"_s.arg(n, 6, 16, QLatin1Char('0'))).value();
        task.project = u"/p"_s;
        task.agent = u"claude"_s;
        task.priority = priority;
        task.queued = n;
        return task;
    }
    static Situation open(int slots = 3)
    {
        Situation situation;
        situation.slots = slots;
        situation.now = noon;
        situation.aging = minutes(30);
        return situation;
    }
    static QList<int> order(const WaitingLine& line)
    {
        QList<int> numbers;
        for (const auto& id : line.inOrder())
            numbers << id.toString().toInt(nullptr, 16);
        return numbers;
    }
    static void put(WaitingLine& line, const InLine& task, milliseconds now = {})
    {
        line.put(task.id, task.priority, task.queued, now);
    }

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }

    void isServedByPriorityThenByTurn()
    {
        WaitingLine line;
        for (const auto& each :
             {task(5, Priority::High), task(1, Priority::Low), task(4), task(3, Priority::High), task(2)})
            put(line, each);
        QCOMPARE(order(line), QList({3, 5, 2, 4, 1}));
        put(line, task(4, Priority::High)); // asked for later on
        put(line, task(2));                 // nothing new
        QCOMPARE(order(line), QList({3, 4, 5, 2, 1}));
        line.remove(task(3).id);
        line.remove(task(9).id); // not there
        QCOMPARE(order(line), QList({4, 5, 2, 1}));
        QCOMPARE(line.size(), 4);
    }

    void waitingRaisesSoThatNoneStarves()
    {
        WaitingLine line;
        for (const auto& each : {task(1, Priority::Low), task(2), task(3, Priority::High)})
            put(line, each);
        line.age(minutes(29), minutes(30));
        QCOMPARE(order(line), QList({3, 2, 1}));
        put(line, task(4, Priority::High), minutes(40));
        line.age(minutes(60), minutes(30)); // the low one has come up to the others
        QCOMPARE(order(line), QList({1, 2, 3, 4}));
        put(line, task(4, Priority::Low), minutes(60));
        put(line, task(1, Priority::Normal), minutes(60)); // what it has gained stays
        QCOMPARE(order(line), QList({1, 2, 3, 4}));
        line.age(minutes(60), milliseconds(0));
        QCOMPARE(order(line), QList({3, 1, 2, 4}));
        QCOMPARE(line.since(task(4).id, minutes(99)), minutes(40));
        QCOMPARE(line.since(task(9).id, minutes(99)), minutes(99));
    }

    void saysWhyEachWaits_data()
    {
        QTest::addColumn<InLine>("waiting");
        QTest::addColumn<Situation>("situation");
        QTest::addColumn<QString>("why");
        QTest::addColumn<qint64>("again");
        auto one = task(1);
        auto now = open();
        const auto row = [&](const char* name, const QString& why, milliseconds again = {}) {
            QTest::newRow(name) << one << now << why << qint64(again.count());
            one = task(1);
            now = open();
        };
        row("nothing in its way", {});
        now.held = true;
        row("held", u"the queue is held"_s);
        now.draining = true;
        row("drained", u"the queue is drained: what runs ends, nothing new starts"_s);
        one.notBefore = noon + hours(2);
        row("later today", u"not before "_s + QueueRules::moment(noon + hours(2), noon), hours(2));
        one.notBefore = noon;
        row("its time has come", {});
        one.notBefore = noon - hours(100);
        row("its time is long past", {});
        one.pause = minutes(1);
        row("between two attempts", u"another attempt follows after a pause"_s, minutes(1));
        now.agentLimits = {{u"claude"_s, {hours(3), noon + hours(3)}}};
        row("its agent is limited",
            u"agent claude is limited until %1"_s.arg(QueueRules::moment(noon + hours(3), noon)), hours(3));
        now.agentLimits = {{u"codex"_s, {hours(3), noon + hours(3)}}};
        row("another agent is limited", {});
        now.slots = 0;
        row("no slot", u"waits for a free slot (all 0 are busy)"_s);
        now.noRoom = u"waits for memory"_s;
        row("no room", u"waits for memory"_s);
        one.agent.clear();
        now.agentLimits = {{QString(), {hours(3), noon + hours(3)}}};
        row("a command has no agent", {});
    }
    void saysWhyEachWaits()
    {
        QFETCH(InLine, waiting);
        QFETCH(Situation, situation);
        const auto verdict = QueueRules::judge(waiting, {}, situation);
        QTEST(verdict.why, "why");
        QTEST(qint64(verdict.again.count()), "again");
    }

    void limitsHoldTogether()
    {
        auto now = open(3);
        now.slotsPerProject = 2;
        now.slotsPerAgent = {{u"claude"_s, 1}};
        auto other = task(2);
        other.agent = u"codex"_s;
        auto third = task(3);
        third.agent = u"codex"_s;
        auto elsewhere = task(4);
        elsewhere.project = u"/q"_s;
        elsewhere.agent.clear();
        auto last = task(5);
        last.project = u"/r"_s;
        last.agent.clear();
        const auto verdicts = QueueRules::judge({task(1), other, third, elsewhere, last}, {}, now);
        QCOMPARE(verdicts[0].why, QString());
        QCOMPARE(verdicts[1].why, QString());
        QCOMPARE(verdicts[2].why, u"waits for its project (at most 2 at once)"_s);
        QCOMPARE(verdicts[3].why, QString());
        QCOMPARE(verdicts[4].why, u"waits for a free slot (all 3 are busy)"_s);
        Busy busy;
        busy.add(u"/x"_s, u"claude"_s);
        QCOMPARE(QueueRules::judge(task(1), busy, now).why, u"waits for agent claude (at most 1 at once)"_s);
    }

    void aTaskThatCannotStartHoldsUpNobody()
    {
        auto later = task(1, Priority::High);
        later.notBefore = noon + hours(1);
        const auto verdicts = QueueRules::judge({later, task(2)}, {}, open(1));
        QVERIFY(!verdicts[0].why.isEmpty());
        QCOMPARE(verdicts[1].why, QString());
    }

    void namesMoments()
    {
        const auto at = [](const char* text) {
            return fromMilliseconds(QDateTime::fromString(QLatin1StringView(text), Qt::ISODate).toMSecsSinceEpoch());
        };
        QCOMPARE(QueueRules::moment(at("2026-11-21T18:00:00"), at("2026-11-21T08:00:00")), u"18:00"_s);
        QCOMPARE(QueueRules::moment(at("2026-11-21T18:00:07"), at("2026-11-21T08:00:00")), u"18:00:07"_s);
        QCOMPARE(QueueRules::moment(at("2026-11-22T18:00:00"), at("2026-11-21T08:00:00")), u"2026-11-22 18:00"_s);
        QStringList ordinals;
        for (const int n : {1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 103, 111})
            ordinals << QueueRules::ordinal(n);
        QCOMPARE(ordinals.join(u' '), u"1st 2nd 3rd 4th 10th 11th 12th 13th 21st 22nd 103rd 111th"_s);
    }

    void pausesGrow()
    {
        const auto first = milliseconds(5000);
        QCOMPARE(Retries::pauseAfter(1, first, 0), first);
        QCOMPARE(Retries::pauseAfter(2, first, 0), first * 2);
        QCOMPARE(Retries::pauseAfter(4, first, 0), first * 8);
        QCOMPARE(Retries::pauseAfter(1, first, 1), milliseconds(7500));
        QCOMPARE(Retries::pauseAfter(40, first, 0), milliseconds(hours(1)));
        QCOMPARE(Retries::pauseAfter(1, milliseconds(0), 1), milliseconds(0));
    }

    void readsTheMachinesMemory()
    {
        QVERIFY(availableMemory() > 0);
        QCOMPARE(availableMemory(u"/nowhere"_s), -1);
        testing::TestRoot root;
        testing::writeFile(root.path(u"meminfo"_s),
                           "MemTotal:  8 kB\nMemFree: 1 kB\nMemAvailable:   2048 kB\nX: 1 kB\n");
        QCOMPARE(availableMemory(root.path(u"meminfo"_s)), 2 << 20);
        testing::writeFile(root.path(u"meminfo"_s), "MemAvailable: much\n");
        QCOMPARE(availableMemory(root.path(u"meminfo"_s)), -1);
    }
};

Q_DECLARE_METATYPE(switchyard::engine::InLine)
Q_DECLARE_METATYPE(switchyard::engine::Situation)
QTEST_GUILESS_MAIN(TestQueueRules)
#include "tst_queue_rules.moc"
