#include "llm/models.h"

#include "base/log.h"
#include "llm/anthropic.h"
#include "llm/openai.h"
#include "llm/script.h"

namespace switchyard::llm {

namespace {

constexpr QLatin1StringView anthropicKey{"ANTHROPIC_API_KEY"};
constexpr QLatin1StringView openAiKey{"OPENAI_API_KEY"};

Result<QString> fullName(const QString& name, const ModelOptions& options)
{
    if (name.startsWith("claude-"_L1))
        return u"anthropic:"_s + name;
    if (!name.isEmpty())
        return name;
    if (!options.environment.value(anthropicKey).isEmpty())
        return options.prices.defaultModel(u"anthropic"_s);
    if (!options.environment.value(openAiKey).isEmpty())
        return options.prices.defaultModel(u"openai"_s);
    return fail(
        ErrorCode::Unavailable, u"No model is configured for the built-in agent."_s,
        u"Give it a key (Settings → Keys, `swy key set anthropic` or `openai`, or the variable ANTHROPIC_API_KEY or "
        "OPENAI_API_KEY), name a model, or try the demonstration, which needs neither: `swy demo`, or the "
        "model script:demo."_s);
}

Result<std::unique_ptr<Provider>> openScript(const ModelInfo& model, const ModelOptions& options)
{
    SY_TRY_ASSIGN(auto script, Script::load(model.id));
    std::optional<milliseconds> pace;
    const auto paceText = options.environment.value(u"SWITCHYARD_SCRIPT_PACE_MS"_s);
    if (!paceText.isEmpty()) {
        bool ok = false;
        const auto value = paceText.toInt(&ok);
        if (!ok || value < 0)
            return fail(ErrorCode::Invalid,
                        u"SWITCHYARD_SCRIPT_PACE_MS is “%1”; milliseconds were expected."_s.arg(paceText));
        pace = milliseconds(value);
    }
    return std::make_unique<ScriptedProvider>(std::move(script), model, pace);
}

Secret secretFrom(const ModelOptions& options, const QString& name)
{
    const auto value = options.environment.value(name).toUtf8().trimmed();
    keepSecret(value);
    return Secret(value);
}

//! An endpoint below the base address in `variable`, or below the provider's own.
Result<QUrl> endpoint(const ModelOptions& options, const QString& variable, const QString& usual, const QString& path)
{
    auto base = options.environment.value(variable);
    if (base.isEmpty())
        base = usual;
    while (base.endsWith(u'/'))
        base.chop(1);
    const QUrl url(base + path, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != u"https" && url.scheme() != u"http"))
        return fail(ErrorCode::Invalid, u"%1 is “%2”; an http or https address was expected."_s.arg(variable, base));
    return url;
}

Error noKey(const QString& model, const QString& variable)
{
    return {
        ErrorCode::Unavailable, u"The model %1 needs a key, and %2 is not set."_s.arg(model, variable),
        u"Set it, or store the key (Settings → Keys, or `swy key set`); the demonstration, script:demo, needs none."_s};
}

Result<std::unique_ptr<Provider>> openAnthropic(const ModelInfo& model, const ModelOptions& options)
{
    const auto key = secretFrom(options, anthropicKey);
    const auto bearer = secretFrom(options, u"ANTHROPIC_AUTH_TOKEN"_s);
    if (key.isEmpty() && bearer.isEmpty())
        return fail(noKey(model.name, anthropicKey));
    SY_TRY_ASSIGN(const auto url,
                  endpoint(options, u"ANTHROPIC_BASE_URL"_s, u"https://api.anthropic.com"_s, u"/v1/messages"_s));
    return std::make_unique<AnthropicProvider>(url, key, bearer, model, options.retry);
}

Result<std::unique_ptr<Provider>> openOpenAi(const ModelInfo& model, const ModelOptions& options)
{
    const auto key = secretFrom(options, openAiKey);
    SY_TRY_ASSIGN(const auto url,
                  endpoint(options, u"OPENAI_BASE_URL"_s, u"https://api.openai.com/v1"_s, u"/chat/completions"_s));
    if (key.isEmpty() && url.host() == u"api.openai.com")
        return fail(noKey(model.name, openAiKey));
    return std::make_unique<OpenAiProvider>(url, key, model, options.retry);
}

} // namespace

Result<std::unique_ptr<Provider>> openModel(const QString& name, const ModelOptions& options)
{
    SY_TRY_ASSIGN(const auto full, fullName(name, options));
    const auto model = options.prices.find(full);
    const auto provider = full.section(u':', 0, 0);
    if (model.id.isEmpty())
        return fail(ErrorCode::Invalid, u"“%1” names no model."_s.arg(name),
                    u"Write provider:model, such as anthropic:claude-sonnet-5-5, openai:gpt-5.4 or script:demo."_s);
    if (provider == u"script")
        return openScript(model, options);
    if (provider == u"anthropic")
        return openAnthropic(model, options);
    if (provider == u"openai")
        return openOpenAi(model, options);
    return fail(ErrorCode::Invalid, u"There is no model provider “%1”."_s.arg(provider),
                u"Known are anthropic, openai (and everything that speaks its protocol) and script."_s);
}

QStringList usableModels(const ModelOptions& options)
{
    QStringList names;
    for (const auto& name : options.prices.names()) {
        const auto provider = name.section(u':', 0, 0);
        if ((provider == u"anthropic" && !options.environment.value(anthropicKey).isEmpty()) ||
            (provider == u"openai" && !options.environment.value(openAiKey).isEmpty()))
            names << name;
    }
    return names << u"script:demo"_s;
}

} // namespace switchyard::llm
