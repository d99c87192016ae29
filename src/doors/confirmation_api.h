#pragma once

#include "client/engine_client.h"
#include "doors/access_tokens.h"
#include "doors/http_server.h"

namespace switchyard::doors {

//! The confirmation door over HTTP: what its OpenAPI document (openapi.json) describes, and nothing else. Every request
//! needs a token, a Host that is ours and no Origin: web pages have no business here.
class ConfirmationApi : public QObject
{
    Q_OBJECT
public:
    //! `hosts`: names under which a proxy reaches it, beside localhost and the loopback addresses.
    ConfirmationApi(client::EngineClient& client, AccessTokens tokens, const Clock& clock, QStringList hosts = {},
                    QObject* parent = nullptr);
    static QCoro::Task<HttpAnswer> serve(QPointer<ConfirmationApi> self, HttpRequest request);
    //! Each path with its methods.
    static QMap<QByteArray, QList<QByteArray>> routes();
    static QJsonObject document();

private:
    bool isOurHost(const QByteArray& host) const;
    //! The name of the request's token, or how it is refused.
    std::expected<QString, HttpAnswer> admit(const HttpRequest& request);
    static QCoro::Task<HttpAnswer> list(QPointer<ConfirmationApi> self);
    static QCoro::Task<HttpAnswer> confirm(QPointer<ConfirmationApi> self, HttpRequest request, QString token);

    const QPointer<client::EngineClient> m_client;
    const AccessTokens m_tokens;
    const Clock& m_clock;
    const QStringList m_hosts;
    int m_wrongTokens = 0; //!< since m_countedFrom
    milliseconds m_countedFrom{0};
};

//! One table for all errors of the engine.
HttpAnswer errorAnswer(const Error& error);

} // namespace switchyard::doors
