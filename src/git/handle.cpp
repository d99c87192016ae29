#include "git/handle.h"

#include <QDir>
#include <QFileInfo>

namespace switchyard::git {

namespace {

ErrorCode codeFor(int status, int errorClass)
{
    switch (status) {
    case GIT_ENOTFOUND:
        return ErrorCode::NotFound;
    case GIT_EINVALIDSPEC:
    case GIT_EAMBIGUOUS:
        return ErrorCode::Invalid;
    case GIT_EEXISTS:
    case GIT_ECONFLICT:
    case GIT_EMERGECONFLICT:
    case GIT_EUNMERGED:
    case GIT_EUNCOMMITTED:
    case GIT_EMODIFIED:
        return ErrorCode::Conflict;
    case GIT_ELOCKED:
        return ErrorCode::Unavailable;
    case GIT_EOWNER:
        return ErrorCode::Forbidden;
    default:
        break;
    }
    switch (errorClass) {
    case GIT_ERROR_OS:
        return ErrorCode::Io;
    case GIT_ERROR_ZLIB:
    case GIT_ERROR_ODB:
    case GIT_ERROR_OBJECT:
    case GIT_ERROR_INDEX:
        return ErrorCode::Corrupt;
    case GIT_ERROR_CONFIG:
    case GIT_ERROR_INVALID:
        return ErrorCode::Invalid;
    default:
        return ErrorCode::Internal;
    }
}

} // namespace

void startLibrary()
{
    // Never shut down: handles may outlive any object of ours, and the process gives everything back.
    static const int started = git_libgit2_init();
    Q_UNUSED(started)
}

std::unexpected<Error> failGit(int status, const QString& what, const QString& hint)
{
    const auto* error = git_error_last();
    const auto reason = error && error->message ? fromGit(error->message).trimmed() : u"git error %1"_s.arg(status);
    auto wayOut = hint;
    if (wayOut.isEmpty() && status == GIT_ELOCKED)
        wayOut = u"Another git program is at work there; try again when it is done."_s;
    return fail(codeFor(status, error ? error->klass : GIT_ERROR_NONE), u"%1: %2."_s.arg(what, reason), wayOut);
}

QString idText(const git_oid& id)
{
    char text[GIT_OID_HEXSZ + 1];
    return QString::fromLatin1(git_oid_tostr(text, sizeof text, &id));
}

QString nameSome(const QStringList& paths)
{
    constexpr qsizetype shown = 8;
    const auto names = paths.first(qMin(shown, paths.size())).join(u", "_s);
    return paths.size() > shown ? u"%1 and %2 more"_s.arg(names).arg(paths.size() - shown) : names;
}

Result<Commit> commitAt(git_repository* repository, const git_oid& id)
{
    Commit commit;
    if (const auto status = git_commit_lookup(std::out_ptr(commit), repository, &id))
        return failGit(status, u"The commit %1 cannot be read"_s.arg(idText(id)));
    return commit;
}

Result<Commit> findCommit(git_repository* repository, const QString& branchOrRevision)
{
    if (branchOrRevision.isEmpty())
        return fail(ErrorCode::Invalid, u"No branch or commit was named."_s);
    Object object;
    // A branch first: its name may read like the short form of some commit.
    const auto branch = "refs/heads/" + branchOrRevision.toUtf8();
    auto status = git_revparse_single(std::out_ptr(object), repository, branch.constData());
    if (status != 0)
        status = git_revparse_single(std::out_ptr(object), repository, branchOrRevision.toUtf8().constData());
    if (status != 0)
        return failGit(status, u"“%1” names no branch or commit"_s.arg(branchOrRevision));
    Object peeled;
    if (const auto failed = git_object_peel(std::out_ptr(peeled), object.get(), GIT_OBJECT_COMMIT))
        return failGit(failed, u"“%1” names no commit"_s.arg(branchOrRevision));
    return commitAt(repository, *git_object_id(peeled.get()));
}

Result<Tree> treeOf(const git_commit* commit)
{
    Tree tree;
    if (const auto status = git_commit_tree(std::out_ptr(tree), commit))
        return failGit(status, u"The files of commit %1 cannot be read"_s.arg(idText(*git_commit_id(commit))));
    return tree;
}

Result<Reference> findBranch(git_repository* repository, const QString& name)
{
    Reference reference;
    const auto status =
        git_branch_lookup(std::out_ptr(reference), repository, name.toUtf8().constData(), GIT_BRANCH_LOCAL);
    if (status == GIT_ENOTFOUND)
        return fail(ErrorCode::NotFound, u"There is no branch “%1”."_s.arg(name));
    if (status != 0)
        return failGit(status, u"The branch “%1” cannot be read"_s.arg(name));
    return reference;
}

Result<Signature> identity(git_repository* repository)
{
    Signature signature;
    auto status = git_signature_default(std::out_ptr(signature), repository);
    if (status != 0) // no name, no address, or one that git cannot write
        status = git_signature_now(std::out_ptr(signature), "Switchyard", "switchyard@localhost");
    if (status != 0)
        return failGit(status, u"No author can be made for the commit"_s);
    return signature;
}

Result<QStringList> statusPaths(git_repository* repository, unsigned flags, const QList<QByteArray>& paths)
{
    git_status_options options = GIT_STATUS_OPTIONS_INIT;
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
    options.flags = flags;
    std::vector<char*> names;
    for (const auto& path : paths)
        names.push_back(const_cast<char*>(path.constData()));
    if (!paths.isEmpty()) {
        options.flags |= GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
        options.pathspec = {names.data(), names.size()};
    }
    StatusList list;
    if (const auto status = git_status_list_new(std::out_ptr(list), repository, &options))
        return failGit(status, u"The state of the files cannot be read"_s);
    QStringList found;
    for (size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
        const auto* entry = git_status_byindex(list.get(), i);
        const auto* delta = entry->index_to_workdir ? entry->index_to_workdir : entry->head_to_index;
        if (delta && entry->status != GIT_STATUS_CURRENT)
            found << fromGit(delta->new_file.path ? delta->new_file.path : delta->old_file.path);
    }
    return found;
}

QString comparablePath(const QString& path)
{
    const auto clean = QDir::cleanPath(QDir::current().absoluteFilePath(path));
    if (const auto canonical = QFileInfo(clean).canonicalFilePath(); !canonical.isEmpty())
        return canonical;
    const QFileInfo info(clean);
    const auto parent = QFileInfo(info.path()).canonicalFilePath();
    return parent.isEmpty() ? clean : QDir(parent).filePath(info.fileName());
}

} // namespace switchyard::git
