#pragma once

#include "process/descriptor.h"

#include <QByteArray>
#include <QList>

#include <chrono>

namespace switchyard::process {

//! When which byte of an output log was written: output.times beside the log, little-endian records
//! {u64 offset, i64 milliseconds since 1970}. From a record's offset on, bytes are at least as old as it says and
//! younger than the next record. One record at most every tenth of a second; in long logs less often, so that the file
//! stays below some 10 MB however long a task runs. Only an aid for readers: what cannot be written is left out.
struct TimeRecord {
    qint64 offset = 0;
    std::chrono::milliseconds time{0};
    bool operator==(const TimeRecord&) const = default;
};

QString timesPath(const QString& log);
//! Complete records from this record on; empty if there are none.
QList<TimeRecord> readTimes(const QString& log, qsizetype from = 0);
//! The same as they stand in the file, at most so many of them; timeRecords() takes them apart.
constexpr qint64 timeRecordBytes = 16;
QByteArray readTimeBytes(const QString& log, qsizetype from, qint64 most);
QList<TimeRecord> timeRecords(const QByteArray& bytes);

//! The writer's side.
class LogTimes
{
public:
    //! `size` is the log's: records of bytes that did not survive a crash are dropped.
    void open(const QString& log, qint64 size);
    //! Call before a byte is appended at this offset.
    void note(qint64 offset);

private:
    Descriptor m_file;
    qint64 m_bytes = 0;
    std::chrono::steady_clock::time_point m_next;
};

} // namespace switchyard::process
