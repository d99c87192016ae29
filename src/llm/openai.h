#pragma once

#include "base/secret.h"
#include "llm/http_completion.h"

namespace switchyard::llm {

//! Chat completions as OpenAI has them, streamed, which many servers speak: Ollama, llama.cpp, vLLM, OpenRouter.
class OpenAiProvider final : public Provider
{
public:
    //! `endpoint` whole, with /chat/completions. `key` may be empty for servers of one's own.
    OpenAiProvider(const QUrl& endpoint, const Secret& key, ModelInfo model, RetryPolicy retry);
    std::unique_ptr<Completion> complete(const Request& request) override;
    const ModelInfo& model() const override { return m_model; }

private:
    QNetworkRequest m_request;
    ModelInfo m_model;
    RetryPolicy m_retry;
    std::shared_ptr<QNetworkAccessManager> m_network;
};

//! The request's body; here for tests. `official`: api.openai.com, whose name for the output limit is its own.
QJsonObject openAiBody(const Request& request, const ModelInfo& model, bool official);

} // namespace switchyard::llm
