#include "ui/log/log_text.h"

#include "ui/log/ansi.h"

#include <QDateTime>

#include <algorithm>

namespace switchyard::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readAtOnce = 1 << 20;

QString shownText(QByteArrayView line)
{
    // beyond what a view shows there are no columns to agree with
    return line.size() <= maxDisplayCells ? parseLine(line).text : QString::fromUtf8(visibleBytes(line));
}

} // namespace

std::optional<std::chrono::milliseconds> timeIn(const QList<process::TimeRecord>& times, qint64 offset)
{
    const auto after = std::ranges::upper_bound(times, offset, {}, &process::TimeRecord::offset);
    if (after == times.begin())
        return std::nullopt;
    return std::prev(after)->time;
}

QString timeText(std::chrono::milliseconds time)
{
    return QDateTime::fromMSecsSinceEpoch(time.count()).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s).chopped(2);
}

QString textBetween(const LogFile& file, LogPosition from, LogPosition to, const std::atomic<bool>& stop,
                    const QList<process::TimeRecord>& times)
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
        if (const auto time = timeIn(times, start))
            text += timeText(*time) + u"  "_s;
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
