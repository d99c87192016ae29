#pragma once

#include "base/result.h"
#include "process/descriptor.h"

#include <QByteArray>

#include <atomic>
#include <memory>
#include <mutex>

namespace switchyard::ui {

//! A log on disk, opened for reading: raw bytes that may grow, its rotated parts and the newest one as a single file.
//! Offsets count from the first byte that was kept when it was opened. Read by pages rather than mapped, because a
//! mapped file that is cut short kills its reader. Every call may be made from any thread.
class LogFile
{
public:
    //! NotFound if there is none, Invalid for a folder or device, Io otherwise.
    static Result<std::shared_ptr<LogFile>> open(const QString& path);
    //! A file that somebody fills while it is read: begin() comes down and size() goes up.
    static std::shared_ptr<LogFile> over(process::Descriptor file, qint64 origin, qint64 begin);
    ~LogFile();
    Q_DISABLE_COPY_MOVE(LogFile)

    qint64 size() const;                     //!< now
    qint64 begin() const { return m_begin; } //!< what lies before is not there (yet); 0 for files on disk
    void setBegin(qint64 begin) { m_begin = begin; }
    qint64 origin() const { return m_origin; } //!< of our first byte, in bytes since the task's first one
    //! Up to `length` bytes from `offset`; fewer at the end of the file or when the disk refuses.
    qint64 read(qint64 offset, char* to, qint64 length) const;
    QByteArray read(qint64 offset, qint64 length) const;
    //! False once the path names another file (rotated) or none.
    bool isStillAt(const QString& path) const;
    //! After isStillAt() became false: goes on with the file that is there now, if what was read so far is the part
    //! right before it. Offsets stay as they are. False: this is another log.
    bool follow(const QString& path);

private:
    struct Pieces;
    struct Cache;
    LogFile(std::shared_ptr<const Pieces> pieces, qint64 origin);
    std::shared_ptr<const Pieces> pieces() const;

    const qint64 m_origin;
    std::atomic<qint64> m_begin = 0;
    mutable std::mutex m_mutex; //!< of m_pieces
    std::shared_ptr<const Pieces> m_pieces;
    std::unique_ptr<Cache> m_cache;
};

} // namespace switchyard::ui
