#include "git/handle.h"
#include "git/repository.h"

namespace switchyard::git {

namespace {

// What is kept of a change for the eye; counts are right beyond it.
constexpr qsizetype fileTextLimit = 2 << 20; // bytes of one file's lines
constexpr int fileLineLimit = 20'000;        // added and removed lines of one file
constexpr qsizetype lineTextLimit = 16 << 10;
constexpr qsizetype diffTextLimit = 16 << 20; // of all files together: a diff travels as one message
constexpr git_off_t readLimit = 256 << 20;    // a larger file counts as binary

git_diff_options workdirOptions()
{
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_SHOW_UNTRACKED_CONTENT |
                    GIT_DIFF_INCLUDE_TYPECHANGE;
    options.max_size = readLimit;
    return options;
}

QString lineText(const git_diff_line* line)
{
    QByteArrayView bytes(line->content, qsizetype(line->content_len));
    if (bytes.endsWith('\n'))
        bytes.chop(1);
    if (bytes.endsWith('\r'))
        bytes.chop(1);
    return QString::fromUtf8(bytes.first(qMin(bytes.size(), lineTextLimit)));
}

std::optional<DiffLine> readLine(const git_diff_line* line)
{
    switch (line->origin) {
    case GIT_DIFF_LINE_CONTEXT:
        return DiffLine{DiffLine::Kind::Context, line->old_lineno, line->new_lineno, lineText(line)};
    case GIT_DIFF_LINE_ADDITION:
        return DiffLine{DiffLine::Kind::Added, 0, line->new_lineno, lineText(line)};
    case GIT_DIFF_LINE_DELETION:
        return DiffLine{DiffLine::Kind::Removed, line->old_lineno, 0, lineText(line)};
    default:
        return {}; // notes about a missing last line end
    }
}

//! Fills in the hunks until a limit is met. `budget`: bytes that all files together may still take.
void readHunks(git_patch* patch, DiffFile& file, qsizetype& budget)
{
    qsizetype left = qMin(fileTextLimit, budget);
    const auto leftBefore = left;
    int changed = 0;
    for (size_t h = 0; h < git_patch_num_hunks(patch) && !file.truncated; ++h) {
        const git_diff_hunk* hunk = nullptr;
        size_t lineCount = 0;
        if (git_patch_get_hunk(&hunk, &lineCount, patch, h) != 0)
            break;
        DiffHunk out{QString::fromUtf8(hunk->header, qsizetype(hunk->header_len)).trimmed(), {}};
        for (size_t l = 0; l < lineCount; ++l) {
            const git_diff_line* line = nullptr;
            if (git_patch_get_line_in_hunk(&line, patch, h, l) != 0)
                break;
            const auto read = readLine(line);
            if (!read)
                continue;
            left -= qsizetype(line->content_len);
            changed += read->kind != DiffLine::Kind::Context;
            if (left < 0 || changed > fileLineLimit) {
                file.truncated = true;
                break;
            }
            file.truncated |= qsizetype(line->content_len) > lineTextLimit + 2;
            out.lines << *read;
        }
        if (!out.lines.isEmpty())
            file.hunks << std::move(out);
    }
    budget -= leftBefore - qMax(left, 0);
}

DiffFile::Change changeOf(git_delta_t status)
{
    switch (status) {
    case GIT_DELTA_ADDED:
    case GIT_DELTA_COPIED:
    case GIT_DELTA_UNTRACKED:
        return DiffFile::Change::Added;
    case GIT_DELTA_DELETED:
        return DiffFile::Change::Deleted;
    case GIT_DELTA_RENAMED:
        return DiffFile::Change::Renamed;
    default:
        return DiffFile::Change::Modified;
    }
}

enum class Keep { Text, Counts };

Result<Diff> readDiff(git_diff* diff, const git_oid& base, Keep keep)
{
    git_diff_find_options similar = GIT_DIFF_FIND_OPTIONS_INIT;
    similar.flags = GIT_DIFF_FIND_RENAMES | GIT_DIFF_FIND_FOR_UNTRACKED;
    if (const auto status = git_diff_find_similar(diff, &similar))
        return failGit(status, u"Renamed files cannot be found"_s);
    Diff result{idText(base), {}};
    qsizetype budget = diffTextLimit;
    for (size_t i = 0; i < git_diff_num_deltas(diff); ++i) {
        Patch patch;
        // A file that cannot be read, or changes under our eyes, does not hide the others.
        const bool readable = git_patch_from_diff(std::out_ptr(patch), diff, i) == 0;
        const auto* delta = git_diff_get_delta(diff, i);
        DiffFile file;
        file.change = changeOf(delta->status);
        file.path = fromGit(delta->new_file.path ? delta->new_file.path : delta->old_file.path);
        file.oldPath = file.change == DiffFile::Change::Renamed ? fromGit(delta->old_file.path) : file.path;
        file.truncated = !readable;
        file.binary = (delta->flags & GIT_DIFF_FLAG_BINARY) != 0;
        if (patch && !file.binary) {
            size_t added = 0, removed = 0;
            git_patch_line_stats(nullptr, &added, &removed, patch.get());
            file.added = int(added);
            file.removed = int(removed);
            if (keep == Keep::Text)
                readHunks(patch.get(), file, budget);
        }
        result.files << std::move(file);
    }
    return result;
}

Result<Diff> readWorkdir(git_repository* repository, const QString& base, Keep keep)
{
    SY_TRY_ASSIGN(const auto commit, findCommit(repository, base));
    SY_TRY_ASSIGN(const auto tree, treeOf(commit.get()));
    const auto options = workdirOptions();
    GitDiff diff;
    // The folder may be at work: a file that went while it was listed is worth another look.
    int status = -1;
    for (int attempt = 0; attempt < 3 && status != 0; ++attempt)
        status = git_diff_tree_to_workdir_with_index(std::out_ptr(diff), repository, tree.get(), &options);
    if (status != 0)
        return failGit(status, u"The changes since %1 cannot be read"_s.arg(base));
    return readDiff(diff.get(), *git_commit_id(commit.get()), keep);
}

Result<Diff> readCommits(git_repository* repository, const QString& base, const QString& tip, Keep keep)
{
    SY_TRY_ASSIGN(const auto first, findCommit(repository, base));
    SY_TRY_ASSIGN(const auto last, findCommit(repository, tip));
    git_oid common;
    auto status = git_merge_base(&common, repository, git_commit_id(first.get()), git_commit_id(last.get()));
    if (status == GIT_ENOTFOUND)
        return fail(ErrorCode::Invalid, u"“%1” and “%2” have no commit in common."_s.arg(base, tip));
    if (status != 0)
        return failGit(status, u"“%1” and “%2” cannot be compared"_s.arg(base, tip));
    SY_TRY_ASSIGN(const auto ancestor, commitAt(repository, common));
    SY_TRY_ASSIGN(const auto oldTree, treeOf(ancestor.get()));
    SY_TRY_ASSIGN(const auto newTree, treeOf(last.get()));
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
    options.max_size = readLimit;
    GitDiff diff;
    status = git_diff_tree_to_tree(std::out_ptr(diff), repository, oldTree.get(), newTree.get(), &options);
    if (status != 0)
        return failGit(status, u"“%1” and “%2” cannot be compared"_s.arg(base, tip));
    return readDiff(diff.get(), common, keep);
}

Result<ChangeSummary> summarise(const Result<Diff>& diff)
{
    if (!diff)
        return fail(diff.error());
    return ChangeSummary{int(diff->files.size()), diff->added(), diff->removed()};
}

} // namespace

Result<Diff> Repository::diffToWorkdir(const QString& base) const
{
    return readWorkdir(m_repository.get(), base, Keep::Text);
}

Result<Diff> Repository::diffCommits(const QString& base, const QString& tip) const
{
    return readCommits(m_repository.get(), base, tip, Keep::Text);
}

Result<ChangeSummary> Repository::summaryToWorkdir(const QString& base) const
{
    return summarise(readWorkdir(m_repository.get(), base, Keep::Counts));
}

Result<ChangeSummary> Repository::summaryCommits(const QString& base, const QString& tip) const
{
    return summarise(readCommits(m_repository.get(), base, tip, Keep::Counts));
}

} // namespace switchyard::git
