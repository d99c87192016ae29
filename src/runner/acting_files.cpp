#include "runner/acting_files.h"

#include "base/json.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

namespace switchyard::runner {

namespace {

constexpr qint64 largestFile = 16 << 20; // of a larger one the date counts
constexpr int mostFiles = 5000;

void addFile(QCryptographicHash& hash, const QString& path)
{
    const QFileInfo info(path);
    hash.addData(path.toUtf8());
    if (info.isSymLink()) {
        hash.addData(info.symLinkTarget().toUtf8());
        return;
    }
    QFile file(path);
    if (info.isFile() && info.size() <= largestFile && file.open(QIODevice::ReadOnly))
        hash.addData(file.read(largestFile));
    else
        hash.addData(QByteArray::number(info.lastModified().toMSecsSinceEpoch()));
}

QByteArray digestOfValue(const QString& path, const QString& key)
{
    const auto json = readJsonFile(path);
    const auto value = json ? (*json)[key] : QJsonValue();
    if (value.isUndefined() || value.isNull() || (value.isObject() && value.toObject().isEmpty()))
        return {};
    return QCryptographicHash::hash(compactJson({{key, value}}), QCryptographicHash::Sha256);
}

QByteArray digestOf(const QString& path)
{
    if (const auto at = path.indexOf(u'#'); at >= 0)
        return digestOfValue(path.first(at), path.sliced(at + 1));
    const QFileInfo info(path);
    if (!info.exists() && !info.isSymLink())
        return {};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!info.isDir()) {
        addFile(hash, path);
        return hash.result();
    }
    QStringList files;
    QDirIterator it(path, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (it.hasNext() && files.size() < mostFiles)
        files << it.next();
    if (files.isEmpty())
        return {};
    files.sort();
    for (const auto& file : std::as_const(files))
        addFile(hash, file);
    return hash.result();
}

} // namespace

ActingFiles ActingFiles::in(const QStringList& paths)
{
    ActingFiles result;
    for (const auto& path : paths)
        result.m_digests.insert(path, digestOf(path));
    return result;
}

QStringList ActingFiles::changed() const
{
    QStringList result;
    for (auto it = m_digests.begin(); it != m_digests.end(); ++it) {
        if (digestOf(it.key()) != it.value())
            result << it.key();
    }
    return result;
}

} // namespace switchyard::runner
