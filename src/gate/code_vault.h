#pragma once

#include "base/result.h"
#include "base/secret.h"

namespace switchyard::gate {

//! The user's confirmation code: kept only as a salted argon2id hash (libsodium) in a 0600 file. Each verify() costs
//! about 30 ms of CPU on purpose: call it from a worker thread in the engine. Thread-safe.
class CodeVault
{
public:
    explicit CodeVault(QString file) : m_file(std::move(file)) {}

    bool isSet() const;
    //! First time: `oldCode` empty. Later the old one is needed (Forbidden if wrong). 4 to 12 characters, no blanks.
    Result<> set(const Secret& newCode, const Secret& oldCode) const;
    //! Forbidden if wrong, NotFound if none was chosen yet, Corrupt if the file is damaged.
    Result<> verify(const Secret& code) const;

private:
    QString m_file;
};

} // namespace switchyard::gate
