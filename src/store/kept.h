#pragma once

#include "base/ids.h"
#include "store/connection.h"

#include <QMap>

#include <optional>

namespace switchyard::store {

//! What no journal tells: the engine's notes, and the runs of deleted tasks (values in the order of the table's
//! columns).
struct Kept {
    QMap<QString, QString> notes;
    QList<QVariantList> runs;
};

//! A copy of that in a small file beside the database (NAME.kept), so that a damaged database can be made anew from the
//! journals and this. One thread.
class KeptFile
{
public:
    explicit KeptFile(QString database) : m_database(std::move(database)) {}

    //! Before the database has it: these notes, and the runs of the tasks that are about to be deleted. `connection` is
    //! the database; a new file takes over all that is in there already. A damaged file is made anew.
    Result<> keep(const Connection& connection, const QMap<QString, QString>& notes, const QList<TaskId>& deleted);
    //! On the thread that it was used on.
    void close() { m_connection.reset(); }
    //! Empty if there is no such file, or none that can be read.
    static Kept read(const QString& database);

private:
    Result<> open(const Connection& connection);
    Result<> create();
    const QString m_database;
    std::optional<Connection> m_connection;
};

//! The columns of the table `run`, as they are written and read here.
QString runColumns();

} // namespace switchyard::store
