#include "ui/review/diff_rows.h"

#include "ui/review/intraline.h"

#include <QHash>

#include <algorithm>
#include <cstdlib>

namespace switchyard::ui {

namespace {

using Kind = DiffLine::Kind;

class Builder
{
public:
    Builder(const Diff& diff, const DiffRowOptions& options) : m_diff(diff), m_options(options) {}

    std::vector<DiffRow> build()
    {
        for (m_file = 0; m_file < int(m_diff.files.size()); ++m_file)
            addFile(m_diff.files[m_file]);
        return std::move(m_rows);
    }

private:
    DiffRow row(DiffRow::Kind kind, int hunk = -1) const
    {
        DiffRow made;
        made.kind = kind;
        made.file = m_file;
        made.hunk = hunk;
        return made;
    }
    void addNote(DiffRow::Note note)
    {
        m_rows.push_back(row(DiffRow::Kind::Note));
        m_rows.back().note = note;
    }
    void addFile(const DiffFile& file)
    {
        m_rows.push_back(row(DiffRow::Kind::File));
        if (!m_options.folded.contains(file.path)) {
            const auto before = m_rows.size();
            for (int hunk = 0; hunk < int(file.hunks.size()); ++hunk)
                addHunk(file.hunks[hunk], hunk);
            if (file.binary)
                addNote(DiffRow::Note::Binary);
            else if (file.truncated)
                addNote(DiffRow::Note::Truncated);
            else if (m_rows.size() == before && !file.hunks.isEmpty())
                addNote(DiffRow::Note::OnlyBlanks);
            else if (m_rows.size() == before)
                addNote(file.change == DiffFile::Change::Renamed ? DiffRow::Note::RenamedOnly : DiffRow::Note::Empty);
        }
        m_rows.push_back(row(DiffRow::Kind::Gap));
    }
    void addHunk(const DiffHunk& hunk, int index)
    {
        const auto begin = m_rows.size();
        m_rows.push_back(row(DiffRow::Kind::Hunk, index));
        m_changed = false;
        for (int i = 0; i < int(hunk.lines.size());) {
            if (hunk.lines[i].kind == Kind::Context) {
                addLine(index, i, i);
                ++i;
                continue;
            }
            int removed = i;
            while (removed < int(hunk.lines.size()) && hunk.lines[removed].kind == Kind::Removed)
                ++removed;
            int added = removed;
            while (added < int(hunk.lines.size()) && hunk.lines[added].kind == Kind::Added)
                ++added;
            addChange(hunk, index, i, removed, added);
            i = added;
        }
        if (m_options.ignoreBlanks && !m_changed)
            m_rows.resize(begin);
    }
    void addLine(int hunk, int before, int after, bool unchanged = false, int partner = -1)
    {
        auto made = row(DiffRow::Kind::Line, hunk);
        made.before = before;
        made.after = after;
        made.unchanged = unchanged;
        made.partner = partner;
        m_rows.push_back(made);
    }
    //! Lines [first, middle) were removed and [middle, end) put in their place.
    void addChange(const DiffHunk& hunk, int index, int first, int middle, int end)
    {
        QList<QStringView> removed, added;
        for (int i = first; i < end; ++i)
            (i < middle ? removed : added) << hunk.lines[i].text;
        struct Later {
            int line, partner;
        };
        std::vector<Later> later; // unified: added lines come after the removed ones they stand beside
        const auto flush = [&] {
            for (const auto& line : later)
                addLine(index, -1, line.line, false, line.partner);
            later.clear();
        };
        for (const auto& [r, a] : pairLines(removed, added)) {
            const int before = r < 0 ? -1 : first + r, after = a < 0 ? -1 : middle + a;
            if (r >= 0 && a >= 0 && m_options.ignoreBlanks && sameButBlanks(removed[r], added[a])) {
                flush();
                addLine(index, before, after, true);
                continue;
            }
            m_changed = true;
            if (m_options.sideBySide) {
                addLine(index, before, after);
                continue;
            }
            if (before >= 0)
                addLine(index, before, -1, false, after);
            if (after >= 0)
                later.push_back({after, before});
        }
        flush();
    }

    const Diff& m_diff;
    const DiffRowOptions& m_options;
    std::vector<DiffRow> m_rows;
    int m_file = 0;
    bool m_changed = false;
};

} // namespace

std::vector<DiffRow> layOutRows(const Diff& diff, const DiffRowOptions& options)
{
    return Builder(diff, options).build();
}

DiffAnchor anchorOf(const Diff& diff, const DiffRow& row)
{
    const auto& file = diff.files[row.file];
    DiffAnchor anchor{file.path, row.kind, 0, 0, {}};
    if (row.hunk < 0)
        return anchor;
    const auto& hunk = file.hunks[row.hunk];
    const int index = row.after >= 0 ? row.after : row.before >= 0 ? row.before : 0;
    if (index < int(hunk.lines.size())) {
        anchor.oldLine = hunk.lines[row.before >= 0 ? row.before : index].oldLine;
        anchor.newLine = hunk.lines[index].newLine;
        anchor.text = hunk.lines[index].text;
    }
    return anchor;
}

int findAnchor(const Diff& diff, const std::vector<DiffRow>& rows, const DiffAnchor& anchor)
{
    int best = -1;
    double bestDistance = 0;
    for (int i = 0; i < int(rows.size()); ++i) {
        if (diff.files[rows[size_t(i)].file].path != anchor.path)
            continue;
        const auto here = anchorOf(diff, rows[size_t(i)]);
        // the same text a few lines off is nearer than another text at the same number
        double distance = here.kind == anchor.kind ? 0 : 1000;
        if (here.newLine && anchor.newLine)
            distance += std::abs(here.newLine - anchor.newLine);
        else if (here.oldLine && anchor.oldLine)
            distance += std::abs(here.oldLine - anchor.oldLine);
        else if (here.kind == DiffRow::Kind::Line)
            distance += 500;
        if (here.text != anchor.text)
            distance += 40;
        if (best < 0 || distance < bestDistance) {
            best = i;
            bestDistance = distance;
        }
    }
    return best;
}

} // namespace switchyard::ui
