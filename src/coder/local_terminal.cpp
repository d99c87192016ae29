#include "coder/local_terminal.h"

#include <QTimer>

#include <csignal>
#include <unistd.h>

namespace switchyard::coder {

LocalTerminal::LocalTerminal(const QString& command, const QString& cwd, qint64 limit, QObject* parent)
    : QObject(parent), m_limit(limit)
{
    m_ended.start();
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setWorkingDirectory(cwd);
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const auto& name : {u"ANTHROPIC_API_KEY"_s, u"ANTHROPIC_AUTH_TOKEN"_s, u"OPENAI_API_KEY"_s})
        environment.remove(name); // ours to call the model with; no command needs it
    m_process.setProcessEnvironment(environment);
    m_process.setChildProcessModifier([] { ::setsid(); });
    connect(&m_process, &QProcess::readyRead, this, [this] {
        m_output += m_process.readAll();
        if (m_output.size() > m_limit) {
            m_output = m_output.last(m_limit);
            m_truncated = true;
        }
    });
    connect(&m_process, &QProcess::started, this, [this] { m_pid = m_process.processId(); });
    connect(&m_process, &QProcess::finished, this, &LocalTerminal::finish);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        m_output += m_process.errorString().toUtf8();
        finish();
    });
    m_process.start(u"bash"_s, {u"-c"_s, command});
}

LocalTerminal::~LocalTerminal()
{
    m_process.disconnect(this);
    signalGroup(SIGKILL);
    m_process.waitForFinished(1000); // reaps; it is dead already
    finish();
}

TerminalState LocalTerminal::state() const
{
    TerminalState state{QString::fromUtf8(m_output), m_truncated, m_done, {}, {}};
    if (!m_done)
        return state;
    if (m_process.error() == QProcess::FailedToStart)
        state.exitCode = 127;
    else if (m_process.exitStatus() == QProcess::NormalExit)
        state.exitCode = m_process.exitCode();
    else
        state.signal = u"SIG%1"_s.arg(QLatin1StringView(sigabbrev_np(m_process.exitCode())));
    return state;
}

void LocalTerminal::kill()
{
    signalGroup(SIGTERM);
    QTimer::singleShot(2000, this, [this] { signalGroup(SIGKILL); });
}

void LocalTerminal::finish()
{
    if (std::exchange(m_done, true))
        return;
    m_ended.addResult(true);
    m_ended.finish();
}

void LocalTerminal::signalGroup(int number)
{
    if (m_pid > 0)
        ::kill(-pid_t(m_pid), number);
}

} // namespace switchyard::coder
