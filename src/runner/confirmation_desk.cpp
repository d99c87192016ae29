#include "runner/confirmation_desk.h"

#include "base/ids.h"

#include <QCoro/QCoroFuture>
#include <QtConcurrentRun>

namespace switchyard::runner {

struct ConfirmationDesk::Open {
    Confirmation request;
    QPromise<ConfirmationAnswer> promise;
    QTimer deadline;
};

ConfirmationDesk::ConfirmationDesk(Recorder& recorder, const Clock& clock, gate::CodeVault vault, milliseconds wait,
                                   QObject* parent)
    : QObject(parent), m_recorder(recorder), m_clock(clock), m_vault(std::move(vault)), m_wait(wait)
{
}

ConfirmationDesk::~ConfirmationDesk()
{
    // Who still waits gets an answer: a promise that is dropped would be read as one that has a result.
    for (auto& [id, open] : m_open) {
        open->promise.addResult(ConfirmationAnswer{false, u"The task has ended."_s});
        open->promise.finish();
    }
}

QCoro::Task<ConfirmationAnswer> ConfirmationDesk::ask(Confirmation request)
{
    request.id = newUuid();
    request.requested = m_clock.now();
    request.deadline = request.requested + m_wait;
    const auto id = request.id;
    auto open = std::make_unique<Open>();
    open->request = request;
    open->promise.start();
    auto future = open->promise.future();
    open->deadline.setSingleShot(true);
    connect(&open->deadline, &QTimer::timeout, this, [this, id] {
        // Queued: the timer goes with the request that it ends.
        QMetaObject::invokeMethod(
            this,
            [this, id] {
                finish(id, false, {}, u"deadline"_s,
                       u"Nobody answered within %1 minutes."_s.arg(double(m_wait.count()) / 60000));
            },
            Qt::QueuedConnection);
    });
    open->deadline.start(m_wait);
    m_open.emplace(id, std::move(open));
    m_recorder.record(event_kind::confirmationRequested, request.toJson());
    if (m_open.size() == 1)
        Q_EMIT waitingChanged(true);
    co_return co_await future;
}

QCoro::Task<Result<>> ConfirmationDesk::resolve(QString id, bool allow, Secret code, QString by, QString door,
                                                QString why)
{
    const auto notOpen = [&] {
        return fail(ErrorCode::Conflict, u"This confirmation is not open any more."_s,
                    u"It was answered, its time was up, or the task has ended."_s);
    };
    if (!m_open.contains(id))
        co_return notOpen();
    if (!allow) {
        finish(id, false, by, door, why.isEmpty() ? u"The user refused it."_s : why);
        co_return {};
    }
    const auto verified = co_await QtConcurrent::run([vault = m_vault, code] { return vault.verify(code); });
    const auto open = m_open.find(id);
    if (open == m_open.end())
        co_return notOpen();
    if (verified) {
        finish(id, true, by, door, {});
        co_return {};
    }
    if (verified.error().code != ErrorCode::Forbidden)
        co_return verified;
    const auto left = --open->second->request.triesLeft;
    m_recorder.record(event_kind::audit, {{u"what"_s, u"wrong confirmation code"_s},
                                          {u"who"_s, by},
                                          {u"door"_s, door},
                                          {u"on"_s, id},
                                          {u"tries_left"_s, left}});
    if (left <= 0)
        finish(id, false, by, door, u"The code was wrong too often."_s);
    co_return fail(ErrorCode::Forbidden, u"The code is wrong."_s,
                   left > 0 ? u"%1 tries left."_s.arg(left) : u"No tries left: the command is refused."_s);
}

void ConfirmationDesk::refuseAll(const QString& why)
{
    while (!m_open.empty())
        finish(m_open.begin()->first, false, {}, u"engine"_s, why);
}

void ConfirmationDesk::finish(const QString& id, bool allowed, const QString& by, const QString& door,
                              const QString& why)
{
    auto node = m_open.extract(id);
    if (!node)
        return;
    m_recorder.record(event_kind::confirmationAnswered, {{u"id"_s, node.key()},
                                                         {u"allowed"_s, allowed},
                                                         {u"by"_s, by},
                                                         {u"door"_s, door},
                                                         {u"why"_s, why},
                                                         {u"command"_s, node.mapped()->request.command}});
    if (m_open.empty())
        Q_EMIT waitingChanged(false);
    node.mapped()->promise.addResult(ConfirmationAnswer{allowed, why});
    node.mapped()->promise.finish();
}

} // namespace switchyard::runner
