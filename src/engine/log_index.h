#pragma once

#include "engine/task_book.h"

#include <QTimer>

namespace switchyard::engine {

//! Keeps logs/ readable for people and scripts: task-<id>-<slug>.log points to the newest attempt's output, and
//! index.json lists them. Written behind the engine's back, by a worker, at most once a second.
class LogIndex : public QObject
{
    Q_OBJECT
public:
    LogIndex(TaskBook& book, const Paths& paths, QObject* parent = nullptr);
    //! "make-the-tests-pass": what of a title can stand in a file name.
    static QString slug(const QString& title);

private:
    void writeSoon();
    TaskBook& m_book;
    const Paths m_paths;
    QTimer m_timer;
    QHash<TaskId, Task> m_changed;
    bool m_writing = false;
};

} // namespace switchyard::engine
