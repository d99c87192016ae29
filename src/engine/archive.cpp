#include "engine/archive.h"

#include "engine/changes.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>

#include <zstd.h>

namespace switchyard::engine {

namespace {

constexpr qsizetype block = 512;
constexpr qint64 largestSize = qint64(1) << 33; // what eleven octal digits hold

QByteArray octal(qint64 value, int digits)
{
    return QByteArray::number(value, 8).rightJustified(digits, '0') + '\0';
}

} // namespace

struct ArchiveFile::Compressor {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    Compressor() = default;
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;
    ~Compressor() { ZSTD_freeCCtx(context); }
};

ArchiveFile::ArchiveFile(std::unique_ptr<QFile> file, std::unique_ptr<Compressor> compressor)
    : m_file(std::move(file)), m_compressor(std::move(compressor))
{
}

ArchiveFile::ArchiveFile(ArchiveFile&&) noexcept = default;
ArchiveFile::~ArchiveFile() = default;

Result<ArchiveFile> ArchiveFile::create(const QString& path)
{
    auto file = std::make_unique<QFile>(path);
    if (file->exists())
        return fail(ErrorCode::Conflict, u"%1 exists already."_s.arg(path), u"Choose another name."_s);
    if (!file->open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file->errorString()));
    file->setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return ArchiveFile(std::move(file), path.endsWith(u".zst") ? std::make_unique<Compressor>() : nullptr);
}

Result<> ArchiveFile::write(const QByteArray& bytes)
{
    if (m_file->write(bytes) != bytes.size())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(m_file->fileName(), m_file->errorString()));
    return {};
}

Result<> ArchiveFile::compress(const QByteArray& bytes, bool last)
{
    ZSTD_inBuffer in{bytes.constData(), size_t(bytes.size()), 0};
    QByteArray piece(qsizetype(ZSTD_CStreamOutSize()), Qt::Uninitialized);
    for (size_t left = 1; in.pos < in.size || (last && left > 0);) {
        ZSTD_outBuffer out{piece.data(), size_t(piece.size()), 0};
        left = ZSTD_compressStream2(m_compressor->context, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            return fail(ErrorCode::Internal, u"%1 cannot be compressed: %2."_s.arg(
                                                 m_file->fileName(), QLatin1StringView(ZSTD_getErrorName(left))));
        SY_TRY(write(piece.first(qsizetype(out.pos))));
    }
    return {};
}

Result<> ArchiveFile::put(const QByteArray& bytes)
{
    return m_compressor ? compress(bytes, false) : write(bytes);
}

Result<> ArchiveFile::finish()
{
    if (m_compressor)
        SY_TRY(compress({}, true));
    if (!m_file->flush())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(m_file->fileName(), m_file->errorString()));
    m_file->close();
    return {};
}

Result<TarWriter> TarWriter::create(const QString& path)
{
    SY_TRY_ASSIGN(auto file, ArchiveFile::create(path));
    return TarWriter(std::move(file));
}

Result<> TarWriter::header(const QString& name, qint64 size, const QDateTime& time)
{
    const auto bytes = name.toUtf8();
    if (bytes.size() > 100 || size >= largestSize)
        return fail(ErrorCode::Limit, u"“%1” does not fit into an archive."_s.arg(name));
    // name, mode, uid, gid, size, time, checksum, kind, link name, magic and version; the rest stays zero.
    auto head = bytes.leftJustified(100, '\0') + octal(0600, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) +
                octal(std::clamp<qint64>(time.toSecsSinceEpoch(), 0, largestSize - 1), 11);
    head += QByteArray(8, ' ') + '0' + QByteArray(100, '\0') + QByteArray("ustar\00000", 8);
    head = head.leftJustified(block, '\0');
    qint64 sum = 0;
    for (const char c : std::as_const(head))
        sum += uchar(c);
    head.replace(148, 8, octal(sum, 6) + ' ');
    return m_file.put(head);
}

Result<> TarWriter::addBytes(const QString& name, const QByteArray& bytes)
{
    SY_TRY(header(name, bytes.size(), QDateTime::currentDateTimeUtc()));
    SY_TRY(m_file.put(bytes));
    return m_file.put(QByteArray((block - bytes.size() % block) % block, '\0'));
}

Result<> TarWriter::addFile(const QString& name, const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    const auto size = file.size();
    SY_TRY(header(name, size, QFileInfo(file).lastModified()));
    for (qint64 left = size; left > 0;) {
        auto bytes = file.read(std::min<qint64>(left, 1 << 20));
        if (bytes.isEmpty()) // it became shorter: the header's promise is kept
            bytes = QByteArray(qsizetype(std::min<qint64>(left, 1 << 20)), '\0');
        left -= bytes.size();
        SY_TRY(m_file.put(bytes));
    }
    return m_file.put(QByteArray(qsizetype((block - size % block) % block), '\0'));
}

Result<> TarWriter::finish()
{
    SY_TRY(m_file.put(QByteArray(2 * block, '\0')));
    return m_file.finish();
}

namespace {

Result<> pack(TarWriter& tar, const Task& task, const QString& taskFolder)
{
    const auto top = u"task-%1/"_s.arg(task.id().toString());
    SY_TRY(tar.addBytes(top + u"task.json"_s, QJsonDocument(task.toJson()).toJson()));
    QStringList files;
    for (QDirIterator each(taskFolder, QDir::Files, QDirIterator::Subdirectories); each.hasNext();) {
        if (const auto file = each.next(); !file.endsWith(u".lock"))
            files << file;
    }
    files.sort();
    for (const auto& file : std::as_const(files))
        SY_TRY(tar.addFile(top + QDir(taskFolder).relativeFilePath(file), file));
    if (const auto diff = readDiff(task)) // a task without a change has none
        SY_TRY(tar.addBytes(top + u"change.patch"_s, diff->toPatch().toUtf8()));
    return tar.finish();
}

} // namespace

Result<> exportTask(const Task& task, const QString& taskFolder, const QString& file)
{
    if (!QDir::isAbsolutePath(file))
        return fail(ErrorCode::Invalid, u"“%1” is not an absolute path."_s.arg(file.left(200)));
    SY_TRY_ASSIGN(auto tar, TarWriter::create(file));
    const auto packed = pack(tar, task, taskFolder);
    if (!packed)
        QFile::remove(file); // half an archive helps nobody
    return packed;
}

} // namespace switchyard::engine
