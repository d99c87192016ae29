#pragma once

#include "store/connection.h"

namespace switchyard::store {

//! The numbered steps that make a database current (resources/migrations). Append-only: a released step never changes.
struct Migration {
    int version;
    QString name;
    QStringList statements;
};
QList<Migration> migrations();
int newestVersion();

//! The version of a database that was migrated once.
Result<int> versionOf(const Connection& connection);
//! The version of a file that may be anything; 0: an empty one. SQLite only.
Result<int> versionInFile(const Connection& look);
//! Conflict if the database is from a newer Switchyard; the message names both versions.
Result<> checkVersion(int version, const QString& file);
//! Applies what is missing, each step in a transaction of its own.
Result<> migrate(const Connection& connection);

} // namespace switchyard::store
