#pragma once

#include "base/result.h"

#include <chrono>

namespace switchyard {

//! An advisory lock on a file (flock), held for as long as this object lives and given back by the kernel when
//! the process dies, however it dies. Proof of life that no reused pid and no stale file can fake.
class FileLock
{
public:
    //! Takes the lock or fails with Conflict; `note` is written into the file, for the one who finds it taken.
    static Result<FileLock> tryAcquire(const QString& path, const QByteArray& note = {});
    //! Waits for its turn, at most `limit`; for locks that are held for milliseconds. Blocks the calling thread.
    static Result<FileLock> acquire(const QString& path, std::chrono::milliseconds limit);
    //! True if some living process holds it. A missing file is not held. Never blocks.
    static bool isHeld(const QString& path);

    FileLock(FileLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~FileLock();

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

} // namespace switchyard
