#pragma once

#include "base/result.h"
#include "model/task.h"

#include <QFile>

namespace switchyard::engine {

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
    explicit TarWriter(std::unique_ptr<QFile> file) : m_file(std::move(file)) {}
    Result<> header(const QString& name, qint64 size);
    Result<> put(const QByteArray& bytes);
    std::unique_ptr<QFile> m_file;
};

//! Packs all that is known of a task into one file: task.json, its journals, output and spec files, change.patch.
Result<> exportTask(const Task& task, const QString& taskFolder, const QString& file);

} // namespace switchyard::engine
