//! What it costs to judge a command, the parser's process included, beside the bare spawn of that parser in the same
//! run. Over the labelled corpora, so that short and long, plain and nested commands have their real shares.
#include "gate/gate.h"

#include <QCoreApplication>
#include <QCoro/QCoroCore>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>

#include <algorithm>
#include <cstdio>

using namespace switchyard;
using namespace switchyard::gate;

namespace {
QStringList commands()
{
    QStringList out;
    for (const auto& name : {u"corpus.jsonl"_s, u"own.jsonl"_s}) {
        QFile file(QStringLiteral(CORPUS_DIR "/") + name);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("the corpus %s cannot be read", qPrintable(file.fileName()));
        while (!file.atEnd())
            if (const auto row = QJsonDocument::fromJson(file.readLine()).object(); !row.isEmpty())
                out << row.value("command"_L1).toString();
    }
    return out;
}

void print(const char* what, QList<double> times)
{
    std::ranges::sort(times);
    const auto at = [&times](double share) { return times[qsizetype(share * double(times.size() - 1))]; };
    std::printf("%-34s median %6.2f ms   p90 %6.2f   p99 %6.2f   max %7.2f   (%lld)\n", what, at(0.5), at(0.9),
                at(0.99), times.last(), static_cast<long long>(times.size()));
}

double milliseconds(const QElapsedTimer& timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

double bareParser(const QString& command)
{
    QElapsedTimer timer;
    timer.start();
    QProcess process;
    process.setProcessEnvironment({});
    process.start(u"shfmt"_s, {u"-ln=bash"_s, u"--to-json"_s});
    process.write(command.toUtf8());
    process.closeWriteChannel();
    process.waitForFinished(5000);
    return milliseconds(timer);
}
} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    QElapsedTimer timer;
    timer.start();
    const auto gate = Gate::load();
    if (!gate)
        qFatal("%s", qPrintable(describe(gate.error())));
    std::printf("rules loaded in %.1f ms\n", milliseconds(timer));
    QList<double> judged, bare;
    const auto all = commands();
    for (qsizetype i = 0; i < all.size(); ++i) {
        timer.start();
        QCoro::waitFor((*gate)->judge(all[i], {}));
        judged << milliseconds(timer);
        if (i % 4 == 0)
            bare << bareParser(all[i]);
    }
    print("judge a command", judged);
    print("shfmt alone: spawn, parse, print", bare);
    return 0;
}
