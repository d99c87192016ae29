#include "doors/confirmation_api.h"

#include "base/json.h"
#include "doors/confirmation_desk.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>

namespace switchyard::doors {

namespace {

const QByteArray confirmPath = "/webhook/background-confirmation";
const QByteArray listPath = "/api/confirmations";
const QByteArray documentPath = "/openapi.json";
constexpr int wrongTokensPerMinute = 20;
constexpr milliseconds minute = std::chrono::minutes(1);

HttpAnswer jsonAnswer(const QJsonObject& json)
{
    return {200, compactJson(json) + '\n'};
}

//! What the body says; a wrong one is the caller's fault and reaches nobody.
Result<RelayedAnswer> readAnswer(const QJsonObject& json)
{
    static const QStringList known{u"task_id"_s, u"request_id"_s, u"allow"_s, u"code"_s, u"totp"_s, u"door"_s};
    for (const auto& key : json.keys()) {
        if (!known.contains(key))
            return fail(ErrorCode::Invalid, u"There is no field “%1”."_s.arg(key.left(60)),
                        u"The fields are %1."_s.arg(known.join(u", "_s)));
    }
    for (const auto key : {"code"_L1, "totp"_L1}) {
        if (json[key].isDouble())
            return fail(ErrorCode::Invalid, u"%1: text in quotes was expected: a number may lose digits."_s.arg(key));
    }
    JsonReader reader(json);
    RelayedAnswer answer;
    answer.task = reader.text("task_id"_L1, QString());
    answer.request = reader.text("request_id"_L1, QString());
    answer.allow = reader.boolean("allow"_L1, true);
    answer.code = Secret(reader.text("code"_L1, QString()).toUtf8());
    answer.oneTime = Secret(reader.text("totp"_L1, QString()).toUtf8());
    answer.door = reader.text("door"_L1, u"http"_s);
    if (answer.door != u"http" && answer.door != u"chat")
        reader.reject("door"_L1, u"http or chat was expected"_s);
    SY_TRY(reader.finish());
    return answer;
}

} // namespace

HttpAnswer errorAnswer(const Error& error)
{
    static const QHash<ErrorCode, int> statuses{{ErrorCode::NotFound, 404},    {ErrorCode::Invalid, 422},
                                                {ErrorCode::Conflict, 409},    {ErrorCode::Forbidden, 403},
                                                {ErrorCode::Limit, 429},       {ErrorCode::Timeout, 503},
                                                {ErrorCode::Unavailable, 503}, {ErrorCode::Cancelled, 503}};
    auto answer = problemAnswer(statuses.value(error.code, 500), error.message, error.hint, errorName(error.code));
    if (answer.status == 429)
        answer.fields.emplaceBack("Retry-After", "60");
    return answer;
}

ConfirmationApi::ConfirmationApi(client::EngineClient& client, AccessTokens tokens, const Clock& clock,
                                 QStringList hosts, QObject* parent)
    : QObject(parent), m_client(&client), m_tokens(std::move(tokens)), m_clock(clock), m_hosts(std::move(hosts))
{
}

QMap<QByteArray, QList<QByteArray>> ConfirmationApi::routes()
{
    return {{confirmPath, {"POST"}}, {listPath, {"GET"}}, {documentPath, {"GET"}}};
}

QJsonObject ConfirmationApi::document()
{
    QFile file(u":/switchyard/doors/openapi.json"_s);
    auto json = file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    auto info = json[u"info"].toObject();
    info.insert(u"version"_s, QStringLiteral(SWITCHYARD_VERSION));
    json.insert(u"info"_s, info);
    return json;
}

bool ConfirmationApi::isOurHost(const QByteArray& host) const
{
    static const QRegularExpression port(u":[0-9]{1,5}$"_s);
    auto name = QString::fromLatin1(host).toLower();
    name.remove(port);
    return name == u"localhost" || name == u"127.0.0.1" || name == u"[::1]" ||
           m_hosts.contains(name, Qt::CaseInsensitive);
}

std::expected<QString, HttpAnswer> ConfirmationApi::admit(const HttpRequest& request)
{
    if (!isOurHost(request.fields.value("host")))
        return std::unexpected(
            problemAnswer(421, u"This is not the host that was asked for."_s, u"Name a proxy's host with --host."_s));
    if (request.fields.contains("origin"))
        return std::unexpected(problemAnswer(403, u"Web pages may not ask here."_s));
    if (const auto now = m_clock.monotonic(); now - m_countedFrom > minute) {
        m_countedFrom = now;
        m_wrongTokens = 0;
    }
    const auto words = request.fields.value("authorization");
    const bool bearer = words.left(7).toLower() == "bearer ";
    const auto found =
        bearer ? m_tokens.find(Secret(words.mid(7).trimmed())) : Result<std::optional<QString>>(std::nullopt);
    if (!found)
        return std::unexpected(errorAnswer(found.error()));
    if (*found)
        return **found;
    if (bearer && ++m_wrongTokens > wrongTokensPerMinute) {
        auto answer = problemAnswer(429, u"Too many wrong tokens."_s);
        answer.fields.emplaceBack("Retry-After", "60");
        return std::unexpected(answer);
    }
    auto answer = problemAnswer(401, bearer ? u"This token is not known."_s : u"A token is needed."_s,
                                u"`swy http token` makes one; send it as “Authorization: Bearer …”."_s);
    answer.fields.emplaceBack("WWW-Authenticate", "Bearer realm=\"switchyard\"");
    return std::unexpected(answer);
}

QCoro::Task<HttpAnswer> ConfirmationApi::serve(QPointer<ConfirmationApi> self, HttpRequest request)
{
    const auto token = self->admit(request);
    if (!token)
        co_return HttpAnswer(token.error());
    const auto methods = routes().value(request.path);
    if (methods.isEmpty())
        co_return problemAnswer(404, u"There is nothing at this path."_s, u"See /openapi.json."_s, u"not_found"_s);
    if (!methods.contains(request.method)) {
        auto answer = problemAnswer(405, u"This path takes %1."_s.arg(QString::fromLatin1(methods.join(", "))));
        answer.fields.emplaceBack("Allow", methods.join(", "));
        co_return answer;
    }
    if (request.path == documentPath)
        co_return jsonAnswer(document());
    if (request.path == listPath)
        co_return co_await list(self);
    co_return co_await confirm(self, request, *token);
}

QCoro::Task<HttpAnswer> ConfirmationApi::list(QPointer<ConfirmationApi> self)
{
    const auto open = co_await openConfirmations(self->m_client);
    if (!open)
        co_return errorAnswer(open.error());
    QJsonArray list;
    for (const auto& confirmation : *open)
        list << confirmationJson(confirmation);
    co_return jsonAnswer({{u"confirmations"_s, list}});
}

QCoro::Task<HttpAnswer> ConfirmationApi::confirm(QPointer<ConfirmationApi> self, HttpRequest request, QString token)
{
    const auto type = request.fields.value("content-type").split(';').first().trimmed().toLower();
    if (type != "application/json")
        co_return problemAnswer(415, u"The body must be JSON."_s, u"Send “Content-Type: application/json”."_s);
    QJsonParseError problem;
    const auto json = QJsonDocument::fromJson(request.body, &problem);
    if (problem.error != QJsonParseError::NoError || !json.isObject())
        co_return problemAnswer(400, u"The body is no JSON object."_s, {},
                                u"invalid"_s); // without its text: it may hold the code
    auto answer = readAnswer(json.object());
    if (!answer)
        co_return errorAnswer(answer.error());
    answer->by = token;
    const bool allow = answer->allow;
    const auto done = co_await answerConfirmation(self->m_client, *answer);
    if (!done)
        co_return errorAnswer(done.error());
    co_return jsonAnswer({{u"task_id"_s, done->task.toString()},
                          {u"request_id"_s, done->id},
                          {u"command"_s, plainText(done->command, 64 << 10)},
                          {u"allowed"_s, allow}});
}

} // namespace switchyard::doors
