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

//! The version of a database; 0: an empty one.
Result<int> versionOf(const Connection& connection);
//! Conflict if the database is from a newer Switchyard; the message names both versions.
Result<> checkVersion(int version, const QString& file);
//! Applies what is missing, each step in a transaction of its own.
Result<> migrate(const Connection& connection);

} // namespace switchyard::store
