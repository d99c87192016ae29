#pragma once

#include "base/result.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace switchyard::app {

//! Follows a task's output log: gives every byte once, in order, as it is written.
class LogTail : public QObject
{
    Q_OBJECT
public:
    //! Starts at `offset` (bytes since the task's first one). The file may not exist yet.
    LogTail(QString path, qint64 offset, QObject* parent = nullptr);
    //! Gives everything that is there now, up to `end` (negative: all).
    void drain(qint64 end = -1);
    qint64 offset() const { return m_offset; }

Q_SIGNALS:
    void bytes(const QByteArray& bytes);

private:
    const QString m_path;
    qint64 m_offset;
    QFileSystemWatcher m_watcher;
    QTimer m_poll; //!< where the watcher cannot see (the file is not there yet, network file systems)
};

} // namespace switchyard::app
