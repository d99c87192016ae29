// The query behind every list, over many tasks: bench_store [tasks] [events per task]. Prints the median and the 99th
// percentile of each in microseconds, and what durable writes cost.
#include "store/store.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>

using namespace switchyard;

namespace {

constexpr int repeats = 300;
constexpr TaskStatus statuses[] = {TaskStatus::Completed, TaskStatus::Completed, TaskStatus::Completed,
                                   TaskStatus::Failed,    TaskStatus::Cancelled, TaskStatus::Running};

Task makeTask(int n)
{
    Task task;
    task.spec.id = *TaskId::parse(u"%1"_s.arg(n, 6, 16, QLatin1Char('0')));
    task.spec.goal = u"Make part %1 of the machine work, with tests, and say what was hard about it"_s.arg(n);
    task.spec.title = titleFromGoal(task.spec.goal);
    task.spec.project = u"/home/somebody/projects/machine-%1"_s.arg(n % 20);
    // Of a hundred thousand, a hundred are alive.
    task.status = n % 1000 == 0 ? TaskStatus::Running : statuses[n % 5];
    task.created = fromMilliseconds(1'700'000'000'000 + n * 1000);
    return task;
}

Result<> fill(store::Store& store, int tasks, int eventsPerTask)
{
    constexpr int tasksPerWrite = 200;
    qint64 position = 0;
    for (int n = 0; n < tasks; n += tasksPerWrite) {
        store::Changes changes;
        for (int i = n; i < std::min(n + tasksPerWrite, tasks); ++i) {
            auto task = makeTask(i);
            for (int seq = 1; seq <= eventsPerTask; ++seq)
                changes.events << Event{task.id(),          1,         seq, task.created, u"task.progress"_s,
                                        {{u"step"_s, seq}}, ++position};
            task.position = position;
            changes.tasks << store::TaskRow{task, 0};
        }
        auto future = store.write(std::move(changes));
        future.waitForFinished();
        SY_TRY(future.result());
    }
    return {};
}

void measure(QTextStream& out, const QString& name, const std::function<bool()>& work)
{
    QList<qint64> times;
    for (int i = 0; i < repeats; ++i) {
        QElapsedTimer timer;
        timer.start();
        if (!work())
            qFatal("%s failed", qPrintable(name));
        times << timer.nsecsElapsed() / 1000;
    }
    std::ranges::sort(times);
    out << qSetFieldWidth(40) << Qt::left << name << qSetFieldWidth(10) << Qt::right << times[repeats / 2]
        << times[repeats * 99 / 100] << qSetFieldWidth(0) << Qt::endl;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);
    const int tasks = app.arguments().value(1, u"100000"_s).toInt();
    const int eventsPerTask = app.arguments().value(2, u"10"_s).toInt();
    const QTemporaryDir folder;
    auto opened = store::Store::open(folder.filePath(u"bench.db"_s));
    if (!opened)
        qFatal("%s", qPrintable(describe(opened.error())));
    auto& store = **opened;
    QElapsedTimer timer;
    timer.start();
    if (const auto filled = fill(store, tasks, eventsPerTask); !filled)
        qFatal("%s", qPrintable(describe(filled.error())));
    out << tasks << " tasks, " << qint64(tasks) * eventsPerTask << " events, filled in " << timer.elapsed() << " ms\n"
        << qSetFieldWidth(40) << Qt::left << "microseconds" << qSetFieldWidth(10) << Qt::right << "median" << "p99"
        << qSetFieldWidth(0) << Qt::endl;
    const auto list = [&](store::TaskQuery query) {
        return [&store, query] { return store::listTasks(store.reader(), query).has_value(); };
    };
    measure(out, u"newest 50"_s, list({.statuses = {}, .text = {}, .project = {}, .limit = 50}));
    measure(out, u"newest 50 that are alive"_s,
            list({.statuses = {TaskStatus::Running, TaskStatus::Waiting, TaskStatus::Paused, TaskStatus::Queued},
                  .text = {},
                  .project = {},
                  .limit = 50}));
    measure(out, u"50 completed, from the 10,000th"_s,
            list({.statuses = {TaskStatus::Completed}, .text = {}, .project = {}, .limit = 50, .offset = 10'000}));
    measure(out, u"50 with a word in the goal"_s,
            list({.statuses = {}, .text = u"part 777"_s, .project = {}, .limit = 50}));
    measure(out, u"50 with a word that all have"_s,
            list({.statuses = {}, .text = u"machine"_s, .project = {}, .limit = 50}));
    measure(out, u"50 failed with a word"_s,
            list({.statuses = {TaskStatus::Failed}, .text = u"hard 77"_s, .project = {}, .limit = 50}));
    measure(out, u"50 that are alive with a word all have"_s,
            list({.statuses = {TaskStatus::Running, TaskStatus::Waiting, TaskStatus::Queued},
                  .text = u"machine"_s,
                  .project = {},
                  .limit = 50}));
    measure(out, u"a word that none has"_s, list({.statuses = {}, .text = u"zebra"_s, .project = {}, .limit = 50}));
    measure(out, u"newest 50 of a project"_s,
            list({.statuses = {}, .text = {}, .project = u"/home/somebody/projects/machine-7"_s, .limit = 50}));
    const auto one = makeTask(tasks / 2).id();
    measure(out, u"one task"_s, [&] { return store::findTask(store.reader(), one).has_value(); });
    measure(out, u"its events"_s, [&] { return store::eventsAfter(store.reader(), one, 0, 1000).has_value(); });
    qint64 position = qint64(tasks) * eventsPerTask, seq = eventsPerTask;
    measure(out, u"one durable event"_s, [&] {
        auto future = store.write({.events = {Event{one, 1, ++seq, {}, u"notice"_s, {}, ++position}},
                                   .tasks = {},
                                   .deleted = {},
                                   .confirmations = {},
                                   .notes = {}});
        future.waitForFinished();
        return future.result().has_value();
    });
    return 0;
}
