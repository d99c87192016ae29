#include "llm/http_completion.h"

#include "base/json.h"

#include <QDateTime>
#include <QHostAddress>
#include <QNetworkProxy>
#include <QRandomGenerator>

namespace switchyard::llm {

namespace {

constexpr qint64 largestErrorBody = 64 << 10;
constexpr int excerptCharacters = 300;

class SystemProxies final : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override
    {
        const auto host = query.peerHostName();
        if (host == u"localhost" || QHostAddress(host).isLoopback())
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

bool isWorthAnotherAttempt(int status)
{
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

QString inSeconds(milliseconds wait)
{
    return u"%1 s"_s.arg(double(wait.count()) / 1000, 0, 'f', 1);
}

//! The provider's own words about what is wrong, in whichever dialect.
QString errorMessage(const QByteArray& body)
{
    const auto json = QJsonDocument::fromJson(body).object();
    const auto error = json[u"error"];
    auto text = error.isString() ? error.toString() : error[u"message"].toString(json[u"message"].toString());
    if (text.isEmpty())
        text = QString::fromUtf8(body).simplified();
    return text.left(excerptCharacters);
}

} // namespace

std::shared_ptr<QNetworkAccessManager> makeNetwork()
{
    auto network = std::make_shared<QNetworkAccessManager>();
    network->setProxyFactory(new SystemProxies);
    network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    return network;
}

void readArguments(ToolCall& call, const QByteArray& json)
{
    if (json.trimmed().isEmpty())
        return;
    const auto object = parseObject(json, u"The arguments of “%1”"_s.arg(call.name));
    if (object)
        call.input = *object;
    else
        call.inputError = object.error().message;
}

HttpCompletion::HttpCompletion(std::shared_ptr<QNetworkAccessManager> network, QNetworkRequest request, QByteArray body,
                               RetryPolicy retry)
    : m_network(std::move(network)), m_request(std::move(request)), m_body(std::move(body)), m_retry(retry)
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(m_retry.silence);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        dropReply();
        again(u"The model said nothing for %1."_s.arg(inSeconds(m_retry.silence)));
    });
    m_wait.setSingleShot(true);
    m_wait.setTimerType(Qt::PreciseTimer); // never sooner than the server asked
    connect(&m_wait, &QTimer::timeout, this, &HttpCompletion::attempt);
}

HttpCompletion::~HttpCompletion()
{
    dropReply();
}

void HttpCompletion::start()
{
    m_wait.start(0);
}

void HttpCompletion::stop()
{
    m_wait.stop();
    m_silence.stop();
    dropReply();
}

void HttpCompletion::attempt()
{
    ++m_attempts;
    m_streamed = false;
    m_events = std::make_unique<SseReader>();
    m_errorBody.clear();
    begin();
    m_reply = m_network->post(m_request, m_body);
    connect(m_reply, &QNetworkReply::readyRead, this, &HttpCompletion::read);
    connect(m_reply, &QNetworkReply::finished, this, &HttpCompletion::ended);
    m_silence.start();
}

int HttpCompletion::status() const
{
    return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

void HttpCompletion::read()
{
    m_silence.start();
    if (status() != 200) {
        m_errorBody += m_reply->read(largestErrorBody - m_errorBody.size());
        m_reply->skip(m_reply->bytesAvailable());
        return;
    }
    const QPointer<HttpCompletion> self(this);
    for (const auto& event : m_events->feed(m_reply->readAll())) {
        const auto received = receive(event);
        if (!self || isDone()) // a receiver of the streamed text may have cancelled
            return;
        if (!received) {
            dropReply();
            if (received.error().code == ErrorCode::Unavailable)
                again(received.error().message);
            else
                finish(fail(received.error()));
            return;
        }
        if (isComplete(false))
            return succeed();
    }
    if (m_events->overflowed()) {
        dropReply();
        finish(fail(ErrorCode::Limit, u"The model's stream holds an event of more than 8 MiB."_s));
    }
}

void HttpCompletion::ended()
{
    const QPointer<HttpCompletion> self(this);
    if (m_reply->bytesAvailable() > 0)
        read();
    if (!self || isDone() || !m_reply)
        return;
    m_silence.stop();
    if (status() == 0) {
        const auto error = m_reply->error();
        const auto text = m_reply->errorString();
        dropReply();
        if (error == QNetworkReply::SslHandshakeFailedError || error == QNetworkReply::ProtocolUnknownError ||
            error == QNetworkReply::ProxyAuthenticationRequiredError)
            return finish(fail(ErrorCode::Unavailable, u"The model's server cannot be used: %1."_s.arg(text)));
        return again(u"The model's server cannot be reached: %1."_s.arg(text));
    }
    if (status() != 200)
        return readError();
    if (isComplete(true))
        return succeed();
    const auto type = m_reply->header(QNetworkRequest::ContentTypeHeader).toString();
    dropReply();
    if (!type.startsWith("text/event-stream"_L1))
        return finish(fail(ErrorCode::Invalid,
                           u"The model's server answered with “%1”, not with an event stream."_s.arg(type.left(60)),
                           u"Check the endpoint: it may belong to something else."_s));
    again(u"The model's answer was cut off."_s);
}

void HttpCompletion::readError()
{
    const auto code = status();
    const auto asked = askedWait();
    const auto words = errorMessage(m_errorBody);
    const auto text =
        u"The model's server answered %1: %2"_s.arg(code).arg(words.isEmpty() ? u"no reason given"_s : words);
    dropReply();
    if (isWorthAnotherAttempt(code))
        return again(text, asked);
    if (code == 401 || code == 403)
        return finish(fail(ErrorCode::Forbidden, text, u"Check the key and what it is allowed to use."_s));
    if (code == 404)
        return finish(fail(ErrorCode::NotFound, text, u"Check the model's name and the endpoint."_s));
    if (code >= 300 && code < 400)
        return finish(fail(ErrorCode::Invalid, u"The model's server redirects elsewhere, which is not followed."_s,
                           u"Set the endpoint to the final address."_s));
    finish(fail(ErrorCode::Invalid, text));
}

std::optional<milliseconds> HttpCompletion::askedWait() const
{
    bool ok = false;
    if (const auto value = m_reply->rawHeader("retry-after-ms").toDouble(&ok); ok && value >= 0)
        return milliseconds(qint64(value));
    const auto text = m_reply->rawHeader("retry-after");
    if (const auto value = text.toDouble(&ok); ok && value >= 0)
        return milliseconds(qint64(value * 1000));
    const auto date = QDateTime::fromString(QString::fromLatin1(text), Qt::RFC2822Date);
    if (!date.isValid())
        return {};
    return milliseconds(std::max<qint64>(0, QDateTime::currentDateTimeUtc().msecsTo(date)));
}

void HttpCompletion::again(const QString& why, std::optional<milliseconds> asked)
{
    m_wasted += usageSoFar();
    if (asked && m_attempts < m_retry.attempts) {
        const QPointer<HttpCompletion> self(this);
        Q_EMIT limited(*asked);
        if (!self || isDone())
            return;
    }
    if (m_attempts >= m_retry.attempts)
        return finish(fail(ErrorCode::Unavailable, u"%1 %2 attempts were made."_s.arg(why).arg(m_attempts),
                           u"Try again later, or choose another model."_s));
    if (asked && *asked > m_retry.longestAskedWait)
        return finish(fail(ErrorCode::Limit, u"%1 It asks to wait %2."_s.arg(why, inSeconds(*asked)),
                           u"Try again after that time, or choose another model."_s));
    const auto doubled = m_retry.firstWait * (1 << std::min(m_attempts - 1, 16));
    auto wait = std::min(doubled, m_retry.longestWait);
    wait = milliseconds(qint64(double(wait.count()) * (0.5 + 0.5 * QRandomGenerator::global()->generateDouble())));
    if (asked)
        wait = std::max(wait, *asked);
    const auto text = u"%1 I'll try again in %2 (attempt %3 of %4)."_s.arg(why, inSeconds(wait))
                          .arg(m_attempts + 1)
                          .arg(m_retry.attempts);
    m_wait.start(wait);
    if (m_streamed)
        Q_EMIT restarted(text);
    else
        Q_EMIT waiting(text);
}

void HttpCompletion::succeed()
{
    m_silence.stop();
    dropReply();
    auto whole = answer();
    whole.usage += m_wasted;
    finish(std::move(whole));
}

void HttpCompletion::dropReply()
{
    m_silence.stop();
    if (!m_reply)
        return;
    const auto reply = std::exchange(m_reply, nullptr);
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void HttpCompletion::streamThought(const QString& piece)
{
    m_streamed = true;
    Q_EMIT thought(piece);
}

void HttpCompletion::streamText(const QString& piece)
{
    m_streamed = true;
    Q_EMIT text(piece);
}

} // namespace switchyard::llm
