#pragma once

#include <QList>
#include <QStringView>

#include <utility>
#include <vector>

namespace switchyard::ui {

struct TextSpan {
    int start = 0, length = 0;
    bool operator==(const TextSpan&) const = default;
};

//! Which parts of a changed line differ, by words. Empty on both sides when the lines have too little in common for
//! marks to help, or are too long to compare.
struct LineMarks {
    QList<TextSpan> before, after;
    bool operator==(const LineMarks&) const = default;
};
LineMarks markDifferences(QStringView before, QStringView after);

//! How alike two lines are, 0 to 1, by what they begin and end with; blanks around them do not count.
double likeness(QStringView before, QStringView after);

//! Lines of a change put beside each other: {index of the removed one, index of the added one}, in order; -1 where a
//! line has no counterpart. Blocks of more than 64 lines are paired one by one.
std::vector<std::pair<int, int>> pairLines(const QList<QStringView>& removed, const QList<QStringView>& added);

//! Equal but for blanks.
bool sameButBlanks(QStringView a, QStringView b);

} // namespace switchyard::ui
