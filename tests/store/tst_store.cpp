#include "store/migrations.h"
#include "store/store.h"
#include "support/test_support.h"

#include <QSemaphore>
#include <QSignalSpy>

#include <algorithm>

using namespace switchyard;
using namespace switchyard::store;
using switchyard::testing::readFile;
using switchyard::testing::TestRoot;
using switchyard::testing::writeFile;

class TestStore : public QObject
{
    Q_OBJECT

    static std::unique_ptr<Store> open(const TestRoot& root)
    {
        auto opened = Store::open(root.paths.database());
        if (!opened)
            qFatal("%s", qPrintable(describe(opened.error())));
        return std::move(*opened);
    }
    static Result<> done(QFuture<Result<>> future)
    {
        future.waitForFinished();
        return future.result();
    }
    static TaskRow row(const QString& id, const QString& title, TaskStatus status, qint64 created)
    {
        TaskRow row;
        row.task.spec.id = *TaskId::parse(id);
        row.task.spec.title = title;
        row.task.spec.goal = u"goal of "_s + title;
        row.task.spec.project = u"/p"_s;
        row.task.status = status;
        row.task.created = fromMilliseconds(created);
        return row;
    }
    static Event event(const QString& task, qint64 position, qint64 seq, int attempt = 1)
    {
        return {*TaskId::parse(task), attempt, seq, fromMilliseconds(position), u"notice"_s,
                {{u"n"_s, position}}, position};
    }
    static QStringList ids(const TaskList& list)
    {
        QStringList result;
        for (const auto& task : list.tasks)
            result << task[u"spec"][u"id"].toString();
        return result;
    }

private Q_SLOTS:
    void keepsWhatWasWritten()
    {
        TestRoot root;
        QString id;
        const auto written = row(u"aaaaaa"_s, u"one"_s, TaskStatus::Running, 5);
        {
            auto store = open(root);
            QVERIFY(store->isNew());
            id = store->id();
            QVERIFY(done(store->write({.events = {event(u"aaaaaa"_s, 1, 1), event(u"aaaaaa"_s, 2, 2)},
                                       .tasks = {written},
                                       .deleted = {},
                                       .confirmations = {},
                                       .notes = {{u"k"_s, u"v"_s}}})));
        }
        const auto store = open(root);
        QVERIFY(!store->isNew());
        QCOMPARE(store->id(), id);
        const auto read = findTask(store->reader(), written.task.id());
        QVERIFY(read && *read);
        QCOMPARE(**read, written);
        const auto events = eventsAfter(store->reader(), {}, 1, 10);
        QVERIFY(events);
        QCOMPARE(*events, QList<Event>{event(u"aaaaaa"_s, 2, 2)});
        QCOMPARE(newestPosition(store->reader()).value(), 2);
        QCOMPARE(newestSeqs(store->reader(), written.task.id()).value(), (QMap<int, qint64>{{1, 2}}));
        QCOMPARE(findNote(store->reader(), u"k"_s).value(), u"v"_s);
    }

    void aBadWriteDoesNotTakeOthersAlong()
    {
        TestRoot root;
        auto store = open(root);
        QList<QFuture<Result<>>> futures;
        QList<std::pair<qint64, QList<qint64>>> committed; // told on the writer's thread, kept on this one
        QObject here;
        QObject::connect(&store->writer(), &Writer::committed, &here,
                         [&](qint64 position, const QList<qint64>& refused) { committed.append({position, refused}); });
        for (int i = 1; i <= 20; ++i) {
            // Number 7 repeats a seq; 9 is refused before it is tried.
            const Event one = event(u"aaaaaa"_s, i, i == 7 ? 6 : i);
            Writer::Before before;
            if (i == 9)
                before = []() -> Result<> { return fail(ErrorCode::Io, u"no room"_s); };
            futures << store->write({.events = {one}, .tasks = {}, .deleted = {}, .confirmations = {}, .notes = {}},
                                    before);
        }
        for (int i = 1; i <= 20; ++i)
            QCOMPARE(done(futures[i - 1]).has_value(), i != 7 && i != 9);
        QCOMPARE(eventsAfter(store->reader(), {}, 0, 100)->size(), 18);
        // The last word is 20; every refusal was told before a position that lies behind it.
        QTRY_COMPARE(committed.isEmpty() ? 0 : committed.last().first, 20);
        QSet<qint64> refused;
        for (const auto& [position, these] : std::as_const(committed)) {
            for (const auto one : these)
                refused.insert(one);
            QVERIFY(position < 7 || refused.contains(7));
            QVERIFY(position < 9 || refused.contains(9));
        }
        QCOMPARE(refused, (QSet<qint64>{7, 9}));
    }

    //! Each waits for the disk: those of several tasks do so together, those of one in order.
    void preparesTasksSideBySide()
    {
        TestRoot root;
        constexpr int tasks = 3, limit = 60'000;
        QSemaphore held, queued, arrived;
        QMutex guard;
        QList<QPair<QString, qint64>> order;
        QList<QFuture<Result<>>> futures;
        auto store = open(root);
        // Holds the writer until all the others are in its queue; it has to have this one alone.
        futures << store->write({.events = {event(u"ffffff"_s, 1, 1)}}, [&]() -> Result<> {
            held.release();
            return queued.tryAcquire(1, limit) ? Result<>() : fail(ErrorCode::Timeout, u"nobody came"_s);
        });
        QVERIFY(held.tryAcquire(1, limit));
        qint64 position = 1;
        for (const int seq : {1, 2}) {
            for (const auto& id : {u"aaaaaa"_s, u"bbbbbb"_s, u"cccccc"_s}) {
                futures << store->write({.events = {event(id, ++position, seq)}}, [&, id, seq]() -> Result<> {
                    if (seq == 1) { // goes on only when all have come as far
                        arrived.release();
                        if (!arrived.tryAcquire(tasks, limit))
                            return fail(ErrorCode::Timeout, u"the others wait for their turn"_s);
                        arrived.release(tasks);
                    }
                    const QMutexLocker lock(&guard);
                    order.append({id, seq});
                    return {};
                });
            }
        }
        queued.release();
        for (auto& future : futures)
            QVERIFY(done(future));
        QCOMPARE(order.size(), 2 * tasks);
        for (const auto& id : {u"aaaaaa"_s, u"bbbbbb"_s, u"cccccc"_s})
            QVERIFY(order.indexOf({id, 1}) < order.indexOf({id, 2}));
        QCOMPARE(newestPosition(store->reader()).value(), position);
    }

    void listsNewestFirstFilteredAndPaged()
    {
        TestRoot root;
        auto store = open(root);
        Changes changes;
        const TaskStatus statuses[] = {TaskStatus::Completed, TaskStatus::Failed, TaskStatus::Running};
        for (int i = 0; i < 9; ++i)
            changes.tasks << row(u"00000%1"_s.arg(i), i == 4 ? u"Ünïcode 100%"_s : u"task_%1"_s.arg(i), statuses[i % 3],
                                 100 + i);
        QVERIFY(done(store->write(changes)));
        auto list = listTasks(store->reader(), {.statuses = {}, .text = {}, .project = {}, .limit = 3, .offset = 1});
        QVERIFY(list);
        QCOMPARE(list->total, 9);
        QCOMPARE(ids(*list), QStringList({u"000007"_s, u"000006"_s, u"000005"_s}));
        list = listTasks(store->reader(), {.statuses = {TaskStatus::Failed, TaskStatus::Completed, TaskStatus::Failed},
                                           .text = {},
                                           .project = {},
                                           .limit = 4,
                                           .offset = 2});
        QCOMPARE(list->total, 6);
        QCOMPARE(ids(*list), QStringList({u"000004"_s, u"000003"_s, u"000001"_s, u"000000"_s}));
        list = listTasks(store->reader(), {.statuses = {}, .text = u"ÜNÏ"_s, .project = {}});
        QCOMPARE(ids(*list), QStringList(u"000004"_s));
        list = listTasks(store->reader(), {.statuses = {}, .text = u"100%"_s, .project = {}});
        QCOMPARE(list->total, 1);
        list = listTasks(store->reader(), {.statuses = {}, .text = u"task_1"_s, .project = u"/other"_s});
        QCOMPARE(list->total, 0);
        list = listTasks(store->reader(), {.statuses = {}, .text = {}, .project = {}, .limit = 5, .offset = 50});
        QCOMPARE(list->tasks.size(), 0);
        QCOMPARE(list->total, 9);
    }

    void findsByTheBeginningsOfWords_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("found"); // newest first
        QTest::newRow("one word") << u"calculator"_s << QStringList{u"000001"_s, u"000000"_s};
        QTest::newRow("its beginning, in capitals") << u"CALC"_s << QStringList{u"000001"_s, u"000000"_s};
        QTest::newRow("two words, in any order") << u"tests calc"_s << QStringList{u"000000"_s};
        QTest::newRow("not inside a word") << u"culator"_s << QStringList{};
        QTest::newRow("a word of the goal") << u"thoroughly"_s << QStringList{u"000002"_s};
        QTest::newRow("umlauts") << u"ümlaut"_s << QStringList{u"000003"_s};
        QTest::newRow("Chinese, by any character") << u"算器"_s << QStringList{u"000004"_s};
        QTest::newRow("signs are no words") << u"100% +_\\"_s << QStringList{u"000003"_s};
        QTest::newRow("signs alone") << u"%_%"_s << QStringList{};
        QTest::newRow("a quote") << u"o'calc"_s << QStringList{};
        QTest::newRow("one of two unknown") << u"calculator zebra"_s << QStringList{};
    }
    void findsByTheBeginningsOfWords()
    {
        QFETCH(QString, text);
        TestRoot root;
        auto store = open(root);
        Changes changes;
        int n = 0;
        for (const auto& title : {u"Build a calculator with tests"_s, u"Paint the calculator"_s, u"Sweep"_s,
                                  u"Über Ümlaute: 100%"_s, u"计算器"_s}) {
            auto one = row(u"00000%1"_s.arg(n), title, TaskStatus::Completed, 100 + n);
            one.task.spec.goal = n == 2 ? u"Do it thoroughly"_s : title;
            changes.tasks << one;
            ++n;
        }
        QVERIFY(done(store->write(changes)));
        const auto list = listTasks(store->reader(), {.text = text});
        QVERIFY(list);
        QTEST(ids(*list), "found");
        QCOMPARE(list->total, int(list->tasks.size()));
        // The same with other conditions beside it.
        const auto failed = listTasks(store->reader(), {.statuses = {TaskStatus::Failed}, .text = text});
        QVERIFY(failed && failed->tasks.isEmpty());
        const auto completed =
            listTasks(store->reader(), {.statuses = {TaskStatus::Failed, TaskStatus::Completed}, .text = text});
        QVERIFY(completed);
        QTEST(ids(*completed), "found");
    }

    void findsAmongManyToo()
    {
        TestRoot root;
        auto store = open(root);
        constexpr int tasks = 4000;
        for (int from = 0; from < tasks; from += 500) {
            Changes changes;
            for (int n = from; n < from + 500; ++n)
                changes.tasks << row(u"%1"_s.arg(n, 6, 16, QLatin1Char('0')),
                                     n % 100 == 7 ? u"common rare"_s : u"common"_s, TaskStatus::Completed, n);
            QVERIFY(done(store->write(changes)));
        }
        auto list = listTasks(store->reader(), {.text = u"comm"_s, .limit = 10, .offset = 20}); // down from the newest
        QVERIFY(list);
        QCOMPARE(list->tasks.size(), 10);
        QCOMPARE(ids(*list).first(), u"%1"_s.arg(tasks - 21, 6, 16, QLatin1Char('0')));
        QVERIFY(list->total > 30 && list->total <= tasks);
        list = listTasks(store->reader(), {.text = u"common rar"_s, .limit = 100}); // by the rare one
        QVERIFY(list);
        QCOMPARE(list->total, 40);
        QCOMPARE(list->tasks.size(), 40);
        list = listTasks(store->reader(), {.text = u"rare"_s, .limit = 10, .offset = 35});
        QVERIFY(list);
        QCOMPARE(list->total, 40);
        QCOMPARE(list->tasks.size(), 5);
    }

    void keepsCountOfTasks()
    {
        TestRoot root;
        auto store = open(root);
        const auto total = [&](const QList<TaskStatus>& statuses, const QString& project = {}) {
            const auto list = listTasks(store->reader(), {.statuses = statuses, .project = project});
            return list ? list->total : -1;
        };
        auto one = row(u"aaaaaa"_s, u"one"_s, TaskStatus::Queued, 1);
        QVERIFY(done(store->write({.tasks = {one, row(u"bbbbbb"_s, u"two"_s, TaskStatus::Failed, 2)}})));
        QCOMPARE(total({}), 2);
        one.task.status = TaskStatus::Running;
        QVERIFY(done(store->write({.tasks = {one}})));
        QVERIFY(done(store->write({.tasks = {one}})));
        QCOMPARE(total({}), 2);
        QCOMPARE(total({TaskStatus::Queued}), 0);
        QCOMPARE(total({TaskStatus::Running}), 1);
        QCOMPARE(total({}, one.task.spec.project), 2);
        QVERIFY(done(store->write({.deleted = {one.task.id()}})));
        QCOMPARE(total({}), 1);
        QCOMPARE(listTasks(store->reader(), {.text = u"one"_s})->total, 0);
    }

    void aCopyOfWhatNoJournalTellsIsKept_data()
    {
        QTest::addColumn<QByteArray>("before"); // what the file held
        QTest::newRow("new") << QByteArray();
        QTest::newRow("damaged") << QByteArray(50'000, 'x');
    }
    void aCopyOfWhatNoJournalTellsIsKept()
    {
        QFETCH(QByteArray, before);
        TestRoot root;
        const auto file = root.paths.database() + u".kept"_s;
        {
            auto store = open(root);
            auto created = event(u"aaaaaa"_s, 1, 1, 0);
            created.kind = event_kind::taskCreated;
            created.data = {{u"spec"_s, row(u"aaaaaa"_s, u"one"_s, TaskStatus::Queued, 1).task.spec.toJson()}};
            QVERIFY(done(store->write({.events = {created},
                                       .tasks = {row(u"aaaaaa"_s, u"one"_s, TaskStatus::Completed, 1),
                                                 row(u"bbbbbb"_s, u"two"_s, TaskStatus::Completed, 2)},
                                       .notes = {{u"first"_s, u"1"_s}}})));
        }
        QFile::remove(file);
        if (!before.isEmpty())
            writeFile(file, before);
        {
            auto store = open(root); // what is there already is taken over by a new file
            QVERIFY(done(store->write({.deleted = {*TaskId::parse(u"aaaaaa")}, .notes = {{u"second"_s, u"2"_s}}})));
        }
        const auto kept = KeptFile::read(root.paths.database());
        QCOMPARE(kept.notes, (QMap<QString, QString>{{u"first"_s, u"1"_s}, {u"second"_s, u"2"_s}}));
        QCOMPARE(kept.runs.size(), 1);
        QCOMPARE(kept.runs.first().first().toString(), u"aaaaaa"_s);
    }

    void deletingLeavesTheWordOfIt()
    {
        TestRoot root;
        auto store = open(root);
        QVERIFY(done(store->write({.events = {event(u"aaaaaa"_s, 1, 1)},
                                   .tasks = {row(u"aaaaaa"_s, u"x"_s, TaskStatus::Failed, 1)},
                                   .deleted = {},
                                   .confirmations = {},
                                   .notes = {}})));
        QVERIFY(done(store->write({.events = {event(u"aaaaaa"_s, 2, 1, 0)},
                                   .tasks = {},
                                   .deleted = {*TaskId::parse(u"aaaaaa")},
                                   .confirmations = {},
                                   .notes = {}})));
        QVERIFY(!*findTask(store->reader(), *TaskId::parse(u"aaaaaa")));
        QCOMPARE(eventsAfter(store->reader(), {}, 0, 10)->size(), 1);
    }

    void hostileTextIsOnlyText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("quotes") << u"'; DROP TABLE task; --"_s;
        QTest::newRow("nul") << u"a"_s + QChar(0) + u"b"_s;
        QTest::newRow("right to left") << QString(QChar(0x202e)) + u"evil"_s;
        QTest::newRow("long") << QString(4096, u'x');
        QTest::newRow("astral") << u"🚦"_s;
    }
    void hostileTextIsOnlyText()
    {
        QFETCH(QString, text);
        TestRoot root;
        auto store = open(root);
        const auto written = row(u"aaaaaa"_s, text, TaskStatus::Failed, 1);
        const auto result =
            done(store->write({.events = {}, .tasks = {written}, .deleted = {}, .confirmations = {}, .notes = {}}));
        QVERIFY2(result, result ? "" : qPrintable(describe(result.error())));
        QCOMPARE((*findTask(store->reader(), written.task.id()))->task.spec.title, text);
    }

    void migrationsAreNumberedWithoutGaps()
    {
        int expected = 1;
        for (const auto& step : migrations()) {
            QCOMPARE(step.version, expected++);
            QVERIFY(!step.statements.isEmpty());
        }
        QVERIFY(expected > 1);
    }

    void upgradesFromEveryOldVersion()
    {
        for (int old = 0; old < newestVersion(); ++old) {
            TestRoot root;
            {
                auto connection = Connection::open(root.paths.database(), Connection::Mode::Write);
                QVERIFY(connection);
                QVERIFY(connection->run(u"CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY)"_s));
                for (const auto& step : migrations().first(old)) {
                    for (const auto& statement : step.statements)
                        QVERIFY(connection->run(statement));
                    QVERIFY(connection->run(u"INSERT INTO schema_version (version) VALUES (?)"_s, {step.version}));
                }
            }
            const auto store = open(root);
            QCOMPARE(versionOf(store->reader()).value(), newestVersion());
        }
    }

    void isSafeAgainstPowerCuts()
    {
        TestRoot root;
        const auto store = open(root);
        const auto connection = Connection::open(root.paths.database(), Connection::Mode::Write);
        QVERIFY(connection);
        auto rows = connection->run(u"PRAGMA synchronous"_s);
        QVERIFY(rows && rows->next());
        QCOMPARE(rows->value(0).toInt(), 2); // FULL
        rows = connection->run(u"PRAGMA journal_mode"_s);
        QVERIFY(rows && rows->next());
        QCOMPARE(rows->value(0).toString(), u"wal"_s);
        QVERIFY(!store->reader().run(u"DELETE FROM task"_s)); // readers only read
    }

    void damageIsSeenAtOnce()
    {
        TestRoot root;
        writeFile(root.paths.database(),
                  "this is no database, but long enough to be taken for one: " + QByteArray(200, 'x'));
        const auto opened = Store::open(root.paths.database());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::Corrupt);
        const auto aside = Store::keepAside(root.paths.database(), fromMilliseconds(0));
        QVERIFY(aside);
        QVERIFY(aside->endsWith(u"damaged-19700101-000000"_s));
        QVERIFY(readFile(*aside).startsWith("this is no database"));
    }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
