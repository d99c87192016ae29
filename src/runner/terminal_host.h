#pragma once

#include "agent/session.h"
#include "gate/gate.h"
#include "process/command.h"
#include "process/output_log.h"
#include "runner/confirmation_desk.h"
#include "runner/enclosure.h"
#include "runner/phase_tracker.h"

#include <functional>
#include <map>

namespace switchyard::runner {

//! What the gate said of a command, the user's answer included.
struct Permission {
    bool allowed = false;
    QString why; //!< when refused, for the agent and the log
};

//! Where every command of a run is judged, asked for, run, logged and ended. Nothing runs past it.
class TerminalHost : public QObject
{
    Q_OBJECT
public:
    struct Surroundings {
        TaskId task;
        int attempt = 1;
        QString folder; //!< the task's folder: worktree or project
        QString branch;
        QString shell;
        bool trusted = false;                       //!< commands are judged and told, but not asked for
        std::shared_ptr<const Enclosure> enclosure; //!< around every command
        //! Keeps the files as they are before a command that the user allowed.
        std::function<QCoro::Task<>(QString command)> keepFiles;
        QString project;
        QStringList own;       //!< Switchyard's own folders
        QString grants;        //!< the file that holds them (gate/grants.h)
        bool ownFiles = false; //!< what the task itself made may be deleted without asking
    };
    TerminalHost(Recorder& recorder, ConfirmationDesk& desk, process::OutputLog& log,
                 std::shared_ptr<const gate::Gate> gate, Surroundings surroundings, QObject* parent = nullptr);
    ~TerminalHost() override;

    //! Judges and, where needed, asks. An allowed command may then be run once, exactly as it was judged.
    QCoro::Task<Permission> permit(QString command, QString cwd);
    //! Runs a command line in the shell whose grammar was judged. Forbidden if it is refused.
    QCoro::Task<Result<QString>> run(QString command, QString cwd, qint64 outputLimit);
    Result<agent::TerminalOutput> output(const QString& terminal) const;
    QCoro::Task<Result<agent::TerminalOutput>> waitForExit(QString terminal);
    Result<> kill(const QString& terminal);
    Result<> release(const QString& terminal);
    //! All that run, and those that begin before it is taken back.
    void setFrozen(bool frozen);
    //! Ends all; ended() of each still comes.
    void stopAll();
    bool isBusy() const; //!< a command runs

Q_SIGNALS:
    void commandStarted(const QString& command);
    void commandFinished(const QString& command, const switchyard::process::Exit& exit, const QByteArray& tail);
    void outputWritten(qint64 altogether); //!< bytes in the log, at each piece of output
    void idle();                           //!< the last running command has ended

private:
    struct Terminal;
    //! Why it need not be asked for, in words for the audit; empty: it must be.
    QString allowedAhead(const gate::Judgement& judgement, const gate::Context& context, const QString& command,
                         QString* grant) const;
    void finished(Terminal& terminal, const process::Exit& exit);
    Result<Terminal*> find(const QString& id) const;

    Recorder& m_recorder;
    ConfirmationDesk& m_desk;
    process::OutputLog& m_log;
    const std::shared_ptr<const gate::Gate> m_gate;
    const Surroundings m_surroundings;
    QSet<std::pair<QString, QString>> m_permitted; //!< (command, cwd), each good for one run
    std::map<QString, std::unique_ptr<Terminal>> m_terminals;
    int m_nextTerminal = 1;
    bool m_stopping = false;
    bool m_frozen = false;
};

} // namespace switchyard::runner
