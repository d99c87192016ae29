#pragma once

#include "app/commands/log_tail.h"
#include "app/commands/support.h"

namespace switchyard::app {

//! Shows one task on the terminal from its first event to its end: what `swy monitor`, `swy run --follow` and `swy
//! demo` have in common. Answers confirmations through `codeFor`, or says how to answer.
class Follower : public QObject
{
    Q_OBJECT
public:
    //! Gives the code for a confirmation; an error refuses it; without one the user is told to run `swy confirm`.
    using CodeSource = std::function<QCoro::Task<Result<Secret>>(Confirmation)>;

    Follower(CommandContext context, std::shared_ptr<client::EngineClient> client, TaskId task,
             CodeSource codeFor = {});
    //! Ends with the task as it is when it has finished, or the error that stopped the following.
    QCoro::Task<Result<Task>> run();
    //! Everything that was seen, in order.
    const QList<Event>& events() const { return m_events; }

Q_SIGNALS:
    void ended();

private:
    void take(const Event& event);
    void print(const Event& event);
    void line(const QString& mark, const QString& text);
    void printOutput(const QByteArray& bytes);
    void printText(const QString& text);
    QCoro::Task<> answer(Confirmation confirmation);

    CommandContext m_context;
    std::shared_ptr<client::EngineClient> m_client;
    const TaskId m_id;
    const CodeSource m_codeFor;
    Task m_task;
    QList<Event> m_events;
    std::unique_ptr<LogTail> m_log;
    QByteArray m_partialOutput;
    bool m_inText = false; //!< the agent's words are being streamed: no line end yet
    QString m_phase;
    std::optional<Error> m_problem;
};

} // namespace switchyard::app
