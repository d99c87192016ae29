#pragma once

#include "base/result.h"
#include "process/descriptor.h"

#include <QByteArray>
#include <QList>

#include <stop_token>

namespace switchyard::process {

//! The closed parts of an output log: output.log.N, soon replaced by output.log.N.zst in the seekable format of zstd
//! (frames of 1 MiB and a table of their sizes at the end; `zstd -d` reads it like any other).
QString plainPart(const QString& log, int number);
QString compressedPart(const QString& log, int number);
//! Numbers of the parts there are, ascending.
QList<int> partNumbers(const QString& log);
void removePart(const QString& log, int number);
//! Replaces a plain part by a compressed one, whole or not at all. Cancelled when asked to stop.
Result<> compressPart(const QString& log, int number, const std::stop_token& stop);

//! A part opened for reading: stays readable when it is compressed or removed meanwhile.
class LogPart
{
public:
    static Result<LogPart> open(const QString& log, int number);
    static Result<LogPart> openPlain(const QString& path);
    qint64 size() const { return m_size; }
    //! At most `limit` bytes from `offset` within the part; fewer at its end.
    Result<QByteArray> read(qint64 offset, qint64 limit) const;

private:
    struct Frame {
        qint64 position, compressed, start, size;
    };
    Result<> readTable();
    Result<QByteArray> readFrame(const Frame& frame) const;

    QString m_path;
    Descriptor m_file;
    qint64 m_size = 0;
    bool m_compressed = false;
    QList<Frame> m_frames;
};

//! While it lives no part changes its name: taken by the writer to rotate and by readers to open, both for
//! microseconds. Not waited for longer than a few of these: a stopped process must not stop the others.
class PartsLock
{
public:
    enum class Mode { Read, Write };
    PartsLock(const QString& log, Mode mode);

private:
    Descriptor m_folder;
};

//! The index beside a log (see OutputLog).
struct IndexRecord {
    quint64 line = 0;
    quint64 offset = 0;
    bool operator==(const IndexRecord&) const = default;
};
QString indexPath(const QString& log);
QByteArray toBytes(const IndexRecord& record);
//! Complete records only.
QList<IndexRecord> readIndex(const QString& log, qsizetype limit = -1);

} // namespace switchyard::process
