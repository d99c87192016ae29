// Recovery points: the files of a work tree as they were, kept as commits on hidden references.
#include "git/handle.h"
#include "git/repository.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace switchyard::git {

namespace {

constexpr qint64 largestKept = qint64(64) << 20;

QByteArray folderOf(const QString& owner)
{
    return "refs/switchyard/recovery/" + owner.toUtf8() + '/';
}

struct Skipping {
    QDir folder;
    QStringList leftOut;
};

//! Neither repositories of their own nor very large files: a recovery point must not take minutes.
int skipUnkept(const char* path, const char*, void* payload)
{
    auto* const skipping = static_cast<Skipping*>(payload);
    const auto name = QFile::decodeName(path);
    if (name.endsWith(u'/'))
        return 1;
    const QFileInfo info(skipping->folder.filePath(name));
    if (info.isSymLink() || info.size() <= largestKept)
        return 0;
    skipping->leftOut << name;
    return 1;
}

//! The tree of what lies in the folder now. The index on disk stays as it is.
Result<git_oid> treeOfFolder(const QString& folder, QStringList& leftOut)
{
    const auto what = u"The files in %1 cannot be kept"_s.arg(folder);
    RepositoryHandle fresh; // its index is changed in memory only, and goes with it
    auto status = git_repository_open_ext(std::out_ptr(fresh), QFile::encodeName(folder).constData(), 0, nullptr);
    Index index;
    if (status == 0)
        status = git_repository_index(std::out_ptr(index), fresh.get());
    Skipping skipping{QDir(folder), {}};
    if (status == 0)
        status = git_index_add_all(index.get(), nullptr, GIT_INDEX_ADD_DEFAULT, skipUnkept, &skipping);
    git_oid tree;
    if (status == 0)
        status = git_index_write_tree(&tree, index.get());
    if (status != 0)
        return failGit(status, what);
    leftOut = skipping.leftOut;
    return tree;
}

RecoveryPoint describePoint(int number, git_commit* commit)
{
    return {number, idText(*git_commit_id(commit)), fromMilliseconds(qint64(git_commit_time(commit)) * 1000),
            fromGit(git_commit_message(commit)).trimmed()};
}

} // namespace

Result<QList<RecoveryPoint>> Repository::recoveryPoints(const QString& owner) const
{
    Owner<git_reference_iterator, git_reference_iterator_free> iterator;
    const auto folder = folderOf(owner);
    auto status =
        git_reference_iterator_glob_new(std::out_ptr(iterator), m_repository.get(), (folder + '*').constData());
    QList<RecoveryPoint> points;
    while (status == 0) {
        const char* name = nullptr;
        if ((status = git_reference_next_name(&name, iterator.get())) != 0)
            break;
        bool isNumber = false;
        const int number = QByteArray(name).sliced(folder.size()).toInt(&isNumber);
        git_oid id;
        if (!isNumber || git_reference_name_to_id(&id, m_repository.get(), name) != 0)
            continue;
        if (const auto commit = commitAt(m_repository.get(), id))
            points << describePoint(number, commit->get());
    }
    if (status != GIT_ITEROVER)
        return failGit(status, u"The recovery points of %1 cannot be listed"_s.arg(owner));
    std::ranges::sort(points, {}, &RecoveryPoint::number);
    return points;
}

Result<RecoveryPoint> Repository::addRecoveryPoint(const QString& owner, const QString& message)
{
    const auto what = u"A recovery point of %1 cannot be made"_s.arg(workdir());
    SY_TRY_ASSIGN(const auto points, recoveryPoints(owner));
    QStringList leftOut;
    SY_TRY_ASSIGN(const auto treeId, treeOfFolder(workdir(), leftOut));
    Tree tree;
    if (const auto status = git_tree_lookup(std::out_ptr(tree), m_repository.get(), &treeId))
        return failGit(status, what);
    git_oid head;
    Commit parent;
    if (git_reference_name_to_id(&head, m_repository.get(), "HEAD") == 0) {
        SY_TRY_ASSIGN(parent, commitAt(m_repository.get(), head));
    }
    if (!points.isEmpty()) { // nothing has changed: the newest one will do
        git_oid newest;
        git_oid_fromstr(&newest, points.last().commit.toLatin1().constData());
        const auto commit = commitAt(m_repository.get(), newest);
        if (commit && git_oid_equal(git_commit_tree_id(commit->get()), &treeId))
            return points.last();
    }
    SY_TRY_ASSIGN(const auto author, identity(m_repository.get()));
    const int number = points.isEmpty() ? 1 : points.last().number + 1;
    auto text = message;
    if (!leftOut.isEmpty())
        text += u"\n\nLeft out, being larger than 64 MiB: "_s + nameSome(leftOut);
    const git_commit* parents[] = {parent.get()};
    git_oid id;
    const auto status = git_commit_create(
        &id, m_repository.get(), (folderOf(owner) + QByteArray::number(number)).constData(), author.get(), author.get(),
        nullptr, text.toUtf8().constData(), tree.get(), parent ? 1 : 0, parents);
    if (status != 0)
        return failGit(status, what);
    SY_TRY_ASSIGN(const auto commit, commitAt(m_repository.get(), id));
    return describePoint(number, commit.get());
}

Result<> Repository::restoreRecoveryPoint(const QString& owner, int number)
{
    git_oid id;
    const auto name = folderOf(owner) + QByteArray::number(number);
    if (git_reference_name_to_id(&id, m_repository.get(), name.constData()) != 0)
        return fail(ErrorCode::NotFound, u"There is no recovery point %1 of %2."_s.arg(number).arg(owner));
    SY_TRY_ASSIGN(const auto commit, commitAt(m_repository.get(), id));
    git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
    // The branch stays where it is, so that the difference can be seen and committed.
    options.checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_REMOVE_UNTRACKED | GIT_CHECKOUT_DONT_UPDATE_INDEX;
    if (const auto status =
            git_checkout_tree(m_repository.get(), reinterpret_cast<git_object*>(commit.get()), &options))
        return failGit(status, u"The files of recovery point %1 cannot be brought back"_s.arg(number));
    return {};
}

Result<> Repository::removeRecoveryPoints(const QString& owner)
{
    SY_TRY_ASSIGN(const auto points, recoveryPoints(owner));
    for (const auto& point : points) {
        const auto name = folderOf(owner) + QByteArray::number(point.number);
        if (const auto status = git_reference_remove(m_repository.get(), name.constData()))
            return failGit(status, u"The recovery point %1 of %2 cannot be removed"_s.arg(point.number).arg(owner));
    }
    return {};
}

} // namespace switchyard::git
