#include "ui/review/intraline.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr qsizetype mostTokens = 300;
constexpr qsizetype longestLine = 2000;
constexpr double leastLikeness = 0.34;
constexpr qsizetype mostPaired = 64;

//! Words, runs of blanks, and everything else character by character.
std::vector<TextSpan> tokens(QStringView text)
{
    std::vector<TextSpan> found;
    const auto kind = [](QChar c) { return c.isLetterOrNumber() || c == u'_' ? 1 : c.isSpace() ? 2 : 0; };
    for (int i = 0; i < int(text.size()); ++i) {
        const int same = kind(text[i]);
        const bool joins = same != 0 && !found.empty() && kind(text[i - 1]) == same;
        const bool pair = text[i].isLowSurrogate() && !found.empty();
        if (joins || pair)
            ++found.back().length;
        else
            found.push_back({i, 1});
    }
    return found;
}

//! Appends the span, joined with the one before when nothing or one blank stands between.
void mark(QList<TextSpan>& marks, TextSpan span, QStringView text)
{
    if (!marks.isEmpty()) {
        auto& last = marks.back();
        const int gap = span.start - (last.start + last.length);
        if (gap == 0 || (gap == 1 && text[span.start - 1].isSpace())) {
            last.length += gap + span.length;
            return;
        }
    }
    marks << span;
}

} // namespace

LineMarks markDifferences(QStringView before, QStringView after)
{
    if (before.size() > longestLine || after.size() > longestLine || before == after)
        return {};
    const auto a = tokens(before), b = tokens(after);
    const auto same = [&](size_t i, size_t j) {
        return before.sliced(a[i].start, a[i].length) == after.sliced(b[j].start, b[j].length);
    };
    size_t head = 0, tailA = a.size(), tailB = b.size();
    while (head < tailA && head < tailB && same(head, head))
        ++head;
    while (tailA > head && tailB > head && same(tailA - 1, tailB - 1))
        --tailA, --tailB;
    const size_t n = tailA - head, m = tailB - head;
    if (n > size_t(mostTokens) || m > size_t(mostTokens))
        return {};
    // longest common subsequence of what is between
    std::vector<int> length((n + 1) * (m + 1));
    const auto at = [&](size_t i, size_t j) -> int& { return length[i * (m + 1) + j]; };
    for (size_t i = n; i-- > 0;) {
        for (size_t j = m; j-- > 0;)
            at(i, j) = same(head + i, head + j) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
    LineMarks marks;
    int differing = 0;
    const auto removed = [&](size_t i) {
        mark(marks.before, a[head + i], before);
        differing += a[head + i].length;
    };
    const auto added = [&](size_t j) {
        mark(marks.after, b[head + j], after);
        differing += b[head + j].length;
    };
    size_t i = 0, j = 0;
    while (i < n && j < m) {
        if (same(head + i, head + j))
            ++i, ++j;
        else if (at(i + 1, j) >= at(i, j + 1))
            removed(i++);
        else
            added(j++);
    }
    while (i < n)
        removed(i++);
    while (j < m)
        added(j++);
    const auto total = double(before.size() + after.size());
    return 1 - differing / total < leastLikeness ? LineMarks{} : marks;
}

double likeness(QStringView before, QStringView after)
{
    const auto a = before.trimmed(), b = after.trimmed();
    if (a.isEmpty() || b.isEmpty())
        return a.isEmpty() && b.isEmpty() ? 1 : 0;
    const auto shorter = std::min(a.size(), b.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && a[head] == b[head])
        ++head;
    while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    return 2.0 * double(head + tail) / double(a.size() + b.size());
}

std::vector<std::pair<int, int>> pairLines(const QList<QStringView>& removed, const QList<QStringView>& added)
{
    const auto n = size_t(removed.size()), m = size_t(added.size());
    std::vector<std::pair<int, int>> pairs;
    if (n == m || n > size_t(mostPaired) || m > size_t(mostPaired)) {
        for (size_t i = 0; i < std::max(n, m); ++i)
            pairs.emplace_back(i < n ? int(i) : -1, i < m ? int(i) : -1);
        return pairs;
    }
    // the pairing in order with the greatest sum of likenesses; lines with little in common stay alone
    std::vector<double> likenesses(n * m), best((n + 1) * (m + 1));
    const auto at = [&](size_t i, size_t j) -> double& { return best[i * (m + 1) + j]; };
    for (size_t i = n; i-- > 0;) {
        for (size_t j = m; j-- > 0;) {
            const double alike = likeness(removed[qsizetype(i)], added[qsizetype(j)]);
            likenesses[i * m + j] = alike < leastLikeness ? -1 : alike;
            at(i, j) = std::max({at(i + 1, j), at(i, j + 1), at(i + 1, j + 1) + likenesses[i * m + j]});
        }
    }
    size_t i = 0, j = 0;
    while (i < n || j < m) {
        if (i < n && j < m && likenesses[i * m + j] > 0 && at(i, j) == at(i + 1, j + 1) + likenesses[i * m + j])
            pairs.emplace_back(int(i++), int(j++));
        else if (i < n && (j == m || at(i, j) == at(i + 1, j)))
            pairs.emplace_back(int(i++), -1);
        else
            pairs.emplace_back(-1, int(j++));
    }
    return pairs;
}

bool sameButBlanks(QStringView a, QStringView b)
{
    auto i = a.begin(), j = b.begin();
    while (true) {
        i = std::find_if(i, a.end(), [](QChar c) { return !c.isSpace(); });
        j = std::find_if(j, b.end(), [](QChar c) { return !c.isSpace(); });
        if (i == a.end() || j == b.end())
            return i == a.end() && j == b.end();
        if (*i++ != *j++)
            return false;
    }
}

} // namespace switchyard::ui
