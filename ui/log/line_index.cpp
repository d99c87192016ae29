#include "ui/log/line_index.h"

#include <algorithm>
#include <cstring>

namespace switchyard::ui {

qint64 countNewlines(const char* bytes, qint64 length)
{
    // Sixteen at a time through the compiler's vectors; each lane counts to 255 before it is added up.
    using Lanes = quint8 __attribute__((vector_size(16)));
    qint64 count = 0;
    const char* const end = bytes + length;
    while (end - bytes >= 16) {
        Lanes sums{};
        const qint64 rounds = std::min<qint64>((end - bytes) / 16, 255);
        for (qint64 i = 0; i < rounds; ++i, bytes += 16) {
            Lanes lanes;
            std::memcpy(&lanes, bytes, 16);
            sums -= Lanes(lanes == '\n');
        }
        for (int i = 0; i < 16; ++i)
            count += sums[i];
    }
    return count + std::count(bytes, end, '\n');
}

bool LineIndex::extend(const LogFile& file, qint64 budget)
{
    const qint64 size = file.size();
    std::vector<char> buffer(size_t(std::min(blockBytes, std::max<qint64>(size - covered(), 0))));
    while (budget > 0) {
        qint64 at, room;
        {
            const std::lock_guard lock(m_mutex);
            at = qint64(m_before.size() - 1) * blockBytes + m_tailBytes;
            room = blockBytes - m_tailBytes;
        }
        const qint64 want = std::min({room, size - at, budget, qint64(buffer.size())});
        if (want <= 0)
            return true;
        const qint64 got = file.read(at, buffer.data(), want);
        if (got <= 0)
            return true; // cut short under us: the owner notices and starts again
        const qint64 newlines = countNewlines(buffer.data(), got);
        budget -= got;
        const std::lock_guard lock(m_mutex);
        m_tailBytes += got;
        m_tailNewlines += newlines;
        if (m_tailBytes == blockBytes) {
            m_before.push_back(m_before.back() + m_tailNewlines);
            m_tailBytes = m_tailNewlines = 0;
        }
    }
    return covered() >= size;
}

void LineIndex::clear()
{
    const std::lock_guard lock(m_mutex);
    m_before.assign(1, 0);
    m_tailBytes = m_tailNewlines = 0;
}

qint64 LineIndex::covered() const
{
    const std::lock_guard lock(m_mutex);
    return qint64(m_before.size() - 1) * blockBytes + m_tailBytes;
}

qint64 LineIndex::newlines() const
{
    const std::lock_guard lock(m_mutex);
    return m_before.back() + m_tailNewlines;
}

std::optional<qint64> LineIndex::lineAt(const LogFile& file, qint64 offset) const
{
    if (offset < 0 || offset > covered())
        return {};
    const qint64 block = offset / blockBytes;
    qint64 before;
    {
        const std::lock_guard lock(m_mutex);
        if (size_t(block) >= m_before.size())
            return {};
        before = m_before[size_t(block)];
    }
    const auto bytes = file.read(block * blockBytes, offset - block * blockBytes);
    return before + countNewlines(bytes.constData(), bytes.size());
}

std::optional<qint64> LineIndex::offsetOf(const LogFile& file, qint64 line) const
{
    if (line <= 0)
        return line == 0 ? std::optional<qint64>(0) : std::nullopt;
    qint64 block, left;
    {
        const std::lock_guard lock(m_mutex);
        if (line > m_before.back() + m_tailNewlines)
            return {};
        // the last block with fewer than `line` ends before it holds the one we look for
        block = std::ranges::lower_bound(m_before, line) - m_before.begin() - 1;
        left = line - m_before[size_t(block)];
    }
    const auto bytes = file.read(block * blockBytes, blockBytes);
    const char* at = bytes.constData();
    const char* const end = at + bytes.size();
    while (at < end && (at = static_cast<const char*>(std::memchr(at, '\n', size_t(end - at))))) {
        ++at;
        if (--left == 0)
            return block * blockBytes + (at - bytes.constData());
    }
    return {};
}

qint64 LineIndex::blockWithEndBefore(qint64 offset) const
{
    const std::lock_guard lock(m_mutex);
    const qint64 blocks = std::min(offset / blockBytes, qint64(m_before.size()) - 1);
    if (blocks <= 0 || m_before[size_t(blocks)] == 0)
        return -1;
    const auto begin = m_before.begin();
    return (std::lower_bound(begin, begin + blocks + 1, m_before[size_t(blocks)]) - begin - 1) * blockBytes;
}

qint64 LineIndex::blockWithEndFrom(qint64 offset) const
{
    const std::lock_guard lock(m_mutex);
    const size_t block = size_t((offset + blockBytes - 1) / blockBytes);
    if (block >= m_before.size())
        return -1;
    const auto found = std::upper_bound(m_before.begin() + qint64(block), m_before.end(), m_before[block]);
    if (found == m_before.end())
        return m_tailNewlines > 0 ? qint64(m_before.size() - 1) * blockBytes : -1;
    return (found - m_before.begin() - 1) * blockBytes;
}

} // namespace switchyard::ui
