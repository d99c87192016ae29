#pragma once

#include "process/cgroup.h"
#include "process/command.h"
#include "process/descriptor.h"
#include "process/process_tree.h"

#include <QPointer>
#include <QSocketNotifier>
#include <QTimer>

#include <utility>

namespace switchyard::process {

//! One child and its tree: watches the child's end and ends the tree in order. What Command and Child have in common.
class Supervisor : public QObject
{
    Q_OBJECT
public:
    Supervisor();
    ~Supervisor() override; // SIGKILL to what is left

    Result<> start(const CommandLine& command, int input, int output, int errorOutput);
    void watch(); //!< from now on signals come

    //! The order of stopping: SIGTERM to the whole tree; a grace later SIGKILL, repeated until the tree is seen empty,
    //! or given up after 2 s. `inputFirst`: begins with a grace in which the child may leave at the end of its input.
    void endTree(bool inputFirst = false);
    void setFrozen(bool frozen);

    qint64 pid() const { return m_pid; }
    bool childEnded() const { return m_childEnded; }
    bool treeEnded() const { return m_treeEnded; }
    bool isEnding() const { return m_step != Step::None; }
    //! Complete once both have ended.
    const Exit& exit() const { return m_exit; }

Q_SIGNALS:
    void progress(); // childEnded() or treeEnded() has become true

private:
    enum class Step { None, Input, Terminate, Kill };
    void collectChild();
    void nextStep();
    void look();
    void killTree();
    void finishTree(const QList<ProcessTree::Member>& survivors);

    ProcessTree m_tree;
    std::optional<Cgroup> m_group;
    Descriptor m_handle;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_grace;
    QTimer m_look;
    qint64 m_pid = 0;
    bool m_isWrapped = false;
    milliseconds m_graceTime{0};
    milliseconds m_startedAt{0};
    qint64 m_ownPeak = 0;
    Exit m_exit;
    Step m_step = Step::None;
    bool m_frozen = false;
    bool m_childEnded = false;
    bool m_treeEnded = false;
    bool m_seenEmpty = false; //!< nobody was there to be asked to end
};

//! The start() of Command and of Child, once for each. Their signals come in the next turn of the event loop at the
//! earliest: whoever waits for one may begin to do so after start(). Needs of the state: start(), which makes the
//! child; listen(), called once started() was told; begun and finished.
template <typename Owner, typename State>
void startOnce(Owner* owner, State& state, const CommandLine& line)
{
    if (std::exchange(state.begun, true))
        return;
    QMetaObject::invokeMethod(
        owner,
        [owner, &state, done = state.start(line)] {
            if (!done) {
                Exit exit;
                exit.how = Exit::How::FailedToStart;
                exit.error = describe(done.error());
                state.finished = true;
                Q_EMIT owner->finished(exit);
                return;
            }
            const QPointer<Owner> self(owner);
            Q_EMIT owner->started(owner->pid());
            if (self)
                state.listen();
        },
        Qt::QueuedConnection);
}

} // namespace switchyard::process
