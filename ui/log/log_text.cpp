#include "ui/log/log_text.h"

#include "ui/log/ansi.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr qint64 readAtOnce = 1 << 20;

QString shownText(QByteArrayView line)
{
    // beyond what a view shows there are no columns to agree with
    return line.size() <= maxDisplayCells ? parseLine(line).text : QString::fromUtf8(visibleBytes(line));
}

} // namespace

QString textBetween(const LogFile& file, LogPosition from, LogPosition to, const std::atomic<bool>& stop)
{
    if (to < from)
        std::swap(from, to);
    QString text;
    QByteArray pending; // the line being read
    qint64 lineStart = from.line;
    const auto finish = [&](qint64 start, QByteArrayView line, bool last) {
        auto shown = shownText(line);
        if (last)
            shown.truncate(to.column);
        if (start == from.line)
            shown.remove(0, from.column);
        text += shown;
    };
    for (qint64 at = from.line; !stop && text.size() < mostCopied / 2;) {
        const auto bytes = file.read(at, readAtOnce);
        qsizetype begin = 0;
        while (true) {
            const auto end = bytes.indexOf('\n', begin);
            if (end < 0)
                break;
            pending += QByteArrayView(bytes).sliced(begin, end - begin);
            const bool last = lineStart >= to.line;
            finish(lineStart, pending, last);
            if (last)
                return text;
            text += u'\n';
            pending.clear();
            begin = end + 1;
            lineStart = at + begin;
        }
        pending += QByteArrayView(bytes).sliced(begin);
        at += bytes.size();
        // the last line has no end, or is longer than anybody can use
        if (bytes.size() < readAtOnce || pending.size() > mostCopied) {
            finish(lineStart, pending, lineStart >= to.line);
            break;
        }
    }
    return text;
}

} // namespace switchyard::ui
