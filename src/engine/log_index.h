#pragma once

#include "engine/task_book.h"

#include <QTimer>

namespace switchyard::engine {

//! Keeps logs/ readable for people and scripts: task-<id>-<slug>.log points to the newest attempt's output, and
//! index.json lists them. Written behind the engine's back, by a worker, at most once a second; less often when there
//! are so many that it takes long.
class LogIndex : public QObject
{
    Q_OBJECT
public:
    LogIndex(TaskBook& book, const Paths& paths, QObject* parent = nullptr);
    //! "make-the-tests-pass": what of a title can stand in a file name.
    static QString slug(const QString& title);
    //! Brings up to date what an engine that died, or somebody else, left behind.
    void start();

private:
    void writeSoon();
    void written(milliseconds took);
    TaskBook& m_book;
    const Paths m_paths;
    QTimer m_timer;
    QHash<TaskId, Task> m_changed;
    bool m_writing = false;
};

} // namespace switchyard::engine
