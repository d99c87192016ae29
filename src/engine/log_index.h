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
    //! What is told of a task. Thousands may wait to be written: no more than that is kept of them.
    struct Line {
        QString title;
        TaskStatus status = TaskStatus::Pending;
        int attempt = 0; //!< 0: it has no output, or is gone
        UtcTime started, finished;
        static Line of(const Task& task);
    };
    //! "make-the-tests-pass": what of a title can stand in a file name.
    static QString slug(const QString& title);
    //! Brings up to date what an engine that died, or somebody else, left behind.
    void start();
    qsizetype waiting() const { return m_changed.size(); } //!< tasks whose line is not written yet

Q_SIGNALS:
    void written(); //!< the whole index was read and written

private:
    void writeSoon();
    void ended(milliseconds took);
    TaskBook& m_book;
    const Paths m_paths;
    QTimer m_timer;
    QHash<TaskId, Line> m_changed;
    bool m_writing = false;
};

} // namespace switchyard::engine
