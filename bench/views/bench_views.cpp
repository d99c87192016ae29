// What the log and the change view promise: opening a gigabyte, counting in it, memory meanwhile, and no stall while
// 100,000 lines a second arrive. Usage: bench_views [FOLDER [MEGABYTES]]; needs a display (offscreen will do).

#include "gui_meter.h"
#include "log_bench.h"

#include <QDir>

int main(int argc, char** argv)
{
    MeterApplication application(argc, argv);
    const auto folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QDir::tempPath();
    const qint64 megabytes = argc > 2 ? QString::fromLocal8Bit(argv[2]).toLongLong() : 1000;
    const auto log = QDir(folder).filePath(QStringLiteral("switchyard-bench.log"));
    makeLog(log, megabytes * 1'000'000);
    benchOpening(application, log);
    benchIndexing(log);
    benchCounting(log);
    benchPeers(log);
    benchStreaming(application, folder, 100'000, 8);
    benchDiff(application);
    return 0;
}
