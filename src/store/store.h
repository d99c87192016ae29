#pragma once

#include "store/writer.h"

namespace switchyard::store {

//! The engine's database: tasks, events, confirmations and a few notes in one SQLite file. The engine is its only user.
//! Reads come from the thread that opened it and see what is committed; writes go through one thread. Not thread-safe
//! but for write().
class Store
{
public:
    //! Opens, checks and migrates, or creates. Errors leave the file untouched: Conflict if it is from a newer program,
    //! Corrupt if it is damaged (then keepAside() and open again), Io if the system refuses.
    static Result<std::unique_ptr<Store>> open(const QString& file);
    //! Moves a damaged database out of the way, side files too; returns its new name.
    static Result<QString> keepAside(const QString& file, UtcTime now);

    //! Names this store: positions count within it. A rebuilt one has another name.
    QString id() const { return m_id; }
    bool isNew() const { return m_new; } //!< created by this open()

    const Connection& reader() const { return m_reader; }
    Writer& writer() { return *m_writer; }
    QFuture<Result<>> write(Changes changes, Writer::Before before = {})
    {
        return m_writer->write(std::move(changes), std::move(before));
    }

private:
    Store(Connection reader, std::unique_ptr<Writer> writer, QString id, bool isNew);
    std::unique_ptr<Writer> m_writer;
    Connection m_reader;
    QString m_id;
    bool m_new;
};

} // namespace switchyard::store
