#include "runner/shell_job.h"

namespace switchyard::runner {

QCoro::Task<Ending> ShellJob::run()
{
    const auto terminal = co_await m_host.run(m_command, m_cwd, 0);
    if (!terminal)
        co_return Ending{TaskStatus::Failed, terminal.error().message};
    const auto output = co_await m_host.waitForExit(*terminal);
    if (!output)
        co_return Ending{TaskStatus::Failed, output.error().message};
    if (!output->signal.isEmpty())
        co_return Ending{TaskStatus::Failed, u"The command was "_s + output->signal + u'.'};
    if (output->exitCode == 127)
        co_return Ending{TaskStatus::Failed, u"Exit code 127: the command was not found. Check its name and PATH."_s};
    if (output->exitCode != 0)
        co_return Ending{TaskStatus::Failed, u"Exit code %1."_s.arg(output->exitCode)};
    co_return Ending{TaskStatus::Completed, u"Exit code 0."_s};
}

Result<> ShellJob::guide(const QString&)
{
    return fail(ErrorCode::Conflict, u"A plain command takes no guidance."_s);
}

Result<> ShellJob::answerQuestion(const QString&, const QString&)
{
    return fail(ErrorCode::Conflict, u"A plain command asks no questions."_s);
}

} // namespace switchyard::runner
