#include "log_bench.h"

#include "gui_meter.h"
#include "ui/log/line_index.h"
#include "ui/log/log_search.h"
#include "ui/log/log_view.h"
#include "ui/review/diff_view.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTimer>

#include <cstdio>
#include <sys/resource.h>

using namespace switchyard;
using namespace switchyard::ui;

namespace {

using namespace Qt::StringLiterals;

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

//! A field of /proc/self/smaps_rollup or status, in MB.
double memory(const char* file, const QByteArray& field)
{
    QFile status(QString::fromLatin1(file));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const auto& line : status.readAll().split('\n')) {
        if (line.startsWith(field))
            return line.sliced(field.size()).simplified().split(' ').front().toDouble() / 1024;
    }
    return 0;
}
double resident()
{
    return memory("/proc/self/smaps_rollup", "Pss:");
}

void resetPeak()
{
    QFile clear(u"/proc/self/clear_refs"_s);
    if (clear.open(QIODevice::WriteOnly))
        clear.write("5");
}
double peak()
{
    return memory("/proc/self/status", "VmHWM:");
}

//! Of all threads: what a search costs does not depend on what else the machine does.
double processorMs()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& time) { return double(time.tv_sec) * 1000 + double(time.tv_usec) / 1000; };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

void waitUntil(const std::function<bool()>& done, int limitMs)
{
    QEventLoop loop;
    QTimer poll, limit;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done())
            loop.quit();
    });
    QObject::connect(&limit, &QTimer::timeout, &loop, &QEventLoop::quit);
    poll.start(0);
    limit.start(limitMs);
    loop.exec();
}

std::shared_ptr<const LogFile> open(const QString& path)
{
    return LogFile::open(path).value();
}

} // namespace

void makeLog(const QString& path, qint64 bytes)
{
    QFile file(path);
    if (file.exists() && file.size() == bytes)
        return;
    if (!file.open(QIODevice::WriteOnly))
        qFatal("the log cannot be written");
    QRandomGenerator random(1);
    QByteArray block;
    qint64 line = 0;
    while (file.pos() < bytes) {
        block.clear();
        while (block.size() < 1 << 20) {
            ++line;
            block += "2026-11-21 10:" + QByteArray::number(line / 1000 % 60) + " INFO worker-" +
                     QByteArray::number(random.bounded(16)) + " handled request " + QByteArray::number(line) + " in " +
                     QByteArray::number(random.bounded(900)) + " ms path=/api/v1/items/" +
                     QByteArray::number(random.bounded(100000));
            if (line % 1'000'000 == 500'000)
                block += " needle_in_the_haystack";
            block += '\n';
        }
        file.write(block.first(std::min<qint64>(block.size(), bytes - file.pos())));
    }
}

void benchOpening(MeterApplication& application, const QString& log)
{
    for (const bool atEnd : {false, true}) {
        std::vector<double> times;
        double grown = 0;
        for (int i = 0; i < 7; ++i) {
            LogView view;
            view.resize(1000, 700);
            view.setFollowing(atEnd);
            view.show();
            waitUntil([] { return false; }, 50);
            const double before = resident();
            QElapsedTimer timer;
            timer.start();
            view.setLog(log);
            view.repaint(); // the page is there when this returns
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            waitUntil([] { return false; }, 400);
            grown = std::max(grown, resident() - before);
        }
        std::printf("{\"bench\":\"log_open_%s\",\"first_ms\":%.2f,\"median_ms\":%.2f,\"memory_growth_mb\":%.1f}\n",
                    atEnd ? "last_page" : "first_page", times.front(), median(times), grown);
    }
    std::fflush(stdout);
    Q_UNUSED(application)
}

void benchIndexing(const QString& log)
{
    std::vector<double> times;
    for (int i = 0; i < 5; ++i) {
        LineIndex index;
        QElapsedTimer timer;
        timer.start();
        index.extend(*open(log));
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    std::printf("{\"bench\":\"log_index\",\"median_ms\":%.1f}\n", median(times));
    std::fflush(stdout);
}

void benchCounting(const QString& log)
{
    struct Case {
        const char* name;
        SearchPattern pattern;
    };
    for (const auto& [name, pattern] :
         {Case{"rare_literal", {u"needle_in_the_haystack"_s, false, true}},
          Case{"rare_literal_any_case", {u"needle_in_THE_haystack"_s}},
          Case{"common_literal", {u"worker"_s, false, true}}, Case{"regex", {u"items/9\\d{3}7\\b"_s, true, true}},
          Case{"regex_any_case", {u"REQUEST \\d+5000 "_s, true, false}}}) {
        std::vector<double> firsts, times, processor;
        qint64 total = 0;
        resetPeak();
        const double before = peak();
        for (int i = 0; i < 5; ++i) {
            LogSearch search;
            bool complete = false;
            double first = -1;
            QElapsedTimer timer;
            QObject::connect(&search, &LogSearch::found, &search, [&] { first = double(timer.nsecsElapsed()) / 1e6; });
            QObject::connect(&search, &LogSearch::counted, &search, [&](qint64 count, bool done) {
                total = count;
                complete = done;
            });
            const double used = processorMs();
            timer.start();
            search.start(open(log), Matcher::compile(pattern).value(), 0);
            waitUntil([&] { return complete; }, 60'000);
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            firsts.push_back(first);
            processor.push_back(processorMs() - used);
        }
        std::printf("{\"bench\":\"log_count_%s\",\"count\":%lld,\"median_ms\":%.0f,\"cpu_ms\":%.0f,\"first_hit_ms\":%."
                    "1f,\"memory_"
                    "growth_mb\":%.1f}\n",
                    name, total, median(times), median(processor), median(firsts), peak() - before);
        std::fflush(stdout);
    }
}

void benchPeers(const QString& log)
{
    struct Case {
        const char* name;
        QStringList command;
    };
    const auto literal = u"needle_in_the_haystack"_s, common = u"worker"_s, regex = u"items/9[0-9]{3}7\\b"_s;
    const auto openAndEnd = QStringList{u"lnav"_s, u"-n"_s, u"-c"_s, u":quit"_s};
    for (const auto& [name, command] :
         {Case{"ripgrep_rare_literal", {u"rg"_s, u"--count-matches"_s, u"-F"_s, literal}},
          Case{"ripgrep_common_literal", {u"rg"_s, u"--count-matches"_s, u"-F"_s, common}},
          Case{"ripgrep_regex", {u"rg"_s, u"--count-matches"_s, regex}},
          Case{"grep_rare_literal", {u"grep"_s, u"-c"_s, u"-F"_s, literal}},
          Case{"grep_regex", {u"grep"_s, u"-c"_s, u"-E"_s, regex}}, Case{"lnav_open", openAndEnd}}) {
        const auto program = QStandardPaths::findExecutable(command.first());
        if (program.isEmpty())
            continue;
        std::vector<double> times;
        QByteArray said;
        for (int i = 0; i < (QLatin1StringView(name) == "lnav_open"_L1 ? 1 : 5); ++i) {
            QProcess process;
            process.setStandardOutputFile(QLatin1StringView(name) == "lnav_open"_L1 ? QProcess::nullDevice()
                                                                                    : QString());
            QElapsedTimer timer;
            timer.start();
            process.start(program, command.sliced(1) << log);
            process.waitForFinished(120'000);
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            said = process.readAllStandardOutput().trimmed();
        }
        std::printf("{\"bench\":\"peer_%s\",\"said\":\"%s\",\"median_ms\":%.0f}\n", name, said.constData(),
                    median(times));
        std::fflush(stdout);
    }
}

void benchStreaming(MeterApplication& application, const QString& folder, int linesPerSecond, int seconds)
{
    const auto path = folder + u"/switchyard-stream.log"_s;
    QFile::remove(path);
    LogView view;
    view.resize(1000, 700);
    view.setLog(path);
    view.show();
    waitUntil([] { return false; }, 200);
    const double before = resident();
    std::atomic<bool> stop = false;
    std::thread writer([&] {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
            return;
        qint64 line = 0;
        const auto begin = std::chrono::steady_clock::now();
        while (!stop) {
            const auto elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            QByteArray bytes;
            while (double(line) < elapsed * linesPerSecond) {
                ++line;
                bytes += "\x1b[32m[" + QByteArray::number(line) + "]\x1b[0m compiling module_" +
                         QByteArray::number(line % 977) +
                         (line % 50 == 0 ? " warning: something odd in src/file.cpp:12:3\n"
                                         : " with all the usual options\n");
            }
            file.write(bytes);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    });
    waitUntil([] { return false; }, 1000);
    application.resetMeter();
    application.startAsking();
    waitUntil([] { return false; }, seconds * 1000);
    application.stopAsking();
    stop = true;
    writer.join();
    std::printf(
        "{\"bench\":\"log_stream\",\"lines_per_second\":%d,\"frames\":%zu,\"frame_p50_ms\":%.2f,\"frame_p99_ms\":%.2f,"
        "\"frame_max_ms\":%.2f,\"longest_handler_ms\":%.2f,\"longest_stall_ms\":%.2f,\"memory_growth_mb\":%.1f}\n",
        linesPerSecond, application.frames(), application.frame(0.5), application.frame(0.99), application.frame(1),
        application.longestHandler(), application.longestWait(), resident() - before);
    std::fflush(stdout);
    QFile::remove(path);
}

void benchDiff(MeterApplication& application)
{
    Diff diff;
    for (int f = 0; f < 20; ++f) {
        DiffFile file;
        file.path = file.oldPath = u"src/file_%1.cpp"_s.arg(f);
        DiffHunk hunk{u"@@ -1 +1 @@"_s, {}};
        for (int i = 0; i < 250; ++i) {
            hunk.lines << DiffLine{DiffLine::Kind::Removed, i + 1, 0,
                                   u"    const auto value_%1 = compute(%1, \"text\");"_s.arg(i)};
            hunk.lines << DiffLine{DiffLine::Kind::Added, 0, i + 1,
                                   u"    const auto result_%1 = compute(%1, \"other\"); // why"_s.arg(i)};
        }
        file.added = file.removed = 250;
        file.hunks << hunk;
        diff.files << file;
    }
    DiffView view;
    view.resize(1100, 700);
    view.show();
    waitUntil([] { return false; }, 200);
    QElapsedTimer timer;
    timer.start();
    view.setDiff(diff);
    view.repaint();
    const double opened = double(timer.nsecsElapsed()) / 1e6;
    auto* const bar = view.findChild<QAbstractScrollArea*>(u"diffLines"_s)->verticalScrollBar();
    application.resetMeter();
    application.startAsking();
    QTimer scroll;
    QObject::connect(&scroll, &QTimer::timeout, &view, [bar] { bar->setValue((bar->value() + 400) % bar->maximum()); });
    scroll.start(16);
    waitUntil([] { return false; }, 5000);
    scroll.stop();
    application.stopAsking();
    std::printf(
        "{\"bench\":\"diff_10000_lines\",\"open_ms\":%.1f,\"frames\":%zu,\"frame_p50_ms\":%.2f,\"frame_p99_ms\":%.2f,"
        "\"frame_max_ms\":%.2f,\"longest_stall_ms\":%.2f}\n",
        opened, application.frames(), application.frame(0.5), application.frame(0.99), application.frame(1),
        application.longestWait());
}
