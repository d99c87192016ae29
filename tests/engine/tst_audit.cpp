#include "helpers-engine/engine_fixture.h"

using namespace switchyard;
using switchyard::testing::await;
using switchyard::testing::EngineFixture;

//! What was asked, answered and tried in vain stands in the audit, and nothing in it can be changed unseen.
class TestAudit : public QObject
{
    Q_OBJECT

    static Secret code(const char* text) { return Secret(QByteArray(text)); }
    static Confirmation waiting(EngineFixture& fixture, const TaskId& id)
    {
        [&] { QTRY_COMPARE_WITH_TIMEOUT(fixture.status(id), TaskStatus::Waiting, 30'000); }();
        return fixture.get(id).waitingFor.value(0);
    }
    //! A task that asked, was answered wrongly once and then rightly.
    static void fill(EngineFixture& fixture)
    {
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("qz4711!"), {})));
        const auto task = fixture.create(u"confirm"_s).id();
        const auto request = waiting(fixture, task);
        QVERIFY(!await(fixture.client.answerConfirmation(request.id, true, code("qz0000!"))));
        QVERIFY(await(fixture.client.answerConfirmation(request.id, true, code("qz4711!"))));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.status(task), TaskStatus::Completed, 30'000);
        QVERIFY(!await(fixture.client.answerConfirmation(request.id, true, code("qz4711!"))));
        QVERIFY(!await(fixture.client.setCode(code("qz9999!"), code("qz0000!"))));
    }
    static QStringList whats(const QList<QJsonObject>& entries)
    {
        QStringList list;
        for (const auto& entry : entries)
            list << entry[u"what"].toString();
        return list;
    }
    static client::EngineClient::AuditCheck verified(EngineFixture& fixture)
    {
        const auto check = await(fixture.client.verifyAudit());
        return check ? *check : client::EngineClient::AuditCheck{-1, describe(check.error()), -1};
    }
    static void write(const EngineFixture& fixture, const QByteArrayList& lines)
    {
        QFile file(fixture.root.paths.audit());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(lines.join('\n') + '\n');
    }

private Q_SLOTS:
    void holdsWhatWasAskedAnsweredAndTriedInVain()
    {
        EngineFixture fixture;
        fill(fixture);
        auto entries = await(fixture.client.audit(100));
        QVERIFY(entries && entries->size() == 7);
        // An order stands there with its outcome: what it began may be heard of before.
        if (entries->at(1)[u"what"] == "asked for the code"_L1)
            entries->swapItemsAt(1, 2);
        QCOMPARE(whats(*entries),
                 (QStringList{u"code chosen"_s, u"task.create"_s, u"asked for the code"_s, u"answer not taken"_s,
                              u"allowed"_s, u"answer not taken"_s, u"code not changed"_s}));
        QCOMPARE(entries->at(2)[u"command"].toString(), u"rm old.py"_s);
        QCOMPARE(entries->at(1)[u"task"], entries->at(2)[u"task"]);
        QCOMPARE(entries->at(1)[u"by"].toString(), u"test"_s);
        QCOMPARE(entries->at(4)[u"by"].toString(), u"test"_s);
        QCOMPARE(entries->at(4)[u"door"].toString(), u"socket"_s);
        QVERIFY(entries->at(4)[u"time"].toInteger() > 0);
        QCOMPARE(whats(*await(fixture.client.audit(2))), (QStringList{u"answer not taken"_s, u"code not changed"_s}));
        const auto text = testing::readFile(fixture.root.paths.audit());
        QVERIFY(!text.contains("qz4711!") && !text.contains("qz0000!") && !text.contains("qz9999!")); // never a code
        QCOMPARE(QFile::permissions(fixture.root.paths.audit()) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        QCOMPARE(verified(fixture).problem, QString());
        QCOMPARE(verified(fixture).entries, 7);
    }

    void goesOnAfterARestart()
    {
        EngineFixture fixture;
        fill(fixture);
        const auto before = verified(fixture).entries;
        fixture.killEngine();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.client.state(), client::EngineClient::State::Disconnected, 30'000);
        fixture.connect();
        QVERIFY(await(fixture.client.setCode(code("qz5555!"), code("qz4711!"))));
        QCOMPARE(verified(fixture).problem, QString());
        QCOMPARE(verified(fixture).entries, before + 1);
    }

    void tellsEveryChange_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<qint64>("line");
        QTest::newRow("a word changed") << 0 << qint64(4);
        QTest::newRow("a line taken out") << 1 << qint64(4);
        QTest::newRow("two lines exchanged") << 2 << qint64(4);
        QTest::newRow("the last line cut off") << 3 << qint64(6);
        QTest::newRow("a line put in") << 4 << qint64(4);
        QTest::newRow("no file") << 5 << qint64(0);
    }
    void tellsEveryChange()
    {
        QFETCH(int, change);
        QFETCH(qint64, line);
        EngineFixture fixture;
        fill(fixture);
        auto lines = testing::readFile(fixture.root.paths.audit()).trimmed().split('\n');
        QCOMPARE(lines.size(), 7);
        switch (change) {
        case 0:
            lines[3].replace("not taken", "taken");
            break;
        case 1:
            lines.removeAt(3);
            break;
        case 2:
            lines.swapItemsAt(3, 4);
            break;
        case 3:
            lines.removeLast();
            break;
        case 4:
            lines.insert(3, lines.at(2));
            break;
        default:
            break;
        }
        if (change == 5)
            QVERIFY(QFile::remove(fixture.root.paths.audit()));
        else
            write(fixture, lines);
        const auto check = verified(fixture);
        QVERIFY(!check.problem.isEmpty());
        QCOMPARE(check.line, line);
        // Whatever was written before a task is taken is on disk as well.
        (void)fixture.create(u"wait"_s);
        // A new engine begins where the file ends, and still tells.
        fixture.killEngine();
        QTRY_COMPARE_WITH_TIMEOUT(fixture.client.state(), client::EngineClient::State::Disconnected, 30'000);
        fixture.connect();
        QVERIFY(!verified(fixture).problem.isEmpty());
        QVERIFY(await(fixture.client.setCode(code("qz5555!"), code("qz4711!"))));
        QVERIFY(!verified(fixture).problem.isEmpty()); // going on does not cover it up
    }
};

QTEST_GUILESS_MAIN(TestAudit)
#include "tst_audit.moc"
