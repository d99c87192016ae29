#include "git/repository.h"
#include "helpers-engine/engine_fixture.h"

#include <QProcess>
#include <QSignalSpy>

#include <algorithm>

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;
using switchyard::testing::readFile;
using switchyard::testing::writeFile;

class TestTasksApi : public QObject
{
    Q_OBJECT

    static QJsonObject call(EngineFixture& fixture, const QString& method, const QJsonObject& params,
                            Error* error = nullptr)
    {
        const auto answer = await(fixture.client.call(method, params));
        if (error)
            *error = answer ? Error{ErrorCode::Internal, u"no error"_s, {}} : answer.error();
        return answer ? answer->toObject() : QJsonObject();
    }
    static git::Repository makeRepository(const EngineFixture& fixture)
    {
        auto repository = git::Repository::init(fixture.project());
        writeFile(fixture.project() + u"/README"_s, "hello\n");
        if (!repository || !repository->commitAll(u"first"_s))
            qFatal("no repository");
        return std::move(*repository);
    }
    static TaskSpec worktreeSpec(const EngineFixture& fixture, const QString& script)
    {
        auto spec = fixture.spec(script);
        spec.isolation = Isolation::Worktree;
        return spec;
    }
    static Task finished(EngineFixture& fixture, const TaskSpec& spec)
    {
        const auto task = await(fixture.client.createTask(spec));
        if (!task)
            qFatal("%s", qPrintable(describe(task.error())));
        [&] { QTRY_VERIFY(isFinished(fixture.status(task->id()))); }();
        return fixture.get(task->id());
    }

    //! As task.list has it; empty when it has not.
    static QJsonObject listed(EngineFixture& fixture, const QString& id)
    {
        const auto tasks = call(fixture, u"task.list"_s, {})[u"tasks"].toArray();
        const auto found =
            std::ranges::find_if(tasks, [&](const auto& task) { return task[u"spec"][u"id"].toString() == id; });
        return found == tasks.end() ? QJsonObject() : QJsonValue(*found).toObject();
    }

private Q_SLOTS:
    //! Whoever asks right after an answer finds what was done, while runners tell of theirs.
    void anAnswerIsInTheNextList()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto busy = fixture.spec(u"events:100"_s);
        auto later = fixture.spec(u"events:1"_s);
        later.notBefore = Clock::system().now() + std::chrono::hours(1);
        for (int round = 0; round < 8; ++round) {
            QVERIFY(await(fixture.client.createTask(busy)));
            const auto made = await(fixture.client.createTask(later));
            QVERIFY(made);
            const auto id = made->id().toString();
            QCOMPARE(listed(fixture, id)[u"status"], u"queued"_s);
            call(fixture, u"task.prioritise"_s, {{u"id"_s, id}, {u"priority"_s, u"low"_s}});
            QCOMPARE(listed(fixture, id)[u"spec"][u"priority"], u"low"_s);
            call(fixture, u"task.cancel"_s, {{u"id"_s, id}});
            QCOMPARE(listed(fixture, id)[u"status"], u"cancelled"_s);
            call(fixture, u"task.archive"_s, {{u"id"_s, id}});
            QCOMPARE(listed(fixture, id)[u"archived"], true);
            call(fixture, u"task.delete"_s, {{u"id"_s, id}});
            QVERIFY(listed(fixture, id).isEmpty());
        }
    }

    void refusesWrongTasks_data()
    {
        QTest::addColumn<QJsonObject>("change");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("named");
        QTest::newRow("no goal") << QJsonObject{{u"goal"_s, u"  "_s}} << int(ErrorCode::Invalid) << u"empty"_s;
        QTest::newRow("no such folder") << QJsonObject{{u"project"_s, u"/nowhere/at/all"_s}} << int(ErrorCode::NotFound)
                                        << u"/nowhere/at/all"_s;
        QTest::newRow("a file as folder")
            << QJsonObject{{u"project"_s, u"/etc/passwd"_s}} << int(ErrorCode::Invalid) << u"/etc/passwd"_s;
        QTest::newRow("relative folder") << QJsonObject{{u"project"_s, u"here"_s}} << int(ErrorCode::Invalid)
                                         << u"here"_s;
        QTest::newRow("no repository") << QJsonObject{{u"isolation"_s, u"worktree"_s}} << int(ErrorCode::Conflict)
                                       << u"git"_s;
        QTest::newRow("unknown agent") << QJsonObject{{u"kind"_s, u"agent"_s}, {u"agent"_s, u"nobody"_s}}
                                       << int(ErrorCode::NotFound) << u"nobody"_s;
        QTest::newRow("unknown shell") << QJsonObject{{u"shell"_s, u"fish"_s}} << int(ErrorCode::Invalid) << u"fish"_s;
        QTest::newRow("after nothing known")
            << QJsonObject{{u"after"_s, QJsonArray{u"abcdef"_s}}} << int(ErrorCode::NotFound) << u"abcdef"_s;
        QTest::newRow("goal is a number") << QJsonObject{{u"goal"_s, 7}} << int(ErrorCode::Invalid) << u"goal"_s;
    }
    void refusesWrongTasks()
    {
        QFETCH(QJsonObject, change);
        QFETCH(int, code);
        QFETCH(QString, named);
        EngineFixture fixture;
        fixture.connect();
        auto spec = fixture.spec(u"events:1"_s).toJson();
        for (auto field = change.begin(); field != change.end(); ++field)
            spec.insert(field.key(), field.value());
        Error error;
        call(fixture, u"task.create"_s, {{u"spec"_s, spec}}, &error);
        QCOMPARE(int(error.code), code);
        QVERIFY2(error.message.contains(named), qPrintable(error.message));
        const auto list = await(fixture.client.listTasks({}));
        QVERIFY(list);
        QCOMPARE(list->total, 0);
    }

    void namesWhatIsUnknown()
    {
        EngineFixture fixture;
        fixture.connect();
        Error error;
        for (const auto& method :
             {u"task.get"_s, u"task.cancel"_s, u"task.retry"_s, u"task.merge"_s, u"task.diff"_s, u"log.stat"_s,
              u"log.read"_s, u"log.times"_s, u"task.events"_s, u"task.delete"_s, u"task.pause"_s}) {
            call(fixture, method, {{u"id"_s, u"abcdef"_s}}, &error);
            QCOMPARE(error.code, ErrorCode::NotFound);
            QVERIFY2(error.message.contains(u"abcdef"_s), qPrintable(method));
            call(fixture, method, {{u"id"_s, u"rubbish"_s}}, &error);
            QCOMPARE(error.code, ErrorCode::Invalid);
        }
        call(fixture, u"task.fly"_s, {}, &error);
        QVERIFY(error.message.contains(u"task.fly"_s));
    }

    void readsTheOutputAndItsTimes()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = finished(fixture, fixture.spec(u"events:1"_s));
        const auto log = fixture.root.paths.outputLog(task.id(), 1);
        const QJsonObject which{{u"id"_s, task.id().toString()}, {u"attempt"_s, 1}};
        const auto ask = [&](const QString& method, const QString& name, qint64 value) {
            auto params = which;
            params.insert(name, value);
            return call(fixture, method, params);
        };
        const auto bytesIn = [](const QJsonObject& answer) {
            return QByteArray::fromBase64(answer[u"base64"].toString().toLatin1());
        };
        QVERIFY(QDir().mkpath(QFileInfo(log).path()));
        writeFile(log, "first\nsecond\n");
        auto answer = ask(u"log.read"_s, u"offset"_s, 6);
        QCOMPARE(bytesIn(answer), "second\n");
        QCOMPARE(answer[u"size"].toInteger(), 13);
        QCOMPARE(bytesIn(ask(u"log.times"_s, u"from"_s, 0)), QByteArray()); // an older version kept none
        QByteArray times;
        for (char record = 0; record < 3; ++record)
            times += QByteArray(16, record);
        writeFile(fixture.root.paths.outputLog(task.id(), 1).chopped(4) + u".times"_s, times + "half a rec");
        QCOMPARE(bytesIn(ask(u"log.times"_s, u"from"_s, 0)), times);
        answer = ask(u"log.times"_s, u"from"_s, 2);
        QCOMPARE(bytesIn(answer), times.last(16));
        QCOMPARE(answer[u"from"].toInteger(), 2);
        QCOMPARE(bytesIn(ask(u"log.times"_s, u"from"_s, 3)), QByteArray());
        QCOMPARE(bytesIn(ask(u"log.times"_s, u"from"_s, qint64(1) << 62)), QByteArray());
        Error error;
        call(fixture, u"log.times"_s, {{u"id"_s, task.id().toString()}, {u"from"_s, -1}}, &error);
        QCOMPARE(error.code, ErrorCode::Invalid);
    }

    void mergesAChangeAndRemovesItsWorktree()
    {
        EngineFixture fixture;
        auto repository = makeRepository(fixture);
        fixture.connect();
        const auto task = finished(fixture, worktreeSpec(fixture, u"branch write:new.txt"_s));
        QCOMPARE(task.status, TaskStatus::Completed);
        QVERIFY(task.isReviewable());
        const auto diff = await(fixture.client.diff(task.id()));
        QVERIFY(diff);
        QCOMPARE(diff->files.size(), 1);
        QCOMPARE(diff->files.first().path, u"new.txt"_s);
        const auto into = await(fixture.client.merge(task.id(), true));
        QVERIFY2(into, into ? "" : qPrintable(describe(into.error())));
        QCOMPARE(*into, u"main"_s);
        QVERIFY(QFile::exists(fixture.project() + u"/new.txt"_s));
        QVERIFY(!QFile::exists(task.worktree));
        QVERIFY(!repository.commitOf(task.branch));
        QCOMPARE(fixture.get(task.id()).mergedInto, u"main"_s);
        const auto again = await(fixture.client.merge(task.id(), true));
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::Conflict);
        QVERIFY(!await(fixture.client.retryTask(task.id())));
    }

    void aConflictKeepsEverything()
    {
        EngineFixture fixture;
        auto repository = makeRepository(fixture);
        fixture.connect();
        const auto task = finished(fixture, worktreeSpec(fixture, u"branch write:README"_s));
        writeFile(fixture.project() + u"/README"_s, "by the user\n");
        QVERIFY(repository.commitAll(u"the user's"_s));
        const auto merged = await(fixture.client.merge(task.id(), true));
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, ErrorCode::Conflict);
        QVERIFY2(merged.error().message.contains(u"README"_s), qPrintable(merged.error().message));
        QCOMPARE(readFile(fixture.project() + u"/README"_s), QByteArray("by the user\n"));
        QVERIFY(QFile::exists(task.worktree));
        QVERIFY(repository.commitOf(task.branch));
        QVERIFY(fixture.get(task.id()).isReviewable());
    }

    void discardsAChange()
    {
        EngineFixture fixture;
        auto repository = makeRepository(fixture);
        fixture.connect();
        const auto task = finished(fixture, worktreeSpec(fixture, u"branch write:new.txt"_s));
        QVERIFY(await(fixture.client.discard(task.id())));
        QVERIFY(!QFile::exists(task.worktree));
        QVERIFY(!repository.commitOf(task.branch));
        QVERIFY(!QFile::exists(fixture.project() + u"/new.txt"_s));
        QVERIFY(fixture.get(task.id()).discarded);
    }

    void deletingATaskKeepsItsUnmergedBranch()
    {
        EngineFixture fixture;
        auto repository = makeRepository(fixture);
        fixture.connect();
        const auto task = finished(fixture, worktreeSpec(fixture, u"branch write:new.txt"_s));
        QVERIFY(await(fixture.client.deleteTask(task.id())));
        QVERIFY(!QFile::exists(task.worktree));
        QVERIFY(repository.commitOf(task.branch));
        QVERIFY(!await(fixture.client.getTask(task.id())));
    }

    void retryIsANewAttempt()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = finished(fixture, fixture.spec(u"events:2 fail"_s));
        QCOMPARE(task.status, TaskStatus::Failed);
        QCOMPARE(task.attempt, 1);
        QVERIFY(await(fixture.client.retryTask(task.id())));
        QTRY_COMPARE(fixture.get(task.id()).attempt, 2);
        QTRY_COMPARE(fixture.status(task.id()), TaskStatus::Failed);
        QCOMPARE(fixture.starts(task.id(), 1), 1);
        QCOMPARE(fixture.starts(task.id(), 2), 1);
    }

    void cancelsARunningAndAWaitingTask()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.call(u"queue.resize"_s, {{u"slots"_s, 1}})));
        const auto first = fixture.create(u"hang"_s);
        const auto second = fixture.create(u"hang"_s);
        QTRY_COMPARE(fixture.status(first.id()), TaskStatus::Running);
        QVERIFY(fixture.get(second.id()).reason.contains(u"slot"_s));
        QVERIFY(await(fixture.client.cancelTask(second.id())));
        QTRY_COMPARE(fixture.status(second.id()), TaskStatus::Cancelled);
        QVERIFY(await(fixture.client.cancelTask(first.id())));
        QTRY_COMPARE(fixture.status(first.id()), TaskStatus::Cancelled);
        const auto again = await(fixture.client.cancelTask(first.id()));
        QVERIFY(!again);
        QCOMPARE(again.error().code, ErrorCode::Conflict);
    }

    void cancelsATaskWhoseRunnerIsJustStarting()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = fixture.create(u"late:300 hang"_s);
        QVERIFY(await(fixture.client.cancelTask(task.id())));
        QTRY_COMPARE(fixture.status(task.id()), TaskStatus::Cancelled);
    }

    void aRunnerThatCannotStartIsToldInItsOwnWords()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = finished(fixture, fixture.spec(u"refuse"_s));
        QCOMPARE(task.status, TaskStatus::Failed);
        QVERIFY2(task.reason.contains(u"no such model"_s), qPrintable(task.reason));
    }

    void aRunnerThatDiesIsToldWithEvidence()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = finished(fixture, fixture.spec(u"events:5 crash"_s));
        QCOMPARE(task.status, TaskStatus::Interrupted);
        QVERIFY2(task.reason.contains(u"last event"_s), qPrintable(task.reason));
        QCOMPARE(task.step, 5);
    }

    void questionsAndPausesReachTheRunner()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = fixture.create(u"ask wait"_s);
        QTRY_VERIFY(!fixture.get(task.id()).questionId.isEmpty());
        QVERIFY(await(fixture.client.answerQuestion(task.id(), fixture.get(task.id()).questionId, u"this one"_s)));
        QTRY_VERIFY(fixture.get(task.id()).questionId.isEmpty());
        QVERIFY(await(fixture.client.pauseTask(task.id())));
        QTRY_COMPARE(fixture.status(task.id()), TaskStatus::Paused);
        QVERIFY(await(fixture.client.resumeTask(task.id())));
        QTRY_COMPARE(fixture.status(task.id()), TaskStatus::Running);
        QVERIFY(await(fixture.client.guide(task.id(), u"go on"_s)));
        QTRY_COMPARE(fixture.status(task.id()), TaskStatus::Completed);
        QCOMPARE(await(fixture.client.pauseTask(task.id())).error().code, ErrorCode::Conflict);
    }

    void listsInPagesAndByFilter()
    {
        EngineFixture fixture;
        fixture.connect();
        QVERIFY(await(fixture.client.call(u"queue.hold"_s, {})));
        QList<TaskId> ids;
        for (int i = 0; i < 5; ++i)
            ids.prepend(fixture.create(u"events:%1"_s.arg(i)).id());
        QVERIFY(await(fixture.client.cancelTask(ids.at(1))));
        auto page = await(fixture.client.listTasks({.statuses = {}, .text = {}, .limit = 2, .offset = 1}));
        QVERIFY(page);
        QCOMPARE(page->total, 5);
        QCOMPARE(page->tasks.size(), 2);
        page = await(fixture.client.listTasks({.statuses = {TaskStatus::Cancelled, TaskStatus::Running}, .text = {}}));
        QCOMPARE(page->total, 1);
        QCOMPARE(page->tasks.first().id(), ids.at(1));
        page = await(fixture.client.listTasks({.statuses = {}, .text = u"EVENTS:3"_s}));
        QCOMPARE(page->total, 1);
        page = await(fixture.client.listTasks({.statuses = {}, .text = u"%"_s}));
        QCOMPARE(page->total, 0);
    }

    void keepsTheLogsFolderReadable()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = finished(fixture, fixture.spec(u"events:1"_s));
        const auto link = fixture.root.paths.logs() + u"/task-%1-events-1.log"_s.arg(task.id().toString());
        QTRY_VERIFY(readFile(link).contains("hello"));
        QTRY_VERIFY(readFile(fixture.root.paths.logs() + u"/index.json"_s).contains("\"completed\""));
    }

    void exportsATask()
    {
        EngineFixture fixture;
        makeRepository(fixture);
        fixture.connect();
        const auto task = finished(fixture, worktreeSpec(fixture, u"branch write:new.txt"_s));
        const auto file = fixture.root.path(u"out.tar"_s);
        const QJsonObject params{{u"id"_s, task.id().toString()}, {u"file"_s, file}};
        Error error;
        call(fixture, u"task.export"_s, params, &error);
        QCOMPARE(error.message, u"no error"_s);
        QProcess tar;
        tar.start(u"tar"_s, {u"-tf"_s, file});
        QVERIFY(tar.waitForFinished());
        QCOMPARE(tar.exitCode(), 0);
        const auto names = QString::fromUtf8(tar.readAll()).split(u'\n');
        const auto top = u"task-%1/"_s.arg(task.id().toString());
        for (const auto& name :
             {u"task.json"_s, u"0/journal.ndjson"_s, u"1/journal.ndjson"_s, u"1/output.log"_s, u"change.patch"_s})
            QVERIFY2(names.contains(top + name), qPrintable(name));
        tar.start(u"tar"_s, {u"-xOf"_s, file, top + u"1/journal.ndjson"_s});
        QVERIFY(tar.waitForFinished());
        QCOMPARE(tar.readAll(), readFile(fixture.root.paths.journal(task.id(), 1)));
        call(fixture, u"task.export"_s, params, &error);
        QCOMPARE(error.code, ErrorCode::Conflict);
    }

    void oldTasksGoButNoUnmergedChange()
    {
        EngineFixture fixture;
        writeFile(fixture.root.paths.settings(), "[engine]\nleast_free_bytes=0\nkeep_tasks=1\n");
        makeRepository(fixture);
        fixture.connect();
        const auto change = finished(fixture, worktreeSpec(fixture, u"branch write:new.txt"_s)).id();
        const auto old = finished(fixture, fixture.spec(u"events:1"_s)).id();
        const auto newest = finished(fixture, fixture.spec(u"events:1"_s)).id();
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
        fixture.connect();
        QTRY_VERIFY(!await(fixture.client.getTask(old)));
        QTRY_VERIFY(!QFile::exists(fixture.root.paths.task(old)));
        QVERIFY(await(fixture.client.getTask(change)));
        QVERIFY(await(fixture.client.getTask(newest)));
    }

    void examinesAndMendsWhatLiesAbout()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto task = finished(fixture, fixture.spec(u"events:1"_s));
        QCOMPARE(call(fixture, u"engine.examine"_s, {})[u"findings"].toArray().size(), 0);
        const auto socket = fixture.root.paths.runners() + u"/abcdef-1.sock"_s;
        writeFile(socket, "");
        QVERIFY(QDir().mkpath(fixture.root.paths.task(*TaskId::parse(u"abcdef"))));
        QFile journal(fixture.root.paths.journal(task.id(), 1));
        QVERIFY(journal.open(QIODevice::ReadWrite) && journal.seek(5) && journal.write("\n") == 1);
        journal.close();
        const auto findings = call(fixture, u"engine.examine"_s, {{u"mend"_s, true}})[u"findings"].toArray();
        QCOMPARE(findings.size(), 3);
        QVERIFY(!QFile::exists(socket));
        // A folder that tells nothing stays for a person to look at.
        QCOMPARE(call(fixture, u"engine.examine"_s, {})[u"findings"].toArray().size(), 1);
    }

    void checksAProjectAndListsAgents()
    {
        EngineFixture fixture;
        makeRepository(fixture);
        writeFile(fixture.project() + u"/loose.txt"_s, "x");
        fixture.connect();
        const auto check = call(fixture, u"project.check"_s, {{u"path"_s, fixture.project()}});
        QCOMPARE(check[u"repository"].toBool(), true);
        QCOMPARE(check[u"branch"].toString(), u"main"_s);
        QCOMPARE(check[u"uncommitted"].toArray(), QJsonArray{u"loose.txt"_s});
        QCOMPARE(call(fixture, u"project.check"_s, {{u"path"_s, u"/nowhere"_s}})[u"exists"].toBool(true), false);
        QVERIFY(!call(fixture, u"agent.list"_s, {})[u"agents"].toArray().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestTasksApi)
#include "tst_tasks_api.moc"
