#include "process/output_log.h"

#include "process/log_compressor.h"
#include "process/log_parts.h"
#include "process/log_times.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace switchyard::process {

namespace {

constexpr qint64 linesPerRecord = 4096;
constexpr qint64 largestWrite = 1 << 20;
constexpr qint64 largestSlice = 64 << 20;
constexpr qint64 scanBytes = 1 << 20;

Descriptor openToAppend(const QString& path)
{
    return Descriptor(open(QFile::encodeName(path).constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
}

//! std::count(…, '\n'), but in bytes that fit a vector register: every byte of output goes through here.
qint64 countLines(const char* at, const char* end)
{
    constexpr int lanes = 32;
    constexpr qint64 rounds = 255; // before a lane overflows
    qint64 lines = 0;
    while (end - at >= lanes) {
        std::array<uchar, lanes> counts{};
        for (auto left = std::min<qint64>(rounds, (end - at) / lanes); left > 0; --left, at += lanes) {
            for (int lane = 0; lane < lanes; ++lane)
                counts[size_t(lane)] += at[lane] == '\n';
        }
        for (const auto count : counts)
            lines += count;
    }
    return lines + std::count(at, end, '\n');
}

//! Returns what was written; less than asked only when the disk refuses.
qint64 writeAll(int file, const char* bytes, qint64 size)
{
    qint64 done = 0;
    while (done < size) {
        const auto count = write(file, bytes + done, size_t(std::min(largestWrite, size - done)));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += count;
    }
    return done;
}

} // namespace

struct OutputLog::State {
    State(QString log, OutputLogLimits wanted) : path(std::move(log)), limits(wanted), compressor(path) {}

    Result<> open();
    Result<> recoverIndex();
    qint64 keep(const char* bytes, qint64 size);
    void indexLines(const char* bytes, qint64 size);
    void rotate();
    bool prune();
    bool startIndex();
    qint64 firstKept() const;

    const QString path;
    const OutputLogLimits limits;
    LogCompressor compressor;
    Descriptor file;
    Descriptor index;
    LogTimes times;
    qint64 base = 0; //!< offset of the part's first byte
    qint64 partSize = 0;
    qint64 line = 0; //!< number of the line that the next byte belongs to
    qint64 dropped = 0;
    qint64 nextRotation = 0;
    int newestPart = 0;
};

Result<> OutputLog::State::open()
{
    if (!QDir().mkpath(QFileInfo(path).path()))
        return fail(ErrorCode::Io, u"The folder of the log %1 cannot be created."_s.arg(path));
    file = openToAppend(path);
    if (!file)
        return failErrno(u"The log %1 cannot be written"_s.arg(path), errno);
    struct stat info{};
    if (fstat(file.get(), &info) != 0)
        return failErrno(u"The log %1 cannot be read"_s.arg(path), errno);
    partSize = info.st_size;
    nextRotation = limits.partBytes;
    for (const auto number : partNumbers(path)) {
        newestPart = number;
        QFile::remove(compressedPart(path, number) + u".tmp"_s); // of a crash; the compressor makes its own
        if (QFile::exists(compressedPart(path, number)))
            QFile::remove(plainPart(path, number)); // a crash between the two
        else
            compressor.add(number);
    }
    prune();
    return recoverIndex();
}

//! Where the part begins and how many lines there are, out of the index and what was written after its last record.
Result<> OutputLog::State::recoverIndex()
{
    auto records = readIndex(path);
    if (records.isEmpty()) {
        for (const auto number : newestPart > 0 ? partNumbers(path) : QList<int>()) {
            if (const auto part = LogPart::open(path, number))
                base += part->size();
        }
    } else {
        base = qint64(records.first().offset);
    }
    const auto beyond = [&](const IndexRecord& record) { return qint64(record.offset) > base + partSize; };
    records.removeIf(beyond); // the log was not on disk when the machine went down, the index was
    qint64 from = 0;
    if (!records.isEmpty()) {
        line = qint64(records.last().line);
        from = qint64(records.last().offset) - base;
    }
    QByteArray kept;
    for (const auto& record : records)
        kept += toBytes(record);
    index = openToAppend(indexPath(path));
    if (!index || ftruncate(index.get(), 0) != 0 || writeAll(index.get(), kept.constData(), kept.size()) != kept.size())
        return failErrno(u"The index of the log %1 cannot be written"_s.arg(path), errno);
    if (records.isEmpty() && !startIndex())
        return failErrno(u"The index of the log %1 cannot be written"_s.arg(path), errno);
    if (partSize <= from)
        return {};
    SY_TRY_ASSIGN(const auto part, LogPart::openPlain(path));
    const auto end = std::exchange(partSize, from);
    while (partSize < end) {
        SY_TRY_ASSIGN(const auto block, part.read(partSize, std::min(scanBytes, end - partSize)));
        if (block.isEmpty())
            return fail(ErrorCode::Io, u"The log %1 became shorter while it was read."_s.arg(path));
        indexLines(block.constData(), block.size());
        partSize += block.size();
    }
    return {};
}

bool OutputLog::State::startIndex()
{
    const auto first = toBytes({quint64(line), quint64(base)});
    return writeAll(index.get(), first.constData(), first.size()) == first.size();
}

//! Call before partSize grows by these bytes.
void OutputLog::State::indexLines(const char* bytes, qint64 size)
{
    const auto* const end = bytes + size;
    for (const auto* at = bytes; at < end;) {
        const auto wanted = linesPerRecord - line % linesPerRecord;
        const auto lines = countLines(at, end);
        if (lines < wanted) {
            line += lines;
            return;
        }
        for (auto left = wanted; left > 0; --left)
            at = static_cast<const char*>(std::memchr(at, '\n', size_t(end - at))) + 1;
        line += wanted;
        // Only an aid for readers: a full disk may cost records, never output.
        const auto record = toBytes({quint64(line), quint64(base + partSize + (at - bytes))});
        if (index)
            writeAll(index.get(), record.constData(), record.size());
    }
}

qint64 OutputLog::State::keep(const char* bytes, qint64 size)
{
    const auto written = writeAll(file.get(), bytes, size);
    indexLines(bytes, written);
    partSize += written;
    return written;
}

void OutputLog::State::rotate()
{
    const auto number = newestPart + 1;
    const auto part = plainPart(path, number);
    const auto temporary = indexPath(path) + u".tmp"_s;
    const auto name = [](const QString& of) { return QFile::encodeName(of); };
    // All that can fail for lack of space comes first; then names change at once.
    QFile::remove(temporary);
    auto nextIndex = openToAppend(temporary);
    const auto first = toBytes({quint64(line), quint64(base + partSize)});
    if (!nextIndex || writeAll(nextIndex.get(), first.constData(), first.size()) != first.size()) {
        nextRotation = partSize + limits.partBytes / 8; // goes on in the old part; another try later
        return;
    }
    {
        const PartsLock lock(path, PartsLock::Mode::Write);
        if (std::rename(name(path).constData(), name(part).constData()) != 0) {
            nextRotation = partSize + limits.partBytes / 8;
            return;
        }
        auto next = openToAppend(path);
        if (!next) {
            std::rename(name(part).constData(), name(path).constData());
            nextRotation = partSize + limits.partBytes / 8;
            return;
        }
        std::rename(name(temporary).constData(), name(indexPath(path)).constData());
        file = std::move(next);
        index = std::move(nextIndex);
    }
    newestPart = number;
    base += std::exchange(partSize, 0);
    nextRotation = limits.partBytes;
    compressor.add(number);
}

bool OutputLog::State::prune()
{
    if (newestPart == 0)
        return false;
    bool removed = false;
    for (const auto number : partNumbers(path)) {
        if (number <= newestPart - limits.parts) {
            compressor.remove(number);
            removed = true;
        }
    }
    return removed;
}

qint64 OutputLog::State::firstKept() const
{
    auto first = base;
    for (const auto number : partNumbers(path)) {
        if (const auto part = LogPart::open(path, number))
            first -= part->size();
    }
    return first;
}

OutputLog::OutputLog(std::unique_ptr<State> state) : m_state(std::move(state)) {}
OutputLog::~OutputLog() = default;

Result<std::unique_ptr<OutputLog>> OutputLog::open(const QString& path, OutputLogLimits limits)
{
    auto state = std::make_unique<State>(path, limits);
    SY_TRY(state->open());
    state->times.open(path, state->base + state->partSize);
    return std::unique_ptr<OutputLog>(new OutputLog(std::move(state)));
}

qint64 OutputLog::append(const QByteArray& bytes)
{
    auto& log = *m_state;
    const auto start = size();
    if (!bytes.isEmpty())
        log.times.note(start);
    for (qint64 done = 0; done < bytes.size();) {
        if (log.partSize >= log.nextRotation) {
            log.rotate();
            if (log.prune())
                Q_EMIT partsRemoved(log.firstKept());
        }
        const auto room = std::max<qint64>(1, log.nextRotation - log.partSize);
        const auto piece = std::min<qint64>(bytes.size() - done, room);
        const auto written = log.keep(bytes.constData() + done, piece);
        done += written;
        if (written < piece) {
            log.dropped += bytes.size() - done;
            Q_EMIT bytesDropped(log.dropped);
            break;
        }
    }
    return start;
}

qint64 OutputLog::size() const
{
    return m_state->base + m_state->partSize;
}

qint64 OutputLog::dropped() const
{
    return m_state->dropped;
}

Result<> OutputLog::sync()
{
    if (fdatasync(m_state->file.get()) != 0)
        return failErrno(u"The log %1 cannot be synced"_s.arg(m_state->path), errno);
    return {};
}

namespace {

struct PlacedPart {
    qint64 start;
    LogPart part;
};

//! The parts that hold `offset` and what follows it, oldest first.
Result<std::vector<PlacedPart>> openFrom(const QString& path, qint64 offset)
{
    const PartsLock lock(path, PartsLock::Mode::Read);
    std::vector<PlacedPart> parts;
    const auto index = readIndex(path, 1);
    auto newest = LogPart::openPlain(path);
    if (!newest) {
        if (newest.error().code == ErrorCode::NotFound)
            return parts;
        return fail(newest.error());
    }
    auto start = index.isEmpty() ? 0 : qint64(index.first().offset);
    parts.push_back({start, std::move(*newest)});
    if (offset >= start)
        return parts;
    auto numbers = partNumbers(path);
    for (int expected = numbers.isEmpty() ? 0 : numbers.last(); offset < start && !numbers.isEmpty(); --expected) {
        if (numbers.takeLast() != expected)
            break; // a gap: what lies before it has lost its place
        auto part = LogPart::open(path, expected);
        if (!part)
            break;
        start -= part->size();
        parts.push_back({start, std::move(*part)});
    }
    std::ranges::reverse(parts);
    return parts;
}

} // namespace

Result<LogSlice> readOutput(const QString& path, qint64 offset, qint64 limit)
{
    SY_TRY_ASSIGN(const auto parts, openFrom(path, offset));
    LogSlice slice;
    if (parts.empty())
        return slice;
    slice.size = parts.back().start + parts.back().part.size();
    slice.offset = std::clamp(offset, parts.front().start, std::max(parts.front().start, slice.size));
    limit = std::clamp<qint64>(limit, 0, largestSlice);
    for (const auto& [start, part] : parts) {
        const auto next = slice.offset + slice.bytes.size();
        if (next >= start + part.size() || slice.bytes.size() >= limit)
            continue;
        SY_TRY_ASSIGN(const auto bytes, part.read(next - start, limit - slice.bytes.size()));
        slice.bytes += bytes;
    }
    return slice;
}

} // namespace switchyard::process
