#pragma once

#include "base/result.h"
#include "model/task.h"

#include <QFile>

namespace switchyard::engine {

//! A file that is written from beginning to end, compressed with zstd when its name ends with .zst. Blocks.
class ArchiveFile
{
public:
    //! Conflict if the file exists: nothing is overwritten.
    static Result<ArchiveFile> create(const QString& path);
    ArchiveFile(ArchiveFile&&) noexcept;
    ~ArchiveFile();
    Result<> put(const QByteArray& bytes);
    Result<> finish();

private:
    struct Compressor;
    ArchiveFile(std::unique_ptr<QFile> file, std::unique_ptr<Compressor> compressor);
    Result<> write(const QByteArray& bytes);
    Result<> compress(const QByteArray& bytes, bool last);
    std::unique_ptr<QFile> m_file;
    std::unique_ptr<Compressor> m_compressor; //!< none: as it is
};

//! Writes a tar file (POSIX ustar), so that anything can unpack it. Nothing is kept in memory but one block.
//! Blocks: worker threads only.
class TarWriter
{
public:
    //! The file must not exist: nothing is overwritten.
    static Result<TarWriter> create(const QString& path);
    Result<> addBytes(const QString& name, const QByteArray& bytes);
    //! A growing file is taken as long as it is now.
    Result<> addFile(const QString& name, const QString& file);
    Result<> finish();

private:
    explicit TarWriter(ArchiveFile file) : m_file(std::move(file)) {}
    Result<> header(const QString& name, qint64 size, const QDateTime& time);
    ArchiveFile m_file;
};

//! Packs all that is known of a task into one file: task.json, its journals, output and spec files, change.patch.
Result<> exportTask(const Task& task, const QString& taskFolder, const QString& file);

} // namespace switchyard::engine
