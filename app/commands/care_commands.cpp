// Looking after the machine and the files: doctor, export.
#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"
#include "engine/housekeeping.h"
#include "engine/machine.h"
#include "process/cgroup.h"
#include "process/sandbox.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStorageInfo>
#include <qt6keychain/keychain.h>

namespace switchyard::app {

namespace {

constexpr milliseconds thorough{300'000}; // large databases and exports take their time

//! Something the machine can do or not, with what that means.
struct Ability {
    QString name;
    bool good = false;
    QString says;
};

QCoro::Task<QList<Ability>> abilities(Paths paths)
{
    QList<Ability> result;
    const auto groups = process::Cgroup::probe();
    const auto controllers = groups.controllers.isEmpty() ? u"no controllers: trees are held together, not limited"_s
                                                          : groups.controllers.join(u", "_s);
    result << Ability{u"control groups"_s, !groups.parent.isEmpty(),
                      groups.parent.isEmpty() ? groups.why : u"%1 (%2)"_s.arg(groups.parent, controllers)};
    const auto sandbox = co_await process::Sandbox::probe();
    result << Ability{u"sandbox"_s, sandbox.works,
                      sandbox.missing.isEmpty() ? sandbox.program : sandbox.missing.join(u"; "_s)};
    result << Ability{u"keyring"_s, QKeychain::isAvailable(),
                      QKeychain::isAvailable() ? u"there"_s
                                               : u"No secret service answers; keys of models cannot be kept."_s};
    const auto git = QStandardPaths::findExecutable(u"git"_s);
    result << Ability{u"git"_s, !git.isEmpty(), git.isEmpty() ? u"Not found; pushing needs it."_s : git};
    const auto memory = engine::availableMemory();
    result << Ability{u"memory"_s, memory < 0 || memory > (qint64(256) << 20), u"%1 MiB available"_s.arg(memory >> 20)};
    const auto room = QStorageInfo(QFileInfo::exists(paths.state) ? paths.state : QDir::homePath()).bytesAvailable();
    result << Ability{u"disk"_s, room > (qint64(1) << 30), u"%1 MiB free for %2"_s.arg(room >> 20).arg(paths.state)};
    const QFileInfo database(paths.database());
    for (const auto& aside : database.dir().entryInfoList({database.fileName() + u".damaged-*"_s}, QDir::Files)) {
        if (!aside.fileName().endsWith(u"-wal") && !aside.fileName().endsWith(u"-shm"))
            result << Ability{u"database"_s, false,
                              u"was damaged and made anew; the old one is kept as %1 (%2 MiB): delete it when nothing "
                              "is missing"_s.arg(aside.filePath())
                                  .arg(aside.size() >> 20)};
    }
    co_return result;
}

//! Through the engine, which alone may write; without one (it cannot start) at least by looking.
QCoro::Task<Result<QJsonArray>> findings(Paths paths, bool mend, QString* engineTrouble)
{
    const auto client = co_await connectClient(paths);
    if (client) {
        SY_CO_TRY_ASSIGN(const auto answer,
                         co_await (*client)->call(u"engine.examine"_s, {{u"mend"_s, mend}}, thorough));
        const auto status = co_await (*client)->call(u"engine.status"_s, {});
        if (status)
            *engineTrouble = (*status)[u"trouble"].toString() + (*status)[u"settings_trouble"].toString();
        co_return answer[u"findings"].toArray();
    }
    *engineTrouble = describe(client.error());
    SY_CO_TRY_ASSIGN(const auto found, engine::examine(paths, false));
    QJsonArray array;
    for (const auto& finding : found)
        array << finding.toJson();
    co_return array;
}

QCoro::Task<Result<int>> doctor(CommandContext context)
{
    const Options options(context, {u"json"_s, u"mend"_s}, {});
    SY_CO_TRY(options.check());
    const bool mend = options.isSet(u"mend"_s);
    const auto machine = co_await abilities(context.paths);
    QString engineTrouble;
    const auto found = co_await findings(context.paths, mend, &engineTrouble);
    const auto array = found.value_or(QJsonArray());
    const auto open = std::ranges::count_if(array, [](const QJsonValue& each) { return !each[u"mended"].toBool(); });
    const bool well = found && open == 0 && engineTrouble.isEmpty();
    if (options.isSet(u"json"_s)) {
        QJsonArray list;
        for (const auto& ability : machine)
            list << QJsonObject{{u"name"_s, ability.name}, {u"good"_s, ability.good}, {u"says"_s, ability.says}};
        context.out << compactJson({{u"well"_s, well},
                                    {u"machine"_s, list},
                                    {u"engine_trouble"_s, engineTrouble},
                                    {u"findings"_s, array}})
                    << Qt::endl;
        co_return well ? Success : TaskFailed;
    }
    QList<QStringList> rows;
    for (const auto& ability : machine)
        rows << QStringList{ability.good ? u"✓"_s : u"!"_s, ability.name, printable(ability.says)};
    context.out << table(rows) << '\n';
    if (!engineTrouble.isEmpty())
        context.out << "! The engine: " << printable(engineTrouble) << Qt::endl;
    SY_CO_TRY(found);
    for (const auto& finding : array) {
        const auto way = finding[u"mend"].toString();
        context.out << (finding[u"mended"].toBool() ? "✓ " : "✗ ") << printable(finding[u"what"].toString())
                    << Qt::endl;
        if (finding[u"mended"].toBool())
            context.out << "    mended: " << way << Qt::endl;
        else if (const auto trouble = finding[u"trouble"].toString(); !trouble.isEmpty())
            context.out << "    not mended: " << printable(trouble) << Qt::endl;
        else
            context.out << "    "
                        << (way.isEmpty() ? u"look through it yourself: nothing is removed that may hold work"_s
                                          : u"--mend will "_s + way)
                        << Qt::endl;
    }
    if (array.isEmpty())
        context.out << "Everything on disk fits together." << Qt::endl;
    co_return well ? Success : TaskFailed;
}

QCoro::Task<Result<int>> exportTask(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    const auto words = options.positional();
    if (words.isEmpty() || words.size() > 2)
        co_return context.usageError(u"A task id is expected, and perhaps a file."_s);
    SY_CO_TRY_ASSIGN(const auto id, TaskId::parse(words.first()));
    const auto file = QDir::current().absoluteFilePath(words.value(1, u"task-%1.tar.zst"_s.arg(id.toString())));
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY(co_await client->call(u"task.export"_s, {{u"id"_s, id.toString()}, {u"file"_s, file}}, thorough));
    context.out << file << " (" << QFileInfo(file).size() / 1024 + 1 << " KiB)" << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> careCommands()
{
    return {
        {u"doctor"_s, u"what this machine can do, and what does not fit together on disk"_s,
         u"swy doctor [--mend] [--json]\n\n  --mend    mends what can be mended without losing anything\n"
         "  The exit status is 0 if nothing is left to be mended."_s,
         doctor},
        {u"export"_s, u"pack a task (journal, logs, diff) into one file"_s,
         u"swy export ID [FILE]\n\n  A tar file, compressed when FILE ends with .zst; by default task-ID.tar.zst here."_s,
         exportTask}};
}

} // namespace switchyard::app
