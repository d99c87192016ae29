#include "ui/settings/key_program.h"

#include "base/process_owner.h"
#include "process/descriptor.h"

#include <QCoro/QCoroProcess>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
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

//! A pipe that holds the key as a line, and nothing more can come: QProcess would keep a copy that nobody overwrites.
Result<process::Descriptor> pipeWith(const Secret& key)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return fail(ErrorCode::Unavailable, KeyProgram::tr("No pipe could be made for the key."));
    process::Descriptor reading(ends[0]);
    const process::Descriptor writing(ends[1]);
    const auto& bytes = key.reveal();
    if (::write(writing.get(), bytes.constData(), size_t(bytes.size())) != bytes.size() ||
        ::write(writing.get(), "\n", 1) != 1)
        return fail(ErrorCode::Limit, KeyProgram::tr("This is too long for a key; nothing was stored."));
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

QString nameOf(KeyProgram::Place place)
{
    return place == KeyProgram::Place::File ? u"file"_s : u"keyring"_s;
}

} // namespace

KeyProgram::KeyProgram(QString program, Limits limits) : m_program(std::move(program)), m_limits(limits) {}

bool KeyProgram::canName(const QString& name)
{
    static const QRegularExpression pattern(u"^[a-z0-9][a-z0-9._-]{0,39}$"_s);
    return pattern.match(name).hasMatch();
}

QCoro::Task<Result<QByteArray>> KeyProgram::run(QString program, QStringList words, std::optional<Secret> input,
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
                       tr("It belongs to Switchyard and keeps the keys. Install Switchyard anew."));
    if (output->tooMuch)
        co_return fail(ErrorCode::Limit, tr("%1 said more than it should.").arg(program));
    if (!finished && process->state() != QProcess::NotRunning)
        co_return fail(ErrorCode::Timeout,
                       tr("%1 did not answer within %n second(s).", nullptr, int(limit.count() / 1000)).arg(program),
                       tr("The keyring may be locked: unlock it and try again."));
    if (process->exitStatus() == QProcess::NormalExit && process->exitCode() == 0)
        co_return QByteArray(output->bytes + process->readAllStandardOutput());
    const auto said = linesOf(output->words + process->readAllStandardError());
    co_return fail(ErrorCode::Unavailable, said.isEmpty() ? tr("%1 failed and did not say why.").arg(program) : said);
}

QCoro::Task<Result<QList<KeyProgram::Key>>> KeyProgram::keys() const
{
    SY_CO_TRY_ASSIGN(const auto text, co_await run(m_program, {u"key"_s, u"list"_s, u"--json"_s}, {}, m_limits.look));
    const auto keys = QJsonDocument::fromJson(text)[u"keys"];
    if (!keys.isArray())
        co_return fail(ErrorCode::Invalid, tr("What swy says about the keys is not understood."),
                       tr("It may be of another version than this window: install both together."));
    QList<Key> result;
    for (const auto& key : keys.toArray())
        result << Key{key[u"name"].toString(), key[u"place"] == nameOf(Place::File) ? Place::File : Place::Keyring};
    std::ranges::sort(result, {}, &Key::name);
    co_return result;
}

QCoro::Task<Result<>> KeyProgram::set(QString name, Secret key, Place place) const
{
    QStringList words{u"key"_s, u"set"_s};
    if (place == Place::File)
        words << u"--in-file"_s;
    SY_CO_TRY(co_await run(m_program, words << u"--"_s << name, std::move(key), m_limits.change));
    co_return {};
}

QCoro::Task<Result<>> KeyProgram::remove(QString name) const
{
    SY_CO_TRY(co_await run(m_program, {u"key"_s, u"remove"_s, u"--"_s, name}, {}, m_limits.change));
    co_return {};
}

} // namespace switchyard::ui
