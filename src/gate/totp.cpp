#include "gate/totp.h"

#include "base/json.h"

#include <QFile>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <QtEndian>
#include <QUrl>

#include <sodium.h>

namespace switchyard::gate {

namespace {
constexpr int keyBytes = 20; // as long as the hash, as RFC 4226 recommends
constexpr qint64 stepMs = 30'000;

struct Stored {
    QByteArray key;
    qint64 lastStep = -1; //!< the newest one that was used
};

Result<Stored> readStored(const QString& file)
{
    if (!QFile::exists(file))
        return fail(ErrorCode::NotFound, u"No one-time passwords are set up."_s);
    const auto json = readJsonFile(file);
    const auto key = json ? QByteArray::fromHex(json->value("key"_L1).toString().toLatin1()) : QByteArray();
    if (key.size() != keyBytes)
        return fail(ErrorCode::Corrupt, u"The file with the key of the one-time passwords (%1) is damaged."_s.arg(file),
                    u"Set them up anew."_s);
    return Stored{key, json->value("last_step"_L1).toInteger(-1)};
}

Result<> writeStored(const QString& file, const Stored& stored)
{
    return writeFileAtomically(file, compactJson({{u"version"_s, 1},
                                                  {u"key"_s, QString::fromLatin1(stored.key.toHex())},
                                                  {u"last_step"_s, stored.lastStep}}));
}
} // namespace

QString totpOf(const QByteArray& key, quint64 step, int digits)
{
    const auto counter = qToBigEndian(step);
    const auto hash = QMessageAuthenticationCode::hash(
        QByteArray(reinterpret_cast<const char*>(&counter), sizeof counter), key, QCryptographicHash::Sha1);
    const int at = hash.back() & 0xf;
    const auto word = qFromBigEndian<quint32>(hash.constData() + at) & 0x7fffffffU;
    quint32 modulus = 1;
    for (int i = 0; i < digits; ++i)
        modulus *= 10;
    return u"%1"_s.arg(word % modulus, digits, 10, QLatin1Char('0'));
}

quint64 totpStep(UtcTime now)
{
    return quint64(toMilliseconds(now) / stepMs);
}

QString base32(const QByteArray& bytes)
{
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    QString out;
    quint32 bits = 0;
    int count = 0;
    for (const auto byte : bytes) {
        bits = bits << 8 | quint8(byte);
        for (count += 8; count >= 5; count -= 5)
            out += QLatin1Char(alphabet[bits >> (count - 5) & 31]);
    }
    if (count > 0)
        out += QLatin1Char(alphabet[bits << (5 - count) & 31]);
    return out;
}

bool TotpVault::isSet() const
{
    return QFile::exists(m_file);
}

Result<Secret> TotpVault::enable(const QString& account) const
{
    Stored stored;
    stored.key.resize(keyBytes);
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32*>(stored.key.data()), keyBytes / 4);
    SY_TRY(writeStored(m_file, stored));
    return Secret(u"otpauth://totp/Switchyard:%1?secret=%2&issuer=Switchyard"_s
                      .arg(QString::fromLatin1(QUrl::toPercentEncoding(account)), base32(stored.key))
                      .toUtf8());
}

Result<> TotpVault::disable() const
{
    if (isSet() && !QFile::remove(m_file))
        return fail(ErrorCode::Io, u"%1 cannot be removed."_s.arg(m_file));
    return {};
}

Result<> TotpVault::verify(const QString& digits, UtcTime now) const
{
    SY_TRY_ASSIGN(auto stored, readStored(m_file));
    const auto given = digits.toUtf8();
    for (const qint64 difference : {0, -1, 1}) {
        const auto step = qint64(totpStep(now)) + difference;
        const auto right = totpOf(stored.key, quint64(step)).toUtf8();
        if (step <= stored.lastStep || given.size() != right.size() ||
            sodium_memcmp(given.constData(), right.constData(), size_t(right.size())) != 0)
            continue;
        stored.lastStep = step;
        return writeStored(m_file, stored); // before it counts: never twice
    }
    return fail(ErrorCode::Forbidden, u"The one-time password is wrong or was used already."_s);
}

} // namespace switchyard::gate
