#include "git/repository.h"
#include "helpers-engine/engine_fixture.h"
#include "store/store.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;
using switchyard::testing::readFile;
using switchyard::testing::writeFile;

class TestEngineStart : public QObject
{
    Q_OBJECT

    //! Runs `fakeswy engine` to its end; for engines that are to refuse.
    static std::pair<int, QString> refusedStart()
    {
        QProcess process;
        process.start(QStringLiteral(FAKESWY), {u"engine"_s});
        if (!process.waitForFinished(20'000)) {
            process.kill();
            process.waitForFinished();
            return {-1, u"it did not end"_s};
        }
        return {process.exitCode(), QString::fromUtf8(process.readAllStandardError())};
    }

private Q_SLOTS:
    void aSecondEngineEndsPolitely()
    {
        EngineFixture fixture;
        fixture.connect();
        const auto [status, words] = refusedStart();
        QCOMPARE(status, 1);
        QVERIFY2(words.contains(QString::number(fixture.enginePid())), qPrintable(words));
        QVERIFY(await(fixture.client.status()));
    }

    void manyClientsAtOnceGetOneEngine()
    {
        EngineFixture fixture;
        std::vector<std::unique_ptr<client::EngineClient>> clients;
        std::vector<QCoro::Task<Result<>>> connecting;
        for (int i = 0; i < 5; ++i) {
            clients.push_back(std::make_unique<client::EngineClient>(fixture.root.paths, EngineFixture::options()));
            connecting.push_back(clients.back()->connectToEngine());
        }
        for (auto& task : connecting)
            QVERIFY(await(std::move(task)));
        for (auto& one : clients) {
            const auto status = await(one->status());
            QVERIFY(status);
            QCOMPARE(status->pid, fixture.enginePid());
        }
    }

    void aDeadEnginesSocketIsNoObstacle()
    {
        EngineFixture fixture;
        {
            QLocalServer dead; // its file stays when the process is killed; here it is put back
            QVERIFY(dead.listen(fixture.root.paths.engineSocket()));
            QVERIFY(QFile::rename(fixture.root.paths.engineSocket(), fixture.root.path(u"kept"_s)));
        }
        QVERIFY(QFile::rename(fixture.root.path(u"kept"_s), fixture.root.paths.engineSocket()));
        fixture.connect();
    }

    //! It may be busy with what the one before it left.
    void anEngineThatWasJustStartedMayTakeItsTime()
    {
        EngineFixture fixture;
        const auto program = fixture.root.path(u"slow"_s);
        writeFile(program,
                  u"#!/usr/bin/python3\n"
                  "import os, socket\n"
                  "door = socket.socket(socket.AF_UNIX)\n"
                  "door.bind('%1')\n"
                  "door.listen()\n"
                  "client, _ = door.accept()\n"
                  "while client.recv(4096): pass  # until it gives up\n"
                  "os.execv('%2', ['%2', 'engine'])\n"_s.arg(fixture.root.paths.engineSocket(), QStringLiteral(FAKESWY))
                      .toUtf8());
        QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        auto options = EngineFixture::options();
        options.engineProgram = program;
        options.patience = testing::patience;
        client::EngineClient client(fixture.root.paths, options);
        const auto connected = await(client.connectToEngine());
        QVERIFY2(connected, connected ? "" : qPrintable(describe(connected.error())));
        QVERIFY(await(client.status()));
    }

    void helloComesFirstAndNamesTheOlderSide()
    {
        EngineFixture fixture;
        fixture.connect();
        QLocalSocket socket;
        socket.connectToServer(fixture.root.paths.engineSocket());
        rpc::Peer peer(&socket);
        auto answer = await(peer.call(u"task.list"_s, {}));
        QVERIFY(!answer);
        QVERIFY(answer.error().message.contains(u"hello"_s));
        answer = await(peer.call(u"hello"_s, {{u"protocol"_s, 2}, {u"client"_s, u"future"_s}}));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Conflict);
        QVERIFY2(answer.error().hint.contains(u"engine"_s), qPrintable(answer.error().hint));
        answer = await(peer.call(u"hello"_s, {{u"protocol"_s, 0}}));
        QVERIFY2(answer.error().hint.contains(u"client"_s), qPrintable(answer.error().hint));
        answer = await(peer.call(u"hello"_s, {{u"protocol"_s, 1}, {u"client"_s, u"me"_s}}));
        QVERIFY(answer);
        socket.write("this is no JSON\n");
        QVERIFY(await(peer.call(u"engine.status"_s, {})));
    }

    void aNewerDatabaseIsRefusedAndLeftAlone()
    {
        EngineFixture fixture;
        fixture.connect();
        fixture.create(u"events:1"_s);
        QVERIFY(await(fixture.client.shutdownEngine()));
        QTRY_COMPARE(fixture.enginePid(), 0);
        {
            const auto connection =
                store::Connection::open(fixture.root.paths.database(), store::Connection::Mode::Write);
            QVERIFY(connection);
            QVERIFY(connection->run(u"INSERT INTO schema_version (version) VALUES (9999)"_s));
            QVERIFY(connection->run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s));
        }
        const auto before = readFile(fixture.root.paths.database());
        const auto [status, words] = refusedStart();
        QCOMPARE(status, 1);
        QVERIFY2(words.contains(u"newer"_s) && words.contains(u"9999"_s), qPrintable(words));
        QCOMPARE(readFile(fixture.root.paths.database()), before);
        // The client tells the engine's own words.
        client::EngineClient other(fixture.root.paths, EngineFixture::options());
        const auto connected = await(other.connectToEngine());
        QVERIFY(!connected);
        QVERIFY2(connected.error().message.contains(u"newer"_s), qPrintable(connected.error().message));
    }

    void aDamagedDatabaseIsKeptAsideAndRebuilt_data()
    {
        QTest::addColumn<int>("damage");
        QTest::newRow("header") << 0;
        QTest::newRow("a page in the middle") << 1;
        QTest::newRow("cut off") << 2;
        QTest::newRow("empty") << 3;
        QTest::newRow("gone") << 4;
    }
    void aDamagedDatabaseIsKeptAsideAndRebuilt()
    {
        QFETCH(int, damage);
        EngineFixture fixture;
        fixture.connect();
        const auto done = fixture.create(u"events:200"_s);
        QTRY_COMPARE(fixture.status(done.id()), TaskStatus::Completed);
        const auto running = fixture.create(u"events:3 wait"_s);
        QTRY_COMPARE(fixture.get(running.id()).step, 3);
        const auto before = fixture.get(done.id());
        QVERIFY(await(fixture.client.shutdownEngine()));
        QTRY_COMPARE(fixture.enginePid(), 0);

        const auto file = fixture.root.paths.database();
        auto bytes = readFile(file);
        QVERIFY(!QFile::exists(file + u"-wal"_s) || QFileInfo(file + u"-wal"_s).size() == 0);
        if (damage == 0)
            bytes.replace(0, 100, QByteArray(100, 'x'));
        else if (damage == 1)
            bytes.replace(bytes.size() / 2 / 4096 * 4096, 4096, QByteArray(4096, 'x'));
        else if (damage == 2)
            bytes.truncate(bytes.size() / 2);
        else if (damage == 3)
            bytes.clear();
        writeFile(file, bytes);
        if (damage == 4)
            QVERIFY(QFile::remove(file));

        client::EngineClient other(fixture.root.paths, EngineFixture::options());
        QVERIFY(await(other.connectToEngine()));
        const auto rebuilt = await(other.getTask(done.id()));
        QVERIFY2(rebuilt, rebuilt ? "" : qPrintable(describe(rebuilt.error())));
        QCOMPARE(rebuilt->status, TaskStatus::Completed);
        QCOMPARE(rebuilt->step, before.step);
        QCOMPARE(rebuilt->created, before.created);
        const auto events = await(other.events(done.id(), 0));
        QVERIFY(events);
        QCOMPARE(events->events.size(), 2 + 202);
        QVERIFY(await(other.guide(running.id(), u"go on"_s)));
        QTRY_COMPARE(await(other.getTask(running.id()))->status, TaskStatus::Completed);
        QCOMPARE(fixture.starts(running.id()), 1);
        const auto kept = QFileInfo(file).dir().entryList({u"switchyard.db.damaged-*"_s});
        QCOMPARE(kept.isEmpty(), damage >= 3);
        QCOMPARE(QFileInfo(file).permissions() & (QFile::ReadOther | QFile::ReadGroup), QFile::Permissions());
    }
};

QTEST_GUILESS_MAIN(TestEngineStart)
#include "tst_engine_start.moc"
