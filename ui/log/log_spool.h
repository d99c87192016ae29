#pragma once

#include "process/log_times.h"
#include "process/output_log.h"
#include "ui/log/log_file.h"

#include <QCoro/QCoroTask>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace switchyard::ui {

//! Who reads a log that we cannot open ourselves: the engine, on this machine or another. Offsets are bytes since the
//! task's first one. Called from the window's thread only; each call has one ending.
struct LogReader {
    //! Up to `limit` bytes from `offset`, or from the first that is kept if that is farther; the size as it is now.
    std::function<QCoro::Task<Result<process::LogSlice>>(qint64 offset, qint64 limit)> read;
    //! Some of the records from this one on (see LogTimes); none when there are no more.
    std::function<QCoro::Task<Result<QList<process::TimeRecord>>>(qsizetype from)> times;
    explicit operator bool() const { return bool(read); }
};

//! A log that a LogReader reads for us, page by page, into a temporary file without a name: what shows, searches and
//! copies a log works on that as on the log itself, and never waits for a page. From its first byte on, or from its
//! last page on, then what was before it: a log of a gigabyte shows its end after one page, like one on disk. What is
//! there is always one stretch, [begin, size). Grows with the log, asking less and less often while nothing comes;
//! after an error tries again, with growing pauses. Nothing blocks: disk writes are a worker's.
class LogSpool : public QObject
{
    Q_OBJECT
public:
    struct Limits {
        qint64 page = 256 << 10;          //!< a millisecond of the window's thread
        qint64 most = qint64(1280) << 20; //!< kept; half of it when it begins: about what the engine keeps
        std::chrono::milliseconds poll{100}, longestPoll{5000}, retry{500}, longestRetry{10'000};
    };
    LogSpool(LogReader reader, bool fromEnd, Limits limits, QObject* parent = nullptr);

    //! Null until there are bytes. Another one after the log was replaced, or grew over the limit: offsets begin anew.
    const std::shared_ptr<LogFile>& file() const { return m_file; }
    bool hasAnswered() const { return m_answered; } //!< be it with an error
    const Error& problem() const { return m_problem; }
    bool hasProblem() const { return !m_problem.message.isEmpty(); } //!< the last page could not be had
    //! False while bytes before file()->begin() are still to come.
    bool isWhole() const { return m_begun && m_first <= m_floor; }
    qint64 bytesMissing() const; //!< as far as is known
    qint64 bytesKept() const { return m_end - m_first; }
    qint64 bytesLeftOut() const { return m_leftOut; }                   //!< at the beginning, because of the limit
    const QList<process::TimeRecord>& times() const { return m_times; } //!< offsets as in the file

    void setShown(bool shown); //!< while it is not, no page is asked for
    void wake();               //!< there may be news, or the reader may be back

Q_SIGNALS:
    void changed();

private:
    void ask();
    void received(const process::LogSlice& slice);
    void begin(const process::LogSlice& slice);
    void keep(const QByteArray& bytes, qint64 at);
    void kept(const QByteArray& bytes, qint64 at);
    void publish(const QByteArray& bytes, qint64 at);
    void askForTimes();
    void next(bool news);
    void failed(const Error& why);
    void restart();
    void again(std::chrono::milliseconds pause);

    const LogReader m_reader;
    const Limits m_limits;
    bool m_fromEnd;
    bool m_shown = true, m_busy = false, m_answered = false, m_begun = false, m_hasTimes = true;
    quint64 m_round = 0;           //!< answers to what was asked before a restart are dropped
    qint64 m_asked = 0;            //!< offset in the log
    qint64 m_origin = 0;           //!< of the file's first byte
    qint64 m_size = 0;             //!< of the log, as told last
    qint64 m_first = 0, m_end = 0; //!< what the file holds
    qint64 m_floor = 0;            //!< there is nothing before
    qint64 m_leftOut = 0;
    std::shared_ptr<process::Descriptor> m_disk; //!< the writer's
    std::shared_ptr<LogFile> m_file;
    QList<process::TimeRecord> m_times;
    Error m_problem;
    QTimer m_timer;
    std::chrono::milliseconds m_poll, m_retry;
};

} // namespace switchyard::ui
