#include "base/secret_filter.h"

#include "base/log.h"

#include <QJsonArray>

#include <algorithm>

namespace switchyard {

namespace {

using namespace Qt::StringLiterals;

const auto blot = u"•••"_s;

QJsonValue filtered(const QJsonValue& value)
{
    if (value.isString())
        return withoutSecrets(value.toString());
    if (value.isObject())
        return withoutSecrets(value.toObject());
    if (value.isArray()) {
        QJsonArray result;
        for (const auto& entry : value.toArray())
            result << filtered(entry);
        return result;
    }
    return value;
}

//! Where to cut: after it there may be the beginning of a secret, and no secret lies across it.
qsizetype cutFor(const QByteArray& bytes, const QList<QByteArray>& secrets)
{
    auto cut = bytes.size();
    for (const auto& secret : secrets) {
        for (auto length = std::min(secret.size() - 1, bytes.size()); length > bytes.size() - cut; --length) {
            if (QByteArrayView(bytes).last(length) == QByteArrayView(secret).first(length))
                cut = bytes.size() - length;
        }
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (const auto& secret : secrets) {
            const auto at = bytes.indexOf(secret, std::max<qsizetype>(0, cut - secret.size() + 1));
            if (at >= 0 && at < cut) {
                cut = at;
                moved = true;
            }
        }
    }
    return cut;
}

QByteArray blotted(QByteArray bytes, const QList<QByteArray>& secrets)
{
    for (const auto& secret : secrets)
        bytes.replace(secret, blot.toUtf8());
    return bytes;
}

} // namespace

QString withoutSecrets(QString text)
{
    for (const auto& secret : keptSecrets())
        text.replace(QString::fromUtf8(secret), blot);
    return text;
}

QJsonObject withoutSecrets(const QJsonObject& object)
{
    if (keptSecrets().isEmpty())
        return object;
    QJsonObject result;
    for (auto it = object.begin(); it != object.end(); ++it)
        result.insert(withoutSecrets(it.key()), filtered(it.value()));
    return result;
}

QByteArray SecretFilter::pass(const QByteArray& piece)
{
    const auto secrets = keptSecrets();
    if (secrets.isEmpty() && m_held.isEmpty())
        return piece;
    const auto bytes = std::exchange(m_held, {}) + piece;
    const auto cut = cutFor(bytes, secrets);
    m_held = bytes.sliced(cut);
    return blotted(bytes.first(cut), secrets);
}

QByteArray SecretFilter::rest()
{
    return blotted(std::exchange(m_held, {}), keptSecrets());
}

} // namespace switchyard
