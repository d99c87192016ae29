#pragma once

#include "ui/log/piece_scanner.h"

#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <vector>

namespace switchyard::ui {

//! Searches a log of any size in worker threads: finds the nearest match at once and counts all of them meanwhile, then
//! goes from match to match. Memory: 4 bytes for each 256 KiB of log.
class LogSearch : public QObject
{
    Q_OBJECT
public:
    explicit LogSearch(QObject* parent = nullptr);
    ~LogSearch() override;

    //! Ends the search before, if any, and starts this one: the first match at or after `from` (going round) is looked
    //! for at once, then all are counted.
    void start(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher, qint64 from);
    //! The same for find() alone: nothing is looked for yet, and nothing is counted.
    void startWithoutCounting(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher);
    void cancel();
    bool isActive() const { return m_job != nullptr; }
    //! The file has grown: the new part is counted too.
    void grow();
    //! What was counted is void: all of it is counted again.
    void recount();
    //! The next or previous match from the offset, as found(); a question asked before and not answered yet is dropped.
    void find(qint64 from, bool forward);

Q_SIGNALS:
    void found(const switchyard::ui::LogHit& hit);
    void nothingFound();
    //! Matches so far, at most 20 times a second, and once with `complete`; again when the file grows.
    void counted(qint64 total, bool complete);
    //! The number of a match told by found(), from 1. Comes when everything before it has been counted.
    void numbered(const switchyard::ui::LogHit& hit, qint64 number);

private:
    struct Job;
    void count();
    void tell();
    void number();
    std::shared_ptr<Job> m_job;
    LogHit m_hit; //!< not numbered yet
    QThreadPool m_counters, m_finder;
    QTimer m_telling;
};

//! Collects the lines that match, in order, in a worker thread: at most mostLines of them.
class LogFilter : public QObject
{
    Q_OBJECT
public:
    static constexpr qsizetype mostLines = 500'000;
    explicit LogFilter(QObject* parent = nullptr);
    ~LogFilter() override;
    void start(std::shared_ptr<const LogFile> file, std::shared_ptr<const Matcher> matcher);
    void cancel();
    void grow();

Q_SIGNALS:
    //! More lines, following those told before.
    void matched(const std::vector<qint64>& lines, bool complete);

private:
    struct Job;
    void run();
    std::shared_ptr<Job> m_job;
    QThreadPool m_pool;
};

} // namespace switchyard::ui
