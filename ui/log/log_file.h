#pragma once

#include "base/result.h"

#include <QByteArray>

#include <memory>

namespace switchyard::ui {

//! A log on disk, opened for reading: raw bytes that may grow. Read by pages rather than mapped, because a mapped file
//! that is cut short kills its reader. Every call may be made from any thread.
class LogFile
{
public:
    //! NotFound if there is none, Invalid for a folder or device, Io otherwise.
    static Result<std::shared_ptr<const LogFile>> open(const QString& path);
    ~LogFile();
    Q_DISABLE_COPY_MOVE(LogFile)

    qint64 size() const; //!< now
    //! Up to `length` bytes from `offset`; fewer at the end of the file or when the disk refuses.
    qint64 read(qint64 offset, char* to, qint64 length) const;
    QByteArray read(qint64 offset, qint64 length) const;
    //! False once the path names another file (rotated) or none.
    bool isStillAt(const QString& path) const;

private:
    LogFile(int descriptor, quint64 device, quint64 inode);
    int m_descriptor;
    quint64 m_device, m_inode;
};

} // namespace switchyard::ui
