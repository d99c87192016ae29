#pragma once

#include "process/log_times.h"
#include "ui/log/line_index.h"
#include "ui/log/log_lines.h"
#include "ui/log/log_spool.h"

#include <QFileSystemWatcher>
#include <QString>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>

namespace switchyard::ui {

//! A log as the view sees it: the file at a path, whether it exists yet or not, its lines, and its growth, told at most
//! once a frame. Line ends are counted by a worker thread. A log that is rotated goes on; one that
//! is replaced or cut short starts again. Where the file cannot be opened (it is another machine's, or not ours to
//! read) a reader may get it for us; all else is the same.
class LogDocument : public QObject
{
    Q_OBJECT
public:
    explicit LogDocument(QObject* parent = nullptr);
    ~LogDocument() override;

    //! Empty: no log. What a reader gets comes from its end on if `fromEnd`, else from its beginning on. The
    //! environment's SWITCHYARD_LOGS_BY_ENGINE forbids the file: all logs come through the reader.
    void setPath(const QString& path, LogReader reader = {}, bool fromEnd = false);
    QString path() const { return m_path; }
    const LogSpool* spool() const { return m_spool.get(); } //!< while a reader is asked
    void setShown(bool shown);                              //!< while nobody looks no reader is asked
    void wake();                                            //!< there may be news: a reader is asked at once

    std::shared_ptr<const LogFile> file() const { return m_file; } //!< null: none
    LogLines* lines() const { return m_lines.get(); }              //!< null as long as file() is
    qint64 end() const { return m_lines ? m_lines->end() : 0; }
    const Error& error() const { return m_error; } //!< why there is no file; without words: it is empty so far
    bool isWaiting() const;                        //!< for the reader's first answer

    //! The number of the line at the offset, from 0, once it is known.
    std::optional<qint64> numberOf(qint64 offset) const;
    std::optional<qint64> offsetOf(qint64 number) const;
    qint64 linesSeen() const; //!< line ends counted so far
    bool isIndexed() const;
    //! When the byte at this offset was written, to a tenth of a second or so; unknown for logs of older versions and
    //! files that are no task's output.
    std::optional<std::chrono::milliseconds> timeOf(qint64 offset);
    const QList<process::TimeRecord>& times(); //!< what there is of them; offsets as in the view

Q_SIGNALS:
    void reset();     //!< another file, or none: everything known about the old one is void
    void grew();      //!< end() is farther, at most once a frame
    void filled();    //!< all that was before begin() is there now: what was counted without it is void
    void spoolTold(); //!< how far the reader is, or that it cannot go on
    void indexed();   //!< more line numbers are known; comes now and then while a big file is counted, and at the end

private:
    void open();
    void close();
    void look(); //!< what has become of the file?
    void watch();
    void extendIndex();
    void use(std::shared_ptr<LogFile> file);
    void lookAtSpool();

    struct Indexing;
    QString m_path;
    LogReader m_reader;
    bool m_fromEnd = false, m_shown = true, m_filling = false;
    std::unique_ptr<LogSpool> m_spool;
    std::shared_ptr<LogFile> m_file;
    std::shared_ptr<LineIndex> m_index;
    std::unique_ptr<LogLines> m_lines;
    std::shared_ptr<std::atomic<bool>> m_stopIndexing;
    bool m_indexing = false;
    Error m_error;
    QList<process::TimeRecord> m_times;
    qint64 m_timesUntil = -1; //!< end() when they were read
    QFileSystemWatcher m_watcher;
    QTimer m_frame;
    int m_quietFrames = 0;
    QThreadPool m_pool;
};

} // namespace switchyard::ui
