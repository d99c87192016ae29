#include "child_support.h"
#include "process/attempt_group.h"
#include "process/process_tree.h"

#include <QDir>

#include <algorithm>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

//! Stopping, pausing and going on hit all of a tree, whatever its members do: by control groups where the machine has
//! them, and by walking through /proc.
class TestTreeControl : public QObject
{
    Q_OBJECT
private:
    GroupPool::Place m_place;
    QString m_attempt;

    void addCases()
    {
        QTest::addColumn<bool>("grouped");
        QTest::addColumn<QStringList>("child");
        for (const bool grouped : {false, true}) {
            for (const auto& child : {QStringList{u"wait"_s}, QStringList{u"ignore-term"_s}, QStringList{u"setsid"_s},
                                      QStringList{u"daemon"_s}, QStringList{u"clean-daemon"_s},
                                      QStringList{u"tree"_s, u"50"_s}, QStringList{u"hop"_s}})
                QTest::addRow("%s, %s", grouped ? "group" : "walk", qPrintable(child[0])) << grouped << child;
        }
    }
    CommandLine line() const
    {
        QFETCH(const bool, grouped);
        QFETCH(const QStringList, child);
        auto result = awkward(child);
        if (grouped)
            result.cgroup = m_attempt + u"/work"_s;
        return result;
    }
    //! `grouped`: the group itself tells; its members keep the state they had.
    bool standsStill(const ProcessTree& tree, bool grouped) const
    {
        if (!grouped)
            return std::ranges::all_of(tree.members(), [](const auto& member) {
                const auto stat = readStat(member.pid);
                return !stat || stat->state == 'T';
            });
        const auto work = m_attempt + u"/work"_s;
        const auto groups = QDir(work).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        return !groups.isEmpty() && std::ranges::all_of(groups, [&](const QString& name) {
            return readFile(work + u'/' + name + u"/cgroup.events"_s).contains("frozen 1");
        });
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(becomeSubreaper());
        m_place = GroupPool::open(u"test-%1"_s.arg(getpid()));
        if (!m_place.parent.isEmpty())
            m_attempt = GroupPool::makeAttempt(m_place, u"a7f3c1-1"_s).value();
    }
    void cleanupTestCase()
    {
        if (!m_place.parent.isEmpty())
            QVERIFY(endGroup(m_place.parent, milliseconds(5000)).isEmpty());
    }

    void pausesAndGoesOn_data() { addCases(); }
    void pausesAndGoesOn()
    {
        QFETCH(const bool, grouped);
        if (grouped && m_attempt.isEmpty())
            QSKIP(qPrintable(m_place.why));
        Run run(line());
        QVERIFY(run.waitForOutput("ready", 60'000));
        const ProcessTree tree(pid_t(run.command.pid()), treeTag(run.command.pid()));
        run.command.setFrozen(true);
        QTRY_VERIFY_WITH_TIMEOUT(standsStill(tree, grouped), 30'000);
        const auto members = tree.members();
        QVERIFY(!members.isEmpty());
        QTest::qWait(50);
        QCOMPARE(tree.members(), members); // nobody was born, nobody has ended
        run.command.setFrozen(false);
        QTRY_VERIFY_WITH_TIMEOUT(!standsStill(tree, grouped), 30'000);
        run.command.setFrozen(true);
        QTRY_VERIFY_WITH_TIMEOUT(standsStill(tree, grouped), 30'000);
        run.command.stop(); // what stands still can be ended as well
        QVERIFY(run.waitForEnd(60'000));
        QCOMPARE(run.exit.survivors, QStringList());
        QCOMPARE(tree.members().size(), 0);
    }

    void stops_data()
    {
        addCases();
        QTest::addRow("walk, stopped by itself") << false << QStringList{u"stop-itself"_s};
        QTest::addRow("group, stopped by itself") << true << QStringList{u"stop-itself"_s};
    }
    void stops()
    {
        QFETCH(const bool, grouped);
        if (grouped && m_attempt.isEmpty())
            QSKIP(qPrintable(m_place.why));
        Run run(line());
        QVERIFY(run.waitForOutput("ready", 60'000));
        const ProcessTree tree(pid_t(run.command.pid()), treeTag(run.command.pid()));
        QVERIFY(!tree.members().isEmpty());
        run.command.stop();
        QVERIFY(run.waitForEnd(60'000));
        QCOMPARE(run.exit.how, Exit::How::Signalled);
        QCOMPARE(run.exit.survivors, QStringList());
        QCOMPARE(tree.members().size(), 0);
        QCOMPARE(run.endings, 1);
    }
};

QTEST_GUILESS_MAIN(TestTreeControl)
#include "tst_tree_control.moc"
