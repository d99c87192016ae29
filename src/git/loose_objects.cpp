#include "git/loose_objects.h"

#include "git/handle.h"

#include <QFile>

#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace switchyard::git {

namespace {

constexpr size_t largestRead = 256 << 20; // a file that claims more is not inflated

using ObjectDatabase = Owner<git_odb, git_odb_free>;
using StoredObject = Owner<git_odb_object, git_odb_object_free>;
using Folder = std::unique_ptr<DIR, decltype([](DIR* folder) { closedir(folder); })>;

bool isWhole(git_odb* database, const QByteArray& id)
{
    git_oid oid;
    constexpr qsizetype digits = 40; // of a SHA-1
    if (id.size() != digits || git_oid_fromstr(&oid, id.constData()) != 0)
        return true; // of a kind that this libgit2 does not know
    size_t size = 0;
    git_object_t type{};
    if (git_odb_read_header(&size, &type, database, &oid) != 0 || size > largestRead)
        return false;
    StoredObject object;
    return git_odb_read(std::out_ptr(object), database, &oid) == 0; // compares content and name
}

} // namespace

LooseObjects LooseObjects::in(const QString& gitFolder)
{
    LooseObjects result;
    result.m_gitFolder = gitFolder;
    result.m_stamps = stampsIn(gitFolder);
    return result;
}

LooseObjects::Stamps LooseObjects::stampsIn(const QString& gitFolder)
{
    Stamps result;
    for (int first = 0; first < 256; ++first) {
        const auto prefix = QByteArray::number(first, 16).rightJustified(2, '0');
        const Folder folder(opendir((QFile::encodeName(gitFolder + u"/objects/"_s) + prefix).constData()));
        while (const auto* const entry = folder ? readdir(folder.get()) : nullptr) {
            constexpr size_t shortestRest = 38; // of a SHA-1; temporary files are shorter
            struct stat info{};
            const QByteArray rest(entry->d_name);
            if (size_t(rest.size()) < shortestRest ||
                fstatat(dirfd(folder.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
                continue;
            if (result.size() >= mostObjects)
                return result;
            constexpr qint64 nanoseconds = 1'000'000'000;
            result.insert(prefix + rest, {quint64(info.st_ino), qint64(info.st_size),
                                          qint64(info.st_ctim.tv_sec) * nanoseconds + info.st_ctim.tv_nsec});
        }
    }
    return result;
}

Result<QStringList> LooseObjects::damaged() const
{
    if (m_stamps.isEmpty())
        return QStringList();
    const auto now = stampsIn(m_gitFolder);
    startLibrary();
    ObjectDatabase database;
    const auto path = QFile::encodeName(m_gitFolder + u"/objects"_s);
    if (const auto failed = git_odb_open(std::out_ptr(database), path.constData()))
        return failGit(failed, u"The objects of %1 cannot be checked"_s.arg(m_gitFolder));
    QStringList result;
    for (auto it = m_stamps.begin(); it != m_stamps.end(); ++it) {
        if (now.value(it.key()) != *it && !isWhole(database.get(), it.key()))
            result << QString::fromLatin1(it.key());
    }
    result.sort();
    return result;
}

} // namespace switchyard::git
