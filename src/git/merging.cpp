#include "git/handle.h"
#include "git/repository.h"

#include <QDir>
#include <QFile>

#include <set>

#include <sys/stat.h>

namespace switchyard::git {

namespace {

constexpr unsigned safely =
    GIT_CHECKOUT_SAFE | GIT_CHECKOUT_DONT_OVERWRITE_IGNORED | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
#if LIBGIT2_VERSION_NUMBER >= 1090000
constexpr unsigned asRehearsal = safely | GIT_CHECKOUT_DRY_RUN | GIT_CHECKOUT_DONT_UPDATE_INDEX;
#else
constexpr unsigned asRehearsal =
    GIT_CHECKOUT_NONE | GIT_CHECKOUT_DONT_OVERWRITE_IGNORED | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
#endif

bool hasCheckedOut(git_repository* repository, const char* branch)
{
    Reference head;
    if (git_repository_is_bare(repository) || git_reference_lookup(std::out_ptr(head), repository, "HEAD") != 0)
        return false;
    return git_reference_type(head.get()) == GIT_REFERENCE_SYMBOLIC &&
           qstrcmp(git_reference_symbolic_target(head.get()), branch) == 0;
}

//! The repository object of the work tree that has the branch checked out; null if none has.
Result<RepositoryHandle> whereCheckedOut(git_repository* repository, const char* branch)
{
    RepositoryHandle place;
    auto status = git_repository_open(std::out_ptr(place), git_repository_commondir(repository));
    if (status != 0)
        return failGit(status, u"The repository cannot be opened"_s);
    if (hasCheckedOut(place.get(), branch))
        return place;
    StringArray names;
    if ((status = git_worktree_list(&names, repository)) != 0)
        return failGit(status, u"The worktrees cannot be listed"_s);
    for (size_t i = 0; i < names.count; ++i) {
        Worktree worktree;
        RepositoryHandle other;
        if (git_worktree_lookup(std::out_ptr(worktree), repository, names.strings[i]) == 0 &&
            git_worktree_validate(worktree.get()) == 0 &&
            git_repository_open_from_worktree(std::out_ptr(other), worktree.get()) == 0 &&
            hasCheckedOut(other.get(), branch))
            return other;
    }
    return RepositoryHandle();
}

QStringList conflictingPaths(git_index* index)
{
    std::set<QString> paths;
    Owner<git_index_conflict_iterator, git_index_conflict_iterator_free> iterator;
    if (git_index_conflict_iterator_new(std::out_ptr(iterator), index) == 0) {
        const git_index_entry *ancestor = nullptr, *ours = nullptr, *theirs = nullptr;
        while (git_index_conflict_next(&ancestor, &ours, &theirs, iterator.get()) == 0)
            for (const auto* entry : {ancestor, ours, theirs})
                if (entry)
                    paths.insert(fromGit(entry->path));
    }
    return QStringList(paths.begin(), paths.end());
}

//! The tree that joining the two commits gives. Conflict, naming the files, if they contradict each other.
Result<Tree> joinedTree(git_repository* repository, const git_commit* ours, const git_commit* theirs,
                        const QString& branch, const QString& into)
{
    git_merge_options options = GIT_MERGE_OPTIONS_INIT;
    Index index;
    auto status = git_merge_commits(std::out_ptr(index), repository, ours, theirs, &options);
    if (status != 0)
        return failGit(status, u"“%1” cannot be merged into “%2”"_s.arg(branch, into));
    if (git_index_has_conflicts(index.get()))
        return fail(
            ErrorCode::Conflict,
            u"“%1” and “%2” changed the same lines: %3."_s.arg(branch, into, nameSome(conflictingPaths(index.get()))),
            u"Merge “%1” into “%2” first and settle the differences there."_s.arg(into, branch));
    git_oid id;
    Tree tree;
    status = git_index_write_tree_to(&id, index.get(), repository);
    if (status == 0)
        status = git_tree_lookup(std::out_ptr(tree), repository, &id);
    if (status != 0)
        return failGit(status, u"The merged files cannot be stored"_s);
    return tree;
}

//! Brings a work tree from one tree to another without touching what is not committed.
class CheckoutUpdate
{
public:
    CheckoutUpdate(git_repository* place, git_tree* from, git_tree* to) : m_place(place), m_from(from), m_to(to) {}

    //! Looks for everything that would be overwritten; changes nothing.
    Result<> prepare()
    {
        if (git_repository_state(m_place) != GIT_REPOSITORY_STATE_NONE)
            return fail(ErrorCode::Conflict, u"%1 is in the middle of a merge or rebase."_s.arg(folder()),
                        u"Finish or abort it there first."_s);
        SY_TRY(findPaths());
        if (m_paths.isEmpty())
            return {};
        constexpr unsigned everything = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                                        GIT_STATUS_OPT_INCLUDE_IGNORED | GIT_STATUS_OPT_RECURSE_IGNORED_DIRS;
        SY_TRY_ASSIGN(auto inTheWay, statusPaths(m_place, everything, m_paths));
        inTheWay << filesWhereFoldersMustBe();
        if (inTheWay.isEmpty()) {
            // Whatever else libgit2 would stumble over.
            const auto status = checkout(m_to, m_from, asRehearsal, &inTheWay);
            if (status != 0 && inTheWay.isEmpty())
                return failGit(status, u"The files in %1 cannot be updated"_s.arg(folder()));
        }
        if (!inTheWay.isEmpty())
            return fail(ErrorCode::Conflict,
                        u"%1 has changes that are not committed and would be overwritten: %2."_s.arg(
                            folder(), nameSome(inTheWay)),
                        u"Commit or stash them, then merge again."_s);
        return {};
    }

    Result<> apply()
    {
        if (m_paths.isEmpty())
            return {};
        if (const auto status = checkout(m_to, m_from, safely, nullptr)) {
            const auto error = failGit(status, u"The files in %1 cannot be updated"_s.arg(folder()));
            revert();
            return error;
        }
        return {};
    }

    //! prepare() found all these paths clean, so nothing of the user's is lost.
    void revert() { checkout(m_from, m_to, GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH, nullptr); }

private:
    QString folder() const { return QDir::cleanPath(QFile::decodeName(git_repository_workdir(m_place))); }

    Result<> findPaths()
    {
        GitDiff diff;
        if (const auto status = git_diff_tree_to_tree(std::out_ptr(diff), m_place, m_from, m_to, nullptr))
            return failGit(status, u"The changes cannot be listed"_s);
        for (size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i)
            m_paths << QByteArray(git_diff_get_delta(diff.get(), i)->new_file.path);
        return {};
    }

    //! Untracked files and links at the place of a folder that is needed; a path list hides these from libgit2.
    QStringList filesWhereFoldersMustBe() const
    {
        const std::set<QByteArray> changing(m_paths.begin(), m_paths.end());
        std::set<QByteArray> seen;
        QStringList found;
        for (const auto& path : m_paths)
            for (auto end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
                const auto parent = path.first(end);
                if (changing.contains(parent) || !seen.insert(parent).second)
                    continue;
                struct stat info{};
                if (lstat((git_repository_workdir(m_place) + parent).constData(), &info) == 0 && !S_ISDIR(info.st_mode))
                    found << fromGit(parent.constData());
            }
        return found;
    }

    static int noteConflict(git_checkout_notify_t, const char* path, const git_diff_file*, const git_diff_file*,
                            const git_diff_file*, void* payload)
    {
        *static_cast<QStringList*>(payload) << fromGit(path);
        return 0;
    }

    int checkout(git_tree* to, git_tree* from, unsigned strategy, QStringList* conflicts)
    {
        std::vector<char*> names;
        for (const auto& path : std::as_const(m_paths))
            names.push_back(const_cast<char*>(path.constData()));
        git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
        options.checkout_strategy = strategy;
        options.baseline = from;
        options.paths = {names.data(), names.size()};
        if (conflicts) {
            options.notify_flags = GIT_CHECKOUT_NOTIFY_CONFLICT;
            options.notify_cb = noteConflict;
            options.notify_payload = conflicts;
        }
        return git_checkout_tree(m_place, reinterpret_cast<git_object*>(to), &options);
    }

    git_repository* const m_place;
    git_tree* const m_from;
    git_tree* const m_to;
    QList<QByteArray> m_paths;
};

} // namespace

Result<MergeOutcome> Repository::merge(const QString& branch, const QString& into, const QString& message)
{
    return join(branch, into, message, false);
}

Result<> Repository::rehearseMerge(const QString& branch, const QString& into)
{
    SY_TRY(join(branch, into, {}, true));
    return {};
}

Result<MergeOutcome> Repository::join(const QString& branch, const QString& into, const QString& message, bool rehearse)
{
    SY_TRY_ASSIGN(const auto name, findBranch(m_repository.get(), into));
    SY_TRY_ASSIGN(const auto place, whereCheckedOut(m_repository.get(), git_reference_name(name.get())));
    // Everything is read through the work tree's own handle: libgit2 ties objects to the one that read them.
    auto* const repository = place ? place.get() : m_repository.get();
    SY_TRY_ASSIGN(const auto source, findBranch(repository, branch));
    SY_TRY_ASSIGN(const auto target, findBranch(repository, into));
    SY_TRY_ASSIGN(const auto theirs, commitAt(repository, *git_reference_target(source.get())));
    SY_TRY_ASSIGN(const auto ours, commitAt(repository, *git_reference_target(target.get())));
    const auto *theirId = git_commit_id(theirs.get()), *ourId = git_commit_id(ours.get());
    if (git_oid_equal(ourId, theirId) || git_graph_descendant_of(repository, ourId, theirId) == 1)
        return MergeOutcome{idText(*ourId), true}; // merged already
    const bool forward = git_graph_descendant_of(repository, theirId, ourId) == 1;

    SY_TRY_ASSIGN(const auto oldTree, treeOf(ours.get()));
    SY_TRY_ASSIGN(const auto newTree,
                  forward ? treeOf(theirs.get()) : joinedTree(repository, ours.get(), theirs.get(), branch, into));
    // Files first, then the branch: should we die in between, the merge shows as changes that can be looked at, not
    // as a work tree that would silently undo it.
    std::optional<CheckoutUpdate> update;
    if (place) {
        update.emplace(repository, oldTree.get(), newTree.get());
        SY_TRY(update->prepare());
    }
    git_oid id = *theirId;
    if (rehearse)
        return MergeOutcome{idText(id), forward};
    if (!forward) {
        SY_TRY_ASSIGN(const auto author, identity(repository));
        const git_commit* parents[] = {ours.get(), theirs.get()};
        if (const auto status = git_commit_create(&id, repository, nullptr, author.get(), author.get(), nullptr,
                                                  message.toUtf8().constData(), newTree.get(), 2, parents))
            return failGit(status, u"The merge commit cannot be made"_s);
    }
    if (update)
        SY_TRY(update->apply());
    const auto note = u"merge %1: %2"_s.arg(branch, forward ? u"Fast-forward"_s : u"Merge made by Switchyard"_s);
    Reference moved;
    // Fails if somebody moved the branch since we read it.
    if (const auto status =
            git_reference_set_target(std::out_ptr(moved), target.get(), &id, note.toUtf8().constData())) {
        const auto error = failGit(status, u"The branch “%1” cannot be moved"_s.arg(into), u"Merge again."_s);
        if (update)
            update->revert();
        return error;
    }
    return MergeOutcome{idText(id), forward};
}

} // namespace switchyard::git
