// The queue as a whole, and the order of tasks in it.
#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QCoro/QCoroTimer>
#include <QDateTime>

namespace switchyard::app {

namespace {

constexpr milliseconds drainPoll{300};

QString momentText(qint64 time)
{
    return QDateTime::fromMSecsSinceEpoch(time).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

void print(CommandContext& context, const QJsonObject& queue)
{
    auto state = queue[u"draining"].toBool() ? u", drained: nothing new starts"_s
                 : queue[u"held"].toBool()   ? u", held: nothing new starts"_s
                                             : QString();
    if (const auto why = queue[u"no_room"].toString(); !why.isEmpty())
        state += u", "_s + why;
    context.out << queue[u"running"].toInt() << " of " << queue[u"slots"].toInt() << " slots busy" << state << Qt::endl;
    const auto limits = queue[u"agent_limits"].toObject();
    for (auto limit = limits.begin(); limit != limits.end(); ++limit)
        context.out << "agent " << printable(limit.key()) << " is limited until "
                    << momentText(limit.value().toInteger()) << Qt::endl;
}

QCoro::Task<Result<int>> show(CommandContext context)
{
    const Options options(context, {u"json"_s}, {u"limit"_s});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    const auto limit = options.isSet(u"limit"_s) ? options.value(u"limit"_s).toInt() : 100;
    SY_CO_TRY_ASSIGN(const auto answer, co_await client->call(u"queue.show"_s, {{u"limit"_s, limit}}));
    const auto queue = answer.toObject();
    if (options.isSet(u"json"_s)) {
        context.out << compactJson(queue) << Qt::endl;
        co_return Success;
    }
    print(context, queue);
    QList<QStringList> rows;
    for (const auto& value : queue[u"waiting"].toArray()) {
        const auto task = value.toObject();
        const auto place = task[u"place"].toInt();
        rows << QStringList{place > 0 ? QString::number(place) : u"–"_s, task[u"id"].toString(),
                            task[u"priority"].toString(), printable(task[u"title"].toString()),
                            printable(task[u"why"].toString())};
    }
    if (rows.isEmpty())
        context.out << "Nothing waits." << Qt::endl;
    else
        context.out << table(QList<QStringList>{{u"#"_s, u"ID"_s, u"PRIORITY"_s, u"TITLE"_s, u"WAITS"_s}} + rows);
    if (queue[u"more"].toBool())
        context.out << "… and more (--limit N)" << Qt::endl;
    co_return Success;
}

//! A command that is one call about the queue; the state afterwards is printed.
Command gate(const QString& name, const QString& summary, const QString& method, const QString& argument = {})
{
    const auto usage = u"swy %1"_s.arg(name) + (argument.isEmpty() ? QString() : u' ' + argument.toUpper());
    return {name, summary, usage, [method, argument](CommandContext context) -> QCoro::Task<Result<int>> {
                const auto called = method; // the lambda may go before the coroutine ends
                const auto key = argument;
                const Options options(context, {}, {});
                SY_CO_TRY(options.check());
                if (options.positional().size() != (key.isEmpty() ? 0 : 1))
                    co_return context.usageError(key.isEmpty() ? u"No argument is expected."_s
                                                               : u"One argument is expected: %1."_s.arg(key));
                QJsonObject params;
                if (key == u"slots") {
                    bool isNumber = false;
                    const int slots = options.positional().first().toInt(&isNumber);
                    if (!isNumber)
                        co_return context.usageError(
                            u"“%1” is not a number."_s.arg(options.positional().first().left(40)));
                    params.insert(key, slots);
                } else if (!key.isEmpty()) {
                    params.insert(key, options.positional().first());
                }
                SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
                SY_CO_TRY_ASSIGN(const auto answer, co_await client->call(called, params));
                print(context, answer.toObject());
                co_return Success;
            }};
}

QCoro::Task<Result<int>> drain(CommandContext context)
{
    const Options options(context, {u"no-wait"_s}, {u"timeout"_s});
    SY_CO_TRY(options.check());
    const auto limit = parseDuration(options.isSet(u"timeout"_s) ? options.value(u"timeout"_s) : u"0"_s);
    if (!limit)
        co_return context.usageError(u"“%1” is not a duration."_s.arg(options.value(u"timeout"_s)));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto answer, co_await client->call(u"queue.drain"_s, {}));
    print(context, answer.toObject());
    if (options.isSet(u"no-wait"_s))
        co_return Success;
    SY_CO_TRY(co_await waitUntilDrained(client, *limit));
    co_return Success;
}

QCoro::Task<Result<int>> after(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    const auto words = options.positional();
    if (words.isEmpty())
        co_return context.usageError(u"A task id is expected, and the ids of those it comes after."_s);
    QJsonArray others;
    for (const auto& word : words.mid(1)) {
        SY_CO_TRY_ASSIGN(const auto other, TaskId::parse(word));
        others << other.toString();
    }
    SY_CO_TRY_ASSIGN(const auto id, TaskId::parse(words.first()));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY(co_await client->call(u"task.after"_s, {{u"id"_s, id.toString()}, {u"after"_s, others}}));
    co_return Success;
}

} // namespace

QCoro::Task<Result<>> waitUntilDrained(std::shared_ptr<client::EngineClient> client, milliseconds limit)
{
    const auto begun = Clock::system().monotonic();
    for (;;) {
        SY_CO_TRY_ASSIGN(const auto status, co_await client->call(u"queue.status"_s, {}));
        if (status[u"running"].toInt() == 0)
            co_return {};
        if (limit.count() > 0 && Clock::system().monotonic() - begun > limit)
            co_return fail(ErrorCode::Timeout, u"Still running: %1."_s.arg(status[u"running"].toInt()),
                           u"Nothing new starts until `swy queue release`."_s);
        co_await QCoro::sleepFor(drainPoll);
    }
}

QList<Command> queueCommands()
{
    return {
        {u"queue show"_s, u"what waits, in which order, and for what"_s, u"swy queue show [--json] [--limit N]"_s,
         show},
        gate(u"queue hold"_s, u"start nothing new; what runs goes on"_s, u"queue.hold"_s),
        gate(u"queue release"_s, u"start again what waits"_s, u"queue.release"_s),
        {u"queue drain"_s, u"start nothing new and wait until nothing runs"_s,
         u"swy queue drain [--no-wait] [--timeout 30m]\n\n  New tasks are taken and wait until `swy queue release`."_s,
         drain},
        gate(u"queue resize"_s, u"how many tasks run at once"_s, u"queue.resize"_s, u"slots"_s),
        gate(u"queue lift"_s, u"take an agent's limit as over"_s, u"queue.lift"_s, u"agent"_s),
        {u"tasks after"_s, u"what a waiting task comes after from now on"_s,
         u"swy tasks after ID [OTHER…]\n\n  Without others it waits for nobody."_s, after}};
}

} // namespace switchyard::app
