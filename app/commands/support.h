#pragma once

#include "app/commands/command.h"
#include "base/secret.h"
#include "client/engine_client.h"

#include <QSocketNotifier>

namespace switchyard::app {

//! A connected client, the engine started if need be.
QCoro::Task<Result<std::shared_ptr<client::EngineClient>>> connectClient(Paths paths, bool startEngine = true);

//! Ends when no task runs any more; Timeout names how many still do. Zero: no limit.
QCoro::Task<Result<>> waitUntilDrained(std::shared_ptr<client::EngineClient> client, milliseconds limit);

//! Options of a sub-command.
class Options
{
public:
    //! `flags` take no value, `values` take one; both as "json" or "f,follow".
    Options(const CommandContext& context, const QStringList& flags, const QStringList& values);
    Result<> check() const { return m_parsed; } //!< Invalid: the words on the command line are no such options
    bool isSet(const QString& name) const { return m_parser.isSet(name); }
    QStringList values(const QString& name) const
    {
        return m_parser.values(name);
    } //!< of an option given several times
    QString value(const QString& name) const { return m_parser.value(name); }
    QStringList positional() const { return m_parser.positionalArguments(); }
    //! What check() says, then: exactly one task id.
    Result<TaskId> taskId() const;

private:
    QCommandLineParser m_parser;
    Result<> m_parsed;
};

//! What a command about one task works with: its words are read, the engine is connected.
struct TaskCall {
    CommandContext context;
    std::shared_ptr<const Options> options;
    std::shared_ptr<client::EngineClient> client;
    TaskId id;
};
using TaskHandler = std::function<QCoro::Task<Result<int>>(TaskCall call)>;
//! A command whose words are one task id and `flags`.
Command taskCommand(const QString& name, const QString& summary, const QString& usage, const QStringList& flags,
                    const TaskHandler& handler);

//! Lines typed by the user, without blocking the event loop; hidden ones are not echoed.
class TerminalInput : public QObject
{
    Q_OBJECT
public:
    explicit TerminalInput(QObject* parent = nullptr);
    ~TerminalInput() override;
    static bool isTerminal();
    //! The next line without its end; Unavailable at the end of input, Cancelled by cancel().
    QCoro::Task<Result<QString>> readLine(bool hidden);
    void cancel(); //!< a waiting readLine() ends

Q_SIGNALS:
    void lineReady();

private:
    void setEcho(bool on);
    void receive();
    QSocketNotifier m_notifier;
    QByteArray m_buffer;
    bool m_atEnd = false;
    bool m_cancelled = false;
};

//! A code from the terminal without echo, or one line of standard input.
QCoro::Task<Result<Secret>> readCode(QTextStream& err, QString question, TerminalInput& input);

//! Aligned columns; the last one is not padded.
QString table(const QList<QStringList>& rows);
//! Text without control characters, for a terminal: what an agent or a file name holds cannot move the cursor.
QString printable(const QString& text);
QString statusMark(TaskStatus status);
int exitStatusForTask(const Task& task);
//! The shape of a task in --json output.
QJsonObject taskForJson(const Task& task);

} // namespace switchyard::app
