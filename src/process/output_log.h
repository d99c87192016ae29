#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QFile>
#include <QObject>

namespace switchyard::process {

struct OutputLogLimits {
    qint64 partBytes = 64 << 20; //!< a part is closed and compressed at this size
    int parts = 8;               //!< older ones are removed, the oldest first
};

//! The output of a task as its commands wrote it: raw bytes, append-only, rotated by size into output.log.N.zst
//! (N = 1 is the oldest kept… numbering only grows), with a sparse line index beside it (output.idx).
//! Offsets are bytes since the first byte of the task, over all parts, so that an event's range stays valid.
//! output.idx: little-endian records {u64 line, u64 offset}, one every 4,096 lines, of the newest part.
//! output.times: when it was written (see log_times.h).
//! A full disk never throws away what was written and never blocks the writer: bytes that cannot be kept are
//! counted in dropped(). Not thread-safe; writes are plain write(2) calls of at most 1 MiB.
class OutputLog : public QObject
{
    Q_OBJECT
public:
    static Result<std::unique_ptr<OutputLog>> open(const QString& path, OutputLogLimits limits = {});
    qint64 append(const QByteArray& bytes); //!< returns the offset at which they begin
    qint64 size() const;                    //!< offset of the next byte
    qint64 dropped() const;                 //!< bytes lost to a full disk since open()
    Result<> sync();
    ~OutputLog() override;

Q_SIGNALS:
    void partsRemoved(qint64 firstKept);  //!< from within append(): the log begins at this offset now
    void bytesDropped(qint64 altogether); //!< from within append(): the disk is full

private:
    struct State;
    explicit OutputLog(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

//! Reads a task's output by offset, over rotated parts. `limit` bytes at most; an offset in a removed part starts at
//! the first byte kept (see `offset` of the answer).
struct LogSlice {
    qint64 offset = 0;
    QByteArray bytes;
    qint64 size = 0; //!< the log's size now
};
Result<LogSlice> readOutput(const QString& path, qint64 offset, qint64 limit);

} // namespace switchyard::process
