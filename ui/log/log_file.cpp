#include "ui/log/log_file.h"

#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchyard::ui {

LogFile::LogFile(int descriptor, quint64 device, quint64 inode)
    : m_descriptor(descriptor), m_device(device), m_inode(inode)
{
}

LogFile::~LogFile()
{
    ::close(m_descriptor);
}

Result<std::shared_ptr<const LogFile>> LogFile::open(const QString& path)
{
    // non-blocking: a named pipe in the log's place must not hang the window
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        if (errno == ENOENT)
            return fail(ErrorCode::NotFound, u"There is no file %1."_s.arg(path));
        return failErrno(path, errno);
    }
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return fail(ErrorCode::Invalid, u"%1 is not a file."_s.arg(path));
    }
    return std::shared_ptr<const LogFile>(new LogFile(descriptor, status.st_dev, status.st_ino));
}

qint64 LogFile::size() const
{
    struct stat status{};
    return ::fstat(m_descriptor, &status) == 0 ? status.st_size : 0;
}

qint64 LogFile::read(qint64 offset, char* to, qint64 length) const
{
    qint64 done = 0;
    while (done < length) {
        const auto got = ::pread(m_descriptor, to + done, size_t(length - done), offset + done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += got;
    }
    return done;
}

QByteArray LogFile::read(qint64 offset, qint64 length) const
{
    if (length <= 0 || offset < 0)
        return {};
    QByteArray bytes(length, Qt::Uninitialized);
    bytes.truncate(read(offset, bytes.data(), length));
    return bytes;
}

bool LogFile::isStillAt(const QString& path) const
{
    struct stat status{};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && status.st_dev == m_device &&
           status.st_ino == m_inode;
}

} // namespace switchyard::ui
