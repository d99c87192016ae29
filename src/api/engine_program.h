#pragma once

#include "base/lock.h"
#include "base/paths.h"
#include "engine/settings.h"

#include <QObject>

#include <memory>

namespace switchyard::api {

//! `swy engine`: one per user. Takes the lock, opens the database (mending it if it is damaged), attaches to the living
//! runners, and serves the local socket until engine.shutdown, SIGTERM or SIGINT. Runners go on without it.
class EngineProgram : public QObject
{
    Q_OBJECT
public:
    struct Options {
        int slots = 0;         //!< 0: as in the settings
        QString runnerProgram; //!< swy; empty: this program
    };
    EngineProgram(Paths paths, Options options, QObject* parent = nullptr);
    ~EngineProgram() override;

    //! Conflict if another engine runs (its pid is named) or the database is from a newer Switchyard.
    Result<> start();
    //! Ends it in order; finished(0) follows.
    void shutdown();

Q_SIGNALS:
    void finished(int exitStatus); //!< once, after a successful start()

private:
    struct Parts;
    Result<> takeLock(std::optional<FileLock>& lock, const QString& path);
    Result<> openEngine(const engine::Settings& settings);
    Result<> watchSignals();

    const Paths m_paths;
    const Options m_options;
    std::optional<FileLock> m_lock, m_databaseLock;
    std::unique_ptr<Parts> m_parts;
    bool m_ending = false;
};

} // namespace switchyard::api
