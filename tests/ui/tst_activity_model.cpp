#include "ui/models/activity_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;
using Kind = ActivityItem::Kind;
using State = ActivityItem::State;

class TestActivityModel : public QObject
{
    Q_OBJECT

    Event event(const QString& kind, const QJsonObject& data, int attempt = 1)
    {
        ++m_seq;
        return {TaskId::parse(u"a7f3c1").value(), attempt, m_seq, fromMilliseconds(m_seq), kind, data, m_seq};
    }
    static QJsonObject tool(const QString& id, const QString& kind, const QString& title)
    {
        return {{u"id"_s, id}, {u"kind"_s, kind}, {u"title"_s, title}};
    }
    qint64 m_seq = 0;

private Q_SLOTS:
    void init() { m_seq = 0; }

    //! Whether the events come one by one or all at once makes no difference.
    void chunksAreJoined_data()
    {
        QTest::addColumn<bool>("together");
        QTest::newRow("one by one") << false;
        QTest::newRow("together") << true;
    }
    void chunksAreJoined()
    {
        QFETCH(bool, together);
        ActivityModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QList<Event> events{
            event(event_kind::agentMessage, {{u"text"_s, u"Hello "_s}}),
            event(event_kind::agentMessage, {{u"text"_s, u"**world**"_s}}),
            event(event_kind::agentThought, {{u"text"_s, u"hm"_s}}),
            event(event_kind::agentMessage, {{u"text"_s, u"again"_s}, {u"message_id"_s, u"2"_s}}),
            event(event_kind::agentMessage, {{u"text"_s, u"another"_s}, {u"message_id"_s, u"3"_s}})};
        if (together)
            model.apply(events);
        else
            for (const auto& one : events)
                model.apply({one});
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.item(0).body, u"Hello **world**"_s);
        QCOMPARE(model.item(1).kind, Kind::Thought);
        QVERIFY(!model.item(1).unfolded);
        QCOMPARE(model.item(3).body, u"another"_s);
    }
    //! What is shown elsewhere makes no rows; what a newer engine tells does, as it is.
    void onlyNewsOfTheWorkIsTold()
    {
        ActivityModel model;
        for (const auto kind : {event_kind::meters, event_kind::taskProgress, event_kind::taskSandbox,
                                event_kind::taskLimits, event_kind::taskArchived, event_kind::taskAfter})
            model.apply({event(kind, {{u"cpu_ms"_s, 5}})});
        QCOMPARE(model.rowCount(), 0);
        model.apply({event(event_kind::recoveryPoint, {{u"number"_s, 1}, {u"command"_s, u"rm -r build"_s}})});
        QVERIFY(model.item(0).title.contains(u"rm -r build"_s));
        model.apply({event(u"task.levitated"_s, {{u"height"_s, 3}})});
        QCOMPARE(model.item(1).title, u"task.levitated"_s);
        QVERIFY(model.item(1).body.contains(u"height"_s));
    }
    void commandWithItsToolCallAndResult()
    {
        ActivityModel model;
        const auto call = tool(u"t"_s, u"execute"_s, u"Run the tests"_s);
        auto done = call;
        done.insert(u"ok"_s, false);
        model.apply({event(event_kind::toolStarted, call)});
        model.apply({event(event_kind::commandStarted,
                           {{u"id"_s, u"c"_s}, {u"command"_s, u"pytest -q"_s}, {u"log_from"_s, 10}})});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.item(0).state, State::Running);
        model.apply({event(event_kind::testResult, {{u"failed"_s, 1}, {u"passed"_s, 3}}),
                     event(event_kind::commandFinished, {{u"id"_s, u"c"_s},
                                                         {u"exit_code"_s, 1},
                                                         {u"duration_ms"_s, 2100},
                                                         {u"log_from"_s, 10},
                                                         {u"log_to"_s, 400}}),
                     event(event_kind::toolFinished, done)});
        QCOMPARE(model.rowCount(), 1);
        const auto& row = model.item(0);
        QCOMPARE(row.kind, Kind::Command);
        QCOMPARE(row.title, u"pytest -q"_s);
        QCOMPARE(row.detail, u"1 failed, 3 passed"_s);
        QCOMPARE(row.state, State::Failed);
        QCOMPARE(row.duration.count(), 2100);
        QCOMPARE(row.logTo - row.logFrom, 390);
        QVERIFY(row.canUnfold());
    }
    void twoCommandsOfOneToolCallAreTwoRows()
    {
        ActivityModel model;
        model.apply({event(event_kind::commandStarted, {{u"id"_s, u"1"_s}, {u"command"_s, u"sleep 1"_s}}),
                     event(event_kind::commandStarted, {{u"id"_s, u"2"_s}, {u"command"_s, u"sleep 2"_s}}),
                     event(event_kind::commandFinished, {{u"id"_s, u"1"_s}, {u"exit_code"_s, 0}}),
                     event(event_kind::commandFinished, {{u"id"_s, u"2"_s}, {u"signal"_s, 9}})});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.item(0).state, State::Ok);
        QCOMPARE(model.item(1).state, State::Failed);
        QCOMPARE(model.item(1).detail, u"ended by signal 9"_s);
    }
    void aDeletionIsOneRowWithItsCommand()
    {
        ActivityModel model;
        model.apply({event(event_kind::toolStarted, tool(u"t"_s, u"delete"_s, u"rm old.py"_s)),
                     event(event_kind::confirmationRequested, {{u"id"_s, u"c"_s}, {u"command"_s, u"rm old.py"_s}}),
                     event(event_kind::confirmationAnswered, {{u"id"_s, u"c"_s}, {u"allowed"_s, true}}),
                     event(event_kind::commandStarted, {{u"id"_s, u"x"_s}, {u"command"_s, u"rm old.py"_s}}),
                     event(event_kind::commandFinished, {{u"id"_s, u"x"_s}, {u"exit_code"_s, 0}}),
                     event(event_kind::toolFinished, {{u"id"_s, u"t"_s}, {u"kind"_s, u"delete"_s}, {u"ok"_s, true}})});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.item(0).kind, ActivityItem::Kind::Command);
        QCOMPARE(model.item(0).state, ActivityItem::State::Ok);
    }
    void confirmation_data()
    {
        QTest::addColumn<bool>("allowed");
        QTest::addColumn<QString>("detail");
        QTest::addColumn<int>("state");
        QTest::newRow("allowed") << true << u"allowed"_s << int(State::Running);
        QTest::newRow("refused") << false << u"refused: time is up"_s << int(State::Denied);
    }
    void confirmation()
    {
        QFETCH(bool, allowed);
        QFETCH(QString, detail);
        QFETCH(int, state);
        ActivityModel model;
        model.apply({event(event_kind::toolStarted, tool(u"t"_s, u"execute"_s, u"rm old.py"_s)),
                     event(event_kind::confirmationRequested, {{u"id"_s, u"q"_s}, {u"command"_s, u"rm old.py"_s}})});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.item(0).state, State::Waiting);
        QCOMPARE(model.item(0).detail, u"waits for your code"_s);
        model.apply(
            {event(event_kind::confirmationAnswered,
                   {{u"id"_s, u"q"_s}, {u"allowed"_s, allowed}, {u"why"_s, allowed ? QString() : u"time is up"_s}})});
        QCOMPARE(model.item(0).detail, detail);
        QCOMPARE(int(model.item(0).state), state);
    }
    void editTakesItsFileChange()
    {
        ActivityModel model;
        const auto edit = tool(u"e"_s, u"edit"_s, u"Edit src/a.py"_s);
        model.apply(
            {event(event_kind::toolStarted, edit),
             event(event_kind::fileChanged, {{u"path"_s, u"src/a.py"_s}, {u"added"_s, 3}, {u"removed"_s, 1}}),
             event(event_kind::toolFinished, edit),
             event(event_kind::fileChanged, {{u"path"_s, u"b.py"_s}, {u"added"_s, 9}, {u"how"_s, u"created"_s}})});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.item(0).added, 3);
        QCOMPARE(model.item(0).state, State::Ok);
        QCOMPARE(model.item(1).kind, Kind::File);
        QCOMPARE(model.item(1).detail, u"new"_s);
        QCOMPARE(model.files(), (QStringList{u"src/a.py"_s, u"b.py"_s}));
    }
    void equalCallsAreFolded()
    {
        ActivityModel model;
        QList<Event> events;
        for (int i = 0; i < 3; ++i) {
            const auto read = tool(QString::number(i), u"read"_s, u"Read a.py"_s);
            events << event(event_kind::toolStarted, read) << event(event_kind::toolFinished, read);
        }
        model.apply(events);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.item(0).times, 3);
    }
    void planKeepsOneRowPerAttempt()
    {
        ActivityModel model;
        const auto plan = [](const QString& first) {
            return QJsonObject{
                {u"entries"_s, QJsonArray{QJsonObject{{u"content"_s, u"one"_s}, {u"status"_s, first}},
                                          QJsonObject{{u"content"_s, u"two"_s}, {u"status"_s, u"pending"_s}}}}};
        };
        const QJsonObject running{{u"to"_s, u"running"_s}};
        model.apply({event(event_kind::taskStatus, running, 1), event(event_kind::agentPlan, plan(u"pending"_s)),
                     event(event_kind::agentPlan, plan(u"completed"_s))});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.stepsDone(), 1);
        QCOMPARE(model.item(0).detail, u"1 of 2 done"_s);
        model.apply({event(event_kind::taskStatus, running, 2), event(event_kind::agentPlan, plan(u"pending"_s), 2)});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.item(1).kind, Kind::Attempt);
    }
    void unknownKindsAreShownRaw()
    {
        ActivityModel model;
        model.apply({event(u"future.thing"_s, {{u"x"_s, 1}})});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.item(0).title, u"future.thing"_s);
        QCOMPARE(model.item(0).body, u"{\"x\":1}"_s);
    }
    void longStoriesLoseTheirBeginning()
    {
        ActivityModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply({event(event_kind::commandStarted, {{u"id"_s, u"early"_s}, {u"command"_s, u"early"_s}})});
        QList<Event> events;
        for (int i = 0; i < ActivityModel::maxItems; ++i)
            events << event(event_kind::notice, {{u"text"_s, QString::number(i)}});
        events << event(event_kind::commandStarted, {{u"id"_s, u"late"_s}, {u"command"_s, u"late"_s}});
        model.apply(events);
        QCOMPARE(model.rowCount(), ActivityModel::maxItems);
        model.apply({event(event_kind::commandFinished, {{u"id"_s, u"early"_s}, {u"exit_code"_s, 0}}),
                     event(event_kind::commandFinished, {{u"id"_s, u"late"_s}, {u"exit_code"_s, 0}})});
        QCOMPARE(model.item(model.rowCount() - 1).title, u"late"_s);
        QCOMPARE(model.item(model.rowCount() - 1).state, State::Ok);
    }
};

QTEST_MAIN(TestActivityModel)
#include "tst_activity_model.moc"
