// What the agent asks of the runner: permissions, files, terminals; inside the task's folders and through the gate.
#include "base/log.h"
#include "runner/agent_job.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>

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
    co_return PermissionAnswer::Allow;
}

//! Whether this type of agent may write there; the path is known to lie inside.
Result<> AgentJob::mayWrite(const QString& path) const
{
    SY_TRY_ASSIGN(const auto full, insideFolder(path));
    const auto relative = QDir(QFileInfo(m_request.folder).canonicalFilePath()).relativeFilePath(full);
    if (m_request.type.mayWrite(relative))
        return {};
    const auto& writes = m_request.type.writes;
    return fail(ErrorCode::Forbidden,
                u"%1 may not be written by the %2."_s.arg(relative, m_request.type.title.toLower()),
                writes.isEmpty() ? u"It changes no files; say what should be changed instead."_s
                                 : u"It writes only: %1."_s.arg(writes.join(u", "_s)));
}

Result<QString> AgentJob::insideFolder(const QString& path) const
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
        if (full == root + u"/.git"_s || full.startsWith(root + u"/.git/"_s))
            return fail(ErrorCode::Forbidden, u"%1 belongs to git itself."_s.arg(path), u"Use git commands."_s);
        return full;
    }
    return fail(ErrorCode::Forbidden, u"%1 lies outside the task's folder."_s.arg(path),
                u"Only files below %1 can be used."_s.arg(m_request.folder));
}

Result<QString> AgentJob::readTextFile(const QString& path, int line, int limit)
{
    SY_TRY_ASSIGN(const auto full, insideFolder(path));
    QFile file(full);
    if (!file.exists())
        return fail(ErrorCode::NotFound, u"%1 does not exist."_s.arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    if (file.size() > largestFile)
        return fail(ErrorCode::Limit, u"%1 is larger than 16 MiB."_s.arg(path));
    const auto text = QString::fromUtf8(file.readAll());
    if (line <= 1 && limit <= 0)
        return text;
    const auto lines = text.split(u'\n');
    return lines.mid(std::max(0, line - 1), limit > 0 ? limit : -1).join(u'\n');
}

Result<> AgentJob::writeTextFile(const QString& path, const QString& text)
{
    SY_TRY_ASSIGN(const auto full, insideFolder(path));
    SY_TRY(mayWrite(path));
    const bool existed = QFileInfo::exists(full);
    QString before;
    if (QFile old(full); existed && old.size() <= largestFile && old.open(QIODevice::ReadOnly))
        before = QString::fromUtf8(old.readAll());
    if (!QDir().mkpath(QFileInfo(full).path()))
        return fail(ErrorCode::Io, u"The folder of %1 cannot be created."_s.arg(path));
    QSaveFile file(full); // keeps the permissions of an existing file
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0 || !file.commit())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file.errorString()));
    const auto [added, removed] = countChangedLines(before, text);
    m_recorder.record(event_kind::fileChanged,
                      {{u"path"_s, QDir(QFileInfo(m_request.folder).canonicalFilePath()).relativeFilePath(full)},
                       {u"added"_s, added},
                       {u"removed"_s, removed},
                       {u"how"_s, existed ? u"modified"_s : u"created"_s}});
    m_tracker.edited(QFileInfo(full).fileName());
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
