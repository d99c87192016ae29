// Output captured in MB/s, with blocks of lines and with one write a line, for 1, 4 and 16 children, through Command
// into an OutputLog, beside the least that the machine needs: one epoll loop that reads and writes a file. And the time
// from stop() to a tree of 200 processes seen empty. Medians; `bench_process [RUNS]`, 5 unless told.

#include "process/command.h"
#include "process/output_log.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace switchyard;
using namespace switchyard::process;

namespace {

constexpr qint64 blocksBytes = 1ll << 30;
constexpr qint64 linesBytes = 128ll << 20;
constexpr qsizetype blockBytes = 64 << 10;
constexpr int lineBytes = 100;

struct Figures {
    double megabytesPerSecond = 0;
    double cpuPerGigabyte = 0;
};

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

//! Resident memory of this process.
double megabytes()
{
    long long size = 0;
    long long resident = 0;
    if (FILE* const file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%lld %lld", &size, &resident) != 2)
            resident = 0;
        std::fclose(file);
    }
    return double(resident) * double(sysconf(_SC_PAGESIZE)) / 1e6;
}

template <typename Value>
Value median(std::vector<Value> values, auto key)
{
    std::ranges::sort(values, {}, key);
    return values[values.size() / 2];
}

//! The child: writes its share and ends.
int write(qint64 bytes, bool byLine)
{
    std::vector<char> text(size_t(blockBytes), 'x');
    for (size_t at = lineBytes - 1; at < text.size(); at += lineBytes)
        text[at] = '\n';
    const qint64 piece = byLine ? lineBytes : blockBytes;
    for (qint64 left = bytes; left > 0;) {
        const auto count = ::write(STDOUT_FILENO, text.data(), size_t(std::min(piece, left)));
        if (count < 0)
            return 1;
        left -= count;
    }
    return 0;
}

template <typename Work>
Figures measured(qint64 bytes, Work work)
{
    const auto cpu = cpuSeconds();
    QElapsedTimer timer;
    timer.start();
    const qint64 got = work();
    if (got != bytes)
        std::printf("LOST: %lld of %lld bytes\n", (long long)(bytes - got), (long long)bytes);
    return {double(got) / 1e6 / (double(timer.nsecsElapsed()) / 1e9), (cpuSeconds() - cpu) / (double(bytes) / 1e9)};
}

qint64 captureOurs(const QString& folder, int children, qint64 each, bool byLine)
{
    std::vector<std::unique_ptr<OutputLog>> logs;
    std::vector<std::unique_ptr<Command>> commands;
    int left = children;
    for (int number = 0; number < children; ++number) {
        // Parts larger than the run: the peer does not compress either.
        logs.push_back(OutputLog::open(folder + u"/%1/output.log"_s.arg(number), {4ll << 30, 8}).value());
        commands.push_back(std::make_unique<Command>());
        auto* const log = logs.back().get();
        QObject::connect(commands.back().get(), &Command::output,
                         [log](const QByteArray& piece) { log->append(piece); });
        QObject::connect(commands.back().get(), &Command::finished, [&left] {
            if (--left == 0)
                QCoreApplication::quit();
        });
        CommandLine line;
        line.program = QCoreApplication::applicationFilePath();
        line.arguments = {u"--write"_s, QString::number(each), byLine ? u"lines"_s : u"blocks"_s};
        commands.back()->start(line);
    }
    QCoreApplication::exec();
    qint64 total = 0;
    for (const auto& log : logs)
        total += log->size();
    return total;
}

qint64 captureByEpoll(const QString& folder, int children, qint64 each, bool byLine)
{
    const int loop = epoll_create1(0);
    std::vector<int> files;
    for (int number = 0; number < children; ++number) {
        int ends[2];
        if (pipe(ends) != 0)
            return 0;
        if (fork() == 0) {
            dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            _exit(write(each, byLine));
        }
        ::close(ends[1]);
        fcntl(ends[0], F_SETPIPE_SZ, 256 << 10);
        files.push_back(open(QFile::encodeName(folder + u"/plain.%1"_s.arg(number)).constData(),
                             O_WRONLY | O_CREAT | O_TRUNC, 0600));
        epoll_event event{EPOLLIN, {.u64 = quint64(number) << 32 | quint64(ends[0])}};
        epoll_ctl(loop, EPOLL_CTL_ADD, ends[0], &event);
    }
    std::vector<char> buffer(size_t(blockBytes), '\0');
    qint64 total = 0;
    for (int left = children; left > 0;) {
        epoll_event events[16];
        const auto count = epoll_wait(loop, events, 16, -1);
        for (int i = 0; i < count; ++i) {
            const int pipe = int(events[i].data.u64 & 0xffffffff);
            const auto size = read(pipe, buffer.data(), buffer.size());
            if (size <= 0) {
                epoll_ctl(loop, EPOLL_CTL_DEL, pipe, nullptr); // children born later hold it open, too
                ::close(pipe);
                --left;
                continue;
            }
            if (::write(files[size_t(events[i].data.u64 >> 32)], buffer.data(), size_t(size)) == size)
                total += size;
        }
    }
    while (waitpid(-1, nullptr, 0) > 0) {
    }
    for (const int file : files)
        ::close(file);
    ::close(loop);
    return total;
}

//! `--loop CHILDREN BYTES blocks|lines FOLDER`: MB/s and CPU seconds per GB, for benchmarks of the real programs.
int runLoop(int children, qint64 each, bool byLine, const QString& parent)
{
    const auto figures = measured(each * children, [&] {
        const QTemporaryDir folder(parent + u"/loop-XXXXXX"_s);
        return captureByEpoll(folder.path(), children, each, byLine);
    });
    std::printf("%f %f\n", figures.megabytesPerSecond, figures.cpuPerGigabyte);
    return 0;
}

void benchOutput(int runs)
{
    const auto memory = megabytes();
    std::printf("output captured           ours MB/s  cpu s/GB   epoll MB/s  cpu s/GB   ratio\n");
    for (const bool byLine : {false, true}) {
        for (const int children : {1, 4, 16}) {
            const auto each = (byLine ? linesBytes : blocksBytes) / children;
            std::vector<Figures> ours;
            std::vector<Figures> loop;
            for (int run = 0; run < runs; ++run) {
                // Removed at once: unwritten pages of the one must not slow the other down.
                loop.push_back(measured(each * children, [&] {
                    const QTemporaryDir folder;
                    return captureByEpoll(folder.path(), children, each, byLine);
                }));
                ours.push_back(measured(each * children, [&] {
                    const QTemporaryDir folder;
                    return captureOurs(folder.path(), children, each, byLine);
                }));
            }
            const auto a = median(ours, &Figures::megabytesPerSecond);
            const auto b = median(loop, &Figures::megabytesPerSecond);
            std::printf("%2d children, %-8s     %9.0f  %8.2f   %10.0f  %8.2f   %5.2f\n", children,
                        byLine ? "by line" : "blocks", a.megabytesPerSecond, a.cpuPerGigabyte, b.megabytesPerSecond,
                        b.cpuPerGigabyte, a.megabytesPerSecond / b.megabytesPerSecond);
        }
    }
    std::printf("memory after all of it: %+.1f MB (promise 8 MB)\n", megabytes() - memory);
}

//! 200 of them: a third deaf to SIGTERM, a fifth in sessions of their own.
int becomeTree()
{
    for (int number = 0; number < 199; ++number) {
        if (fork() == 0) {
            if (number % 3 == 0)
                signal(SIGTERM, SIG_IGN);
            if (number % 5 == 0)
                setsid();
            for (;;)
                pause();
        }
    }
    std::puts("ready");
    std::fflush(stdout);
    for (;;)
        pause();
}

void benchStop(int runs, milliseconds grace)
{
    std::vector<double> times;
    qsizetype survivors = 0;
    for (int run = 0; run < runs; ++run) {
        Command command;
        QElapsedTimer timer;
        QObject::connect(&command, &Command::output, [&] {
            timer.start();
            command.stop();
        });
        QObject::connect(&command, &Command::finished, [&](const Exit& exit) {
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            survivors += exit.survivors.size();
            QCoreApplication::quit();
        });
        CommandLine line;
        line.program = QCoreApplication::applicationFilePath();
        line.arguments = {u"--tree"_s};
        line.stopGrace = grace;
        command.start(line);
        QCoreApplication::exec();
    }
    std::printf("stop a tree of 200, grace %lld ms: %.0f ms, %lld survivors in %d runs\n", (long long)grace.count(),
                median(times, std::identity()), (long long)survivors, runs);
}

} // namespace

int main(int count, char** arguments)
{
    if (count == 4 && std::strcmp(arguments[1], "--write") == 0)
        return write(std::atoll(arguments[2]), std::strcmp(arguments[3], "lines") == 0);
    if (count == 6 && std::strcmp(arguments[1], "--loop") == 0)
        return runLoop(std::atoi(arguments[2]), std::atoll(arguments[3]), std::strcmp(arguments[4], "lines") == 0,
                       QFile::decodeName(arguments[5]));
    if (count == 2 && std::strcmp(arguments[1], "--tree") == 0)
        return becomeTree();
    const QCoreApplication app(count, arguments);
    const int runs = count > 1 ? std::max(1, std::atoi(arguments[1])) : 5;
    setlinebuf(stdout); // each figure as it comes
    benchStop(runs, milliseconds(0));
    benchStop(runs, milliseconds(500));
    benchOutput(runs);
    return 0;
}
