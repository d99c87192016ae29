#include "coder/local_terminal.h"

#include <cstring>

namespace switchyard::coder {

LocalTerminal::LocalTerminal(const QString& command, const QString& cwd, qint64 limit, QObject* parent)
    : QObject(parent), m_limit(limit)
{
    m_ended.start();
    process::CommandLine line{u"bash"_s, {u"-c"_s, command}, cwd, QProcessEnvironment::systemEnvironment()};
    for (const auto& name : {u"ANTHROPIC_API_KEY"_s, u"ANTHROPIC_AUTH_TOKEN"_s, u"OPENAI_API_KEY"_s})
        line.environment.remove(name); // ours to call the model with; no command needs it
    line.stopGrace = std::chrono::seconds(2);
    connect(&m_command, &process::Command::output, this, &LocalTerminal::keep);
    connect(&m_command, &process::Command::finished, this, [this](const process::Exit& exit) {
        m_exit = exit;
        keep(exit.error.toUtf8());
        finish();
    });
    m_command.start(line);
}

LocalTerminal::~LocalTerminal()
{
    finish();
}

TerminalState LocalTerminal::state() const
{
    TerminalState state{QString::fromUtf8(m_output), m_truncated, m_exit.has_value(), {}, {}};
    if (!m_exit)
        return state;
    if (m_exit->how == process::Exit::How::FailedToStart)
        state.exitCode = 127;
    else if (m_exit->how == process::Exit::How::Exited)
        state.exitCode = m_exit->code;
    else if (const auto* const name = sigabbrev_np(m_exit->code))
        state.signal = u"SIG%1"_s.arg(QLatin1StringView(name));
    else
        state.signal = u"signal %1"_s.arg(m_exit->code);
    return state;
}

void LocalTerminal::kill()
{
    m_command.stop();
}

void LocalTerminal::keep(const QByteArray& output)
{
    m_output += output;
    if (m_output.size() > m_limit) {
        m_output = m_output.last(m_limit);
        m_truncated = true;
    }
}

void LocalTerminal::finish()
{
    if (std::exchange(m_done, true))
        return;
    m_ended.addResult(true);
    m_ended.finish();
}

} // namespace switchyard::coder
