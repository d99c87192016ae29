#include "process/proc_files.h"

#include "process/descriptor.h"

#include <QSet>

#include <charconv>
#include <cstdio>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace switchyard::process {

namespace {

constexpr qsizetype mostChildrenBytes = 1 << 20;
constexpr quint64 kernelThreadFlag = 0x0020'0000; // PF_KTHREAD of linux/sched.h

//! The number at `position`, which is moved behind it and one separator.
template <typename T>
T takeNumber(const char*& position, const char* end)
{
    T value{};
    position = std::from_chars(position, end, value).ptr;
    if (position < end)
        ++position;
    return value;
}

} // namespace

QByteArray readProcFile(pid_t pid, const char* name, qsizetype limit)
{
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/%s", int(pid), name);
    const Descriptor file(open(path, O_RDONLY | O_CLOEXEC));
    if (!file)
        return {};
    QByteArray bytes;
    while (bytes.size() < limit) {
        const auto before = bytes.size();
        bytes.resizeForOverwrite(std::min(limit, before + 4096));
        const auto count = read(file.get(), bytes.data() + before, size_t(bytes.size() - before));
        bytes.resize(before + std::max<qsizetype>(0, count));
        if (count <= 0)
            break;
    }
    return bytes;
}

std::optional<ProcStat> readStat(pid_t pid)
{
    char path[32];
    std::snprintf(path, sizeof path, "/proc/%d/stat", int(pid));
    const Descriptor file(open(path, O_RDONLY | O_CLOEXEC));
    if (!file)
        return std::nullopt;
    char text[1024];
    const auto size = read(file.get(), text, sizeof text);
    if (size <= 0)
        return std::nullopt;
    // The name may hold blanks and brackets: it ends at the last one.
    const std::string_view line(text, size_t(size));
    const auto open = line.find('(');
    const auto close = line.rfind(')');
    if (open == line.npos || close == line.npos || close + 4 >= line.size())
        return std::nullopt;
    ProcStat stat;
    stat.pid = pid;
    stat.name = QByteArray(text + open + 1, qsizetype(close - open - 1));
    stat.state = line[close + 2];
    const char* next = text + close + 4;
    const char* const end = text + size;
    const auto skip = [&](int fields) {
        while (fields-- > 0)
            takeNumber<qint64>(next, end);
    };
    stat.parent = takeNumber<pid_t>(next, end);
    skip(1); // process group
    stat.session = takeNumber<pid_t>(next, end);
    skip(2); // terminal and its group
    stat.isKernels = takeNumber<quint64>(next, end) & kernelThreadFlag;
    for (int field = 0; field < 4; ++field) // faults, which do not fit a signed number
        takeNumber<quint64>(next, end);
    for (int field = 0; field < 4; ++field)
        stat.cpuTicks += takeNumber<quint64>(next, end);
    skip(2); // priority, nice
    stat.threads = takeNumber<int>(next, end);
    skip(1);
    stat.startTime = takeNumber<quint64>(next, end);
    takeNumber<quint64>(next, end); // virtual size
    stat.residentPages = takeNumber<qint64>(next, end);
    return stat;
}

namespace {

//! The children of one thread, as far as the kernel tells (CONFIG_PROC_CHILDREN).
QList<pid_t> childrenOf(pid_t pid, const char* thread)
{
    QList<pid_t> result;
    const auto name = "task/" + QByteArray(thread) + "/children";
    const auto text = readProcFile(pid, name.constData(), mostChildrenBytes);
    for (const auto& word : text.split(' ')) {
        if (const auto child = word.toInt(); child > 0)
            result << child;
    }
    return result;
}

//! Threads of the kernel, where they can be told in one go: more than half of what /proc holds on many machines.
QSet<pid_t> kernelThreads()
{
    constexpr pid_t parent = 2; // kthreadd, where processes are not hidden from us by a namespace
    const auto stat = readStat(parent);
    if (!stat || !stat->isKernels)
        return {};
    const auto children = childrenOf(parent, "2");
    return {children.begin(), children.end()};
}

} // namespace

void visitProcesses(const std::function<bool(const ProcStat&)>& visit)
{
    constexpr int mostPasses = 50;
    auto seen = kernelThreads();
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), closedir);
    bool vanished = folder != nullptr;
    for (int pass = 0; vanished && pass < mostPasses; ++pass) {
        vanished = false;
        rewinddir(folder.get());
        while (const auto* const entry = readdir(folder.get())) {
            pid_t pid = 0;
            const std::string_view name(entry->d_name);
            const auto [rest, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
            if (problem != std::errc() || rest != name.data() + name.size() || seen.contains(pid))
                continue;
            const auto stat = readStat(pid);
            // The folder is read in large pieces: what a dead one forked may have come after its piece.
            vanished |= stat && stat->isZombie();
            if (stat && (stat->isKernels || visit(*stat)))
                seen.insert(pid);
            else
                vanished = true;
        }
    }
}

QList<ProcStat> readChildren()
{
    static const bool isTold = access("/proc/thread-self/children", R_OK) == 0;
    const auto self = getpid();
    QList<ProcStat> result;
    const auto take = [&](const ProcStat& stat) {
        if (stat.parent == self)
            result << stat;
        return true;
    };
    if (!isTold) {
        visitProcesses(take);
        return result;
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> threads(opendir("/proc/self/task"), closedir);
    while (const auto* const entry = threads ? readdir(threads.get()) : nullptr) {
        if (entry->d_name[0] == '.')
            continue;
        for (const auto child : childrenOf(self, entry->d_name)) {
            if (const auto stat = readStat(child))
                take(*stat);
        }
    }
    return result;
}

QList<ProcStat> readAllStats()
{
    QList<ProcStat> all;
    visitProcesses([&](const ProcStat& stat) {
        all << stat;
        return true;
    });
    return all;
}

} // namespace switchyard::process
