#pragma once

#include "engine/task_book.h"
#include "model/grant.h"

namespace switchyard::engine {

//! What the user allowed ahead, with the code. Kept in a file that runners read at each question (gate/grants.h); those
//! for one task go with its end. Not thread-safe; writes are small and synchronous.
class Grants : public QObject
{
    Q_OBJECT
public:
    Grants(TaskBook& book, QString file, QObject* parent = nullptr);
    //! A damaged file is put aside: nothing is granted then, and the log tells.
    Result<> load();

    const QList<Grant>& all() const { return m_grants; } //!< oldest first
    //! Gives it its id. Limit: there are too many.
    Result<Grant> add(Grant grant);
    //! NotFound names the id.
    Result<Grant> revoke(const QString& id);

private:
    Result<> keep(QList<Grant> grants);

    const QString m_file;
    TaskBook& m_book;
    QList<Grant> m_grants;
};

} // namespace switchyard::engine
