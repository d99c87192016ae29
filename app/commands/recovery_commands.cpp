#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QDateTime>

namespace switchyard::app {

namespace {

QCoro::Task<Result<int>> list(TaskCall call)
{
    SY_CO_TRY_ASSIGN(const auto points, co_await call.client->recoveryPoints(call.id));
    auto& out = call.context.out;
    if (call.options->isSet(u"json"_s)) {
        QJsonArray array;
        for (const auto& point : points)
            array << QJsonObject{{u"number"_s, point.number},
                                 {u"commit"_s, point.commit},
                                 {u"time"_s, toMilliseconds(point.time)},
                                 {u"message"_s, point.message}};
        out << compactJson({{u"recovery_points"_s, array}}) << Qt::endl;
        co_return Success;
    }
    if (points.isEmpty()) {
        out << "Task " << call.id.toString() << " has no recovery point." << Qt::endl;
        co_return Success;
    }
    QList<QStringList> rows{{u"N"_s, u"TIME"_s, u"COMMIT"_s, u"MADE"_s}};
    for (const auto& point : points)
        rows << QStringList{
            QString::number(point.number),
            QDateTime::fromMSecsSinceEpoch(toMilliseconds(point.time)).toString(u"yyyy-MM-dd HH:mm:ss"_s),
            point.commit.left(10), printable(point.message.section(u'\n', 0, 0))};
    out << table(rows);
    co_return Success;
}

QCoro::Task<Result<int>> restore(CommandContext context)
{
    auto words = context.arguments;
    int number = 0;
    if (words.size() == 2) {
        bool isNumber = false;
        number = words.takeLast().toInt(&isNumber);
        if (!isNumber || number < 1)
            co_return context.usageError(u"“%1” is not the number of a recovery point."_s.arg(context.arguments[1]));
    }
    if (words.size() != 1)
        co_return context.usageError(u"A task id, and the number of a recovery point, are expected."_s);
    SY_CO_TRY_ASSIGN(const auto id, TaskId::parse(words.first()));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto done, co_await client->restoreRecovery(id, number));
    context.out << "The files are as they were at recovery point " << done[u"number"].toInt()
                << ".\nHow they were before is kept as number " << done[u"before"].toInt() << '.' << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> recoveryCommands()
{
    return {taskCommand(u"recovery list"_s, u"how a task's files were before each command that you confirmed"_s,
                        u"swy recovery list [--json] ID"_s, {u"json"_s}, list),
            {u"recovery restore"_s, u"bring a task's files back to a recovery point"_s,
             u"swy recovery restore ID [N]\n\n  The newest one unless N is given. The task must have ended. How the "
             u"files are now is kept\n"
             "  as a further recovery point; files that git ignores stay as they are."_s,
             restore}};
}

} // namespace switchyard::app
