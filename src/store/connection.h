#pragma once

#include "base/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

namespace switchyard::store {

//! One connection to the database, for the thread that made it. Closed when it goes.
class Connection
{
public:
    enum class Mode {
        Look, //!< opens the file read-only and changes nothing, not even its side files
        Read, //!< reads beside the writer
        Write //!< WAL, synced at every commit; there is one of these
    };
    //! Corrupt if the file is no database, Io if it cannot be opened.
    static Result<Connection> open(const QString& file, Mode mode);
    Connection(Connection&& other) noexcept : m_name(std::exchange(other.m_name, {})) {}
    Connection& operator=(Connection&& other) noexcept
    {
        std::swap(m_name, other.m_name);
        return *this;
    }
    ~Connection();

    //! Runs one statement with its values bound.
    Result<QSqlQuery> run(const QString& sql, const QVariantList& values = {}) const;
    Result<QSqlQuery> prepare(const QString& sql) const;
    //! Binds and runs a prepared statement again.
    static Result<> again(QSqlQuery& query, const QVariantList& values);

private:
    explicit Connection(QString name) : m_name(std::move(name)) {}
    QSqlDatabase database() const { return QSqlDatabase::database(m_name, false); }
    QString m_name;
};

//! All of a change or none of it: rolled back unless committed.
class Transaction
{
public:
    static Result<Transaction> begin(const Connection& connection);
    Transaction(Transaction&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<> commit();

private:
    explicit Transaction(const Connection* connection) : m_connection(connection) {}
    const Connection* m_connection;
};

} // namespace switchyard::store
