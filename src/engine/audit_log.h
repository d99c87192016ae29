#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "engine/task_book.h"

#include <QFile>

namespace switchyard::engine {

//! Who asked for what, who answered it, when and through which door. One JSON object a line in a file that is only ever
//! appended to; each line holds the hash of the one before it, so that a line that was changed, taken out or put in
//! shows. The newest hash is kept in the database as well: a file that was cut off at its end shows, too.
//! docs/gate.md describes the fields. Not thread-safe.
class AuditLog : public QObject
{
    Q_OBJECT
public:
    AuditLog(TaskBook& book, QString file, const Clock& clock, QObject* parent = nullptr);
    //! Finds the end of the file; a file that does not hold together is gone on with, and verify() tells.
    Result<> load();

    //! `what` in plain words; the rest as known.
    void add(QJsonObject entry);

    struct Check {
        qint64 entries = 0;
        QString problem; //!< empty: whole
        qint64 line = 0; //!< of the problem
    };
    Result<Check> verify() const;
    //! The newest `most` entries, oldest first.
    Result<QList<QJsonObject>> last(qsizetype most) const;

private:
    void note(const Event& event);
    Result<QList<QByteArray>> lines() const;

    TaskBook& m_book;
    const QString m_file;
    const Clock& m_clock;
    QFile m_out;
    QByteArray m_head; //!< hash of the newest line
    qint64 m_count = 0;
};

//! The hash that belongs to a line: over all of it but the hash itself, the one before it included.
QByteArray auditHash(QJsonObject entry);

} // namespace switchyard::engine
