#include "ui/log/piece_scanner.h"

#include "ui/log/ansi.h"

#include <algorithm>
#include <array>

namespace switchyard::ui {

PieceScanner::PieceScanner(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher)
    : m_file(std::move(file)), m_scanner(std::move(matcher))
{
}

qint64 PieceScanner::borderAfter(qint64 offset, qint64 size) const
{
    if (offset <= 0 || offset >= size)
        return std::clamp<qint64>(offset, 0, size);
    qint64 at = offset - 1; // a line that begins exactly there is told by the byte before
    const qint64 limit = std::min(offset + pieceSlack, size);
    std::array<char, 4096> buffer;
    while (at < limit) {
        const qint64 got = m_file->read(at, buffer.data(), std::min<qint64>(qint64(buffer.size()), limit - at));
        if (got <= 0)
            break;
        const auto end = std::find(buffer.begin(), buffer.begin() + got, '\n');
        if (end != buffer.begin() + got)
            return at + (end - buffer.begin()) + 1;
        at += got;
    }
    return limit;
}

void PieceScanner::load(qint64 index, qint64 size)
{
    m_index = index;
    m_begin = std::max(borderAfter(index * pieceBytes, size), std::min(m_file->begin(), size));
    const qint64 end = std::max(m_begin, borderAfter((index + 1) * pieceBytes, size));
    if (m_raw.size() < pieceBytes + pieceSlack)
        m_raw.resize(pieceBytes + pieceSlack);
    const qint64 got = m_file->read(m_begin, m_raw.data(), std::min<qint64>(end - m_begin, m_raw.size()));
    m_piece = QByteArrayView(m_raw.constData(), got);
    m_changed = needsTerminal(m_piece);
    if (m_changed)
        makeVisible();
}

void PieceScanner::makeVisible()
{
    m_visible.clear();
    m_origins.clear();
    std::vector<qsizetype> sources;
    for (qsizetype at = 0; at < m_piece.size();) {
        const auto found = m_piece.indexOf('\n', at);
        const auto end = found < 0 ? m_piece.size() : found + 1;
        const auto line = m_piece.sliced(at, end - at);
        if (!needsTerminal(line)) {
            m_origins.emplace_back(m_visible.size(), at);
            m_visible += line;
        } else {
            sources.clear();
            const auto seen = visibleBytes(line, &sources);
            for (size_t i = 0; i < sources.size(); ++i) {
                if (i == 0 || sources[i] != sources[i - 1] + 1)
                    m_origins.emplace_back(m_visible.size() + qsizetype(i), at + sources[i]);
            }
            m_visible += seen;
            if (found >= 0) {
                m_origins.emplace_back(m_visible.size(), found);
                m_visible += '\n';
            }
        }
        at = end;
    }
}

qsizetype PieceScanner::toPiece(qsizetype at) const
{
    if (!m_changed)
        return at;
    const auto after = std::ranges::upper_bound(m_origins, at, {}, &std::pair<qsizetype, qsizetype>::first);
    if (after == m_origins.begin())
        return at;
    const auto& [visible, origin] = *std::prev(after);
    return std::min(origin + (at - visible), m_piece.size());
}

qint64 PieceScanner::count()
{
    return m_scanner.count(text());
}

void PieceScanner::each(const std::function<bool(const LogHit&)>& visit)
{
    LogHit hit;
    hit.piece = m_index;
    qsizetype from = 0, lineEnd = -1;
    while (const auto match = m_scanner.find(text(), from)) {
        if (match->start > lineEnd) {
            const auto found = text().indexOf('\n', match->start);
            lineEnd = found < 0 ? text().size() : found;
            const auto raw = toPiece(match->start);
            hit.line = m_begin + m_piece.first(raw).lastIndexOf('\n') + 1;
            hit.indexInLine = 0;
        }
        hit.offset = m_begin + toPiece(match->start);
        if (!visit(hit))
            return;
        ++hit.indexInLine;
        ++hit.indexInPiece;
        from = match->end();
    }
}

std::vector<qint64> PieceScanner::matchingLines()
{
    std::vector<qint64> lines;
    qsizetype from = 0;
    while (const auto match = m_scanner.find(text(), from)) {
        // the line's start in the file, not in what is visible of it
        lines.push_back(m_begin + m_piece.first(toPiece(match->start)).lastIndexOf('\n') + 1);
        const auto end = text().indexOf('\n', match->end());
        if (end < 0)
            break;
        from = end + 1;
    }
    return lines;
}

std::optional<LogHit> findHit(PieceScanner& scanner, qint64 size, qint64 from, bool forward,
                              const std::atomic<bool>& stop, const std::function<bool(qint64)>& empty)
{
    const qint64 last = PieceScanner::piecesOf(size) - 1;
    std::optional<LogHit> found;
    const auto search = [&](qint64 piece, bool anywhere) {
        if (stop || (empty && empty(piece)))
            return false;
        scanner.load(piece, size);
        scanner.each([&](const LogHit& hit) {
            if (anywhere || (forward ? hit.offset > from : hit.offset < from))
                found = hit;
            return !(found && forward); // backward the last one counts
        });
        return found.has_value();
    };
    // A line may begin up to pieceSlack after its piece's border: the byte at `from` can belong to the piece before.
    const qint64 home = std::clamp<qint64>(from / pieceBytes, 0, std::max<qint64>(last, 0));
    const qint64 step = forward ? 1 : -1;
    for (qint64 piece = forward ? std::max<qint64>(0, home - 1) : home; piece >= 0 && piece <= last; piece += step) {
        if (search(piece, false))
            return found;
    }
    for (qint64 piece = forward ? 0 : last;
         forward ? piece <= std::min(home, last) : piece >= std::max<qint64>(0, home - 1); piece += step) {
        if (search(piece, true))
            return found;
    }
    return {};
}

} // namespace switchyard::ui
