#include "runner/terminal_host.h"

#include "base/secret_filter.h"
#include "gate/grants.h"
#include "process/environment.h"

#include <QCoro/QCoroFuture>
#include <QDir>
#include <QStandardPaths>
#include <QtConcurrentRun>

namespace switchyard::runner {

namespace {

constexpr qint64 keptForSummary = 64 << 10; //!< bytes of the end, for reading a test's result

agent::TerminalOutput outputOf(const QByteArray& bytes, bool truncated, const std::optional<process::Exit>& exit)
{
    agent::TerminalOutput output{bytes, truncated, exit.has_value(), -1, {}};
    if (!exit)
        return output;
    if (exit->how == process::Exit::How::Signalled)
        output.signal = exit->toString();
    else
        output.exitCode = exit->how == process::Exit::How::FailedToStart ? 127 : exit->code;
    return output;
}

//! A sandbox tells the death of what runs in it as a shell does, by 128 + the signal's number. Of a command that was
//! killed it is told as what it is.
process::Exit asKilled(process::Exit exit)
{
    constexpr int first = 128, lastSignal = 64;
    if (exit.how == process::Exit::How::Exited && exit.code > first && exit.code <= first + lastSignal) {
        exit.how = process::Exit::How::Signalled;
        exit.code -= first;
    }
    return exit;
}

QStringList shellArguments(const QString& shell, const QString& command)
{
    if (shell == u"bash")
        return {u"--norc"_s, u"--noprofile"_s, u"-c"_s, command};
    if (shell == u"zsh")
        return {u"--no-rcs"_s, u"-c"_s, command};
    return {u"-c"_s, command};
}

} // namespace

struct TerminalHost::Terminal {
    QString id;
    QString command;
    process::Command process;
    QByteArray kept;
    SecretFilter filter;
    qint64 limit = 0;
    bool truncated = false;
    bool released = false;
    bool killed = false; //!< somebody wanted its end
    qint64 logFrom = 0;
    std::optional<process::Exit> exit;
    QPromise<void> done;

    void keep(const QByteArray& bytes)
    {
        const auto most = std::max(limit, keptForSummary);
        if (bytes.size() > most) {
            kept = bytes.last(most);
            truncated = true;
            return;
        }
        kept += bytes;
        if (kept.size() > most * 2) { // cut seldom, not at each piece
            kept = kept.last(most);
            truncated = true;
        }
    }
    QByteArray tail() const { return limit > 0 && kept.size() > limit ? kept.last(limit) : kept; }
};

TerminalHost::TerminalHost(Recorder& recorder, ConfirmationDesk& desk, process::OutputLog& log,
                           std::shared_ptr<const gate::Gate> gate, Surroundings surroundings, QObject* parent)
    : QObject(parent),
      m_recorder(recorder),
      m_desk(desk),
      m_log(log),
      m_gate(std::move(gate)),
      m_surroundings(std::move(surroundings))
{
}

TerminalHost::~TerminalHost() = default;

QCoro::Task<Permission> TerminalHost::permit(QString command, QString cwd)
{
    if (m_stopping)
        co_return Permission{false, u"The task is ending."_s};
    const gate::Context context{cwd, m_surroundings.folder, QDir::homePath(), m_surroundings.shell, m_surroundings.own};
    const auto judgement = co_await m_gate->judge(command, context);
    if (m_stopping)
        co_return Permission{false, u"The task is ending."_s};
    if (judgement.verdict == gate::Verdict::Safe) {
        m_permitted.insert({command, cwd});
        co_return Permission{true, {}};
    }
    if (judgement.verdict == gate::Verdict::Deny) {
        const auto why = u"The gate refuses it: it %1."_s.arg(judgement.reasons.join(u", "_s));
        m_recorder.record(event_kind::audit,
                          {{u"what"_s, u"command refused by rule"_s}, {u"on"_s, command}, {u"rule"_s, judgement.rule}});
        co_return Permission{false, why};
    }
    if (m_surroundings.trusted) {
        m_recorder.record(event_kind::audit, {{u"what"_s, u"command allowed by the setting own_commands"_s},
                                              {u"on"_s, command},
                                              {u"rule"_s, judgement.rule}});
        if (m_surroundings.keepFiles)
            co_await m_surroundings.keepFiles(command);
        m_permitted.insert({command, cwd});
        co_return Permission{true, {}};
    }
    QString grant;
    if (const auto why = allowedAhead(judgement, context, command, &grant); !why.isEmpty()) {
        QJsonObject entry{{u"what"_s, why}, {u"on"_s, command}};
        if (!grant.isEmpty())
            entry.insert(u"grant"_s, grant);
        m_recorder.record(event_kind::audit, entry);
        if (m_surroundings.keepFiles)
            co_await m_surroundings.keepFiles(command);
        m_permitted.insert({command, cwd});
        co_return Permission{true, {}};
    }
    Confirmation request;
    request.task = m_surroundings.task;
    request.attempt = m_surroundings.attempt;
    request.command = command;
    request.reasons = judgement.reasons;
    request.cwd = cwd;
    request.branch = m_surroundings.branch;
    request.offers = gate::grantOffers(judgement, context);
    request.impact = co_await QtConcurrent::run(gate::previewImpact, judgement, context);
    if (m_stopping)
        co_return Permission{false, u"The task is ending."_s};
    const auto answer = co_await m_desk.ask(request);
    if (answer.allowed) {
        if (m_surroundings.keepFiles)
            co_await m_surroundings.keepFiles(command);
        m_permitted.insert({command, cwd});
    }
    co_return Permission{answer.allowed, answer.why};
}

QString TerminalHost::allowedAhead(const gate::Judgement& judgement, const gate::Context& context,
                                   const QString& command, QString* grant) const
{
    const auto grants = gate::readGrants(m_surroundings.grants);
    if (!grants)
        qWarning("No grants count: %s", qPrintable(describe(grants.error())));
    const gate::GrantedUse use{command, context.cwd, m_surroundings.branch, m_surroundings.task,
                               m_surroundings.project};
    if (const auto found = gate::findGrant(grants.value_or(QList<Grant>()), judgement, context, use)) {
        *grant = found->id;
        return u"allowed by a grant: "_s + found->text;
    }
    if (m_surroundings.ownFiles && gate::deletesOnlyOwnFiles(judgement, context, m_surroundings.enclosure->isOn()))
        return u"allowed: it deletes only what the task made"_s;
    return {};
}

QCoro::Task<Result<QString>> TerminalHost::run(QString command, QString cwd, qint64 outputLimit)
{
    if (command.trimmed().isEmpty())
        co_return fail(ErrorCode::Invalid, u"The command is empty."_s);
    if (!m_permitted.remove({command, cwd})) {
        const auto permission = co_await permit(command, cwd);
        if (!permission.allowed)
            co_return fail(ErrorCode::Forbidden, u"The command was refused. "_s + permission.why);
        m_permitted.remove({command, cwd});
    }
    if (m_stopping) // while it was judged: stopAll() has been and does not come again
        co_return fail(ErrorCode::Forbidden, u"The task is ending."_s);
    process::CommandLine line;
    line.program = QStandardPaths::findExecutable(m_surroundings.shell);
    if (line.program.isEmpty())
        line.program = m_surroundings.shell; // not installed: the start names it
    line.arguments = shellArguments(m_surroundings.shell, command);
    line.cwd = cwd;
    line.environment = process::childEnvironment();
    SY_CO_TRY_ASSIGN(const auto enclosed, m_surroundings.enclosure->aroundCommand(line));

    auto owned = std::make_unique<Terminal>();
    auto& terminal = *owned;
    terminal.id = u"t%1"_s.arg(m_nextTerminal++);
    terminal.command = command;
    terminal.limit = outputLimit;
    terminal.done.start();
    m_terminals.emplace(terminal.id, std::move(owned));

    terminal.logFrom = m_log.append(u"▶ %1\n"_s.arg(withoutSecrets(command)).toUtf8());
    connect(&terminal.process, &process::Command::output, this, [this, &terminal](const QByteArray& piece) {
        const auto bytes = terminal.filter.pass(piece);
        m_log.append(bytes);
        terminal.keep(bytes);
        Q_EMIT outputWritten(m_log.size());
    });
    connect(&terminal.process, &process::Command::started, this, [this, &terminal, cwd](qint64 pid) {
        m_recorder.record(event_kind::commandStarted, {{u"id"_s, terminal.id},
                                                       {u"command"_s, terminal.command},
                                                       {u"cwd"_s, cwd},
                                                       {u"pid"_s, pid},
                                                       {u"sandbox"_s, m_surroundings.enclosure->levelName()},
                                                       {u"log_from"_s, terminal.logFrom}});
    });
    connect(&terminal.process, &process::Command::finished, this,
            [this, &terminal](const process::Exit& exit) { finished(terminal, exit); });
    Q_EMIT commandStarted(command);
    terminal.process.start(enclosed);
    if (m_frozen)
        terminal.process.setFrozen(true);
    co_return QString(terminal.id); // a copy: an lvalue would be moved from
}

void TerminalHost::finished(Terminal& terminal, const process::Exit& ended)
{
    const auto exit = terminal.killed ? asKilled(ended) : ended;
    terminal.exit = exit;
    if (const auto rest = terminal.filter.rest(); !rest.isEmpty()) {
        m_log.append(rest);
        terminal.keep(rest);
    }
    if (!terminal.kept.isEmpty() && !terminal.kept.endsWith('\n'))
        m_log.append("\n");
    const auto words = exit.how == process::Exit::How::FailedToStart ? exit.error : exit.toString();
    m_log.append(u"■ %1, %2 s\n"_s.arg(words).arg(double(exit.duration.count()) / 1000, 0, 'f', 1).toUtf8());
    QJsonObject data{{u"id"_s, terminal.id},
                     {u"command"_s, terminal.command},
                     {u"ok"_s, exit.ok()},
                     {u"how"_s, words},
                     {u"duration_ms"_s, qint64(exit.duration.count())},
                     {u"cpu_ms"_s, qint64(exit.cpu.count())},
                     {u"peak_memory"_s, exit.peakMemory},
                     {u"log_from"_s, terminal.logFrom},
                     {u"log_to"_s, m_log.size()}};
    if (exit.how == process::Exit::How::Signalled)
        data.insert(u"signal"_s, exit.code);
    else
        data.insert(u"exit_code"_s, exit.how == process::Exit::How::FailedToStart ? 127 : exit.code);
    if (!exit.survivors.isEmpty())
        data.insert(u"survivors"_s, QJsonArray::fromStringList(exit.survivors));
    m_recorder.record(event_kind::commandFinished, data);
    Q_EMIT commandFinished(terminal.command, exit, terminal.kept.last(std::min(terminal.kept.size(), keptForSummary)));
    terminal.done.finish();
    if (!isBusy())
        Q_EMIT idle();
}

Result<TerminalHost::Terminal*> TerminalHost::find(const QString& id) const
{
    const auto found = m_terminals.find(id);
    if (found == m_terminals.end() || found->second->released)
        return fail(ErrorCode::NotFound, u"There is no terminal “%1”."_s.arg(id.left(40)));
    return found->second.get();
}

Result<agent::TerminalOutput> TerminalHost::output(const QString& id) const
{
    SY_TRY_ASSIGN(auto* const terminal, find(id));
    return outputOf(terminal->tail(), terminal->truncated || terminal->kept.size() > terminal->limit, terminal->exit);
}

QCoro::Task<Result<agent::TerminalOutput>> TerminalHost::waitForExit(QString id)
{
    SY_CO_TRY_ASSIGN(auto* const terminal, find(id));
    if (!terminal->exit)
        co_await terminal->done.future();
    // Terminals stay until the host goes, so that a late question finds its answer.
    co_return outputOf(terminal->tail(), terminal->truncated, terminal->exit);
}

Result<> TerminalHost::kill(const QString& id)
{
    SY_TRY_ASSIGN(auto* const terminal, find(id));
    terminal->killed = true;
    terminal->process.stop();
    return {};
}

Result<> TerminalHost::release(const QString& id)
{
    SY_TRY_ASSIGN(auto* const terminal, find(id));
    terminal->released = true;
    if (terminal->exit)
        terminal->kept.clear();
    else
        terminal->process.stop();
    return {};
}

void TerminalHost::setFrozen(bool frozen)
{
    m_frozen = frozen;
    for (const auto& [id, terminal] : m_terminals) {
        if (!terminal->exit)
            terminal->process.setFrozen(frozen);
    }
}

void TerminalHost::stopAll()
{
    m_stopping = true;
    for (const auto& [id, terminal] : m_terminals)
        terminal->process.stop();
}

bool TerminalHost::isBusy() const
{
    return std::ranges::any_of(m_terminals, [](const auto& entry) { return !entry.second->exit; });
}

} // namespace switchyard::runner
