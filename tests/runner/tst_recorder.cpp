#include "runner/recorder.h"
#include "support/test_support.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSignalSpy>

#include <csignal>
#include <sys/resource.h>

using namespace switchyard;
using runner::Recorder;

class TestRecorder : public QObject
{
    Q_OBJECT

    testing::TestRoot m_root;
    const TaskId m_task = TaskId::parse(u"a7f3c1").value();
    Result<process::Journal> journal(int attempt)
    {
        return process::Journal::open(m_root.paths.journal(m_task, attempt), m_task, attempt, Clock::system());
    }

private Q_SLOTS:
    void textIsJoinedAndKeepsItsPlace()
    {
        Recorder recorder(journal(1).value());
        QList<Event> seen;
        connect(&recorder, &Recorder::recorded, this, [&](const Event& event) { seen << event; });
        recorder.recordText(event_kind::agentMessage, u"Hello "_s, {});
        recorder.recordText(event_kind::agentMessage, u"world"_s, {});
        recorder.recordText(event_kind::agentThought, u"hm"_s, {});
        recorder.record(event_kind::notice, {{u"text"_s, u"n"_s}});
        QCOMPARE(seen.size(), 3);
        QCOMPARE(seen[0].data[u"text"].toString(), u"Hello world"_s);
        QCOMPARE(seen[1].kind, QString(event_kind::agentThought));
        QCOMPARE(seen[2].kind, QString(event_kind::notice));
        recorder.recordText(event_kind::agentMessage, u"later"_s, {});
        QTRY_COMPARE(seen.size(), 4); // by itself, after a moment
        const auto contents = process::readJournal(m_root.paths.journal(m_task, 1)).value();
        QCOMPARE(contents.events, seen);
    }
    void illegalStatusChangesNothing()
    {
        Recorder recorder(journal(2).value());
        QSignalSpy recorded(&recorder, &Recorder::recorded);
        recorder.setStatus(TaskStatus::Running);
        recorder.setStatus(TaskStatus::Completed);
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"cannot go from completed to running"_s));
        recorder.setStatus(TaskStatus::Running);
        QCOMPARE(recorded.size(), 2);
        QCOMPARE(recorder.status(), TaskStatus::Completed);
    }
    void nobodyIsToldWhatIsNotOnDisk()
    {
        const auto path = m_root.paths.journal(m_task, 3);
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        auto whole = journal(3).value();
        Recorder recorder(std::move(whole));
        QSignalSpy recorded(&recorder, &Recorder::recorded);
        // From here on the file cannot grow: the limit stands in for a full disk.
        const rlimit none{0, RLIM_INFINITY};
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &none);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"cannot be written"_s));
        recorder.record(event_kind::notice, {{u"text"_s, u"one"_s}});
        recorder.record(event_kind::notice, {{u"text"_s, u"two"_s}});
        QCOMPARE(recorded.size(), 0);
        setrlimit(RLIMIT_FSIZE, &before);
        QTRY_COMPARE_WITH_TIMEOUT(recorded.size(), 2, 5000);
        const auto contents = process::readJournal(path).value();
        QCOMPARE(contents.events.size(), 2);
        QCOMPARE(contents.events[1].data[u"text"].toString(), u"two"_s);
        QVERIFY(contents.damage.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
