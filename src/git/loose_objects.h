#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QHash>
#include <QStringList>

namespace switchyard::git {

//! The loose objects of a repository as they were. Whoever commits must be able to write beside them, so a task can
//! also change or remove them: they are looked at again when it has ended. Packed ones it cannot write. Blocks on the
//! disk: a few microseconds an object.
class LooseObjects
{
public:
    static constexpr int mostObjects = 200'000; //!< git packs them long before; more are not looked at

    LooseObjects() = default;
    static LooseObjects in(const QString& gitFolder);

    //! The ids of those that are neither loose nor packed any more, or are no longer what their name says. Only those
    //! whose file was touched are read.
    Result<QStringList> damaged() const;

private:
    struct Stamp {
        quint64 inode = 0;
        qint64 size = 0;
        qint64 changed = 0; //!< ns; nobody can set it back
        bool operator==(const Stamp&) const = default;
    };
    using Stamps = QHash<QByteArray, Stamp>; //!< by id, hexadecimal
    static Stamps stampsIn(const QString& gitFolder);

    QString m_gitFolder;
    Stamps m_stamps;
};

} // namespace switchyard::git
