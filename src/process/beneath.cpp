#include "process/beneath.h"

#include "base/ids.h"
#include "process/descriptor.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace switchyard::process {

namespace {

std::unexpected<Error> failPath(const QString& path, const QString& what, int problem)
{
    if (problem == EXDEV || problem == ELOOP)
        return fail(ErrorCode::Forbidden, u"%1 lies outside the task's folder."_s.arg(path));
    if (problem == ENOENT)
        return fail(ErrorCode::NotFound, u"%1 does not exist."_s.arg(path));
    return failErrno(u"%1 cannot be %2"_s.arg(path, what), problem);
}

Descriptor openFolder(const QString& folder)
{
    return Descriptor(open(QFile::encodeName(folder).constData(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Descriptor openBeneath(int folder, const QByteArray& path, int flags, mode_t mode = 0)
{
    open_how how{};
    how.flags = quint64(flags | O_CLOEXEC);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    constexpr int tries = 20; // EAGAIN: something was renamed meanwhile
    long opened = -1;
    for (int i = 0; i < tries; ++i) {
        opened = syscall(SYS_openat2, folder, path.isEmpty() ? "." : path.constData(), &how, sizeof how);
        if (opened >= 0 || errno != EAGAIN)
            break;
    }
    return Descriptor(int(opened));
}

//! The folder that `path` lies in, made where it is missing.
Result<Descriptor> makeParent(int folder, const QString& path)
{
    auto current = openBeneath(folder, ".", O_PATH | O_DIRECTORY);
    auto folders = path.split(u'/');
    folders.removeLast();
    for (const auto& part : folders) {
        const auto name = QFile::encodeName(part);
        if (mkdirat(current.get(), name.constData(), 0777) != 0 && errno != EEXIST)
            return failPath(path, u"made"_s, errno);
        current = openBeneath(current.get(), name, O_PATH | O_DIRECTORY);
        if (!current)
            return failPath(path, u"made"_s, errno);
    }
    return current;
}

} // namespace

Result<QByteArray> readBeneath(const QString& folder, const QString& path, qint64 limit)
{
    const auto root = openFolder(folder);
    const auto file = openBeneath(root.get(), QFile::encodeName(path), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat info{};
    if (!file || fstat(file.get(), &info) != 0)
        return failPath(path, u"read"_s, errno);
    if (!S_ISREG(info.st_mode))
        return fail(ErrorCode::Invalid, u"%1 is not a file."_s.arg(path));
    QByteArray bytes;
    for (;;) {
        constexpr qsizetype piece = 1 << 20;
        const auto before = bytes.size();
        bytes.resize(before + piece);
        const auto got = read(file.get(), bytes.data() + before, size_t(piece));
        bytes.resize(before + std::max<qsizetype>(got, 0));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failPath(path, u"read"_s, errno);
        if (bytes.size() > limit)
            return fail(ErrorCode::Limit, u"%1 is larger than %2 MiB."_s.arg(path).arg(limit >> 20));
        if (got == 0)
            return bytes;
    }
}

Result<> writeBeneath(const QString& folder, const QString& path, const QByteArray& bytes)
{
    const auto root = openFolder(folder);
    SY_TRY_ASSIGN(const auto parent, makeParent(root.get(), path));
    const auto name = QFile::encodeName(QFileInfo(path).fileName());
    struct stat old{};
    const bool existed = fstatat(parent.get(), name.constData(), &old, AT_SYMLINK_NOFOLLOW) == 0;
    if (name.isEmpty() || (existed && !S_ISREG(old.st_mode)))
        return fail(ErrorCode::Invalid, u"%1 is not a file."_s.arg(path));
    const auto temporary = ".switchyard-" + newUuid().left(8).toLatin1();
    const Descriptor file(
        openat(parent.get(), temporary.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!file)
        return failPath(path, u"written"_s, errno);
    const auto giveUp = [&](int problem) {
        unlinkat(parent.get(), temporary.constData(), 0);
        return failPath(path, u"written"_s, problem);
    };
    for (qsizetype at = 0; at < bytes.size();) {
        const auto written = write(file.get(), bytes.constData() + at, size_t(bytes.size() - at));
        if (written < 0 && errno != EINTR)
            return giveUp(errno);
        at += std::max<qsizetype>(written, 0);
    }
    if ((existed && fchmod(file.get(), old.st_mode & 07777) != 0) || fdatasync(file.get()) != 0 ||
        renameat(parent.get(), temporary.constData(), parent.get(), name.constData()) != 0)
        return giveUp(errno);
    return {};
}

} // namespace switchyard::process
