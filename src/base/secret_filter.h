#pragma once

#include <QByteArray>
#include <QJsonObject>

namespace switchyard {

//! What keepSecret() registered, blotted out of what goes to journals, events and output logs. Unlike redact() these
//! change nothing else: an output that only looks like a key stays as it was. Thread-safe.
QString withoutSecrets(QString text);
QJsonObject withoutSecrets(const QJsonObject& object); //!< in all texts, at any depth

//! The same for a stream of bytes in pieces. Only what could be the beginning of a secret is held back.
class SecretFilter
{
public:
    QByteArray pass(const QByteArray& piece);
    QByteArray rest(); //!< what was held back, at the end

private:
    QByteArray m_held;
};

} // namespace switchyard
