#pragma once

#include "model/task.h"
#include "process/journal.h"

#include <QObject>

namespace switchyard::runner {

//! The one way in which anything of a run becomes known: writes each event to the journal, then tells it.
//! A journal that cannot be written (disk full) loses nothing: events wait in memory, in order, and are tried again
//! each second; nobody is told of one before it is on disk. Words of the agent that arrive in small pieces are joined.
class Recorder : public QObject
{
    Q_OBJECT
public:
    Recorder(process::Journal journal, QObject* parent = nullptr);

    void record(QLatin1StringView kind, const QJsonObject& data);
    //! Agent words (event_kind::agentMessage, agentThought): joined for up to 100 ms or until another event comes.
    void recordText(QLatin1StringView kind, const QString& text, const QString& messageId);

    //! The run's status; an illegal transition is refused, logged and changes nothing.
    //! `more` is said beside from, to and reason.
    void setStatus(TaskStatus status, const QString& reason = {}, QJsonObject more = {});
    TaskStatus status() const { return m_status; }
    qint64 lastSeq() const { return m_journal.lastSeq(); }
    //! Everything on disk that can be, with the space kept for that: at the end of the run. False while the disk has no
    //! room for all of it; to be tried again.
    bool flush();

Q_SIGNALS:
    void recorded(const switchyard::Event& event);
    void statusChanged(switchyard::TaskStatus status);

private:
    void write(QLatin1StringView kind, const QJsonObject& data);
    void writeBacklog();
    void flushText();

    process::Journal m_journal;
    TaskStatus m_status = TaskStatus::Queued;
    struct Unwritten {
        QString kind;
        QJsonObject data;
    };
    QList<Unwritten> m_backlog;
    QTimer m_tick;
    QTimer m_textTimer;
    QLatin1StringView m_textKind;
    QString m_text;
    QString m_textMessage;
};

} // namespace switchyard::runner
