#include "gate/code_vault.h"

#include "base/json.h"

#include <QFileInfo>

#include <sodium.h>

namespace switchyard::gate {

namespace {
// OWASP's choice for argon2id, with a few more rounds: about 30 ms on a laptop.
constexpr unsigned long long rounds = 3;
constexpr size_t memory = 19u << 20;
constexpr qsizetype shortest = 4, longest = 12;

Result<> checkCode(const Secret& code)
{
    const auto text = QString::fromUtf8(code.reveal());
    if (text.size() < shortest || text.size() > longest)
        return fail(ErrorCode::Invalid, u"The code must have 4 to 12 characters."_s);
    if (std::ranges::any_of(text, [](QChar c) { return c.isSpace() || !c.isPrint(); }))
        return fail(ErrorCode::Invalid, u"The code must not hold blanks or control characters."_s);
    return {};
}
} // namespace

bool CodeVault::isSet() const
{
    return QFileInfo::exists(m_file);
}

Result<> CodeVault::set(const Secret& newCode, const Secret& oldCode) const
{
    SY_TRY(checkCode(newCode));
    if (isSet())
        SY_TRY(verify(oldCode));
    if (sodium_init() < 0)
        return fail(ErrorCode::Internal, u"libsodium cannot be started."_s);
    char hash[crypto_pwhash_STRBYTES];
    const auto& bytes = newCode.reveal();
    if (crypto_pwhash_str_alg(hash, bytes.constData(), static_cast<unsigned long long>(bytes.size()), rounds, memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(ErrorCode::Io, u"There is not enough memory to hash the code."_s,
                    u"Close other programs and try again."_s);
    return writeFileAtomically(m_file, compactJson({{u"version"_s, 1}, {u"argon2id"_s, QString::fromLatin1(hash)}}));
}

Result<> CodeVault::verify(const Secret& code) const
{
    if (!isSet())
        return fail(ErrorCode::NotFound, u"No confirmation code was chosen yet."_s,
                    u"Choose one in the settings or with `swy code set`."_s);
    const auto stored = readJsonFile(m_file);
    if (!stored)
        return stored.error().code == ErrorCode::Io
                   ? fail(stored.error())
                   : fail(ErrorCode::Corrupt, u"The file with the confirmation code (%1) is damaged."_s.arg(m_file),
                          u"Restore it from a backup."_s);
    const auto hash = stored->value("argon2id"_L1).toString().toLatin1();
    if (!hash.startsWith("$argon2id$") || hash.size() >= qsizetype(crypto_pwhash_STRBYTES))
        return fail(ErrorCode::Corrupt, u"The file with the confirmation code (%1) is damaged."_s.arg(m_file),
                    u"Restore it from a backup."_s);
    if (sodium_init() < 0)
        return fail(ErrorCode::Internal, u"libsodium cannot be started."_s);
    const auto& bytes = code.reveal();
    if (crypto_pwhash_str_verify(hash.constData(), bytes.constData(), static_cast<unsigned long long>(bytes.size())) !=
        0)
        return fail(ErrorCode::Forbidden, u"The code is wrong."_s);
    return {};
}

} // namespace switchyard::gate
