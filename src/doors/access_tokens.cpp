#include "doors/access_tokens.h"

#include "base/json.h"

#include <QCryptographicHash>
#include <QFile>

#include <sodium.h>

namespace switchyard::doors {

namespace {
constexpr int tokenBytes = 32;
constexpr qsizetype mostTokens = 100;

QByteArray hashOf(const Secret& token)
{
    return QCryptographicHash::hash(token.reveal(), QCryptographicHash::Sha256);
}
} // namespace

struct AccessTokens::Stored {
    Entry entry;
    QByteArray hash;
};

Result<QList<AccessTokens::Stored>> AccessTokens::read() const
{
    QList<Stored> tokens;
    if (!QFile::exists(m_file))
        return tokens;
    SY_TRY_ASSIGN(const auto json, readJsonFile(m_file));
    for (const auto& value : json[u"tokens"].toArray()) {
        JsonReader reader(value.toObject(), u"tokens"_s);
        Stored one;
        one.entry.name = reader.text("name"_L1);
        one.entry.made = fromMilliseconds(reader.integer("made"_L1));
        one.hash = QByteArray::fromHex(reader.text("sha256"_L1).toLatin1());
        SY_TRY(reader.finish());
        if (one.hash.size() != QCryptographicHash::hashLength(QCryptographicHash::Sha256))
            return fail(ErrorCode::Corrupt, u"The file with the tokens (%1) is damaged."_s.arg(m_file),
                        u"Remove it and make them anew."_s);
        tokens << one;
    }
    return tokens;
}

Result<> AccessTokens::write(const QList<Stored>& tokens) const
{
    QJsonArray list;
    for (const auto& one : tokens)
        list << QJsonObject{{u"name"_s, one.entry.name},
                            {u"made"_s, toMilliseconds(one.entry.made)},
                            {u"sha256"_s, QString::fromLatin1(one.hash.toHex())}};
    return writeFileAtomically(m_file, compactJson({{u"version"_s, 1}, {u"tokens"_s, list}}));
}

Result<Secret> AccessTokens::make(const QString& name, UtcTime now) const
{
    const auto clean = name.simplified();
    if (clean.isEmpty() || clean.size() > 40)
        return fail(ErrorCode::Invalid, u"“%1” is no name for a token."_s.arg(name.left(60)),
                    u"Use 1 to 40 characters, such as “phone”."_s);
    if (sodium_init() < 0)
        return fail(ErrorCode::Unavailable, u"The system gives no random bytes."_s);
    SY_TRY_ASSIGN(auto tokens, read());
    tokens.removeIf([&](const Stored& one) { return one.entry.name == clean; });
    if (tokens.size() >= mostTokens)
        return fail(ErrorCode::Limit, u"There are %1 tokens already."_s.arg(mostTokens), u"Revoke some."_s);
    QByteArray bytes(tokenBytes, Qt::Uninitialized);
    randombytes_buf(bytes.data(), size_t(bytes.size()));
    const Secret token("swy_" + bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
    tokens << Stored{{clean, now}, hashOf(token)};
    SY_TRY(write(tokens));
    return token;
}

Result<> AccessTokens::revoke(const QString& name) const
{
    SY_TRY_ASSIGN(auto tokens, read());
    if (tokens.removeIf([&](const Stored& one) { return one.entry.name == name.simplified(); }) == 0)
        return fail(ErrorCode::NotFound, u"There is no token “%1”."_s.arg(name.left(60)),
                    u"`swy http tokens` lists them."_s);
    return write(tokens);
}

Result<QList<AccessTokens::Entry>> AccessTokens::all() const
{
    SY_TRY_ASSIGN(const auto tokens, read());
    QList<Entry> entries;
    for (const auto& one : tokens)
        entries << one.entry;
    return entries;
}

Result<std::optional<QString>> AccessTokens::find(const Secret& token) const
{
    SY_TRY_ASSIGN(const auto tokens, read());
    const auto given = hashOf(token);
    std::optional<QString> found;
    for (const auto& one : tokens) { // all of them: where it is found shall not be seen from outside
        if (sodium_memcmp(given.constData(), one.hash.constData(), size_t(one.hash.size())) == 0)
            found = one.entry.name;
    }
    return found;
}

} // namespace switchyard::doors
