#include "gate/preview_git.h"

#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <git2.h>

namespace switchyard::gate {

using namespace Qt::StringLiterals;

namespace {
constexpr int mostShown = 8, mostCommits = 1000;

struct Changes {
    QStringList names; // the first few
    qint64 count = 0, bytes = 0;
    bool complete = true;
};

QString summed(const Changes& changes, const QString& one, const QString& many)
{
    auto names = changes.names;
    if (changes.count > names.size())
        names << u"…"_s;
    const auto number = QLocale::c().toString(changes.count);
    const auto bytes =
        changes.bytes > 0 ? u" ("_s + QLocale::c().formattedDataSize(changes.bytes, 1) + u')' : QString();
    return (changes.complete ? QString() : u"at least "_s) + number + u' ' + (changes.count == 1 ? one : many) + bytes +
           u": "_s + names.join(u", "_s);
}
} // namespace

struct GitFacts::Handles {
    git_repository* repository = nullptr;
    git_index* index = nullptr;
    QString root; // with a / at its end

    Handles() { git_libgit2_init(); }
    ~Handles()
    {
        git_index_free(index);
        git_repository_free(repository);
        git_libgit2_shutdown();
    }
    QByteArray inside(const QString& path) const
    {
        return path.startsWith(root) ? path.sliced(root.size()).toUtf8() : QByteArray();
    }
};

GitFacts::GitFacts(const QString& folder, QDeadlineTimer deadline)
    : m_handles(std::make_unique<Handles>()), m_deadline(deadline)
{
    auto& handles = *m_handles;
    if (folder.isEmpty() || git_repository_open_ext(&handles.repository, folder.toUtf8().constData(),
                                                    GIT_REPOSITORY_OPEN_CROSS_FS, nullptr) != 0)
        return;
    handles.root = QString::fromUtf8(git_repository_workdir(handles.repository));
    if (handles.root.isEmpty() || git_repository_index(&handles.index, handles.repository) != 0) {
        git_repository_free(handles.repository);
        handles.repository = nullptr;
    }
}

GitFacts::~GitFacts() = default;

bool GitFacts::valid() const
{
    return m_handles->repository != nullptr;
}

GitFacts::Kind GitFacts::kindOf(const QString& path) const
{
    const auto name = valid() ? m_handles->inside(path) : QByteArray();
    if (name.isEmpty())
        return Kind::Unknown;
    if (git_index_get_bypath(m_handles->index, name.constData(), 0))
        return Kind::Tracked;
    int ignored = 0;
    if (git_ignore_path_is_ignored(&ignored, m_handles->repository, name.constData()) != 0)
        return Kind::Unknown;
    return ignored ? Kind::Ignored : Kind::Untracked;
}

bool GitFacts::isFreeOfTracked(const QString& path) const
{
    const auto name = valid() ? m_handles->inside(path) : QByteArray();
    if (name.isEmpty() || name == ".git" || name.startsWith(".git/"))
        return false;
    size_t at = 0;
    if (git_index_get_bypath(m_handles->index, name.constData(), 0) ||
        git_index_find_prefix(&at, m_handles->index, (name + '/').constData()) == 0)
        return false;
    // What was only taken out of the index (git rm --cached) is still the project's.
    git_object* tree = nullptr;
    if (git_revparse_single(&tree, m_handles->repository, "HEAD^{tree}") != 0)
        return false;
    git_tree_entry* entry = nullptr;
    const int found = git_tree_entry_bypath(&entry, reinterpret_cast<git_tree*>(tree), name.constData());
    git_tree_entry_free(entry);
    git_object_free(tree);
    return found == GIT_ENOTFOUND;
}

namespace {
//! Collects what differs between index and folder, until the time is up.
struct Collector {
    const QDeadlineTimer& deadline;
    const QList<QByteArray>& below;
    quint32 wanted; // bits of git_delta_t
    QString root;
    Changes changes;

    static int progress(const git_diff*, const char*, const char*, void* self)
    {
        return static_cast<Collector*>(self)->deadline.hasExpired() ? -1 : 0;
    }
    void take(const git_diff_delta& delta)
    {
        const QByteArray name(delta.new_file.path);
        const bool named = below.isEmpty() || std::ranges::any_of(below, [&name](const QByteArray& path) {
                               return path.isEmpty() || name == path || name.startsWith(path + '/');
                           });
        if (!named || !(wanted & (1U << delta.status)))
            return;
        if (++changes.count <= mostShown)
            changes.names << QString::fromUtf8(name);
        changes.bytes += QFileInfo(root + QString::fromUtf8(name)).size();
    }
};

Changes collect(git_repository* repository, git_index* index, const QString& root, quint32 wanted, quint32 flags,
                const QList<QByteArray>& below, const QDeadlineTimer& deadline)
{
    Collector collector{deadline, below, wanted, root, {}};
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags |= flags;
    options.payload = &collector;
    options.progress_cb = &Collector::progress;
    git_diff* diff = nullptr;
    if (git_diff_index_to_workdir(&diff, repository, index, &options) != 0) {
        collector.changes.complete = false;
        return collector.changes;
    }
    for (size_t i = 0; i < git_diff_num_deltas(diff); ++i)
        collector.take(*git_diff_get_delta(diff, i));
    git_diff_free(diff);
    return collector.changes;
}

QList<QByteArray> insideAll(const QStringList& paths, const QString& folder, const QString& root)
{
    QList<QByteArray> out;
    for (const auto& path : paths) {
        const auto whole = QDir::cleanPath(QDir(folder).absoluteFilePath(path));
        if (whole + u'/' == root)
            return {};
        if (whole.startsWith(root))
            out << whole.sliced(root.size()).toUtf8();
    }
    return out;
}
} // namespace

QStringList GitFacts::discardsChanges(const QStringList& paths, const QString& folder) const
{
    const auto changes = collect(m_handles->repository, m_handles->index, m_handles->root,
                                 1U << GIT_DELTA_MODIFIED | 1U << GIT_DELTA_DELETED | 1U << GIT_DELTA_TYPECHANGE, 0,
                                 insideAll(paths, folder, m_handles->root), m_deadline);
    if (changes.count == 0)
        return {changes.complete ? u"no changed file is there to be discarded"_s
                                 : u"how many changed files there are could not be found out in time"_s};
    return {u"discards the changes in "_s + summed(changes, u"tracked file"_s, u"tracked files"_s)};
}

QStringList GitFacts::removesUntracked(bool ignored, bool onlyIgnored, const QStringList& paths,
                                       const QString& folder) const
{
    const auto below = insideAll(paths, folder, m_handles->root);
    QStringList lines;
    const auto add = [&](git_delta_t kind, quint32 flags, const QString& one, const QString& many) {
        const auto changes =
            collect(m_handles->repository, m_handles->index, m_handles->root, 1U << kind, flags, below, m_deadline);
        if (changes.count > 0)
            lines << u"deletes "_s + summed(changes, one, many);
        else if (!changes.complete)
            lines << u"how many "_s + many + u" there are could not be found out in time"_s;
    };
    if (!onlyIgnored)
        add(GIT_DELTA_UNTRACKED, GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS, u"untracked file"_s,
            u"untracked files"_s);
    if (ignored)
        add(GIT_DELTA_IGNORED,
            GIT_DIFF_INCLUDE_IGNORED | GIT_DIFF_RECURSE_IGNORED_DIRS | GIT_DIFF_INCLUDE_UNTRACKED |
                GIT_DIFF_RECURSE_UNTRACKED_DIRS, // a folder of ignored files only is not ignored itself
            u"ignored file"_s, u"ignored files"_s);
    return lines.isEmpty() ? QStringList{u"no such file is there to be deleted"_s} : lines;
}

// Commits that `from` reaches and neither `keep` nor any reference but `leaving` does.
QStringList GitFacts::unreachable(const QString& from, const QString& keep, const QString& leaving) const
{
    auto* repository = m_handles->repository;
    const auto resolve = [repository](const QString& name, git_oid* oid) {
        git_object *found = nullptr, *commit = nullptr;
        const bool fine = git_revparse_single(&found, repository, name.toUtf8().constData()) == 0 &&
                          git_object_peel(&commit, found, GIT_OBJECT_COMMIT) == 0;
        if (fine)
            *oid = *git_object_id(commit);
        git_object_free(commit);
        git_object_free(found);
        return fine;
    };
    git_oid start, other;
    git_revwalk* walk = nullptr;
    if (!resolve(from, &start) || git_revwalk_new(&walk, repository) != 0)
        return {u"%1 is not known to git here"_s.arg(from.left(80))};
    git_revwalk_push(walk, &start);
    if (!keep.isEmpty() && resolve(keep, &other))
        git_revwalk_hide(walk, &other);
    git_reference_iterator* references = nullptr;
    const char* name = nullptr;
    if (git_reference_iterator_new(&references, repository) == 0)
        while (!m_deadline.hasExpired() && git_reference_next_name(&name, references) == 0)
            if (QString::fromUtf8(name) != leaving && git_reference_name_to_id(&other, repository, name) == 0)
                git_revwalk_hide(walk, &other);
    git_reference_iterator_free(references);
    Changes commits;
    git_oid oid;
    while (commits.count < mostCommits && git_revwalk_next(&oid, walk) == 0) {
        if (m_deadline.hasExpired()) {
            commits.complete = false;
            break;
        }
        git_commit* commit = nullptr;
        if (++commits.count <= mostShown && git_commit_lookup(&commit, repository, &oid) == 0) {
            commits.names << QString::fromLatin1(git_oid_tostr_s(&oid)).left(8) + u' ' +
                                 QString::fromUtf8(git_commit_summary(commit)).left(60);
            git_commit_free(commit);
        }
    }
    git_revwalk_free(walk);
    if (commits.count == 0)
        return commits.complete ? QStringList()
                                : QStringList{u"which commits would be lost could not be found out in time"_s};
    commits.complete = commits.complete && commits.count < mostCommits;
    return {u"leaves without a branch or tag "_s + summed(commits, u"commit"_s, u"commits"_s)};
}

QStringList GitFacts::stashes(bool all) const
{
    QStringList names;
    const auto take = [](size_t, const char* message, const git_oid*, void* list) {
        *static_cast<QStringList*>(list) << QString::fromUtf8(message).left(80);
        return 0;
    };
    git_stash_foreach(m_handles->repository, take, &names);
    if (names.isEmpty())
        return {u"nothing is stashed"_s};
    if (!all)
        return {u"deletes a stash; there are %1: %2"_s.arg(names.size())
                    .arg(names.first(std::min<qsizetype>(names.size(), mostShown)).join(u", "_s))};
    return {u"deletes all %1 stashes: %2"_s.arg(names.size())
                .arg(names.first(std::min<qsizetype>(names.size(), mostShown)).join(u", "_s))};
}

QStringList GitFacts::preview(const QStringList& words, const QString& folder) const
{
    if (!valid() || words.isEmpty())
        return {};
    const auto& sub = words.first();
    QStringList flags, plain, afterDashes;
    bool dashes = false;
    for (const auto& word : words.sliced(1)) {
        if (word == u"--")
            dashes = true;
        else if (dashes)
            afterDashes << word;
        else
            (word.startsWith(u'-') && word.size() > 1 ? flags : plain) << word;
    }
    const auto has = [&flags](QChar letter, const QString& name) {
        return flags.contains(name) || std::ranges::any_of(flags, [letter](const QString& flag) {
                   return !flag.startsWith(u"--") && flag.contains(letter);
               });
    };
    if (sub == u"reset")
        return discardsChanges({}, folder) +
               (plain.isEmpty() ? QStringList() : unreachable(u"HEAD"_s, plain.first(), currentBranch()));
    if (sub == u"restore")
        return discardsChanges(plain + afterDashes, folder);
    if (sub == u"checkout" || sub == u"switch") {
        if (dashes)
            return discardsChanges(afterDashes, folder);
        const bool force = has(u'f', u"--force"_s) || flags.contains(u"--discard-changes");
        auto paths = plain;
        if (!force && paths.size() > 1)
            paths.removeFirst();
        return discardsChanges(force ? QStringList() : paths, folder);
    }
    if (sub == u"clean")
        return removesUntracked(has(u'x', u"--x"_s) || has(u'X', u"--X"_s), has(u'X', u"--X"_s), plain + afterDashes,
                                folder);
    if (sub == u"branch") {
        QStringList lines;
        for (const auto& branch : plain) {
            const auto lost =
                unreachable(branch, {}, (has(u'r', u"--remotes"_s) ? u"refs/remotes/"_s : u"refs/heads/"_s) + branch);
            lines << (lost.isEmpty() ? QStringList{u"all commits of %1 are on other branches or tags"_s.arg(branch)}
                                     : lost);
        }
        return lines;
    }
    if (sub == u"stash" && !plain.isEmpty())
        return stashes(plain.first() == u"clear");
    if (sub == u"push")
        return {u"what the remote loses by this cannot be known from here"_s};
    return {};
}

QString GitFacts::currentBranch() const
{
    git_reference* head = nullptr;
    if (git_repository_head(&head, m_handles->repository) != 0)
        return {};
    const auto name = QString::fromUtf8(git_reference_name(head));
    git_reference_free(head);
    return name;
}

} // namespace switchyard::gate
