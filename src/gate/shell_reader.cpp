#include "gate/shell_reader.h"

#include "base/process_owner.h"

#include <QCoro/QCoroProcess>
#include <QJsonDocument>
#include <QStandardPaths>

namespace switchyard::gate {

namespace {
struct Output {
    QByteArray bytes;
    bool tooMuch = false;
};

void collect(QProcess& process, const std::shared_ptr<Output>& output, qint64 limit)
{
    QObject::connect(&process, &QProcess::readyReadStandardOutput, &process, [&process, output, limit] {
        output->bytes += process.readAllStandardOutput();
        if (output->bytes.size() > limit) {
            output->tooMuch = true;
            output->bytes.clear();
            process.kill();
        }
    });
}
} // namespace

ShellReader ShellReader::find()
{
    return {QStandardPaths::findExecutable(u"shfmt"_s, {u"/usr/bin"_s, u"/usr/local/bin"_s, u"/bin"_s})};
}

QCoro::Task<Result<QJsonObject>> ShellReader::read(QString script) const
{
    const auto self = *this; // the object may go while the parser runs
    if (self.program.isEmpty())
        co_return fail(ErrorCode::Unavailable, u"The shell parser shfmt is not installed."_s,
                       u"Install the package shfmt."_s);
    const ProcessOwner process(new QProcess);
    const auto output = std::make_shared<Output>();
    collect(*process, output, self.outputLimit);
    process->setProcessEnvironment({});
    process->setWorkingDirectory(u"/"_s);
    process->start(self.program, {u"-ln=bash"_s, u"--to-json"_s});
    process->write(script.toUtf8());
    process->closeWriteChannel();
    const bool finished =
        process->state() != QProcess::NotRunning && co_await qCoro(process.get()).waitForFinished(self.limit);
    if (process->error() == QProcess::FailedToStart)
        co_return fail(ErrorCode::Unavailable, u"The shell parser %1 cannot be started."_s.arg(self.program));
    if (output->tooMuch)
        co_return fail(ErrorCode::Limit, u"The command is too large to be read."_s);
    if (!finished && process->state() != QProcess::NotRunning)
        co_return fail(ErrorCode::Timeout, u"The command could not be read in time."_s);
    if (process->exitStatus() != QProcess::NormalExit || process->exitCode() != 0) {
        const auto words = QString::fromUtf8(process->readAllStandardError().left(300)).trimmed();
        co_return fail(ErrorCode::Invalid, u"Not valid shell: %1"_s.arg(words));
    }
    const auto tree = QJsonDocument::fromJson(output->bytes + process->readAllStandardOutput());
    if (tree.object().value("Type"_L1).toString() != u"File")
        co_return fail(ErrorCode::Invalid, u"The shell parser gave no tree."_s);
    co_return tree.object();
}

} // namespace switchyard::gate
