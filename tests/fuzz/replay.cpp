//! Runs a fuzz target over stored inputs without a fuzzer: {"script", "tree"} or {"command"} lines of JSON files, and
//! other files as they are. Each input has a limit of time.
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

using namespace Qt::StringLiterals;

namespace {
constexpr qint64 limit = 5000; // ms; a sanitizer on a busy machine is slow

bool run(const QByteArray& input, qint64& slowest)
{
    QElapsedTimer timer;
    timer.start();
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.constData()), size_t(input.size()));
    slowest = std::max(slowest, timer.elapsed());
    if (timer.elapsed() <= limit)
        return true;
    std::printf("took %lld ms: %s\n", static_cast<long long>(timer.elapsed()), input.left(300).constData());
    return false;
}

QList<QByteArray> inputsOf(const QByteArray& line)
{
    const auto row = QJsonDocument::fromJson(line).object();
    if (row.contains("command"_L1))
        return {row.value("command"_L1).toString().toUtf8()};
    if (!row.contains("tree"_L1))
        return {line};
    const auto script = row.value("script"_L1).toString().toUtf8();
    const auto tree = QJsonDocument(row.value("tree"_L1).toObject()).toJson(QJsonDocument::Compact);
    QList<QByteArray> out{script, script + '\0' + tree};
    // The same tree over another text, cut off, and with its kinds exchanged: a parser that lies.
    out << QByteArray("x\0", 2) + tree << script + '\0' + tree.left(tree.size() / 2);
    for (const auto& [from, to] : {std::pair("CallExpr", "Subshell"), std::pair("Lit", "DblQuoted"),
                                   std::pair("Word", "Stmt"), std::pair("Parts", "Args")})
        out << script + '\0' + QByteArray(tree).replace(from, to);
    return out;
}
} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    qint64 slowest = 0;
    qsizetype count = 0;
    bool fine = true;
    for (const auto& name : app.arguments().sliced(1)) {
        QFile file(name);
        if (!file.open(QIODevice::ReadOnly)) {
            std::printf("%s cannot be read\n", qPrintable(name));
            return 1;
        }
        const bool lines = name.endsWith(".jsonl"_L1);
        while (!file.atEnd())
            for (const auto& input : lines ? inputsOf(file.readLine().trimmed()) : QList{file.readAll()}) {
                fine = run(input, slowest) && fine;
                ++count;
            }
    }
    std::printf("%lld inputs, the slowest took %lld ms\n", static_cast<long long>(count),
                static_cast<long long>(slowest));
    return fine && count > 0 ? 0 : 1;
}
