#include "app/commands/support.h"

#include <QCoreApplication>
#include <QCoro/QCoroSignal>
#include <QDir>

#include <termios.h>
#include <unistd.h>

namespace switchyard::app {

QCoro::Task<Result<std::shared_ptr<client::EngineClient>>> connectClient(Paths paths, bool startEngine)
{
    SY_CO_TRY(paths.ensure());
    client::EngineClient::Options options;
    options.startEngine = startEngine;
    options.engineProgram = QCoreApplication::applicationFilePath();
    options.name = u"swy"_s;
    auto client = std::make_shared<client::EngineClient>(paths, options);
    SY_CO_TRY(co_await client->connectToEngine());
    co_return client;
}

Options::Options(const CommandContext& context, const QStringList& flags, const QStringList& values)
{
    for (const auto& names : flags)
        m_parser.addOption(QCommandLineOption(names.split(u',')));
    for (const auto& names : values)
        m_parser.addOption(QCommandLineOption(names.split(u','), {}, names.section(u',', -1)));
    if (!m_parser.parse(QStringList{u"swy"_s} + context.arguments))
        m_parsed = context.usageError(m_parser.errorText());
}

Result<TaskId> Options::taskId() const
{
    SY_TRY(check());
    if (positional().size() != 1)
        return fail(ErrorCode::Invalid,
                    positional().isEmpty() ? u"A task id is missing."_s : u"Exactly one task id is expected."_s,
                    u"`swy tasks list` shows the ids."_s);
    return TaskId::parse(positional().first());
}

namespace {

QCoro::Task<Result<int>> runForTask(CommandContext context, QStringList flags, TaskHandler handler)
{
    const auto options = std::make_shared<const Options>(context, flags, QStringList());
    SY_CO_TRY_ASSIGN(const auto id, options->taskId());
    SY_CO_TRY_ASSIGN(const auto client, co_await connectClient(context.paths));
    TaskCall call{context, options, client, id};
    co_return co_await handler(std::move(call));
}

} // namespace

Command taskCommand(const QString& name, const QString& summary, const QString& usage, const QStringList& flags,
                    const TaskHandler& handler)
{
    return {name, summary, usage,
            [flags, handler](CommandContext context) { return runForTask(std::move(context), flags, handler); }};
}

TerminalInput::TerminalInput(QObject* parent) : QObject(parent), m_notifier(STDIN_FILENO, QSocketNotifier::Read)
{
    m_notifier.setEnabled(false);
    connect(&m_notifier, &QSocketNotifier::activated, this, &TerminalInput::receive);
}

TerminalInput::~TerminalInput()
{
    setEcho(true);
}

bool TerminalInput::isTerminal()
{
    return isatty(STDIN_FILENO) == 1;
}

void TerminalInput::setEcho(bool on)
{
    termios mode{};
    if (tcgetattr(STDIN_FILENO, &mode) != 0)
        return;
    mode.c_lflag = on ? mode.c_lflag | ECHO : mode.c_lflag & ~tcflag_t(ECHO);
    mode.c_lflag |= ECHONL;
    tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

void TerminalInput::receive()
{
    char bytes[4096];
    const auto count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count > 0)
        m_buffer.append(bytes, count);
    else
        m_atEnd = true;
    if (m_atEnd || m_buffer.contains('\n'))
        Q_EMIT lineReady();
}

void TerminalInput::cancel()
{
    m_cancelled = true;
    Q_EMIT lineReady();
}

QCoro::Task<Result<QString>> TerminalInput::readLine(bool hidden)
{
    m_cancelled = false;
    if (hidden)
        setEcho(false);
    if (!m_buffer.contains('\n') && !m_atEnd) {
        m_notifier.setEnabled(true);
        co_await qCoro(this, &TerminalInput::lineReady);
        m_notifier.setEnabled(false);
    }
    if (hidden)
        setEcho(true);
    if (m_cancelled)
        co_return fail(ErrorCode::Cancelled, u"No answer is needed any more."_s);
    auto end = m_buffer.indexOf('\n');
    if (end < 0 && m_buffer.isEmpty())
        co_return fail(ErrorCode::Unavailable, u"The input has ended."_s,
                       u"Type the answer, or give it as a line of standard input."_s);
    if (end < 0)
        end = m_buffer.size();
    const auto line = QString::fromUtf8(m_buffer.first(end));
    m_buffer.remove(0, end + 1);
    co_return line;
}

QCoro::Task<Result<Secret>> readCode(QTextStream& err, QString question, TerminalInput& input)
{
    if (TerminalInput::isTerminal())
        err << question << Qt::flush;
    SY_CO_TRY_ASSIGN(const auto line, co_await input.readLine(true));
    co_return Secret(line.trimmed().toUtf8());
}

QString table(const QList<QStringList>& rows)
{
    QList<qsizetype> widths;
    for (const auto& row : rows) {
        for (qsizetype column = 0; column < row.size(); ++column) {
            if (widths.size() <= column)
                widths << 0;
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    QString text;
    for (const auto& row : rows) {
        QString line;
        for (qsizetype column = 0; column < row.size(); ++column)
            line += column + 1 == row.size() ? row[column] : row[column].leftJustified(widths[column] + 2);
        text += line.trimmed().isEmpty() ? u"\n"_s : line + u'\n';
    }
    return text;
}

QString printable(const QString& text)
{
    QString result;
    for (const auto c : text) {
        const bool control = c.category() == QChar::Other_Control && c != u'\n' && c != u'\t';
        const bool direction = c.category() == QChar::Other_Format;
        result += control || direction ? u'\uFFFD' : c.unicode();
    }
    return result;
}

QString statusMark(TaskStatus status)
{
    switch (status) {
    case TaskStatus::Pending:
    case TaskStatus::Queued:
        return u"◌"_s;
    case TaskStatus::Running:
        return u"◉"_s;
    case TaskStatus::Waiting:
        return u"⚠"_s;
    case TaskStatus::Paused:
        return u"‖"_s;
    case TaskStatus::Completed:
        return u"✓"_s;
    case TaskStatus::Failed:
    case TaskStatus::TimedOut:
    case TaskStatus::Interrupted:
        return u"✗"_s;
    case TaskStatus::Cancelled:
        return u"∅"_s;
    }
    return u"?"_s;
}

int exitStatusForTask(const Task& task)
{
    switch (task.status) {
    case TaskStatus::Completed:
        return Success;
    case TaskStatus::TimedOut:
        return TimedOut;
    case TaskStatus::Cancelled:
        return Cancelled;
    default:
        return TaskFailed;
    }
}

QJsonObject taskForJson(const Task& task)
{
    auto json = task.toJson();
    auto spec = json.take(u"spec"_s).toObject();
    QJsonObject result{
        {u"id"_s, task.id().toString()}, {u"title"_s, spec.take(u"title"_s)}, {u"goal"_s, spec.take(u"goal"_s)}};
    spec.remove(u"id"_s);
    for (auto entry = json.begin(); entry != json.end(); ++entry)
        result.insert(entry.key(), entry.value());
    result.insert(u"spec"_s, spec);
    return result;
}

} // namespace switchyard::app
