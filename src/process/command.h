#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "process/descriptor.h"

#include <QObject>
#include <QProcess>
#include <QProcessEnvironment>

#include <memory>

namespace switchyard::process {

struct CommandLine {
    QString program; //!< absolute, or looked up in the environment's PATH
    QStringList arguments;
    QString cwd;
    QProcessEnvironment environment; //!< empty: childEnvironment()
    //! A folder of cgroup v2 that children of ours may be put below (see Cgroup): this one gets a fresh group of its
    //! own there, from its first instruction. Empty: childrenGroup(); if that is empty too, its tree is followed
    //! through /proc.
    QString cgroup;
    //! The direct child only watches over the real one (a sandbox): SIGTERM goes past it, so that it does not take the
    //! others down before they could leave.
    bool isWrapped = false;
    bool keepFromAbstractSockets = false; //!< see abstractSocketRule(); where the kernel cannot, nothing happens
    //! One more descriptor that it gets, under the number that it has here. Null: none but the usual three.
    std::shared_ptr<const Descriptor> descriptor;
    milliseconds stopGrace = std::chrono::seconds(5); //!< between end of input, SIGTERM and SIGKILL
};

//! How a command ended. Exactly one of these three.
struct Exit {
    enum class How { FailedToStart, Exited, Signalled };
    How how = How::Exited;
    int code = 0;  //!< exit code, or the signal's number
    QString error; //!< why it could not start: names the program and says what to do
    milliseconds duration{0};
    milliseconds cpu{0};   //!< user + system, of the direct child and what it waited for
    qint64 peakMemory = 0; //!< bytes, of the largest of them; 0: less than this process itself has used, so not known
    bool outOfMemory = false; //!< the kernel ended some or all of it at the memory limit of its group
    QStringList survivors;    //!< after stop(), "pid name" of what could not be ended; empty: the tree was seen empty
    bool ok() const { return how == How::Exited && code == 0; }
    QString toString() const; //!< "exit code 1", "killed by SIGSEGV"
};

//! The control group below which the children of this process get theirs, unless their command line names one. Set once
//! at start, by a runner that was given one; empty until then. Thread: main.
const QString& childrenGroup();
void setChildrenGroup(const QString& path);

//! One command in a session of its own, its standard output and error merged, its standard input closed.
//! The whole tree is its own: stop() ends every member, also those that forked away, changed session or ignore SIGTERM.
//! It has finished when its direct child has ended and its output was read to the end; a background process that keeps
//! the output open delays that by 500 ms of silence, 2 s at most, and lives on, unheard, until stop() or the end of
//! this object. Started from the main thread, the direct child dies with this process. Not thread-safe; never blocks.
class Command : public QObject
{
    Q_OBJECT
public:
    explicit Command(QObject* parent = nullptr);
    ~Command() override; // kills what is left; owners call stop() and wait for finished()

    void start(const CommandLine& command); // once per object
    void stop();                            // any state, as often as you like: TERM, then KILL, to the whole tree
    void setFrozen(bool frozen);            // SIGSTOP or SIGCONT to the whole tree
    //! Reading pauses while false (back-pressure for a slow sink); the child then waits on a full pipe.
    void setReading(bool reading);
    qint64 pid() const; // 0 before started()
    bool isRunning() const;

Q_SIGNALS:
    void started(qint64 pid);                             // at most once
    void output(const QByteArray& bytes);                 // between started() and finished(); at most 256 KiB each
    void finished(const switchyard::process::Exit& exit); // exactly once after start(), the last signal

private:
    struct State;
    std::unique_ptr<State> m_state;
};

//! A child that is spoken to over its standard input and output (an agent). Its standard error comes as lines.
//! The order of stopping: end of input, SIGTERM, SIGKILL, a grace apart. What it left running when it ended is ended
//! too. At most 1 MiB of output waits unread in the device; then the child waits on its full pipe.
class Child : public QObject
{
    Q_OBJECT
public:
    explicit Child(QObject* parent = nullptr);
    ~Child() override;

    void start(const CommandLine& command); // once per object
    void stop();
    void setFrozen(bool frozen);
    qint64 pid() const;
    bool isRunning() const;
    //! For an rpc::Peer: open from start() until just before finished(); lives as long as the child object.
    //! Null if the child could not be started.
    QIODevice* device();

Q_SIGNALS:
    void started(qint64 pid);
    void errorLine(const QByteArray& line); // of standard error, without the line end, at most 4 KiB
    void finished(const switchyard::process::Exit& exit);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace switchyard::process
