#include "runner/agent_secrets.h"

#include "base/log.h"

#include <QRegularExpression>

namespace switchyard::runner {

QCoro::Task<Result<QMap<QString, QString>>> agentSecrets(std::shared_ptr<secrets::KeyStore> keys,
                                                         agent::AgentServer server, QProcessEnvironment ours)
{
    static const QRegularExpression secretName(u"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$"_s,
                                               QRegularExpression::CaseInsensitiveOption);
    for (const auto& variable : server.inherited) {
        if (secretName.match(variable).hasMatch())
            keepSecret(ours.value(variable).toUtf8());
    }
    QMap<QString, QString> result;
    for (auto it = server.secrets.begin(); it != server.secrets.end(); ++it) {
        const auto value = co_await keys->get(it.value().sliced(it.value().indexOf(u':') + 1));
        if (value) {
            keepSecret(value->reveal());
            result.insert(it.key(), QString::fromUtf8(value->reveal()));
            continue;
        }
        const bool isSet = server.inherited.contains(it.key()) && ours.contains(it.key());
        const bool wasNeverStored = value.error().code == ErrorCode::NotFound;
        if (wasNeverStored && (isSet || server.name == u"builtin"))
            continue;
        co_return fail(value.error().code,
                       u"%1 needs the variable %2. %3"_s.arg(server.title, it.key(), value.error().message),
                       value.error().hint);
    }
    co_return result;
}

} // namespace switchyard::runner
