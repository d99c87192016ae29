#include "process/command.h"

#include "process/pipe_reader.h"
#include "process/spawn.h"
#include "process/supervisor.h"

#include <csignal>
#include <cstring>

#include <fcntl.h>

namespace switchyard::process {

QString Exit::toString() const
{
    switch (how) {
    case How::FailedToStart:
        return error;
    case How::Exited:
        return u"exit code %1"_s.arg(code);
    case How::Signalled:
        break;
    }
    if (outOfMemory)
        return u"killed at the memory limit"_s;
    const auto* const name = sigabbrev_np(code);
    return name ? u"killed by SIG%1"_s.arg(QLatin1StringView(name)) : u"killed by signal %1"_s.arg(code);
}

namespace {
QString& groupOfChildren()
{
    static QString path;
    return path;
}
} // namespace

const QString& childrenGroup()
{
    return groupOfChildren();
}

void setChildrenGroup(const QString& path)
{
    groupOfChildren() = path;
}

struct Command::State {
    explicit State(Command* owner) : command(owner) {}

    Result<> start(const CommandLine& line)
    {
        SY_TRY_ASSIGN(auto pipe, makePipe(Flow::FromChild));
        const Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
        SY_TRY(supervisor.start(line, nothing.get(), pipe.theirs.get(), pipe.theirs.get()));
        reader = std::make_unique<PipeReader>(std::move(pipe.ours));
        connect(reader.get(), &PipeReader::bytes, command, &Command::output);
        connect(reader.get(), &PipeReader::ended, command, [this] { finishIfDone(); });
        connect(&supervisor, &Supervisor::progress, command, [this] {
            if (supervisor.childEnded())
                reader->childEnded();
            if (supervisor.isEnding() && supervisor.treeEnded())
                reader->setReading(true); // whoever stopped it waits for the end, not for a slow sink
            finishIfDone();
        });
        return {};
    }

    void listen()
    {
        listening = true;
        supervisor.watch();
        reader->setReading(wantsReading);
    }

    void finishIfDone()
    {
        const bool treeDone = supervisor.treeEnded() || (!supervisor.isEnding() && supervisor.childEnded());
        if (finished || !treeDone)
            return;
        if (!reader->hasEnded()) {
            if (!supervisor.childEnded())
                reader->childEnded(); // given up on: nothing more is waited for than silence
            return;
        }
        finished = true;
        Q_EMIT command->finished(supervisor.exit());
    }

    Command* const command;
    Supervisor supervisor;
    std::unique_ptr<PipeReader> reader;
    bool begun = false;
    bool listening = false;
    bool wantsReading = true;
    bool finished = false;
};

Command::Command(QObject* parent) : QObject(parent), m_state(std::make_unique<State>(this)) {}
Command::~Command() = default;

void Command::start(const CommandLine& line)
{
    startOnce(this, *m_state, line);
}

void Command::stop()
{
    m_state->supervisor.endTree();
}

void Command::setFrozen(bool frozen)
{
    m_state->supervisor.setFrozen(frozen);
}

void Command::setReading(bool reading)
{
    m_state->wantsReading = reading;
    if (m_state->listening)
        m_state->reader->setReading(reading);
}

qint64 Command::pid() const
{
    return m_state->supervisor.pid();
}

bool Command::isRunning() const
{
    return pid() > 0 && !m_state->finished;
}

} // namespace switchyard::process
