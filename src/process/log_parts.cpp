#include "process/log_parts.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtEndian>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <zstd.h>

namespace switchyard::process {

namespace {

// https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md
constexpr quint32 skippableMagic = 0x184D2A5E;
constexpr quint32 seekTableMagic = 0x8F92EAB1;
constexpr qsizetype skippableHeaderBytes = 8;
constexpr qsizetype footerBytes = 9;
constexpr qsizetype entryBytes = 8;
constexpr qsizetype checkedEntryBytes = 12;
constexpr uchar checksumFlag = 0x80;
constexpr qsizetype frameBytes = 1 << 20;
constexpr qint64 largestPart = 1ll << 40;
constexpr quint32 mostFrames = 1 << 20;
constexpr int level = 1;
constexpr int lockTries = 500;
constexpr timespec lockPause{0, 200'000}; // ns

void append(QByteArray& bytes, quint32 number)
{
    number = qToLittleEndian(number);
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

Result<QByteArray> readAt(int file, const QString& path, qint64 offset, qint64 size)
{
    QByteArray bytes;
    bytes.resizeForOverwrite(size);
    qint64 done = 0;
    while (done < size) {
        const auto count = pread(file, bytes.data() + done, size_t(size - done), offset + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failErrno(u"%1 cannot be read"_s.arg(path), errno);
        if (count == 0)
            break;
        done += count;
    }
    bytes.truncate(done);
    return bytes;
}

std::unexpected<Error> damaged(const QString& path, const QString& why)
{
    return fail(ErrorCode::Corrupt, u"The log part %1 is damaged: %2."_s.arg(path, why));
}

} // namespace

QString plainPart(const QString& log, int number)
{
    return u"%1.%2"_s.arg(log).arg(number);
}

QString compressedPart(const QString& log, int number)
{
    return plainPart(log, number) + u".zst"_s;
}

QList<int> partNumbers(const QString& log)
{
    const QFileInfo info(log);
    QList<int> numbers;
    for (const auto& name : info.dir().entryList({info.fileName() + u".*"_s}, QDir::Files)) {
        auto rest = QStringView(name).sliced(info.fileName().size() + 1);
        if (rest.endsWith(u".zst"))
            rest.chop(4);
        bool isNumber = false;
        if (const int number = rest.toInt(&isNumber); isNumber && number > 0 && !numbers.contains(number))
            numbers << number;
    }
    std::ranges::sort(numbers);
    return numbers;
}

void removePart(const QString& log, int number)
{
    QFile::remove(plainPart(log, number));
    QFile::remove(compressedPart(log, number));
}

Result<> compressPart(const QString& log, int number, const std::stop_token& stop)
{
    const auto target = compressedPart(log, number);
    QFile in(plainPart(log, number));
    QFile out(target + u".tmp"_s);
    const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
    const auto failed = [&](const QString& why) {
        out.remove();
        return fail(ErrorCode::Io, u"The log part %1 cannot be compressed: %2."_s.arg(in.fileName(), why));
    };
    if (!in.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failed(in.errorString());
    if (!out.open(QIODevice::WriteOnly | QIODevice::Unbuffered | QIODevice::Truncate,
                  QFile::ReadOwner | QFile::WriteOwner))
        return failed(out.errorString());
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1); // damage is noticed, never shown as output
    QByteArray table;
    QByteArray packed(qsizetype(ZSTD_compressBound(size_t(frameBytes))), Qt::Uninitialized);
    quint32 frames = 0;
    while (!in.atEnd()) {
        if (stop.stop_requested()) {
            out.remove();
            return fail(ErrorCode::Cancelled, u"Compressing %1 was stopped."_s.arg(in.fileName()));
        }
        const auto block = in.read(frameBytes);
        const auto size = ZSTD_compress2(context.get(), packed.data(), size_t(packed.size()), block.constData(),
                                         size_t(block.size()));
        if (ZSTD_isError(size) != 0)
            return failed(QString::fromLatin1(ZSTD_getErrorName(size)));
        if (out.write(packed.constData(), qint64(size)) != qint64(size))
            return failed(out.errorString());
        append(table, quint32(size));
        append(table, quint32(block.size()));
        ++frames;
    }
    QByteArray tail;
    append(tail, skippableMagic);
    append(tail, quint32(table.size() + footerBytes));
    tail += table;
    append(tail, frames);
    tail += '\0'; // no checksums in the table
    append(tail, seekTableMagic);
    if (out.write(tail) != tail.size() || fdatasync(out.handle()) != 0)
        return failed(out.errorString());
    out.close();
    if (std::rename(QFile::encodeName(out.fileName()).constData(), QFile::encodeName(target).constData()) != 0)
        return failed(u"it cannot be renamed"_s);
    in.remove();
    return {};
}

Result<LogPart> LogPart::openPlain(const QString& path)
{
    LogPart part;
    part.m_path = path;
    part.m_file = Descriptor(::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC));
    if (!part.m_file) {
        if (errno == ENOENT)
            return fail(ErrorCode::NotFound, u"%1 does not exist."_s.arg(path));
        return failErrno(u"%1 cannot be read"_s.arg(path), errno);
    }
    struct stat info{};
    if (fstat(part.m_file.get(), &info) == 0)
        part.m_size = info.st_size;
    return part;
}

Result<LogPart> LogPart::open(const QString& log, int number)
{
    // Compressed first: it is only there when it is whole, and then the plain one is about to go.
    auto part = openPlain(compressedPart(log, number));
    if (!part && part.error().code == ErrorCode::NotFound) {
        part = openPlain(plainPart(log, number));
        if (part || part.error().code != ErrorCode::NotFound)
            return part;
        part = openPlain(compressedPart(log, number)); // replaced between the two looks
    }
    if (!part)
        return part;
    part->m_compressed = true;
    SY_TRY(part->readTable());
    return part;
}

Result<> LogPart::readTable()
{
    const auto fileSize = std::exchange(m_size, 0);
    if (fileSize < footerBytes + skippableHeaderBytes)
        return damaged(m_path, u"it is too short"_s);
    SY_TRY_ASSIGN(const auto footer, readAt(m_file.get(), m_path, fileSize - footerBytes, footerBytes));
    const auto frames = qFromLittleEndian<quint32>(footer.constData());
    const auto entry = (uchar(footer[4]) & checksumFlag) != 0 ? checkedEntryBytes : entryBytes;
    if (qFromLittleEndian<quint32>(footer.constData() + 5) != seekTableMagic || frames > mostFrames ||
        footerBytes + skippableHeaderBytes + entry * qint64(frames) > fileSize)
        return damaged(m_path, u"its table of frames is not there"_s);
    const auto tableStart = fileSize - footerBytes - entry * qint64(frames);
    SY_TRY_ASSIGN(const auto table, readAt(m_file.get(), m_path, tableStart, entry * qint64(frames)));
    qint64 position = 0;
    for (qsizetype at = 0; at < table.size(); at += entry) {
        const Frame frame{position, qFromLittleEndian<quint32>(table.constData() + at), m_size,
                          qFromLittleEndian<quint32>(table.constData() + at + 4)};
        if (frame.size > frameBytes || frame.position + frame.compressed > tableStart || m_size > largestPart)
            return damaged(m_path, u"its table of frames is wrong"_s);
        m_frames << frame;
        position += frame.compressed;
        m_size += frame.size;
    }
    return {};
}

Result<QByteArray> LogPart::readFrame(const Frame& frame) const
{
    SY_TRY_ASSIGN(const auto packed, readAt(m_file.get(), m_path, frame.position, frame.compressed));
    QByteArray bytes(frame.size, Qt::Uninitialized);
    const auto size = ZSTD_decompress(bytes.data(), size_t(bytes.size()), packed.constData(), size_t(packed.size()));
    if (ZSTD_isError(size) != 0 || qint64(size) != frame.size)
        return damaged(m_path, u"the frame at byte %1 cannot be unpacked"_s.arg(frame.position));
    return bytes;
}

Result<QByteArray> LogPart::read(qint64 offset, qint64 limit) const
{
    if (!m_compressed)
        return readAt(m_file.get(), m_path, offset, std::clamp<qint64>(m_size - offset, 0, limit));
    QByteArray bytes;
    auto frame = std::ranges::upper_bound(m_frames, offset, {}, &Frame::start);
    if (frame != m_frames.begin())
        --frame;
    for (; frame != m_frames.end() && bytes.size() < limit; ++frame) {
        SY_TRY_ASSIGN(const auto block, readFrame(*frame));
        bytes += block.sliced(std::min<qint64>(block.size(), std::max<qint64>(0, offset - frame->start)));
    }
    bytes.truncate(std::min<qint64>(bytes.size(), limit));
    return bytes;
}

PartsLock::PartsLock(const QString& log, Mode mode)
    : m_folder(::open(QFile::encodeName(QFileInfo(log).path()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
{
    for (int left = lockTries; left > 0; --left) {
        if (flock(m_folder.get(), (mode == Mode::Read ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            return;
        nanosleep(&lockPause, nullptr);
    }
}

QString indexPath(const QString& log)
{
    const auto base = log.endsWith(u".log") ? log.chopped(4) : log;
    return base + u".idx"_s;
}

QByteArray toBytes(const IndexRecord& record)
{
    const quint64 words[] = {qToLittleEndian(record.line), qToLittleEndian(record.offset)};
    return QByteArray(reinterpret_cast<const char*>(words), sizeof words);
}

QList<IndexRecord> readIndex(const QString& log, qsizetype limit)
{
    QFile file(indexPath(log));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    constexpr qsizetype recordBytes = sizeof(IndexRecord);
    const auto bytes = limit < 0 ? file.readAll() : file.read(limit * recordBytes);
    QList<IndexRecord> records;
    for (qsizetype at = 0; at + recordBytes <= bytes.size(); at += recordBytes)
        records << IndexRecord{qFromLittleEndian<quint64>(bytes.constData() + at),
                               qFromLittleEndian<quint64>(bytes.constData() + at + 8)};
    return records;
}

} // namespace switchyard::process
