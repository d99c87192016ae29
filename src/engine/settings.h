#pragma once

#include "base/clock.h"
#include "base/paths.h"
#include "model/task_spec.h"

namespace switchyard::engine {

//! Every limit of the engine, with its unit and default. Read once, passed by value.
struct Settings {
    int slots = 3;                                           //!< tasks at once, 1 to 64
    int slotsPerProject = 0;                                 //!< of them in one project folder; 0: no limit of its own
    QMap<QString, int> slotsPerAgent;                        //!< of them with one agent; those not named: no limit
    qint64 leastFreeBytes = qint64(1) << 30;                 //!< on disk; below it no task starts, running ones go on
    qint64 leastFreeMemory = qint64(256) << 20;              //!< of the machine; below it no task starts; 0: never mind
    milliseconds runnerStart{10'000};                        //!< for a runner to take its lock
    milliseconds runnerAnswer{10'000};                       //!< for a runner to answer a request
    int wrongCodesPerRequest = 5;                            //!< then the request is refused
    int wrongCodesBeforeLock = 5;                            //!< in a row, over all requests
    milliseconds firstLock{30'000};                          //!< doubles with each further lock-out, to at most an hour
    milliseconds lowPriorityWait = std::chrono::minutes(30); //!< a waiting task gains one priority each time; 0: never
    int attempts = 3;                    //!< of a task that does not say itself; then it is left alone
    milliseconds retryPause{5'000};      //!< before a second attempt; doubles, up to a half more by chance
    int keepDays = 30;                   //!< finished tasks older than this are deleted; 0: never
    int keepTasks = 0;                   //!< of the finished ones; 0: all
    qint64 keepBytes = qint64(20) << 30; //!< of output of finished tasks; beyond it the oldest goes; 0: no limit
    SandboxLevel sandbox = SandboxLevel::Standard;   //!< of agents
    SandboxLevel commandSandbox = SandboxLevel::Off; //!< of plain commands, which the user typed
    bool trustsOwnCommands = false;                  //!< plain commands run without the code, whatever they do
    NetworkAccess network = NetworkAccess::On;       //!< of what runs in a sandbox
    bool ownFiles = false;      //!< what a task itself made in its worktree may be deleted without the code
    double budgetUsdPerDay = 0; //!< what all agents together may cost on a local day; 0: no limit
    QString runnerProgram;      //!< swy

    //! The spec as its runner gets it: what it leaves to the settings is decided.
    TaskSpec decided(TaskSpec spec) const;
    //! A missing key gives the default above; a value out of range is Invalid and named.
    static Result<Settings> load(const Paths& paths);
    bool operator==(const Settings&) const = default;
};

} // namespace switchyard::engine
