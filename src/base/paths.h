#pragma once

#include "base/ids.h"

namespace switchyard {

//! Where everything lies: the XDG folders, or all of them below SWITCHYARD_ROOT (tests, demos, second engines).
//! Made once in app/ and passed by value. Making one touches no file; ensure() creates the folders, 0700.
struct Paths {
    QString config;  //!< switchyard.conf, agents.json, code.json, grants.json, rules.d/, prices.json
    QString data;    //!< switchyard.db, demo/
    QString state;   //!< tasks/<id>/<attempt>/, logs/, worktrees/, engine.log
    QString runtime; //!< engine.sock, engine.lock, runners/; short enough for a socket address

    static Paths fromEnvironment();
    static Paths below(const QString& root);
    Result<> ensure() const;

    QString database() const { return data + u"/switchyard.db"_s; }
    QString confirmationCode() const { return config + u"/code.json"_s; }
    QString grants() const { return config + u"/grants.json"_s; }
    QString approvedRules() const { return config + u"/approved_rules.json"_s; } //!< of projects
    QString agents() const { return config + u"/agents.json"_s; }
    QString settings() const { return config + u"/switchyard.conf"_s; }
    QString engineSocket() const { return runtime + u"/engine.sock"_s; }
    QString engineLock() const { return runtime + u"/engine.lock"_s; }
    QString audit() const { return state + u"/audit.ndjson"_s; }
    //! Beside the database: an engine with another runtime folder has the same one.
    QString databaseLock() const { return data + u"/engine.lock"_s; }
    QString engineLog() const { return state + u"/engine.log"_s; }
    QString runners() const { return runtime + u"/runners"_s; }
    QString runnerSocket(const TaskId& id, int attempt) const;
    QString logs() const { return state + u"/logs"_s; }
    QString task(const TaskId& id) const { return state + u"/tasks/"_s + id.toString(); }
    //! Attempt 0 is the engine's own part of the story: created, queued, merged.
    QString attempt(const TaskId& id, int attempt) const { return task(id) + u'/' + QString::number(attempt); }
    QString journal(const TaskId& id, int attempt) const { return this->attempt(id, attempt) + u"/journal.ndjson"_s; }
    QString outputLog(const TaskId& id, int attempt) const { return this->attempt(id, attempt) + u"/output.log"_s; }
    QString runnerSpec(const TaskId& id, int attempt) const { return this->attempt(id, attempt) + u"/spec.json"_s; }
    //! Held locked by a living runner; a free lock proves that it is gone.
    QString runnerLock(const TaskId& id, int attempt) const { return this->attempt(id, attempt) + u"/runner.lock"_s; }
    QString worktree(const QString& project, const TaskId& id) const;
};

} // namespace switchyard
