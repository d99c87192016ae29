#pragma once

#include "base/result.h"

#include <QJsonArray>
#include <QJsonObject>

namespace switchyard::coder {

//! Conversations on disk, one JSON file each, so that they can be taken up again: by another process, or after this one
//! was killed. Files are 0600; the newest 200 are kept. Without a folder nothing is kept and nothing found.
class SessionStore
{
public:
    explicit SessionStore(QString folder) : m_folder(std::move(folder)) {}
    bool isUsable() const { return !m_folder.isEmpty(); }

    //! `json` as Session::toJson() gives it.
    Result<> save(const QString& id, const QJsonObject& json) const;
    Result<QJsonObject> load(const QString& id) const; //!< NotFound also for ids that are none
    Result<> remove(const QString& id) const;
    //! ACP's SessionInfo of each, newest first; of one folder if `cwd` is given.
    QJsonArray list(const QString& cwd) const;

private:
    Result<QString> path(const QString& id) const;
    void forgetOldest() const;

    const QString m_folder;
};

} // namespace switchyard::coder
