#include "llm/models.h"

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
    return fail(ErrorCode::Unavailable, u"No model is configured for the built-in agent."_s,
                u"Give it a key (ANTHROPIC_API_KEY or OPENAI_API_KEY, or Settings → Agents), name a model, or try the "
                "demonstration, which needs neither: model script:demo."_s);
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

} // namespace

Result<std::unique_ptr<Provider>> openModel(const QString& name, const ModelOptions& options)
{
    SY_TRY_ASSIGN(const auto full, fullName(name, options));
    const auto model = options.prices.find(full);
    const auto provider = full.section(u':', 0, 0);
    if (model.id.isEmpty())
        return fail(ErrorCode::Invalid, u"“%1” names no model."_s.arg(name),
                    u"Write provider:model, such as anthropic:claude-sonnet-4-5, openai:gpt-5 or script:demo."_s);
    if (provider == u"script")
        return openScript(model, options);
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
