#pragma once

#include "engine/task_book.h"
#include "rpc/peer.h"

namespace switchyard::api {

//! The events of one subscriber: first what it missed, out of the database, then live; in order, none missed, none
//! twice. A reader that is slower than the events is served from the database at its own pace: nothing piles up for it.
class EventFeed : public QObject
{
    Q_OBJECT
public:
    //! `out` is the device the peer writes to: what waits there sets the pace.
    EventFeed(engine::TaskBook& book, rpc::Peer& peer, QIODevice& out, qint64 after, TaskId only,
              QObject* parent = nullptr);

private:
    void live(const QList<Event>& events);
    void pump();
    void send(const Event& event);

    engine::TaskBook& m_book;
    rpc::Peer& m_peer;
    QIODevice& m_out;
    qint64 m_cursor; //!< position of the newest event looked at
    const TaskId m_only;
    bool m_behind = true;
};

} // namespace switchyard::api
