#pragma once

#include "base/clock.h"
#include "llm/provider.h"

#include <QProcessEnvironment>

namespace switchyard::llm {

//! How often and how long a call is tried again when the provider is busy, unreachable or cuts the stream.
struct RetryPolicy {
    int attempts = 7;            //!< in all
    milliseconds firstWait{500}; //!< doubled each time, with up to half of it taken off at random
    milliseconds longestWait{30'000};
    milliseconds longestAskedWait{300'000}; //!< a retry-after beyond this ends the call with Limit
    milliseconds silence{120'000};          //!< no byte for so long counts as a cut stream
};

struct ModelOptions {
    QProcessEnvironment environment; //!< keys and endpoints are read from here only: ANTHROPIC_API_KEY, …_BASE_URL
    PriceTable prices;
    RetryPolicy retry;
};

//! The provider for a model's name: "script:FILE", "script:demo", "anthropic:claude-…", "openai:…"; a bare "claude-…"
//! is Anthropic's. Empty: Anthropic's default if its key is set, else OpenAI's, else an error that says how to go on.
Result<std::unique_ptr<Provider>> openModel(const QString& name, const ModelOptions& options);

//! The names that would work now, for a menu: those with a key, and the demo's.
QStringList usableModels(const ModelOptions& options);

} // namespace switchyard::llm
