#pragma once

#include "base/secret.h"
#include "llm/http_completion.h"

namespace switchyard::llm {

//! The Anthropic Messages API, streamed (https://platform.claude.com/docs/en/api/messages). Prompt caching is asked for
//! at the end of the fixed part and of the conversation.
class AnthropicProvider final : public Provider
{
public:
    //! `key` goes into x-api-key; `bearer`, if set, into Authorization instead.
    AnthropicProvider(const QUrl& endpoint, const Secret& key, const Secret& bearer, ModelInfo model,
                      RetryPolicy retry);
    std::unique_ptr<Completion> complete(const Request& request) override;
    const ModelInfo& model() const override { return m_model; }

private:
    QNetworkRequest m_request;
    ModelInfo m_model;
    RetryPolicy m_retry;
    std::shared_ptr<QNetworkAccessManager> m_network;
};

//! The request's body; here for tests.
QJsonObject anthropicBody(const Request& request, const ModelInfo& model);

} // namespace switchyard::llm
