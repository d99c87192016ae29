#include "ui/log/log_lines.h"

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr qint64 pageBytes = 64 * 1024;
constexpr int pagesKept = 48;
//! As far as is scanned in the window's thread for a line end: about half a millisecond.
constexpr qint64 farthestScan = 4 << 20;

} // namespace

LogLines::LogLines(std::shared_ptr<const LogFile> file, const LineIndex& index)
    : m_file(std::move(file)), m_index(index), m_pages(pagesKept), m_begin(m_file->begin()), m_end(m_file->size())
{
}

void LogLines::setEnd(qint64 end)
{
    if (end <= m_end)
        return;
    m_pages.remove(m_end / pageBytes); // it was not full
    m_end = end;
}

void LogLines::setBegin(qint64 begin)
{
    if (begin >= m_begin)
        return;
    m_pages.remove(m_begin / pageBytes); // its first bytes were not there
    m_pages.remove((m_begin - 1) / pageBytes);
    m_begin = begin;
}

QByteArrayView LogLines::page(qint64 number)
{
    if (auto* kept = m_pages.object(number))
        return *kept;
    const qint64 from = number * pageBytes;
    auto* read = new QByteArray(m_file->read(from, std::min(pageBytes, m_end - from)));
    m_pages.insert(number, read);
    return *read;
}

qint64 LogLines::findEnd(qint64 from)
{
    const qint64 limit = from + farthestScan;
    for (qint64 at = from; at < m_end;) {
        if (at >= limit && at < limit + pageBytes) {
            const qint64 block = m_index.blockWithEndFrom(at);
            if (block < 0)
                return -1;
            at = std::max(at, block);
        }
        const auto bytes = page(at / pageBytes);
        const auto found = bytes.indexOf('\n', at % pageBytes);
        if (found >= 0)
            return at / pageBytes * pageBytes + found;
        if (bytes.size() < pageBytes)
            return -1;
        at = (at / pageBytes + 1) * pageBytes;
    }
    return -1;
}

qint64 LogLines::findEndBefore(qint64 from)
{
    const qint64 limit = from - farthestScan;
    for (qint64 at = from; at > m_begin;) {
        if (at <= limit && at > limit - pageBytes) {
            const qint64 block = m_index.blockWithEndBefore(at);
            if (m_index.covered() >= at && block < 0)
                return m_begin - 1;
            if (block >= 0)
                at = std::min(at, block + LineIndex::blockBytes);
            else
                return at - 1; // not indexed yet: let a line begin here for now
        }
        const qint64 number = (at - 1) / pageBytes;
        const auto bytes = page(number);
        const auto held = std::min<qint64>(bytes.size(), at - number * pageBytes);
        const auto found = bytes.first(held).lastIndexOf('\n');
        if (found >= 0)
            return std::max(number * pageBytes + found, m_begin - 1);
        at = number * pageBytes;
    }
    return m_begin - 1;
}

qint64 LogLines::lineStart(qint64 offset)
{
    if (m_end <= m_begin)
        return -1;
    return findEndBefore(std::clamp<qint64>(offset, m_begin, m_end - 1)) + 1;
}

qint64 LogLines::next(qint64 start)
{
    const qint64 found = findEnd(start);
    return found < 0 || found + 1 >= m_end ? -1 : found + 1;
}

qint64 LogLines::previous(qint64 start)
{
    return start <= m_begin ? -1 : findEndBefore(start - 1) + 1;
}

QByteArray LogLines::bytes(qint64 from, qint64 length)
{
    QByteArray bytes;
    bytes.reserve(length);
    while (length > 0) {
        const auto kept = page(from / pageBytes);
        const qint64 at = from % pageBytes;
        const qint64 got = std::min<qint64>(length, kept.size() - at);
        if (got <= 0)
            break;
        bytes.append(kept.sliced(at, got));
        from += got;
        length -= got;
    }
    return bytes;
}

RawLine LogLines::read(qint64 start)
{
    RawLine line;
    line.start = start;
    const qint64 found = findEnd(start);
    line.ended = found >= 0;
    line.end = line.ended ? found : m_end;
    const qint64 length = line.end - start;
    line.bytes = bytes(start, std::min(length, maxRawLineBytes));
    line.hidden = length - line.bytes.size();
    if (line.hidden > 0 && line.bytes.contains('\r')) {
        // a progress line that was redrawn many times: its last state is at its end
        auto tail = bytes(line.end - maxRawLineBytes, maxRawLineBytes);
        const auto redrawn = tail.indexOf('\r');
        if (redrawn >= 0) {
            line.bytes = tail.sliced(redrawn + 1);
            line.hidden = 0;
        }
    }
    if (line.bytes.endsWith('\r'))
        line.bytes.chop(1);
    return line;
}

qint64 SelectedLines::lineStart(qint64 offset)
{
    const auto after = std::ranges::upper_bound(m_starts, offset);
    if (after != m_starts.begin())
        return *std::prev(after);
    return m_starts.empty() ? -1 : m_starts.front();
}

qint64 SelectedLines::next(qint64 start)
{
    const auto after = std::ranges::upper_bound(m_starts, start);
    return after == m_starts.end() ? -1 : *after;
}

qint64 SelectedLines::previous(qint64 start)
{
    const auto at = std::ranges::lower_bound(m_starts, start);
    return at == m_starts.begin() ? -1 : *std::prev(at);
}

} // namespace switchyard::ui
