// Loaded ahead of the C library into the programs under test (LD_PRELOAD), so that a test owns what it cannot have
// otherwise: the exact moment at which one of them dies or stops, a full disk, the wall clock, and a power cut, also as
// an ordinary user. The test's wishes lie in one page that all processes share ($SWITCHYARD_FAULTLINE; fault_world.py
// writes it). Without that page nothing changes. With a sanitizer its run-time stands before this in LD_PRELOAD: it
// then sees the programs' calls first and takes these here for the C library's.

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

enum Action : int32_t { None, Kill, Stop };

struct Control {
    std::atomic<int64_t> clockOffsetMs; // added to the wall clock
    std::atomic<int64_t> freeBytes;     // of the disk, while `full` is set
    std::atomic<int32_t> full;
    std::atomic<int32_t> recording;  // keeps what would survive a power cut
    std::atomic<int32_t> generation; // of the point below: counts begin anew
    std::atomic<int32_t> action;
    std::atomic<int32_t> nth;    // the how-manieth matching call of a process, from 1
    std::atomic<int32_t> budget; // so many processes are hit
    std::atomic<int32_t> hits;
    int32_t unused;
    char role[16];  // "engine", "runner", "agent": the first argument; empty: any
    char call[24];  // "fdatasync", "after:rename", …
    char path[128]; // part of the file's path
    char root[256]; // the disk: everything below it
    char durable[256];
};

Control* control = nullptr;
char role[16];

//! What the C library would do, without asking it for its functions: a sanitizer's run-time calls some of those below
//! before anything can be looked up, and from within the look-up.
namespace real {

int fsync(int descriptor)
{
    return int(syscall(SYS_fsync, descriptor));
}
int fdatasync(int descriptor)
{
    return int(syscall(SYS_fdatasync, descriptor));
}
ssize_t write(int descriptor, const void* bytes, size_t size)
{
    return syscall(SYS_write, descriptor, bytes, size);
}
int renameat2(int fromFolder, const char* from, int toFolder, const char* to, unsigned flags)
{
    return int(syscall(SYS_renameat2, fromFolder, from, toFolder, to, flags));
}
int rename(const char* from, const char* to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int mkdir(const char* path, mode_t mode)
{
    return int(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}
int flock(int descriptor, int operation)
{
    return int(syscall(SYS_flock, descriptor, operation));
}

//! statvfs() and statfs() by way of their siblings for an open file.
template <typename Info>
int ofFileSystem(int (*ask)(int, Info*), const char* path, Info* info)
{
    const int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0)
        return -1;
    const int result = ask(file, info);
    const int saved = errno;
    close(file);
    errno = saved;
    return result;
}

} // namespace real

[[gnu::constructor]] void attach()
{
    const char* const file = std::getenv("SWITCHYARD_FAULTLINE");
    const int page = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    if (page < 0)
        return;
    auto* const memory = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
    close(page);
    char line[4096];
    const int words = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    const auto size = read(words, line, sizeof line - 1);
    close(words);
    if (size > 0) {
        line[size] = 0;
        const auto first = std::strlen(line) + 1;
        if (ssize_t(first) < size)
            std::snprintf(role, sizeof role, "%.15s", line + first);
    }
    if (memory != MAP_FAILED)
        control = static_cast<Control*>(memory);
}

//! Empty for what is no file of the disk under test.
const char* pathOf(int descriptor, char (&path)[PATH_MAX])
{
    char link[40];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const auto size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    return path;
}

bool onDisk(const char* path)
{
    const auto root = std::string_view(control->root);
    return !root.empty() && std::string_view(path).starts_with(root);
}

//! The chosen moment: this process dies or stops here, if it is the one.
void point(const char* call, const char* path)
{
    static std::atomic<int32_t> seen, count;
    if (!control || control->action == None || std::strcmp(control->call, call) != 0 ||
        (control->role[0] && std::strcmp(control->role, role) != 0) || !std::strstr(path, control->path))
        return;
    if (seen.exchange(control->generation) != control->generation)
        count = 0;
    if (++count != control->nth || control->budget.fetch_sub(1) <= 0)
        return;
    ++control->hits;
    kill(getpid(), control->action == Kill ? SIGKILL : SIGSTOP);
}

//! True if `bytes` more do not fit.
bool isFull(const char* path, int64_t bytes)
{
    if (!control || !control->full || bytes <= 0 || !onDisk(path))
        return false;
    if (control->freeBytes.fetch_sub(bytes) >= bytes)
        return false;
    control->freeBytes += bytes;
    return true;
}

void giveBack(int64_t bytes)
{
    if (control->full)
        control->freeBytes += bytes;
}

int64_t growth(int descriptor, int64_t end)
{
    struct stat info{};
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        return 0;
    return end - info.st_size;
}

// ---------------------------------------------------------------- what survives a power cut

void makeParents(char* path)
{
    for (char* slash = std::strchr(path + 1, '/'); slash; slash = std::strchr(slash + 1, '/')) {
        *slash = 0;
        real::mkdir(path, 0700);
        *slash = '/';
    }
}

void keepFile(int descriptor, const char* target)
{
    char temporary[PATH_MAX + 32];
    std::snprintf(temporary, sizeof temporary, "%s.part%d", target, int(gettid()));
    makeParents(temporary);
    const int to = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char link[40];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const int from = open(link, O_RDONLY | O_CLOEXEC); // a file opened for writing only cannot be read
    if (to < 0 || from < 0)
        std::abort();
    off_t at = 0;
    struct stat info{};
    fstat(from, &info);
    while (at < info.st_size) {
        loff_t in = at;
        const auto count = copy_file_range(from, &in, to, nullptr, size_t(info.st_size - at), 0);
        if (count <= 0)
            break;
        at += count;
    }
    close(from);
    close(to);
    real::rename(temporary, target);
}

constexpr char renamedMark[] = ".renamed"; // what has a new name that is not durable yet

//! Where a file's or folder's durable state is kept.
bool durablePath(const char* path, char (&target)[PATH_MAX])
{
    return std::snprintf(target, sizeof target, "%s%s", control->durable, path + std::strlen(control->root)) < PATH_MAX;
}

//! A new name, or a file in the place of another: counts when the folder is synced.
void keepName(const char* from, const char* to)
{
    char source[PATH_MAX], target[PATH_MAX], late[PATH_MAX + sizeof renamedMark];
    if (!control || !control->recording || !onDisk(from) || !onDisk(to) || !durablePath(from, source) ||
        !durablePath(to, target))
        return;
    std::snprintf(late, sizeof late, "%s%s", target, renamedMark);
    char before[PATH_MAX + sizeof renamedMark];
    std::snprintf(before, sizeof before, "%s%s", source, renamedMark); // renamed twice
    if (real::rename(before, late) != 0)
        real::rename(source, late);
}

//! Names last until the next one: a folder's entries are durable as they were when it was synced last. Whoever is
//! killed here leaves the list before it; of two at once the later one has the last word.
void keepFolder(const char* path, const char* target)
{
    char list[PATH_MAX + 16], lock[PATH_MAX + 16], temporary[PATH_MAX + 48];
    std::snprintf(list, sizeof list, "%s/.names", target);
    std::snprintf(lock, sizeof lock, "%s/.names-lock", target);
    std::snprintf(temporary, sizeof temporary, "%s/.names-part%d", target, int(gettid()));
    makeParents(list);
    const int turn = open(lock, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    real::flock(turn, LOCK_EX); // our own is a point that tests name
    auto* const folder = opendir(path);
    const int to = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    while (const auto* const entry = folder ? readdir(folder) : nullptr) {
        dprintf(to, "%s\n", entry->d_name);
        char name[PATH_MAX * 2], late[PATH_MAX * 2 + sizeof renamedMark];
        std::snprintf(name, sizeof name, "%s/%s", target, entry->d_name);
        std::snprintf(late, sizeof late, "%s%s", name, renamedMark);
        real::rename(late, name);
    }
    if (folder)
        closedir(folder);
    close(to);
    real::rename(temporary, list);
    close(turn);
}

void keepDurable(int descriptor)
{
    char path[PATH_MAX];
    if (!control || !control->recording || !onDisk(pathOf(descriptor, path)))
        return;
    struct stat info{};
    if (fstat(descriptor, &info) != 0)
        return;
    char target[PATH_MAX];
    if (!durablePath(path, target))
        return;
    if (S_ISDIR(info.st_mode))
        keepFolder(path, target);
    else if (S_ISREG(info.st_mode))
        keepFile(descriptor, target);
}

int synced(int descriptor, const char* name, const char* after, int (*real)(int))
{
    char path[PATH_MAX];
    if (!control)
        return real(descriptor);
    point(name, pathOf(descriptor, path));
    const int result = real(descriptor);
    if (result == 0)
        keepDurable(descriptor);
    point(after, path);
    return result;
}

} // namespace

extern "C" {

int fsync(int descriptor)
{
    return synced(descriptor, "fsync", "after:fsync", real::fsync);
}

int fdatasync(int descriptor)
{
    return synced(descriptor, "fdatasync", "after:fdatasync", real::fdatasync);
}

ssize_t write(int descriptor, const void* bytes, size_t size)
{
    if (!control || (!control->full && control->action == None))
        return real::write(descriptor, bytes, size);
    const auto saved = errno;
    char path[PATH_MAX];
    point("write", pathOf(descriptor, path));
    const auto flags = fcntl(descriptor, F_GETFL);
    struct stat info{};
    fstat(descriptor, &info);
    const auto at = flags & O_APPEND ? info.st_size : lseek(descriptor, 0, SEEK_CUR);
    if (isFull(path, growth(descriptor, at + off_t(size)))) {
        errno = ENOSPC;
        return -1;
    }
    errno = saved;
    const auto written = real::write(descriptor, bytes, size);
    point("after:write", path);
    return written;
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t at)
{
    char path[PATH_MAX];
    if (control && control->full && isFull(pathOf(descriptor, path), growth(descriptor, at + off_t(size)))) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, descriptor, bytes, size, at);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t at)
{
    return pwrite64(descriptor, bytes, size, at);
}

int ftruncate64(int descriptor, off64_t size)
{
    if (control && control->full) {
        char path[PATH_MAX];
        const auto more = growth(descriptor, size);
        if (onDisk(pathOf(descriptor, path)) && more < 0)
            giveBack(-more);
    }
    return int(syscall(SYS_ftruncate, descriptor, size));
}

int ftruncate(int descriptor, off_t size)
{
    return ftruncate64(descriptor, size);
}

int unlink(const char* path)
{
    point("unlink", path);
    struct stat info{};
    if (control && control->full && onDisk(path) && stat(path, &info) == 0)
        giveBack(info.st_size);
    const int result = int(syscall(SYS_unlinkat, AT_FDCWD, path, 0));
    point("after:unlink", path);
    return result;
}

int mkdir(const char* path, mode_t mode)
{
    struct stat info{};
    if (control && control->full && stat(path, &info) != 0 && isFull(path, 4096)) {
        errno = ENOSPC;
        return -1;
    }
    return real::mkdir(path, mode);
}

int rename(const char* from, const char* to)
{
    point("rename", to);
    const int result = real::rename(from, to);
    if (result == 0)
        keepName(from, to);
    point("after:rename", to);
    return result;
}

int renameat2(int fromFolder, const char* from, int toFolder, const char* to, unsigned flags)
{
    point("rename", to);
    const int result = real::renameat2(fromFolder, from, toFolder, to, flags);
    if (result == 0)
        keepName(from, to);
    point("after:rename", to);
    return result;
}

//! How a nameless file gets its name (QSaveFile).
int linkat(int fromFolder, const char* from, int toFolder, const char* to, int flags)
{
    point("rename", to);
    char file[PATH_MAX];
    const auto size = readlink(from, file, sizeof file - 1); // "/proc/self/fd/7"
    file[size > 0 ? size : 0] = 0;
    const int result = int(syscall(SYS_linkat, fromFolder, from, toFolder, to, flags));
    if (result == 0 && size > 0)
        keepName(file, to);
    point("after:rename", to);
    return result;
}

int flock(int descriptor, int operation)
{
    char path[PATH_MAX];
    if (control)
        point("flock", pathOf(descriptor, path));
    const int result = real::flock(descriptor, operation);
    if (control && result == 0)
        point("after:flock", path);
    return result;
}

int bind(int descriptor, const sockaddr* address, socklen_t size)
{
    const char* const path =
        address->sa_family == AF_UNIX ? reinterpret_cast<const sockaddr_un*>(address)->sun_path : "";
    point("bind", path);
    const int result = int(syscall(SYS_bind, descriptor, address, size));
    point("after:bind", path);
    return result;
}

int statvfs64(const char* path, struct statvfs64* info)
{
    const int result = real::ofFileSystem(fstatvfs64, path, info);
    if (result == 0 && control && control->full && onDisk(path))
        info->f_bavail = info->f_bfree = fsblkcnt64_t(control->freeBytes) / info->f_frsize;
    return result;
}

int statfs64(const char* path, struct statfs64* info)
{
    const int result = real::ofFileSystem(fstatfs64, path, info);
    if (result == 0 && control && control->full && onDisk(path))
        info->f_bavail = info->f_bfree = fsblkcnt64_t(control->freeBytes) / fsblkcnt64_t(info->f_bsize);
    return result;
}

int clock_gettime(clockid_t clock, timespec* time)
{
    const int result = int(syscall(SYS_clock_gettime, clock, time));
    const int64_t offset = result == 0 && control && clock == CLOCK_REALTIME ? control->clockOffsetMs.load() : 0;
    if (offset != 0) {
        const auto total = time->tv_sec * 1'000'000'000 + time->tv_nsec + offset * 1'000'000;
        time->tv_sec = total / 1'000'000'000;
        time->tv_nsec = total % 1'000'000'000;
    }
    return result;
}

int gettimeofday(timeval* time, void*)
{
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    *time = {now.tv_sec, now.tv_nsec / 1000};
    return result;
}

time_t time(time_t* out)
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

} // extern "C"
