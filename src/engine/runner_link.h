#pragma once

#include "base/paths.h"
#include "model/event.h"
#include "process/descriptor.h"
#include "rpc/peer.h"

#include <QLocalSocket>
#include <QSocketNotifier>

namespace switchyard::engine {

//! The engine's line to the runner of one attempt, whoever started it and whenever. The runner lives exactly as long as
//! it holds its lock; what it tells while connected and what its journal says afterwards arrive as one gapless stream.
//! Polls only while a runner comes up or has just vanished. Not thread-safe; never waits.
class RunnerLink : public QObject
{
    Q_OBJECT
public:
    //! Events with seq > after will come. `pid`: of a runner just started, which may take until `startLimit` to hold
    //! its lock; 0: one that should be there, or has been.
    RunnerLink(const Paths& paths, TaskId task, int attempt, qint64 after, qint64 pid, milliseconds startLimit,
               QObject* parent = nullptr);
    ~RunnerLink() override;

    //! Looks what is the case; also to be called when the folder of sockets has changed. Cheap.
    void look();
    //! Another process is asked to start it, and will answer: until then it may start, however long that takes.
    void expectPid() { m_expectsPid = true; }
    //! The answer; its time to take the lock begins.
    void setPid(qint64 pid);
    const TaskId& task() const { return m_task; }
    int attempt() const { return m_attempt; }
    bool isAttached() const { return m_state == State::Attached; }
    //! Once gone: the journal lacks what was told before.
    bool hasShortJournal() const { return m_hasShortJournal; }
    rpc::Reply call(const QString& method, const QJsonObject& params, milliseconds limit);

Q_SIGNALS:
    void events(const QList<switchyard::Event>& events); //!< in order, none missed, none twice
    //! The runner is gone and every event of it was told. Once; the last signal. `words`: what it said on its standard
    //! error; `damage`: why its journal could not be read to the end.
    void gone(const QString& words, const QString& damage);

private:
    enum class State { Starting, Detached, Connecting, Attached, Reading, Gone };
    void connectSocket();
    void attach();
    void detached();
    void receive(const QJsonObject& params);
    void flush();
    void readRest();
    bool mayStillStart() const;
    void watchProcess(qint64 pid);
    static QCoro::Task<> finishAttach(QPointer<RunnerLink> self, QPointer<rpc::Peer> peer);

    const Paths m_paths;
    const TaskId m_task;
    const int m_attempt;
    const milliseconds m_startLimit;
    qint64 m_pid;
    bool m_expectsPid = false;
    qint64 m_seq; //!< newest event told
    State m_state = State::Starting;
    bool m_hasShortJournal = false;
    milliseconds m_deadline;
    milliseconds m_pause{0};
    QTimer m_timer, m_flush;
    process::Descriptor m_process; //!< pidfd of the runner that was attached to
    std::unique_ptr<QSocketNotifier> m_death;
    std::unique_ptr<QLocalSocket> m_socket;
    std::unique_ptr<rpc::Peer> m_peer;
    QList<Event> m_received; //!< not told yet: told together
};

//! True for a process that exists and is no zombie.
bool processIsAlive(qint64 pid);

} // namespace switchyard::engine
