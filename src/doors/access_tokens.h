#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <QList>

#include <optional>

namespace switchyard::doors {

//! The tokens with which programs may knock at HTTP. Only their SHA-256 is kept, in a file of mode 0600: a token is 256
//! random bits, so nobody finds it from that. A token alone lets nothing run: that takes the code.
class AccessTokens
{
public:
    struct Entry {
        QString name;
        UtcTime made{};
    };
    explicit AccessTokens(QString file) : m_file(std::move(file)) {}

    //! A new token, told this once. One of the same name is replaced. Invalid: the name is empty or too long.
    Result<Secret> make(const QString& name, UtcTime now) const;
    //! NotFound: there is none of that name.
    Result<> revoke(const QString& name) const;
    Result<QList<Entry>> all() const;
    //! The name of the token; nothing if it is none. Takes as long for a wrong one as for a right one.
    Result<std::optional<QString>> find(const Secret& token) const;

private:
    struct Stored;
    Result<QList<Stored>> read() const;
    Result<> write(const QList<Stored>& tokens) const;
    QString m_file;
};

} // namespace switchyard::doors
