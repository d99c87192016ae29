#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"
#include "secrets/key_store.h"

namespace switchyard::app {

namespace {

using secrets::KeyStore;

QCoro::Task<Result<int>> set(CommandContext context)
{
    const Options options(context, {u"in-file"_s}, {});
    SY_CO_TRY(options.check());
    const auto words = options.positional();
    if (words.size() != 1)
        co_return context.usageError(words.isEmpty()
                                         ? u"The name of the key is missing."_s
                                         : u"Only the name is expected: the key itself is read from the terminal or "
                                           "from standard input, where no other program sees it."_s);
    SY_CO_TRY(context.paths.ensure());
    TerminalInput input;
    SY_CO_TRY_ASSIGN(const auto value,
                     co_await readCode(context.err, u"Key for “%1” (not shown): "_s.arg(words.first()), input));
    KeyStore store(context.paths);
    const auto place = options.isSet(u"in-file"_s) ? KeyStore::Place::File : KeyStore::Place::Keyring;
    SY_CO_TRY(co_await store.set(words.first(), Secret(value.reveal().trimmed()), place));
    context.err << "Stored "
                << (place == KeyStore::Place::File ? "in secrets.json, which only you can read." : "in your keyring.")
                << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> list(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto entries, KeyStore(context.paths).entries());
    QList<QStringList> rows{{u"NAME"_s, u"KEPT IN"_s}};
    QJsonArray json;
    for (const auto& entry : entries) {
        const auto place = entry.place == KeyStore::Place::File ? u"file"_s : u"keyring"_s;
        rows << QStringList{entry.name, place};
        json << QJsonObject{{u"name"_s, entry.name}, {u"place"_s, place}};
    }
    if (options.isSet(u"json"_s))
        context.out << compactJson({{u"keys"_s, json}}) << Qt::endl;
    else if (entries.isEmpty())
        context.out << "No key is stored. Store one with `swy key set NAME`, such as anthropic." << Qt::endl;
    else
        context.out << table(rows);
    co_return Success;
}

QCoro::Task<Result<int>> remove(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    const auto words = options.positional();
    if (words.size() != 1)
        co_return context.usageError(u"The name of one key is expected."_s);
    KeyStore store(context.paths);
    SY_CO_TRY(co_await store.remove(words.first()));
    context.err << "Removed." << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> keyCommands()
{
    return {{u"key set"_s, u"store a key that agents need"_s,
             u"swy key set [--in-file] NAME\n\n  The key is read from the terminal without echo, or from one line of "
             u"standard input; never from\n"
             "  the command line. The built-in agent uses anthropic, openai and openrouter; other agents those named\n"
             "  in agents.json (\"secrets\": {\"VARIABLE\": \"keyring:NAME\"}).\n\n"
             "  --in-file   in a file that only you can read, where there is no keyring"_s,
             set},
            {u"key list"_s, u"the names of the stored keys"_s, u"swy key list [--json]"_s, list},
            {u"key remove"_s, u"forget a key"_s, u"swy key remove NAME"_s, remove}};
}

} // namespace switchyard::app
