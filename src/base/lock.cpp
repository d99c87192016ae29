#include "base/lock.h"

#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace switchyard {

Result<FileLock> FileLock::tryAcquire(const QString& path, const QByteArray& note)
{
    const int descriptor = open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return failErrno(u"The lock file %1 cannot be opened"_s.arg(path), errno);
    FileLock lock(descriptor);
    // isHeld() of another process holds it for an instant: such a moment is waited out.
    int taken = flock(descriptor, LOCK_EX | LOCK_NB);
    for (int tries = 0; taken != 0 && errno == EWOULDBLOCK && tries < 10; ++tries) {
        usleep(1000);
        taken = flock(descriptor, LOCK_EX | LOCK_NB);
    }
    if (taken != 0) {
        if (errno != EWOULDBLOCK)
            return failErrno(u"The lock file %1 cannot be locked"_s.arg(path), errno);
        char holder[200];
        const auto size = pread(descriptor, holder, sizeof holder, 0);
        return fail(ErrorCode::Conflict, u"%1 is held by another process (%2)."_s.arg(
                                             path, QString::fromUtf8(holder, std::max<qsizetype>(0, size)).trimmed()));
    }
    // The note is for people; a full disk must not keep anybody from the lock.
    if (ftruncate(descriptor, 0) == 0) [[maybe_unused]]
        const auto written = pwrite(descriptor, note.constData(), size_t(note.size()), 0);
    return lock;
}

Result<FileLock> FileLock::acquire(const QString& path, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        auto lock = tryAcquire(path);
        if (lock || lock.error().code != ErrorCode::Conflict || std::chrono::steady_clock::now() >= end)
            return lock;
    }
}

bool FileLock::isHeld(const QString& path)
{
    const int descriptor = open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool taken = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(descriptor);
    return taken;
}

FileLock::~FileLock()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

} // namespace switchyard
