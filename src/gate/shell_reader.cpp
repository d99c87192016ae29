#include "gate/shell_reader.h"

#include "base/process_owner.h"

#include <QCoro/QCoroProcess>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QStandardPaths>

#include <algorithm>

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
    ShellReader reader{QStandardPaths::findExecutable(u"shfmt"_s, {u"/usr/bin"_s, u"/usr/local/bin"_s, u"/bin"_s})};
    reader.readsPlainItself = true;
    return reader;
}

namespace {

constexpr qsizetype longestPlain = 2000;

bool isPlain(QChar c)
{
    const auto code = c.unicode();
    return (code >= u'a' && code <= u'z') || (code >= u'A' && code <= u'Z') || (code >= u'0' && code <= u'9') ||
           QStringView(u"_./:,@%+-").contains(c);
}

//! What begins something other than a simple command, in bash or in any shell that shfmt knows.
bool isGrammar(QStringView word)
{
    static const QSet<QStringView> words{
        u"if",      u"then",    u"elif",      u"else",   u"fi",      u"while", u"until",  u"for",      u"foreach",
        u"in",      u"case",    u"esac",      u"do",     u"done",    u"end",   u"select", u"function", u"repeat",
        u"time",    u"coproc",  u"nocorrect", u"noglob", u"declare", u"local", u"export", u"readonly", u"typeset",
        u"nameref", u"integer", u"float",     u"let",    u"always",  u"test",  u"alias",  u"@test"};
    return words.contains(word);
}

//! A node from byte `start` to `end` of the only line.
QJsonObject node(qsizetype start, qsizetype end)
{
    const auto at = [](qsizetype offset) {
        return QJsonObject{{u"Offset"_s, offset}, {u"Line"_s, 1}, {u"Col"_s, offset + 1}};
    };
    return {{u"Pos"_s, at(start)}, {u"End"_s, at(end)}};
}

QJsonObject with(QJsonObject object, std::initializer_list<std::pair<QString, QJsonValue>> more)
{
    for (const auto& [key, value] : more)
        object.insert(key, value);
    return object;
}

QJsonObject plainWord(const QString& text, qsizetype start)
{
    const auto place = node(start, start + text.size());
    return with(place, {{u"Parts"_s, QJsonArray{with(place, {{u"Type"_s, u"Lit"_s},
                                                             {u"ValuePos"_s, place[u"Pos"]},
                                                             {u"ValueEnd"_s, place[u"End"]},
                                                             {u"Value"_s, text}})}}});
}

} // namespace

std::optional<QJsonObject> readPlain(const QString& script)
{
    if (script.isEmpty() || script.size() > longestPlain)
        return std::nullopt;
    QJsonArray words;
    qsizetype start = 0;
    for (const auto& text : script.split(u' ')) {
        const bool isHead = words.isEmpty();
        const auto isGood = [isHead](QChar c) { return isPlain(c) || (!isHead && c == u'='); };
        if (text.isEmpty() || !std::ranges::all_of(text, isGood) || (isHead && isGrammar(text)))
            return std::nullopt;
        words << plainWord(text, start);
        start += text.size() + 1;
    }
    const auto whole = node(0, script.size());
    const auto call = with(whole, {{u"Type"_s, u"CallExpr"_s}, {u"Args"_s, words}});
    const auto statement = with(whole, {{u"Cmd"_s, call}, {u"Position"_s, whole[u"Pos"]}});
    return with(whole, {{u"Type"_s, u"File"_s}, {u"Stmts"_s, QJsonArray{statement}}});
}

QCoro::Task<Result<QJsonObject>> ShellReader::read(QString script) const
{
    const auto self = *this; // the object may go while the parser runs
    if (self.program.isEmpty())
        co_return fail(ErrorCode::Unavailable, u"The shell parser shfmt is not installed."_s,
                       u"Install the package shfmt."_s);
    if (auto plain = self.readsPlainItself ? readPlain(script) : std::nullopt)
        co_return std::move(*plain);
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
