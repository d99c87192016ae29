#include "ui/models/task_list_model.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;

class TestTaskListModel : public QObject
{
    Q_OBJECT

    static Task make(int number, TaskStatus status = TaskStatus::Queued)
    {
        Task task;
        task.spec.id = TaskId::parse(u"%1"_s.arg(number, 6, 16, QLatin1Char('0'))).value();
        task.spec.title = u"Task %1"_s.arg(number);
        task.spec.goal = task.spec.title;
        task.spec.project = number % 2 == 0 ? u"/home/me/even"_s : u"/home/me/odd"_s;
        task.status = status;
        task.created = fromMilliseconds(1'780'000'000'000 + number);
        if (isActive(status))
            task.started = fromMilliseconds(1'780'000'100'000 + number);
        if (isFinished(status))
            task.finished = fromMilliseconds(1'780'000'200'000 + number);
        return task;
    }
    static Task asking(int number)
    {
        auto task = make(number, TaskStatus::Waiting);
        task.waitingFor << Confirmation{u"c"_s, task.id(), 1,  u"rm x"_s, {u"deletes a file"_s},
                                        {},     {},        {}, {},        fromMilliseconds(2'000'000'000'000 - number),
                                        5};
        return task;
    }
    //! "Needs you[2 1] Queued[3]": the whole list as a person reads it.
    static QString picture(const TaskListModel& model)
    {
        QStringList out;
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto index = model.index(row);
            if (index.data(TaskListModel::IsHeaderRole).toBool())
                out << index.data().toString() + u":"_s + QString::number(index.data(TaskListModel::CountRole).toInt());
            else
                out << QString::number(model.taskAt(index)->id().toString().toInt(nullptr, 16));
        }
        return out.join(u' ');
    }

private Q_SLOTS:
    void groupsInOrder()
    {
        TaskListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto low = make(6);
        low.spec.priority = Priority::Low;
        auto high = make(7);
        high.spec.priority = Priority::High;
        model.reset({make(1, TaskStatus::Completed), make(2, TaskStatus::Failed), make(3, TaskStatus::Running),
                     asking(4), low, high, make(8), asking(5)});
        QCOMPARE(picture(model), u"Needs you:2 5 4 Running:1 3 Queued:3 7 8 6 Done:2 2 1"_s);
    }
    void movesBetweenGroups()
    {
        TaskListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.reset({make(1), make(2)});
        QPersistentModelIndex kept(model.indexOf(make(2).id()));
        model.apply({{make(2, TaskStatus::Running)}, {}});
        QCOMPARE(picture(model), u"Running:1 2 Queued:1 1"_s);
        QCOMPARE(model.taskAt(kept)->id(), make(2).id()); // the row moved: a selection would have stayed on it
        model.apply({{asking(2)}, {}});
        QCOMPARE(picture(model), u"Needs you:1 2 Queued:1 1"_s);
        model.apply({{make(1, TaskStatus::Running)}, {}});
        model.apply({{make(2, TaskStatus::Completed)}, {}});
        QCOMPARE(picture(model), u"Running:1 1 Done:1 2"_s);
        QCOMPARE(model.taskAt(kept)->id(), make(2).id());
        model.apply({{}, {make(2).id(), make(9).id()}});
        QCOMPARE(picture(model), u"Running:1 1"_s);
        QVERIFY(!kept.isValid());
    }
    void reviewableIsAGroupOfItsOwn()
    {
        TaskListModel model;
        auto task = make(1, TaskStatus::Completed);
        task.branch = u"task/000001"_s;
        task.filesChanged = 2;
        model.reset({task});
        QCOMPARE(picture(model), u"Ready for review:1 1"_s);
        task.mergedInto = u"main"_s;
        model.apply({{task}, {}});
        QCOMPARE(picture(model), u"Done:1 1"_s);
    }
    void filterHidesButCounts()
    {
        TaskListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.reset({make(1), make(2), make(3, TaskStatus::Running)});
        model.setFilter(u"odd task"_s);
        QCOMPARE(picture(model), u"Running:1 3 Queued:1 1"_s);
        model.apply({{make(2, TaskStatus::Running), make(4), make(5)}, {}});
        QCOMPARE(picture(model), u"Running:1 3 Queued:2 1 5"_s);
        QCOMPARE(model.count(Group::Running), 2);
        model.setFilter({});
        QCOMPARE(picture(model), u"Running:2 3 2 Queued:3 1 4 5"_s);
    }
    void collapsedGroups()
    {
        TaskListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.reset({make(1), make(2), make(3, TaskStatus::Running)});
        model.setCollapsed(Group::Queued, true);
        QCOMPARE(picture(model), u"Running:1 3 Queued:2"_s);
        model.apply({{make(3, TaskStatus::Paused), make(2, TaskStatus::Running), make(4)}, {}});
        QCOMPARE(picture(model), u"Running:2 3 2 Queued:2"_s);
        model.apply({{}, {make(1).id(), make(4).id()}});
        QCOMPARE(picture(model), u"Running:2 3 2"_s);
        model.apply({{make(1)}, {}});
        model.setCollapsed(Group::Queued, false);
        QCOMPARE(picture(model), u"Running:2 3 2 Queued:1 1"_s);
    }
    void unchangedRowsDoNotRepaint()
    {
        TaskListModel model;
        model.reset({make(1), make(2)});
        int changes = 0;
        connect(&model, &QAbstractItemModel::dataChanged, this, [&] { ++changes; });
        model.apply({{make(1)}, {}});
        QCOMPARE(changes, 0);
        auto moved = make(1);
        moved.message = u"news"_s;
        model.apply({{moved}, {}});
        QCOMPARE(changes, 1);
    }
    void needingYouMostUrgentFirst()
    {
        TaskListModel model;
        model.reset({asking(1), make(2), asking(3)});
        QCOMPARE(model.needingYou(), (QList{make(3).id(), make(1).id()}));
    }
    //! Whatever comes in whatever order: the same list as from the start.
    void randomWalk()
    {
        TaskListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QRandomGenerator random(7);
        QHash<TaskId, SharedTask> truth;
        for (int step = 0; step < 3000; ++step) {
            const int number = int(random.bounded(1, 25));
            TaskDelta delta;
            if (random.bounded(8) == 0) {
                delta.removed << make(number).id();
                truth.remove(make(number).id());
            } else {
                const auto status = TaskStatus(random.bounded(int(allStatuses().size())));
                auto task = random.bounded(4) == 0 ? asking(number) : make(number, status);
                task.spec.priority = Priority(random.bounded(3));
                delta.changed << task;
                truth.insert(task.id(), task);
            }
            if (random.bounded(20) == 0)
                model.setCollapsed(Group(random.bounded(groupCount)), random.bounded(2) == 0);
            if (random.bounded(60) == 0)
                model.setFilter(random.bounded(2) == 0 ? u"even"_s : QString());
            model.apply(delta);
        }
        model.setFilter({});
        for (int group = 0; group < groupCount; ++group)
            model.setCollapsed(Group(group), false);
        TaskListModel fresh;
        fresh.reset(truth.values());
        QCOMPARE(picture(model), picture(fresh));
    }
};

QTEST_MAIN(TestTaskListModel)
#include "tst_task_list_model.moc"
