#include "process/command.h"
#include "process/pipe_device.h"
#include "process/pipe_reader.h"
#include "process/spawn.h"
#include "process/supervisor.h"

namespace switchyard::process {

namespace {
constexpr qsizetype longestErrorLine = 4 << 10;
}

struct Child::State {
    explicit State(Child* owner) : child(owner) {}

    Result<> start(const CommandLine& line)
    {
        SY_TRY_ASSIGN(auto input, makePipe(Flow::ToChild));
        SY_TRY_ASSIGN(auto output, makePipe(Flow::FromChild));
        SY_TRY_ASSIGN(auto errors, makePipe(Flow::FromChild));
        SY_TRY(supervisor.start(line, input.theirs.get(), output.theirs.get(), errors.theirs.get()));
        device = std::make_unique<PipeDevice>(std::move(input.ours));
        outputReader = std::make_unique<PipeReader>(std::move(output.ours));
        errorReader = std::make_unique<PipeReader>(std::move(errors.ours));
        connect(outputReader.get(), &PipeReader::bytes, device.get(), [this](const QByteArray& piece) {
            device->receive(piece);
            if (!device->wantsMore() && !supervisor.treeEnded()) // what is left then is one pipe full at most
                outputReader->setReading(false);
        });
        connect(device.get(), &PipeDevice::drained, outputReader.get(), [this] { outputReader->setReading(true); });
        connect(errorReader.get(), &PipeReader::bytes, child, [this](const QByteArray& piece) { takeErrors(piece); });
        connect(outputReader.get(), &PipeReader::ended, child, [this] { step(); });
        connect(errorReader.get(), &PipeReader::ended, child, [this] { step(); });
        connect(&supervisor, &Supervisor::progress, child, [this] { step(); });
        return {};
    }

    void listen()
    {
        supervisor.watch();
        outputReader->setReading(true);
        errorReader->setReading(true);
    }

    void takeErrors(const QByteArray& piece)
    {
        const QPointer<Child> self(child);
        qsizetype start = 0;
        while (start < piece.size()) {
            const auto end = piece.indexOf('\n', start);
            const auto part = QByteArrayView(piece).sliced(start, (end < 0 ? piece.size() : end) - start);
            errorLine += part.first(std::min(part.size(), longestErrorLine - errorLine.size()));
            if (end < 0)
                return;
            start = end + 1;
            if (errorLine.endsWith('\r'))
                errorLine.chop(1);
            Q_EMIT child->errorLine(std::exchange(errorLine, {}));
            if (!self)
                return;
        }
    }

    //! What the agent left running is ended with it; then its output is read to the end, then it has finished.
    void step()
    {
        if (finished)
            return;
        if (supervisor.childEnded())
            supervisor.isEnding() ? void() : supervisor.endTree();
        if (!supervisor.treeEnded())
            return;
        const QPointer<Child> self(child);
        for (auto* const reader : {outputReader.get(), errorReader.get()}) {
            reader->setReading(true);
            reader->childEnded();
        }
        if (!outputReader->hasEnded() || !errorReader->hasEnded())
            return;
        finished = true;
        if (!errorLine.isEmpty())
            Q_EMIT child->errorLine(std::exchange(errorLine, {}));
        if (self)
            device->endOfOutput();
        if (self)
            device->close();
        if (self)
            Q_EMIT child->finished(supervisor.exit());
    }

    Child* const child;
    Supervisor supervisor;
    std::unique_ptr<PipeDevice> device;
    std::unique_ptr<PipeReader> outputReader;
    std::unique_ptr<PipeReader> errorReader;
    QByteArray errorLine;
    bool begun = false;
    bool finished = false;
};

Child::Child(QObject* parent) : QObject(parent), m_state(std::make_unique<State>(this)) {}

Child::~Child()
{
    if (m_state->device)
        m_state->device->disconnect(); // nobody is called from a half-destroyed object
}

void Child::start(const CommandLine& line)
{
    startOnce(this, *m_state, line);
}

void Child::stop()
{
    if (!m_state->device || m_state->supervisor.isEnding())
        return;
    m_state->device->closeInput();
    m_state->supervisor.endTree(true);
}

void Child::setFrozen(bool frozen)
{
    m_state->supervisor.setFrozen(frozen);
}

qint64 Child::pid() const
{
    return m_state->supervisor.pid();
}

bool Child::isRunning() const
{
    return pid() > 0 && !m_state->finished;
}

QIODevice* Child::device()
{
    return m_state->device.get();
}

} // namespace switchyard::process
