#include "child_support.h"
#include "process/process_tree.h"
#include "process/tree_meter.h"

#include <QDir>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

class TestTreeMeter : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;

    void measures(const Cgroup* group)
    {
        TreeMeter meter(group);
        const auto before = meter.sample();
        // Some work of an ended member, 40 MiB held, two sleepers, one of them orphaned and in a session of its own.
        auto line = shell(u"sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; (setsid sleep 60 &); "
                          "x=$(head -c 41943040 /dev/zero | tr '\\0' x); echo ready; sleep 60; echo $x"_s);
        line.stopGrace = milliseconds(100);
        if (group)
            line.cgroup = group->path();
        Run run(line);
        QVERIFY(run.waitForOutput("ready"));
        const auto during = meter.sample();
        QCOMPARE(during.processes, before.processes + 3);
        QVERIFY2(during.cpu >= before.cpu + milliseconds(50), qPrintable(QString::number(during.cpu.count())));
        QVERIFY(during.memory > 40 << 20);
        QVERIFY(meter.exactMemory() > 40 << 20);
        run.command.stop();
        QVERIFY(run.waitForEnd());
        QTRY_COMPARE(meter.sample().processes, before.processes);
        const auto after = meter.sample();
        QVERIFY(after.cpu >= during.cpu);
        QVERIFY(after.memory < 40 << 20);
        QVERIFY(after.writtenBytes >= during.writtenBytes);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(becomeSubreaper()); }
    void byWalking() { measures(nullptr); }
    void byGroup()
    {
        const auto ability = Cgroup::probe();
        if (ability.parent.isEmpty())
            QSKIP(qPrintable(ability.why));
        auto group = Cgroup::create(ability.parent, u"switchyard-meter-%1"_s.arg(getpid()));
        QVERIFY(group);
        measures(&*group);
    }
};

QTEST_GUILESS_MAIN(TestTreeMeter)
#include "tst_tree_meter.moc"
