#include "base/log.h"

#include <QDateTime>
#include <QFile>
#include <QMutex>
#include <QRegularExpression>

#include <algorithm>
#include <cstdio>
#include <functional>

namespace switchyard {

namespace {

constexpr qint64 largestLog = 8 << 20;

struct LogState {
    QMutex mutex;
    QFile file;
    QList<QByteArray> secrets; //!< the longest first
};

// What a message needs is never destroyed: Qt and other threads still say something while exit() takes statics apart.
LogState& logState()
{
    static auto& state = *new LogState;
    return state;
}

//! What gives a secret away by its form.
struct SecretForms {
    const QRegularExpression values[8] = {
        QRegularExpression(u"\\b(sk|pk|rk)-[A-Za-z0-9_-]{8,}"_s),
        QRegularExpression(u"\\b(gh[pousr]|github_pat|glpat|npm|hf)[_-][A-Za-z0-9_-]{16,}"_s),
        QRegularExpression(u"\\bxox[abprs]-[A-Za-z0-9-]{8,}"_s),
        QRegularExpression(u"\\bAKIA[0-9A-Z]{16}\\b"_s),
        QRegularExpression(u"\\bAIza[A-Za-z0-9_-]{30,}"_s),
        QRegularExpression(u"\\beyJ[A-Za-z0-9_-]+\\.eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+"_s),
        QRegularExpression(u"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)"_s,
                           QRegularExpression::DotMatchesEverythingOption),
        QRegularExpression(u"(?i)\\bbearer\\s+[A-Za-z0-9._~+/=-]{8,}"_s),
    };
    const QRegularExpression named{
        u"(?i)\\b([A-Z0-9_]*(?:API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD))([\"']?\\s*[=:]\\s*)[\"']?[^\\s\"',;]{4,}"_s};
    const QRegularExpression urlPassword{u"(://[^/\\s:@]+:)[^/\\s@]+@"_s};
};

const SecretForms& secretForms()
{
    static const auto& forms = *new SecretForms;
    return forms;
}

void writeMessage(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    static constexpr const char* levels[] = {"debug", "warning", "critical", "fatal", "info"};
    const auto line = u"%1 %2 %3: %4\n"_s
                          .arg(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs),
                               QLatin1StringView(levels[type]), QLatin1StringView(context.category), redact(text))
                          .toUtf8();
    auto& state = logState();
    const QMutexLocker guard(&state.mutex);
    if (!state.file.isOpen()) {
        if (type != QtDebugMsg && type != QtInfoMsg)
            std::fwrite(line.constData(), 1, size_t(line.size()), stderr);
        return;
    }
    if (state.file.size() > largestLog) {
        state.file.close();
        QFile::remove(state.file.fileName() + u".1"_s);
        QFile::rename(state.file.fileName(), state.file.fileName() + u".1"_s);
        if (!state.file.open(QIODevice::Append))
            return;
    }
    state.file.write(line);
    state.file.flush();
}

} // namespace

Result<> startLogging(const QString& file)
{
    auto& state = logState();
    if (!file.isEmpty()) {
        state.file.setFileName(file);
        if (!state.file.open(QIODevice::Append))
            return fail(ErrorCode::Io, u"The log %1 cannot be written: %2."_s.arg(file, state.file.errorString()));
        state.file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    }
    qInstallMessageHandler(writeMessage);
    return {};
}

QString redact(QString text)
{
    const auto blot = u"•••"_s;
    {
        auto& state = logState();
        const QMutexLocker guard(&state.mutex);
        for (const auto& secret : state.secrets)
            text.replace(QString::fromUtf8(secret), blot);
    }
    const auto& forms = secretForms();
    for (const auto& value : forms.values)
        text.replace(value, blot);
    text.replace(forms.named, u"\\1\\2"_s + blot);
    text.replace(forms.urlPassword, u"\\1"_s + blot + u"@"_s);
    return text;
}

void keepSecret(const QByteArray& value)
{
    if (value.size() < 6)
        return;
    auto& state = logState();
    const QMutexLocker guard(&state.mutex);
    if (state.secrets.contains(value))
        return;
    state.secrets << value;
    std::ranges::stable_sort(state.secrets, std::ranges::greater(),
                             [](const QByteArray& secret) { return secret.size(); });
}

QList<QByteArray> keptSecrets()
{
    auto& state = logState();
    const QMutexLocker guard(&state.mutex);
    return state.secrets;
}

} // namespace switchyard
