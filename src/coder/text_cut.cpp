#include "coder/text_cut.h"

#include "base/result.h"

#include <QStringList>

namespace switchyard::coder {

namespace {

QString shortLine(const QString& line)
{
    if (line.size() <= lineCharacters)
        return line;
    return line.first(lineCharacters) + u"… (%1 more characters in this line)"_s.arg(line.size() - lineCharacters);
}

} // namespace

QString cutMiddle(const QString& text, const QString& hint, qsizetype limit)
{
    auto lines = text.split(u'\n');
    for (auto& line : lines)
        line = shortLine(line);
    const auto whole = lines.join(u'\n');
    if (whole.size() <= limit)
        return whole;
    qsizetype head = 0, tail = lines.size(), headSize = 0, tailSize = 0;
    while (head < tail && headSize + lines[head].size() + 1 <= limit / 3)
        headSize += lines[head++].size() + 1;
    while (tail > head && tailSize + lines[tail - 1].size() + 1 <= limit * 2 / 3)
        tailSize += lines[--tail].size() + 1;
    const auto note = u"… %1 lines left out here. "_s.arg(tail - head) + hint.arg(head + 1).arg(tail) + u" …"_s;
    return lines.first(head).join(u'\n') + (head > 0 ? u"\n"_s : QString()) + note + u"\n"_s +
           lines.sliced(tail).join(u'\n');
}

QString numberedLines(const QStringList& lines, int from, int count, bool more, qsizetype limit)
{
    QString out;
    int shown = 0;
    for (; shown < lines.size() && shown < count; ++shown) {
        const auto line = u"%1\t%2\n"_s.arg(from + shown, 5).arg(shortLine(lines[shown]));
        if (shown > 0 && out.size() + line.size() > limit)
            break;
        out += line;
    }
    if (more || shown < lines.size())
        out += u"… There is more: read on with from_line: %1.\n"_s.arg(from + shown);
    return out;
}

} // namespace switchyard::coder
