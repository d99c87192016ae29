#pragma once

#include "runner/job.h"
#include "runner/terminal_host.h"

namespace switchyard::runner {

//! A plain command: through the gate, then in its shell, to its end.
class ShellJob : public Job
{
    Q_OBJECT
public:
    ShellJob(QString command, QString cwd, TerminalHost& host)
        : m_command(std::move(command)), m_cwd(std::move(cwd)), m_host(host)
    {
    }
    QCoro::Task<Ending> run() override;
    void abort() override { m_host.stopAll(); }
    void setFrozen(bool frozen) override { m_host.setFrozen(frozen); }
    Result<> guide(const QString& text) override;
    Result<> answerQuestion(const QString& id, const QString& text) override;

private:
    const QString m_command;
    const QString m_cwd;
    TerminalHost& m_host;
};

} // namespace switchyard::runner
