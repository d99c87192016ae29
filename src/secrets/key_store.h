#pragma once

#include "base/paths.h"
#include "secrets/keyring.h"

#include <QJsonObject>

namespace switchyard::secrets {

//! The keys that agents get, by name ("anthropic"). Values lie in the desktop's keyring or, only for those where the
//! user said so, in secrets.json (0600); keys.json knows which is where, and no value. Both are read anew each time:
//! the command line, the engine and runners share them.
class KeyStore
{
public:
    enum class Place { Keyring, File };
    struct Entry {
        QString name;
        Place place = Place::Keyring;
        bool operator==(const Entry&) const = default;
    };

    explicit KeyStore(const Paths& paths, std::unique_ptr<Keyring> keyring = desktopKeyring());

    Result<QList<Entry>> entries() const;
    //! NotFound without asking the keyring where the name was never stored.
    QCoro::Task<Result<Secret>> get(QString name);
    //! Invalid: a name of other than 1 to 40 lower-case letters, digits, dots, dashes, underscores; an empty value or
    //! one of more than 64 KiB. A value that lay elsewhere is removed there.
    QCoro::Task<Result<>> set(QString name, Secret value, Place place);
    QCoro::Task<Result<>> remove(QString name);

private:
    Result<> writeEntries(const QList<Entry>& entries) const;
    Result<QJsonObject> fileValues() const;
    Result<> writeFileValue(const QString& name, const Secret* value) const; //!< null: removes it

    const QString m_index;
    const QString m_file;
    const std::shared_ptr<Keyring> m_keyring;
};

} // namespace switchyard::secrets
