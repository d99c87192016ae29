#pragma once

#include "base/clock.h"
#include "model/event.h"

#include <QFile>

namespace switchyard::process {

//! The append-only record of one attempt (docs/protocols.md): one event a line. A runner writes its own; the engine
//! writes attempt 0. Synced to disk at every status change, confirmation and end, else by syncIfDue() once a second.
//! Each line ends with a checksum of itself. A torn last line (power cut, kill) is cut off when it is opened again, and
//! its number is given out again.
class Journal
{
public:
    //! Creates the folder and the file, or goes on at the end of an existing one. Corrupt if a line in the middle
    //! cannot be read: the file is left as it is.
    static Result<Journal> open(const QString& path, TaskId task, int attempt, const Clock& clock);

    //! Writes the event with the next number and returns it. On Io nothing was written (a part is cut off again) and
    //! the number is free: nobody may be told of it.
    Result<Event> append(const QString& kind, const QJsonObject& data);
    //! Writes events that have their number and time already, and syncs: all of them or none. Invalid if they do not
    //! follow the last one.
    Result<> restore(const QList<Event>& events);
    Result<> sync();
    Result<> syncIfDue();
    //! Sets some space of the disk aside beside the journal, so that the end can be told on a full one too.
    void keepReserve();
    void giveUpReserve(); //!< the journal may take it now; also when it is no longer needed
    qint64 lastSeq() const { return m_lastSeq; }
    bool isSynced() const { return !m_dirty; }

private:
    Journal(std::unique_ptr<QFile> file, TaskId task, int attempt, const Clock& clock, qint64 lastSeq);
    Result<> write(const Event& event);
    void cutBack(qint64 bytes, qint64 lastSeq);
    std::unique_ptr<QFile> m_file;
    TaskId m_task;
    int m_attempt;
    const Clock* m_clock;
    qint64 m_lastSeq;
    milliseconds m_lastSync{0};
    bool m_dirty = false;
    bool m_newFile = false; //!< it and its folders are not on disk yet
};

struct JournalContents {
    QList<Event> events;
    bool tornTail = false; //!< the last line was cut off: normal after a kill
    QString damage;        //!< what could not be read in the middle, and where; the events before it are good
    qint64 lastSeq = 0;    //!< of the last good event
};
//! The events with seq > after, in order. A missing file holds none. Never invents an event.
Result<JournalContents> readJournal(const QString& path, qint64 after = 0);

//! The event as a journal holds it, with its checksum and the end of the line.
QByteArray journalLine(const Event& event);

} // namespace switchyard::process
