#include "support/test_support.h"
#include "ui/log/log_canvas.h"
#include "ui/log/log_view.h"
#include "ui/log/pill_button.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCoro/QCoroFuture>
#include <QLabel>
#include <QPromise>
#include <QTest>

using namespace switchyard;
using namespace switchyard::ui;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 60'000;

//! A log somewhere else.
struct FarLog {
    QByteArray bytes; //!< from `kept` on
    qint64 kept = 0;  //!< what was before has been thrown away
    QList<process::TimeRecord> times;
    Error broken;                                                              //!< what is answered instead
    bool held = false;                                                         //!< no answer comes …
    std::shared_ptr<QPromise<void>> gate = std::make_shared<QPromise<void>>(); //!< … until this is finished
    int asked = 0;

    void release()
    {
        held = false;
        gate->finish();
        gate = std::make_shared<QPromise<void>>();
        gate->start();
    }
};
using FarLogPtr = std::shared_ptr<FarLog>;

QCoro::Task<Result<process::LogSlice>> readFar(FarLogPtr log, qint64 offset, qint64 limit)
{
    ++log->asked;
    if (log->held)
        co_await log->gate->future();
    if (!log->broken.message.isEmpty())
        co_return fail(log->broken);
    const auto size = log->kept + log->bytes.size();
    const auto from = std::clamp(offset, log->kept, size);
    co_return process::LogSlice{from, log->bytes.mid(from - log->kept, limit), size};
}

QCoro::Task<Result<QList<process::TimeRecord>>> timesFar(FarLogPtr log, qsizetype from)
{
    co_return log->times.mid(from);
}

LogReader readerOf(const FarLogPtr& log)
{
    return {[log](qint64 offset, qint64 limit) { return readFar(log, offset, limit); },
            [log](qsizetype from) { return timesFar(log, from); }};
}

FarLogPtr farLog(const QByteArray& bytes)
{
    auto log = std::make_shared<FarLog>();
    log->bytes = bytes;
    log->gate->start();
    return log;
}

QByteArray lines(int first, int count)
{
    QByteArray log;
    for (int i = first; i < first + count; ++i)
        log += "line " + QByteArray::number(i) + (i % 1000 == 37 ? " error: it broke" : "") + '\n';
    return log;
}

QByteArray everything(const LogSpool& spool)
{
    const auto& file = spool.file();
    return file ? file->read(file->begin(), file->size() - file->begin()) : QByteArray();
}

//! A view of a log that is not on this machine.
struct Fixture {
    testing::TestRoot root;
    FarLogPtr log;
    LogView view;
    LogCanvas* canvas = view.findChild<LogCanvas*>(u"logLines"_s);
    QLabel* count = view.findChild<QLabel*>(u"searchCount"_s);
    QLabel* note = view.findChild<QLabel*>(u"logNote"_s);

    explicit Fixture(const FarLogPtr& far, bool following = true) : log(far)
    {
        view.resize(800, 400);
        view.setFollowing(following);
        view.setLog(root.path(u"elsewhere/output.log"_s), readerOf(log));
        view.show();
        QVERIFY(QTest::qWaitForWindowActive(&view, patience));
        canvas->setFocus();
    }
    QStringList shown() const
    {
        canvas->viewport()->repaint();
        return canvas->visibleText().split(u'\n');
    }
    void run(const QString& action) const { view.findChild<QAction*>(action)->trigger(); }
};

} // namespace

class TestLogSpool : public QObject
{
    Q_OBJECT
    testing::TestRoot m_root; // temporary files go there
private Q_SLOTS:
    void readsAll_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("fromEnd");
        for (const bool fromEnd : {false, true}) {
            const auto* const end = fromEnd ? " from the end" : "";
            QTest::addRow("one page%s", end) << lines(1, 50) << fromEnd;
            QTest::addRow("exactly a page%s", end) << lines(1, 200).first(1023) + '\n' << fromEnd;
            QTest::addRow("many pages%s", end) << lines(1, 5000) << fromEnd;
            QTest::addRow("no end%s", end) << lines(1, 500) + "and" << fromEnd;
            QTest::addRow("one long line%s", end) << QByteArray(9000, 'x') << fromEnd;
            QTest::addRow("long lines%s", end)
                << QByteArray(3000, 'x') + '\n' + QByteArray(5000, 'y') + '\n' + lines(1, 3) << fromEnd;
        }
    }
    void readsAll()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const bool, fromEnd);
        const auto log = farLog(bytes);
        LogSpool spool(readerOf(log), fromEnd, {.page = 1024});
        bool honest = true, wholeLines = true;
        connect(&spool, &LogSpool::changed, &spool, [&] {
            if (!spool.file())
                return;
            const auto begin = spool.file()->begin();
            honest = honest && everything(spool) == bytes.sliced(begin, spool.file()->size() - begin);
            // but where a line is longer than the page that was there first
            wholeLines = wholeLines && (begin == 0 || bytes.at(begin - 1) == '\n' || bytes.count('\n') < 10);
        });
        QTRY_VERIFY_WITH_TIMEOUT(spool.isWhole() && spool.bytesMissing() == 0, patience);
        QVERIFY(honest);
        QVERIFY(wholeLines);
        QCOMPARE(everything(spool), bytes);
        QCOMPARE(spool.file()->origin(), 0);
    }

    void beginsWithWhatIsKept()
    {
        const auto log = farLog(lines(1, 800));
        log->kept = 7000;
        log->times = {{6000, 1s}, {7100, 2s}};
        LogSpool spool(readerOf(log), true, {.page = 1024});
        QTRY_VERIFY_WITH_TIMEOUT(spool.isWhole() && !spool.times().isEmpty(), patience);
        QCOMPARE(everything(spool), log->bytes);
        QCOMPARE(spool.file()->origin(), 7000);
        QCOMPARE(spool.times().last(), (process::TimeRecord{100, 2s}));
    }

    void losesItsBeginningMeanwhile()
    {
        const auto log = farLog(lines(1, 2000));
        const auto all = log->bytes;
        LogSpool spool(readerOf(log), true, {.page = 1024});
        const auto forget = connect(&spool, &LogSpool::changed, &spool, [&] {
            if (spool.bytesKept() < 4096 || log->kept > 0)
                return;
            log->kept = 5000;
            log->bytes = all.sliced(5000);
        });
        QTRY_VERIFY_WITH_TIMEOUT(spool.isWhole(), patience);
        QCOMPARE(everything(spool), all.sliced(5000));
        QCOMPARE(spool.file()->begin(), 5000);
    }

    void followsAndBeginsAnewOverTheLimit()
    {
        const auto log = farLog(lines(1, 100));
        const qint64 most = 8192;
        LogSpool spool(readerOf(log), true, {.page = 1024, .most = most, .poll = 1ms});
        qint64 largest = 0;
        connect(&spool, &LogSpool::changed, &spool, [&] { largest = std::max(largest, spool.bytesKept()); });
        for (int from = 101; from <= 2001; from += 100) {
            log->bytes += lines(from, 100);
            spool.wake();
            QTRY_VERIFY_WITH_TIMEOUT(everything(spool).endsWith(log->bytes.last(900)), patience);
        }
        QTRY_VERIFY_WITH_TIMEOUT(spool.bytesMissing() == 0, patience);
        QVERIFY2(largest <= most, QByteArray::number(largest));
        QVERIFY(spool.bytesLeftOut() > 0);
        QVERIFY(log->bytes.endsWith(everything(spool)));
    }

    void startsAgainWithAnotherLog()
    {
        const auto log = farLog(lines(1, 500));
        LogSpool spool(readerOf(log), false, {.page = 1024, .poll = 1ms});
        QTRY_COMPARE_WITH_TIMEOUT(everything(spool), log->bytes, patience);
        log->bytes = "new\n";
        spool.wake();
        QTRY_COMPARE_WITH_TIMEOUT(everything(spool), log->bytes, patience);
    }

    void triesAgain()
    {
        const auto log = farLog(lines(1, 10));
        log->broken = {ErrorCode::Unavailable, u"The engine is not connected."_s, {}};
        LogSpool spool(readerOf(log), false, {.retry = 1ms, .longestRetry = 2ms});
        QTRY_VERIFY_WITH_TIMEOUT(log->asked > 3, patience);
        QVERIFY(spool.hasProblem());
        log->broken = {};
        QTRY_COMPARE_WITH_TIMEOUT(everything(spool), log->bytes, patience);
        QVERIFY(!spool.hasProblem());
    }

    void isNotAskedWhileHidden()
    {
        const auto log = farLog(lines(1, 10));
        LogSpool spool(readerOf(log), false, {.poll = 1ms});
        QTRY_VERIFY_WITH_TIMEOUT(log->asked > 2, patience);
        spool.setShown(false);
        const int asked = log->asked;
        log->bytes += lines(11, 10);
        spool.wake();
        const auto other = farLog(lines(1, 5000));
        LogSpool shown(readerOf(other), false, {.page = 256, .poll = 1ms});
        QTRY_COMPARE_WITH_TIMEOUT(everything(shown), other->bytes, patience); // time enough to ask
        QCOMPARE(log->asked, asked);
        spool.setShown(true);
        QTRY_COMPARE_WITH_TIMEOUT(everything(spool), log->bytes, patience);
    }

    void showsTheEndAndGrows()
    {
        Fixture f(farLog(lines(1, 60'000)));
        QTRY_VERIFY_WITH_TIMEOUT(f.shown().contains(u"line 60000"_s), patience);
        f.log->bytes += "more of it\n";
        f.view.wake();
        QTRY_VERIFY_WITH_TIMEOUT(f.shown().contains(u"more of it"_s), patience);
        QVERIFY(f.note->isHidden());
    }

    void showsTheBeginning()
    {
        const Fixture f(farLog(lines(1, 60'000)), false);
        QTRY_COMPARE_WITH_TIMEOUT(f.shown().first(), u"line 1"_s, patience);
    }

    void searchesAndCopiesAllOfIt()
    {
        Fixture f(farLog(lines(1, 60'000)));
        f.view.find(u"it broke"_s);
        QTRY_VERIFY_WITH_TIMEOUT(f.count->text() == u"1 of 60"_s, patience);
        f.run(u"log.selectAll"_s);
        f.run(u"log.copy"_s);
        QTRY_COMPARE_WITH_TIMEOUT(QApplication::clipboard()->text().toUtf8().trimmed(), f.log->bytes.trimmed(),
                                  patience);
        f.canvas->showLine(0);
        f.run(u"log.nextError"_s);
        QTRY_COMPARE_WITH_TIMEOUT(f.canvas->caret().line, f.log->bytes.indexOf("line 37 error"), patience);
    }

    void goesOnReadingWhatIsBefore()
    {
        const auto log = farLog(lines(1, 60'000));
        const Fixture f(log);
        QTRY_VERIFY_WITH_TIMEOUT(f.shown().contains(u"line 60000"_s), patience);
        QTRY_VERIFY_WITH_TIMEOUT(
            (QTest::keyClick(f.canvas, Qt::Key_Home, Qt::ControlModifier), f.shown().first() == u"line 1"_s), patience);
    }

    void tellsTheTime()
    {
        const auto log = farLog("first\nsecond\n");
        log->times = {{0, 1'700'000'000'000ms}, {6, 1'700'000'100'000ms}};
        const Fixture f(log);
        QTRY_VERIFY_WITH_TIMEOUT(f.shown().contains(u"second"_s), patience);
        f.run(u"log.selectAll"_s);
        const auto at = [](qint64 ms) { return timeText(std::chrono::milliseconds(ms)); };
        QTRY_COMPARE_WITH_TIMEOUT((f.run(u"log.copyWithTimes"_s), QApplication::clipboard()->text().trimmed()),
                                  at(1'700'000'000'000) + u"  first\n"_s + at(1'700'000'100'000) + u"  second"_s,
                                  patience);
    }

    void saysWhatIsWrong()
    {
        const auto log = farLog(lines(1, 20));
        log->broken = {ErrorCode::Unavailable, u"The engine is not connected."_s, {}};
        Fixture f(log);
        QTRY_COMPARE_WITH_TIMEOUT(f.canvas->message().title, u"The output cannot be read"_s, patience);
        log->broken = {};
        f.view.wake(); // connected again
        QTRY_VERIFY_WITH_TIMEOUT(f.shown().contains(u"line 20"_s), patience);
        QVERIFY(f.note->isHidden());
        log->broken = {ErrorCode::Unavailable, u"The engine is not connected."_s, {}};
        QTRY_VERIFY_WITH_TIMEOUT(f.note->text().contains(u"The engine is not connected."_s), patience);
        QVERIFY(f.note->isVisible());
        QVERIFY(f.shown().contains(u"line 20"_s)); // what is there stays
        log->bytes += "at last\n";
        log->broken = {};
        f.view.wake();
        QTRY_VERIFY_WITH_TIMEOUT(f.shown().contains(u"at last"_s), patience);
        QTRY_VERIFY_WITH_TIMEOUT(f.note->isHidden(), patience);
    }

    void anAnswerThatComesTooLate()
    {
        const auto log = farLog(lines(1, 20));
        log->held = true;
        Fixture f(log);
        QTRY_VERIFY_WITH_TIMEOUT(log->asked == 1, patience);
        QCOMPARE(f.canvas->message().title, QString()); // nobody knows yet whether there is any
        f.view.clear();
        log->release();
        QCoreApplication::sendPostedEvents();
        QCOMPARE(f.canvas->message().title, u"No output yet"_s);
    }

    void takesTheFileWhereItCan()
    {
        const auto log = farLog("from the engine\n");
        Fixture f(farLog({}));
        testing::writeFile(f.root.path(u"output.log"_s), "from the file\n");
        f.view.setLog(f.root.path(u"output.log"_s), readerOf(log));
        QTRY_COMPARE_WITH_TIMEOUT(f.shown(), QStringList{u"from the file"_s}, patience);
        QCOMPARE(log->asked, 0);
        f.view.setLog(f.root.path(u"later/output.log"_s), readerOf(farLog({})));
        QTRY_COMPARE_WITH_TIMEOUT(f.canvas->message().title, u"No output yet"_s, patience);
        QVERIFY(QDir(f.root.path()).mkpath(u"later"_s));
        testing::writeFile(f.root.path(u"later/output.log"_s), "here it is\n");
        QTRY_COMPARE_WITH_TIMEOUT(f.shown(), QStringList{u"here it is"_s}, patience);
    }
};

QTEST_MAIN(TestLogSpool)
#include "tst_log_spool.moc"
