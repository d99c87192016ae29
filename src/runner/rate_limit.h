#pragma once

#include "base/clock.h"

#include <QString>

namespace switchyard::runner {

//! Whether an agent's error says that its provider takes no more calls for now, and until when, as far as it tells:
//! an epoch ("usage limit reached|1780000000"), a wait ("try again in 20 s", "retry after 2 minutes") or a time of day
//! ("resets 3pm", "resets at 15:30"; local). Epoch as `until`: it does not tell.
struct RateLimit {
    UtcTime until{};
    bool operator==(const RateLimit&) const = default;
};
std::optional<RateLimit> rateLimitIn(const QString& words, UtcTime now);

} // namespace switchyard::runner
