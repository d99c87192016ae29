// What the agent asks of the runner: permissions, files, terminals; inside the task's folders and through the gate.
#include "base/log.h"
#include "process/beneath.h"
#include "runner/agent_job.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

namespace switchyard::runner {

namespace {

constexpr qint64 largestFile = 16 << 20;

//! One argument as bash reads it back unchanged.
QString shellQuoted(const QString& argument)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (plain.match(argument).hasMatch())
        return argument;
    return u'\'' + QString(argument).replace(u'\'', u"'\\''"_s) + u'\'';
}

//! The whole of what is to run, so that it is judged as a whole: variables can change what a command does.
QString commandLine(const agent::TerminalRequest& request)
{
    QString line;
    for (auto variable = request.environment.begin(); variable != request.environment.end(); ++variable)
        line += u"export "_s + shellQuoted(variable.key()) + u'=' + shellQuoted(variable.value()) + u"; "_s;
    if (request.arguments.isEmpty())
        return line + request.command;
    line += shellQuoted(request.command);
    for (const auto& argument : request.arguments)
        line += u' ' + shellQuoted(argument);
    return line;
}

} // namespace

QCoro::Task<agent::PermissionAnswer> AgentJob::requestPermission(agent::PermissionRequest request)
{
    using agent::PermissionAnswer;
    if (m_aborted)
        co_return PermissionAnswer::Cancelled;
    const auto refuse = [this, id = request.toolCallId](const QString& what, const QString& on) {
        m_recorder.record(event_kind::audit, {{u"what"_s, what}, {u"on"_s, redact(on)}});
        m_translator.refused(id);
        return PermissionAnswer::Reject;
    };
    if (!request.command.isEmpty() && !m_request.type.commands)
        co_return refuse(u"refused: this type of agent runs no commands"_s, request.command);
    if (!request.command.isEmpty()) {
        const auto permission =
            co_await m_host.permit(request.command, request.cwd.isEmpty() ? m_request.folder : request.cwd);
        if (permission.allowed && request.commandIsTitle && request.kind != u"execute")
            tellAllowed(request);
        if (permission.allowed)
            co_return PermissionAnswer::Allow;
        m_refused = request.command;
        m_translator.refused(request.toolCallId);
        co_return m_aborted ? PermissionAnswer::Cancelled : PermissionAnswer::Reject;
    }
    const bool reads = request.kind == u"read" || request.kind == u"search";
    for (const auto& path : request.paths) {
        if (const auto inside = insideFolder(path); !inside)
            co_return refuse(u"refused outside the task's folder"_s, path);
        if (const auto may = mayWrite(path); !reads && !may)
            co_return refuse(u"refused: "_s + may.error().message, path);
    }
    tellAllowed(request);
    co_return PermissionAnswer::Allow;
}

//! Files of the task, a fetch, a tool of an MCP server: little that the gate could judge, but told all the same.
void AgentJob::tellAllowed(const agent::PermissionRequest& request)
{
    m_recorder.record(event_kind::audit, {{u"what"_s, u"tool allowed"_s},
                                          {u"on"_s, redact(request.title.left(500))},
                                          {u"kind"_s, request.kind},
                                          {u"files"_s, QJsonArray::fromStringList(request.paths)}});
}

//! Whether this type of agent may write there; the path is known to lie inside.
Result<> AgentJob::mayWrite(const QString& path) const
{
    SY_TRY_ASSIGN(const auto place, insideFolder(path));
    if (m_request.type.mayWrite(place.relative))
        return {};
    const auto& writes = m_request.type.writes;
    return fail(ErrorCode::Forbidden,
                u"%1 may not be written by the %2."_s.arg(place.relative, m_request.type.title.toLower()),
                writes.isEmpty() ? u"It changes no files; say what should be changed instead."_s
                                 : u"It writes only: %1."_s.arg(writes.join(u", "_s)));
}

Result<AgentJob::Place> AgentJob::insideFolder(const QString& path) const
{
    const auto absolute = QDir::cleanPath(QDir(m_request.folder).absoluteFilePath(path));
    // The deepest part that exists decides: a link that leads outside is outside.
    auto existing = absolute;
    while (!QFileInfo::exists(existing) && !QFileInfo(existing).isSymLink() && existing != u"/")
        existing = QFileInfo(existing).path();
    const auto real = QFileInfo(existing).canonicalFilePath();
    const auto full = real + absolute.sliced(existing.size());
    for (const auto& folder : QStringList{m_request.folder} + m_request.task.extraFolders) {
        const auto root = QFileInfo(folder).canonicalFilePath();
        if (real.isEmpty() || root.isEmpty() || (full != root && !full.startsWith(root + u'/')))
            continue;
        const auto relative = full.sliced(std::min(root.size() + 1, full.size()));
        if (relative.split(u'/').contains(u".git"_s))
            return fail(ErrorCode::Forbidden, u"%1 belongs to git itself."_s.arg(path), u"Use git commands."_s);
        return Place{root, relative};
    }
    return fail(ErrorCode::Forbidden, u"%1 lies outside the task's folder."_s.arg(path),
                u"Only files below %1 can be used."_s.arg(m_request.folder));
}

//! A file that the agent wants to read or write itself; what is refused stands in the audit.
Result<AgentJob::Place> AgentJob::openedFor(const QString& path, bool writing)
{
    auto place = insideFolder(path);
    if (place && writing)
        if (const auto may = mayWrite(path); !may)
            place = fail(may.error());
    if (!place)
        m_recorder.record(event_kind::audit,
                          {{u"what"_s, writing ? u"writing a file refused"_s : u"reading a file refused"_s},
                           {u"on"_s, redact(path.left(4000))},
                           {u"why"_s, place.error().message.left(4000)}});
    return place;
}

Result<QString> AgentJob::readTextFile(const QString& path, int line, int limit)
{
    SY_TRY_ASSIGN(const auto place, openedFor(path, false));
    SY_TRY_ASSIGN(const auto bytes, process::readBeneath(place.root, place.relative, largestFile));
    const auto text = QString::fromUtf8(bytes);
    if (line <= 1 && limit <= 0)
        return text;
    const auto lines = text.split(u'\n');
    return lines.mid(std::max(0, line - 1), limit > 0 ? limit : -1).join(u'\n');
}

Result<> AgentJob::writeTextFile(const QString& path, const QString& text)
{
    SY_TRY_ASSIGN(const auto place, openedFor(path, true));
    const auto old = process::readBeneath(place.root, place.relative, largestFile);
    const bool existed = old || old.error().code != ErrorCode::NotFound;
    const auto before = QString::fromUtf8(old.value_or(QByteArray()));
    SY_TRY(process::writeBeneath(place.root, place.relative, text.toUtf8()));
    const auto [added, removed] = countChangedLines(before, text);
    m_recorder.record(event_kind::fileChanged, {{u"path"_s, place.relative},
                                                {u"added"_s, added},
                                                {u"removed"_s, removed},
                                                {u"how"_s, existed ? u"modified"_s : u"created"_s}});
    m_tracker.edited(QFileInfo(place.relative).fileName());
    Q_EMIT progressed();
    return {};
}

QCoro::Task<Result<QString>> AgentJob::createTerminal(agent::TerminalRequest request)
{
    const auto cwd = request.cwd.isEmpty() ? m_request.folder : request.cwd;
    SY_CO_TRY(insideFolder(cwd));
    if (!m_request.type.commands)
        co_return fail(ErrorCode::Forbidden, u"This type of agent runs no commands."_s);
    const auto command = commandLine(request);
    const auto terminal = co_await m_host.run(command, cwd, request.outputLimit);
    if (!terminal && terminal.error().code == ErrorCode::Forbidden)
        m_refused = command;
    co_return terminal;
}

Result<agent::TerminalOutput> AgentJob::terminalOutput(const QString& terminal)
{
    return m_host.output(terminal);
}

QCoro::Task<Result<agent::TerminalOutput>> AgentJob::waitForExit(QString terminal)
{
    return m_host.waitForExit(terminal);
}

Result<> AgentJob::killTerminal(const QString& terminal)
{
    return m_host.kill(terminal);
}

Result<> AgentJob::releaseTerminal(const QString& terminal)
{
    return m_host.release(terminal);
}

} // namespace switchyard::runner
