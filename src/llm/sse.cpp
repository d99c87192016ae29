#include "llm/sse.h"

namespace switchyard::llm {

namespace {
constexpr qsizetype largestEvent = 8 << 20;
}

QList<SseEvent> SseReader::feed(const QByteArray& bytes)
{
    QList<SseEvent> events;
    if (m_overflowed)
        return events;
    m_buffer += bytes;
    qsizetype start = 0;
    for (auto i = m_scanned; i < m_buffer.size(); ++i) {
        const auto c = m_buffer[i];
        if (c != '\n' && c != '\r')
            continue;
        if (c == '\r' && i + 1 == m_buffer.size()) { // a line feed may follow in the next portion
            m_scanned = i - start;
            m_buffer.remove(0, start);
            return events;
        }
        takeLine(m_buffer.sliced(start, i - start), events);
        if (c == '\r' && m_buffer[i + 1] == '\n')
            ++i;
        start = i + 1;
    }
    m_buffer.remove(0, start);
    m_scanned = m_buffer.size();
    m_overflowed = m_buffer.size() + m_event.data.size() > largestEvent;
    return events;
}

void SseReader::takeLine(const QByteArray& line, QList<SseEvent>& events)
{
    if (line.isEmpty()) {
        if (m_hasData)
            events.append(m_event);
        m_event = {};
        m_hasData = false;
        return;
    }
    const auto colon = line.indexOf(':');
    const auto field = colon < 0 ? line : line.first(colon);
    auto value = colon < 0 ? QByteArray() : line.sliced(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (field == "event") {
        m_event.name = value;
    } else if (field == "data") {
        m_event.data += m_hasData ? '\n' + value : value;
        m_hasData = true;
    }
}

} // namespace switchyard::llm
