#pragma once

#include "model/event.h"
#include "model/statistics.h"
#include "store/connection.h"

#include <QHash>

namespace switchyard::store {

//! Keeps the tables that statistics are counted from, event by event; the writer's thread only. An event that was
//! counted before changes nothing but adds up file changes again: each is to be given once.
class StatisticsWriter
{
public:
    explicit StatisticsWriter(const Connection& connection) : m_connection(connection) {}
    Result<> add(const Event& event);
    //! Forgets the details of a task; its runs stay, with their costs.
    Result<> erase(const TaskId& id);

private:
    Result<> addStatus(const Event& event);
    Result<> run(const QString& sql, QVariantList values);
    const Connection& m_connection;
    QHash<QString, QSqlQuery> m_prepared;
};

//! Counts the events of a database that was written before there were statistics; does nothing the second time.
Result<> fillStatistics(const Connection& connection);

//! Any connection; may take a while in a large database: for a worker. Days are those of `now`'s local time zone.
Result<Statistics> countStatistics(const Connection& connection, const StatisticsQuery& query, UtcTime now);

} // namespace switchyard::store
