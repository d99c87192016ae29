#pragma once

#include <QByteArray>
#include <QMap>
#include <QStringList>

namespace switchyard::runner {

//! Files of an agent's own that make programs run when its user starts it by hand: hooks, servers of tools, plugins.
//! The agent must be able to write beside them, so what it changed there is told when it has ended.
class ActingFiles
{
public:
    ActingFiles() = default;
    //! Files, folders (all below them, up to 5,000 files; links are not followed) or "FILE#KEY", a value in a file of
    //! JSON. What is missing counts as empty. Blocks on the disk.
    static ActingFiles in(const QStringList& paths);
    //! Those of them that are no longer what they were. Blocks on the disk.
    QStringList changed() const;

private:
    QMap<QString, QByteArray> m_digests;
};

} // namespace switchyard::runner
