#include "base/json.h"
#include "engine/archive.h"
#include "engine/disk_guard.h"
#include "engine/housekeeping.h"
#include "git/repository.h"
#include "helpers-engine/engine_fixture.h"
#include "process/journal.h"

#include <QLocalServer>
#include <QProcess>

using namespace switchyard;
using namespace switchyard::engine;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;
using switchyard::testing::readFile;
using switchyard::testing::writeFile;

//! What is looked after: the files on disk, their room, their age.
class TestCare : public QObject
{
    Q_OBJECT

    static Task completed(EngineFixture& fixture, const QString& script = u"events:2"_s)
    {
        const auto id = fixture.create(script).id();
        [&] { QTRY_COMPARE(fixture.status(id), TaskStatus::Completed); }();
        [&] { QTRY_VERIFY(fixture.runnerPids().isEmpty()); }();
        return fixture.get(id);
    }
    static QJsonArray findings(EngineFixture& fixture, bool mend)
    {
        const auto answer = await(fixture.client.call(u"engine.examine"_s, {{u"mend"_s, mend}}));
        return answer ? (*answer)[u"findings"].toArray() : QJsonArray{u"no answer"_s};
    }
    static void stopEngine(EngineFixture& fixture)
    {
        fixture.killEngine();
        QTRY_COMPARE(fixture.client.state(), client::EngineClient::State::Disconnected);
    }
    static QString worktree(const EngineFixture& fixture, const TaskId& id)
    {
        return fixture.root.paths.worktree(fixture.project(), id);
    }

private Q_SLOTS:
    void findsAndMends_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<bool>("mendable");
        QTest::newRow("nothing wrong") << QString() << true;
        QTest::newRow("a socket of nobody") << u"socket"_s << true;
        QTest::newRow("a link that leads nowhere") << u"link"_s << true;
        QTest::newRow("a journal with a damaged line") << u"damaged"_s << true;
        QTest::newRow("a journal that is gone") << u"gone"_s << true;
        QTest::newRow("all files of a task gone") << u"all gone"_s << true;
        QTest::newRow("a task that the database does not know") << u"unknown"_s << true;
        QTest::newRow("a folder without a beginning") << u"rubbish"_s << false;
        QTest::newRow("a folder among the worktrees that is none") << u"no worktree"_s << false;
    }
    void findsAndMends()
    {
        QFETCH(QString, fault);
        QFETCH(bool, mendable);
        EngineFixture fixture;
        fixture.connect();
        const auto task = completed(fixture);
        const auto& paths = fixture.root.paths;
        const auto journal = paths.journal(task.id(), 1);
        const auto before = readFile(journal);
        QVERIFY(findings(fixture, false).isEmpty());
        if (fault == u"socket") {
            QLocalServer server; // leaves its file behind when it dies without a word
            writeFile(paths.runners() + u"/abcdef-1.sock"_s, {});
        } else if (fault == u"link") {
            QVERIFY(QFile::link(u"../tasks/abcdef/1/output.log"_s, paths.logs() + u"/task-abcdef-x.log"_s));
        } else if (fault == u"damaged") {
            auto bytes = before;
            bytes.replace(bytes.indexOf('\n') + 5, 1, "\x01");
            writeFile(journal, bytes);
        } else if (fault == u"gone") {
            QVERIFY(QFile::remove(journal));
        } else if (fault == u"all gone") {
            QVERIFY(QDir(paths.task(task.id())).removeRecursively());
        } else if (fault == u"unknown") {
            auto store = store::Store::open(paths.database()); // behind the engine's back
            QVERIFY(store);
            auto write = (*store)->write({.deleted = {task.id()}});
            write.waitForFinished();
            QVERIFY(!await(fixture.client.getTask(task.id())));
        } else if (fault == u"rubbish") {
            QVERIFY(QDir().mkpath(paths.state + u"/tasks/abcdef/1"_s));
        } else if (fault == u"no worktree") {
            QVERIFY(QDir().mkpath(paths.state + u"/worktrees/project/abcdef/deep"_s));
        }
        const auto found = findings(fixture, false);
        QCOMPARE(found.size() > 0, !fault.isEmpty());
        for (const auto& finding : found)
            QVERIFY(!finding[u"mended"].toBool());
        const auto mended = findings(fixture, true);
        QCOMPARE(mended.size(), found.size());
        for (const auto& finding : mended)
            QVERIFY2(finding[u"mended"].toBool() == mendable, qPrintable(finding[u"trouble"].toString()));
        QCOMPARE(findings(fixture, false).isEmpty(), mendable);
        QCOMPARE(readFile(journal), before);
        QCOMPARE(fixture.get(task.id()).status, TaskStatus::Completed);
    }

    void worktreesOfNobodyAreCleanedAtTheStart()
    {
        EngineFixture fixture;
        auto repository = git::Repository::init(fixture.project());
        writeFile(fixture.project() + u"/README"_s, "hello\n");
        QVERIFY(repository && repository->commitAll(u"first"_s));
        fixture.connect();
        auto spec = fixture.spec(u"branch write:a.txt"_s);
        spec.isolation = Isolation::Worktree;
        const auto kept = await(fixture.client.createTask(spec));
        const auto lost = await(fixture.client.createTask(spec));
        QVERIFY(kept && lost);
        QTRY_COMPARE(fixture.status(kept->id()), TaskStatus::Completed);
        QTRY_COMPARE(fixture.status(lost->id()), TaskStatus::Completed);
        const auto branch = fixture.get(lost->id()).branch;
        writeFile(worktree(fixture, lost->id()) + u"/late.txt"_s, "not committed\n");
        QTRY_VERIFY(fixture.runnerPids().isEmpty());
        stopEngine(fixture);
        {
            auto store = store::Store::open(fixture.root.paths.database());
            QVERIFY(store);
            auto write = (*store)->write({.deleted = {lost->id()}});
            write.waitForFinished();
        }
        QVERIFY(QDir(fixture.root.paths.task(lost->id())).removeRecursively());
        fixture.connect();
        QTRY_VERIFY(!QFile::exists(worktree(fixture, lost->id())));
        QVERIFY(QFile::exists(worktree(fixture, kept->id())));
        // What was in it is on its branch.
        const auto tip = repository->commitOf(branch);
        QVERIFY(tip);
        const auto diff = repository->diffCommits(u"main"_s, *tip);
        QVERIFY(diff);
        QStringList names;
        for (const auto& file : diff->files)
            names << file.path;
        QVERIFY2(names.contains(u"late.txt"_s), qPrintable(names.join(u' ')));
    }

    void theOldestOutputGoesFirst()
    {
        EngineFixture fixture;
        fixture.connect();
        QList<TaskId> ids;
        for (int i = 0; i < 3; ++i) {
            ids << completed(fixture).id();
            writeFile(fixture.root.paths.outputLog(ids.last(), 1), QByteArray(10'000, 'x'));
        }
        const auto& paths = fixture.root.paths;
        QCOMPARE(logBytesBeyond(paths, 30'000).value_or(-1), 0);
        QCOMPARE(logBytesBeyond(paths, 12'000).value_or(-1), 18'000);
        const auto shed = shedLogs(paths, 15'000);
        QVERIFY(shed);
        QCOMPARE(shed->size(), 2);
        QCOMPARE(shed->at(0).id, ids[0]);
        QCOMPARE(shed->at(1).id, ids[1]);
        QVERIFY(!QFile::exists(paths.outputLog(ids[0], 1)));
        QVERIFY(QFile::exists(paths.outputLog(ids[2], 1)));
        QVERIFY(QFile::exists(paths.journal(ids[0], 1))); // never a journal
        QVERIFY(await(fixture.client.logInfo(ids[0])));   // an empty log is no error
    }

    void aFullDiskHoldsTheQueueAndSaysSo()
    {
        EngineFixture fixture;
        fixture.connect();
        await(fixture.client.call(u"queue.hold"_s, {})).value();
        const auto waiting = fixture.create(u"events:1"_s).id();
        writeFile(fixture.root.paths.settings(), "[engine]\nleast_free_bytes=1000000000000000\n");
        QVERIFY(await(fixture.client.call(u"engine.reload"_s, {})));
        const auto noRoom = [&] {
            return await(fixture.client.call(u"queue.status"_s, {})).value()[u"no_room"].toString();
        };
        QTRY_VERIFY(noRoom().contains(u"disk space"_s));
        await(fixture.client.call(u"queue.release"_s, {})).value();
        QTRY_VERIFY2(fixture.get(waiting).reason.contains(u"disk space"_s), qPrintable(fixture.get(waiting).reason));
        const auto refused = await(fixture.client.createTask(fixture.spec(u"events:1"_s)));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Limit);
        writeFile(fixture.root.paths.settings(), "[engine]\nleast_free_bytes=0\n");
        QTRY_COMPARE(fixture.status(waiting), TaskStatus::Completed);
    }

    void whatNoJournalTellsOutlivesTheDatabase_data()
    {
        QTest::addColumn<bool>("deleted");
        QTest::newRow("it is damaged") << false;
        QTest::newRow("it is gone") << true;
    }
    void whatNoJournalTellsOutlivesTheDatabase()
    {
        QFETCH(bool, deleted);
        EngineFixture fixture;
        fixture.connect();
        const auto kept = completed(fixture).id();
        const auto erased = completed(fixture).id();
        QVERIFY(await(fixture.client.call(u"queue.hold"_s, {})));
        QVERIFY(await(fixture.client.call(u"task.delete"_s, {{u"id"_s, erased.toString()}})));
        const auto runs = [&] {
            const auto reader =
                store::Connection::open(fixture.root.paths.database(), store::Connection::Mode::Read).value();
            auto rows = reader.run(u"SELECT task FROM run WHERE attempt = 1 ORDER BY started"_s).value();
            QStringList ids;
            while (rows.next())
                ids << rows.value(0).toString();
            return ids;
        };
        const QStringList both{kept.toString(), erased.toString()};
        QTRY_COMPARE(runs(), both);
        stopEngine(fixture);
        const auto database = fixture.root.paths.database();
        for (const auto& suffix : {QString(), u"-wal"_s, u"-shm"_s})
            QFile::remove(database + suffix);
        if (!deleted)
            writeFile(database, QByteArray(100'000, 'x'));
        fixture.connect();
        QVERIFY(await(fixture.client.call(u"queue.status"_s, {})).value()[u"held"].toBool());
        QCOMPARE(fixture.get(kept).status, TaskStatus::Completed);
        QVERIFY(!await(fixture.client.getTask(erased)));
        QCOMPARE(runs(), both);
    }

    void theIndexOfLogsIsMendedAtTheStart_data()
    {
        QTest::addColumn<QByteArray>("index");
        QTest::newRow("gone") << QByteArray();
        QTest::newRow("damaged") << QByteArray("{\"tasks\": {");
        QTest::newRow("of another time") << QByteArray(R"({"v":1,"tasks":{"abcdef":{"status":"running"}}})");
    }
    void theIndexOfLogsIsMendedAtTheStart()
    {
        QFETCH(QByteArray, index);
        EngineFixture fixture;
        fixture.connect();
        const auto id = completed(fixture).id();
        const auto file = fixture.root.paths.logs() + u"/index.json"_s;
        const auto known = [&] {
            const auto tasks = readJsonFile(file).value_or(QJsonObject())[u"tasks"].toObject();
            return tasks.keys() == QStringList{id.toString()} &&
                   tasks[id.toString()][u"status"].toString() == u"completed";
        };
        QTRY_VERIFY(known());
        stopEngine(fixture);
        QVERIFY(QFile::remove(file));
        if (!index.isEmpty())
            writeFile(file, index);
        fixture.connect();
        QTRY_VERIFY(known());
    }

    void packsATask_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("list");
        QTest::newRow("plain") << u"/t.tar"_s << QStringList{u"-tf"_s};
        QTest::newRow("compressed") << u"/t.tar.zst"_s << QStringList{u"--zstd"_s, u"-tf"_s};
    }
    void packsATask()
    {
        QFETCH(QString, name);
        QFETCH(QStringList, list);
        EngineFixture fixture;
        fixture.connect();
        const auto task = completed(fixture);
        writeFile(fixture.root.paths.outputLog(task.id(), 1), QByteArray(3'000'000, 'x'));
        const auto file = fixture.root.path() + name;
        const QJsonObject params{{u"id"_s, task.id().toString()}, {u"file"_s, file}};
        QVERIFY(await(fixture.client.call(u"task.export"_s, params)));
        QProcess tar;
        tar.start(u"tar"_s, list + QStringList{file});
        QVERIFY(tar.waitForFinished());
        QCOMPARE(tar.exitCode(), 0);
        const auto names = tar.readAllStandardOutput();
        for (const auto* const part : {"task.json", "0/journal.ndjson", "1/journal.ndjson", "1/output.log"})
            QVERIFY2(names.contains(part), part);
        QVERIFY(!name.endsWith(u"zst") || QFileInfo(file).size() < 100'000);
        const auto again = await(fixture.client.call(u"task.export"_s, params));
        QVERIFY(!again); // nothing is overwritten
        QCOMPARE(again.error().code, ErrorCode::Conflict);
    }
};

QTEST_GUILESS_MAIN(TestCare)
#include "tst_care.moc"
