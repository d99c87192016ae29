// What the agent asks of us: permissions, files, terminals; and what it tells.
#include "agent/permission.h"
#include "agent/session_state.h"
#include "base/json.h"

#include <QDir>

namespace switchyard::agent {

namespace {

constexpr size_t maxOpenRequests = 64;
constexpr size_t keptToolCalls = 64;
constexpr qsizetype keptToolCallBytes = 256 << 10;
constexpr qint64 maxTerminalOutput = 16 << 20;

QJsonValue cancelledOutcome()
{
    return permissionOutcome(PermissionAnswer::Cancelled, {}).result;
}

std::unexpected<Error> missing(QLatin1StringView field)
{
    return fail(ErrorCode::Invalid, u"The field “%1” is missing or of a wrong type."_s.arg(field));
}

Result<QJsonValue> emptyAnswer(const Result<>& done)
{
    if (!done)
        return fail(done.error());
    return QJsonValue(QJsonObject());
}

QJsonObject exitStatus(const TerminalOutput& output)
{
    const bool signalled = !output.signal.isEmpty();
    return {{u"exitCode"_s, signalled ? QJsonValue() : QJsonValue(output.exitCode)},
            {u"signal"_s, signalled ? QJsonValue(output.signal) : QJsonValue()}};
}

//! Whole characters only: the begin may have been cut off, the end may still be on its way.
QString wholeText(const TerminalOutput& output)
{
    auto bytes = QByteArrayView(output.bytes);
    const auto isContinuation = [](char byte) { return (uchar(byte) & 0xC0) == 0x80; };
    for (int i = 0; output.truncated && i < 3 && !bytes.isEmpty() && isContinuation(bytes.front()); ++i)
        bytes = bytes.sliced(1);
    for (int back = 1; !output.exited && back <= 3 && back <= bytes.size(); ++back) {
        const auto byte = uchar(bytes[bytes.size() - back]);
        if (isContinuation(char(byte)))
            continue;
        const int length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        if (length > back)
            bytes.chop(back);
        break;
    }
    return QString::fromUtf8(bytes);
}

} // namespace

void AcpSession::State::serve()
{
    // The peer ends before this state does: handlers may use it.
    const auto now = [this](Result<QJsonValue> (State::*method)(const QJsonObject&)) {
        return [this, method](const QJsonObject& params) {
            if (auto known = checkSession(params); !known)
                return rpc::ready(fail(known.error()));
            return rpc::ready((this->*method)(params));
        };
    };
    const auto later = [this](rpc::Reply (State::*method)(const QJsonObject&)) {
        return [this, method](const QJsonObject& params) {
            if (auto known = checkSession(params); !known)
                return rpc::ready(fail(known.error()));
            if (open.size() >= maxOpenRequests)
                return rpc::ready(fail(ErrorCode::Limit, u"Too many requests are open."_s));
            return (this->*method)(params);
        };
    };
    peer->onRequest(u"_switchyard/ask_user"_s, later(&State::askUser));
    const auto onTerminal = [this](Result<> (AgentHost::*method)(const QString&)) {
        return [this, method](const QJsonObject& params) {
            if (auto known = checkSession(params); !known)
                return rpc::ready(fail(known.error()));
            return rpc::ready(emptyAnswer((host->*method)(params[u"terminalId"].toString())));
        };
    };
    peer->onRequest(u"session/request_permission"_s, later(&State::answerPermission));
    peer->onRequest(u"fs/read_text_file"_s, now(&State::readFile));
    peer->onRequest(u"fs/write_text_file"_s, now(&State::writeFile));
    peer->onRequest(u"terminal/create"_s, later(&State::createTerminal));
    peer->onRequest(u"terminal/output"_s, now(&State::terminalOutput));
    peer->onRequest(u"terminal/wait_for_exit"_s, later(&State::waitForExit));
    peer->onRequest(u"terminal/kill"_s, onTerminal(&AgentHost::killTerminal));
    peer->onRequest(u"terminal/release"_s, onTerminal(&AgentHost::releaseTerminal));
    peer->onNotification(u"session/update"_s, [this](const QJsonObject& params) { receiveUpdate(params); });
    peer->onNotification(u"$/cancel_request"_s, [this](const QJsonObject& params) { withdraw(params[u"requestId"]); });
    peer->onNotification(u"_auth/status_update"_s,
                         [this](const QJsonObject& params) { started.authStatus = params[u"authStatus"].toObject(); });
    peer->onOtherNotification([this](const QString& method, const QJsonObject&) {
        if (!method.startsWith(u'_') && !method.startsWith(u"$/"))
            report(u"%1 sent “%2”, which is not known here."_s.arg(server.title, method.left(80)));
    });
}

Result<> AcpSession::State::checkSession(const QJsonObject& params) const
{
    const auto id = params[u"sessionId"].toString();
    if (started.sessionId.isEmpty() || id == started.sessionId)
        return {};
    return fail(ErrorCode::NotFound, u"There is no session “%1” here."_s.arg(id.left(80)));
}

rpc::Reply AcpSession::State::answerPermission(const QJsonObject& params)
{
    const auto toolCall = params[u"toolCall"];
    if (!toolCall.isObject())
        return rpc::ready(missing("toolCall"_L1));
    if (!params[u"options"].isArray())
        return rpc::ready(missing("options"_L1));
    if (cancelling || stopping)
        return rpc::ready(cancelledOutcome());
    const auto id = toolCall[u"toolCallId"].toString();
    const auto earlier =
        std::ranges::find(toolCalls, id, [](const QJsonObject& call) { return call[u"toolCallId"].toString(); });
    auto request =
        permissionRequest(toolCall.toObject(), earlier == toolCalls.end() ? QJsonObject() : *earlier, wanted.cwd);
    if (request.command.isEmpty() && request.paths.isEmpty()) {
        report(u"%1 asked for a permission without saying for what; it was refused."_s.arg(server.title));
        return rpc::ready(QJsonValue(permissionOutcome(PermissionAnswer::Reject, params[u"options"].toArray()).result));
    }
    return withdrawable(askHost(shared_from_this(), std::move(request), params[u"options"].toArray()),
                        cancelledOutcome(), id.isEmpty() ? u"?"_s : id);
}

rpc::Reply AcpSession::State::askHost(Self self, PermissionRequest request, QJsonArray options)
{
    const auto answer = co_await self->host->requestPermission(std::move(request));
    const auto outcome = permissionOutcome(answer, options);
    if (!outcome.problem.isEmpty())
        self->report(outcome.problem);
    co_return QJsonValue(outcome.result);
}

rpc::Reply AcpSession::State::withdrawable(rpc::Reply work, Result<QJsonValue> whenWithdrawn, const QString& permission)
{
    const auto race = std::make_shared<Race<Result<QJsonValue>>>();
    open.push_back({peer->requestId(), permission, race, std::move(whenWithdrawn)});
    settleWith(race, std::move(work));
    return firstOf(shared_from_this(), race);
}

rpc::Reply AcpSession::State::firstOf(Self self, std::shared_ptr<Race<Result<QJsonValue>>> race)
{
    auto answer = co_await race->result();
    self->open.remove_if([&](const OpenRequest& request) { return request.race == race; });
    co_return answer;
}

void AcpSession::State::withdraw(const QJsonValue& requestId)
{
    for (auto& asked : open) {
        if (asked.id != requestId || asked.race->isSettled())
            continue;
        asked.race->settle(asked.whenWithdrawn);
        if (!asked.permission.isEmpty() && session)
            host->permissionWithdrawn(asked.permission);
    }
}

void AcpSession::State::cancelPermissions()
{
    for (auto& asked : open) {
        if (!asked.permission.isEmpty())
            asked.race->settle(asked.whenWithdrawn);
    }
}

Result<QJsonValue> AcpSession::State::readFile(const QJsonObject& params)
{
    const auto path = params[u"path"].toString();
    if (!QDir::isAbsolutePath(path))
        return missing("path"_L1);
    const auto text =
        host->readTextFile(path, std::max(0, params[u"line"].toInt()), std::max(0, params[u"limit"].toInt()));
    if (!text)
        return fail(text.error());
    return QJsonValue(QJsonObject{{u"content"_s, *text}});
}

Result<QJsonValue> AcpSession::State::writeFile(const QJsonObject& params)
{
    const auto path = params[u"path"].toString();
    if (!QDir::isAbsolutePath(path))
        return missing("path"_L1);
    if (!params[u"content"].isString())
        return missing("content"_L1);
    return emptyAnswer(host->writeTextFile(path, params[u"content"].toString()));
}

rpc::Reply AcpSession::State::createTerminal(const QJsonObject& params)
{
    TerminalRequest terminal;
    terminal.command = params[u"command"].toString();
    if (terminal.command.isEmpty())
        return rpc::ready(missing("command"_L1));
    for (const auto& argument : params[u"args"].toArray()) {
        if (!argument.isString()) // a dropped one would make it another command
            return rpc::ready(missing("args"_L1));
        terminal.arguments << argument.toString();
    }
    for (const auto& variable : params[u"env"].toArray())
        terminal.environment.insert(variable[u"name"].toString(), variable[u"value"].toString());
    const auto cwd = params[u"cwd"].toString();
    if (!cwd.isEmpty() && !QDir::isAbsolutePath(cwd))
        return rpc::ready(missing("cwd"_L1));
    terminal.cwd = cwd.isEmpty() ? wanted.cwd : QDir::cleanPath(cwd);
    terminal.outputLimit =
        std::clamp(params[u"outputByteLimit"].toInteger(terminal.outputLimit), qint64(0), maxTerminalOutput);
    return withdrawable(makeTerminal(shared_from_this(), std::move(terminal)),
                        fail(ErrorCode::Cancelled, u"The request was withdrawn."_s));
}

rpc::Reply AcpSession::State::makeTerminal(Self self, TerminalRequest terminal)
{
    const auto id = co_await self->host->createTerminal(std::move(terminal));
    if (!id)
        co_return fail(id.error());
    co_return QJsonValue(QJsonObject{{u"terminalId"_s, *id}});
}

Result<QJsonValue> AcpSession::State::terminalOutput(const QJsonObject& params)
{
    const auto output = host->terminalOutput(params[u"terminalId"].toString());
    if (!output)
        return fail(output.error());
    return QJsonValue(QJsonObject{{u"output"_s, wholeText(*output)},
                                  {u"truncated"_s, output->truncated},
                                  {u"exitStatus"_s, output->exited ? QJsonValue(exitStatus(*output)) : QJsonValue()}});
}

rpc::Reply AcpSession::State::waitForExit(const QJsonObject& params)
{
    return withdrawable(awaitExit(shared_from_this(), params[u"terminalId"].toString()),
                        fail(ErrorCode::Cancelled, u"The request was withdrawn."_s));
}

rpc::Reply AcpSession::State::awaitExit(Self self, QString terminal)
{
    const auto output = co_await self->host->waitForExit(terminal);
    if (!output)
        co_return fail(output.error());
    co_return QJsonValue(exitStatus(*output));
}

rpc::Reply AcpSession::State::askUser(const QJsonObject& params)
{
    const auto question = params[u"question"].toString();
    if (question.trimmed().isEmpty())
        return rpc::ready(missing("question"_L1));
    QStringList options;
    for (const auto& option : params[u"options"].toArray())
        options << option.toString();
    return withdrawable(awaitWords(shared_from_this(), question, options),
                        fail(ErrorCode::Cancelled, u"The question was withdrawn."_s));
}

rpc::Reply AcpSession::State::awaitWords(Self self, QString question, QStringList options)
{
    const auto words = co_await self->host->askUser(question, options);
    if (!words)
        co_return fail(words.error());
    co_return QJsonValue(QJsonObject{{u"answer"_s, *words}});
}

void AcpSession::State::receiveUpdate(const QJsonObject& params)
{
    const auto update = params[u"update"].toObject();
    const auto kind = update[u"sessionUpdate"].toString();
    if (kind.isEmpty())
        return report(u"%1 sent an update that does not say what it is."_s.arg(server.title));
    if (const auto known = checkSession(params); !known)
        return report(u"%1 sent an update for another session: %2"_s.arg(server.title, known.error().message));
    if (kind == u"tool_call" || kind == u"tool_call_update")
        rememberToolCall(update);
    else if (kind == u"current_mode_update")
        modeChanged(update[u"currentModeId"].toString());
    else if (kind == u"config_option_update" && update[u"configOptions"].isArray())
        started.session.insert(u"configOptions"_s, update[u"configOptions"]);
    if (session && !replaying)
        Q_EMIT session->update(update);
}

void AcpSession::State::modeChanged(const QString& now)
{
    auto modes = started.session[u"modes"].toObject();
    modes.insert(u"currentModeId"_s, now);
    started.session.insert(u"modes"_s, modes);
    if (!mode().isEmpty() && now != mode())
        report(u"%1 changed its mode from “%2” to “%3”: it may no longer ask before it acts."_s.arg(
            server.title, mode(), now.left(80)));
}

void AcpSession::State::rememberToolCall(const QJsonObject& update)
{
    const auto id = update[u"toolCallId"].toString();
    auto entry =
        std::ranges::find(toolCalls, id, [](const QJsonObject& call) { return call[u"toolCallId"].toString(); });
    const auto status = update[u"status"].toString();
    if (id.isEmpty() || status == u"completed" || status == u"failed") {
        if (entry != toolCalls.end())
            toolCalls.erase(entry);
        return;
    }
    if (entry == toolCalls.end()) {
        if (toolCalls.size() >= keptToolCalls)
            toolCalls.pop_front();
        entry = toolCalls.insert(toolCalls.end(), QJsonObject{{u"toolCallId"_s, id}});
    }
    for (const auto key : {"title"_L1, "kind"_L1, "locations"_L1, "rawInput"_L1, "content"_L1}) {
        const auto value = update[key];
        if (value.isUndefined() || value.isNull())
            continue;
        if (compactJson({{key, value}}).size() <= keptToolCallBytes)
            entry->insert(key, value);
        else
            entry->remove(key); // an ask without it then shows less, but nothing out of date
    }
}

} // namespace switchyard::agent
