#include "engine/archive.h"

#include "engine/changes.h"

#include <QDir>
#include <QDirIterator>
#include <QJsonDocument>

namespace switchyard::engine {

namespace {

constexpr qsizetype block = 512;
constexpr qint64 largestSize = qint64(1) << 33; // what eleven octal digits hold

QByteArray octal(qint64 value, int digits)
{
    return QByteArray::number(value, 8).rightJustified(digits, '0') + '\0';
}

} // namespace

Result<TarWriter> TarWriter::create(const QString& path)
{
    auto file = std::make_unique<QFile>(path);
    if (file->exists())
        return fail(ErrorCode::Conflict, u"%1 exists already."_s.arg(path), u"Choose another name."_s);
    if (!file->open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(path, file->errorString()));
    file->setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return TarWriter(std::move(file));
}

Result<> TarWriter::put(const QByteArray& bytes)
{
    if (m_file->write(bytes) != bytes.size())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(m_file->fileName(), m_file->errorString()));
    return {};
}

Result<> TarWriter::header(const QString& name, qint64 size)
{
    const auto bytes = name.toUtf8();
    if (bytes.size() > 100 || size >= largestSize)
        return fail(ErrorCode::Limit, u"“%1” does not fit into an archive."_s.arg(name));
    // name, mode, uid, gid, size, time, checksum, kind, link name, magic and version; the rest stays zero.
    auto head =
        bytes.leftJustified(100, '\0') + octal(0600, 7) + octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(0, 11);
    head += QByteArray(8, ' ') + '0' + QByteArray(100, '\0') + QByteArray("ustar\00000", 8);
    head = head.leftJustified(block, '\0');
    qint64 sum = 0;
    for (const char c : std::as_const(head))
        sum += uchar(c);
    head.replace(148, 8, octal(sum, 6) + ' ');
    return put(head);
}

Result<> TarWriter::addBytes(const QString& name, const QByteArray& bytes)
{
    SY_TRY(header(name, bytes.size()));
    SY_TRY(put(bytes));
    return put(QByteArray((block - bytes.size() % block) % block, '\0'));
}

Result<> TarWriter::addFile(const QString& name, const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Io, u"%1 cannot be read: %2."_s.arg(path, file.errorString()));
    const auto size = file.size();
    SY_TRY(header(name, size));
    for (qint64 left = size; left > 0;) {
        auto bytes = file.read(std::min<qint64>(left, 1 << 20));
        if (bytes.isEmpty()) // it became shorter: the header's promise is kept
            bytes = QByteArray(qsizetype(std::min<qint64>(left, 1 << 20)), '\0');
        left -= bytes.size();
        SY_TRY(put(bytes));
    }
    return put(QByteArray(qsizetype((block - size % block) % block), '\0'));
}

Result<> TarWriter::finish()
{
    SY_TRY(put(QByteArray(2 * block, '\0')));
    if (!m_file->flush())
        return fail(ErrorCode::Io, u"%1 cannot be written: %2."_s.arg(m_file->fileName(), m_file->errorString()));
    m_file->close();
    return {};
}

namespace {

Result<> pack(TarWriter& tar, const Task& task, const QString& taskFolder)
{
    const auto top = u"task-%1/"_s.arg(task.id().toString());
    SY_TRY(tar.addBytes(top + u"task.json"_s, QJsonDocument(task.toJson()).toJson()));
    QDirIterator files(taskFolder, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const auto file = files.next();
        SY_TRY(tar.addFile(top + QDir(taskFolder).relativeFilePath(file), file));
    }
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
