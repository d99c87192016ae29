#include "app/commands/follower.h"
#include "app/commands/groups.h"

#include <QCoro/QCoroFuture>
#include <QFileDevice>
#include <QPromise>
#include <QRegularExpression>

namespace switchyard::app {

namespace {

QCoro::Task<Result<int>> wait(CommandContext context)
{
    const Options options(context, {}, {u"timeout"_s});
    SY_CO_TRY_ASSIGN(const auto id, options.taskId());
    const auto limit = options.isSet(u"timeout"_s) ? parseDuration(options.value(u"timeout"_s)) : milliseconds(0);
    if (!limit)
        co_return context.usageError(u"“%1” is not a duration."_s.arg(options.value(u"timeout"_s)));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto task, co_await client->getTask(id));
    Task now = task;
    QObject scope;
    QTimer timer;
    timer.setSingleShot(true);
    if (limit->count() > 0)
        timer.start(*limit);
    struct Waiter {
        QPromise<bool> promise;
        bool done = false;
        void finish(bool ended)
        {
            if (std::exchange(done, true))
                return;
            promise.addResult(ended);
            promise.finish();
        }
    } waiter;
    waiter.promise.start();
    QObject::connect(client.get(), &client::EngineClient::eventReceived, &scope, [&](const Event& event) {
        if (const auto applied = applyEvent(now, event); applied && now.hasEnded())
            waiter.finish(true);
    });
    QObject::connect(&timer, &QTimer::timeout, &scope, [&] { waiter.finish(false); });
    if (!now.hasEnded()) {
        client->keepConnected();
        SY_CO_TRY(co_await client->subscribe(now.position, id));
        if (!co_await waiter.promise.future())
            co_return TimedOut;
    }
    co_return exitStatusForTask(now);
}

QCoro::Task<Result<int>> monitor(TaskCall call)
{
    const auto input = std::make_shared<TerminalInput>();
    Follower::CodeSource ask;
    if (TerminalInput::isTerminal())
        ask = [&err = call.context.err, input](Confirmation) {
            return readCode(err, u"     Code (empty refuses): "_s, *input);
        };
    Follower follower(call.context, call.client, call.id, ask);
    SY_CO_TRY_ASSIGN(const auto end, co_await follower.run());
    co_return exitStatusForTask(end);
}

//! Writes log bytes to the terminal, whole or only the lines that match.
class LogPrinter
{
public:
    LogPrinter(QTextStream& out, std::optional<QRegularExpression> filter) : m_out(out), m_filter(std::move(filter)) {}
    void write(const QByteArray& bytes)
    {
        if (!m_filter) {
            // Raw on purpose: colours reach the terminal, a pipe gets the very bytes.
            m_out.flush();
            m_out.device()->write(bytes);
            if (auto* const file = qobject_cast<QFileDevice*>(m_out.device()))
                file->flush(); // it keeps 16 KiB back: whoever follows wants each line as it comes
            return;
        }
        m_partial += bytes;
        for (auto end = m_partial.indexOf('\n'); end >= 0; end = m_partial.indexOf('\n')) {
            const auto line = QString::fromUtf8(m_partial.first(end));
            m_partial.remove(0, end + 1);
            if (m_filter->match(line).hasMatch())
                m_out << line << Qt::endl;
        }
    }

private:
    QTextStream& m_out;
    const std::optional<QRegularExpression> m_filter;
    QByteArray m_partial;
};

QCoro::Task<Result<int>> logs(CommandContext context)
{
    const Options options(context, {u"f,follow"_s, u"errors"_s}, {u"grep"_s, u"attempt"_s});
    SY_CO_TRY_ASSIGN(const auto id, options.taskId());
    std::optional<QRegularExpression> filter;
    if (options.isSet(u"grep"_s))
        filter.emplace(options.value(u"grep"_s));
    else if (options.isSet(u"errors"_s))
        filter.emplace(u"(?i)\\b(error|fatal|exception|traceback|panic|failed|failure)\\b"_s);
    if (filter && !filter->isValid())
        co_return context.usageError(
            u"“%1” is not a regular expression: %2."_s.arg(filter->pattern(), filter->errorString()));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto task, co_await client->getTask(id));
    const auto info = co_await client->logInfo(id, options.value(u"attempt"_s).toInt());
    if (!info && !(options.isSet(u"f"_s) && !isFinished(task.status)))
        co_return fail(info.error());
    LogPrinter printer(context.out, filter);
    const auto path = info ? info->path : context.paths.outputLog(id, std::max(1, task.attempt));
    LogTail tail(path, 0);
    QObject::connect(&tail, &LogTail::bytes, &tail, [&printer](const QByteArray& bytes) { printer.write(bytes); });
    tail.drain();
    if (!options.isSet(u"f"_s))
        co_return Success;
    Task now = task;
    QObject scope;
    if (!isFinished(now.status)) {
        // Each event is taken as it comes: several may come at once, and one wait would see the first alone.
        QPromise<void> ended;
        ended.start();
        QObject::connect(client.get(), &client::EngineClient::eventReceived, &scope, [&](const Event& event) {
            if (const auto applied = applyEvent(now, event); !applied)
                context.err << "swy: " << applied.error().message << Qt::endl;
            const bool over = isFinished(now.status) || event.kind == event_kind::taskDeleted;
            if (over && !ended.future().isFinished())
                ended.finish();
        });
        client->keepConnected();
        SY_CO_TRY(co_await client->subscribe(now.position, id));
        co_await ended.future();
    }
    tail.drain();
    co_return exitStatusForTask(now);
}

} // namespace

QList<Command> watchCommands()
{
    return {
        {u"wait"_s, u"wait for a task's end; the exit status is the task's"_s, u"swy wait [--timeout 60s] ID"_s, wait},
        taskCommand(u"monitor"_s, u"watch a task to its end, live"_s, u"swy monitor ID"_s, {}, monitor),
        {u"logs"_s, u"the output of a task's commands"_s, u"swy logs [-f] [--grep REGEX] [--errors] [--attempt N] ID"_s,
         logs}};
}

} // namespace switchyard::app
