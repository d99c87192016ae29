#include "process/journal.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace switchyard;
using process::Journal;

//! A journal that was cut, flipped, overwritten or shifted: what is read are its first events, unchanged; none is
//! invented, and what is missing is told.
class TestJournalDamage : public QObject
{
    Q_OBJECT

    static constexpr int events = 60;
    QTemporaryDir m_folder;
    QList<Event> m_written;
    QByteArray m_bytes;
    const TaskId m_task = TaskId::parse(u"a7f3c1").value();

    QString path(const QString& name = u"journal.ndjson"_s) const { return m_folder.filePath(u"1/"_s + name); }
    void put(const QByteArray& bytes) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    static void damage(QByteArray& bytes, QRandomGenerator& numbers, int way)
    {
        const auto at = qsizetype(numbers.bounded(int(bytes.size())));
        switch (way) {
        case 0: // a power cut
            bytes.truncate(at);
            break;
        case 1: // bits that turned over
            for (int count = 1 + int(numbers.bounded(3u)); count > 0; --count)
                bytes[qsizetype(numbers.bounded(int(bytes.size())))] ^= char(1 << numbers.bounded(8u));
            break;
        case 2: { // a block of something else, as disks return
            const auto size = std::min<qsizetype>(1 + int(numbers.bounded(512u)), bytes.size() - at);
            for (qsizetype i = at; i < at + size; ++i)
                bytes[i] = numbers.bounded(2u) ? char(0) : char(numbers.bounded(256u));
            break;
        }
        case 3: // a piece missing
            bytes.remove(at, 1 + int(numbers.bounded(300u)));
            break;
        default: { // a piece twice
            const auto piece = bytes.sliced(at, std::min<qsizetype>(bytes.size() - at, 1 + int(numbers.bounded(300u))));
            bytes.insert(at, piece);
        }
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto journal = Journal::open(path(), m_task, 1, Clock::system());
        QVERIFY(journal);
        for (int i = 0; i < events; ++i) {
            const QJsonObject data{{u"text"_s, u"word %1 of an agent, ünïcode, \"quotes\""_s.arg(i)},
                                   {u"number"_s, i * 1000},
                                   {u"nested"_s, QJsonObject{{u"crc"_s, u"0badc0de"_s}}}};
            const auto event = journal->append(i % 7 ? u"agent.message"_s : u"task.status"_s, data);
            QVERIFY(event);
            m_written << *event;
        }
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_bytes = file.readAll();
    }

    void whole()
    {
        put(m_bytes);
        const auto contents = process::readJournal(path());
        QVERIFY(contents);
        QCOMPARE(contents->events, m_written);
        QVERIFY(contents->damage.isEmpty());
        QVERIFY(!contents->tornTail);
    }

    void damaged_data()
    {
        QTest::addColumn<int>("way");
        QTest::newRow("cut off") << 0;
        QTest::newRow("bits flipped") << 1;
        QTest::newRow("overwritten") << 2;
        QTest::newRow("a piece missing") << 3;
        QTest::newRow("a piece twice") << 4;
    }
    void damaged()
    {
        QFETCH(int, way);
        QRandomGenerator numbers(quint32(1000 + way));
        int unread = 0;
        for (int round = 0; round < 1000; ++round) {
            auto bytes = m_bytes;
            damage(bytes, numbers, way);
            if (bytes == m_bytes)
                continue;
            put(bytes);
            const auto contents = process::readJournal(path());
            QVERIFY2(contents, qPrintable(QString::number(round)));
            const auto& read = contents->events;
            QVERIFY2(read.size() <= m_written.size() && read == m_written.first(read.size()),
                     qPrintable(u"round %1 invents something after event %2"_s.arg(round).arg(read.size())));
            const bool told = contents->tornTail || !contents->damage.isEmpty();
            // A cut between two lines looks like a journal that ends there.
            const bool cleanCut = way == 0 && bytes.endsWith('\n');
            const bool sameAtTheEnd = read.size() == m_written.size();
            if (!told && !cleanCut && !sameAtTheEnd && bytes.size() > 0)
                unread += way != 3 || !bytes.endsWith('\n'); // the piece may have been the last lines
            if (!contents->damage.isEmpty())
                QVERIFY(contents->damage.contains(u"event %1"_s.arg(read.size() + 1)));

            // Writing goes on behind the last good line, or not at all; what is there is never written over.
            auto journal = Journal::open(path(), m_task, 1, Clock::system());
            QCOMPARE(bool(journal), contents->damage.isEmpty());
            if (journal) {
                QCOMPARE(journal->lastSeq(), read.size());
                QVERIFY(journal->append(u"notice"_s, {}));
                const auto again = process::readJournal(path());
                QVERIFY(again && again->damage.isEmpty() && !again->tornTail);
                QCOMPARE(again->events.size(), read.size() + 1);
                QCOMPARE(again->events.first(read.size()), read);
            } else {
                QCOMPARE(journal.error().code, ErrorCode::Corrupt);
            }
        }
        QCOMPARE(unread, 0);
    }

    //! Journals from before there were checksums are read; a line without one among others is not.
    void earlierVersions()
    {
        QByteArray old;
        for (const auto& event : m_written.first(10))
            old += QJsonDocument(event.toJson()).toJson(QJsonDocument::Compact) + '\n';
        put(old);
        auto contents = process::readJournal(path());
        QVERIFY(contents && contents->damage.isEmpty());
        QCOMPARE(contents->events, m_written.first(10));
        {
            auto journal = Journal::open(path(), m_task, 1, Clock::system());
            QVERIFY(journal && journal->append(u"notice"_s, {}));
        }
        contents = process::readJournal(path());
        QCOMPARE(contents->events.size(), 11);
        auto mixed = m_bytes;
        mixed += QJsonDocument(Event{m_task, 1, events + 1, {}, u"notice"_s, {}, 0}.toJson())
                     .toJson(QJsonDocument::Compact) +
                 '\n';
        put(mixed);
        contents = process::readJournal(path());
        QCOMPARE(contents->events.size(), events);
        QVERIFY(contents->damage.contains(u"checksum"_s));
    }
};

QTEST_GUILESS_MAIN(TestJournalDamage)
#include "tst_journal_damage.moc"
