#include "process/journal.h"
#include "support/test_support.h"

#include <QRandomGenerator>

#include <csignal>

#include <sys/resource.h>

using namespace switchyard;
using namespace switchyard::process;
using namespace switchyard::testing;

namespace {

class TestClock final : public Clock
{
public:
    UtcTime now() const override { return time; }
    milliseconds monotonic() const override { return sinceBoot; }
    UtcTime time = fromMilliseconds(1'780'000'000'123);
    milliseconds sinceBoot{5000};
};

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT
private:
    TestRoot m_root;
    TestClock m_clock;
    TaskId m_task = TaskId::parse(u"a7f3c1").value();
    QString m_path;
    int m_number = 0;

    Result<Journal> open() { return Journal::open(m_path, m_task, 2, m_clock); }
    //! Five events, one of them with line ends, quotes and non-ASCII text inside.
    QByteArray filled()
    {
        auto journal = open().value();
        for (int number = 1; number <= 5; ++number)
            (void)journal.append(event_kind::agentMessage, {{u"text"_s, u"%1 \n\"ü\u0000\u202e"_s.arg(number)}})
                .value();
        return readFile(m_path);
    }

private Q_SLOTS:
    void init() { m_path = m_root.path(u"%1/tasks/2/journal.ndjson"_s.arg(++m_number)); }

    void writesOneObjectALine()
    {
        auto journal = open().value();
        QCOMPARE(journal.lastSeq(), 0);
        const auto event = journal.append(event_kind::notice, {{u"text"_s, u"hi\n"_s}}).value();
        QCOMPARE(event.seq, 1);
        QCOMPARE(readFile(m_path), "{\"attempt\":2,\"data\":{\"text\":\"hi\\n\"},\"kind\":\"notice\",\"seq\":1,"
                                   "\"t\":1780000000123,\"task\":\"a7f3c1\",\"v\":1,"
                                   "\"crc\":\"6ce16b8e\"}\n");
        const auto contents = readJournal(m_path).value();
        QCOMPARE(contents.events, QList<Event>{event});
        QVERIFY(!contents.tornTail && contents.damage.isEmpty());
        QCOMPARE(QFile(m_path).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void goesOnWithTheNextNumber()
    {
        filled();
        auto journal = open().value();
        QCOMPARE(journal.lastSeq(), 5);
        QCOMPARE(journal.append(event_kind::notice, {}).value().seq, 6);
        QCOMPARE(readJournal(m_path).value().events.size(), 6);
    }

    void restoresAllOrNothing()
    {
        auto journal = open().value();
        const auto at = [this](qint64 seq) {
            return Event{m_task, 2, seq, fromMilliseconds(1000 + seq), event_kind::notice, {}, 0};
        };
        QVERIFY(journal.restore({at(1), at(2)}));
        const auto bytes = readFile(m_path);
        const auto refused = journal.restore({at(3), at(5)});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Invalid);
        QCOMPARE(readFile(m_path), bytes);
        QVERIFY(journal.restore({at(3)}));
        QCOMPARE(readJournal(m_path).value().events, (QList<Event>{at(1), at(2), at(3)}));
    }

    void readsAfterANumber()
    {
        filled();
        QCOMPARE(readJournal(m_path, 3).value().events.size(), 2);
        QCOMPARE(readJournal(m_path, 3).value().events.first().seq, 4);
        QCOMPARE(readJournal(m_path, 99).value().events.size(), 0);
        QCOMPARE(readJournal(m_root.path(u"none"_s)).value().events.size(), 0);
    }

    // A kill or a power cut may leave any beginning of what was written.
    void cutAtEveryByte()
    {
        const auto whole = filled();
        const auto all = readJournal(m_path).value().events;
        for (qsizetype length = 0; length <= whole.size(); ++length) {
            const auto cut = whole.first(length);
            const auto complete = cut.count('\n');
            writeFile(m_path, cut);
            const auto contents = readJournal(m_path).value();
            QCOMPARE(contents.events, all.first(complete));
            QCOMPARE(contents.tornTail, length > 0 && !cut.endsWith('\n'));
            QVERIFY(contents.damage.isEmpty());
            auto journal = open().value();
            QCOMPARE(journal.lastSeq(), complete);
            QCOMPARE(journal.append(event_kind::notice, {}).value().seq, complete + 1);
            const auto again = readJournal(m_path).value();
            QCOMPARE(again.events.size(), complete + 1);
            QVERIFY(!again.tornTail && again.damage.isEmpty());
        }
    }

    void damageInTheMiddleIsNotWrittenOver_data()
    {
        QTest::addColumn<int>("line");
        QTest::addColumn<QByteArray>("instead");
        QTest::newRow("garbage") << 2 << QByteArray("garbage");
        QTest::newRow("zeros, as after a power cut") << 2 << QByteArray(300, '\0');
        QTest::newRow("empty line") << 2 << QByteArray();
        QTest::newRow("JSON of another kind") << 2 << QByteArray("[1]");
        QTest::newRow("another object") << 2 << QByteArray("{\"a\":1}");
        QTest::newRow("a number twice")
            << 2
            << QByteArray(
                   "{\"attempt\":2,\"data\":{},\"kind\":\"notice\",\"seq\":2,\"t\":1,\"task\":\"a7f3c1\",\"v\":1}");
        QTest::newRow("a gap")
            << 2
            << QByteArray(
                   "{\"attempt\":2,\"data\":{},\"kind\":\"notice\",\"seq\":4,\"t\":1,\"task\":\"a7f3c1\",\"v\":1}");
        QTest::newRow("the first") << 0 << QByteArray("\xff\xfe");
        QTest::newRow("a newer format")
            << 2
            << QByteArray(
                   "{\"attempt\":2,\"data\":{},\"kind\":\"notice\",\"seq\":3,\"t\":1,\"task\":\"a7f3c1\",\"v\":9}");
    }
    void damageInTheMiddleIsNotWrittenOver()
    {
        QFETCH(int, line);
        QFETCH(QByteArray, instead);
        auto lines = filled().split('\n');
        lines[line] = instead;
        const auto bytes = lines.join('\n');
        writeFile(m_path, bytes);
        const auto contents = readJournal(m_path).value();
        QCOMPARE(contents.events.size(), line);
        QVERIFY2(contents.damage.contains(QString::number(line + 1)), qPrintable(contents.damage));
        const auto journal = open();
        QVERIFY(!journal);
        QCOMPARE(journal.error().code, ErrorCode::Corrupt);
        QVERIFY(journal.error().message.contains(m_path));
        QCOMPARE(readFile(m_path), bytes);
    }

    // Whatever is flipped or cut: what is read is a beginning of what was written.
    void randomDamageInventsNothing()
    {
        const auto whole = filled();
        const auto all = readJournal(m_path).value().events;
        QRandomGenerator random(20'260'101);
        for (int round = 0; round < 1000; ++round) {
            auto bytes = whole.first(random.bounded(int(whole.size()) + 1));
            const bool structure = random.bounded(2) == 0;
            if (!bytes.isEmpty() && structure)
                bytes[random.bounded(int(bytes.size()))] = "{}[]\":,\n"[random.bounded(8)];
            writeFile(m_path, bytes);
            const auto contents = readJournal(m_path);
            QVERIFY(contents);
            QVERIFY(contents->events.size() <= all.size());
            for (qsizetype i = 0; i < contents->events.size(); ++i)
                QCOMPARE(contents->events[i].seq, all[i].seq);
        }
    }

    void aFullDiskLosesNothing()
    {
        filled();
        auto journal = open().value();
        const auto before = readFile(m_path);
        signal(SIGXFSZ, SIG_IGN);
        rlimit limit{};
        getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit tight{rlim_t(before.size() + 30), limit.rlim_max};
        setrlimit(RLIMIT_FSIZE, &tight);
        const auto refused = journal.append(event_kind::notice, {{u"text"_s, QString(200, u'x')}});
        setrlimit(RLIMIT_FSIZE, &limit);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Io);
        QVERIFY(!refused.error().hint.isEmpty());
        QCOMPARE(readFile(m_path), before);                              // no half line
        QCOMPARE(journal.append(event_kind::notice, {}).value().seq, 6); // the number was free
        QVERIFY(readJournal(m_path).value().damage.isEmpty());
    }

    void syncsWhenDue()
    {
        auto journal = open().value();
        QVERIFY(journal.append(event_kind::notice, {}));
        QVERIFY(journal.syncIfDue());
        m_clock.sinceBoot += milliseconds(1500);
        QVERIFY(journal.syncIfDue());
        QVERIFY(journal.sync());
    }

    void cannotBeOpened()
    {
        QVERIFY(QDir().mkpath(m_path));
        const auto journal = open();
        QVERIFY(!journal);
        QVERIFY(journal.error().message.contains(m_path));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
