#include "model/diff.h"
#include "model/task.h"

#include <QTest>

using namespace switchyard;

class TestProjection : public QObject
{
    Q_OBJECT

    static TaskSpec spec()
    {
        TaskSpec spec;
        spec.id = TaskId::parse(u"a7f3c1").value();
        spec.goal = u"Build a calculator with tests"_s;
        spec.title = titleFromGoal(spec.goal);
        spec.agent = u"builtin"_s;
        spec.project = u"/home/me/calc"_s;
        spec.after = {TaskId::parse(u"b20e44").value()};
        return spec;
    }
    Event event(QLatin1StringView kind, const QJsonObject& data, int attempt = 1)
    {
        return {spec().id, attempt, ++m_seq, fromMilliseconds(1'780'000'000'000 + m_seq), kind, data, m_seq};
    }
    static QJsonObject to(const char* status) { return {{u"to"_s, QString::fromLatin1(status)}}; }
    qint64 m_seq = 0;

private Q_SLOTS:
    void aLateResultOfAnEarlierAttemptChangesNothing()
    {
        Task task;
        QVERIFY(applyEvent(task, event(event_kind::taskCreated, {{u"spec"_s, spec().toJson()}}, 0)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("queued"), 0)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("running"), 1)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("interrupted"), 0)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("queued"), 0)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("running"), 2)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("completed"), 1)));
        QVERIFY(applyEvent(task, event(event_kind::gitChanges, {{u"files"_s, 7}}, 1)));
        QCOMPARE(task.status, TaskStatus::Running);
        QCOMPARE(task.attempt, 2);
        QCOMPARE(task.filesChanged, 0);
    }

    void wholeLife()
    {
        Task task;
        const auto confirmation = Confirmation{u"c1"_s, spec().id, 1,  u"rm old.py"_s,      {u"deletes a file"_s},
                                               {},      {},        {}, fromMilliseconds(1), fromMilliseconds(300'001),
                                               5};
        const QList<Event> life{
            event(event_kind::taskCreated, {{u"spec"_s, spec().toJson()}}, 0),
            event(event_kind::taskStatus, to("queued"), 0),
            event(event_kind::taskStatus, to("running")),
            event(event_kind::gitBranch, {{u"branch"_s, u"task/a7f3c1"_s}, {u"base_branch"_s, u"main"_s}}),
            event(event_kind::taskPhase, {{u"phase"_s, u"coding"_s}, {u"message"_s, u"writes calculator.py"_s}}),
            event(event_kind::taskProgress, {{u"percent"_s, 140}, {u"step"_s, 3}, {u"steps"_s, 50}}),
            event(event_kind::taskSandbox,
                  {{u"level"_s, u"off"_s}, {u"network"_s, u"on"_s}, {u"trouble"_s, u"no bubblewrap"_s}}),
            event(event_kind::taskStatus, to("waiting")),
            event(event_kind::confirmationRequested, confirmation.toJson()),
        };
        for (const auto& e : life)
            QVERIFY(applyEvent(task, e));
        QCOMPARE(task.spec, spec());
        QCOMPARE(task.status, TaskStatus::Waiting);
        QCOMPARE(task.attempt, 1);
        QCOMPARE(task.phase, TaskPhase::Coding);
        QCOMPARE(task.percent, 100); // clamped
        QCOMPARE(task.waitingFor, QList{confirmation});
        QCOMPARE(task.branch, u"task/a7f3c1"_s);
        QCOMPARE(task.sandbox, u"off"_s);
        QCOMPARE(task.network, u"on"_s);
        QCOMPARE(task.sandboxTrouble, u"no bubblewrap"_s);

        QVERIFY(applyEvent(task, event(event_kind::confirmationAnswered, {{u"id"_s, u"c1"_s}, {u"allowed"_s, true}})));
        QVERIFY(task.waitingFor.isEmpty());
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("running"))));
        QVERIFY(
            applyEvent(task, event(event_kind::gitChanges, {{u"files"_s, 2}, {u"added"_s, 64}, {u"removed"_s, 9}})));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("completed"))));
        QVERIFY(task.isReviewable());
        QCOMPARE(task.phase, TaskPhase::Complete);
        QVERIFY(applyEvent(task, event(event_kind::gitMerged, {{u"into"_s, u"main"_s}}, 0)));
        QVERIFY(!task.isReviewable());
        QCOMPARE(task.position, m_seq);
        QCOMPARE(Task::fromJson(task.toJson()).value(), task);
    }
    void illegalStatusIsNotApplied()
    {
        Task task;
        QVERIFY(applyEvent(task, event(event_kind::taskCreated, {{u"spec"_s, spec().toJson()}}, 0)));
        const auto result = applyEvent(task, event(event_kind::taskStatus, to("completed")));
        QCOMPARE(result.error().code, ErrorCode::Conflict);
        QCOMPARE(task.status, TaskStatus::Pending);
        QCOMPARE(task.position, m_seq);
    }
    void triesAreCounted_data()
    {
        QTest::addColumn<RetryPolicy>("policy");
        QTest::addColumn<QStringList>("story");
        QTest::addColumn<int>("tries");
        QTest::addColumn<bool>("again");
        const RetryPolicy none, three{3, false, false, {}}, all{3, true, true, {}};
        QTest::newRow("once failed") << three << QStringList{u"run"_s, u"failed"_s} << 1 << false;
        QTest::newRow("once failed, wanted again") << all << QStringList{u"run"_s, u"failed"_s} << 1 << true;
        QTest::newRow("timed out, wanted again") << all << QStringList{u"run"_s, u"timed_out"_s} << 1 << true;
        QTest::newRow("interrupted") << three << QStringList{u"run"_s, u"interrupted"_s} << 1 << true;
        QTest::newRow("interrupted, no policy") << none << QStringList{u"run"_s, u"interrupted"_s} << 1 << false;
        QTest::newRow("completed") << all << QStringList{u"run"_s, u"completed"_s} << 1 << false;
        QTest::newRow("cancelled") << all << QStringList{u"run"_s, u"cancelled"_s} << 1 << false;
        QTest::newRow("poison") << three
                                << QStringList{u"run"_s,         u"interrupted"_s, u"again"_s, u"run"_s,
                                               u"interrupted"_s, u"again"_s,       u"run"_s,   u"interrupted"_s}
                                << 3 << false;
        QTest::newRow("the user begins anew")
            << three << QStringList{u"run"_s,         u"interrupted"_s, u"again"_s, u"run"_s,
                                    u"interrupted"_s, u"user"_s,        u"run"_s,   u"interrupted"_s}
            << 1 << true;
        QTest::newRow("never came to run") << all << QStringList{u"failed"_s, u"again"_s, u"failed"_s} << 2 << true;
        QTest::newRow("a limited agent does not count")
            << none << QStringList{u"run"_s, u"limited"_s, u"limited"_s, u"failed"_s} << 0 << true;
        QTest::newRow("limited, then not")
            << none << QStringList{u"run"_s, u"limited"_s, u"failed"_s, u"again"_s, u"run"_s, u"failed"_s} << 1
            << false;
    }
    void triesAreCounted()
    {
        QFETCH(RetryPolicy, policy);
        QFETCH(QStringList, story);
        Task task;
        auto wanted = spec();
        wanted.retry = policy;
        QVERIFY(applyEvent(task, event(event_kind::taskCreated, {{u"spec"_s, wanted.toJson()}}, 0)));
        QVERIFY(applyEvent(task, event(event_kind::taskStatus, to("queued"), 0)));
        int attempt = 0;
        for (const auto& step : story) {
            auto happened = event(event_kind::taskStatus, {{u"to"_s, step}}, attempt);
            if (step == u"run")
                happened = event(event_kind::taskStatus, to("running"), ++attempt);
            else if (step == u"again" || step == u"user")
                happened.data = {{u"to"_s, u"queued"_s}, {u"by"_s, step}, {u"not_before"_s, 7}, {u"resume"_s, u"s1"_s}};
            else if (step == u"limited")
                happened = event(event_kind::agentLimited, {{u"agent"_s, u"claude"_s}, {u"until"_s, 99}}, attempt);
            QVERIFY2(applyEvent(task, happened), qPrintable(step));
            if (step == u"again") {
                QCOMPARE(task.notBefore, fromMilliseconds(7));
                QCOMPARE(task.resumeSession, u"s1"_s);
            }
        }
        QTEST(task.tries, "tries");
        QTEST(task.willBeRetried(), "again");
        QCOMPARE(Task::fromJson(task.toJson()).value(), task);
    }
    void whatItComesAfterCanChange()
    {
        Task task;
        QVERIFY(applyEvent(task, event(event_kind::taskCreated, {{u"spec"_s, spec().toJson()}}, 0)));
        QVERIFY(applyEvent(task, event(event_kind::taskAfter, {{u"after"_s, QJsonArray{u"c30e44"_s}}}, 0)));
        QCOMPARE(task.spec.after, QList<TaskId>{TaskId::parse(u"c30e44").value()});
        QVERIFY(!applyEvent(task, event(event_kind::taskAfter, {{u"after"_s, QJsonArray{u"rubbish"_s}}}, 0)));
        QCOMPARE(task.spec.after.size(), 1);
    }
    void unknownKindIsKept()
    {
        const auto strange = event("weather.changed"_L1, {{u"sun"_s, true}});
        QCOMPARE(Event::fromJson(strange.toJson()).value(), strange);
        Task task;
        QVERIFY(applyEvent(task, strange));
    }
    void badSpecs_data()
    {
        QTest::addColumn<QString>("goal");
        QTest::addColumn<QString>("project");
        QTest::addColumn<QString>("shell");
        QTest::addColumn<QString>("named");
        QTest::newRow("empty goal") << "  " << "/tmp" << "" << "empty";
        QTest::newRow("relative folder") << "x" << "here" << "" << "here";
        QTest::newRow("unknown shell") << "x" << "/tmp" << "fish" << "fish";
        QTest::newRow("endless goal") << QString(200'000, u'x') << "/tmp" << "" << "200000";
    }
    void badSpecs()
    {
        QFETCH(QString, goal);
        QFETCH(QString, project);
        QFETCH(QString, shell);
        QFETCH(QString, named);
        auto spec = this->spec();
        spec.goal = goal;
        spec.project = project;
        spec.shell = shell;
        const auto result = spec.validate();
        QVERIFY(!result);
        QVERIFY2(result.error().message.contains(named), qPrintable(result.error().message));
    }
    void specRoundTrip()
    {
        QCOMPARE(TaskSpec::fromJson(spec().toJson()).value(), spec());
        auto broken = spec().toJson();
        broken[u"priority"] = u"urgent"_s;
        QVERIFY(TaskSpec::fromJson(broken).error().message.contains(u"urgent"));
        broken = spec().toJson();
        broken[u"limits"] = QJsonObject{{u"run_time_ms"_s, -1}};
        QVERIFY(TaskSpec::fromJson(broken).error().message.contains(u"limits.run_time_ms"));
    }
    void diffRoundTrip()
    {
        DiffHunk hunk{u"@@ -1,2 +1,2 @@"_s,
                      {{DiffLine::Kind::Context, 1, 1, u"a"_s},
                       {DiffLine::Kind::Removed, 2, 0, u"b"_s},
                       {DiffLine::Kind::Added, 0, 2, u"c"_s}}};
        DiffFile file{u"x.py"_s, u"x.py"_s, DiffFile::Change::Modified, false, false, 1, 1, {hunk}};
        const Diff diff{u"abc"_s, {file}};
        QCOMPARE(Diff::fromJson(diff.toJson()).value(), diff);
        QVERIFY(diff.toPatch().contains(u"-b\n+c\n"));
    }
};

QTEST_GUILESS_MAIN(TestProjection)
#include "tst_projection.moc"
