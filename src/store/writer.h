#pragma once

#include "store/kept.h"
#include "store/rows.h"

#include <QFuture>
#include <QMutex>
#include <QPromise>
#include <QThread>
#include <QThreadPool>
#include <QWaitCondition>

#include <deque>

namespace switchyard::store {

//! The one thread that writes. What waits is put into one transaction, so that a sync serves many; each write is
//! answered when it is on disk. A full disk holds the writes back and tries again; a write that can never succeed is
//! refused alone.
class Writer : public QThread
{
    Q_OBJECT
public:
    //! Runs before the changes are applied (an append to a journal), on a thread of the writer's; an error refuses the
    //! write. Those of one task run in order, those of several side by side, as each of them waits for the disk.
    using Before = std::function<Result<>()>;

    explicit Writer(const QString& file);
    ~Writer() override; // writes what waits, then ends

    QFuture<Result<>> write(Changes changes, Before before = {});
    //! Why nothing is written at the moment ("disk is full"); empty when all is well. Any thread.
    QString trouble() const;

Q_SIGNALS:
    //! Events up to this position are on disk, but for those refused, here or earlier. From the writer's thread;
    //! positions come in order (0: only refusals).
    void committed(qint64 position, const QList<qint64>& refused);

protected:
    void run() override;

private:
    struct Item {
        Changes changes;
        Before before;
        std::optional<Result<>> prepared; //!< what `before` said
        QPromise<Result<>> promise;
        qint64 last = 0; //!< highest position in it
    };
    using Items = std::vector<std::unique_ptr<Item>>;
    void prepare(const Items& items);
    Result<> apply(const Items& items);
    void keepCopy(const Items& items);
    void commit(Items items);
    void refuse(Item& item, const Error& why, QList<qint64>& refused);
    bool waitBeforeRetry(const QString& why);
    void keepBallast();
    bool dropBallast();

    const QString m_file;
    std::optional<Connection> m_connection; //!< made and used on the writer's thread alone
    std::unique_ptr<RowWriter> m_rows;
    KeptFile m_kept;
    QThreadPool m_syncing; //!< of prepare()
    mutable QMutex m_mutex;
    QWaitCondition m_wake;
    std::deque<std::unique_ptr<Item>> m_queue;
    QString m_trouble;
    bool m_ending = false;
    bool m_hasBallast = false; //!< a file that can be removed to make room; the writer's thread alone
};

} // namespace switchyard::store
