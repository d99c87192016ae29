#include "api/event_feed.h"

namespace switchyard::api {

namespace {
constexpr int chunk = 500;              // events read at once
constexpr qint64 fullBytes = 4 << 20;   // unsent: stop sending live
constexpr qint64 goOnBytes = 512 << 10; // unsent: read on
} // namespace

EventFeed::EventFeed(engine::TaskBook& book, rpc::Peer& peer, QIODevice& out, qint64 after, TaskId only,
                     QObject* parent)
    : QObject(parent), m_book(book), m_peer(peer), m_out(out), m_cursor(after), m_only(std::move(only))
{
    connect(&m_book, &engine::TaskBook::published, this, &EventFeed::live);
    connect(&m_out, &QIODevice::bytesWritten, this, [this] {
        if (m_behind && m_out.bytesToWrite() <= goOnBytes)
            pump();
    });
    QMetaObject::invokeMethod(this, &EventFeed::pump, Qt::QueuedConnection); // after the answer to the subscription
}

void EventFeed::send(const Event& event)
{
    m_cursor = event.position;
    m_peer.notify(u"event"_s, event.toJson());
}

void EventFeed::live(const QList<Event>& events)
{
    if (m_behind)
        return;
    for (const auto& event : events) {
        if (event.position <= m_cursor)
            continue;
        if (m_only.isNull() || event.task == m_only)
            send(event);
        else
            m_cursor = event.position;
        if (m_out.bytesToWrite() > fullBytes) {
            m_behind = true; // goes on from the database when there is room again
            return;
        }
    }
}

void EventFeed::pump()
{
    if (!m_peer.isOpen())
        return;
    while (m_out.bytesToWrite() <= goOnBytes) {
        const auto events = store::eventsAfter(m_book.store().reader(), m_only, m_cursor, chunk);
        if (!events)
            return m_peer.close(events.error());
        for (const auto& event : *events)
            send(event);
        if (events->size() < chunk) {
            m_behind = false;
            return;
        }
    }
    m_behind = true;
}

} // namespace switchyard::api
