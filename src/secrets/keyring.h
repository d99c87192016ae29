#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <QCoro/QCoroTask>

#include <memory>

namespace switchyard::secrets {

//! A place that keeps secrets for the user. Every call has one ending, at the latest after its limit. Not thread-safe.
//! Errors: NotFound for an entry that is not there; Unavailable, with the way out, where there is no such place, it is
//! locked, or it does not answer; Forbidden when the user refused.
class Keyring
{
public:
    virtual ~Keyring() = default;
    virtual QCoro::Task<Result<Secret>> get(QString name) = 0;
    virtual QCoro::Task<Result<>> set(QString name, Secret value) = 0;
    virtual QCoro::Task<Result<>> remove(QString name) = 0;
};

//! The desktop's keyring (Secret Service or KWallet, through QtKeychain), service "switchyard". It never falls back to
//! storing in the clear. The limit is generous: the desktop may ask the user to unlock it.
std::unique_ptr<Keyring> desktopKeyring(milliseconds limit = std::chrono::seconds(60));

} // namespace switchyard::secrets
