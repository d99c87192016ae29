#pragma once

#include "gate/gate.h"

#include <QDeadlineTimer>

#include <memory>

namespace switchyard::gate {

//! What git knows of a task's folder, for previews: which files it tracks or ignores, what a command would discard.
//! Reads only; runs no hook, filter or monitor. Every question is bounded by the deadline.
class GitFacts
{
public:
    //! Of the repository that holds `folder`; valid() is false if there is none.
    GitFacts(const QString& folder, QDeadlineTimer deadline);
    ~GitFacts();
    bool valid() const;

    enum class Kind { Unknown, Tracked, Ignored, Untracked };
    Kind kindOf(const QString& path) const; //!< of a file by its absolute path
    //! Neither the file itself nor, if it is a folder, anything in it is tracked, in the index or the newest commit.
    //! False if that cannot be known.
    bool isFreeOfTracked(const QString& path) const;

    //! One line each, for `git WORDS…`; empty if the command is none that is known here.
    QStringList preview(const QStringList& words, const QString& folder) const;

private:
    struct Handles;
    QStringList discardsChanges(const QStringList& paths, const QString& folder) const;
    QStringList removesUntracked(bool ignored, bool onlyIgnored, const QStringList& paths, const QString& folder) const;
    QStringList unreachable(const QString& from, const QString& keep, const QString& leaving) const;
    QStringList stashes(bool all) const;
    QString currentBranch() const;
    const std::unique_ptr<Handles> m_handles;
    const QDeadlineTimer m_deadline;
};

} // namespace switchyard::gate
