#pragma once

#include <QByteArray>
#include <QList>

namespace switchyard::llm {

struct SseEvent {
    QByteArray name; //!< empty where the stream gave none
    QByteArray data;
    bool operator==(const SseEvent&) const = default;
};

//! Server-sent events out of bytes in any portions (https://html.spec.whatwg.org/multipage/server-sent-events.html).
//! Comments, ids and retry times are skipped. What one event may hold is bounded.
class SseReader
{
public:
    //! The events that these bytes complete.
    QList<SseEvent> feed(const QByteArray& bytes);
    //! An event or line was larger than 8 MiB; nothing more comes.
    bool overflowed() const { return m_overflowed; }

private:
    void takeLine(const QByteArray& line, QList<SseEvent>& events);

    QByteArray m_buffer;
    qsizetype m_scanned = 0;
    SseEvent m_event;
    bool m_hasData = false;
    bool m_overflowed = false;
};

} // namespace switchyard::llm
