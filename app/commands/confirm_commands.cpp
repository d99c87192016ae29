#include "app/commands/groups.h"
#include "app/commands/support.h"
#include "base/json.h"

#include <QDateTime>
#include <QJsonObject>

namespace switchyard::app {

namespace {

Result<Confirmation> chooseConfirmation(const QList<Task>& tasks, const Options& options)
{
    QList<Confirmation> open;
    for (const auto& task : tasks)
        open << task.waitingFor;
    if (!options.positional().isEmpty()) {
        SY_TRY_ASSIGN(const auto id, options.taskId());
        open.removeIf([&](const Confirmation& confirmation) { return confirmation.task != id; });
        if (open.isEmpty())
            return fail(ErrorCode::NotFound, u"Task %1 does not wait for your code."_s.arg(id.toString()));
    }
    if (open.isEmpty())
        return fail(ErrorCode::NotFound, u"Nothing waits for your code."_s);
    if (open.size() > 1 && options.positional().isEmpty()) {
        QStringList ids;
        for (const auto& confirmation : open)
            ids << u"%1 (%2)"_s.arg(confirmation.task.toString(), printable(confirmation.command.left(60)));
        return fail(ErrorCode::Conflict, u"%1 commands wait: %2."_s.arg(open.size()).arg(ids.join(u", "_s)),
                    u"Name the task: swy confirm ID."_s);
    }
    return open.first();
}

QCoro::Task<Result<int>> oneTime(CommandContext context)
{
    const auto words = context.arguments;
    if (words.size() != 1 || (words.first() != u"on" && words.first() != u"off"))
        co_return context.usageError(u"on or off was expected."_s);
    const bool on = words.first() == u"on";
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    TerminalInput input;
    SY_CO_TRY_ASSIGN(const auto code, co_await readCode(context.err, u"Your code: "_s, input));
    SY_CO_TRY_ASSIGN(
        const auto answer,
        co_await client->call(u"code.one_time"_s, {{u"on"_s, on}, {u"code"_s, QString::fromUtf8(code.reveal())}}));
    if (on)
        context.out << answer.toObject()["uri"_L1].toString() << Qt::endl;
    context.err
        << (on ? "Read this into your authenticator app; it is not shown again. Answers that do not come from this "
                 "machine need its digits as well."
               : "Answers from elsewhere need no one-time password any more.")
        << Qt::endl;
    co_return Success;
}

//! "this once, or with --allow task: …"
QString scopesOf(const Confirmation& confirmation)
{
    QStringList more;
    for (const auto& offer : confirmation.offers)
        more << u"--allow %1: %2"_s.arg(offer.scope, printable(offer.text));
    return more.isEmpty() ? u"It can be allowed this once only."_s
                          : u"It can be allowed this once, or with %1."_s.arg(more.join(u"; "_s));
}

QCoro::Task<Result<int>> confirm(CommandContext context)
{
    const Options options(context, {u"deny"_s}, {u"allow"_s});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto page, co_await client->listTasks({{TaskStatus::Waiting}, {}, 1000, 0}));
    SY_CO_TRY_ASSIGN(const auto chosen, chooseConfirmation(page.tasks, options));
    context.err << "Task " << chosen.task.toString() << " wants to run:\n\n    " << printable(chosen.command)
                << "\n\nIt " << chosen.reasons.join(u", "_s) << '.' << Qt::endl;
    for (const auto& impact : chosen.impact)
        context.err << "    " << printable(impact) << Qt::endl;
    const auto scope = options.isSet(u"allow"_s) ? options.value(u"allow"_s) : u"once"_s;
    if (options.isSet(u"deny"_s) && options.isSet(u"allow"_s))
        co_return context.usageError(u"--deny and --allow exclude each other."_s);
    if (scope != u"once" &&
        std::ranges::none_of(chosen.offers, [&](const auto& offer) { return offer.scope == scope; }))
        co_return context.usageError(u"It cannot be allowed as “%1”; %2"_s.arg(scope.left(40), scopesOf(chosen)));
    Secret code;
    if (!options.isSet(u"deny"_s)) {
        if (!chosen.offers.isEmpty())
            context.err << scopesOf(chosen) << Qt::endl;
        TerminalInput input;
        SY_CO_TRY_ASSIGN(auto typed, co_await readCode(context.err, u"Your code: "_s, input));
        code = std::move(typed);
        if (code.isEmpty())
            co_return context.usageError(u"No code was given; nothing was answered. Use --deny to refuse."_s);
    }
    SY_CO_TRY(co_await client->answerConfirmation(chosen.id, !options.isSet(u"deny"_s), code, scope));
    context.err << (options.isSet(u"deny"_s) ? "Refused."
                    : scope == u"once"       ? "Allowed."
                                             : "Allowed, and granted: see `swy grants`.")
                << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> setCode(CommandContext context)
{
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto status, co_await client->status());
    TerminalInput input;
    Secret old;
    if (status.codeIsSet) {
        SY_CO_TRY_ASSIGN(auto typed, co_await readCode(context.err, u"Your present code: "_s, input));
        old = std::move(typed);
    }
    SY_CO_TRY_ASSIGN(const auto fresh, co_await readCode(context.err, u"New code (4 to 12 characters): "_s, input));
    if (TerminalInput::isTerminal()) {
        SY_CO_TRY_ASSIGN(const auto again, co_await readCode(context.err, u"Once more: "_s, input));
        if (again.reveal() != fresh.reveal())
            co_return context.usageError(u"The two codes differ; nothing was changed."_s);
    }
    SY_CO_TRY(co_await client->setCode(fresh, old));
    context.err << "Your confirmation code is set." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> showGrants(CommandContext context)
{
    const Options options(context, {u"json"_s}, {});
    SY_CO_TRY(options.check());
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto grants, co_await client->grants());
    for (const auto& grant : grants) {
        if (options.isSet(u"json"_s)) {
            context.out << QString::fromUtf8(compactJson(grant.toJson())) << Qt::endl;
            continue;
        }
        const auto given = QDateTime::fromMSecsSinceEpoch(toMilliseconds(grant.given)).toString(Qt::ISODate);
        const bool folder = grant.scope == u"folder";
        context.out << grant.id << "  " << (folder ? u"project "_s + grant.project : u"task "_s + grant.task.toString())
                    << "  " << printable(grant.text)
                    << (folder ? QString() : u": "_s + printable(grant.command.left(120))) << "  since " << given
                    << Qt::endl;
    }
    if (grants.isEmpty() && !options.isSet(u"json"_s))
        context.err << "Nothing is allowed ahead: every such command waits for your code." << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> revokeGrants(CommandContext context)
{
    const Options options(context, {}, {});
    SY_CO_TRY(options.check());
    if (options.positional().isEmpty())
        co_return context.usageError(u"Which one? `swy grants` lists their ids."_s);
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    for (const auto& id : options.positional()) {
        SY_CO_TRY(co_await client->revokeGrant(id));
        context.err << "Revoked " << id << '.' << Qt::endl;
    }
    co_return Success;
}

QString auditLine(const QJsonObject& entry)
{
    const auto text = [&entry](QLatin1StringView key) { return printable(entry.value(key).toVariant().toString()); };
    QStringList parts{QDateTime::fromMSecsSinceEpoch(entry.value("time"_L1).toInteger()).toString(Qt::ISODate)};
    if (const auto task = text("task"_L1); !task.isEmpty())
        parts << u"task "_s + task;
    parts << text("what"_L1);
    for (const auto key : {"command"_L1, "on"_L1, "branch"_L1, "into"_L1})
        if (const auto value = text(key).simplified(); !value.isEmpty())
            parts << value.left(200);
    for (const auto key : {"by"_L1, "who"_L1})
        if (!text(key).isEmpty())
            parts << u"by "_s + text(key);
    if (!text("door"_L1).isEmpty())
        parts << u"through "_s + text("door"_L1);
    if (!text("why"_L1).isEmpty())
        parts << text("why"_L1);
    return parts.join(u"  "_s);
}

QCoro::Task<Result<int>> showAudit(CommandContext context)
{
    const Options options(context, {u"json"_s}, {u"n,limit"_s});
    SY_CO_TRY(options.check());
    bool isNumber = true;
    const int limit = options.isSet(u"limit"_s) ? options.value(u"limit"_s).toInt(&isNumber) : 50;
    if (!isNumber || limit < 1)
        co_return context.usageError(u"--limit takes a number from 1 on."_s);
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto entries, co_await client->audit(limit));
    for (const auto& entry : entries)
        context.out << (options.isSet(u"json"_s) ? QString::fromUtf8(compactJson(entry)) : auditLine(entry))
                    << Qt::endl;
    co_return Success;
}

QCoro::Task<Result<int>> verifyAudit(CommandContext context)
{
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    SY_CO_TRY_ASSIGN(const auto check, co_await client->verifyAudit());
    if (!check.problem.isEmpty()) {
        context.err << "The audit is not whole: line " << check.line << ": " << check.problem << '.' << Qt::endl;
        co_return TaskFailed;
    }
    context.out << "The audit is whole: " << check.entries << " entries." << Qt::endl;
    co_return Success;
}

} // namespace

QList<Command> confirmCommands()
{
    return {{u"confirm"_s, u"answer a command that waits for your code"_s,
             u"swy confirm [ID] [--deny | --allow once|task|folder]\n\n"
             "  --allow task    the same command runs again without asking, until this task ends\n"
             "  --allow folder  deleting inside the folder named needs no code any more, in this project\n\n"
             "  The code is read from the terminal without echo, or from one line of standard input."_s,
             confirm},
            {u"code set"_s, u"choose or change your confirmation code"_s,
             u"swy code set\n\n  Reads the present code (if there is one) and the new one, a line each."_s, setCode},
            {u"code onetime"_s, u"one-time passwords for answers from elsewhere, on or off"_s,
             u"swy code onetime on|off\n\n  On prints the address that an authenticator app reads (RFC 6238)."_s,
             oneTime},
            {u"grants"_s, u"what may run without asking again, because you allowed it"_s, u"swy grants [--json]"_s,
             showGrants},
            {u"grants revoke"_s, u"ask again for what was allowed ahead"_s, u"swy grants revoke ID…"_s, revokeGrants},
            {u"audit"_s, u"show who asked for, allowed and refused what"_s,
             u"swy audit [--limit N] [--json]\n\n  The newest 50 entries, or as many as told."_s, showAudit},
            {u"audit verify"_s, u"check that nothing in the audit was changed, taken out or put in"_s,
             u"swy audit verify"_s, verifyAudit}};
}

} // namespace switchyard::app
