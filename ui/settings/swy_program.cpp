#include "ui/settings/swy_program.h"

#include "base/process_owner.h"
#include "process/descriptor.h"

#include <QCoro/QCoroProcess>

#include <memory>

#include <fcntl.h>

namespace switchyard::ui {

namespace {

constexpr qsizetype mostOutput = 1 << 20;
constexpr qsizetype mostWords = 4096; // of an error; more is cut off

struct Output {
    QByteArray bytes, words;
    bool tooMuch = false;
};

void collect(QProcess& process, const std::shared_ptr<Output>& output)
{
    QObject::connect(&process, &QProcess::readyReadStandardOutput, &process, [&process, output] {
        output->bytes += process.readAllStandardOutput();
        if (output->bytes.size() > mostOutput) {
            output->tooMuch = true;
            output->bytes.clear();
            process.kill();
        }
    });
    QObject::connect(&process, &QProcess::readyReadStandardError, &process, [&process, output] {
        output->words += process.readAllStandardError();
        output->words.truncate(mostWords);
    });
}

//! A pipe that holds the words as a line, and nothing more can come: QProcess would keep a copy that nobody overwrites.
Result<process::Descriptor> pipeWith(const Secret& words)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return fail(ErrorCode::Unavailable, SwyProgram::tr("No pipe could be made for swy."));
    process::Descriptor reading(ends[0]);
    const process::Descriptor writing(ends[1]);
    const auto& bytes = words.reveal();
    if (::write(writing.get(), bytes.constData(), size_t(bytes.size())) != bytes.size() ||
        ::write(writing.get(), "\n", 1) != 1)
        return fail(ErrorCode::Limit, SwyProgram::tr("This is too long; nothing was stored."));
    return reading;
}

//! An error as swy writes it for a terminal, without the indentation.
QString linesOf(const QByteArray& words)
{
    QStringList lines;
    for (const auto& line : QString::fromUtf8(words.left(mostWords)).split(u'\n', Qt::SkipEmptyParts))
        lines << line.trimmed();
    return lines.join(u'\n').trimmed();
}

} // namespace

QCoro::Task<Result<QByteArray>> SwyProgram::run(QString program, QStringList words, std::optional<Secret> input,
                                                milliseconds limit)
{
    const ProcessOwner process(new QProcess);
    const auto output = std::make_shared<Output>();
    collect(*process, output);
    // It has no end if it has no beginning, and the end is what is waited for.
    QObject::connect(process.get(), &QProcess::errorOccurred, process.get(),
                     [child = process.get()](QProcess::ProcessError error) {
                         if (error == QProcess::FailedToStart)
                             Q_EMIT child->finished(-1, QProcess::CrashExit);
                     });
    process->setStandardInputFile(QProcess::nullDevice());
    process::Descriptor pipe;
    if (input) {
        SY_CO_TRY_ASSIGN(pipe, pipeWith(*input));
        input.reset();
        process->setStandardInputFile(u"/proc/self/fd/%1"_s.arg(pipe.get())); // opened here, before it starts
    }
    process->start(program, words);
    pipe.reset();
    const bool finished =
        process->state() != QProcess::NotRunning && co_await qCoro(process.get()).waitForFinished(limit);
    if (process->error() == QProcess::FailedToStart)
        co_return fail(ErrorCode::Unavailable, tr("%1 cannot be started: %2").arg(program, process->errorString()),
                       tr("It belongs to Switchyard. Install Switchyard anew."));
    if (output->tooMuch)
        co_return fail(ErrorCode::Limit, tr("%1 said more than it should.").arg(program));
    if (!finished && process->state() != QProcess::NotRunning)
        co_return fail(ErrorCode::Timeout,
                       tr("%1 did not answer within %n second(s).", nullptr, int(limit.count() / 1000)).arg(program));
    if (process->exitStatus() == QProcess::NormalExit && process->exitCode() == 0)
        co_return QByteArray(output->bytes + process->readAllStandardOutput());
    const auto said = linesOf(output->words + process->readAllStandardError());
    co_return fail(ErrorCode::Unavailable, said.isEmpty() ? tr("%1 failed and did not say why.").arg(program) : said);
}

} // namespace switchyard::ui
