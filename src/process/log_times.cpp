#include "process/log_times.h"

#include "base/result.h"

#include <QFile>
#include <QtEndian>

#include <algorithm>
#include <limits>

#include <fcntl.h>
#include <unistd.h>

namespace switchyard::process {

namespace {

using namespace std::chrono_literals;
constexpr qint64 recordBytes = timeRecordBytes;

std::chrono::milliseconds pauseAt(qint64 bytes)
{
    return bytes < 1 << 20 ? 100ms : bytes < 4 << 20 ? 1s : 60s;
}

} // namespace

QString timesPath(const QString& log)
{
    return (log.endsWith(u".log") ? log.chopped(4) : log) + u".times"_s;
}

QByteArray readTimeBytes(const QString& log, qsizetype from, qint64 most)
{
    QFile file(timesPath(log));
    if (from < 0 || from > std::numeric_limits<qint64>::max() / recordBytes || !file.open(QIODevice::ReadOnly) ||
        !file.seek(from * recordBytes))
        return {};
    auto bytes = file.read(std::min(most, std::numeric_limits<qint64>::max() / recordBytes) * recordBytes);
    bytes.chop(bytes.size() % recordBytes);
    return bytes;
}

QList<TimeRecord> readTimes(const QString& log, qsizetype from)
{
    return timeRecords(readTimeBytes(log, from, QFile(timesPath(log)).size() / recordBytes));
}

QList<TimeRecord> timeRecords(const QByteArray& bytes)
{
    QList<TimeRecord> records;
    records.reserve(bytes.size() / recordBytes);
    for (qsizetype at = 0; at + recordBytes <= bytes.size(); at += recordBytes)
        records << TimeRecord{qint64(qFromLittleEndian<quint64>(bytes.constData() + at)),
                              std::chrono::milliseconds(qFromLittleEndian<qint64>(bytes.constData() + at + 8))};
    return records;
}

void LogTimes::open(const QString& log, qint64 size)
{
    const auto records = readTimes(log);
    const auto kept = std::ranges::find_if(records, [&](const auto& record) { return record.offset > size; });
    m_file = Descriptor(
        ::open(QFile::encodeName(timesPath(log)).constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    m_bytes = qint64(kept - records.begin()) * recordBytes;
    if (m_file && ::ftruncate(m_file.get(), m_bytes) != 0)
        m_file = Descriptor();
    m_next = {};
}

void LogTimes::note(qint64 offset)
{
    const auto now = std::chrono::steady_clock::now();
    if (now < m_next || !m_file)
        return;
    const auto time =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    const quint64 words[] = {qToLittleEndian(quint64(offset)), qToLittleEndian(quint64(time.count()))};
    const auto written = ::write(m_file.get(), words, sizeof words);
    if (written > 0 && written < recordBytes && ::ftruncate(m_file.get(), m_bytes) != 0)
        m_file = Descriptor(); // half a record would put all that follow out of step
    if (written == recordBytes)
        m_bytes += recordBytes;
    m_next = now + pauseAt(m_bytes);
}

} // namespace switchyard::process
