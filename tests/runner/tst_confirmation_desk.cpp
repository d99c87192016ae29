#include "runner/confirmation_desk.h"
#include "support/test_support.h"

#include <QSignalSpy>

using namespace switchyard;
using runner::ConfirmationAnswer;
using runner::ConfirmationDesk;

class TestConfirmationDesk : public QObject
{
    Q_OBJECT

    testing::TestRoot m_root;
    int m_attempt = 0;
    std::unique_ptr<runner::Recorder> m_recorder;
    std::unique_ptr<ConfirmationDesk> m_desk;
    QList<Event> m_events;
    std::optional<ConfirmationAnswer> m_answer;

    void ask(milliseconds wait = std::chrono::minutes(5))
    {
        const auto task = TaskId::parse(u"a7f3c1").value();
        m_desk.reset();
        QCoreApplication::processEvents(); // what the earlier one had still to say
        m_events.clear();
        m_answer.reset();
        ++m_attempt;
        m_recorder = std::make_unique<runner::Recorder>(
            process::Journal::open(m_root.paths.journal(task, m_attempt), task, m_attempt, Clock::system()).value());
        connect(m_recorder.get(), &runner::Recorder::recorded, this, [this](const Event& event) { m_events << event; });
        m_desk = std::make_unique<ConfirmationDesk>(*m_recorder, Clock::system(),
                                                    gate::CodeVault(m_root.paths.confirmationCode()), wait);
        Confirmation request;
        request.task = task;
        request.attempt = m_attempt;
        request.command = u"rm old.py"_s;
        request.reasons = {u"deletes a file"_s};
        [](TestConfirmationDesk* self, Confirmation wanted) -> QCoro::Task<> {
            self->m_answer = co_await self->m_desk->ask(wanted);
        }(this, request);
    }
    QString openId() const { return m_events.first().data[u"id"].toString(); }
    Result<> resolve(bool allow, const char* code)
    {
        return testing::await(m_desk->resolve(openId(), allow, Secret(code), u"me"_s, u"window"_s, {}));
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(gate::CodeVault(m_root.paths.confirmationCode()).set(Secret("6283"), {})); }
    void theRightCodeAllowsOnce()
    {
        ask();
        QSignalSpy waiting(m_desk.get(), &ConfirmationDesk::waitingChanged);
        QVERIFY(resolve(true, "6283"));
        QTRY_VERIFY(m_answer && m_answer->allowed);
        QCOMPARE(waiting.size(), 1);
        QCOMPARE(resolve(true, "6283").error().code, ErrorCode::Conflict); // no second time
    }
    void aWrongCodeIsRefusedInWordsAndLogged()
    {
        ask();
        const auto wrong = resolve(true, "1111");
        QCOMPARE(wrong.error().code, ErrorCode::Forbidden);
        QVERIFY(wrong.error().hint.contains(u"4 tries left"));
        QVERIFY(!m_answer);
        QCOMPARE(m_events.last().kind, QString(event_kind::audit));
        for (const auto& event : m_events)
            QVERIFY(!event.toJson()[u"data"].toObject().value(u"code").isString());
        QVERIFY(resolve(true, "6283"));
        QTRY_VERIFY(m_answer && m_answer->allowed);
    }
    void fiveWrongCodesRefuse()
    {
        ask();
        for (int i = 0; i < 5; ++i)
            QCOMPARE(resolve(true, "0000").error().code, ErrorCode::Forbidden);
        QTRY_VERIFY(m_answer && !m_answer->allowed);
        QCOMPARE(resolve(true, "6283").error().code, ErrorCode::Conflict);
    }
    void refusingNeedsNoCode()
    {
        ask();
        QVERIFY(resolve(false, ""));
        QTRY_VERIFY(m_answer && !m_answer->allowed);
    }
    void noAnswerIsARefusal()
    {
        ask(milliseconds(20));
        QTRY_VERIFY(m_answer);
        QVERIFY(!m_answer->allowed);
        QVERIFY(m_answer->why.contains(u"Nobody answered"));
    }
    void anotherRequestsIdIsWorthNothing()
    {
        ask();
        const auto old = openId();
        QVERIFY(resolve(false, ""));
        ask();
        const auto replayed = testing::await(m_desk->resolve(old, true, Secret("6283"), u"me"_s, u"window"_s, {}));
        QCOMPARE(replayed.error().code, ErrorCode::Conflict);
        QVERIFY(!m_answer);
    }
    void theEndRefusesAll()
    {
        ask();
        m_desk->refuseAll(u"over"_s);
        QTRY_VERIFY(m_answer && !m_answer->allowed);
        QVERIFY(!m_desk->isWaiting());
    }
};

QTEST_GUILESS_MAIN(TestConfirmationDesk)
#include "tst_confirmation_desk.moc"
