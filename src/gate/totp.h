#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace switchyard::gate {

//! The time-based one-time passwords of RFC 6238 (HMAC-SHA-1, 30 s, six digits), as authenticator apps make them: a
//! second proof for answers that come from elsewhere. The key lies in a file of mode 0600.
class TotpVault
{
public:
    explicit TotpVault(QString file) : m_file(std::move(file)) {}
    bool isSet() const;
    //! A new key, which counts at once. The URI is what an app reads (otpauth://totp/…); it is told this once.
    Result<Secret> enable(const QString& account) const;
    Result<> disable() const;
    //! Forbidden: wrong, too old (more than one step of clock difference) or used already. Each is good for one use,
    //! also after a restart. NotFound: none is set. Corrupt: the file is damaged.
    Result<> verify(const QString& digits, UtcTime now) const;

private:
    const QString m_file;
};

//! The digits of one step; `digits` 6 to 8.
QString totpOf(const QByteArray& key, quint64 step, int digits = 6);
quint64 totpStep(UtcTime now);
//! RFC 4648, without padding.
QString base32(const QByteArray& bytes);

} // namespace switchyard::gate
