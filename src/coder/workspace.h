#pragma once

#include "base/result.h"

#include <QStringList>

#include <atomic>
#include <functional>

namespace switchyard::coder {

//! The folder the agent works in, and the border around it.
class Workspace
{
public:
    Workspace() = default;
    //! `folder` absolute; Invalid or NotFound otherwise.
    static Result<Workspace> open(const QString& folder);
    //! Another folder to work in, besides; the same rules.
    Result<> add(const QString& folder);
    const QStringList& others() const { return m_others; } //!< canonical

    const QString& root() const { return m_root; } //!< canonical
    //! The absolute path of what the model named, relative or absolute. Forbidden if it lies outside, also by way of a
    //! symbolic link; the path itself need not exist.
    Result<QString> resolve(const QString& path) const;
    //! The same, for what would be changed: also not within .git, whose hooks would run unasked.
    Result<QString> resolveForWriting(const QString& path) const;
    QString shown(const QString& absolute) const; //!< relative to the root

    //! Visits the files below a folder in order of name, folders' links not followed, ignored ones left out, until
    //! `visit` says false or `stop` is set. Blocks: call it from a worker thread.
    void walk(const QString& below, const std::function<bool(const QString& path, bool isFolder)>& visit,
              const std::atomic_bool& stop) const;

private:
    QString m_root;
    QStringList m_others;
};

} // namespace switchyard::coder
