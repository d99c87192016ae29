#include "ui/settings/line_change.h"

#include <vector>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostLines = 1000;

QStringList linesOf(QString text)
{
    if (text.endsWith(u'\n'))
        text.chop(1);
    return text.isEmpty() ? QStringList() : text.split(u'\n');
}

} // namespace

QStringList changedLines(const QString& before, const QString& after)
{
    const auto from = linesOf(before), to = linesOf(after);
    const auto rows = from.size(), columns = to.size();
    QStringList lines;
    const auto add = [&](const QString& sign, const QString& line) { lines << sign + line; };
    if (rows > mostLines || columns > mostLines) {
        for (const auto& line : from)
            add(u"- "_s, line);
        for (const auto& line : to)
            add(u"+ "_s, line);
        return lines;
    }
    // common[i][j]: the longest common subsequence of what follows line i of the old and line j of the new text
    std::vector<std::vector<int>> common(size_t(rows) + 1, std::vector<int>(size_t(columns) + 1));
    const auto at = [&](qsizetype row, qsizetype column) -> int& { return common[size_t(row)][size_t(column)]; };
    for (auto row = rows - 1; row >= 0; --row) {
        for (auto column = columns - 1; column >= 0; --column)
            at(row, column) = from[row] == to[column] ? at(row + 1, column + 1) + 1
                                                      : std::max(at(row + 1, column), at(row, column + 1));
    }
    qsizetype row = 0, column = 0;
    while (row < rows || column < columns) {
        if (row < rows && column < columns && from[row] == to[column]) {
            add(u"  "_s, to[column++]);
            ++row;
        } else if (column == columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) {
            add(u"- "_s, from[row++]);
        } else {
            add(u"+ "_s, to[column++]);
        }
    }
    return lines;
}

} // namespace switchyard::ui
