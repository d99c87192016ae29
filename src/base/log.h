#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>

namespace switchyard {

//! Sends every qDebug/qInfo/qWarning/qCritical of this process, with UTC time and category, to a file that is cut
//! at 8 MiB (one older part is kept). Anything that looks like a key or token is blotted out first.
//! Without a file (empty path) only warnings and worse go to standard error. Call once, early in main().
Result<> startLogging(const QString& file);

//! Blots out what looks like a secret: API keys, bearer tokens, KEY=value of well-known names, URL passwords,
//! and every value registered with keepSecret(). For every sink that leaves the process.
QString redact(QString text);
//! Values that redact() blots out wherever they turn up. Shorter than six characters is ignored. Thread-safe.
void keepSecret(const QByteArray& value);
//! The registered values, the longest first: one may be part of another.
QList<QByteArray> keptSecrets();

} // namespace switchyard
